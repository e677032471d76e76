//! Sessions in containers and port forwards: how fast bytes go through them, beside a bare reader of the same frames, and how much memory that takes.
//!
//! `cargo bench --bench streams [-- MEBIBYTES]`, 1,024 where nothing is said. Prints the table of `docs/performance.md`.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    dead_code,
    unused_imports,
    reason = "a report on stdout, with the tests' helpers"
)]

#[path = "../tests/demo/running.rs"]
mod running;
#[path = "../tests/demo/sessions.rs"]
mod sessions;
#[path = "../tests/demo/support.rs"]
mod support;

use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use futures::{SinkExt as _, StreamExt as _};
use http::HeaderValue;
use http::header::SEC_WEBSOCKET_PROTOCOL;
use kx::change::Target;
use kx::cluster::exec::{Ask, Session, open};
use kx::cluster::{Client, Env, Gate, Kubeconfig, Overrides, connect, discovery};
use kx::forward::{LOCALHOST, Local, Remote, Wanted};
use kx::session::{Ended, Place};
use running::Running;
use support::Cluster;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _, ReadBuf, empty, sink};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};
use tokio_tungstenite::{WebSocketStream, accept_hdr_async, client_async};

type Socket = WebSocketStream<TcpStream>;

const MEBIBYTE: usize = 1 << 20;
/// As much as the API server sends in a frame.
const PIECE: usize = 32 << 10;
const PROTOCOL: &str = "v5.channel.k8s.io";
const SUCCESS: &[u8] = br#"{"metadata":{},"status":"Success"}"#;
/// How many connections through a forward are measured one after the other.
const CONNECTIONS: usize = 1_000;
/// How much one answer through a forward has, and how many are under way at once.
const ANSWER: usize = 8 << 20;
const AT_ONCE: usize = 8;

fn main() {
    let mebibytes = std::env::args().skip(1).find_map(|arg| arg.parse().ok()).unwrap_or(1_024);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        println!("| What | Time | MiB/s |\n|---|---|---|");
        exec(mebibytes).await;
        forward(mebibytes).await;
        println!("| resident memory at the end | {} MiB | |", resident());
    });
}

fn said(what: &str, bytes: usize, took: Duration) {
    let rate = bytes as f64 / MEBIBYTE as f64 / took.as_secs_f64();
    println!("| {what} | {:.2} s | {rate:.0} |", took.as_secs_f64());
}

/// A server whose every session writes so many pieces, or takes what it is given where that is none.
async fn server(pieces: usize) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream, pieces));
        }
    });
    address
}

async fn serve(stream: TcpStream, pieces: usize) {
    stream.set_nodelay(true).unwrap();
    #[expect(clippy::result_large_err, reason = "the trait wants it so")]
    let choose = |_: &Request, mut answer: Response| -> Result<_, ErrorResponse> {
        answer.headers_mut().insert(SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static(PROTOCOL));
        Ok(answer)
    };
    let mut socket = accept_hdr_async(stream, choose).await.unwrap();
    let mut piece = vec![b'x'; PIECE + 1];
    piece[0] = 1;
    let message = Message::Binary(piece.into());
    for _ in 0..pieces {
        socket.send(message.clone()).await.unwrap();
    }
    if pieces == 0 {
        loop {
            match socket.next().await {
                // The end of the input.
                Some(Ok(Message::Binary(bytes))) if bytes.first() == Some(&255) => break,
                Some(Ok(_)) => {}
                _ => return,
            }
        }
    }
    socket.send(Message::Binary([&[3], SUCCESS].concat().into())).await.unwrap();
    let _ = socket.close(None).await;
    while let Some(Ok(_)) = socket.next().await {}
}

/// Counts what a server writes, with nothing in between.
async fn bare(address: SocketAddr) -> usize {
    let stream = TcpStream::connect(address).await.unwrap();
    let mut request = format!("ws://{address}/").into_client_request().unwrap();
    request.headers_mut().insert(SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static(PROTOCOL));
    let (mut socket, _): (Socket, _) = client_async(request, stream).await.unwrap();
    let mut bytes = 0;
    while let Some(Ok(message)) = socket.next().await {
        match message {
            Message::Binary(frame) if frame.first() == Some(&1) => bytes += frame.len() - 1,
            Message::Binary(_) => break,
            _ => {}
        }
    }
    bytes
}

