//! JSON lists and watches, taken apart as they arrive.
//!
//! Nothing is parsed here but the structure around the objects: a list yields the bytes of each element of its `items` (or
//! `rows`, for a Table), a watch the bytes of each event's object. What is inside is checked by whoever decodes it.

mod input;
mod scan;

use bytes::Bytes;

use self::input::Input;
use self::scan::is_space;
use super::frame::{Event, FrameError, ListMeta, Part, What};

/// Reads a list part by part. [`ListDecoder::push`] what arrives, then take parts until there is none.
#[derive(Default)]
pub struct ListDecoder {
    input: Input,
    step: Step,
    /// What the member being read is.
    member: Member,
}

/// What comes next in the text.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Step {
    #[default]
    Open,
    Key,
    InKey,
    Colon,
    Value,
    InValue,
    Element,
    InElement,
    After,
    End,
}

/// The members of a list that matter.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Member {
    Metadata,
    Columns,
    Items,
    Rows,
    #[default]
    Other,
}

impl ListDecoder {
    /// Appends what arrived.
    pub fn push(&mut self, chunk: Bytes) {
        self.input.push(chunk);
    }

    /// The next part, `None` where more must arrive first. After an error nothing more can be read.
    #[expect(clippy::should_implement_trait, reason = "the part borrows from the decoder")]
    pub fn next(&mut self) -> Result<Option<Part<'_>>, FrameError> {
        loop {
            match self.step {
                Step::InKey | Step::InValue | Step::InElement => {
                    if !self.input.scan()? {
                        return Ok(None);
                    }
                    if let Some(found) = self.complete() {
                        return self.part(found).map(Some);
                    }
                }
                _ => {
                    let Some(byte) = self.input.skip_space() else { return Ok(None) };
                    self.step = self.structure(byte)?;
                }
            }
        }
    }

    /// Call it at the end of the answer: whether the list was complete.
    pub fn finish(&self) -> Result<(), FrameError> {
        if self.step == Step::End { Ok(()) } else { Err(FrameError::Truncated) }
    }

    /// A byte between values.
    fn structure(&mut self, byte: u8) -> Result<Step, FrameError> {
        let wrong = Err(FrameError::Malformed("a list that is no JSON object"));
        let step = match (self.step, byte) {
            (Step::Open, b'{') | (Step::After, b',') => Step::Key,
            (Step::Key, b'"') => {
                self.input.begin(true);
                return Ok(Step::InKey);
            }
            (Step::Key | Step::After, b'}') => Step::End,
            (Step::Colon, b':') => Step::Value,
            (Step::Value, b'[') if matches!(self.member, Member::Items | Member::Rows) => {
                Step::Element
            }
            (Step::Value, b',' | b':' | b']' | b'}') | (Step::Element, b':' | b'}') => {
                return wrong;
            }
            (Step::Value, _) => {
                self.input.begin(matches!(self.member, Member::Metadata | Member::Columns));
                return Ok(Step::InValue);
            }
            (Step::Element, b']') => Step::After,
            (Step::Element, b',') => Step::Element,
            (Step::Element, _) => {
                self.input.begin(true);
                return Ok(Step::InElement);
            }
            _ => return wrong,
        };
        self.input.bump();
        Ok(step)
    }

    /// What the value just read is, where it is a part of the list.
    fn complete(&mut self) -> Option<Member> {
        let (next, part) = match self.step {
            Step::InKey => {
                self.member = match self.input.captured() {
                    b"\"metadata\"" => Member::Metadata,
                    b"\"columnDefinitions\"" => Member::Columns,
                    b"\"items\"" => Member::Items,
                    b"\"rows\"" => Member::Rows,
                    _ => Member::Other,
                };
                (Step::Colon, None)
            }
            Step::InElement => (Step::Element, Some(self.member)),
            _ => {
                let part = matches!(self.member, Member::Metadata | Member::Columns);
                (Step::After, part.then_some(self.member))
            }
        };
        self.step = next;
        part
    }

    fn part(&self, member: Member) -> Result<Part<'_>, FrameError> {
        let bytes = self.input.captured();
        Ok(match member {
            Member::Metadata => Part::Meta(metadata(bytes)?),
            Member::Columns => Part::Columns(bytes),
            Member::Rows => Part::Row(bytes),
            Member::Items | Member::Other => Part::Item(bytes),
        })
    }
}

fn metadata(bytes: &[u8]) -> Result<ListMeta, FrameError> {
    let meta: Option<ListMeta> =
        serde_json::from_slice(bytes).map_err(|_| FrameError::Malformed("its metadata"))?;
    Ok(meta.unwrap_or_default())
}

/// Reads a watch event by event. [`WatchDecoder::push`] what arrives, then take events until there is none.
#[derive(Default)]
pub struct WatchDecoder {
    input: Input,
    inside: bool,
}

impl WatchDecoder {
    /// Appends what arrived.
    pub fn push(&mut self, chunk: Bytes) {
        self.input.push(chunk);
    }

    /// The next event, `None` where more must arrive first. After an error nothing more can be read.
    #[expect(clippy::should_implement_trait, reason = "the event borrows from the decoder")]
    pub fn next(&mut self) -> Result<Option<Event<'_>>, FrameError> {
        if !self.inside {
            match self.input.skip_space() {
                None => return Ok(None),
                Some(b'{') => self.input.begin(true),
                Some(_) => {
                    return Err(FrameError::Malformed("a watch event that is no JSON object"));
                }
            }
            self.inside = true;
        }
        if !self.input.scan()? {
            return Ok(None);
        }
        self.inside = false;
        event(self.input.captured()).map(Some)
    }
}

fn event(text: &[u8]) -> Result<Event<'_>, FrameError> {
    let [what, object] = members(text, [b"\"type\"", b"\"object\""])?;
    let what = what.and_then(|what| what.strip_prefix(b"\"")?.strip_suffix(b"\""));
    Ok(Event { what: What::parse(what.unwrap_or_default())?, object: object.unwrap_or_default() })
}

/// The values of some members of one whole JSON object; the names are given with their quotes.
pub fn members<'a, const N: usize>(
    text: &'a [u8],
    names: [&[u8]; N],
) -> Result<[Option<&'a [u8]>; N], FrameError> {
    const WRONG: FrameError = FrameError::Malformed("JSON that is no object");
    fn trimmed(mut text: &[u8]) -> &[u8] {
        while let [first, rest @ ..] = text
            && is_space(*first)
        {
            text = rest;
        }
        text
    }
    let mut found = [None; N];
    let mut rest = trimmed(text).strip_prefix(b"{").ok_or(WRONG)?;
    loop {
        rest = trimmed(rest);
        match rest.first() {
            Some(b'}') => return Ok(found),
            Some(b',') => rest = &rest[1..],
            Some(b'"') => {
                let (name, after) = scan::value(rest).ok_or(WRONG)?;
                let after = trimmed(after).strip_prefix(b":").ok_or(WRONG)?;
                let (value, after) = scan::value(trimmed(after)).ok_or(WRONG)?;
                if let Some(index) = names.iter().position(|wanted| *wanted == name) {
                    found[index] = Some(value);
                }
                rest = after;
            }
            _ => return Err(WRONG),
        }
    }
}

#[cfg(test)]
mod tests;
