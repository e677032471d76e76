//! Colours that programs put into their lines, and nothing else of what a terminal would act on.
//!
//! Of the sequences that begin with ESC (ECMA-48), those that choose colours and weights (`SGR`) become a [`Look`]; every other is left out, with what is
//! inside it. No byte of them gets any further, so none can reach a terminal.

use std::ops::Range;

/// A colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Colour {
    /// One of the sixteen that every terminal has, or of the 256.
    Indexed(u8),
    /// Red, green and blue.
    Rgb(u8, u8, u8),
}

/// How a part of a line looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Look {
    /// Of the letters; the screen's own where there is none.
    pub front: Option<Colour>,
    /// Behind them; the screen's own where there is none.
    pub back: Option<Colour>,
    /// Stronger.
    pub bold: bool,
    /// Weaker.
    pub dim: bool,
    /// Slanted.
    pub italic: bool,
    /// Underlined.
    pub underlined: bool,
    /// With both colours exchanged.
    pub reversed: bool,
}

/// The parts of a line as ranges of bytes, each with its look; sequences are in none of them.
pub fn parts(line: &str) -> Vec<(Range<usize>, Look)> {
    let bytes = line.as_bytes();
    let mut out = Vec::new();
    let mut look = Look::default();
    let mut at = 0;
    while at < bytes.len() {
        let end = memchr::memchr(0x1b, &bytes[at..]).map_or(bytes.len(), |found| at + found);
        if end > at {
            out.push((at..end, look));
        }
        if end == bytes.len() {
            break;
        }
        let sequence = Sequence::at(&bytes[end..]);
        if let Some(parameters) = sequence.look {
            look.change(&bytes[end + parameters.start..end + parameters.end]);
        }
        at = end + sequence.length;
    }
    out
}

/// A line without any sequences.
pub fn plain(line: &str) -> String {
    parts(line).into_iter().filter_map(|(range, _)| line.get(range)).collect()
}

/// A sequence: how long it is, and where its parameters stand if it changes the look.
struct Sequence {
    length: usize,
    look: Option<Range<usize>>,
}

impl Sequence {
    /// The sequence that begins with the ESC at the beginning of this. It ends before anything that is no ASCII, so that no character is split.
    fn at(bytes: &[u8]) -> Self {
        let plain = |length: usize| Self { length: length.min(bytes.len()), look: None };
        match bytes.get(1) {
            // A control sequence: parameters, then what is done.
            Some(b'[') => {
                let rest = &bytes[2..];
                let end = rest.iter().position(|b| !(0x20..=0x3f).contains(b));
                match end.map(|end| (end, rest[end])) {
                    Some((end, b'm')) => Self { length: 3 + end, look: Some(2..2 + end) },
                    Some((end, 0x40..=0x7e)) => plain(3 + end),
                    Some((end, _)) => plain(2 + end),
                    None => plain(bytes.len()),
                }
            }
            // A string for the terminal, up to BEL or ESC \.
            Some(b']' | b'P' | b'X' | b'^' | b'_') => {
                let end = bytes[2..].iter().position(|b| matches!(b, 0x07 | 0x1b));
                match end.map(|end| (end + 2, bytes[end + 2])) {
                    Some((end, 0x07)) => plain(end + 1),
                    Some((end, _)) if bytes.get(end + 1) == Some(&b'\\') => plain(end + 2),
                    Some((end, _)) => plain(end),
                    None => plain(bytes.len()),
                }
            }
            Some(0x20..=0x2f) => {
                let end = bytes[1..].iter().position(|b| !(0x20..=0x2f).contains(b));
                let end = end.map_or(bytes.len(), |end| end + 1);
                plain(end + usize::from(bytes.get(end).is_some_and(|b| (0x30..=0x7e).contains(b))))
            }
            Some(0x30..=0x7e) => plain(2),
            _ => plain(1),
        }
    }
}

