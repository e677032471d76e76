//! What a terminal tells a program of the mouse (xterm, "Control Sequences": "Mouse Tracking").

use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use vt100::{MouseProtocolEncoding as Encoding, MouseProtocolMode as Mode};

/// What is sent for an event at this column and line of the screen, from 0; `None` where the program did not ask for it.
pub fn reported(
    event: MouseEvent,
    (column, line): (u16, u16),
    screen: &vt100::Screen,
) -> Option<Vec<u8>> {
    let mode = screen.mouse_protocol_mode();
    let wanted = match event.kind {
        MouseEventKind::Down(_) | MouseEventKind::ScrollUp | MouseEventKind::ScrollDown => {
            mode != Mode::None
        }
        MouseEventKind::Up(_) => !matches!(mode, Mode::None | Mode::Press),
        MouseEventKind::Drag(_) => matches!(mode, Mode::ButtonMotion | Mode::AnyMotion),
        MouseEventKind::Moved => mode == Mode::AnyMotion,
        _ => false,
    };
    if !wanted {
        return None;
    }
    let button = |button| match button {
        MouseButton::Left => 0,
        MouseButton::Middle => 1,
        MouseButton::Right => 2,
    };
    let code = match event.kind {
        MouseEventKind::Down(which) | MouseEventKind::Up(which) => button(which),
        MouseEventKind::Drag(which) => button(which) + 32,
        MouseEventKind::ScrollUp => 64,
        MouseEventKind::ScrollDown => 65,
        _ => 35,
    };
    let held = |modifier, bit| if event.modifiers.contains(modifier) { bit } else { 0 };
    let held =
        held(KeyModifiers::SHIFT, 4) + held(KeyModifiers::ALT, 8) + held(KeyModifiers::CONTROL, 16);
    let up = matches!(event.kind, MouseEventKind::Up(_));
    let (column, line) = (u32::from(column) + 1, u32::from(line) + 1);
    if screen.mouse_protocol_encoding() == Encoding::Sgr {
        let last = if up { 'm' } else { 'M' };
        return Some(format!("\x1b[<{};{column};{line}{last}", code + held).into_bytes());
    }
    // Which button went up is not told in this way.
    let code = if up { 3 } else { code } + held;
    let mut bytes = b"\x1b[M".to_vec();
    for value in [code, column, line].map(|value: u32| value + 32) {
        match screen.mouse_protocol_encoding() {
            Encoding::Utf8 => {
                let c = char::from_u32(value)?;
                bytes.extend(c.encode_utf8(&mut [0; 4]).as_bytes());
            }
            // What is too far away for it cannot be told.
            _ => bytes.push(u8::try_from(value).ok()?),
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::super::Screen;
    use super::*;

    fn told(modes: &str, kind: MouseEventKind, at: (u16, u16)) -> Option<String> {
        let mut screen = Screen::new(300, 40);
        screen.write(modes.as_bytes());
        let event = MouseEvent { kind, column: 0, row: 0, modifiers: KeyModifiers::CONTROL };
        let bytes = reported(event, at, screen.shown())?;
        Some(String::from_utf8_lossy(&bytes).replace('\x1b', "^["))
    }

    #[test]
    fn a_program_is_told_what_it_asked_for() {
        let down = MouseEventKind::Down(MouseButton::Left);
        let up = MouseEventKind::Up(MouseButton::Left);
        assert_eq!(told("", down, (1, 2)), None);
        assert_eq!(told("\x1b[?9h", up, (1, 2)), None);
        assert_eq!(told("\x1b[?1000h", down, (1, 2)).unwrap(), "^[[M0\"#");
        assert_eq!(told("\x1b[?1000h", up, (1, 2)).unwrap(), "^[[M3\"#");
        assert_eq!(told("\x1b[?1000h", down, (250, 2)), None, "too far for this encoding");
        assert_eq!(told("\x1b[?1000h\x1b[?1006h", down, (250, 2)).unwrap(), "^[[<16;251;3M");
        assert_eq!(told("\x1b[?1000h\x1b[?1006h", up, (1, 2)).unwrap(), "^[[<16;2;3m");
        let wheel = MouseEventKind::ScrollDown;
        assert_eq!(told("\x1b[?1000h\x1b[?1006h", wheel, (1, 2)).unwrap(), "^[[<81;2;3M");
        let drag = MouseEventKind::Drag(MouseButton::Left);
        assert_eq!(told("\x1b[?1000h\x1b[?1006h", drag, (1, 2)), None);
        assert_eq!(told("\x1b[?1002h\x1b[?1006h", drag, (1, 2)).unwrap(), "^[[<48;2;3M");
    }
}
