//! A stream whose bytes are counted as they pass.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use hyper_util::client::legacy::connect::{Connected, Connection};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

use crate::cluster::gate::{Tally, Wire};

/// Is told of the bytes of a stream.
pub(super) trait Counts: Unpin {
    /// So many came.
    fn received(&self, bytes: usize);
    /// So many went.
    fn sent(&self, bytes: usize);
}

impl Counts for Wire {
    fn received(&self, bytes: usize) {
        Wire::received(self, bytes);
    }

    fn sent(&self, bytes: usize) {
        Wire::sent(self, bytes);
    }
}

impl Counts for Tally {
    fn received(&self, bytes: usize) {
        Tally::received(self, bytes);
    }

    fn sent(&self, bytes: usize) {
        Tally::sent(self, bytes);
    }
}

/// A stream whose bytes are counted as they pass.
#[derive(Debug)]
pub(super) struct Counted<S, C> {
    stream: S,
    counts: C,
}

impl<S, C: Counts> Counted<S, C> {
    pub(super) fn new(stream: S, counts: C) -> Self {
        Self { stream, counts }
    }

    fn sent(&self, poll: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        if let Poll::Ready(Ok(bytes)) = poll {
            self.counts.sent(bytes);
        }
        poll
    }
}

impl<C> Connection for Counted<TcpStream, C> {
    fn connected(&self) -> Connected {
        self.stream.connected()
    }
}

impl<S: AsyncRead + Unpin, C: Counts> AsyncRead for Counted<S, C> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(cx, buf))?;
        self.counts.received(buf.filled().len() - before);
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin, C: Counts> AsyncWrite for Counted<S, C> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        let poll = Pin::new(&mut self.stream).poll_write(cx, buf);
        self.sent(poll)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let poll = Pin::new(&mut self.stream).poll_write_vectored(cx, bufs);
        self.sent(poll)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
