//! Logs by the million: read from a server beside a bare reader of the same bytes, filtered, searched, kept.
//!
//! `cargo bench --bench logs [-- LINES]`, 10 million where nothing is said. The budget is 200,000 lines a second with follow and a filter on. Prints the
//! table of `docs/performance.md`.
//!
//! `cargo bench --bench logs -- hour [RATE]` feeds the page an hour of so many lines a second, 20,000 where nothing is said, as fast as it takes them, and
//! says what memory it has.
//!
//! `cargo bench --bench logs -- many [CONTAINERS]` follows so many containers at once, 200 where nothing is said, and asks for lists meanwhile.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    dead_code,
    reason = "a report on stdout, with the tests' helpers"
)]

#[path = "../tests/watch/script.rs"]
mod script;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use kx::app::{App, ClusterNews, ConnectedInfo, Effect, LogNews, Msg, Setup};
use kx::cluster::logs::{News, follow};
use kx::kinds::{Encoding, modelled};
use kx::logs::{Entries, Group, Kind, Pods, Query, Room, Stream, StreamId};
use kx::runtime::Nameless;
use kx::store::{Change, Delta, Freshness, Interner};
use kx::ui;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use script::{Reply, Server};
use serde_json::{Value, json};
use tokio::sync::mpsc;

const NOW: i64 = 1_768_482_000;
/// How many containers the lines are spread over.
const PODS: usize = 10;
/// How many lines the server's text has before it begins again.
const BLOCK: usize = 10_000;
const FRAME: Duration = Duration::from_millis(16);