impl Look {
    /// Takes the parameters of a sequence in, as ECMA-48 and xterm have them.
    fn change(&mut self, parameters: &[u8]) {
        let number = |text: &[u8]| {
            text.iter().try_fold(0_u8, |all, b| {
                let digit = b.is_ascii_digit().then(|| b - b'0')?;
                all.checked_mul(10)?.checked_add(digit)
            })
        };
        let mut numbers = parameters.split(|b| matches!(b, b';' | b':')).map(number);
        while let Some(parameter) = numbers.next() {
            match parameter {
                Some(0) => *self = Self::default(),
                Some(1) => self.bold = true,
                Some(2) => self.dim = true,
                Some(3) => self.italic = true,
                Some(4) => self.underlined = true,
                Some(7) => self.reversed = true,
                Some(22) => (self.bold, self.dim) = (false, false),
                Some(23) => self.italic = false,
                Some(24) => self.underlined = false,
                Some(27) => self.reversed = false,
                Some(code @ 30..=37) => self.front = Some(Colour::Indexed(code - 30)),
                Some(code @ 90..=97) => self.front = Some(Colour::Indexed(code - 82)),
                Some(code @ 40..=47) => self.back = Some(Colour::Indexed(code - 40)),
                Some(code @ 100..=107) => self.back = Some(Colour::Indexed(code - 92)),
                Some(39) => self.front = None,
                Some(49) => self.back = None,
                Some(code @ (38 | 48)) => {
                    let mut next = || numbers.next().flatten();
                    let colour = match next() {
                        Some(5) => next().map(Colour::Indexed),
                        Some(2) => match (next(), next(), next()) {
                            (Some(red), Some(green), Some(blue)) => {
                                Some(Colour::Rgb(red, green, blue))
                            }
                            _ => None,
                        },
                        _ => None,
                    };
                    if code == 38 { self.front = colour } else { self.back = colour }
                }
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn colours_are_kept() {
        let looks = |line: &str| {
            parts(line)
                .into_iter()
                .map(|(range, look)| (line[range].to_owned(), look))
                .collect::<Vec<_>>()
        };
        let red = Look { front: Some(Colour::Indexed(1)), bold: true, ..Look::default() };
        let both = Look {
            front: Some(Colour::Rgb(1, 2, 3)),
            back: Some(Colour::Indexed(200)),
            ..Look::default()
        };
        let found = looks("a\x1b[1;31mb\x1b[mc\x1b[38;2;1;2;3;48;5;200md");
        let wanted = [("a", Look::default()), ("b", red), ("c", Look::default()), ("d", both)];
        assert_eq!(found, wanted.map(|(text, look)| (text.to_owned(), look)));
        assert_eq!(looks("\x1b[97mx")[0].1.front, Some(Colour::Indexed(15)));
    }

    #[test]
    fn everything_else_is_left_out() {
        for hostile in [
            "\x1b[2J",
            "\x1b[1;1H",
            "\x1b]0;title\x07",
            "\x1b]52;c;aGk=\x1b\\",
            "\x1bPq\x1b\\",
            "\x1bc",
            "\x1b(B",
            "\x1b[?1049h",
            "\x1b[6n",
            "\x1b_x\x07",
            "\x1b",
            "\x1b[",
        ] {
            assert_eq!(plain(&format!("before{hostile}")), "before", "{hostile:?}");
        }
        assert_eq!(plain("a\x1b[31é"), "aé");
        assert_eq!(plain("a\x1b]0;no end"), "a");
    }

    proptest! {
        #[test]
        fn no_sequence_gets_through(line in "(\\PC|\x1b|\\[|\\]|[0-9;:m?]|\x07|\\\\|é){0,60}") {
            prop_assert!(!plain(&line).contains('\x1b'));
            for (range, _) in parts(&line) {
                prop_assert!(line.get(range).is_some());
            }
        }
    }
}
