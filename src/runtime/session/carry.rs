//! A session from its beginning to its end, wherever it is shown: the shells that are tried, what is typed, and the connection that is lost and made
//! again.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _, DuplexStream, ReadBuf};
use tokio::sync::watch;

use super::super::sentence;
use super::escape::Escape;
use super::keys::Keys;
use super::screen::{Screen, Shown};
use crate::cluster::exec::{self, Ask, Size};
use crate::cluster::{Client, Error};
use crate::session::{Ended, Place, What, says_missing};

/// What is typed ahead of what the far side takes, at most; more waits where it comes from.
const AHEAD: usize = 1 << 20;
/// Of that, what is on its way.
const ON_ITS_WAY: usize = 32 << 10;

const CTRL_C: u8 = 3;

/// What is opened.
#[derive(Clone, Debug)]
pub(super) struct Wanted {
    pub place: Place,
    pub what: What,
    /// Whether it is given what is typed.
    pub stdin: bool,
    /// Whether it has a terminal of its own. Without one, the person's terminal stays as it is for programs that write lines.
    pub tty: bool,
}

/// What became of it: how it ended, and what it was.
#[derive(Clone, Debug)]
pub(super) struct Outcome {
    pub ended: Ended,
    /// What ran, `bash`; empty for what was attached to.
    pub ran: String,
}

/// Where a session is shown.
pub(super) struct At<'a, W> {
    pub keys: &'a mut Keys,
    pub screen: &'a mut Screen<W>,
    /// The size of the screen.
    pub sizes: watch::Receiver<Size>,
    /// Whether what it wrote is gone when it is over, so that the person is asked to read it first.
    pub passes: bool,
}

/// Runs it, and again where the connection is lost and the person wants that.
///
/// # Errors
/// Those of where it is shown.
pub(super) async fn again_and_again<W: AsyncWrite + Unpin>(
    client: &Client,
    wanted: &Wanted,
    at: &mut At<'_, W>,
) -> io::Result<Outcome> {
    let about = wanted.place.words();
    let phrase = wanted.what.phrase();
    if at.passes {
        at.screen.say(&format!("{phrase} {about}; if it hangs, enter ~ . leaves it")).await?;
    }
    loop {
        let outcome = once(client, wanted, at).await?;
        let question = match &outcome.ended {
            Ended::Cut(why) => {
                at.screen.say(&format!("the connection is lost: {why}")).await?;
                "r connects again, any other key goes back to kx"
            }
            // What a command wrote is to be read before kx is there again.
            Ended::Code(code) if at.passes && !matches!(wanted.what, What::Shell(_)) => {
                at.screen.say(&format!("it ended with exit code {code}")).await?;
                "any key goes back to kx"
            }
            _ => return Ok(outcome),
        };
        at.screen.say(if wanted.tty { question } else { "enter goes back to kx" }).await?;
        let key = at.keys.next().await.unwrap_or_default();
        let (Ended::Cut(_), [b'r', behind @ ..]) = (&outcome.ended, &key[..]) else {
            return Ok(outcome);
        };
        // Who types faster than the connection is made types into the new session.
        at.keys.give_back(behind);
        at.screen.say("connecting again").await?;
    }
}

/// Runs it once.
async fn once<W: AsyncWrite + Unpin>(
    client: &Client,
    wanted: &Wanted,
    at: &mut At<'_, W>,
) -> io::Result<Outcome> {
    let (near, far) = tokio::io::duplex(ON_ITS_WAY);
    let connected = Arc::new(AtomicBool::new(false));
    let typing = typing(at.keys, near, Arc::clone(&connected));
    let sizes = at.sizes.clone();
    let open = Opened { client, wanted, far, sizes, connected, again: Vec::new() };
    tokio::select! {
        biased;
        outcome = open.run(at.screen) => outcome,
        () = typing => Ok(Outcome { ended: Ended::Left, ran: String::new() }),
    }
}

