//! The logs of two hundred containers followed at once: each line once, and all else goes on meanwhile.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use http::Request;
use kx::cluster::logs::{News, follow};
use kx::logs::{Group, Pods, Query};
use serde_json::{Value, json};
use tokio::sync::mpsc;

use crate::script::{Reply, Server};

const MANY: usize = 200;
const LINES: usize = 100;
/// How long anything may take before a test gives up; the machine may be busy.
pub const PATIENCE: Duration = Duration::from_mins(2);

pub fn pod(at: usize) -> Value {
    let name = format!("web-{at}");
    json!({
        "kind": "Pod", "apiVersion": "v1",
        "metadata": {"name": name, "namespace": "shop", "uid": name, "resourceVersion": "7"},
        "spec": {"nodeName": "n1", "containers": [{"name": "web"}]},
        "status": {"phase": "Running", "containerStatuses": [
            {"name": "web", "restartCount": 0, "state": {"running": {}}, "lastState": {}},
        ]},
    })
}

/// What the container of a pod writes.
pub fn written(pod: &str) -> Vec<String> {
    (0..LINES).map(|number| format!("{pod} says {number}")).collect()
}

/// A server with so many pods, whose logs stay open; one more comes once all of them are read.
async fn server() -> Server {
    let reading = AtomicUsize::new(0);
    Server::start(move |asked| {
        if let Some(path) = asked.path.strip_suffix("/log") {
            reading.fetch_add(1, Ordering::SeqCst);
            let pod = path.rsplit('/').next().unwrap();
            let stamped = written(pod).into_iter().enumerate();
            let text: String = stamped
                .map(|(at, line)| format!("2026-01-15T12:00:{:02}.{at:09}Z {line}\n", at % 60))
                .collect();
            return Reply::new(200, "text/plain", text).open();
        }
        let event = || json!({"type": "ADDED", "object": pod(MANY)});
        match asked.path.as_str() {
            "/api/v1/namespaces/shop/pods" if !asked.watches() => Reply::json(&json!({
                "kind": "PodList", "apiVersion": "v1", "metadata": {"resourceVersion": "7"},
                "items": (0..MANY).map(pod).collect::<Vec<_>>(),
            })),
            // It ends soon, and is asked for again.
            "/api/v1/namespaces/shop/pods" if reading.load(Ordering::SeqCst) < MANY => {
                Reply::new(200, "application/json", "")
            }
            "/api/v1/namespaces/shop/pods" => {
                Reply::new(200, "application/json", format!("{}\n", event())).open()
            }
            _ => Reply::json(&json!({"kind": "ConfigMapList", "items": []})),
        }
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_logs_are_followed_while_lists_and_watches_go_on() {
    let server = server().await;
    let pods = Pods { namespace: "shop".into(), ..Pods::default() };
    let query = Query { groups: vec![Group::Pods(pods)], follow: true, ..Query::default() };
    let (tx, mut news) = mpsc::channel(4);
    let _task = follow(server.client.clone(), query, tx);
    let (mut names, mut heard) = (Vec::new(), BTreeMap::<String, Vec<String>>::new());
    let mut count = 0;
    // The pod that comes later is heard of by the watch that goes on beside all the logs.
    while count < (MANY + 1) * LINES {
        let next = tokio::time::timeout(PATIENCE, news.recv()).await;
        match next.unwrap_or_else(|_| panic!("{count} lines of {} pods", names.len())).unwrap() {
            News::Streams(streams) => names.extend(streams.into_iter().map(|of| of.pod)),
            News::Entries(entries) => {
                for (entry, text) in entries.iter().filter(|(entry, _)| entry.kind.is_line()) {
                    let line = String::from_utf8_lossy(text).into_owned();
                    heard.entry(names[entry.stream.0 as usize].clone()).or_default().push(line);
                    count += 1;
                }
            }
            News::Failed { error, .. } => panic!("{error}"),
            News::Reading(_) | News::Over => {}
        }
    }
    assert_eq!(heard.len(), MANY + 1);
    for (pod, lines) in &heard {
        assert_eq!(*lines, written(pod), "{pod}");
    }
    // All of them are open, and none is asked for again; whatever else is asked is answered.
    let asked = server.asked();
    assert_eq!(asked.iter().filter(|asked| asked.path.ends_with("/log")).count(), MANY + 1);
    let list = Request::get("/api/v1/namespaces/shop/configmaps").body(Vec::new()).unwrap();
    let answer = tokio::time::timeout(PATIENCE, server.client.bytes(list)).await.unwrap();
    assert!(!answer.unwrap().is_empty());
}

/// Shells give a process few files and connections (256 on macOS): kx takes what it may have.
#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_shell_that_gives_few_connections_is_no_limit() {
    let server = server().await;
    let mut command = Command::new("sh");
    command.args(["-c", "ulimit -S -n 64 && exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_kx")]);
    command.args(["logs", ".", "-n", "shop", "-o", "raw", "--kubeconfig"]);
    command.arg(server.kubeconfig()).stdin(Stdio::null());
    let mut kx = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let lines = BufReader::new(kx.stdout.take().unwrap()).lines();
    let read = tokio::task::spawn_blocking(move || {
        lines.take((MANY + 1) * LINES).map(Result::unwrap).collect::<Vec<_>>()
    });
    let read = tokio::time::timeout(PATIENCE, read).await;
    kx.kill().unwrap();
    kx.wait().unwrap();
    let mut heard = BTreeMap::<String, Vec<String>>::new();
    for line in read.expect("not all lines came").unwrap() {
        let pod = line.split_once(' ').unwrap().0.to_owned();
        heard.entry(pod).or_default().push(line);
    }
    assert_eq!(heard.len(), MANY + 1);
    for (pod, lines) in heard {
        assert_eq!(lines, written(&pod));
    }
    let mut logs = server.asked().into_iter().filter(|asked| asked.path.ends_with("/log"));
    assert!(logs.all(|asked| asked.before == 0), "none had to be asked for twice");
}
