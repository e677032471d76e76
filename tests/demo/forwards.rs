//! Port forwards of kx to pods of the demo cluster, where it is decided to the second when a pod goes.

use std::net::SocketAddr;
use std::sync::Arc;

use futures::StreamExt as _;
use kx::change::Target;
use kx::cluster::{Client, discovery};
use kx::forward::{LOCALHOST, Local, Remote, Status, Wanted};
use kx::kinds::Catalog;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::running::Running;
use crate::sessions::client;
use crate::support::{Ask, Cluster, DEADLINE};

struct Shop {
    cluster: Cluster,
    client: Client,
    catalog: Arc<Catalog>,
}

impl Shop {
    async fn new() -> Self {
        let cluster = Cluster::frozen().await;
        let client = client(&cluster, None).await;
        let catalog = Arc::new(discovery::discover(&client).await.unwrap().catalog);
        Self { cluster, client, catalog }
    }

    fn forward(&self, plural: &str, name: &str, remote: &str) -> Running {
        let resource = self.catalog.resolve(plural).unwrap();
        let (namespace, name) = ("shop".to_owned(), name.to_owned());
        let target = Target { resource, namespace, name, uid: None };
        let (address, remote) = (LOCALHOST.to_owned(), Remote::parse(remote).unwrap());
        Running::new(
            &self.client,
            &self.catalog,
            Wanted { target, address, local: Local::Any, remote },
        )
    }

    /// Deletes a pod at once.
    async fn delete(&self, pod: &str) {
        let path = format!("/api/v1/namespaces/shop/pods/{pod}?gracePeriodSeconds=0");
        let answer = self.cluster.send(Ask::new("DELETE", &path)).await;
        assert!(answer.status.is_success(), "{:?}", answer.body);
    }
}

/// An answer of HTTP/1.1 to its very end; an error where the connection was reset.
async fn ask(address: SocketAddr, request: &str, body: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect(address).await?;
    let length = body.len();
    let head = format!(
        "{request} HTTP/1.1\r\nHost: pod\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n"
    );
    let (mut from, mut to) = stream.split();
    let mut answer = Vec::new();
    let write = async {
        to.write_all(head.as_bytes()).await?;
        to.write_all(body).await
    };
    let (written, read) =
        timeout(DEADLINE, async { tokio::join!(write, from.read_to_end(&mut answer)) })
            .await
            .expect("an end in time");
    written.and(read)?;
    Ok(answer)
}

/// The body, where the answer is whole.
fn body(answer: &[u8]) -> Option<Vec<u8>> {
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
    let head = String::from_utf8_lossy(&answer[..end]).to_lowercase();
    let body = answer[end..].to_vec();
    if let Some(length) = head.lines().find_map(|line| line.strip_prefix("content-length: ")) {
        return (body.len() == length.trim().parse::<usize>().ok()?).then_some(body);
    }
    body.ends_with(b"0\r\n\r\n").then_some(body)
}

async fn name(address: SocketAddr) -> String {
    String::from_utf8(body(&ask(address, "GET /name", b"").await.unwrap()).unwrap()).unwrap()
}

fn bytes(count: usize) -> Vec<u8> {
    (0..count).map(|at| (at.wrapping_mul(2_654_435_761) >> 13) as u8).collect()
}

#[tokio::test]
async fn a_page_says_which_pod_it_is_and_what_passes_is_counted() {
    let shop = Shop::new().await;
    for (plural, of, port) in [
        ("services", "web", "http"),
        ("services", "web", "80"),
        ("deployments", "web", "http"),
        ("deployments", "web", "8080"),
    ] {
        let forward = shop.forward(plural, of, port);
        let (address, pod) = forward.ready().await;
        assert!(pod.starts_with("web-"), "{pod}");
        assert_eq!(name(address).await, pod, "{plural} {port}");
        let page = ask(address, "GET /", b"").await.unwrap();
        assert!(String::from_utf8_lossy(&page).contains(&format!("<h1>{pod}</h1>")));
        let counts = forward
            .until("both connections", |heard| {
                (heard.counts.total == 2 && heard.counts.open == 0).then(|| heard.counts.clone())
            })
            .await;
        assert_eq!(counts.broken, 0, "{counts:?}");
        assert!(counts.received > page.len() as u64 && counts.sent > 100, "{counts:?}");
    }
}

#[tokio::test]
async fn ten_mebibytes_arrive_as_they_were_each_way() {
    let shop = Shop::new().await;
    let forward = shop.forward("services", "web", "http");
    let (address, _) = forward.ready().await;
    let much = bytes(10 << 20);
    let got = ask(address, &format!("GET /bytes/{}", much.len()), b"").await.unwrap();
    assert!(body(&got).unwrap() == much, "from the pod");
    let less = &much[..1 << 20];
    let echo = ask(address, "POST /echo", less).await.unwrap();
    assert!(body(&echo).unwrap() == less, "there and back");
}

