//! Port forwards through a real API server to kwok, behind whose ports run commands of this machine: see `lab/control.rs`.

use std::net::SocketAddr;
use std::sync::Arc;

use futures::StreamExt as _;
use kx::change::Target;
use kx::cluster::forward::{End, Place, Protocol, open};
use kx::cluster::{Client, Env, Error, Gate, Kubeconfig, Overrides, connect, discovery};
use kx::forward::{LOCALHOST, Local, Remote, Status, Wanted};
use kx::kinds::Catalog;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

use crate::labs;
use crate::pty::Terminal;
use crate::running::Running;
use crate::support::{PATIENCE, wait_until};

/// A namespace of its own with running pods, all of them behind the service `both`.
fn pods(namespace: &str, names: &[&str]) {
    let lab = labs::busy();
    lab.create(&format!("{{apiVersion: v1, kind: Namespace, metadata: {{name: {namespace}}}}}"))
        .unwrap();
    lab.create(&format!(
        "{{apiVersion: v1, kind: Service, metadata: {{name: both, namespace: {namespace}}}, \
         spec: {{selector: {{app: both}}, ports: [{{name: web, port: 8000, targetPort: http}}]}}}}"
    ))
    .unwrap();
    for name in names {
        pod(namespace, name);
    }
}

fn pod(namespace: &str, name: &str) {
    let lab = labs::busy();
    lab.create(&format!(
        "{{apiVersion: v1, kind: Pod, metadata: {{name: {name}, namespace: {namespace}, labels: {{app: both}}}}, \
         spec: {{tolerations: [{{operator: Exists}}], containers: [{{name: main, image: a, ports: [\
         {{name: echo, containerPort: 7}}, {{name: http, containerPort: 80}}]}}]}}}}"
    ))
    .unwrap();
    wait_until("the pod runs", || {
        lab.run(["get", "pod", "-n", namespace, name, "-o=jsonpath={.status.phase}"]) == "Running"
    });
}

async fn client(user: &str, gate: Gate) -> Client {
    let file = labs::busy().kubeconfig(user);
    let config = Kubeconfig::load(Some(&file), &Env::process()).unwrap();
    connect(&config.target(None, &Overrides::default()).unwrap(), gate).await.unwrap()
}

async fn catalog(client: &Client) -> Arc<Catalog> {
    Arc::new(discovery::discover(client).await.unwrap().catalog)
}

async fn forward(
    client: &Client,
    (namespace, plural, name): (&str, &str, &str),
    remote: &str,
) -> Running {
    let catalog = catalog(client).await;
    let resource = catalog.resolve(plural).unwrap();
    let target =
        Target { resource, namespace: namespace.to_owned(), name: name.to_owned(), uid: None };
    let remote = Remote::parse(remote).unwrap();
    let wanted = Wanted { target, address: LOCALHOST.to_owned(), local: Local::Any, remote };
    Running::new(client, &catalog, wanted)
}

/// Sends, ends its side, and reads until the other has ended.
async fn exchange(address: SocketAddr, bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect(address).await?;
    let (mut from, mut to) = stream.split();
    let mut answer = Vec::new();
    let send = async {
        to.write_all(bytes).await?;
        to.shutdown().await
    };
    let both = async { tokio::join!(send, from.read_to_end(&mut answer)) };
    let (sent, read) = timeout(PATIENCE, both).await.expect("an end in time");
    sent.and(read)?;
    Ok(answer)
}

fn bytes(count: usize) -> Vec<u8> {
    (0..count).map(|at| (at.wrapping_mul(2_654_435_761) >> 13) as u8).collect()
}

#[tokio::test]
async fn bytes_are_intact_each_way_and_an_end_is_told_while_the_other_side_goes_on() {
    pods("x-forward-bytes", &["first"]);
    let client = client("admin", Gate::read_write()).await;
    let forward = forward(&client, ("x-forward-bytes", "pods", "first"), "echo").await;
    let (address, pod) = forward.ready().await;
    assert_eq!(pod, "first");
    let much = bytes(10 << 20);
    // What echoes ends only once its input has: that it ended is told, and nothing that came before is lost.
    let back = exchange(address, &much).await.unwrap();
    assert!(back == much, "{} of {} bytes, or other ones", back.len(), much.len());
    assert!(exchange(address, b"").await.unwrap().is_empty());
    let size = much.len() as u64;
    let counts = forward
        .until("all of it", |heard| {
            (heard.counts.total == 2 && heard.counts.open == 0).then(|| heard.counts.clone())
        })
        .await;
    assert_eq!((counts.sent, counts.received, counts.broken), (size, size, 0));
}