fn main() {
    let number = std::env::args().skip(1).find_map(|arg| arg.parse().ok());
    if std::env::args().any(|arg| arg == "hour") {
        return hour(number.unwrap_or(20_000));
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    if std::env::args().any(|arg| arg == "many") {
        return runtime.block_on(many(number.unwrap_or(200)));
    }
    runtime.block_on(measure(number.unwrap_or(10_000_000)));
}

/// Lines as programs write them: JSON, logfmt, plain words and access logs in turn.
fn text() -> String {
    let mut text = String::new();
    for at in 0..BLOCK {
        let time =
            jiff::Timestamp::new(NOW - 3_600 + at as i64 / 1_000, (at % 1_000) as i32 * 1_000_000);
        let time = time.unwrap().strftime("%Y-%m-%dT%H:%M:%S.%9fZ");
        let level = if at % 97 == 0 { "error" } else { "info" };
        let line = match at % 4 {
            0 => format!(
                r#"{{"level":"{level}","msg":"served","path":"/cart/{at}","ms":{},"user":{}}}"#,
                at % 83,
                at * 7919 % 100_003
            ),
            1 => format!("level={level} msg=\"it goes on\" attempt={} took={}ms", at % 5, at % 311),
            2 => format!(
                "2026-01-15 11:00:00 {} [worker-{}] item {} is done",
                level.to_uppercase(),
                at % 16,
                at * 31
            ),
            _ => format!(
                r#"10.0.{}.{} - - [15/Jan/2026:11:00:00 +0000] "GET /item/{at} HTTP/1.1" 200 {}"#,
                at % 200,
                at % 251,
                at * 13 % 9_000
            ),
        };
        let _ = writeln!(text, "{time} {line}");
    }
    text
}

fn pod(at: usize) -> Value {
    json!({
        "kind": "Pod", "apiVersion": "v1",
        "metadata": {"name": format!("web-{at}"), "namespace": "shop", "uid": format!("u{at}"), "resourceVersion": "7"},
        "spec": {"nodeName": "n1", "containers": [{"name": "web"}]},
        "status": {"phase": "Succeeded", "containerStatuses": [
            {"name": "web", "restartCount": 0, "state": {"terminated": {"exitCode": 0}}, "lastState": {}},
        ]},
    })
}

async fn measure(lines: usize) {
    let text = text();
    let times = lines / PODS / BLOCK;
    let lines = times * BLOCK * PODS;
    let bytes = text.len() * times * PODS;
    let served = text.clone();
    let server = Server::start(move |asked| {
        if asked.path.ends_with("/log") {
            return Reply::new(200, "text/plain", served.clone()).times(times);
        }
        if asked.watches() {
            return Reply::new(200, "application/json", "").open();
        }
        let pods: Vec<Value> = (0..PODS).map(pod).collect();
        Reply::json(&json!({
            "kind": "PodList", "apiVersion": "v1", "metadata": {"resourceVersion": "7"}, "items": pods,
        }))
    })
    .await;
    println!("{lines} lines of {PODS} containers, {} MB\n", bytes / 1_000_000);
    println!("| What | Time | Lines a second |\n|---|---|---|");
    let said = |what: &str, took: Duration| {
        println!(
            "| {what} | {:.2} s | {:.0} |",
            took.as_secs_f64(),
            lines as f64 / took.as_secs_f64()
        );
    };
    let address = server.address.clone();
    let bare = tokio::task::spawn_blocking(move || bare(&address)).await.unwrap();
    said("bare reader: bytes received, ends of lines counted", bare);
    let began = Instant::now();
    let mut read = 0;
    all(&server, |news| {
        if let News::Entries(entries) = news {
            read += entries.iter().filter(|(entry, _)| entry.kind.is_line()).count();
        }
    })
    .await;
    assert_eq!(read, lines);
    said("read and merged in order of time", began.elapsed());
    page(&server, lines, "", said).await;
    page(&server, lines, "error && !worker-3", said).await;
}

/// Reads the same bytes, one connection after the other, and does nothing with them.
fn bare(address: &str) -> Duration {
    let began = Instant::now();
    let mut bytes = vec![0; 1 << 20];
    for at in 0..PODS {
        let mut stream = TcpStream::connect(address).unwrap();
        write!(stream, "GET /api/v1/namespaces/shop/pods/web-{at}/log HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").unwrap();
        let mut ends = 0;
        loop {
            match stream.read(&mut bytes).unwrap() {
                0 => break,
                read => ends += memchr::memchr_iter(b'\n', &bytes[..read]).count(),
            }
        }
        assert!(ends > 0);
    }
    began.elapsed()
}

/// Reads all logs to their end.
async fn all(server: &Server, mut heard: impl FnMut(News)) {
    let pods = Pods { namespace: "shop".into(), ..Pods::default() };
    let query = Query { groups: vec![Group::Pods(pods)], ..Query::default() };
    let (tx, mut news) = mpsc::channel(2);
    let _task = follow(server.client.clone(), query, tx);
    while let Some(news) = news.recv().await {
        if matches!(news, News::Over) {
            return;
        }
        heard(news);
    }
}

/// The page as it is in life: it hears, and is drawn sixty times a second with the newest line in view.
async fn page(server: &Server, lines: usize, filter: &str, said: impl Fn(&str, Duration)) {
    let folder = tempfile::tempdir().unwrap();
    let disks = Nameless::new(Some(folder.path().to_owned()));
    let room = Room { memory: 256 << 20, disk: 4 << 30, disks: Some(Arc::new(disks)) };
    let mut app = opened(room);
    let id = app.logs().unwrap().id;
    if !filter.is_empty() {
        keys(&mut app, "/");
        keys(&mut app, filter);
        press(&mut app, KeyCode::Enter);
    }
    let mut buffer = Buffer::empty(Rect::new(0, 0, 120, 40));
    let (mut drawn, mut frames) = (Instant::now(), 0);
    let mut slowest = Duration::ZERO;
    let began = Instant::now();
    all(server, |news| {
        let news = match news {
            News::Streams(streams) => LogNews::Streams(streams),
            News::Entries(entries) => LogNews::Entries(entries),
            News::Reading(count) => LogNews::Reading(count),
            News::Failed { error, .. } => panic!("{error}"),
            News::Over => LogNews::Over,
        };
        let one = Instant::now();
        app.update(Msg::Logs(id, news), NOW);
        if drawn.elapsed() >= FRAME {
            drawn = Instant::now();
            let layout = ui::draw_on(&app, &mut buffer);
            app.update(Msg::Drawn(layout), NOW);
            frames += 1;
        }
        slowest = slowest.max(one.elapsed());
    })
    .await;
    let took = began.elapsed();
    let what =
        if filter.is_empty() { "the page, following" } else { "the page, following, filter on" };
    said(what, took);
    let logs = app.logs().unwrap();
    assert!(logs.counts().1 + logs.let_go() >= lines as u64);
    println!(
        "| … {frames} frames; the longest step that a key could wait for | {:.1} ms | |",
        slowest.as_secs_f64() * 1e3
    );
    if !filter.is_empty() {
        return;
    }
    println!(
        "| … resident memory, {} lines there | {} MiB | |",
        app.logs().unwrap().counts().1,
        resident()
    );
    let type_ = |app: &mut App, text: &str| {
        let began = Instant::now();
        keys(app, text);
        let (mut steps, mut slowest) = (0, Duration::ZERO);
        while app.busy().is_some() {
            slowest = slowest.max(tell(app, Msg::Step));
            steps += 1;
        }
        (began.elapsed(), steps, slowest)
    };
    keys(&mut app, "/");
    for (what, text) in
        [("filter: text", "worker-3"), ("filter: three patterns", " && item && !9[0-9]")]
    {
        let (took, steps, slowest) = type_last(&mut app, text, &type_);
        said(what, took);
        println!("| … in {steps} steps, the longest | {:.1} ms | |", slowest.as_secs_f64() * 1e3);
    }
    press(&mut app, KeyCode::Enter);
    press(&mut app, KeyCode::Esc);
    keys(&mut app, "f");
    let (took, ..) = type_last(&mut app, "path=/cart|took=310", &type_);
    said("search: regex, all matches counted", took);
    press(&mut app, KeyCode::Enter);
    while app.busy().is_some() {
        tell(&mut app, Msg::Step);
    }
    let began = Instant::now();
    let key = KeyEvent::new(KeyCode::Char('g'), KeyModifiers::NONE);
    let frame = tell(&mut app, Msg::Key(key));
    let took = began.elapsed().as_secs_f64() * 1e3;
    println!("| to the first line, from disk | {took:.1} ms | |");
    println!("| … what of it a key could wait for | {:.1} ms | |", frame.as_secs_f64() * 1e3);
}

/// An hour of lines, fed fast, with a filter on; memory is said ten times.
fn hour(rate: usize) {
    let folder = tempfile::tempdir().unwrap();
    let disks = Nameless::new(Some(folder.path().to_owned()));
    let room = Room { memory: 256 << 20, disk: 4 << 30, disks: Some(Arc::new(disks)) };
    let mut app = opened(room);
    let id = app.logs().unwrap().id;
    keys(&mut app, "/");
    keys(&mut app, "error");
    press(&mut app, KeyCode::Enter);
    let text = text();
    let lines: Vec<&[u8]> = text
        .lines()
        .filter_map(|line| line.split_once(' '))
        .map(|(_, text)| text.as_bytes())
        .collect();
    let stream = |at: usize| Stream { pod: format!("web-{at}"), ..Stream::default() };
    app.update(Msg::Logs(id, LogNews::Streams((0..PODS).map(stream).collect())), NOW);
    let (began, total) = (Instant::now(), rate * 3_600);
    println!("| Lines | Time | Resident memory | There |\n|---|---|---|---|");
    let mut fed = 0;
    while fed < total {
        let mut entries = Entries::default();
        for at in fed..(fed + BLOCK).min(total) {
            let time = (NOW - 3_600) * 1_000_000_000 + (at as i64) * 1_000_000_000 / rate as i64;
            let line = lines[at % lines.len()];
            entries.push(time, StreamId((at % PODS) as u32), Kind::Line, line);
        }
        let before = fed * 10 / total;
        fed += entries.len();
        app.update(Msg::Logs(id, LogNews::Entries(entries)), NOW);
        if fed * 10 / total > before {
            let (took, there) = (began.elapsed().as_secs_f64(), app.logs().unwrap().counts().1);
            println!("| {fed} | {took:.1} s | {} MiB | {there} |", resident());
        }
    }
}

/// How many lines the containers that are followed at once write together.
const OF_MANY: usize = 2_000_000;

/// So many containers followed at once, each over a connection of its own, while lists are asked for.
async fn many(containers: usize) {
    let text = text();
    let times = (OF_MANY / containers / BLOCK).max(1);
    let lines = containers * times * BLOCK;
    let server = Server::start(move |asked| {
        if asked.path.ends_with("/log") {
            return Reply::new(200, "text/plain", text.clone()).times(times).open();
        }
        if asked.watches() {
            return Reply::new(200, "application/json", "").open();
        }
        let mut pods: Vec<Value> = (0..containers).map(pod).collect();
        for pod in &mut pods {
            pod["status"]["phase"] = json!("Running");
            pod["status"]["containerStatuses"][0]["state"] = json!({"running": {}});
        }
        Reply::json(&json!({
            "kind": "PodList", "apiVersion": "v1", "metadata": {"resourceVersion": "7"}, "items": pods,
        }))
    })
    .await;
    let client = server.client.clone();
    let lists = tokio::spawn(async move {
        let mut took = Vec::new();
        loop {
            let asked = Instant::now();
            let list = http::Request::get("/api/v1/namespaces/shop/pods").body(Vec::new()).unwrap();
            if client.bytes(list).await.is_err() || LISTS.load(Ordering::Relaxed) {
                return took;
            }
            took.push(asked.elapsed());
            tokio::time::sleep(FRAME).await;
        }
    });
    let pods = Pods { namespace: "shop".into(), ..Pods::default() };
    let query = Query { groups: vec![Group::Pods(pods)], follow: true, ..Query::default() };
    let (tx, mut news) = mpsc::channel(2);
    let began = Instant::now();
    let _task = follow(server.client.clone(), query, tx);
    let (mut read, mut seen, mut all_seen) = (0, BTreeSet::new(), Duration::ZERO);
    while read < lines {
        let Some(News::Entries(entries)) = news.recv().await else { continue };
        for (entry, _) in entries.iter().filter(|(entry, _)| entry.kind.is_line()) {
            read += 1;
            if seen.len() < containers && seen.insert(entry.stream) && seen.len() == containers {
                all_seen = began.elapsed();
            }
        }
    }
    let took = began.elapsed();
    LISTS.store(true, Ordering::Relaxed);
    let mut lists = lists.await.unwrap();
    lists.sort_unstable();
    let (middle, last) = (lists[lists.len() / 2], lists[lists.len() - 1]);
    println!("{lines} lines of {containers} containers followed at once\n");
    println!("| What | Figure |\n|---|---|");
    println!("| a line of each is there | {:.2} s |", all_seen.as_secs_f64());
    println!("| all are read | {:.2} s |", took.as_secs_f64());
    println!("| lines a second | {:.0} |", lines as f64 / took.as_secs_f64());
    println!("| a list meanwhile, of {} | {middle:.1?}, the longest {last:.1?} |", lists.len());
    println!("| resident memory, the server's among it | {} MiB |", resident());
}

/// Whether lists are not asked for any more.
static LISTS: AtomicBool = AtomicBool::new(false);

/// Types all but the last letter, then measures what follows it: what is typed on is looked for anew.
fn type_last<T>(app: &mut App, text: &str, measured: &dyn Fn(&mut App, &str) -> T) -> T {
    let (before, last) = text.split_at(text.len() - 1);
    keys(app, before);
    measured(app, last)
}

fn keys(app: &mut App, text: &str) {
    for c in text.chars() {
        press(app, KeyCode::Char(c));
    }
}

fn press(app: &mut App, code: KeyCode) {
    tell(app, Msg::Key(KeyEvent::new(code, KeyModifiers::NONE)));
}

/// Tells the program something, and what is read of the file for it, which is done elsewhere in life; the longest that the loop took.
fn tell(app: &mut App, msg: Msg) -> Duration {
    let began = Instant::now();
    let effects = app.update(msg, NOW);
    let mut slowest = began.elapsed();
    for effect in effects {
        if let Effect::ReadSpilled { id, reading } = effect {
            slowest = slowest.max(tell(app, Msg::Logs(id, LogNews::Came(reading.read()))));
        }
    }
    slowest
}

/// A program with the logs of a pod open.
fn opened(log_room: Room) -> App {
    let mut app = App::new(Setup { context: "lab".into(), log_room, ..Setup::default() });
    let mut watched = Vec::new();
    let start = [
        Msg::Resize(120, 40),
        Msg::Cluster("lab".into(), ClusterNews::Connected(ConnectedInfo::default())),
        Msg::Cluster("lab".into(), ClusterNews::Catalog(kx::kinds::Catalog::default().into())),
    ];
    for msg in start {
        watched.extend(app.update(msg, NOW));
    }
    for effect in watched {
        let Effect::Watch { id, source } = effect else { continue };
        if source.resource.plural != "pods" {
            continue;
        }
        let (mut interner, mut rows) = (Interner::default(), Vec::new());
        let bytes = serde_json::to_vec(&pod(0)).unwrap();
        modelled("", "pods")
            .unwrap()
            .decode(Encoding::Json, &bytes, &mut interner, &mut rows)
            .unwrap();
        app.update(Msg::Delta(id, Delta::Batch(rows.into_iter().map(Change::Put).collect())), NOW);
        app.update(Msg::Delta(id, Delta::State(Freshness::Live { limited_to: None })), NOW);
    }
    let mut buffer = Buffer::empty(Rect::new(0, 0, 120, 40));
    let layout = ui::draw_on(&app, &mut buffer);
    app.update(Msg::Drawn(layout), NOW);
    keys(&mut app, "l");
    let layout = ui::draw_on(&app, &mut buffer);
    app.update(Msg::Drawn(layout), NOW);
    app
}

/// Memory of this process in MiB.
fn resident() -> u64 {
    let text = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages: u64 = text.split(' ').nth(1).and_then(|pages| pages.parse().ok()).unwrap_or(0);
    pages * 4_096 / (1 << 20)
}
