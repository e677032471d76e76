//! A stream of chunks, read in pieces of known length; a piece that lies in one chunk is not copied.

use bytes::{Buf, Bytes};

/// The chunk being read, and what is there so far of a piece that began in an earlier one.
#[derive(Default)]
pub(super) struct Window {
    chunk: Bytes,
    carry: Vec<u8>,
    /// The last piece, where it lay in one chunk.
    whole: Option<Bytes>,
    /// Whether `carry` holds the last piece, which has been handed out.
    handed: bool,
}

/// A carry that grew beyond this for one large piece is not kept.
const KEPT: usize = 1 << 20;

impl Window {
    /// Appends what arrived.
    pub(super) fn push(&mut self, chunk: Bytes) {
        if self.chunk.is_empty() {
            self.chunk = chunk;
        } else {
            self.chunk = [&self.chunk[..], &chunk[..]].concat().into();
        }
    }

    /// Takes the next byte.
    pub(super) fn byte(&mut self) -> Option<u8> {
        let byte = *self.chunk.first()?;
        self.chunk.advance(1);
        Some(byte)
    }

    /// Takes the next `len` bytes if they are all there; [`Window::piece`] then shows them. Until then it is called again
    /// with the same length.
    pub(super) fn fill(&mut self, len: usize) -> bool {
        self.whole = None;
        if self.handed {
            self.handed = false;
            self.carry.clear();
            if self.carry.capacity() > KEPT {
                self.carry = Vec::new();
            }
        }
        if self.carry.is_empty() && self.chunk.len() >= len {
            self.whole = Some(self.chunk.split_to(len));
            return true;
        }
        let part = self.chunk.len().min(len.saturating_sub(self.carry.len()));
        self.carry.extend_from_slice(&self.chunk[..part]);
        self.chunk.advance(part);
        self.handed = self.carry.len() == len;
        self.handed
    }

    /// The piece that [`Window::fill`] completed.
    pub(super) fn piece(&self) -> &[u8] {
        self.whole.as_deref().unwrap_or(&self.carry)
    }

    /// Drops up to `len` bytes and says how many.
    pub(super) fn skip(&mut self, len: u64) -> u64 {
        let skipped =
            usize::try_from(len).map_or(self.chunk.len(), |len| len.min(self.chunk.len()));
        self.chunk.advance(skipped);
        skipped as u64
    }
}
