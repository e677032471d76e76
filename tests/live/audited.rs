//! The audit log of requests to a real API server: what each line says is what was asked, and what came of it.

use std::path::Path;
use std::time::{Duration, Instant};

use futures::StreamExt as _;
use http::Request;
use http_body_util::BodyExt as _;
use kx::cluster::{Audit, Client, Env, Gate, Kubeconfig, Overrides, connect, exec, forward};
use kx::session::Place;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::labs;
use crate::support::{PATIENCE, wait_until};

/// Two clients of one log: who may write, and who may not.
struct Audited {
    folder: tempfile::TempDir,
    writes: Client,
    reads: Client,
    seen: usize,
}

async fn client(user: &str, gate: Gate, log: &Path) -> Client {
    let file = labs::busy().kubeconfig(user);
    let config = Kubeconfig::load(Some(&file), &Env::process()).unwrap();
    let target = config.target(None, &Overrides::default()).unwrap();
    connect(&target, gate).await.unwrap().with_audit(Audit::open(log).unwrap())
}

impl Audited {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("audit.jsonl");
        let writes = client("admin", Gate::read_write(), &log).await;
        let reads = client("admin", Gate::read_only(), &log).await;
        Self { folder, writes, reads, seen: 0 }
    }

    fn all(&self) -> Vec<Value> {
        let text = std::fs::read_to_string(self.folder.path().join("audit.jsonl")).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// The lines since it was asked last, of which there are so many.
    fn lines(&mut self, count: usize) -> Vec<Value> {
        let seen = self.seen;
        wait_until("the lines of the log", || self.all().len() >= seen + count);
        let new = self.all().split_off(seen);
        assert_eq!(new.len(), count, "{new:?}");
        self.seen += count;
        for line in &new {
            let at: jiff::Timestamp = line["time"].as_str().unwrap().parse().unwrap();
            let age = jiff::Timestamp::now().duration_since(at).as_secs_f64();
            assert!((0.0..PATIENCE.as_secs_f64()).contains(&age), "{line}");
            assert_eq!(
                (&line["context"], &line["process"]),
                (&json!("lab"), &json!(std::process::id()))
            );
        }
        new
    }

    /// The lines of one request that was sent and has ended.
    fn one(&mut self, verb: &str, path: &str, status: u16) -> Value {
        let lines = self.lines(2);
        let (sent, ended) = (&lines[0], &lines[1]);
        assert_eq!((&sent["event"], &ended["event"]), (&json!("sent"), &json!("ended")));
        assert_eq!(sent["request"], ended["request"]);
        for line in [sent, ended] {
            assert_eq!((&line["verb"], &line["path"]), (&json!(verb), &json!(path)), "{line}");
        }
        assert_eq!(ended["status"], status, "{ended}");
        assert!(ended["duration_ms"].as_f64().unwrap() > 0.0, "{ended}");
        let keys = |line: &Value| line.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
        let head = ["context", "event", "path", "process", "request", "time", "verb"];
        assert_eq!(keys(sent), head);
        assert_eq!(keys(ended).len(), head.len() + 4);
        ended.clone()
    }

    fn refused(&mut self, verb: &str, path: &str) {
        let line = self.lines(1).remove(0);
        assert_eq!((&line["event"], &line["verb"]), (&json!("refused"), &json!(verb)), "{line}");
        assert_eq!((&line["path"], &line["status"]), (&json!(path), &Value::Null), "{line}");
    }
}

fn request(method: &str, path: &str, kind: &str, body: &Value) -> Request<Vec<u8>> {
    let body = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
    Request::builder().method(method).uri(path).header("content-type", kind).body(body).unwrap()
}

const MAPS: &str = "/api/v1/namespaces/x-audited/configmaps";

