//! Files in the containers of the demo cluster: listed, read, copied both ways, and seen through a debug container.

use std::path::Path;
use std::sync::Arc;

use kx::cluster::{Client, Env, Gate, Kubeconfig, Overrides, connect};
use kx::files::{Existing, Files, Job, Kind, OF_TARGET, RemotePath, Way};
use kx::runtime::{Journal, Journaled};
use kx::session::Place;
use kx::transfer::{self, Means, Progress, Trouble};
use serde_json::json;

use crate::support::Cluster;

async fn client(cluster: &Cluster) -> Client {
    let config =
        Kubeconfig::from_yaml(&cluster.demo.kubeconfig(), Path::new("/demo"), &Env::default())
            .unwrap();
    connect(&config.target(None, &Overrides::default()).unwrap(), Gate::read_write()).await.unwrap()
}

fn files(container: &str) -> Files {
    let [namespace, pod, container] = ["shop", "redis-0", container].map(str::to_owned);
    Files::of(Place { namespace, pod, container })
}

fn path(text: &str) -> RemotePath {
    RemotePath::new(text.as_bytes())
}

#[tokio::test(flavor = "multi_thread")]
async fn folders_are_looked_at_and_copied_both_ways() {
    let cluster = Cluster::frozen().await;
    let client = client(&cluster).await;
    let (entries, more) = transfer::list(&client, &files("redis"), &path("/etc")).await.unwrap();
    let named = |name: &str| entries.iter().find(|e| e.name == name.as_bytes()).unwrap();
    assert!(!more && named("app").is_folder);
    assert_eq!(named("hostname").size, Some(8));
    assert_eq!(named("hostname").permissions(), "-rw-r--r--");
    let (entries, _) = transfer::list(&client, &files("redis"), &path("/")).await.unwrap();
    let run = entries.iter().find(|e| e.name == b"run").unwrap();
    assert_eq!(
        (run.kind, run.is_folder, run.target.as_deref()),
        (Kind::Link, true, Some(&b"var/run"[..]))
    );
    let read = transfer::read(&client, &files("redis"), &path("/etc/hostname"), 1024).await;
    assert_eq!(read.unwrap(), (b"redis-0\n".to_vec(), false));

    let folder = tempfile::tempdir().unwrap();
    let ask: transfer::Ask = Arc::new(|_| Existing::Stop);
    let means = Means { client: client.clone(), progress: Arc::new(Progress::default()), ask };
    let copy = async |way| transfer::run(&Job::new(files("redis"), way), &means).await;
    let to = folder.path().join("etc");
    let down = Way::Down { from: path("/etc"), to: to.clone(), beneath: false };
    assert!(copy(down.clone()).await.unwrap().is_whole());
    assert_eq!(std::fs::read(to.join("hostname")).unwrap(), b"redis-0\n");
    // Copied again, only what is left of it comes, and what is there is not asked about.
    std::fs::remove_file(to.join("hostname")).unwrap();
    let again = Job { again: true, ..Job::new(files("redis"), down) };
    let outcome = transfer::run(&again, &means).await.unwrap();
    assert!(outcome.is_whole() && outcome.resumed > 0, "{outcome:?}");
    assert_eq!(outcome.bytes - outcome.resumed, 8);
    assert_eq!(std::fs::read(to.join("hostname")).unwrap(), b"redis-0\n");
    let deep = folder.path().join("not/there/yet");
    copy(Way::Down { from: path("/README"), to: deep.clone(), beneath: false }).await.unwrap();
    assert!(deep.is_file());
    let app = Way::Down { from: path("/usr/bin/app"), to: folder.path().into(), beneath: false };
    assert_eq!(copy(app).await.unwrap().bytes, 200_008);

    // What is put there is there, for the shell too.
    std::fs::write(to.join("new"), "from here").unwrap();
    let up = Way::Up { from: to, to: path("/tmp") };
    assert!(copy(up).await.unwrap().is_whole());
    let up = Way::Up { from: folder.path().join("etc/new"), to: path("/tmp/one") };
    copy(up.clone()).await.unwrap();
    for file in ["/tmp/etc/new", "/tmp/one"] {
        let read = transfer::read(&client, &files("redis"), &path(file), 1024).await.unwrap();
        assert_eq!(read.0, b"from here", "{file}");
    }
    assert!(matches!(copy(up).await, Err(Trouble::Exists { .. })));
    let missing = transfer::list(&client, &files("redis"), &path("/none")).await.unwrap_err();
    assert!(missing.to_string().contains("No such file"), "{missing}");
}