/// A connection over this protocol, with the local end of it.
async fn over(
    client: &Client,
    namespace: &str,
    port: u16,
    protocol: Protocol,
) -> (TcpStream, tokio::task::JoinHandle<End>) {
    let place = Place { namespace: namespace.to_owned(), pod: "first".to_owned(), port };
    let connection = open(client, &place, &[protocol]).await.unwrap();
    assert_eq!(connection.protocol(), protocol);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let near = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
    let (far, _) = listener.accept().await.unwrap();
    (near, tokio::spawn(async move { connection.carry(far, &|_| {}).await }))
}

#[tokio::test]
async fn both_protocols_carry_the_same() {
    pods("x-forward-protocols", &["first"]);
    let client = client("admin", Gate::read_write()).await;
    let all = open(
        &client,
        &Place { namespace: "x-forward-protocols".into(), pod: "first".into(), port: 7 },
        Protocol::ALL,
    )
    .await;
    assert_eq!(
        all.unwrap().protocol(),
        Protocol::Tunnel,
        "the better one is taken where there is one"
    );
    let much = bytes(1 << 20);
    let mut digests = Vec::new();
    for protocol in Protocol::ALL {
        let (mut near, _task) = over(&client, "x-forward-protocols", 9, *protocol).await;
        near.write_all(&much).await.unwrap();
        let mut digest = vec![0; 65];
        timeout(PATIENCE, near.read_exact(&mut digest)).await.unwrap().unwrap();
        digests.push(String::from_utf8(digest).unwrap());

        let (mut near, task) = over(&client, "x-forward-protocols", 7, *protocol).await;
        let (mut from, mut to) = near.split();
        let mut back = vec![0; much.len()];
        let (sent, read) =
            tokio::join!(to.write_all(&much), timeout(PATIENCE, from.read_exact(&mut back)));
        sent.unwrap();
        read.unwrap().unwrap();
        assert!(back == much, "{protocol:?}");
        // Who breaks off does so on the other side too.
        near.set_zero_linger().unwrap();
        drop(near);
        assert_eq!(timeout(PATIENCE, task).await.unwrap().unwrap(), End::Left, "{protocol:?}");
    }
    assert_eq!(digests[0], digests[1]);
}

#[tokio::test]
async fn a_thousand_connections_through_a_service_whose_pod_is_deleted_half_way() {
    pods("x-forward-many", &["first"]);
    let client = client("admin", Gate::read_write()).await;
    let forward = forward(&client, ("x-forward-many", "services", "both"), "web").await;
    let (address, pod_) = forward.ready().await;
    assert_eq!(pod_, "first");
    pod("x-forward-many", "second");
    let outcomes: Vec<(usize, Vec<u8>, std::io::Result<Vec<u8>>)> = futures::stream::iter(0..1000)
        .map(async |number: usize| {
            if number == 500 {
                tokio::task::spawn_blocking(|| {
                    let delete = [
                        "delete",
                        "pod",
                        "-n=x-forward-many",
                        "first",
                        "--grace-period=0",
                        "--force",
                        "--wait=false",
                    ];
                    labs::busy().run(delete);
                })
                .await
                .unwrap();
            }
            let sent = bytes(number * 7 % 5000);
            let back = exchange(address, &sent).await;
            (number, sent, back)
        })
        .buffered(16)
        .collect()
        .await;
    let (mut refused, mut by) = (0, [0, 0]);
    for (number, sent, outcome) in &outcomes {
        let Ok(back) = outcome else {
            refused += 1;
            continue;
        };
        let name = back.iter().position(|byte| *byte == b'\n').map(|at| back.split_at(at + 1));
        let (name, rest) =
            name.unwrap_or_else(|| panic!("{number} ended as if it were whole: {back:?}"));
        by[usize::from(name == b"second\n")] += 1;
        assert!(name == b"first\n" || name == b"second\n");
        assert!(rest == sent, "{number}: {} of {} bytes, or other ones", rest.len(), sent.len());
    }
    assert!(refused <= 32, "only what was under way may be refused: {refused}");
    assert!(by[0] >= 480 && by[1] >= 450, "{by:?}");
    let last = outcomes.last().unwrap().2.as_ref().unwrap();
    assert!(last.starts_with(b"second\n"), "the same port leads to the new pod");
    let (_, now) = forward.ready().await;
    assert_eq!(now, "second");
}

#[tokio::test]
async fn with_the_last_pod_it_waits_and_goes_on_with_the_next() {
    pods("x-forward-next", &["first"]);
    let client = client("admin", Gate::read_write()).await;
    let forward = forward(&client, ("x-forward-next", "services", "both"), "8000").await;
    let (address, _) = forward.ready().await;
    labs::busy().run(["delete", "pod", "-n=x-forward-next", "first", "--wait=true"]);
    forward
        .until("that there is none", |heard| {
            matches!(heard.statuses.last(), Some(Status::Waiting(why)) if why.contains("no pod"))
                .then_some(())
        })
        .await;
    // It is taken in and waits, as the listener stays.
    let waits = tokio::spawn(exchange(address, b"hello"));
    tokio::task::spawn_blocking(|| pod("x-forward-next", "second")).await.unwrap();
    assert_eq!(waits.await.unwrap().unwrap(), b"second\nhello");
}

