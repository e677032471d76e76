//! Kubernetes' protobuf framing, read as it arrives.
//!
//! An object is `k8s\0` and a `runtime.Unknown{typeMeta = 1, raw = 2}` whose `raw` is the message. A list's message is
//! `{metadata = 1, items = 2}`. A watch is a sequence of frames, each a big-endian length of four bytes and a
//! `metav1.WatchEvent{type = 1, object = 2 {raw = 1}}`, whose `raw` is an object as above
//! (apimachinery `runtime/serializer/protobuf`, `util/framer`).

use bytes::Bytes;
use prost::Message;

use super::frame::{Event, FrameError, ListMeta, Part, What, checked};
use super::window::Window;

const MAGIC: &[u8] = b"k8s\0";

/// Reads a list part by part. [`ListDecoder::push`] what arrives, then take parts until there is none.
#[derive(Default)]
pub struct ListDecoder {
    window: Window,
    step: Step,
    varint: Varint,
    /// How much of the list's message is to come; `None` in the envelope around it.
    left: Option<u64>,
    /// Whether the message has begun.
    begun: bool,
}

/// What comes next on the wire.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Step {
    #[default]
    Magic,
    Tag,
    Number,
    Length(u64),
    Skip(u64),
    Meta(usize),
    Item(usize),
}

/// A number that may be cut anywhere.
#[derive(Clone, Copy, Default)]
struct Varint {
    value: u64,
    shift: u32,
}

const FIELD_META: u64 = 1;
const FIELD_ITEMS: u64 = 2;
const FIELD_RAW: u64 = 2;

impl ListDecoder {
    /// Appends what arrived.
    pub fn push(&mut self, chunk: Bytes) {
        self.window.push(chunk);
    }

    /// The next part, `None` where more must arrive first. After an error nothing more can be read.
    #[expect(clippy::should_implement_trait, reason = "the part borrows from the decoder")]
    pub fn next(&mut self) -> Result<Option<Part<'_>>, FrameError> {
        loop {
            match self.step {
                Step::Magic => {
                    if !self.window.fill(MAGIC.len()) {
                        return Ok(None);
                    }
                    if self.window.piece() != MAGIC {
                        return Err(FrameError::Magic);
                    }
                    self.step = Step::Tag;
                }
                Step::Tag => {
                    if self.left == Some(0) {
                        self.left = None;
                    }
                    let Some(tag) = self.number()? else { return Ok(None) };
                    self.step = match (tag >> 3, tag & 7) {
                        (0, _) => return Err(FrameError::Malformed("a field without a number")),
                        (_, 0) => Step::Number,
                        (_, 1) => self.skip(8)?,
                        (field, 2) => Step::Length(field),
                        (_, 5) => self.skip(4)?,
                        _ => return Err(FrameError::Malformed("a field of an unknown type")),
                    };
                }
                Step::Number => {
                    if self.number()?.is_none() {
                        return Ok(None);
                    }
                    self.step = Step::Tag;
                }
                Step::Length(field) => {
                    let Some(len) = self.number()? else { return Ok(None) };
                    self.step = self.value(field, len)?;
                }
                Step::Skip(len) => {
                    let rest = len - self.window.skip(len);
                    if rest > 0 {
                        self.step = Step::Skip(rest);
                        return Ok(None);
                    }
                    self.step = Step::Tag;
                }
                Step::Meta(len) | Step::Item(len) => {
                    if !self.window.fill(len) {
                        return Ok(None);
                    }
                    let is_item = matches!(self.step, Step::Item(_));
                    self.step = Step::Tag;
                    return if is_item {
                        Ok(Some(Part::Item(self.window.piece())))
                    } else {
                        let meta = ListMeta::decode(self.window.piece());
                        let meta = meta.map_err(|_| FrameError::Malformed("its metadata"))?;
                        Ok(Some(Part::Meta(meta)))
                    };
                }
            }
        }
    }

    /// Call it at the end of the answer: whether the list was complete.
    pub fn finish(&self) -> Result<(), FrameError> {
        let between = self.step == Step::Tag && self.varint.shift == 0;
        let whole = between && self.begun && self.left.unwrap_or(0) == 0;
        if whole { Ok(()) } else { Err(FrameError::Truncated) }
    }

    /// What to do with a field that has a length.
    fn value(&mut self, field: u64, len: u64) -> Result<Step, FrameError> {
        match (self.left.is_some(), field) {
            (false, FIELD_RAW) => {
                self.left = Some(len);
                self.begun = true;
                Ok(Step::Tag)
            }
            (true, FIELD_META) => self.consume(len).and_then(|()| checked(len)).map(Step::Meta),
            (true, FIELD_ITEMS) => self.consume(len).and_then(|()| checked(len)).map(Step::Item),
            _ => self.skip(len),
        }
    }

    fn skip(&mut self, len: u64) -> Result<Step, FrameError> {
        self.consume(len)?;
        Ok(Step::Skip(len))
    }

    /// Counts `len` bytes as part of the list's message, if it is being read.
    fn consume(&mut self, len: u64) -> Result<(), FrameError> {
        if let Some(left) = &mut self.left {
            *left = left
                .checked_sub(len)
                .ok_or(FrameError::Malformed("a field longer than its list"))?;
        }
        Ok(())
    }

    fn number(&mut self) -> Result<Option<u64>, FrameError> {
        while let Some(byte) = self.window.byte() {
            self.consume(1)?;
            let Varint { value, shift } = self.varint;
            if shift > 63 {
                return Err(FrameError::Malformed("a number of more than 64 bits"));
            }
            let value = value | u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                self.varint = Varint::default();
                return Ok(Some(value));
            }
            self.varint = Varint { value, shift: shift + 7 };
        }
        Ok(None)
    }
}

