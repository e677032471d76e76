//! Natural order: numbers inside text sort as numbers (`web-2` before `web-10`), as `kubectl --sort-by` does.
//!
//! Text is turned into bytes whose plain order is the natural one: a run of digits becomes the number of its significant digits, then the
//! digits. Texts that differ only in leading zeros are equal here; whoever needs a total order compares the texts themselves then.

use std::cmp::Ordering;

/// The natural bytes of a text, one by one; none of them is 0, so that 0 can stand for the end.
pub(super) struct Natural<'a> {
    bytes: &'a [u8],
    at: usize,
    /// Up to where a run of digits goes that has been announced.
    digits: usize,
    /// What is left to say of the length of a long run.
    long: u8,
}

/// How far the natural bytes of a text have been read, in few bits.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Rest(u32);

impl Rest {
    /// Nothing has been read.
    pub const START: Self = Self(0);
    /// All has been read.
    pub const END: Self = Self(u32::MAX);
    /// Further than is said.
    pub const FAR: Self = Self(u32::MAX - 1);

    /// Reads a bit of what is left of the text, so that it is there when it is read.
    pub fn touch(self, text: &str) -> u8 {
        let [high, low, ..] = self.0.to_be_bytes();
        let at = usize::from(u16::from_be_bytes([high, low]));
        text.as_bytes().get(at).copied().unwrap_or_default()
    }

    /// From which byte on it is far: who sorts by pieces of 16 bytes should not go on for ever.
    const FAR_FROM: usize = 1024;
}

impl<'a> Natural<'a> {
    pub fn new(text: &'a str) -> Self {
        Self { bytes: text.as_bytes(), at: 0, digits: 0, long: 0 }
    }

    /// Goes on where [`Natural::rest`] said; [`Rest::FAR`] leads to the end.
    pub fn resume(text: &'a str, from: Rest) -> Self {
        let mut it = Self::new(text);
        if from == Rest::END || from == Rest::FAR {
            it.at = text.len();
        } else {
            let [high, low, digits, long] = from.0.to_be_bytes();
            it.at = usize::from(u16::from_be_bytes([high, low]));
            it.digits = it.at + usize::from(digits);
            it.long = long;
        }
        it
    }

    /// How far it has come.
    pub fn rest(&self) -> Rest {
        if !self.has_more() {
            return Rest::END;
        }
        let digits = self.digits.saturating_sub(self.at);
        match (u16::try_from(self.at), u8::try_from(digits)) {
            (Ok(at), Ok(digits)) if usize::from(at) < Rest::FAR_FROM => {
                let [high, low] = at.to_be_bytes();
                Rest(u32::from_be_bytes([high, low, digits, self.long]))
            }
            _ => Rest::FAR,
        }
    }

    /// Whether bytes are left.
    pub fn has_more(&self) -> bool {
        self.long > 0 || self.at < self.bytes.len()
    }

    /// The next 16 bytes as a number, padded with zeros at the end.
    pub fn chunk(&mut self) -> u128 {
        let mut out = [0; 16];
        let mut at = 0;
        while at < out.len() {
            // Most bytes stand for themselves.
            let plain = self.bytes.get(self.at..).unwrap_or_default().iter().zip(&mut out[at..]);
            let before = at;
            if self.long == 0 && self.at >= self.digits {
                for (byte, place) in plain {
                    if byte.is_ascii_digit() {
                        break;
                    }
                    *place = (*byte).max(1);
                    at += 1;
                }
                self.at += at - before;
                if at == out.len() {
                    break;
                }
            }
            match self.next() {
                Some(byte) => out[at] = byte,
                None => break,
            }
            at += 1;
        }
        u128::from_be_bytes(out)
    }
}