#[tokio::test(flavor = "multi_thread")]
async fn each_line_says_what_was_asked_and_what_came_of_it() {
    let lab = labs::busy();
    lab.create("{apiVersion: v1, kind: Namespace, metadata: {name: x-audited}}").unwrap();
    let mut audited = Audited::new().await;
    let json = "application/json";

    // Writes, each with the status and the bytes of its answer; never what is in them.
    let map = json!({"metadata": {"name": "map"}, "data": {"password": "hunter2"}});
    let answer = audited.writes.bytes(request("POST", MAPS, json, &map)).await.unwrap();
    let ended = audited.one("POST", MAPS, 201);
    let sent = map.to_string().len();
    assert_eq!((&ended["bytes"], &ended["bytes_sent"]), (&json!(answer.len()), &json!(sent)));
    let one = format!("{MAPS}/map");
    let merge = "application/merge-patch+json";
    let patch = json!({"data": {"password": "hunter3"}});
    let answer = audited.writes.bytes(request("PATCH", &one, merge, &patch)).await.unwrap();
    assert_eq!(audited.one("PATCH", &one, 200)["bytes"], answer.len());
    let again = audited.writes.send(request("POST", MAPS, json, &map)).await.unwrap();
    let body = again.into_body().collect().await.unwrap().to_bytes();
    assert_eq!(audited.one("POST", MAPS, 409)["bytes"], body.len());

    // Reads: one, a list with what selects it, what is not there, what is forbidden.
    let get = |path: &str| Request::get(path).body(Vec::new()).unwrap();
    let answer = audited.reads.bytes(get(&one)).await.unwrap();
    let ended = audited.one("GET", &one, 200);
    assert_eq!((&ended["bytes"], &ended["bytes_sent"]), (&json!(answer.len()), &json!(0)));
    let list = format!("{MAPS}?labelSelector=a%3Db&limit=5&pretty=true");
    audited.reads.bytes(get(&list)).await.unwrap();
    let ended = audited.one("GET", &format!("{MAPS}?labelSelector=a%3Db&limit=5"), 200);
    assert!(ended["bytes"].as_u64().unwrap() > 0);
    let none = format!("{MAPS}/none");
    audited.reads.bytes(get(&none)).await.unwrap_err();
    audited.one("GET", &none, 404);
    let log = audited.folder.path().join("audit.jsonl");
    let nobody = client("nobody", Gate::read_only(), &log).await;
    nobody.bytes(get(&one)).await.unwrap_err();
    let lines = audited.all();
    assert_eq!(lines.last().unwrap()["status"], 403);
    audited.seen = lines.len();

    // A watch is written down when it begins, and what it brought when it ends.
    let watch = format!("{MAPS}?watch=true&resourceVersion=0");
    let began = Instant::now();
    let answer = audited.reads.send(get(&watch)).await.unwrap();
    let sent = audited.lines(1).remove(0);
    assert_eq!((&sent["event"], &sent["path"]), (&json!("sent"), &json!(watch)));
    let mut stream = answer.into_body().into_data_stream();
    let first = tokio::time::timeout(PATIENCE, stream.next()).await.unwrap().unwrap().unwrap();
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(audited.all().len(), audited.seen, "it has not ended");
    drop(stream);
    let ended = audited.lines(1).remove(0);
    assert_eq!((&ended["event"], &ended["request"]), (&json!("ended"), &sent["request"]));
    assert_eq!(ended["status"], 200);
    assert!(ended["bytes"].as_u64().unwrap() >= first.len() as u64, "{ended}");
    let took = ended["duration_ms"].as_f64().unwrap();
    assert!(took >= 50.0 && took <= began.elapsed().as_secs_f64() * 1000.0, "{ended}");

    sessions(&mut audited).await;

    // What is refused was not sent: the object is as it was.
    audited.reads.bytes(request("DELETE", &one, json, &Value::Null)).await.unwrap_err();
    audited.refused("DELETE", &one);
    audited.reads.bytes(request("PATCH", &one, merge, &patch)).await.unwrap_err();
    audited.refused("PATCH", &one);
    let data = lab.run(["-n=x-audited", "get", "cm/map", "-o=jsonpath={.data.password}"]);
    assert_eq!(data, "hunter3");
    let text = std::fs::read_to_string(log).unwrap();
    assert!(!text.contains("hunter") && !text.contains("-token"), "{text}");
    lab.run(["delete", "namespace", "x-audited", "--wait=false"]);
}

