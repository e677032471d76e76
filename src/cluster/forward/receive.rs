//! The way from the pod, and how a connection has ended.

use std::io;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use bytes::Bytes;
use futures::StreamExt as _;
use futures::stream::SplitStream;
use tokio::io::AsyncWriteExt as _;
use tokio::net::tcp::WriteHalf;
use tokio::sync::mpsc;
use tokio::time::{Instant, timeout_at};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

use super::super::websocket::Socket;
use super::carry::{End, FAREWELL, Flow, Shared};
use super::wire::{Ear, Heard, Protocol};

/// A server that says nothing for so long, not even that it is there, is gone.
const SILENCE: Duration = Duration::from_secs(61);
/// How long the other side may take to take a connection (kubelet: 30 s).
const TAKING: Duration = Duration::from_secs(30);
/// How long is waited, once a pod has ended its side, for the word on what went wrong: runtimes end it in either case, and say afterwards which it is.
const HALF: Duration = Duration::from_millis(300);
/// How long nothing may come from a pod that cannot be told that nothing more is sent to it, while the local side waits for it.
const UNTOLD: Duration = Duration::from_mins(30);
/// The longest text of what went wrong that is kept.
const LONGEST_PROBLEM: usize = 8 << 10;

/// Receives what the pod sends, and gives it to the local side.
pub(super) struct Receiver<'a> {
    shared: &'a Shared<'a>,
    stream: &'a mut SplitStream<Socket>,
    to: WriteHalf<'a>,
    answers: mpsc::Sender<Bytes>,
    ear: Ear,
    began: Instant,
    /// When bytes came last, or something that has to do with them.
    moved: Instant,
    /// When the server said anything at all.
    alive: Instant,
    taken: bool,
    /// Nothing more comes from the pod.
    ended: bool,
    /// Nobody carries it any more.
    over: bool,
    /// The local side was told that nothing more comes.
    shut: bool,
    problem: Vec<u8>,
}

impl<'a> Receiver<'a> {
    pub(super) fn new(
        shared: &'a Shared<'a>,
        stream: &'a mut SplitStream<Socket>,
        to: WriteHalf<'a>,
        answers: mpsc::Sender<Bytes>,
    ) -> Self {
        let (ear, now) = (Ear::new(shared.protocol), Instant::now());
        let taken = shared.protocol == Protocol::Channels;
        Self {
            shared,
            stream,
            to,
            answers,
            ear,
            began: now,
            moved: now,
            alive: now,
            taken,
            ended: false,
            over: false,
            shut: false,
            problem: Vec::new(),
        }
    }

    /// Receives until it has ended, one way or another.
    pub(super) async fn run(mut self) -> End {
        let mut heard = Vec::new();
        loop {
            if let Some(end) = self.outcome() {
                return end;
            }
            let until = self.until();
            let message = match timeout_at(until, self.stream.next()).await {
                Ok(Some(Ok(message))) => message,
                Ok(Some(Err(error))) => return self.broken(&error.to_string()),
                Ok(None) => return self.broken("the server closed the connection without a word"),
                // It cannot answer while it does not even take what it is sent.
                Err(_)
                    if self.taken && self.problem.is_empty() && self.shared.busy.load(Relaxed) =>
                {
                    self.moved = Instant::now();
                    continue;
                }
                Err(_) if self.is_half() => {
                    self.shut = true;
                    if self.to.shutdown().await.is_err() {
                        return End::Left;
                    }
                    continue;
                }
                Err(_) => return self.too_late(),
            };
            self.alive = Instant::now();
            match message {
                Message::Binary(bytes) => self.ear.hear(bytes, &mut heard),
                Message::Text(text) => self.ear.hear(text.into(), &mut heard),
                Message::Close(said)
                    if self.shared.protocol == Protocol::Channels && is_well(said.as_ref()) =>
                {
                    heard.push(Heard::Over);
                    heard.push(Heard::Ended);
                }
                Message::Close(_) => return self.broken("the server closed the connection"),
                Message::Ping(_) | Message::Pong(_) | Message::Frame(_) => {
                    if !self.is_untold() {
                        self.moved = Instant::now();
                    }
                }
            }
            for heard in heard.drain(..) {
                self.moved = Instant::now();
                if self.take(heard).await.is_err() {
                    return End::Left;
                }
            }
        }
    }

    /// Takes in what was heard.
    ///
    /// # Errors
    /// The local side does not take it any more.
    async fn take(&mut self, heard: Heard) -> io::Result<()> {
        match heard {
            Heard::Taken => {
                self.taken = true;
                self.shared.taken.notify_one();
            }
            Heard::Bytes(bytes) => {
                self.to.write_all(&bytes).await?;
                (self.shared.flow)(Flow::Received(bytes.len()));
            }
            Heard::Ended => {
                self.ended = true;
            }
            Heard::Problem(bytes) => {
                let room = LONGEST_PROBLEM.saturating_sub(self.problem.len());
                self.problem.extend_from_slice(&bytes[..bytes.len().min(room)]);
            }
            Heard::Over => self.over = true,
            Heard::Broken => {
                if self.problem.is_empty() {
                    self.problem.extend_from_slice(b"the server gave the connection up");
                }
                self.over = true;
                self.ended = true;
            }
            // Who asks without end is answered as often as that can be sent.
            Heard::Asked(answer) => drop(self.answers.try_send(answer)),
        }
        Ok(())
    }

    /// How it ended, where it has.
    fn outcome(&self) -> Option<End> {
        if !(self.ended && self.over) {
            return None;
        }
        if self.problem.is_empty() {
            return Some(End::Whole);
        }
        Some(End::Broken(String::from_utf8_lossy(&self.problem).trim().to_owned()))
    }

    /// Whether the pod cannot be told that nothing more is sent to it.
    fn is_untold(&self) -> bool {
        self.shared.protocol == Protocol::Channels && self.shared.local_ended.load(Relaxed)
    }

    /// Whether the pod has ended and may still listen, which the local side does not know.
    fn is_half(&self) -> bool {
        self.ended && !self.over && !self.shut && self.problem.is_empty()
    }

    /// Until when something must be heard.
    fn until(&self) -> Instant {
        if self.is_half() {
            self.moved + HALF
        } else if !self.problem.is_empty() {
            self.moved + FAREWELL
        } else if !self.taken {
            self.began + TAKING
        } else if self.is_untold() {
            (self.moved + UNTOLD).min(self.alive + SILENCE)
        } else {
            self.moved + SILENCE
        }
    }

    fn too_late(&self) -> End {
        if !self.taken && self.problem.is_empty() {
            return self.broken(&format!(
                "the server did not take the connection within {} s",
                TAKING.as_secs()
            ));
        }
        let untold = self.is_untold() && self.alive.elapsed() < SILENCE;
        let silence = if untold { UNTOLD } else { SILENCE };
        self.broken(&format!("nothing was heard for {} s", silence.as_secs()))
    }

    /// It broke; what went wrong before is the better reason.
    fn broken(&self, why: &str) -> End {
        if self.problem.is_empty() {
            return End::Broken(why.to_owned());
        }
        End::Broken(String::from_utf8_lossy(&self.problem).trim().to_owned())
    }
}

/// Whether a connection was closed because it is over.
fn is_well(said: Option<&CloseFrame>) -> bool {
    said.is_none_or(|said| matches!(said.code, CloseCode::Normal | CloseCode::Status))
}
