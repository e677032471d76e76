//! Logs through every cut: each line once, in the order of its container's log.

use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use kx::cluster::logs::{News, follow};
use kx::logs::{Buffer, Group, Kind, Pods, Query, Room, Stream};
use kx::runtime::Nameless;
use serde_json::{Value, json};
use tokio::sync::mpsc;

use crate::script::{Asked, Reply, Server};

/// The first second of the logs.
const BEGAN: i64 = 1_768_478_400;
const LOG: &str = "/api/v1/namespaces/shop/pods/web-0/log";

/// A log of numbered lines, so many of them each second.
fn log(numbers: std::ops::Range<u32>, a_second: u32) -> Vec<(i64, String)> {
    numbers
        .map(|number| {
            let second = BEGAN + i64::from(number / a_second);
            let part = number % a_second * (1_000_000_000 / a_second);
            let time = jiff::Timestamp::new(second, part.cast_signed()).unwrap();
            (second, format!("{} line {number}\n", time.strftime("%Y-%m-%dT%H:%M:%S.%9fZ")))
        })
        .collect()
}

/// What a server gives of it: from a second on, as it was asked for.
fn since(log: &[(i64, String)], asked: &Asked) -> String {
    let text = asked.get("sinceTime").replace("%3A", ":");
    let from = text.parse::<jiff::Timestamp>().map_or(i64::MIN, jiff::Timestamp::as_second);
    log.iter().filter(|(second, _)| *second >= from).map(|(_, line)| line.as_str()).collect()
}

fn pod(name: &str, restarts: u32, state: &Value, last: &Value) -> Value {
    json!({
        "kind": "Pod", "apiVersion": "v1",
        "metadata": {"name": name, "namespace": "shop", "uid": name, "resourceVersion": "7"},
        "spec": {"nodeName": "n1", "containers": [{"name": "web"}]},
        "status": {"phase": "Running", "containerStatuses": [
            {"name": "web", "restartCount": restarts, "state": state, "lastState": last},
        ]},
    })
}

fn running(name: &str, restarts: u32) -> Value {
    let last = if restarts > 0 { json!({"terminated": {"exitCode": 1}}) } else { json!({}) };
    pod(name, restarts, &json!({"running": {}}), &last)
}

fn over(name: &str) -> Value {
    let mut pod =
        pod(name, 0, &json!({"terminated": {"exitCode": 0, "reason": "Completed"}}), &json!({}));
    pod["status"]["phase"] = json!("Succeeded");
    pod
}

fn list(pods: &[Value]) -> Reply {
    Reply::json(&json!({
        "kind": "PodList", "apiVersion": "v1", "metadata": {"resourceVersion": "7"}, "items": pods,
    }))
}

fn event(what: &str, pod: &Value) -> Reply {
    Reply::new(200, "application/json", format!("{}\n", json!({"type": what, "object": pod})))
}

fn query() -> Query {
    let pods = Pods { namespace: "shop".into(), ..Pods::default() };
    Query { groups: vec![Group::Pods(pods)], follow: true, ..Query::default() }
}

/// What was heard: the streams, and of each entry whose it is, what it is and its text.
#[derive(Default)]
struct Heard {
    streams: Vec<Stream>,
    entries: Vec<(u32, Kind, String)>,
}

impl Heard {
    fn lines(&self, pod: &str) -> Vec<String> {
        let is_of = |stream: u32| self.streams[stream as usize].pod == pod;
        let lines =
            self.entries.iter().filter(|(stream, kind, _)| kind.is_line() && is_of(*stream));
        lines.map(|(_, _, text)| text.clone()).collect()
    }

    fn count(&self, kind: Kind) -> usize {
        self.entries.iter().filter(|(_, of, _)| *of == kind).count()
    }
}

/// Reads until enough was heard.
async fn read(server: &Server, query: Query, enough: impl Fn(&Heard) -> bool) -> Heard {
    let (tx, mut news) = mpsc::channel(4);
    let _task = follow(server.client.clone(), query, tx);
    let mut heard = Heard::default();
    let all = async {
        while !enough(&heard) {
            match news.recv().await {
                Some(News::Streams(streams)) => heard.streams.extend(streams),
                Some(News::Entries(entries)) => {
                    heard.entries.extend(entries.iter().map(|(entry, text)| {
                        (entry.stream.0, entry.kind, String::from_utf8_lossy(text).into_owned())
                    }));
                }
                Some(News::Failed { error, .. }) => panic!("{error}"),
                Some(News::Reading(_)) => {}
                Some(News::Over) | None => break,
            }
        }
    };
    let in_time = tokio::time::timeout(Duration::from_mins(2), all).await.is_ok();
    let last = heard.entries.last().cloned();
    assert!(in_time, "not enough was heard: {} entries, at last {last:?}", heard.entries.len());
    heard
}

