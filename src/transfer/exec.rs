//! Programs run in a container, and what they came to.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite};

use super::Trouble;
use crate::cluster::exec::{Ask, open};
use crate::cluster::{Client, Error};
use crate::files::Files;
use crate::files::script::MISSING;
use crate::session::Ended;
use crate::sheet::printable;

/// How much of what a program complains about is kept.
const COMPLAINTS: usize = 16 << 10;

/// What a program came to.
#[derive(Debug)]
pub(super) struct Ran {
    ended: Ended,
    /// What it complained about.
    pub complaints: String,
}

/// Runs a program. A connection that breaks, or cannot be made just now, is no error but how it ended.
pub(super) async fn run(
    client: &Client,
    files: &Files,
    command: Vec<String>,
    input: Option<impl AsyncRead + Unpin>,
    output: impl AsyncWrite + Unpin,
) -> Result<Ran, Error> {
    let ask = Ask {
        place: files.place.clone(),
        command: Some(command),
        stdin: input.is_some(),
        tty: false,
    };
    let session = match open(client, &ask).await {
        Ok(session) => session,
        Err(error @ (Error::Cut { .. } | Error::Unreachable { .. } | Error::Proxy { .. })) => {
            return Ok(Ran { ended: Ended::Cut(error.to_string()), complaints: String::new() });
        }
        Err(error) => return Err(error),
    };
    let mut complaints = Kept::new(COMPLAINTS, true);
    let ended = match input {
        Some(input) => session.run(input, output, &mut complaints, None).await,
        None => session.run(tokio::io::empty(), output, &mut complaints, None).await,
    };
    let complaints = String::from_utf8_lossy(&complaints.bytes).trim().to_owned();
    Ok(Ran { ended, complaints })
}

impl Ran {
    /// Why the connection broke, where it did.
    pub fn cut(&self) -> Option<&str> {
        match &self.ended {
            Ended::Cut(why) => Some(why),
            _ => None,
        }
    }

    /// Whether it ended well.
    pub fn is_well(&self) -> bool {
        self.ended == Ended::Code(0)
    }

    /// Why it did not end well.
    pub fn trouble(&self, files: &Files) -> Trouble {
        let place = files.words();
        let missing = |program: &str| Trouble::NoProgram { program: program.to_owned(), place };
        if let Some((_, rest)) = self.complaints.split_once(MISSING) {
            return missing(rest.split_whitespace().next().unwrap_or_default());
        }
        let shell = matches!(self.ended, Ended::Code(126 | 127))
            && crate::session::says_missing(&self.complaints);
        if self.ended.is_missing() || shell {
            return missing("sh");
        }
        if let Ended::Cut(why) = &self.ended {
            return Trouble::Cut { why: why.clone() };
        }
        let said = self.complaints.lines().map(|line| {
            let line = line.strip_prefix("kx: ").unwrap_or(line);
            // What shells and programs put before it: who says so.
            printable(line)
        });
        let said = said.collect::<Vec<_>>().join("; ");
        Trouble::Remote(match (&self.ended, said.is_empty()) {
            (_, false) => said,
            (Ended::Code(code), _) => format!("it ended with exit code {code}"),
            (Ended::Failed(why), _) => why.clone(),
            _ => "it ended without a word".to_owned(),
        })
    }
}

/// Keeps so many bytes of what is written.
pub(super) struct Kept {
    /// What was kept.
    pub bytes: Vec<u8>,
    most: usize,
    /// Whether what is more is dropped; else it is not taken, which ends the session.
    drops: bool,
    /// Whether there was more.
    pub more: bool,
}

impl Kept {
    pub fn new(most: usize, drops: bool) -> Self {
        Self { bytes: Vec::new(), most, drops, more: false }
    }
}

impl AsyncWrite for Kept {
    fn poll_write(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let room = self.most.saturating_sub(self.bytes.len()).min(bytes.len());
        self.bytes.extend_from_slice(&bytes[..room]);
        if room < bytes.len() {
            self.more = true;
            if !self.drops {
                return Poll::Ready(Err(io::Error::other("it is enough")));
            }
        }
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