/// Sessions and forwards are requests like any other, and their commands are nobody's business.
async fn sessions(audited: &mut Audited) {
    let lab = labs::busy();
    lab.create("{apiVersion: v1, kind: Pod, metadata: {name: pod, namespace: x-audited}, spec: {containers: [{name: main, image: a}], tolerations: [{operator: Exists}]}}").unwrap();
    wait_until("the pod runs", || {
        lab.run(["get", "pod", "-n=x-audited", "pod", "-o=jsonpath={.status.phase}"]) == "Running"
    });
    let place =
        Place { namespace: "x-audited".into(), pod: "pod".into(), container: "main".into() };
    let command = ["sh", "-c", "sleep 0.2; : hunter2"].map(str::to_owned).to_vec();
    let ask = exec::Ask { place, command: Some(command), stdin: false, tty: false };
    let attach = exec::Ask { command: None, ..ask.clone() };
    streams(audited, &ask).await;
    let pod = "/api/v1/namespaces/x-audited/pods/pod";
    let path = format!("{pod}/exec?container=main");
    let session = tokio::time::timeout(PATIENCE, exec::open(&audited.writes, &ask)).await.unwrap();
    let session = session.unwrap();
    let run = session.run(&b""[..], tokio::io::sink(), tokio::io::sink(), None);
    tokio::time::timeout(PATIENCE, run).await.unwrap();
    let ended = audited.one("GET", &path, 101);
    assert!(
        ended["duration_ms"].as_f64().unwrap() >= 200.0,
        "it lasted as long as the session: {ended}"
    );

    // Where nothing may be written they are refused, whatever the verb.
    exec::open(&audited.reads, &ask).await.err().unwrap();
    audited.refused("GET", &path);
    exec::open(&audited.reads, &attach).await.err().unwrap();
    audited.refused("GET", &format!("{pod}/attach?container=main"));
    let place = forward::Place { namespace: "x-audited".into(), pod: "pod".into(), port: 80 };
    forward::open(&audited.reads, &place, &[forward::Protocol::Channels]).await.err().unwrap();
    audited.refused("GET", &format!("{pod}/portforward"));
    let post = request("POST", &format!("{pod}/exec?command=id&container=main"), "", &Value::Null);
    audited.reads.bytes(post).await.unwrap_err();
    audited.refused("POST", &path);
}

/// How much came and went over a stream, by its line.
fn passed(line: &Value) -> (u64, u64) {
    (line["bytes"].as_u64().unwrap(), line["bytes_sent"].as_u64().unwrap())
}

/// What passes over a session or a forward is counted both ways: all of it, and little more than that for what it is packed in.
async fn streams(audited: &mut Audited, ask: &exec::Ask) {
    const MUCH: u64 = 200_000;
    const PACKING: u64 = MUCH / 20;
    let much = vec![b'x'; MUCH as usize];
    let about = |bytes: u64| bytes..bytes + PACKING;
    let pod = "/api/v1/namespaces/x-audited/pods/pod";

    let command = ["head", "-c", "200000"].map(str::to_owned).to_vec();
    let both = exec::Ask { command: Some(command), stdin: true, ..ask.clone() };
    let session = tokio::time::timeout(PATIENCE, exec::open(&audited.writes, &both)).await;
    let mut out = Vec::new();
    let run = session.unwrap().unwrap().run(&much[..], &mut out, tokio::io::sink(), None);
    tokio::time::timeout(PATIENCE, run).await.unwrap();
    assert!(out == much);
    let (came, went) = passed(&audited.one("GET", &format!("{pod}/exec?container=main"), 101));
    assert!(about(MUCH).contains(&came) && about(MUCH).contains(&went), "{came} {went}");

    // What is only read does not count as sent.
    let command = ["sh", "-c", "head -c 200000 /dev/zero"].map(str::to_owned).to_vec();
    let reads = exec::Ask { command: Some(command), ..ask.clone() };
    let session = tokio::time::timeout(PATIENCE, exec::open(&audited.writes, &reads)).await;
    let run = session.unwrap().unwrap();
    let run = run.run(&b""[..], tokio::io::sink(), tokio::io::sink(), None);
    tokio::time::timeout(PATIENCE, run).await.unwrap();
    let (came, went) = passed(&audited.one("GET", &format!("{pod}/exec?container=main"), 101));
    assert!(about(MUCH).contains(&came) && went < 1000, "{came} {went}");

    // A forward of either protocol: what stands behind port 7 sends back what it is sent.
    for protocol in forward::Protocol::ALL {
        let place = forward::Place { namespace: "x-audited".into(), pod: "pod".into(), port: 7 };
        let connection = forward::open(&audited.writes, &place, &[*protocol]).await.unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut near = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (far, _) = listener.accept().await.unwrap();
        let carried = tokio::spawn(async move { connection.carry(far, &|_| {}).await });
        let (mut from, mut to) = near.split();
        let mut back = vec![0; much.len()];
        let both = async { tokio::join!(to.write_all(&much), from.read_exact(&mut back)) };
        let (sent, read) = tokio::time::timeout(PATIENCE, both).await.unwrap();
        sent.unwrap();
        read.unwrap();
        assert!(back == much);
        drop(near);
        tokio::time::timeout(PATIENCE, carried).await.unwrap().unwrap();
        let (came, went) = passed(&audited.one("GET", &format!("{pod}/portforward"), 101));
        assert!(about(MUCH).contains(&came) && about(MUCH).contains(&went), "{came} {went}");
    }
}
