//! A million numbered lines of a real cluster, through restarts of its API server and a rolling update: each once, in order, per container.

use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;

use kx::cluster::logs::{News, follow};
use kx::logs::{Group, Kind, Pods, Query, Stream};
use tokio::sync::mpsc;

use crate::lab::{Lab, Options};
use crate::support::{PATIENCE, client};

const LINES: u64 = 1_000_000;
const AT_ONCE: u64 = 20_000;

/// What was heard of a container.
#[derive(Default)]
struct Heard {
    stream: Stream,
    /// The number that the next line must have.
    next: u64,
    left: bool,
    notes: Vec<String>,
}

/// Reads news until there is enough; every line must be the one after the line before.
async fn until(
    news: &mut mpsc::Receiver<News>,
    heard: &mut Vec<Heard>,
    enough: impl Fn(&[Heard]) -> bool,
) {
    let all = async {
        while !enough(heard) {
            match news.recv().await.unwrap() {
                News::Streams(streams) => heard
                    .extend(streams.into_iter().map(|stream| Heard { stream, ..Heard::default() })),
                News::Entries(entries) => {
                    for (entry, text) in entries.iter() {
                        let of = &mut heard[entry.stream.0 as usize];
                        let text = String::from_utf8_lossy(text);
                        match entry.kind {
                            Kind::Line => {
                                assert_eq!(text, format!("line {}", of.next), "{:?}", of.stream);
                                of.next += 1;
                            }
                            Kind::Left => of.left = true,
                            Kind::Note => of.notes.push(text.into_owned()),
                            kind => assert_eq!(kind, Kind::Joined),
                        }
                    }
                }
                News::Failed { again, error } => assert!(again, "{error}"),
                News::Reading(_) => {}
                News::Over => panic!("it is followed"),
            }
        }
    };
    let in_time = tokio::time::timeout(PATIENCE, all).await.is_ok();
    let states: Vec<_> =
        heard.iter().map(|of| (&of.stream.pod, of.next, of.left, &of.notes)).collect();
    assert!(in_time, "not enough within {PATIENCE:?}: {states:?}");
}

/// Writes lines into the log that all containers show, with the time.
fn write(log: &Path, numbers: std::ops::Range<u64>) {
    let mut file = OpenOptions::new().append(true).open(log).unwrap();
    let mut number = numbers.start;
    while number < numbers.end {
        let mut text = String::new();
        for number in number..(number + AT_ONCE).min(numbers.end) {
            let time = jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%S.%9fZ");
            let _ = writeln!(text, "{time} stdout F line {number}");
        }
        file.write_all(text.as_bytes()).unwrap();
        number += AT_ONCE;
    }
}

const WEB: &str = "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: default}, spec: {replicas: 1, \
    selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec: {containers: [{name: web, image: web:1}]}}}}";

#[tokio::test(flavor = "multi_thread")]
async fn a_million_lines_come_once_and_in_order_through_restarts_of_the_server() {
    let lab = Lab::start(&Options { nodes: 1, ..Options::default() }).unwrap();
    let log = lab.container_log();
    std::fs::write(&log, "").unwrap();
    lab.create(WEB).unwrap();
    lab.run(["wait", "--for=condition=Available", "deployment/web", "--timeout=240s"]);
    let client = client(&lab, "admin").await;
    let pods = Pods { namespace: "default".into(), labels: "app=web".into(), ..Pods::default() };
    let query = Query { groups: vec![Group::Pods(pods)], follow: true, ..Query::default() };
    let (tx, mut news) = mpsc::channel(4);
    let _task = follow(client, query, tx);
    let mut heard = Vec::new();

    write(&log, 0..LINES / 4);
    // The server goes while lines are read, more are written meanwhile, and it comes back; twice.
    let first = |heard: &[Heard], number: u64| heard.first().is_some_and(|of| of.next >= number);
    for lines in [LINES / 4..LINES / 2, LINES / 2..LINES / 4 * 3] {
        until(&mut news, &mut heard, |heard| first(heard, lines.start - LINES / 8)).await;
        lab.stop_apiserver().unwrap();
        write(&log, lines);
        lab.start_apiserver().unwrap();
    }
    // The pod that takes its place is read from its beginning.
    until(&mut news, &mut heard, |heard| first(heard, LINES / 2)).await;
    lab.run(["set", "image", "deployment/web", "web=web:2"]);
    write(&log, LINES / 4 * 3..LINES);
    until(&mut news, &mut heard, |heard| {
        heard.len() == 2 && heard[0].left && heard[1].next == LINES
    })
    .await;
    assert!(heard[0].next >= LINES / 2, "{}", heard[0].next);
    assert_ne!(heard[0].stream.pod, heard[1].stream.pod);
    assert!(!heard[0].notes.is_empty(), "that it broke is said");
}