#[tokio::test]
async fn what_is_refused_is_refused_plainly_and_read_only_sends_nothing() {
    pods("x-forward-refused", &["first"]);
    let admin = client("admin", Gate::read_write()).await;
    let forward = forward(&admin, ("x-forward-refused", "pods", "first"), "1").await;
    let (address, _) = forward.ready().await;
    let outcome = exchange(address, b"hello").await;
    assert!(outcome.is_err(), "{outcome:?}");
    let why = forward.until("the reason", |heard| heard.counts.last_error.clone()).await;
    assert!(why.contains("port 1"), "{why}");

    let place = Place { namespace: "x-forward-refused".into(), pod: "first".into(), port: 7 };
    let viewer = client("viewer", Gate::read_write()).await;
    let error = open(&viewer, &place, Protocol::ALL).await.err().unwrap();
    assert!(matches!(error, Error::Forbidden { .. }), "{error:?}");
    let closed = client("admin", Gate::read_only()).await;
    let error = open(&closed, &place, Protocol::ALL).await.err().unwrap();
    assert!(matches!(error, Error::ReadOnly { .. }), "{error:?}");
    assert_eq!(closed.meter().totals().requests, 0);
}

#[test]
fn without_a_screen_it_says_what_kubectl_says_and_survives_its_pod() {
    use std::io::{BufRead as _, BufReader};
    use std::process::{Command, Stdio};
    pods("x-forward-plain", &["first"]);
    let lab = labs::busy();
    let kx = |args: &[&str]| {
        let home = std::env::temp_dir();
        let mut command = Command::new(env!("CARGO_BIN_EXE_kx"));
        command
            .arg("port-forward")
            .args(args)
            .args(["-n", "x-forward-plain", "--kubeconfig"])
            .arg(lab.kubeconfig("admin"));
        command.env("HOME", home).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    };
    let mut child = kx(&["svc/both", ":web"]).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let first = lines.next().unwrap().unwrap();
    let port = first
        .strip_prefix("Forwarding from 127.0.0.1:")
        .and_then(|rest| rest.strip_suffix(" -> 80"));
    let address: SocketAddr =
        format!("127.0.0.1:{}", port.unwrap_or_else(|| panic!("{first}"))).parse().unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    assert_eq!(runtime.block_on(exchange(address, b"one")).unwrap(), b"first\none");
    let handled = format!("Handling connection for {}", address.port());
    assert!(lines.any(|line| line.unwrap() == handled));
    pod("x-forward-plain", "second");
    lab.run(["delete", "pod", "-n=x-forward-plain", "first", "--wait=true"]);
    assert_eq!(runtime.block_on(exchange(address, b"two")).unwrap(), b"second\ntwo");
    child.kill().unwrap();
    child.wait().unwrap();

    for (args, code, why) in [
        (&["svc/gone", "80"][..], 1, "services \"gone\" not found"),
        (&["svc/both", "70000"], 2, "70000 is no port"),
        (&["svc/both", "web", "--read-only"], 1, "kx is read-only"),
    ] {
        let output = kx(args).output().unwrap();
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(code), "{args:?}: {errors}");
        assert!(errors.contains(why), "{args:?}: {errors}");
    }
}

#[test]
fn a_person_forwards_a_port_and_stops_it() {
    pods("x-forward-person", &["first"]);
    let lab = labs::busy();
    let mut kx =
        Terminal::start(&lab.kubeconfig("admin"), &["pods", "-n", "x-forward-person"], 32, 140);
    kx.until("the pod, live", |s| s.contains("first") && s.contains("live"));
    kx.keys("F");
    kx.until("what it offers", |s| {
        s.contains("Forward a port to pod/first") && s.contains("echo 7")
    });
    kx.keys("\r");
    kx.until("where it listens", |s| s.contains("localhost:8007"));
    kx.keys("f");
    kx.until("its page", |s| {
        s.contains("STATE") && s.contains("ready") && s.contains("pod/first in x-forward-person")
    });
    let text = kx.text();
    let port =
        text.split("localhost:").nth(1).unwrap().split(' ').next().unwrap().parse::<u16>().unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let back = runtime
        .block_on(exchange(SocketAddr::from(([127, 0, 0, 1], port)), &bytes(12_345)))
        .unwrap();
    assert!(back == bytes(12_345));
    kx.until("what has passed", |s| s.matches("12Ki").count() == 2);
    kx.keys("x");
    kx.until("that it is stopped", |s| s.contains("stopped"));
    assert!(std::net::TcpStream::connect(("127.0.0.1", port)).is_err(), "nobody listens any more");
    kx.keys(":q\r");
    assert!(kx.ended().success());
}