fn numbered(numbers: std::ops::Range<u32>) -> Vec<String> {
    numbers.map(|number| format!("line {number}")).collect()
}

#[tokio::test]
async fn every_line_arrives_once_however_often_the_connection_breaks() {
    let whole = log(0..30_000, 700);
    let server = Server::start(move |asked| match asked.path.as_str() {
        LOG if asked.before < 6 => {
            // Somewhere, also within a line, and never at its beginning.
            let text = since(&whole, asked);
            let cut = 90_001 + 77_777 * asked.before;
            Reply::new(200, "text/plain", text).cut(cut)
        }
        LOG => Reply::new(200, "text/plain", since(&whole, asked)),
        _ if asked.watches() => Reply::new(200, "application/json", "").open(),
        _ => list(&[over("web-0")]),
    })
    .await;
    let heard = read(&server, query(), |heard| heard.count(Kind::Left) > 0).await;
    assert_eq!(heard.lines("web-0"), numbered(0..30_000));
    assert_eq!(heard.count(Kind::Joined), 1);
    assert!(heard.count(Kind::Note) > 0, "that it broke is said");
    let asked = server.asked();
    let logs: Vec<&Asked> = asked.iter().filter(|asked| asked.path == LOG).collect();
    assert_eq!(logs.len(), 7, "what has ended is not asked for again");
    assert!(logs[0].get("sinceTime").is_empty() && !logs[6].get("sinceTime").is_empty());
}

/// The container is started again while the connection is broken; `ahead` is whether its new log is there before its pod says so.
async fn restarted(ahead: bool) -> (Heard, Vec<Asked>) {
    let (first, second) = (log(0..500, 40), log(500..900, 40));
    let broken = Arc::new(AtomicBool::new(false));
    let server = Server::start(move |asked| {
        let was_broken = broken.load(Ordering::SeqCst);
        match asked.path.as_str() {
            LOG if asked.query.contains_key("previous") => {
                Reply::new(200, "text/plain", since(&first, asked))
            }
            LOG if asked.before == 0 => {
                broken.store(true, Ordering::SeqCst);
                Reply::new(200, "text/plain", since(&first, asked)).cut(7_777)
            }
            LOG => Reply::new(200, "text/plain", since(&second, asked)).open(),
            _ if asked.watches() && was_broken && (!ahead || asked.before > 3) => {
                event("MODIFIED", &running("web-0", 1)).open()
            }
            // It ends soon, and is asked for again.
            _ if asked.watches() => Reply::new(200, "application/json", ""),
            _ => list(&[running("web-0", 0)]),
        }
    })
    .await;
    let heard = read(&server, query(), |heard| heard.lines("web-0").len() >= 900).await;
    (heard, server.asked())
}

#[tokio::test]
async fn the_end_of_a_run_is_read_after_the_next_has_begun() {
    for ahead in [false, true] {
        let (heard, asked) = restarted(ahead).await;
        let lines = heard.lines("web-0");
        let number = |line: &String| line["line ".len()..].parse::<u32>().unwrap();
        let of_first: Vec<u32> = lines.iter().map(number).filter(|number| *number < 500).collect();
        let of_second: Vec<u32> =
            lines.iter().map(number).filter(|number| *number >= 500).collect();
        assert_eq!(of_first, (0..500).collect::<Vec<_>>(), "ahead: {ahead}");
        assert_eq!(of_second, (500..900).collect::<Vec<_>>(), "ahead: {ahead}");
        let previous = asked.iter().filter(|asked| asked.query.contains_key("previous"));
        assert_eq!(previous.count(), 1, "ahead: {ahead}");
    }
}