/// A pod whose status belongs to this test.
const STILL: &str = "{apiVersion: v1, kind: Pod, metadata: {name: still, namespace: default, labels: {app: still}, annotations: {lab.kx/still: 'yes'}}, \
    spec: {containers: [{name: web, image: web:1}]}}";

/// What a kubelet says of a run of a container, and of the one before it. The count of restarts does not tell them apart: a node that has thrown its dead
/// containers away counts anew.
fn runs(lab: &Lab, id: &str, before: Option<&str>) {
    let now = jiff::Timestamp::now();
    let last = before.map_or(serde_json::json!({}), |id| {
        serde_json::json!({"terminated": {"exitCode": 1, "reason": "Error", "containerID": id, "startedAt": now.to_string(), "finishedAt": now.to_string()}})
    });
    let status = serde_json::json!({"status": {"phase": "Running", "containerStatuses": [{
        "name": "web", "image": "web:1", "imageID": "web", "ready": true, "started": true, "restartCount": 0,
        "containerID": id, "state": {"running": {"startedAt": now.to_string()}}, "lastState": last,
    }]}});
    let patch = format!("--patch={status}");
    lab.run(["patch", "pod/still", "--subresource=status", "--type=merge", patch.as_str()]);
}

#[tokio::test(flavor = "multi_thread")]
async fn restarts_are_followed_by_the_containers_id_and_no_line_is_lost_or_doubled() {
    const RUN: u64 = 20_000;
    let lab = Lab::start(&Options { nodes: 1, ..Options::default() }).unwrap();
    let log = lab.container_log();
    std::fs::write(&log, "").unwrap();
    lab.create(STILL).unwrap();
    lab.run(["wait", "--for=condition=PodScheduled", "pod/still", "--timeout=240s"]);
    runs(&lab, "containerd://0", None);
    let client = client(&lab, "admin").await;
    let pods = Pods { namespace: "default".into(), labels: "app=still".into(), ..Pods::default() };
    let query = Query { groups: vec![Group::Pods(pods)], follow: true, ..Query::default() };
    let (tx, mut news) = mpsc::channel(4);
    let _task = follow(client, query, tx);
    let mut heard = Vec::new();
    for run in 0..4 {
        let lines = run * RUN..(run + 1) * RUN;
        write(&log, lines.start..lines.start + RUN / 2);
        let half = lines.start + RUN / 2;
        until(&mut news, &mut heard, |heard| heard.first().is_some_and(|of| of.next >= half)).await;
        // The last that it writes, and then it is another container with a log of its own.
        write(&log, half..lines.end);
        std::fs::copy(&log, lab.log_before()).unwrap();
        let next = log.with_extension("next");
        std::fs::write(&next, "").unwrap();
        std::fs::rename(&next, &log).unwrap();
        let (id, before) = (format!("containerd://{}", run + 1), format!("containerd://{run}"));
        runs(&lab, &id, Some(&before));
    }
    write(&log, 4 * RUN..5 * RUN);
    until(&mut news, &mut heard, |heard| heard.first().is_some_and(|of| of.next == 5 * RUN)).await;
    assert_eq!(heard.len(), 1, "it is one container all the while");
}
