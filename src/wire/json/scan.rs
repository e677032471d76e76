//! Where a JSON value ends, found without parsing it.

use super::super::frame::FrameError;

/// Follows one value from its first byte to its last, across any number of chunks.
#[derive(Clone, Copy, Default)]
pub(super) struct Scan {
    depth: u32,
    in_string: bool,
    escaped: bool,
    begun: bool,
}

impl Scan {
    /// Goes through `bytes`; the place after the value's last byte, `None` where it goes on.
    pub(super) fn advance(&mut self, bytes: &[u8]) -> Result<Option<usize>, FrameError> {
        let mut at = 0;
        while at < bytes.len() {
            if self.escaped {
                self.escaped = false;
                at += 1;
                continue;
            }
            if self.in_string {
                let Some(found) = memchr::memchr2(b'"', b'\\', &bytes[at..]) else {
                    return Ok(None);
                };
                at += found + 1;
                if bytes[at - 1] == b'\\' {
                    self.escaped = true;
                    continue;
                }
                self.in_string = false;
                if self.depth == 0 {
                    return Ok(Some(at));
                }
                continue;
            }
            match bytes[at] {
                // A bare number, true, false or null ends before what follows it.
                b',' | b']' | b'}' | b':' if self.depth == 0 => return Ok(Some(at)),
                byte if self.depth == 0 && self.begun && is_space(byte) => return Ok(Some(at)),
                b'"' => self.in_string = true,
                b'{' | b'[' => {
                    const DEEP: FrameError = FrameError::Malformed("JSON nested without end");
                    self.depth = self.depth.checked_add(1).ok_or(DEEP)?;
                }
                b'}' | b']' => {
                    self.depth -= 1;
                    if self.depth == 0 {
                        return Ok(Some(at + 1));
                    }
                }
                _ => {}
            }
            self.begun = true;
            at += 1;
        }
        Ok(None)
    }
}

/// JSON's white space, and the record separator of RFC 7464.
pub(super) fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x1e)
}

/// Splits `text` after the value at its beginning.
pub(super) fn value(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = Scan::default().advance(text).ok()??;
    (end > 0).then(|| text.split_at(end))
}
