//! Between sessions, which wait, and archives, which block: a pipe that holds a little.

use std::io::{self, Read, Write};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::task::{Context, Poll};

use tokio::io::{AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, DuplexStream};
use tokio::runtime::Handle;

/// How many bytes are on their way.
const ROOM: usize = 1 << 20;

/// What a session writes into: it leaves out what came before, counts what goes on, and takes no more than is wanted.
pub(super) struct Feed {
    inner: DuplexStream,
    whole: Arc<AtomicBool>,
    /// How many bytes went on.
    count: u64,
    /// How many of what comes next are left out.
    skip: u64,
    /// At how many it is enough.
    most: Option<u64>,
    /// Whether nobody reads any more.
    broken: bool,
}

/// What a thread reads from.
pub(super) struct Intake {
    inner: DuplexStream,
    whole: Arc<AtomicBool>,
    handle: Handle,
}

/// From sessions to a thread. Must be called where a runtime is.
pub(super) fn inward(most: Option<u64>) -> (Feed, Intake) {
    let (near, far) = tokio::io::duplex(ROOM);
    let whole = Arc::new(AtomicBool::new(false));
    let feed =
        Feed { inner: near, whole: Arc::clone(&whole), count: 0, skip: 0, most, broken: false };
    (feed, Intake { inner: far, whole, handle: Handle::current() })
}

impl Feed {
    /// How many bytes went on.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Whether as much went on as was wanted.
    pub fn is_enough(&self) -> bool {
        self.most.is_some_and(|most| self.count >= most)
    }

    /// Whether nobody reads any more: the thread says why.
    pub fn is_broken(&self) -> bool {
        self.broken
    }

    /// So many bytes come once more, and are left out.
    pub fn skip(&mut self, bytes: u64) {
        self.skip = bytes;
    }

    /// All went on: the other end may trust that it ended.
    pub fn end(self) {
        self.whole.store(true, Relaxed);
    }
}

impl AsyncWrite for Feed {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let skipped = usize::try_from(self.skip).unwrap_or(usize::MAX).min(bytes.len());
        let mut wanted = &bytes[skipped..];
        if let Some(most) = self.most {
            let room = usize::try_from(most.saturating_sub(self.count)).unwrap_or(usize::MAX);
            wanted = &wanted[..wanted.len().min(room)];
            if room == 0 {
                return Poll::Ready(Err(io::Error::other("it is enough")));
            }
        }
        if wanted.is_empty() {
            self.skip -= skipped as u64;
            return Poll::Ready(Ok(skipped));
        }
        match Pin::new(&mut self.inner).poll_write(cx, wanted) {
            Poll::Ready(Ok(count)) => {
                self.skip -= skipped as u64;
                self.count += count as u64;
                Poll::Ready(Ok(skipped + count))
            }
            Poll::Ready(Err(error)) => {
                self.broken = true;
                Poll::Ready(Err(error))
            }
            Poll::Pending => Poll::Pending,
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}

impl Read for Intake {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.handle.block_on(self.inner.read(buffer))?;
        if count == 0 && !buffer.is_empty() && !self.whole.load(Relaxed) {
            return Err(io::Error::new(io::ErrorKind::ConnectionAborted, "the copy was cut off"));
        }
        Ok(count)
    }
}

/// What a thread writes into, for a session to send.
pub(super) struct Outlet {
    inner: DuplexStream,
    handle: Handle,
    written: Arc<AtomicU64>,
}

/// From a thread to a session; with it comes how many bytes were written by now. Must be called where a runtime is.
pub(super) fn outward() -> (Outlet, DuplexStream, Arc<AtomicU64>) {
    let (near, far) = tokio::io::duplex(ROOM);
    let written = Arc::new(AtomicU64::new(0));
    (Outlet { inner: near, handle: Handle::current(), written: Arc::clone(&written) }, far, written)
}

impl Write for Outlet {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.handle.block_on(self.inner.write(bytes))?;
        self.written.fetch_add(count as u64, Relaxed);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.handle.block_on(self.inner.flush())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_came_before_is_left_out_and_too_much_is_not_taken() {
        let (mut feed, mut intake) = inward(Some(5));
        let reader = tokio::task::spawn_blocking(move || {
            let mut all = Vec::new();
            intake.read_to_end(&mut all).map(|_| all)
        });
        feed.write_all(b"ab").await.unwrap();
        feed.skip(3);
        feed.write_all(b"xx").await.unwrap();
        feed.write_all(b"xcd").await.unwrap();
        assert!(!feed.is_enough());
        assert!(feed.write_all(b"efgh").await.is_err());
        assert!(feed.is_enough());
        feed.end();
        assert_eq!(reader.await.unwrap().unwrap(), b"abcde");
    }

    #[tokio::test]
    async fn what_was_cut_off_did_not_end() {
        let (mut feed, mut intake) = inward(None);
        feed.write_all(b"ab").await.unwrap();
        drop(feed);
        let read = tokio::task::spawn_blocking(move || intake.read_to_end(&mut Vec::new()));
        assert!(read.await.unwrap().is_err());
    }
}
