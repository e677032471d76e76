//! Logs of a real cluster: what `kubectl logs` gives.

use std::process::{Command, Stdio};

use crate::lab::Lab;
use crate::labs;

fn kx(lab: &Lab, user: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kx"));
    command.args(["logs", "--kubeconfig"]).arg(lab.kubeconfig(user)).args(arguments);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn sorted(text: &str) -> Vec<&str> {
    let mut lines: Vec<&str> = text.lines().collect();
    lines.sort_unstable();
    lines
}

#[test]
fn logs_of_a_workload_are_those_that_kubectl_gives() {
    let lab = labs::busy();
    for (query, labels) in [("deploy/web", "app=web"), ("svc/web", "app=web"), ("sts/db", "app=db")]
    {
        let arguments = [query, "-n", "shop", "--no-follow", "--since", "all", "-o", "raw"];
        let ours = kx(lab, "admin", &arguments).output().unwrap();
        assert!(ours.status.success(), "{query}: {ours:?}");
        let theirs = lab.run([
            "logs",
            "-n",
            "shop",
            "-l",
            labels,
            "--tail=-1",
            "--all-containers",
            "--max-log-requests=50",
        ]);
        assert!(!theirs.is_empty(), "{query}");
        let ours = String::from_utf8_lossy(&ours.stdout).into_owned();
        assert_eq!(sorted(&ours), sorted(&theirs), "{query}");
    }
}

#[test]
fn flags_choose_lines_and_say_whose_they_are() {
    let lab = labs::busy();
    let run = |arguments: &[&str]| {
        let output = kx(lab, "admin", &[&["-n", "shop", "--no-follow"], arguments].concat())
            .output()
            .unwrap();
        assert!(output.status.success(), "{arguments:?}: {output:?}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    let listening = run(&["^db-0$", "--since", "all", "-i", "listening", "-o", "json"]);
    for line in listening.lines() {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        assert_eq!(line["podName"], "db-0");
        assert!(line["message"].as_str().unwrap().contains("listening"));
    }
    assert!(!listening.is_empty());
    assert_eq!(run(&["^db-0$", "--since", "1s"]), "", "the lines are older");
    let tail = run(&["^db-0$", "--since", "all", "--tail", "1", "-e", "nothing like this"]);
    assert!(tail.lines().all(|line| line.starts_with("db-0 ")), "{tail}");
    assert!((1..=2).contains(&tail.lines().count()), "one a container: {tail}");
    let template = "{{.PodName}}|{{.Message | upper}}";
    let written = run(&["^db-0$", "--since", "all", "-i", "listening", "--template", template]);
    assert!(!written.is_empty(), "{listening}");
    for line in written.lines() {
        assert!(line.starts_with("db-0|") && line.contains("LISTENING"), "{line}");
    }
    let wrong = ["-n", "shop", ".", "--no-follow", "--template", "{{.PodName"];
    let wrong = kx(lab, "admin", &wrong).output().unwrap();
    assert!(!wrong.status.success() && String::from_utf8_lossy(&wrong.stderr).contains("}}"));
}

#[test]
fn who_may_not_read_logs_is_told() {
    let lab = labs::busy();
    let output = kx(lab, "nobody", &["web", "-n", "shop", "--no-follow"]).output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && told.contains("forbidden"), "{output:?}");
}
