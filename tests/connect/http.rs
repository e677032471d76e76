//! Requests and answers: compression, streaming, failures, counting.

use std::convert::Infallible;
use std::io::Write as _;
use std::time::Duration;

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use futures::StreamExt as _;
use http_body::Frame;
use http_body_util::{BodyExt, StreamBody};
use kx::cluster::error::Unreachable;
use kx::cluster::{Error, Gate};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::time::timeout;

use crate::support::{Answer, Home, Server, get, text};

/// Long enough for any machine; nothing waits for it when all is well.
const SOON: Duration = Duration::from_secs(20);

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

fn packed(body: Vec<u8>) -> Answer {
    let mut answer = text(200, body);
    answer.headers_mut().insert("content-encoding", "gzip".parse().unwrap());
    answer
}

#[tokio::test]
async fn lists_are_packed_and_watches_are_not() {
    let long = "pod ".repeat(100_000);
    let body = gzip(&long);
    let size = body.len() as u64;
    let server = Server::plain(move |seen| {
        if seen.header("accept-encoding") == "gzip" {
            packed(body.clone())
        } else {
            text(200, "plain")
        }
    })
    .await;
    let home = Home::new();
    let url = format!("http://{}/behind/a/gateway/", server.address);
    home.config(&url, "", "");
    let client = home.client().await;
    assert_eq!(client.bytes(get("/api/v1/pods?limit=500")).await.unwrap(), long);
    let totals = client.meter().totals();
    assert_eq!(totals.body_bytes, size, "counted as received");
    assert!(totals.bytes_in > size && totals.bytes_in < size + 1000, "{totals:?}");
    for path in [
        "/api/v1/pods?watch=true",
        "/api/v1/pods?limit=1&watch=1",
        "/a/log?follow=true",
        "/api/v1/watch/pods",
    ] {
        assert_eq!(client.bytes(get(path)).await.unwrap(), "plain", "{path}");
    }
    assert_eq!(client.bytes(get("/api/v1/pods?watch=false")).await.unwrap(), long);
    // Who asks for it gets it as it is.
    let mut raw = get("/api/v1/pods");
    raw.headers_mut().insert("accept-encoding", "gzip".parse().unwrap());
    assert_eq!(client.bytes(raw).await.unwrap().len() as u64, size);
    assert_eq!(server.seen()[0].uri.to_string(), "/behind/a/gateway/api/v1/pods?limit=500");
    home.config(&url, "    disable-compression: true", "");
    assert_eq!(home.client().await.bytes(get("/api/v1/pods")).await.unwrap(), "plain");
}

#[tokio::test]
async fn gzip_is_unpacked_member_by_member_as_it_comes() {
    let (sender, receiver) = futures::channel::mpsc::unbounded::<Bytes>();
    let receiver = std::sync::Mutex::new(Some(receiver));
    let server = Server::plain(move |_| {
        let stream = receiver.lock().unwrap().take().unwrap();
        let body = StreamBody::new(stream.map(|bytes| Ok::<_, Infallible>(Frame::data(bytes))));
        let answer = http::Response::builder().header("content-encoding", "gzip");
        answer.body(BodyExt::boxed(body)).unwrap()
    })
    .await;
    let home = Home::new();
    home.config(&format!("http://{}", server.address), "", "");
    let client = home.client().await;
    sender.unbounded_send(gzip("one").into()).unwrap();
    let mut body =
        timeout(SOON, client.request(get("/api/v1/pods"))).await.unwrap().unwrap().into_body();
    // The first event is there although the second has not been sent.
    for word in ["one", "two", "three"] {
        if word != "one" {
            sender.unbounded_send(gzip(word).into()).unwrap();
        }
        let frame = timeout(SOON, body.frame()).await.unwrap().unwrap().unwrap();
        assert_eq!(frame.into_data().unwrap(), word);
    }
    assert_eq!(client.meter().totals().open, 1);
    drop(sender);
    assert!(timeout(SOON, body.frame()).await.unwrap().is_none());
    assert_eq!(client.meter().totals().open, 0);
}

#[tokio::test]
async fn broken_gzip_and_bombs_do_no_harm() {
    let bomb = gzip(&"\0".repeat(50_000_000));
    let mut broken = gzip("pods");
    broken.truncate(12);
    let server = Server::plain(move |seen| match seen.uri.path() {
        "/bomb" => packed(bomb.clone()),
        "/broken" => packed(broken.clone()),
        _ => packed(b"no gzip at all".to_vec()),
    })
    .await;
    let home = Home::new();
    home.config(&format!("http://{}", server.address), "", "");
    let client = home.client().await;
    let mut body = client.request(get("/bomb")).await.unwrap().into_body();
    let mut total = 0;
    while let Some(frame) = body.frame().await {
        let data = frame.unwrap().into_data().unwrap();
        assert!(data.len() < 32 * 1024 * 1024, "{} bytes at once", data.len());
        total += data.len();
    }
    assert_eq!(total, 50_000_000);
    let error = client.bytes(get("/broken")).await.unwrap_err();
    assert!(matches!(error, Error::Cut { .. }), "{error:?}");
    let error = client.bytes(get("/none")).await.unwrap_err();
    assert!(matches!(error, Error::Decode { .. }), "{error:?}");
}