impl Iterator for Natural<'_> {
    type Item = u8;

    fn next(&mut self) -> Option<u8> {
        if self.long > 0 {
            return Some(std::mem::take(&mut self.long));
        }
        let byte = *self.bytes.get(self.at)?;
        if self.at < self.digits {
            self.at += 1;
            return Some(byte);
        }
        if !byte.is_ascii_digit() {
            self.at += 1;
            return Some(byte.max(1));
        }
        let rest = &self.bytes[self.at..];
        let run = rest.iter().take_while(|b| b.is_ascii_digit()).count();
        let zeros = rest[..run].iter().take_while(|b| **b == b'0').count();
        let significant = run - zeros;
        self.digits = self.at + run;
        self.at += zeros;
        if significant < 9 {
            Some(b'0' + significant as u8)
        } else {
            self.long = u8::try_from(significant - 8).unwrap_or(u8::MAX);
            Some(b'9')
        }
    }
}

/// Compares two texts in natural order.
pub(super) fn cmp(a: &str, b: &str) -> Ordering {
    if std::ptr::eq(a, b) {
        return Ordering::Equal;
    }
    let from = alike(a.as_bytes(), b.as_bytes());
    let rest = |text| Natural { at: from, ..Natural::new(text) };
    rest(a).cmp(rest(b))
}

/// Up to where two texts are alike byte by byte, and no run of digits has begun: what comes before says nothing of their order. Names of
/// neighbours mostly begin alike.
fn alike(a: &[u8], b: &[u8]) -> usize {
    const PIECE: usize = 16;
    let pieces = a.chunks_exact(PIECE).zip(b.chunks_exact(PIECE));
    let whole = pieces.take_while(|(a, b)| a == b).count() * PIECE;
    let bytes = a.iter().zip(b).skip(whole);
    let alike = whole + bytes.take_while(|(a, b)| a == b).count();
    let digits = a.iter().take(alike).rev().take_while(|byte| byte.is_ascii_digit()).count();
    alike - digits
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_inside_names_sort_as_numbers() {
        let sorted = [
            "",
            "10.0.0.9",
            "10.0.0.10",
            "10.0.1.0",
            "a",
            "a-",
            "a-b",
            "a0",
            "a1",
            "a1b",
            "a2",
            "a10",
            "a123456789",
            "a1234567890",
            "a9234567890",
            "aa",
            "b",
        ];
        for pair in sorted.windows(2) {
            assert_eq!(cmp(pair[0], pair[1]), Ordering::Less, "{pair:?}");
        }
        assert_eq!(cmp("a01", "a1"), Ordering::Equal);
    }

    proptest! {
        #[test]
        fn numbers_of_any_size_compare_by_value(a: u64, b: u64) {
            prop_assert_eq!(cmp(&format!("x{a}y"), &format!("x{b}y")), a.cmp(&b));
        }

        #[test]
        fn what_is_alike_says_nothing(
            start in "[a0-2-]{0,40}",
            a in "[a0-2\\x00é-]{0,20}",
            b in "[a0-2\\x00é-]{0,20}",
        ) {
            let (a, b) = (format!("{start}{a}"), format!("{start}{b}"));
            prop_assert_eq!(cmp(&a, &b), Natural::new(&a).cmp(Natural::new(&b)));
        }

        #[test]
        fn chunks_compare_as_the_text_does(a in "[a0-3\\x00é]{0,40}", b in "[a0-3\\x00é]{0,40}") {
            let chunks = |text: &str| {
                let mut rest = Rest::START;
                std::array::from_fn::<_, 6, _>(|_| {
                    let mut natural = Natural::resume(text, rest);
                    let chunk = natural.chunk();
                    rest = natural.rest();
                    chunk
                })
            };
            prop_assert_eq!(chunks(&a).cmp(&chunks(&b)), cmp(&a, &b));
        }

        #[test]
        fn chunks_are_the_bytes_in_order(text in "[a0-9\\x00é-]{0,60}[0-9]{0,40}") {
            let mut rest = Rest::START;
            let mut read = Vec::new();
            while rest != Rest::END {
                let mut natural = Natural::resume(&text, rest);
                read.extend(natural.chunk().to_be_bytes());
                rest = natural.rest();
            }
            let bytes: Vec<u8> = Natural::new(&text).collect();
            prop_assert!(read.iter().skip(bytes.len()).all(|byte| *byte == 0));
            prop_assert!(read.starts_with(&bytes));
        }
    }
}
