//! Logs through a proxy that takes few connections at once: as many are read as it takes, the others say that they wait, and lists and watches go on.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

use http::Request;
use kx::cluster::logs::{News, follow};
use kx::cluster::{self, Client, Env, Gate, Kubeconfig, Overrides};
use kx::logs::{Group, Kind, Pods, Query};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

use crate::many::{PATIENCE, pod, written};
use crate::script::{Asked, Reply, Server};

const MANY: usize = 40;
const FEW: usize = 20;

/// A proxy that lets so many connections through at once, and refuses more.
struct Proxy {
    client: Client,
    most: Arc<AtomicUsize>,
    refused: Arc<AtomicUsize>,
}

async fn proxy(server: &Server, most: usize) -> Proxy {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let most = Arc::new(AtomicUsize::new(most));
    let refused = Arc::new(AtomicUsize::new(0));
    let (limit, count) = (Arc::clone(&most), Arc::clone(&refused));
    tokio::spawn(async move {
        let open = Arc::new(AtomicUsize::new(0));
        while let Ok((near, _)) = listener.accept().await {
            let taken = open.fetch_add(1, SeqCst) < limit.load(SeqCst);
            let (open, count) = (Arc::clone(&open), Arc::clone(&count));
            tokio::spawn(async move {
                // Whoever is gone meanwhile leaves its place all the same.
                let _ = tunnel(near, taken, &count).await;
                open.fetch_sub(1, SeqCst);
            });
        }
    });
    let yaml = format!(
        "apiVersion: v1\nkind: Config\ncurrent-context: test\n\
         contexts: [{{name: test, context: {{cluster: c, user: u, namespace: home}}}}]\n\
         clusters: [{{name: c, cluster: {{server: 'http://{}', proxy-url: 'http://{address}'}}}}]\n\
         users: [{{name: u, user: {{}}}}]\n",
        server.address
    );
    let env = Env::of(std::iter::empty::<(String, String)>());
    let config = Kubeconfig::from_yaml(&yaml, Path::new("/"), &env).unwrap();
    let target = config.target(None, &Overrides::default()).unwrap();
    let client = cluster::connect(&target, Gate::read_only()).await.unwrap();
    Proxy { client, most, refused }
}

async fn tunnel(mut near: TcpStream, taken: bool, refused: &AtomicUsize) -> std::io::Result<()> {
    let mut asked = Vec::new();
    while !asked.ends_with(b"\r\n\r\n") {
        asked.push(near.read_u8().await?);
    }
    if !taken {
        refused.fetch_add(1, SeqCst);
        return near.write_all(b"HTTP/1.1 503 Too Many Connections\r\n\r\n").await;
    }
    let to = String::from_utf8_lossy(&asked).split(' ').nth(1).unwrap_or_default().to_owned();
    let mut far = TcpStream::connect(to).await?;
    near.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await?;
    copy_bidirectional(&mut near, &mut far).await.map(drop)
}

/// What a log says, as the server sends it: seven lines a second, from the time on that is asked for.
fn log(asked: &Asked) -> String {
    let pod = asked.path.rsplit('/').nth(1).unwrap();
    let from = asked.get("sinceTime").replace("%3A", ":").parse::<jiff::Timestamp>();
    let from = from.map_or(i64::MIN, jiff::Timestamp::as_second);
    let stamped = written(pod).into_iter().zip(0..).filter_map(|(line, at)| {
        let second = 1_768_478_400 + at / 7;
        let time = jiff::Timestamp::new(second, at as i32 % 7 * 1_000).unwrap();
        let line = format!("{} {line}\n", time.strftime("%Y-%m-%dT%H:%M:%S.%9fZ"));
        (second >= from).then_some(line)
    });
    stamped.collect()
}

/// What was heard so far.
#[derive(Default)]
struct Heard {
    names: Vec<String>,
    lines: BTreeMap<String, Vec<String>>,
    notes: BTreeMap<String, Vec<String>>,
}

impl Heard {
    fn count(&self) -> usize {
        self.lines.values().map(Vec::len).sum()
    }

    /// Reads on until it is enough.
    async fn until(
        &mut self,
        news: &mut mpsc::Receiver<News>,
        what: &str,
        enough: impl Fn(&Self) -> bool,
    ) {
        let read = async {
            while !enough(self) {
                match news.recv().await {
                    Some(News::Streams(streams)) => {
                        self.names.extend(streams.into_iter().map(|of| of.pod));
                    }
                    Some(News::Entries(entries)) => {
                        for (entry, text) in entries.iter() {
                            let of = self.names[entry.stream.0 as usize].clone();
                            let text = String::from_utf8_lossy(text).into_owned();
                            match entry.kind {
                                Kind::Note => self.notes.entry(of).or_default().push(text),
                                kind if kind.is_line() => {
                                    self.lines.entry(of).or_default().push(text);
                                }
                                _ => {}
                            }
                        }
                    }
                    Some(News::Failed { again: false, error }) => panic!("{error}"),
                    Some(News::Failed { .. } | News::Reading(_)) => {}
                    Some(News::Over) | None => break,
                }
            }
        };
        let in_time = tokio::time::timeout(PATIENCE, read).await;
        assert!(
            in_time.is_ok() && enough(self),
            "{what}: not heard; {} lines of {} pods, notes {:?}",
            self.count(),
            self.names.len(),
            self.notes
        );
    }
}

