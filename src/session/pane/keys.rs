//! What a terminal sends for a key (xterm, "Control Sequences": "PC-Style Function Keys").

use crossterm::event::KeyCode;

use crate::keymap::Key;

/// The bytes of a key; `None` where no terminal sends any. `application` says whether the program has put the cursor keys into application mode.
pub fn sent(key: Key, application: bool) -> Option<Vec<u8>> {
    let (code, held) = key.parts();
    let modifiers = 1 + u8::from(held.shift) + 2 * u8::from(held.alt) + 4 * u8::from(held.ctrl);
    let escaped = |bytes: &[u8]| {
        let mut all = if held.alt { vec![0x1b] } else { Vec::new() };
        all.extend(bytes);
        all
    };
    let letter = |letter: char| {
        let text = match modifiers {
            1 if application => format!("\x1bO{letter}"),
            1 => format!("\x1b[{letter}"),
            _ => format!("\x1b[1;{modifiers}{letter}"),
        };
        text.into_bytes()
    };
    let number = |number: u8| {
        let text = match modifiers {
            1 => format!("\x1b[{number}~"),
            _ => format!("\x1b[{number};{modifiers}~"),
        };
        text.into_bytes()
    };
    Some(match code {
        KeyCode::Char(c) if held.ctrl => match control(c) {
            Some(byte) => escaped(&[byte]),
            None => escaped(c.encode_utf8(&mut [0; 4]).as_bytes()),
        },
        KeyCode::Char(c) => escaped(c.encode_utf8(&mut [0; 4]).as_bytes()),
        KeyCode::Enter => escaped(b"\r"),
        KeyCode::Tab if held.shift => escaped(b"\x1b[Z"),
        KeyCode::Tab => escaped(b"\t"),
        KeyCode::Backspace if held.ctrl => escaped(b"\x08"),
        KeyCode::Backspace => escaped(b"\x7f"),
        KeyCode::Esc => escaped(b"\x1b"),
        KeyCode::Up => letter('A'),
        KeyCode::Down => letter('B'),
        KeyCode::Right => letter('C'),
        KeyCode::Left => letter('D'),
        KeyCode::Home => letter('H'),
        KeyCode::End => letter('F'),
        KeyCode::Insert => number(2),
        KeyCode::Delete => number(3),
        KeyCode::PageUp => number(5),
        KeyCode::PageDown => number(6),
        KeyCode::F(n @ 1..=4) => {
            let last = char::from(b'P' + n - 1);
            match modifiers {
                1 => format!("\x1bO{last}").into_bytes(),
                _ => letter(last),
            }
        }
        KeyCode::F(n) => number(*FUNCTION.get(usize::from(n.checked_sub(5)?))?),
        _ => return None,
    })
}

/// The numbers of F5 to F20: some are left out, as on the keyboard of a VT220.
const FUNCTION: [u8; 16] = [15, 17, 18, 19, 20, 21, 23, 24, 25, 26, 28, 29, 31, 32, 33, 34];

/// The control code of a character.
fn control(c: char) -> Option<u8> {
    Some(match c {
        'a'..='z' => c as u8 - b'a' + 1,
        'A'..='Z' => c as u8 - b'A' + 1,
        ' ' | '@' | '2' => 0,
        '[' | '3' => 27,
        '\\' => 28,
        ']' => 29,
        '^' => 30,
        '_' | '/' => 31,
        '?' | '8' => 127,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(key: &str, application: bool) -> String {
        let bytes = sent(Key::parse(key).unwrap(), application).unwrap();
        String::from_utf8(bytes).unwrap().replace('\x1b', "^[")
    }

    #[test]
    fn keys_are_what_xterm_sends() {
        for (key, wanted) in [
            ("a", "a"),
            ("A", "A"),
            ("é", "é"),
            ("space", " "),
            ("ctrl-c", "\x03"),
            ("ctrl-space", "\0"),
            ("ctrl-]", "\x1d"),
            ("alt-b", "^[b"),
            ("enter", "\r"),
            ("tab", "\t"),
            ("shift-tab", "^[[Z"),
            ("backspace", "\x7f"),
            ("esc", "^["),
            ("up", "^[[A"),
            ("ctrl-left", "^[[1;5D"),
            ("shift-alt-right", "^[[1;4C"),
            ("home", "^[[H"),
            ("delete", "^[[3~"),
            ("ctrl-pageup", "^[[5;5~"),
            ("f1", "^[OP"),
            ("shift-f4", "^[[1;2S"),
            ("f5", "^[[15~"),
            ("f12", "^[[24~"),
        ] {
            assert_eq!(text(key, false), wanted, "{key}");
        }
        assert_eq!(text("up", true), "^[OA");
        assert_eq!(text("shift-up", true), "^[[1;2A");
        assert_eq!(sent(Key::parse("f24").unwrap(), false), None);
    }
}