#[tokio::test]
async fn a_debug_container_sees_the_files_of_its_target() {
    let cluster = Cluster::frozen().await;
    let client = client(&cluster).await;
    let container = json!({"name": "debugger", "image": "busybox", "stdin": true, "tty": true,
        "targetContainerName": "redis"});
    let at = "/api/v1/namespaces/shop/pods/redis-0/ephemeralcontainers";
    let body = json!({"spec": {"ephemeralContainers": [container]}});
    let answer = cluster.patch(at, "strategic-merge-patch+json", &body).await;
    assert_eq!(answer.status, 200);
    let runs = |pod: &serde_json::Value| {
        pod["status"]["ephemeralContainerStatuses"][0]["state"]["running"].is_object()
    };
    cluster.until(60, "/api/v1/namespaces/shop/pods/redis-0", runs).await;
    let through = Files { root: OF_TARGET, ..files("debugger") };
    let read = transfer::read(&client, &through, &path("/etc/app/app.yaml"), 1024).await.unwrap();
    assert!(read.0.starts_with(b"service: redis"), "{read:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_copied_to_and_from_a_container_is_in_the_journal() {
    let cluster = Cluster::frozen().await;
    let client = client(&cluster).await;
    let folder = tempfile::tempdir().unwrap();
    let (journal, file) = (folder.path().join("journal.jsonl"), folder.path().join("site.conf"));
    std::fs::write(&file, "port 80").unwrap();
    let ask: transfer::Ask = Arc::new(|_| Existing::Stop);
    let means = Means { client: client.clone(), progress: Arc::new(Progress::default()), ask };
    let journaled =
        |path: &Path| Journaled::new(Journal::new(Some(path.into())), Some(&client), "demo", "c0");
    let up = Job::new(files("redis"), Way::Up { from: file.clone(), to: path("/tmp/site.conf") });
    let lines = || -> Vec<serde_json::Value> {
        let text = std::fs::read_to_string(&journal).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    };
    assert!(journaled(&journal).carry_out(&up, &means).await.unwrap().is_whole());
    let [begun, ended] = lines().try_into().unwrap();
    assert_eq!((&begun["result"], &ended["result"]), (&json!("sending"), &json!("done")));
    assert_eq!((&begun["id"], &begun["context"]), (&ended["id"], &json!("demo")));
    let action = format!("upload {} to /tmp/site.conf in redis", file.display());
    assert_eq!(ended["action"], json!(action));
    assert_eq!((&ended["resource"], &ended["name"]), (&json!("pods"), &json!("redis-0")));
    assert_eq!(begun["body"]["from"], json!(file.display().to_string()));

    // It is there already and was not replaced: that is in it, too.
    assert!(journaled(&journal).carry_out(&up, &means).await.is_err());
    let last = lines().pop().unwrap();
    assert_eq!(last["result"], "failed");
    assert!(last["message"].as_str().unwrap().contains("there already"), "{last}");
    // So is one that somebody stops.
    drop(
        tokio::time::timeout(std::time::Duration::ZERO, journaled(&journal).carry_out(&up, &means))
            .await,
    );
    assert_eq!(lines().len() % 2, 0);

    // So is what comes out of a container, although that changes nothing.
    let down =
        Way::Down { from: path("/tmp/site.conf"), to: folder.path().join("back"), beneath: false };
    journaled(&journal).carry_out(&Job::new(files("redis"), down), &means).await.unwrap();
    let (ended, begun) = {
        let mut all = lines();
        (all.pop().unwrap(), all.pop().unwrap())
    };
    assert_eq!(ended["action"], "download /tmp/site.conf from redis");
    assert_eq!((&begun["id"], &ended["result"]), (&ended["id"], &json!("done")));
    // What cannot be written down is not written into the container either.
    let nowhere = file.join("no-folder").join("journal.jsonl");
    let up = Job::new(files("redis"), Way::Up { from: file, to: path("/tmp/other") });
    let why = journaled(&nowhere).carry_out(&up, &means).await.unwrap_err();
    assert!(matches!(why, Trouble::Journal(_)), "{why}");
    let read = transfer::read(&client, &files("redis"), &path("/tmp/other"), 10).await;
    assert!(read.is_err());
}
