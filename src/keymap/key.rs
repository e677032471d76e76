//! Keys as people write them: `ctrl-f`, `shift-left`, `G`, `space`.

use std::fmt;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// A key with its modifiers, in the one form that all terminals' ways of sending it are brought to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    code: KeyCode,
    ctrl: bool,
    alt: bool,
    shift: bool,
}

/// The modifiers that are held down with a key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// Ctrl.
    pub ctrl: bool,
    /// Alt.
    pub alt: bool,
    /// Shift, where it makes no other character of the key.
    pub shift: bool,
}

/// The names of keys that are no character; the first of each key is how it is written.
const NAMES: &[(&str, KeyCode)] = &[
    ("enter", KeyCode::Enter),
    ("return", KeyCode::Enter),
    ("esc", KeyCode::Esc),
    ("escape", KeyCode::Esc),
    ("tab", KeyCode::Tab),
    ("space", KeyCode::Char(' ')),
    ("backspace", KeyCode::Backspace),
    ("delete", KeyCode::Delete),
    ("insert", KeyCode::Insert),
    ("up", KeyCode::Up),
    ("down", KeyCode::Down),
    ("left", KeyCode::Left),
    ("right", KeyCode::Right),
    ("home", KeyCode::Home),
    ("end", KeyCode::End),
    ("pageup", KeyCode::PageUp),
    ("pagedown", KeyCode::PageDown),
];

impl Key {
    fn new(code: KeyCode, modifiers: KeyModifiers) -> Self {
        let ctrl = modifiers.contains(KeyModifiers::CONTROL);
        let alt = modifiers.contains(KeyModifiers::ALT);
        let mut shift = modifiers.contains(KeyModifiers::SHIFT);
        let code = match code {
            KeyCode::BackTab => {
                shift = true;
                KeyCode::Tab
            }
            // Without the keyboard protocol, ctrl-\ ] ^ _ arrive as the control codes 0x1c to 0x1f, which crossterm calls ctrl-4 to 7.
            KeyCode::Char(c @ '4'..='7') if ctrl => {
                KeyCode::Char(['\\', ']', '^', '_'][c as usize - '4' as usize])
            }
            KeyCode::Char(c) => {
                // A shifted character is another character, not a key with a modifier.
                let mut upper = c.to_uppercase();
                let c = match (shift, upper.next(), upper.next()) {
                    (true, Some(up), None) => up,
                    _ => c,
                };
                shift = shift && c == ' ';
                KeyCode::Char(c)
            }
            code => code,
        };
        Self { code, ctrl, alt, shift }
    }