#[tokio::test]
async fn a_thousand_connections_are_whole_or_refused_while_their_pod_goes() {
    let shop = Shop::new().await;
    let forward = shop.forward("services", "web", "http");
    let (address, first) = forward.ready().await;
    let wanted = bytes(4096);
    let outcomes: Vec<(usize, std::io::Result<Vec<u8>>)> = futures::stream::iter(0..1000)
        .map(async |number| {
            if number == 500 {
                // Some are in the middle of something then.
                shop.delete(&first).await;
            }
            let path = if number % 50 == 49 { "GET /drip/20" } else { "GET /bytes/4096" };
            (number, ask(address, path, b"").await)
        })
        .buffered(32)
        .collect()
        .await;
    let mut refused = 0;
    for (number, outcome) in outcomes {
        match outcome {
            Ok(answer) => match body(&answer) {
                Some(body) if number % 50 == 49 => assert!(body.ends_with(b"0\r\n\r\n")),
                Some(body) => assert!(body == wanted, "{number}: other bytes"),
                None => panic!(
                    "{number} ended in the middle as if it were whole: {} bytes",
                    answer.len()
                ),
            },
            Err(_) => refused += 1,
        }
    }
    // Only those that were under way when the pod went may be refused.
    assert!(refused <= 64, "{refused} were refused");
    let (_, second) = forward.ready().await;
    assert_ne!(second, first);
    assert_eq!(name(address).await, second, "the same port leads to the new pod");
    assert!(forward.heard().statuses.contains(&Status::Looking));
}

#[tokio::test]
async fn what_is_under_way_when_the_pod_goes_is_reset_and_never_ended() {
    let shop = Shop::new().await;
    let forward = shop.forward("services", "web", "http");
    let (address, pod) = forward.ready().await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(b"GET /drip/100000 HTTP/1.1\r\nHost: pod\r\n\r\n").await.unwrap();
    let mut some = vec![0; 4096];
    while !String::from_utf8_lossy(&some).contains("drop 3") {
        let at = timeout(DEADLINE, stream.read(&mut some)).await.unwrap().unwrap();
        assert!(at > 0);
    }
    shop.delete(&pod).await;
    let end = timeout(DEADLINE, async {
        loop {
            match stream.read(&mut some).await {
                Ok(0) => return Ok(()),
                Ok(_) => {}
                Err(error) => return Err(error.kind()),
            }
        }
    });
    assert_eq!(end.await.unwrap(), Err(std::io::ErrorKind::ConnectionReset));
    let counts = forward
        .until("the broken connection", |heard| {
            (heard.counts.broken == 1).then(|| heard.counts.clone())
        })
        .await;
    assert!(counts.last_error.is_some() && counts.open == 0, "{counts:?}");
}

#[tokio::test]
async fn a_pod_that_is_gone_is_stood_for_by_what_made_it() {
    let shop = Shop::new().await;
    let web = shop.forward("deployments", "web", "http");
    let (_, pod) = web.ready().await;
    let forward = shop.forward("pods", &pod, "http");
    let (address, named) = forward.ready().await;
    assert_eq!(named, pod, "the one that was named");
    shop.delete(&pod).await;
    let other = forward.until("another pod", |heard| match heard.statuses.last() {
        Some(Status::Ready { pod: other, .. }) if *other != pod => Some(other.clone()),
        _ => None,
    });
    assert_eq!(name(address).await, other.await);
}

#[tokio::test]
async fn where_there_is_no_ready_pod_connections_wait_for_one() {
    let shop = Shop::new().await;
    let forward = shop.forward("statefulsets", "redis", "8080");
    // What redis itself has is a port of its own.
    let waits = shop.forward("pods", "redis-9", "http");
    waits
        .until("that it is waited for", |heard| match heard.statuses.last() {
            Some(Status::Waiting(why)) if why.contains("pod/redis-9 in shop is not there") => {
                Some(())
            }
            _ => None,
        })
        .await;
    let (address, pod) = forward.ready().await;
    assert!(pod.starts_with("redis-"), "{pod}");
    // Nothing listens on that port: plainly refused, with the reason.
    let refused = ask(address, "GET /", b"").await;
    assert!(refused.is_err(), "{refused:?}");
    let why = forward.until("the reason", |heard| heard.counts.last_error.clone()).await;
    assert!(why.contains("connection refused"), "{why}");
}

/// The demo speaks the protocol of older servers, which cannot be told that nothing more is sent. That is no reason not to wait for an answer.
#[tokio::test]
async fn who_has_sent_all_waits_for_a_late_answer_and_who_is_gone_is_let_go() {
    let shop = Shop::new().await;
    let forward = shop.forward("services", "web", "http");
    let (address, _) = forward.ready().await;
    let request = |seconds: u32| {
        format!("GET /late/{seconds} HTTP/1.1\r\nHost: pod\r\nConnection: close\r\n\r\n")
    };
    let mut waits = TcpStream::connect(address).await.unwrap();
    waits.write_all(request(12).as_bytes()).await.unwrap();
    waits.shutdown().await.unwrap();
    let mut gone = TcpStream::connect(address).await.unwrap();
    gone.write_all(request(3_600).as_bytes()).await.unwrap();
    forward.until("both connections", |heard| (heard.counts.open == 2).then_some(())).await;
    drop(gone);
    let mut answer = Vec::new();
    timeout(DEADLINE, waits.read_to_end(&mut answer)).await.expect("an end in time").unwrap();
    assert_eq!(body(&answer).expect("the whole answer"), b"12 s late\n");
    let counts = forward
        .until("nobody is waited for", |heard| {
            (heard.counts.open == 0).then(|| heard.counts.clone())
        })
        .await;
    assert_eq!((counts.total, counts.broken), (2, 0), "{counts:?}");
}
