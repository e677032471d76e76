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

impl<'a> Natural<'a> {
    pub fn new(text: &'a str) -> Self {
        Self { bytes: text.as_bytes(), at: 0, digits: 0, long: 0 }
    }

    /// Whether bytes are left.
    pub fn has_more(&self) -> bool {
        self.long > 0 || self.at < self.bytes.len()
    }

    /// The next 16 bytes as a number, padded with zeros at the end.
    pub fn chunk(&mut self) -> u128 {
        let mut out = [0; 16];
        for place in &mut out {
            match self.next() {
                Some(byte) => *place = byte,
                None => break,
            }
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
    if std::ptr::eq(a, b) { Ordering::Equal } else { Natural::new(a).cmp(Natural::new(b)) }
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
        fn chunks_compare_as_the_text_does(a in "[a0-3\\x00é]{0,40}", b in "[a0-3\\x00é]{0,40}") {
            let chunks = |text: &str| {
                let mut natural = Natural::new(text);
                std::array::from_fn::<_, 6, _>(|_| natural.chunk())
            };
            prop_assert_eq!(chunks(&a).cmp(&chunks(&b)), cmp(&a, &b));
        }
    }
}