    /// Reads one key; an error says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut modifiers = KeyModifiers::empty();
        let mut rest = text;
        while let Some((modifier, key)) = rest.split_once('-').filter(|(_, key)| !key.is_empty()) {
            modifiers |= match modifier {
                "ctrl" => KeyModifiers::CONTROL,
                "alt" => KeyModifiers::ALT,
                "shift" => KeyModifiers::SHIFT,
                _ => break,
            };
            rest = key;
        }
        let mut chars = rest.chars();
        let code = match (chars.next(), chars.next()) {
            (Some(c), None) => Some(KeyCode::Char(c)),
            _ => {
                NAMES.iter().find(|(name, _)| *name == rest).map(|(_, code)| *code).or_else(|| {
                    let number = rest.strip_prefix('f')?.parse().ok()?;
                    (1..=24).contains(&number).then_some(KeyCode::F(number))
                })
            }
        };
        let code = code.ok_or_else(|| {
            format!("{text:?} is no key: write a character, space, enter, esc, tab, f5, …, after ctrl-, alt- or shift-")
        })?;
        Ok(Self::new(code, modifiers))
    }

    /// Reads keys pressed one after the other, with spaces between: `g g`.
    pub fn parse_sequence(text: &str) -> Result<Vec<Self>, String> {
        let keys = text.split_whitespace().map(Self::parse).collect::<Result<Vec<_>, _>>()?;
        if keys.is_empty() { Err("no key is named".to_owned()) } else { Ok(keys) }
    }

    /// The character that it types, where it is one.
    pub fn typed(self) -> Option<char> {
        match self.code {
            KeyCode::Char(c) if !self.ctrl && !self.alt => Some(c),
            _ => None,
        }
    }

    /// What it is made of.
    pub fn parts(self) -> (KeyCode, Held) {
        (self.code, Held { ctrl: self.ctrl, alt: self.alt, shift: self.shift })
    }

    /// Whether people have a name for it; a modifier alone has none, nor has caps lock.
    pub fn has_name(self) -> bool {
        matches!(self.code, KeyCode::Char(_) | KeyCode::F(_))
            || NAMES.iter().any(|(_, code)| *code == self.code)
    }

    /// Whether it is escape.
    pub fn is_escape(self) -> bool {
        self.code == KeyCode::Esc
    }

    /// Whether it is enter.
    pub fn is_enter(self) -> bool {
        self.code == KeyCode::Enter
    }

    /// What [`Key::parse_sequence`] reads back.
    pub fn show(keys: &[Self]) -> String {
        keys.iter().map(Self::to_string).collect::<Vec<_>>().join(" ")
    }

    /// Orders keys for help: short ones first.
    pub(super) fn weight(keys: &[Self]) -> (usize, usize, String) {
        let text = Self::show(keys);
        (keys.len(), text.chars().count(), text)
    }
}

impl From<KeyEvent> for Key {
    fn from(event: KeyEvent) -> Self {
        Self::new(event.code, event.modifiers)
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (held, name) in [(self.ctrl, "ctrl-"), (self.alt, "alt-"), (self.shift, "shift-")] {
            if held {
                f.write_str(name)?;
            }
        }
        match (NAMES.iter().find(|(_, code)| *code == self.code), self.code) {
            (Some((name, _)), _) => f.write_str(name),
            (None, KeyCode::Char(c)) => write!(f, "{c}"),
            (None, KeyCode::F(n)) => write!(f, "f{n}"),
            (None, code) => write!(f, "{code:?}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pressed(code: KeyCode, modifiers: KeyModifiers) -> String {
        Key::from(KeyEvent::new(code, modifiers)).to_string()
    }

    #[test]
    fn what_is_written_is_read_back() {
        for text in [
            "j",
            "G",
            "ctrl-f",
            "shift-left",
            "alt-enter",
            "space",
            "ctrl-space",
            "-",
            "ctrl--",
            "f12",
            "?",
            "ctrl-\\",
            "é",
        ] {
            assert_eq!(Key::parse(text).unwrap().to_string(), text);
        }
        assert_eq!(Key::parse("shift-n").unwrap(), Key::parse("N").unwrap());
        assert_eq!(Key::show(&Key::parse_sequence(" g  ctrl-g ").unwrap()), "g ctrl-g");
        for wrong in ["", "ctrl-", "hyper-x", "enterr", "f25", "ctrl"] {
            assert!(Key::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn terminals_differ_and_keys_do_not() {
        assert_eq!(pressed(KeyCode::Char('N'), KeyModifiers::SHIFT), "N");
        assert_eq!(pressed(KeyCode::Char('n'), KeyModifiers::SHIFT), "N");
        assert_eq!(pressed(KeyCode::Char('N'), KeyModifiers::NONE), "N");
        assert_eq!(pressed(KeyCode::BackTab, KeyModifiers::NONE), "shift-tab");
        assert_eq!(pressed(KeyCode::BackTab, KeyModifiers::SHIFT), "shift-tab");
        assert_eq!(pressed(KeyCode::Char('4'), KeyModifiers::CONTROL), "ctrl-\\");
        assert_eq!(pressed(KeyCode::Char('?'), KeyModifiers::SHIFT), "?");
    }
}
