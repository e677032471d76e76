//! An API that another server serves: browsed like any other, and when that server is gone nothing else is.

use kx::cluster::discovery;
use kx::kinds::Resource;

use crate::get::{kx, lines};
use crate::graphed::Watching;
use crate::lab::{Lab, Options};
use crate::pty::Terminal;
use crate::support::{client, wait_until};
use crate::watched::Watched;

fn lab() -> Lab {
    Lab::start(&Options { aggregated: true, ..Options::bare() }).unwrap()
}

fn create(lab: &Lab, name: &str) {
    lab.create(&format!(
        "{{apiVersion: wardle.example.com/v1beta1, kind: Flunder, metadata: {{name: {name}, namespace: default}}}}"
    ))
    .unwrap();
}

/// kx prints the same as kubectl; gives what.
fn same(lab: &Lab, arguments: &[&str]) -> Vec<String> {
    let ours = kx(lab, "admin", arguments);
    assert!(ours.status.success(), "{arguments:?}: {ours:?}");
    let theirs = lab.kubectl([&["get"], arguments].concat());
    assert_eq!(lines(&ours.stdout), lines(&theirs.stdout), "{arguments:?}");
    lines(&ours.stdout)
}

#[tokio::test]
async fn it_is_listed_watched_and_linked_like_any_other() {
    let lab = lab();
    create(&lab, "first");
    let services = same(&lab, &["apiservices"]);
    assert!(
        services.contains(&"v1alpha1.wardle.example.com wardle/wardle-api True AGE".to_owned()),
        "{services:#?}"
    );
    assert_eq!(same(&lab, &["flunders", "-A"]).len(), 2);

    let client = client(&lab, "admin").await;
    let catalog = discovery::discover(&client).await.unwrap().catalog;
    // What only the older version has is found beside what both have.
    assert_eq!(catalog.resolve("fischers").unwrap().version, "v1alpha1");
    let flunders = Resource::clone(&catalog.resolve("flunders").unwrap());
    let mut watched = Watched::start(&client, flunders, "").follow("CREATED AT");
    watched.until_live(1).await;
    create(&lab, "second");
    watched.until("the new one", |w| w.names().contains("default/second")).await;
    lab.run(["label", "flunder", "second", "paint=red"]);
    let painted = |w: &Watched| {
        let second = w.rows.values().find(|row| &*row.name == "second");
        second.is_some_and(|row| row.labels.iter().any(|(key, _)| &**key == "paint"))
    };
    watched.until("its label", painted).await;
    lab.run(["delete", "flunder", "first"]);
    watched.until("the end of the first", |w| w.rows.len() == 1).await;
    assert_eq!(watched.resets, 0);
    let theirs =
        lab.run(["get", "flunders", "-o", "jsonpath={.items[0].metadata.creationTimestamp}"]);
    assert_eq!(watched.history["second"], [theirs], "as the server's table says");

    let linked = |r: &Resource| r.plural == "apiservices" || r.is("", "services");
    let mut graph = Watching::start(&client, linked).await;
    let name = "v1beta1.wardle.example.com";
    assert!(
        graph.reached("apiservices", "", name).contains("routes to service wardle/wardle-api"),
        "{:?}",
        graph.reached("apiservices", "", name)
    );
    assert!(graph.broken().is_empty(), "{:?}", graph.broken());
    lab.run(["delete", "service", "wardle-api", "-n", "wardle"]);
    let nowhere = |g: &Watching| g.broken() == ["no service wardle-api in wardle"];
    graph.until("links that lead nowhere", nowhere).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn when_its_server_is_gone_everything_else_goes_on_and_its_pages_say_why() {
    let lab = lab();
    create(&lab, "first");
    let admin = lab.kubeconfig("admin");
    let mut before = Terminal::start(&admin, &["flunders", "-A"], 40, 140);
    before.until("the first, live", |s| s.contains("first") && s.contains("live"));

    lab.stop_aggregated().unwrap();
    before.until("what was known, stale", |s| s.contains("first") && s.contains("stale"));
    wait_until("the API server notices", || {
        let services = String::from_utf8(lab.kubectl(["get", "apiservices"]).stdout).unwrap();
        services.matches("False (FailedDiscoveryCheck)").count() == 2
    });
    same(&lab, &["apiservices"]);
    same(&lab, &["ns"]);
    let client = client(&lab, "admin").await;
    let found = discovery::discover(&client).await.unwrap();
    assert_eq!(found.stale, ["wardle.example.com/v1beta1", "wardle.example.com/v1alpha1"]);
    assert!(found.catalog.resolve("pods").is_ok());
    let output = kx(&lab, "admin", &["flunders"]);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{stderr}");
    assert!(stderr.contains("the server of wardle.example.com does not answer"), "{stderr}");

    // One that starts now knows everything else.
    let mut during = Terminal::start(&admin, &["ns"], 60, 140);
    during.until("namespaces, live", |s| s.contains("wardle") && s.contains("live"));
    during.keys(":flunders\r");
    during.shows("does not answer");
    during.keys("\x1b");
    during.until("the namespaces", |s| !s.contains(": flunders"));
    during.keys(":apiservices /service!=Local\r");
    during.until("both, and why", |s| {
        s.matches("False (FailedDiscoveryCheck)").count() == 2 && s.contains("failing or missing")
    });
    during.keys(":cluster\r");
    during.until("the cluster says so", |s| {
        s.contains("0 of 2 available")
            && s.contains("checks pass")
            && s.contains("failing or missing")
    });

    // Whoever has the page open is told why, not only that.
    before.keys(":flunders\r");
    before
        .until("why", |s| s.contains("first") && s.contains("served by service wardle/wardle-api"));

    lab.start_aggregated().unwrap();
    create(&lab, "second");
    before.until("live again", |s| {
        s.contains("first") && s.contains("second") && s.contains("live") && !s.contains("stale")
    });
    during.until("the cluster says so", |s| s.contains("2 available") && !s.contains("of 2"));
    wait_until("kx knows it again", || kx(&lab, "admin", &["flunders"]).status.success());
    // Discovery hears of it a moment later; a person would try again too.
    let deadline = std::time::Instant::now() + crate::support::PATIENCE;
    loop {
        during.keys("\x1b");
        std::thread::sleep(std::time::Duration::from_millis(200));
        during.keys(":flunders default\r");
        std::thread::sleep(std::time::Duration::from_millis(500));
        if during.text().contains("second") {
            break;
        }
        assert!(std::time::Instant::now() < deadline, "never seen:\n{}", during.text());
    }
    for terminal in [&mut before, &mut during] {
        terminal.keys(":q\r");
    }
    assert!(before.ended().success() && during.ended().success());
}
