//! The way out of a session that hangs: enter, `~`, `.`, as of ssh (ssh(1), "ESCAPE CHARACTERS").

/// Watches what is typed for the way out.
#[derive(Debug)]
pub(super) struct Escape {
    at: At,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    /// In the middle of a line.
    Line,
    /// At the beginning of a line.
    Start,
    /// After a `~` at the beginning of a line, which is held back until it is known what it is.
    Tilde,
}

impl Escape {
    /// At the beginning of a session, which is the beginning of a line.
    pub fn new() -> Self {
        Self { at: At::Start }
    }

    /// Takes in what is typed: what of it goes on, and whether the person leaves. `~~` stands for a `~`.
    pub fn feed(&mut self, typed: &[u8]) -> (Vec<u8>, bool) {
        let mut on = Vec::with_capacity(typed.len() + 1);
        for &byte in typed {
            match (self.at, byte) {
                (At::Tilde, b'.') => return (on, true),
                (At::Start, b'~') => {
                    self.at = At::Tilde;
                    continue;
                }
                (At::Tilde, b'~') => {}
                (At::Tilde, _) => on.push(b'~'),
                _ => {}
            }
            on.push(byte);
            self.at = if matches!(byte, b'\r' | b'\n') { At::Start } else { At::Line };
        }
        (on, false)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn fed(pieces: &[&str]) -> (String, bool) {
        let mut escape = Escape::new();
        let mut all = String::new();
        for piece in pieces {
            let (on, leaves) = escape.feed(piece.as_bytes());
            all.push_str(&String::from_utf8(on).unwrap());
            if leaves {
                return (all, true);
            }
        }
        (all, false)
    }

    #[test]
    fn only_a_tilde_and_a_dot_at_the_beginning_of_a_line_lead_out() {
        assert_eq!(fed(&["~."]), (String::new(), true));
        assert_eq!(fed(&["ls\r~", "."]), ("ls\r".to_owned(), true));
        assert_eq!(fed(&["ls ~."]), ("ls ~.".to_owned(), false));
        assert_eq!(fed(&["\r~~."]), ("\r~.".to_owned(), false));
        assert_eq!(fed(&["\r~/x\r"]), ("\r~/x\r".to_owned(), false));
        assert_eq!(fed(&["\r~\r~."]), ("\r~\r".to_owned(), true));
    }

    proptest! {
        #[test]
        fn what_holds_no_tilde_goes_on_as_it_is(typed in prop::collection::vec(any::<u8>().prop_filter("no tilde", |b| *b != b'~'), 0..100), cut in 0usize..100) {
            let cut = cut.min(typed.len());
            let mut escape = Escape::new();
            let (mut on, _) = escape.feed(&typed[..cut]);
            on.extend(escape.feed(&typed[cut..]).0);
            prop_assert_eq!(on, typed);
        }
    }
}