#[tokio::test]
async fn pods_join_from_their_beginning_and_leave_once_they_are_read() {
    let one = log(0..50, 7);
    let two = log(50..90, 7);
    let server = Server::start(move |asked| match asked.path.as_str() {
        LOG => {
            let tail: usize = asked.get("tailLines").parse().unwrap_or(usize::MAX);
            let skip = one.len().saturating_sub(tail);
            Reply::new(200, "text/plain", since(&one[skip..], asked))
        }
        "/api/v1/namespaces/shop/pods/web-1/log" => {
            assert!(asked.get("tailLines").is_empty(), "what comes later is read whole");
            Reply::new(200, "text/plain", since(&two, asked))
        }
        _ if asked.watches() && asked.before == 0 => event("ADDED", &over("web-1")),
        _ if asked.watches() => event("DELETED", &over("web-0")).open(),
        _ => list(&[over("web-0")]),
    })
    .await;
    let query = Query { tail: Some(10), ..query() };
    let heard = read(&server, query, |heard| heard.count(Kind::Left) == 2).await;
    assert_eq!(heard.lines("web-0"), numbered(40..50));
    assert_eq!(heard.lines("web-1"), numbered(50..90));
}

#[tokio::test]
async fn what_is_not_followed_ends_and_is_one_timeline() {
    let logs: Vec<Vec<(i64, String)>> =
        (0..3).map(|of| log(0..300, 30).into_iter().skip(of).step_by(3).collect()).collect();
    let server = Server::start(move |asked| {
        let of = asked.path.split('/').nth(6).and_then(|name| name.strip_prefix("web-"));
        match of.and_then(|of| of.parse::<usize>().ok()) {
            Some(of) => Reply::new(200, "text/plain", since(&logs[of], asked)),
            None if asked.watches() => Reply::new(200, "application/json", "").open(),
            None => list(&[running("web-0", 0), running("web-1", 0), over("web-2")]),
        }
    })
    .await;
    let query = Query { follow: false, ..query() };
    let heard = read(&server, query, |_| false).await;
    let lines = heard.entries.iter().filter(|(_, kind, _)| kind.is_line());
    let lines: Vec<String> = lines.map(|(_, _, text)| text.clone()).collect();
    assert_eq!(lines, numbered(0..300));
    let asked = server.asked();
    assert!(asked.iter().all(|asked| !asked.query.contains_key("follow")));
}

#[tokio::test]
async fn a_log_that_may_not_be_read_is_told_whole() {
    let server = Server::start(|asked| match asked.path.as_str() {
        LOG => Reply::status(403, "Forbidden", "pods \"web-0\" is forbidden: no logs for you"),
        _ if asked.watches() => Reply::new(200, "application/json", "").open(),
        _ => list(&[running("web-0", 0)]),
    })
    .await;
    let heard = read(&server, query(), |heard| heard.count(Kind::Left) == 1).await;
    let mut said = String::new();
    for (_, _, text) in &heard.entries {
        let _ = writeln!(said, "{text}");
    }
    assert!(said.contains("no logs for you"), "{said}");
    assert_eq!(server.asked().iter().filter(|asked| asked.path == LOG).count(), 1);
    // Without a screen too, also for whoever wants lines alone; and what was not written before is called so.
    let told = async |flag: &str| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_kx"));
        command.args(["logs", ".", "-n", "shop", "--no-follow", flag, "--kubeconfig"]);
        command.arg(server.kubeconfig()).stdin(std::process::Stdio::null());
        let output = tokio::task::spawn_blocking(move || command.output()).await.unwrap().unwrap();
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    let lines = told("--only-log-lines").await;
    assert!(lines.contains("no logs for you") && !lines.contains("+ web-0"), "{lines}");
    let previous = told("--previous").await;
    assert!(previous.contains("no container of these pods ran before"), "{previous}");
}

