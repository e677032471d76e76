//! A stream of chunks, read value by value; a value that lies in one chunk is not copied.

use bytes::Bytes;

use super::super::frame::{FrameError, checked};
use super::scan::{Scan, is_space};

/// The chunk being read, and what is there so far of a value that began in an earlier one.
#[derive(Default)]
pub(super) struct Input {
    chunk: Bytes,
    at: usize,
    scan: Scan,
    /// Where in `chunk` the value being read began (0 if in an earlier one), if its bytes are wanted.
    from: Option<usize>,
    /// The value's bytes from earlier chunks.
    carry: Vec<u8>,
    /// The last value, where it lay in one chunk.
    whole: std::ops::Range<usize>,
}

/// A carry that grew beyond this for one large value is not kept.
const KEPT: usize = 1 << 20;

impl Input {
    /// Appends what arrived.
    pub(super) fn push(&mut self, chunk: Bytes) {
        if let Some(from) = self.from {
            self.carry.extend_from_slice(&self.chunk[from..self.at]);
            self.from = Some(0);
        }
        self.chunk = if self.at == self.chunk.len() {
            chunk
        } else {
            [&self.chunk[self.at..], &chunk[..]].concat().into()
        };
        self.at = 0;
    }

    /// The next byte that is no white space, without taking it.
    pub(super) fn skip_space(&mut self) -> Option<u8> {
        let rest = &self.chunk[self.at..];
        let skipped = rest.iter().position(|byte| !is_space(*byte));
        self.at += skipped.unwrap_or(rest.len());
        self.chunk.get(self.at).copied()
    }

    /// Takes one byte.
    pub(super) fn bump(&mut self) {
        self.at += 1;
    }

    /// A value begins here; `wanted` says whether its bytes are.
    pub(super) fn begin(&mut self, wanted: bool) {
        self.scan = Scan::default();
        self.carry.clear();
        if self.carry.capacity() > KEPT {
            self.carry = Vec::new();
        }
        self.from = wanted.then_some(self.at);
        self.whole = 0..0;
    }

    /// Goes on through the value; whether it is complete.
    pub(super) fn scan(&mut self) -> Result<bool, FrameError> {
        let end = self.scan.advance(&self.chunk[self.at..])?;
        self.at = end.map_or(self.chunk.len(), |end| self.at + end);
        if let Some(from) = self.from {
            checked((self.carry.len() + self.at - from) as u64)?;
            if end.is_some() {
                self.from = None;
                if self.carry.is_empty() {
                    self.whole = from..self.at;
                } else {
                    self.carry.extend_from_slice(&self.chunk[from..self.at]);
                }
            }
        }
        Ok(end.is_some())
    }

    /// The bytes of the value that [`Input::scan`] completed.
    pub(super) fn captured(&self) -> &[u8] {
        if self.carry.is_empty() { &self.chunk[self.whole.clone()] } else { &self.carry }
    }
}
