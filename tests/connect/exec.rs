//! Sessions over a websocket, against a server that does as it is told.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

use futures::{SinkExt as _, StreamExt as _};
use http::HeaderValue;
use http::header::SEC_WEBSOCKET_PROTOCOL;
use kx::cluster::exec::{Ask, Protocol, Session, Size, open};
use kx::cluster::{Client, Error, Gate};
use kx::session::{Ended, Place};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, empty, sink};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{oneshot, watch};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};
use tokio_tungstenite::{WebSocketStream, accept_hdr_async};

use crate::support::Home;

type Socket = WebSocketStream<TcpStream>;

/// How long anything may take.
const SOON: Duration = Duration::from_mins(1);

/// A server that speaks this protocol, and does this with the first connection.
async fn server<F>(
    protocol: &'static str,
    script: impl FnOnce(Socket) -> F + Send + 'static,
) -> (SocketAddr, oneshot::Receiver<F::Output>)
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (tx, rx) = oneshot::channel();
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        #[expect(clippy::result_large_err, reason = "the trait wants it so")]
        let choose = |request: &Request, mut answer: Response| -> Result<_, ErrorResponse> {
            let offered = request.headers()[SEC_WEBSOCKET_PROTOCOL].to_str().unwrap();
            assert_eq!(offered, "v5.channel.k8s.io, v4.channel.k8s.io");
            answer.headers_mut().insert(SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static(protocol));
            Ok(answer)
        };
        let socket = accept_hdr_async(stream, choose).await.unwrap();
        let _ = tx.send(script(socket).await);
    });
    (address, rx)
}

async fn client(address: SocketAddr, gate: Gate) -> Client {
    let home = Home::new();
    home.config(&format!("http://{address}"), "", "");
    home.connect(gate).await.unwrap()
}

fn ask() -> Ask {
    let [namespace, pod, container] = ["shop", "web-0", "main"].map(str::to_owned);
    let place = Place { namespace, pod, container };
    Ask { place, command: Some(vec!["cat".to_owned()]), stdin: true, tty: true }
}

async fn session(address: SocketAddr) -> Session {
    let client = client(address, Gate::read_write()).await;
    timeout(SOON, open(&client, &ask())).await.unwrap().unwrap()
}

fn frame(channel: u8, bytes: &[u8]) -> Message {
    Message::Binary([&[channel], bytes].concat().into())
}

/// The next frame that is no ping.
async fn next(socket: &mut Socket) -> Option<Vec<u8>> {
    loop {
        match socket.next().await? {
            Ok(Message::Binary(bytes)) => return Some(bytes.to_vec()),
            Ok(Message::Ping(_) | Message::Pong(_)) => {}
            _ => return None,
        }
    }
}

const SUCCESS: &[u8] = br#"{"metadata":{},"status":"Success"}"#;

#[tokio::test]
async fn the_size_goes_first_and_the_end_of_the_input_is_told() {
    let (address, seen) = server("v5.channel.k8s.io", async |mut socket: Socket| {
        let mut frames = Vec::new();
        while let Some(frame) = next(&mut socket).await {
            let over = frame == [255, 0];
            frames.push(frame);
            if over {
                break;
            }
        }
        // Empty frames, output that is no text, and a Status in two pieces.
        for channel in 0..4 {
            socket.send(frame(channel, b"")).await.unwrap();
        }
        socket.send(frame(1, b"\x00\xff\x1b[31m")).await.unwrap();
        socket.send(frame(2, b"oh")).await.unwrap();
        let failed = br#"{"status":"Failure","reason":"NonZeroExitCode","details":{"causes":[{"reason":"ExitCode","message":"7"}]}}"#;
        socket.send(frame(3, &failed[..20])).await.unwrap();
        socket.send(frame(3, &failed[20..])).await.unwrap();
        socket.send(frame(1, b"last words")).await.unwrap();
        socket.close(None).await.unwrap();
        frames
    })
    .await;
    let session = session(address).await;
    assert_eq!(session.protocol(), Protocol::V5);
    let (_sizes, size) = watch::channel(Size { columns: 132, lines: 43 });
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let run = session.run(&b"in\x00put"[..], &mut out, &mut err, Some(size));
    assert_eq!(timeout(SOON, run).await.unwrap(), Ended::Code(7));
    assert_eq!(out, b"\x00\xff\x1b[31mlast words");
    assert_eq!(err, b"oh");
    let frames = seen.await.unwrap();
    assert_eq!(frames[0], b"\x04{\"Width\":132,\"Height\":43}");
    assert_eq!(frames[1..], [b"\x00in\x00put".to_vec(), vec![255, 0]]);
}

#[tokio::test]
async fn of_an_older_server_the_input_ends_without_a_word() {
    let (address, seen) = server("v4.channel.k8s.io", async |mut socket: Socket| {
        let first = next(&mut socket).await;
        // Were the end told, it would come before the second size.
        let second = next(&mut socket).await;
        socket.send(frame(3, SUCCESS)).await.unwrap();
        (first, second)
    })
    .await;
    let session = session(address).await;
    assert_eq!(session.protocol(), Protocol::V4);
    let (sizes, size) = watch::channel(Size { columns: 80, lines: 24 });
    let (near, far) = tokio::io::duplex(16);
    drop(near);
    let run = session.run(far, sink(), sink(), Some(size));
    let again = async {
        tokio::task::yield_now().await;
        sizes.send_replace(Size { columns: 81, lines: 25 });
        std::future::pending::<()>().await;
    };
    let ended = tokio::select! {
        ended = timeout(SOON, run) => ended.unwrap(),
        () = again => unreachable!(),
    };
    assert_eq!(ended, Ended::Code(0));
    let (first, second) = seen.await.unwrap();
    assert!(first.unwrap().starts_with(b"\x04"));
    assert!(second.is_none_or(|frame| frame.starts_with(b"\x04")));
}