#[tokio::test]
async fn events_stand_among_the_lines_at_their_time() {
    let lines = log(0..100, 10);
    let event = |uid: &str, pod: &str, after: i64, text: &str| {
        let time = jiff::Timestamp::from_second(BEGAN + after).unwrap().to_string();
        json!({
            "metadata": {"name": uid, "namespace": "shop", "uid": uid, "resourceVersion": "7"},
            "involvedObject": {"kind": "Pod", "namespace": "shop", "name": pod, "uid": pod},
            "type": "Warning", "reason": "Unhealthy", "message": text, "lastTimestamp": time,
        })
    };
    let events = [event("a", "web-0", 4, "sick"), event("b", "other", 5, "not ours")];
    let server = Server::start(move |asked| match asked.path.as_str() {
        LOG => Reply::new(200, "text/plain", since(&lines, asked)),
        _ if asked.watches() => Reply::new(200, "application/json", "").open(),
        path if path.ends_with("/events") => Reply::json(&json!({
            "kind": "EventList", "apiVersion": "v1", "metadata": {"resourceVersion": "7"}, "items": events,
        })),
        _ => list(&[over("web-0")]),
    })
    .await;
    let query = Query { events: true, ..query() };
    let heard = read(&server, query, |heard| heard.count(Kind::Left) > 0).await;
    let at = heard.entries.iter().position(|(_, kind, _)| *kind == Kind::Event).unwrap();
    let (stream, _, text) = &heard.entries[at];
    assert_eq!(text, "Warning Unhealthy: sick");
    assert_eq!(heard.streams[*stream as usize].pod, "web-0");
    let (before, after) = (&heard.entries[at - 1].2, &heard.entries[at + 1].2);
    assert!(before == "line 39" || before == "line 40", "{before}");
    assert!(after == "line 40" || after == "line 41", "{after}");
    assert_eq!(heard.count(Kind::Event), 1);
    let asked = server.asked();
    let asked = asked.iter().find(|asked| asked.path.ends_with("/events")).unwrap();
    assert!(asked.get("fieldSelector").contains("involvedObject.kind"), "{asked:?}");
}

#[tokio::test]
async fn logs_are_read_although_events_may_not_be() {
    let lines = log(0..10, 10);
    let server = Server::start(move |asked| match asked.path.as_str() {
        LOG => Reply::new(200, "text/plain", since(&lines, asked)),
        _ if asked.watches() => Reply::new(200, "application/json", "").open(),
        path if path.ends_with("/events") => Reply::status(403, "Forbidden", "no events for you"),
        _ => list(&[over("web-0")]),
    })
    .await;
    let query = Query { events: true, ..query() };
    let told = |heard: &Heard| heard.count(Kind::Left) > 0 && heard.count(Kind::Event) > 0;
    let heard = read(&server, query, told).await;
    assert_eq!(heard.lines("web-0"), numbered(0..10));
    let event = heard.entries.iter().find(|(_, kind, _)| *kind == Kind::Event).unwrap();
    assert!(event.2.contains("no events for you"), "{event:?}");
}

/// An hour of a thousand lines a second, as fast as they come: what is kept is bounded, in memory and on disk, and what is gone is known.
#[tokio::test]
async fn an_hour_of_lines_takes_no_more_room_than_it_may() {
    const LINES: u64 = 3_600_000;
    let lines: String = log(0..36_000, 1_000).into_iter().map(|(_, line)| line).collect();
    let server = Server::start(move |asked| match asked.path.as_str() {
        LOG => Reply::new(200, "text/plain", lines.clone()).times(100),
        _ if asked.watches() => Reply::new(200, "application/json", "").open(),
        _ => list(&[over("web-0")]),
    })
    .await;
    let dir = tempfile::tempdir().unwrap();
    let disks = Nameless::new(Some(dir.path().to_owned()));
    let room = Room { memory: 2 << 20, disk: 4 << 20, disks: Some(Arc::new(disks)) };
    let mut buffer = Buffer::new(&room);
    let (tx, mut news) = mpsc::channel(2);
    let _task = follow(server.client.clone(), Query { follow: false, ..query() }, tx);
    loop {
        match news.recv().await.unwrap() {
            News::Entries(entries) => {
                buffer.push(&entries);
                // A block beyond, and its index.
                assert!(buffer.bytes() < (3 << 20), "{}", buffer.bytes());
            }
            News::Over => break,
            News::Failed { error, .. } => panic!("{error}"),
            News::Streams(_) | News::Reading(_) => {}
        }
    }
    let range = buffer.range();
    // That it is read from here on, and that it ended, are entries too.
    assert_eq!(range.end, LINES + 2);
    assert!(range.start > 0 && range.end - range.start > LINES / 100, "{range:?}");
    for number in [range.start, u64::midpoint(range.start, range.end), range.end - 2] {
        while buffer.line(number).is_none() {
            let read = buffer.wants().unwrap().read();
            buffer.came(read);
        }
        let text = String::from_utf8(buffer.line(number).unwrap().text).unwrap();
        assert_eq!(text, format!("line {}", (number - 1) % 36_000));
    }
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0, "nothing is left behind");
}
