//! One forwarded connection: its bytes go both ways until both have ended, or it is broken off on both sides.
//!
//! A connection is whole or plainly refused: where something breaks, or not all of it is known to have come, the local side is reset rather than
//! ended, so that nobody takes a part for the whole. Each way waits for its other end, and neither for the other way.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;

use bytes::Bytes;
use futures::stream::SplitSink;
use futures::{SinkExt as _, StreamExt as _};
use http::Response;
use kube::client::Body;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::net::tcp::ReadHalf;
use tokio::sync::{Notify, mpsc};
use tokio::time::{MissedTickBehavior, interval, timeout};
use tokio_tungstenite::tungstenite::Message;

use super::super::websocket::{Socket, upgrade};
use super::super::{Client, Error};
use super::peer;
use super::receive::Receiver;
use super::wire::Protocol;

/// How often the server is asked whether it is there.
const PING: Duration = Duration::from_secs(5);
/// How long is waited for the rest once something went wrong, and for a farewell to be sent.
pub(super) const FAREWELL: Duration = Duration::from_secs(2);
/// How long a local side is listened to that still sends what nobody takes: a connection that is closed meanwhile would be reset, and what it has
/// not read yet would be lost.
const LINGER: Duration = Duration::from_secs(30);
/// The most bytes in a message.
const PIECE: usize = 32 << 10;

/// Where a connection leads.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Place {
    /// The pod's namespace.
    pub namespace: String,
    /// The pod.
    pub pod: String,
    /// Its port.
    pub port: u16,
}

/// How a connection ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// Both sides have all that the other sent before it ended.
    Whole,
    /// The local side broke it off.
    Left,
    /// It broke: why. The local side was reset.
    Broken(String),
}

/// What is told of bytes as they pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    /// So many went to the pod.
    Sent(usize),
    /// So many came from it.
    Received(usize),
}

/// An open connection to a port of a pod.
pub struct Connection {
    socket: Socket,
    protocol: Protocol,
    port: u16,
    /// The answer that opened it: the request has not ended before it is dropped.
    _answer: Response<Body>,
}

/// Opens a connection to a port of a pod over the first of these protocols that the server speaks. Nothing is sent to the pod before
/// [`Connection::carry`].
///
/// # Errors
/// Whatever prevents it: the gate, the network, credentials, the server's refusal.
pub async fn open(
    client: &Client,
    place: &Place,
    protocols: &[Protocol],
) -> Result<Connection, Error> {
    let Place { namespace, pod, port } = place;
    let path = format!("/api/v1/namespaces/{namespace}/pods/{pod}/portforward?ports={port}");
    let names: Vec<&str> = protocols.iter().map(|protocol| protocol.name()).collect();
    let (socket, chosen, answer) = upgrade(client, &path, &names).await?;
    let protocol = protocols.get(chosen).copied().unwrap_or(Protocol::Channels);
    Ok(Connection { socket, protocol, port: *port, _answer: answer })
}

impl Connection {
    /// The protocol that it speaks.
    pub fn protocol(&self) -> Protocol {
        self.protocol
    }

    /// Carries the bytes of a local connection until it ends.
    pub async fn carry(self, mut local: TcpStream, flow: &(dyn Fn(Flow) + Sync)) -> End {
        let (mut sink, mut stream) = self.socket.split();
        let (answers_tx, answers) = mpsc::channel(4);
        let shared = Shared {
            protocol: self.protocol,
            taken: Notify::new(),
            busy: false.into(),
            local_ended: false.into(),
            flow,
        };
        let end = {
            let (from_local, to_local) = local.split();
            let sender = Sender { shared: &shared, sink: &mut sink, from: from_local, answers };
            let receiver = Receiver::new(&shared, &mut stream, to_local, answers_tx);
            tokio::select! {
                biased;
                end = receiver.run() => end,
                () = sender.run(self.port) => End::Left,
            }
        };
        // The local side hears first; then the other, which need not be there any more.
        if end == End::Whole {
            let _ = (no_linger(&local), local.shutdown().await);
            let close = timeout(FAREWELL, sink.send(Message::Close(None)));
            let _ = tokio::join!(close, timeout(LINGER, drain(&mut local)));
        } else {
            let _ = local.set_zero_linger();
            drop(local);
            let reset = self.protocol.reset().map(Message::Binary);
            for message in reset.into_iter().chain([Message::Close(None)]) {
                let _ = timeout(FAREWELL, sink.send(message)).await;
            }
        }
        end
    }
}

