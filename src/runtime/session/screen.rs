//! What a session writes to the terminal, and what kx says between.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::fs::File;
use tokio::io::{AsyncWrite, AsyncWriteExt as _};

use crate::sheet::printable;

/// How many of the first bytes are kept, to look for what a container runtime says there.
const HEAD: usize = 1024;

/// Where a session writes to: what cannot be written yet keeps only who writes it.
pub(super) struct Screen<W = File> {
    output: W,
    errors: W,
}

impl Screen {
    /// The terminal of this process.
    ///
    /// # Errors
    /// Those of the operating system.
    #[cfg(unix)]
    pub fn new() -> io::Result<Self> {
        use std::os::fd::AsFd as _;
        let file = |fd: std::os::fd::OwnedFd| File::from_std(fd.into());
        let output = io::stdout().as_fd().try_clone_to_owned()?;
        let errors = io::stderr().as_fd().try_clone_to_owned()?;
        Ok(Self { output: file(output), errors: file(errors) })
    }

    /// See [`Keys::start`](super::keys::Keys::start).
    ///
    /// # Errors
    /// Always.
    #[cfg(not(unix))]
    pub fn new() -> io::Result<Self> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

impl<W: AsyncWrite + Unpin> Screen<W> {
    /// One that is no terminal of this process.
    pub fn of(output: W, errors: W) -> Self {
        Self { output, errors }
    }

    /// Says something in a line of its own, told apart from what the session writes.
    ///
    /// # Errors
    /// Those of the terminal.
    pub async fn say(&mut self, text: &str) -> io::Result<()> {
        // Whatever attributes and position were left: a line of its own, dim.
        let line = format!("\r\x1b[0m\x1b[2mkx: {}\x1b[0m\r\n", printable(text));
        self.output.write_all(line.as_bytes()).await?;
        self.output.flush().await
    }

    /// Where output and errors go.
    pub fn both(&mut self) -> (&mut W, &mut W) {
        (&mut self.output, &mut self.errors)
    }
}

/// Writes on, and keeps the beginning.
pub(super) struct Shown<'a, W> {
    inner: &'a mut W,
    head: Vec<u8>,
}

impl<'a, W> Shown<'a, W> {
    pub fn new(inner: &'a mut W) -> Self {
        Self { inner, head: Vec::new() }
    }

    /// The beginning, as text.
    pub fn head(&self) -> String {
        String::from_utf8_lossy(&self.head).into_owned()
    }
}

impl<W: AsyncWrite + Unpin> AsyncWrite for Shown<'_, W> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut *self.inner).poll_write(cx, bytes);
        if let Poll::Ready(Ok(count)) = written {
            let room = HEAD.saturating_sub(self.head.len()).min(count);
            self.head.extend_from_slice(&bytes[..room]);
        }
        written
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut *self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut *self.inner).poll_shutdown(cx)
    }
}