#[tokio::test]
async fn failures_come_with_what_the_server_said() {
    let server = Server::plain(|seen| match seen.uri.path() {
        "/forbidden" => text(
            403,
            r#"{"kind":"Status","message":"pods is forbidden: User \"u\" cannot watch resource \"pods\" in API group \"\" in the namespace \"a\"","code":403}"#,
        ),
        "/busy" => {
            let mut answer = text(429, r#"{"kind":"Status","message":"wait","code":429}"#);
            answer.headers_mut().insert("retry-after", "2".parse().unwrap());
            answer
        }
        _ => text(404, r#"{"kind":"Status","message":"the server could not find the requested resource","code":404}"#),
    })
    .await;
    let home = Home::new();
    home.config(&format!("http://{}", server.address), "", "    token: secret");
    let client = home.client().await;
    let error = client.bytes(get("/forbidden")).await.unwrap_err();
    assert_eq!(error.to_string(), "forbidden: user \"u\" may not watch pods in namespace \"a\"");
    let error = client.bytes(get("/busy")).await.unwrap_err();
    assert_eq!(error.retry_after(), Some(Duration::from_secs(2)));
    assert!(matches!(client.bytes(get("/x")).await.unwrap_err(), Error::NotFound { .. }));
    // The plain answer is to be had as well, and the kube client tells the same.
    assert_eq!(client.send(get("/x")).await.unwrap().status(), 404);
    let error = client.explain(client.kube().request_text(get("/busy")).await.unwrap_err());
    assert!(matches!(error, Error::TooManyRequests { .. }), "{error:?}");
    assert!(!format!("{client:?} {:?}", client.meter().journal()).contains("secret"));
}

#[tokio::test]
async fn servers_that_are_not_there() {
    let home = Home::new();
    home.config("https://127.0.0.1:1", "", "");
    let error = home.client().await.bytes(get("/version")).await.unwrap_err();
    let refused = Error::Unreachable { host: "127.0.0.1:1".into(), problem: Unreachable::Refused };
    assert_eq!(error, refused);
    assert!(error.is_retryable() && error.hint().is_some());
    let error: Error =
        home.client().await.kube().request_text(get("/version")).await.unwrap_err().into();
    assert_eq!(error, refused, "the same through the kube client");

    home.config("https://kx-test.invalid", "", "");
    let error = home.client().await.bytes(get("/version")).await.unwrap_err();
    let Error::Unreachable { host, problem: Unreachable::Dns(_) } = &error else {
        panic!("{error:?}")
    };
    assert_eq!(host, "kx-test.invalid:443");

    // Something listens, takes the request, and hangs up.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    home.config(&format!("http://{}", listener.local_addr().unwrap()), "", "");
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = stream.read(&mut [0; 1000]).await;
        }
    });
    let error = home.client().await.bytes(get("/version")).await.unwrap_err();
    assert!(matches!(error, Error::Cut { .. }) && error.is_retryable(), "{error:?}");
}

#[tokio::test]
async fn a_read_survives_a_server_that_dropped_its_idle_connections() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let home = Home::new();
    home.config(&format!("http://{}", listener.local_addr().unwrap()), "", "");
    tokio::spawn(async move {
        // Each connection answers once, and hangs up when it is asked again.
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut buffer = [0; 4096];
                let _ = stream.read(&mut buffer).await;
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok").await;
                let _ = stream.read(&mut buffer).await;
            });
        }
    });
    let client = home.client().await;
    for _ in 0..3 {
        assert_eq!(client.bytes(get("/version")).await.unwrap(), "ok");
    }
    assert_eq!(client.meter().totals().connections, 3);
    // A write might have been done although its answer was lost: it is never repeated unasked.
    let post = http::Request::post("/api/v1/things").body(b"{}".to_vec()).unwrap();
    let error = client.bytes(post).await.unwrap_err();
    assert!(matches!(error, Error::Cut { .. }), "{error:?}");
}

#[tokio::test]
async fn the_journal_tells_every_request() {
    let server = Server::plain(|_| text(200, "hello")).await;
    let home = Home::new();
    home.config(&format!("http://{}", server.address), "", "");
    let client = home.connect(Gate::read_only()).await.unwrap();
    client.bytes(get("/api/v1/pods?limit=5&secret=x")).await.unwrap();
    let delete = http::Request::delete("/api/v1/pods").body(Vec::new()).unwrap();
    assert!(matches!(client.bytes(delete).await.unwrap_err(), Error::ReadOnly { .. }));
    let journal = client.meter().journal();
    assert_eq!(journal.len(), 2);
    assert_eq!(journal[0].path, "/api/v1/pods?limit=5");
    assert_eq!((journal[0].status, journal[0].bytes, journal[0].refused), (Some(200), 5, false));
    assert!(journal[0].took >= journal[0].first && journal[0].first.is_some());
    assert!(journal[1].refused && journal[1].status.is_none());
    let totals = client.meter().totals();
    assert_eq!((totals.requests, totals.refused, totals.open, totals.connections), (1, 1, 0, 1));
    assert!(totals.bytes_out > 0);
}
