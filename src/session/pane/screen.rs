//! The screen of a session in the pane: what a terminal would show of what it wrote.
//!
//! Nothing that a session writes reaches the person's terminal as it is: it is interpreted here, and what is left is characters with colours.

use std::fmt;
use std::num::NonZeroU16;

use vt100::{Callbacks, Parser};

/// How many lines that have gone off the top can be scrolled back to.
const SCROLLBACK: usize = 10_000;

/// The longest title that is kept, in bytes.
const TITLE: usize = 200;

/// A screen of so many columns and lines.
pub struct Screen {
    parser: Parser<Heard>,
}

/// What a session asked its terminal.
#[derive(Default)]
struct Heard {
    answers: Vec<u8>,
    title: String,
}

impl Callbacks for Heard {
    fn set_window_title(&mut self, _: &mut vt100::Screen, title: &[u8]) {
        let title = String::from_utf8_lossy(&title[..title.len().min(TITLE)]);
        self.title = title.chars().filter(|c| !c.is_control()).collect();
    }

    /// Answers what programs wait for at their start: what the terminal is, that it is well, where the cursor is (xterm, "Control Sequences": DA1, DA2, DSR).
    fn unhandled_csi(
        &mut self,
        screen: &mut vt100::Screen,
        first: Option<u8>,
        second: Option<u8>,
        parameters: &[&[u16]],
        last: char,
    ) {
        let parameter = parameters.first().and_then(|p| p.first()).copied().unwrap_or(0);
        match (first, second, parameter, last) {
            (None, None, 0, 'c') => self.answers.extend(b"\x1b[?1;2c"),
            (Some(b'>'), None, 0, 'c') => self.answers.extend(b"\x1b[>0;0;0c"),
            (None, None, 5, 'n') => self.answers.extend(b"\x1b[0n"),
            (None, None, 6, 'n') => {
                let (line, column) = screen.cursor_position();
                let (line, column) = (u32::from(line) + 1, u32::from(column) + 1);
                self.answers.extend(format!("\x1b[{line};{column}R").into_bytes());
            }
            _ => {}
        }
    }
}

fn at_least_one(count: u16) -> NonZeroU16 {
    NonZeroU16::new(count).unwrap_or(NonZeroU16::MIN)
}

impl Screen {
    /// An empty one; no columns or lines count as one.
    pub fn new(columns: u16, lines: u16) -> Self {
        let (lines, columns) = (at_least_one(lines), at_least_one(columns));
        let heard = Heard::default();
        Self { parser: Parser::new_with_callbacks(lines, columns, SCROLLBACK, heard) }
    }

    /// Takes in what the session wrote; what it is answered, as if it had been typed.
    pub fn write(&mut self, bytes: &[u8]) -> Vec<u8> {
        self.parser.process(bytes);
        std::mem::take(&mut self.parser.callbacks_mut().answers)
    }

    /// Gives it another size; whether it had another.
    pub fn resize(&mut self, columns: u16, lines: u16) -> bool {
        let size = (at_least_one(lines), at_least_one(columns));
        let other = self.parser.screen().size() != size;
        if other {
            self.parser.set_size(size.0, size.1);
        }
        other
    }

    /// What the program calls itself; empty where it does not.
    pub fn title(&self) -> &str {
        &self.parser.callbacks().title
    }

    /// What is on it.
    pub fn shown(&self) -> &vt100::Screen {
        self.parser.screen()
    }

    /// Scrolls back (up) or on (down) by lines.
    pub fn scroll(&mut self, up: isize) {
        let screen = self.parser.screen_mut();
        let to = screen.scrollback().saturating_add_signed(up);
        screen.set_scrollback(to);
    }

    /// Shows again what is written last.
    pub fn follow(&mut self) {
        self.parser.screen_mut().set_scrollback(0);
    }
}

impl fmt::Debug for Screen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Screen").field("size", &self.shown().size()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn it_shows_what_a_terminal_would() {
        let mut screen = Screen::new(20, 3);
        assert_eq!(screen.write(b"one\r\n\x1b[31mtwo\x1b[0m\r\nthree\r\nfour"), b"");
        assert_eq!(screen.shown().contents(), "two\nthree\nfour");
        screen.scroll(1);
        assert_eq!(screen.shown().contents(), "one\ntwo\nthree");
        screen.scroll(100);
        screen.scroll(-100);
        assert_eq!(screen.shown().contents(), "two\nthree\nfour");
        assert!(screen.resize(10, 2) && !screen.resize(10, 2));
        screen.write(b"\x1b]0;a \x07\x1b[2J");
        assert_eq!(screen.title(), "a ");
    }

    #[test]
    fn programs_are_told_what_they_wait_for() {
        let mut screen = Screen::new(20, 3);
        assert_eq!(screen.write(b"ab\r\nc\x1b[6n\x1b[5n"), b"\x1b[2;2R\x1b[0n");
        assert_eq!(screen.write(b"\x1b[c"), b"\x1b[?1;2c");
        assert_eq!(screen.write(b"\x1b[>c"), b"\x1b[>0;0;0c");
        assert_eq!(screen.write(b"\x1b[7n\x1b[?1049h"), b"", "what it does not know it leaves");
    }

    /// Pieces of what programs write, and of what is none of it.
    fn pieces() -> impl Strategy<Value = Vec<u8>> {
        let csi = (
            prop::collection::vec(0u16..300, 0..3),
            prop::sample::select(b"ABCDEFGHJKLMPSTXZdfghlmnrsu@`".to_vec()),
            prop::sample::select(vec!["", "?", ">"]),
        );
        let csi = csi.prop_map(|(numbers, last, mark)| {
            let numbers: Vec<String> = numbers.iter().map(u16::to_string).collect();
            let mut text = format!("\x1b[{mark}{}", numbers.join(";")).into_bytes();
            text.push(last);
            text
        });
        prop_oneof![
            csi,
            prop::collection::vec(any::<u8>(), 0..20),
            "[a-z漢字é\u{301}\u{200d}👩\r\n\t]{0,30}".prop_map(String::into_bytes),
            prop::sample::select(vec![
                "\x1b7",
                "\x1b8",
                "\x1bM",
                "\x1bc",
                "\x1b[?1049h",
                "\x1b[?1049l"
            ])
            .prop_map(|text| text.as_bytes().to_vec()),
        ]
    }

    proptest! {
        #[test]
        fn nothing_that_is_written_breaks_it(
            steps in prop::collection::vec((pieces(), 0u16..40, 0u16..12, -20isize..20), 1..40)
        ) {
            let mut screen = Screen::new(8, 4);
            for (bytes, columns, lines, by) in steps {
                screen.write(&bytes);
                screen.scroll(by);
                if columns % 3 == 0 {
                    screen.resize(columns, lines);
                }
                let (lines, columns) = screen.shown().size();
                for line in 0..lines.get() {
                    for column in 0..columns.get() {
                        if let Some(cell) = screen.shown().cell(line, column) {
                            prop_assert!(!cell.contents().chars().any(char::is_control));
                        }
                    }
                }
            }
        }
    }
}
