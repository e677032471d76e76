//! After a rollback, in a real terminal: what is said of it, and how its objects are doing.

use super::{MORE, chart, helm};
use crate::labs;
use crate::pty::Terminal;

/// Whether a line has these words, one after the other.
fn says(screen: &str, words: &[&str]) -> bool {
    let of = |line: &str| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    screen.lines().map(of).any(|line| line.windows(words.len()).any(|part| part == words))
}

#[test]
fn a_rollback_says_where_its_objects_can_be_followed_and_there_they_are() {
    let (lab, namespace) = (labs::busy(), "x-followed-by-helm");
    lab.run(["create", "namespace", namespace]);
    let chart = chart::write(&lab.folder().join("chart-followed")).display().to_string();
    helm(namespace, &["install", "web", &chart, "--set=image=app:1,replicas=3"]);
    let set: Vec<&str> = MORE.iter().flat_map(|value| ["--set", value]).collect();
    helm(namespace, &[&["upgrade", "web", &chart][..], &set].concat());
    let mut kx = Terminal::start(&lab.kubeconfig("admin"), &["helm", "-n", namespace], 70, 170);
    kx.until("the release", |s| says(s, &["web", "2"]) && s.contains("deployed"));
    kx.keys(":rollback\r");
    kx.until("what it means", |s| {
        s.contains("Roll back release web") && s.contains("spec.replicas: 2 → 3")
    });
    kx.keys("\r");
    let line = format!(":helm-status web -n {namespace} shows how its objects are doing");
    kx.shows(&line);
    // The list of its steps is left first.
    kx.keys(&format!("\x1b[27u:helm-status web -n {namespace}\r"));
    kx.until("that it is well", |s| says(s, &["Deployment", "shop", "●", "3/3"]));
    lab.run(["-n", namespace, "scale", "deployment/shop", "--replicas=5"]);
    kx.until("what becomes of it", |s| says(s, &["Deployment", "shop", "●", "5/5"]));
    kx.keys(":q\r");
    assert!(kx.ended().success());
    lab.run(["delete", "namespace", namespace, "--wait=false"]);
}