/// Passes on what is typed; returns when the person leaves. It takes what is typed also while the far side takes nothing: that is when one wants to
/// leave.
async fn typing(keys: &mut Keys, mut to: DuplexStream, connected: Arc<AtomicBool>) {
    let mut escape = Escape::new();
    let mut waiting: Vec<u8> = Vec::new();
    let mut over = false;
    loop {
        tokio::select! {
            typed = keys.next(), if !over && waiting.len() < AHEAD => match typed {
                Some(typed) if !connected.load(Relaxed) && typed.contains(&CTRL_C) => return,
                Some(typed) => {
                    let (on, leaves) = escape.feed(&typed);
                    if leaves {
                        return;
                    }
                    waiting.extend(on);
                }
                None => over = true,
            },
            written = to.write(&waiting), if !waiting.is_empty() => match written {
                Ok(count) => drop(waiting.drain(..count)),
                // Nobody takes it any more.
                Err(_) => std::future::pending().await,
            },
            else => break,
        }
    }
    let _ = to.shutdown().await;
    drop(to);
    std::future::pending::<()>().await;
}

struct Opened<'a> {
    client: &'a Client,
    wanted: &'a Wanted,
    far: DuplexStream,
    sizes: watch::Receiver<Size>,
    connected: Arc<AtomicBool>,
    /// What was typed for a program that turned out not to be there.
    again: Vec<u8>,
}

impl Opened<'_> {
    async fn run<W: AsyncWrite + Unpin>(mut self, screen: &mut Screen<W>) -> io::Result<Outcome> {
        let shells = match &self.wanted.what {
            What::Shell(shells) => shells.clone(),
            What::Command(words) => {
                let ran = words.first().cloned().unwrap_or_default();
                let (ended, _) = self.session(Some(words.clone()), screen).await;
                return Ok(Outcome { ended, ran });
            }
            What::Attach => {
                let (ended, _) = self.session(None, screen).await;
                return Ok(Outcome { ended, ran: String::new() });
            }
        };
        for shell in &shells {
            let (ended, missing) = self.session(Some(vec![shell.clone()]), screen).await;
            if !missing {
                return Ok(Outcome { ended, ran: shell.clone() });
            }
            screen.say(&format!("there is no {shell} in it")).await?;
        }
        Ok(Outcome { ended: Ended::NoShell(shells), ran: String::new() })
    }

    /// A session; and whether it says that there is no such program.
    async fn session<W: AsyncWrite + Unpin>(
        &mut self,
        command: Option<Vec<String>>,
        screen: &mut Screen<W>,
    ) -> (Ended, bool) {
        let Wanted { place, stdin, tty, .. } = self.wanted;
        let ask = Ask { place: place.clone(), command, stdin: *stdin, tty: *tty };
        self.connected.store(false, Relaxed);
        let session = match exec::open(self.client, &ask).await {
            Ok(session) => session,
            Err(error @ (Error::Cut { .. } | Error::Unreachable { .. } | Error::Proxy { .. })) => {
                return (Ended::Cut(sentence(&error)), false);
            }
            Err(error) => return (Ended::Failed(sentence(&error)), false),
        };
        self.connected.store(true, Relaxed);
        let again = std::mem::take(&mut self.again);
        let mut input = Noting { again, inner: &mut self.far, kept: Vec::new() };
        let (output, errors) = screen.both();
        let mut shown = Shown::new(output);
        let sizes = tty.then(|| self.sizes.clone());
        let ended = session.run(&mut input, &mut shown, errors, sizes).await;
        // Some container runtimes say it in the output, and with an exit code of the shell's.
        let said = || input.kept.is_empty() && says_missing(&shown.head());
        let missing = match ended {
            Ended::Code(126 | 127) => said(),
            _ => ended.is_missing(),
        };
        if missing {
            self.again = input.kept;
        }
        (ended, missing)
    }
}

/// The most that is kept of what was typed.
const KEPT: usize = 64 << 10;

/// Keeps the beginning of what is read, so that it can be read again.
struct Noting<'a> {
    /// What is read first.
    again: Vec<u8>,
    inner: &'a mut DuplexStream,
    kept: Vec<u8>,
}

impl AsyncRead for Noting<'_> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = if self.again.is_empty() {
            Pin::new(&mut *self.inner).poll_read(cx, buffer)
        } else {
            let count = self.again.len().min(buffer.remaining());
            buffer.put_slice(&self.again[..count]);
            self.again.drain(..count);
            Poll::Ready(Ok(()))
        };
        let new = &buffer.filled()[before..];
        let room = KEPT.saturating_sub(self.kept.len()).min(new.len());
        self.kept.extend_from_slice(&new[..room]);
        read
    }
}