/// What is still to be sent is sent after the connection is closed, as it is by default.
#[expect(
    deprecated,
    reason = "only a time to linger would block whoever closes it, and there is none"
)]
fn no_linger(local: &TcpStream) -> io::Result<()> {
    local.set_linger(None)
}

/// Reads on until the local side ends.
async fn drain(local: &mut TcpStream) {
    let mut piece = vec![0; PIECE];
    while matches!(local.read(&mut piece).await, Ok(1..)) {}
}

/// What both ways know.
pub(super) struct Shared<'a> {
    pub(super) protocol: Protocol,
    /// The other side takes the connection.
    pub(super) taken: Notify,
    /// Whether something is being sent that the server has not taken yet.
    pub(super) busy: AtomicBool,
    /// Whether the local side has ended.
    pub(super) local_ended: AtomicBool,
    pub(super) flow: &'a (dyn Fn(Flow) + Sync),
}

struct Sender<'a> {
    shared: &'a Shared<'a>,
    sink: &'a mut SplitSink<Socket, Message>,
    from: ReadHalf<'a>,
    answers: mpsc::Receiver<Bytes>,
}

impl Sender<'_> {
    /// Sends until the local side breaks off. Where nothing can be sent any more, what is received says why.
    async fn run(mut self, port: u16) {
        if let Err(problem) = self.send_all(port).await {
            tracing::debug!(problem, "nothing more can be sent in this connection");
            std::future::pending::<()>().await;
        }
    }

    async fn send_all(&mut self, port: u16) -> Result<(), String> {
        let protocol = self.shared.protocol;
        let mut ping = interval(PING);
        ping.set_missed_tick_behavior(MissedTickBehavior::Delay);
        if let Some(greeting) = protocol.greeting(port) {
            self.send(Message::Binary(greeting)).await?;
        }
        // Who has not taken a stream throws away what comes on it.
        let mut open = protocol == Protocol::Channels;
        let mut reads = true;
        let mut piece = vec![0; PIECE];
        loop {
            tokio::select! {
                biased;
                _ = ping.tick() => {
                    if !reads && peer::is_gone(self.from.as_ref()) {
                        return Ok(());
                    }
                    self.send(Message::Ping(Bytes::new())).await?;
                }
                Some(answer) = self.answers.recv() => self.send(Message::Binary(answer)).await?,
                () = self.shared.taken.notified(), if !open => {
                    open = true;
                    if let Some(welcome) = protocol.welcome() {
                        self.send(Message::Binary(welcome)).await?;
                    }
                }
                read = self.from.read(&mut piece), if open && reads => match read {
                    Ok(count @ 1..) => {
                        self.send(Message::Binary(protocol.data(&piece[..count]))).await?;
                        (self.shared.flow)(Flow::Sent(count));
                    }
                    Ok(0) => {
                        reads = false;
                        self.shared.local_ended.store(true, Relaxed);
                        if protocol == Protocol::Channels {
                            peer::ask(self.from.as_ref());
                        }
                        if let Some(end) = protocol.end() {
                            self.send(Message::Binary(end)).await?;
                        }
                    }
                    Err(_) => return Ok(()),
                },
            }
        }
    }

    async fn send(&mut self, message: Message) -> Result<(), String> {
        self.shared.busy.store(true, Relaxed);
        let sent = self.sink.send(message).await;
        self.shared.busy.store(false, Relaxed);
        sent.map_err(|error| error.to_string())
    }
}