#[tokio::test]
async fn a_connection_that_breaks_is_told_apart_from_an_end() {
    for politely in [false, true] {
        let (address, _seen) = server("v5.channel.k8s.io", async move |mut socket: Socket| {
            socket.send(frame(1, b"half a li")).await.unwrap();
            if politely {
                socket.close(None).await.unwrap();
            }
        })
        .await;
        let mut out = Vec::new();
        let (_input, never) = tokio::io::duplex(16);
        let run = session(address).await.run(never, &mut out, sink(), None);
        let ended = timeout(SOON, run).await.unwrap();
        assert!(matches!(ended, Ended::Cut(_)), "{ended:?}");
        assert_eq!(out, b"half a li", "what arrived is shown");
    }
}

#[tokio::test]
async fn read_only_sends_not_a_byte() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = client(listener.local_addr().unwrap(), Gate::read_only()).await;
    for command in [Some(vec!["ls".to_owned()]), None] {
        let refused = open(&client, &Ask { command, ..ask() }).await.err().unwrap();
        assert!(matches!(refused, Error::ReadOnly { .. }), "{refused:?}");
    }
    let totals = client.meter().totals();
    assert_eq!((totals.refused, totals.requests, totals.connections), (2, 0, 0));
    drop(client);
    // Nobody ever came to the door.
    assert!(timeout(Duration::from_millis(50), listener.accept()).await.is_err());
}

#[tokio::test]
async fn a_session_stands_in_the_books_for_as_long_as_it_lasts_and_without_its_command() {
    let (go, gone) = oneshot::channel::<()>();
    let (address, _seen) = server("v5.channel.k8s.io", async |mut socket: Socket| {
        let _ = gone.await;
        socket.send(frame(3, SUCCESS)).await.unwrap();
    })
    .await;
    let client = client(address, Gate::read_write()).await;
    let session = open(&client, &ask()).await.unwrap();
    assert_eq!(client.meter().totals().open, 1);
    go.send(()).unwrap();
    let ended = timeout(SOON, session.run(empty(), sink(), sink(), None)).await.unwrap();
    assert_eq!(ended, Ended::Code(0));
    assert_eq!(client.meter().totals().open, 0);
    let entry = &client.meter().journal()[0];
    assert_eq!(entry.path, "/api/v1/namespaces/shop/pods/web-0/exec?container=main");
    assert_eq!(entry.status, Some(101));
}

/// Ten mebibytes of every byte there is.
fn much() -> Vec<u8> {
    let mut state = 0x5eed_u64;
    let bytes = (0..10 << 20).map(|_| {
        // xorshift64 (Marsaglia, 2003)
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state as u8
    });
    bytes.collect()
}

#[tokio::test]
async fn ten_mebibytes_go_in_and_come_out_as_they_are() {
    let (address, _seen) = server("v5.channel.k8s.io", async |mut socket: Socket| {
        while let Some(bytes) = next(&mut socket).await {
            match bytes.split_first() {
                Some((0, bytes)) => socket.send(frame(1, bytes)).await.unwrap(),
                _ => break,
            }
        }
        socket.send(frame(3, SUCCESS)).await.unwrap();
        socket.close(None).await.unwrap();
    })
    .await;
    let session = session(address).await;
    let (input, mut out) = (much(), Vec::new());
    let run = session.run(&input[..], &mut out, sink(), None);
    assert_eq!(timeout(SOON, run).await.unwrap(), Ended::Code(0));
    assert!(out == input, "{} of {} bytes, or other ones", out.len(), input.len());
}

#[tokio::test]
async fn who_does_not_read_stops_who_writes() {
    const PIECE: usize = 32 << 10;
    let sent = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&sent);
    let (stuck_tx, stuck) = oneshot::channel::<()>();
    let (address, _seen) = server("v5.channel.k8s.io", async move |mut socket: Socket| {
        let mut stuck = Some(stuck_tx);
        let piece = vec![b'x'; PIECE];
        let message = frame(1, &piece);
        while stuck.is_some() {
            let mut send = std::pin::pin!(socket.send(message.clone()));
            if timeout(Duration::from_secs(1), &mut send).await.is_err() {
                let _ = stuck.take().unwrap().send(());
                send.await.unwrap();
            }
            counter.fetch_add(PIECE, SeqCst);
        }
        socket.send(frame(3, SUCCESS)).await.unwrap();
        socket.close(None).await.unwrap();
        // Who goes while something is unread takes with it what is still under way.
        while let Some(Ok(_)) = socket.next().await {}
    })
    .await;
    let session = session(address).await;
    // Nobody reads what is written here, until the server can send no more.
    let (out, mut read) = tokio::io::duplex(1024);
    let task = tokio::spawn(session.run(empty(), out, sink(), None));
    timeout(SOON, stuck).await.unwrap().unwrap();
    assert!(sent.load(SeqCst) < 64 << 20, "{} bytes are kept somewhere", sent.load(SeqCst));
    let mut all = Vec::new();
    timeout(SOON, read.read_to_end(&mut all)).await.unwrap().unwrap();
    assert_eq!(task.await.unwrap(), Ended::Code(0));
    assert_eq!(all.len(), sent.load(SeqCst));
    // Dropping the other end is told by an end, not by a panic.
    let _ = read.shutdown().await;
}
