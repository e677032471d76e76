//! An open session: bytes go both ways until it ends.
//!
//! Each way waits for its other end: input is read only once what was read before is on its way, and output is received only once what came before
//! is written. Neither waits for the other way.

use std::convert::Infallible;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;

use futures::stream::{SplitSink, SplitStream};
use futures::{SinkExt as _, StreamExt as _};
use http::Response;
use kube::client::Body;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval, timeout};
use tokio_tungstenite::tungstenite::Message;

use super::super::websocket::{Socket, upgrade};
use super::super::{Client, Error};
use super::Ask;
use super::channel::{self, Heard, decode};
use crate::session::Ended;

/// How often the server is asked whether it is there, which also keeps proxies from taking the connection for unused (client-go,
/// `tools/remotecommand/websocket.go`: 5 s).
const PING: Duration = Duration::from_secs(5);
/// A server that says nothing for so long, not even that it is there, is gone (client-go: twelve pings and a second).
const SILENCE: Duration = Duration::from_secs(61);
/// How long is waited for the rest, once the server said how it ended.
const FAREWELL: Duration = Duration::from_secs(2);
/// The most bytes of input in a frame.
const PIECE: usize = 32 << 10;
/// The longest Status that is read.
const LONGEST_STATUS: usize = 64 << 10;

/// The protocols, the better first; the server chooses.
const OFFERED: [&str; 2] = ["v5.channel.k8s.io", "v4.channel.k8s.io"];

/// The protocol that the server chose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// An input can end while the session goes on.
    V5,
    /// Of servers before 1.30: nothing says that an input has ended.
    V4,
}

/// Columns and lines of a terminal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Size {
    /// Columns.
    pub columns: u16,
    /// Lines.
    pub lines: u16,
}

/// An open session.
pub struct Session {
    socket: Socket,
    protocol: Protocol,
    stdin: bool,
    /// The answer that opened it: the request has not ended before it is dropped.
    _answer: Response<Body>,
}

/// Opens a session.
///
/// # Errors
/// Whatever prevents it: the gate, the network, credentials, the server's refusal.
pub async fn open(client: &Client, ask: &Ask) -> Result<Session, Error> {
    let (socket, chosen, answer) = upgrade(client, &ask.path(), &OFFERED).await?;
    let protocol = if chosen == 0 { Protocol::V5 } else { Protocol::V4 };
    Ok(Session { socket, protocol, stdin: ask.stdin, _answer: answer })
}

impl Session {
    /// The protocol that it speaks.
    pub fn protocol(&self) -> Protocol {
        self.protocol
    }

    /// Carries bytes until it ends. `sizes` is the size of the terminal, where there is one: the size that it has now is told at once.
    pub async fn run(
        self,
        input: impl AsyncRead + Unpin,
        mut output: impl AsyncWrite + Unpin,
        mut errors: impl AsyncWrite + Unpin,
        sizes: Option<watch::Receiver<Size>>,
    ) -> Ended {
        let (sink, stream) = self.socket.split();
        let busy = AtomicBool::new(false);
        let sender = Sender { sink, protocol: self.protocol, busy: &busy };
        let send = sender.run(self.stdin.then_some(input), sizes);
        let receive = receive(stream, &mut output, &mut errors, &busy);
        let ended = tokio::select! {
            biased;
            ended = receive => ended,
            never = send => match never {},
        };
        // Somebody who does not take what is written need not keep anybody else from going.
        let _ = timeout(FAREWELL, async { (output.flush().await, errors.flush().await) }).await;
        ended
    }
}

struct Sender<'a> {
    sink: SplitSink<Socket, Message>,
    protocol: Protocol,
    /// Whether something is being sent that the server has not taken yet.
    busy: &'a AtomicBool,
}