/// Reads a watch event by event. [`WatchDecoder::push`] what arrives, then take events until there is none.
#[derive(Default)]
pub struct WatchDecoder {
    window: Window,
    /// The length of the frame being read.
    frame: Option<usize>,
}

impl WatchDecoder {
    /// Appends what arrived.
    pub fn push(&mut self, chunk: Bytes) {
        self.window.push(chunk);
    }

    /// The next event, `None` where more must arrive first. After an error nothing more can be read.
    #[expect(clippy::should_implement_trait, reason = "the event borrows from the decoder")]
    pub fn next(&mut self) -> Result<Option<Event<'_>>, FrameError> {
        let len = if let Some(len) = self.frame {
            len
        } else {
            if !self.window.fill(4) {
                return Ok(None);
            }
            let len = self.window.piece().iter().fold(0, |len, byte| len << 8 | u64::from(*byte));
            *self.frame.insert(checked(len)?)
        };
        if !self.window.fill(len) {
            return Ok(None);
        }
        self.frame = None;
        event(self.window.piece()).map(Some)
    }
}

fn event(frame: &[u8]) -> Result<Event<'_>, FrameError> {
    let what = What::parse(field(frame, 1)?.unwrap_or_default())?;
    let object = field(frame, 2)?.unwrap_or_default();
    let object = field(object, 1)?.unwrap_or_default();
    let object = if what == What::Error { object } else { message(object)? };
    Ok(Event { what, object })
}

/// The message inside an object's envelope.
pub fn message(object: &[u8]) -> Result<&[u8], FrameError> {
    let envelope = object.strip_prefix(MAGIC).ok_or(FrameError::Magic)?;
    Ok(field(envelope, FIELD_RAW)?.unwrap_or_default())
}

/// The last field of this number that has a length, as protobuf wants it.
fn field(mut bytes: &[u8], wanted: u64) -> Result<Option<&[u8]>, FrameError> {
    const SHORT: FrameError = FrameError::Malformed("a field longer than its message");
    let mut found = None;
    while !bytes.is_empty() {
        let tag = varint(&mut bytes)?;
        let len = match tag & 7 {
            0 => varint(&mut bytes).map(|_| 0)?,
            1 => 8,
            2 => usize::try_from(varint(&mut bytes)?).map_err(|_| SHORT)?,
            5 => 4,
            _ => return Err(FrameError::Malformed("a field of an unknown type")),
        };
        let (value, rest) = bytes.split_at_checked(len).ok_or(SHORT)?;
        if tag >> 3 == wanted && tag & 7 == 2 {
            found = Some(value);
        }
        bytes = rest;
    }
    Ok(found)
}

fn varint(bytes: &mut &[u8]) -> Result<u64, FrameError> {
    prost::encoding::decode_varint(bytes).map_err(|_| FrameError::Malformed("a number"))
}

#[cfg(test)]
mod tests;