fn query(follow: bool) -> Query {
    let pods = Pods { namespace: "shop".into(), ..Pods::default() };
    Query { groups: vec![Group::Pods(pods)], follow, ..Query::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn logs_that_find_no_connection_say_so_and_leave_room_for_watches() {
    // From when on the watch tells of another pod.
    let later = Arc::new(AtomicUsize::new(0));
    let tells = Arc::clone(&later);
    let server = Server::start(move |asked| {
        if asked.path.ends_with("/log") {
            return Reply::new(200, "text/plain", log(asked)).open();
        }
        let event = || format!("{}\n", json!({"type": "ADDED", "object": pod(MANY)}));
        match asked.path.as_str() {
            "/api/v1/namespaces/shop/pods" if !asked.watches() => Reply::json(&json!({
                "kind": "PodList", "apiVersion": "v1", "metadata": {"resourceVersion": "7"},
                "items": (0..MANY).map(pod).collect::<Vec<_>>(),
            })),
            "/api/v1/namespaces/shop/pods" if tells.load(SeqCst) == 1 => {
                Reply::new(200, "application/json", event()).open()
            }
            // It breaks, and wants another connection.
            "/api/v1/namespaces/shop/pods" => Reply::new(200, "application/json", "\n").cut(1),
            _ => Reply::json(&json!({"kind": "ConfigMapList", "items": []})),
        }
    })
    .await;
    let proxy = proxy(&server, FEW).await;
    let (tx, mut news) = mpsc::channel(4);
    let _task = follow(proxy.client.clone(), query(true), tx);
    let mut heard = Heard::default();
    let says = |notes: &Vec<String>, what: &str| notes.iter().any(|note| note.contains(what));
    heard
        .until(&mut news, "that more wait than could be read at all", |heard| {
            let waiting =
                heard.notes.values().filter(|notes| says(notes, "it waits for a connection"));
            waiting.count() >= MANY - FEW
        })
        .await;
    assert!(proxy.refused.load(SeqCst) > 0);
    let refused = heard.notes.values().any(|notes| says(notes, "does not lead to"));
    assert!(refused, "by whom it was refused is said: {:?}", heard.notes);
    // What is no log finds a connection, although logs wait for each that there is: a list, and the watch.
    let list = Request::get("/api/v1/namespaces/shop/configmaps").body(Vec::new()).unwrap();
    let listed = async {
        while proxy.client.bytes(list.clone()).await.is_err() {
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), listed).await.expect("it is starved");
    later.store(1, SeqCst);
    let late = format!("web-{MANY}");
    heard.until(&mut news, "the pod that came later", |heard| heard.names.contains(&late)).await;
    assert!(heard.lines.len() < MANY, "not all could be read by now");
    // Room for all: each is read, and each line is there once.
    proxy.most.store(1_000, SeqCst);
    let all = (MANY + 1) * written("x").len();
    heard.until(&mut news, "all lines", |heard| heard.count() >= all).await;
    for (pod, lines) in &heard.lines {
        assert_eq!(*lines, written(pod), "{pod}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_read_once_takes_turns() {
    let server = Server::start(move |asked| {
        if asked.path.ends_with("/log") {
            return Reply::new(200, "text/plain", log(asked));
        }
        if asked.watches() {
            return Reply::new(200, "application/json", "").open();
        }
        Reply::json(&json!({
            "kind": "PodList", "apiVersion": "v1", "metadata": {"resourceVersion": "7"},
            "items": (0..MANY).map(pod).collect::<Vec<_>>(),
        }))
    })
    .await;
    let proxy = proxy(&server, 3).await;
    let (tx, mut news) = mpsc::channel(4);
    let _task = follow(proxy.client.clone(), query(false), tx);
    let mut heard = Heard::default();
    let all = MANY * written("x").len();
    heard.until(&mut news, "all lines", |heard| heard.count() >= all).await;
    assert!(proxy.refused.load(SeqCst) > 0);
    assert!(heard.notes.is_empty(), "{:?}", heard.notes);
    for (pod, lines) in &heard.lines {
        assert_eq!(*lines, written(pod), "{pod}");
    }
}