impl Sender<'_> {
    /// Sends until somebody stops it. Where nothing can be sent any more, what is received says why.
    async fn run(
        mut self,
        input: Option<impl AsyncRead + Unpin>,
        sizes: Option<watch::Receiver<Size>>,
    ) -> Infallible {
        let outcome = self.send_all(input, sizes).await;
        tracing::debug!(?outcome, "nothing more can be sent in this session");
        std::future::pending().await
    }

    async fn send_all(
        &mut self,
        mut input: Option<impl AsyncRead + Unpin>,
        mut sizes: Option<watch::Receiver<Size>>,
    ) -> Result<Infallible, String> {
        let mut ping = interval(PING);
        ping.set_missed_tick_behavior(MissedTickBehavior::Delay);
        if let Some(sizes) = &mut sizes {
            sizes.mark_changed();
        }
        let mut piece = vec![0; PIECE];
        loop {
            tokio::select! {
                biased;
                _ = ping.tick() => self.send(Message::Ping(bytes::Bytes::new())).await?,
                size = changed(&mut sizes) => match size {
                    Some(Size { columns, lines }) => {
                        self.send(Message::Binary(channel::resize(columns, lines))).await?;
                    }
                    None => sizes = None,
                },
                read = read(&mut input, &mut piece) => match read {
                    Ok(count @ 1..) => {
                        let bytes = channel::input(&piece[..count]);
                        self.send(Message::Binary(bytes)).await?;
                    }
                    // What cannot be read has ended too.
                    Ok(0) | Err(_) => {
                        input = None;
                        if self.protocol == Protocol::V5 {
                            self.send(Message::Binary(channel::input_ends())).await?;
                        }
                    }
                },
            }
        }
    }

    async fn send(&mut self, message: Message) -> Result<(), String> {
        self.busy.store(true, Relaxed);
        let sent = self.sink.send(message).await;
        self.busy.store(false, Relaxed);
        sent.map_err(|error| error.to_string())
    }
}

/// The size as soon as it changes; `None` where nobody will tell of another. Infallible, where there is no terminal.
async fn changed(sizes: &mut Option<watch::Receiver<Size>>) -> Option<Size> {
    match sizes {
        Some(sizes) => {
            sizes.changed().await.ok()?;
            Some(*sizes.borrow_and_update())
        }
        None => std::future::pending().await,
    }
}

async fn read(input: &mut Option<impl AsyncRead + Unpin>, piece: &mut [u8]) -> io::Result<usize> {
    match input {
        Some(input) => input.read(piece).await,
        None => std::future::pending().await,
    }
}

/// Receives until it ends.
async fn receive(
    mut stream: SplitStream<Socket>,
    output: &mut (impl AsyncWrite + Unpin),
    errors: &mut (impl AsyncWrite + Unpin),
    busy: &AtomicBool,
) -> Ended {
    let mut status = Vec::new();
    let mut ended = None;
    loop {
        let patience = if ended.is_some() { FAREWELL } else { SILENCE };
        let message = match timeout(patience, stream.next()).await {
            Ok(Some(Ok(message))) => message,
            Ok(Some(Err(error))) => return ended.unwrap_or_else(|| Ended::Cut(error.to_string())),
            Ok(None) => return ended.unwrap_or_else(|| cut("the server closed the connection")),
            // It cannot answer while it does not even take what it is sent.
            Err(_) if ended.is_none() && busy.load(Relaxed) => continue,
            Err(_) => {
                let silent =
                    || Ended::Cut(format!("nothing was heard for {} s", SILENCE.as_secs()));
                return ended.unwrap_or_else(silent);
            }
        };
        let frame = match message {
            Message::Binary(frame) => frame,
            Message::Text(text) => text.into(),
            Message::Close(_) => {
                return ended.unwrap_or_else(|| {
                    cut("the server closed the connection without a word on how it ended")
                });
            }
            Message::Ping(_) | Message::Pong(_) | Message::Frame(_) => continue,
        };
        let written = match decode(frame) {
            Heard::Out(bytes) => write(output, &bytes).await,
            Heard::Err(bytes) => write(errors, &bytes).await,
            Heard::Status(bytes) => {
                let room = LONGEST_STATUS.saturating_sub(status.len());
                status.extend_from_slice(&bytes[..bytes.len().min(room)]);
                // It may come in pieces.
                ended = ended.or_else(|| Ended::of_status(&status));
                Ok(())
            }
            Heard::Nothing => Ok(()),
        };
        if let Err(error) = written {
            return ended.unwrap_or_else(|| Ended::Cut(format!("it cannot be shown: {error}")));
        }
    }
}

fn cut(why: &str) -> Ended {
    Ended::Cut(why.to_owned())
}

/// What a person waits for is shown at once.
async fn write(to: &mut (impl AsyncWrite + Unpin), bytes: &[u8]) -> io::Result<()> {
    to.write_all(bytes).await?;
    to.flush().await
}