async fn session(address: SocketAddr, stdin: bool) -> Session {
    let config = format!(
        "apiVersion: v1\nkind: Config\ncurrent-context: lab\nclusters: [{{name: lab, cluster: {{server: 'http://{address}'}}}}]\n\
         contexts: [{{name: lab, context: {{cluster: lab, user: lab}}}}]\nusers: [{{name: lab, user: {{}}}}]\n"
    );
    let path = std::path::Path::new("/lab");
    let config = Kubeconfig::from_yaml(&config, path, &Env::default()).unwrap();
    let target = config.target(None, &Overrides::default()).unwrap();
    let client = connect(&target, Gate::read_write()).await.unwrap();
    let [namespace, pod, container] = ["shop", "web-0", "main"].map(str::to_owned);
    let place = Place { namespace, pod, container };
    let ask = Ask { place, command: Some(vec!["cat".to_owned()]), stdin, tty: false };
    open(&client, &ask).await.unwrap()
}

async fn exec(mebibytes: usize) {
    let bytes = mebibytes * MEBIBYTE;
    let address = server(bytes / PIECE).await;
    let began = Instant::now();
    assert_eq!(bare(address).await, bytes);
    said("bare reader: frames of a session received", bytes, began.elapsed());
    let session_out = session(address, false).await;
    let began = Instant::now();
    let ended = session_out.run(empty(), sink(), sink(), None).await;
    assert_eq!(ended, Ended::Code(0));
    said("exec: output", bytes, began.elapsed());

    let session_in = session(server(0).await, true).await;
    let began = Instant::now();
    let ended = session_in.run(Zeros(bytes), sink(), sink(), None).await;
    assert_eq!(ended, Ended::Code(0));
    said("exec: input", bytes, began.elapsed());
}

/// So many bytes.
struct Zeros(usize);

impl AsyncRead for Zeros {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        let count = self.0.min(into.remaining());
        into.initialize_unfilled_to(count);
        into.advance(count);
        self.0 -= count;
        Poll::Ready(Ok(()))
    }
}

async fn get(address: SocketAddr, path: &str) -> usize {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let head = format!("GET {path} HTTP/1.1\r\nHost: pod\r\nConnection: close\r\n\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    let (mut all, mut buffer) = (0, vec![0; 64 << 10]);
    loop {
        match stream.read(&mut buffer).await.unwrap() {
            0 => return all,
            count => all += count,
        }
    }
}

async fn forward(mebibytes: usize) {
    let cluster = Cluster::frozen().await;
    let client: Client = sessions::client(&cluster, None).await;
    let catalog = Arc::new(discovery::discover(&client).await.unwrap().catalog);
    let resource = catalog.resolve("services").unwrap();
    let (namespace, name) = ("shop".to_owned(), "web".to_owned());
    let target = Target { resource, namespace, name, uid: None };
    let (address, remote) = (LOCALHOST.to_owned(), Remote::parse("http").unwrap());
    let wanted = Wanted { target, address, local: Local::Any, remote };
    let forward = Running::new(&client, &catalog, wanted);
    let (address, _) = forward.ready().await;

    let began = Instant::now();
    for _ in 0..CONNECTIONS {
        assert!(get(address, "/name").await > 0);
    }
    let each = began.elapsed() / CONNECTIONS as u32;
    println!("| forward: a connection and its answer, {CONNECTIONS} in turn | {each:.2?} each | |");

    let answers = (mebibytes * MEBIBYTE / ANSWER).max(1);
    let path = format!("/bytes/{ANSWER}");
    let began = Instant::now();
    let all = futures::stream::iter(0..answers).map(|_| get(address, &path));
    let bytes: usize = all.buffer_unordered(AT_ONCE).fold(0, async |sum, one| sum + one).await;
    assert!(bytes >= answers * ANSWER, "{bytes}");
    said("forward: from a pod of the demo, 8 connections at once", bytes, began.elapsed());
}

/// Memory of this process in MiB.
fn resident() -> u64 {
    let text = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages: u64 = text.split(' ').nth(1).and_then(|pages| pages.parse().ok()).unwrap_or(0);
    pages * 4_096 / (1 << 20)
}
