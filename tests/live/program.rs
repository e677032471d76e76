//! A full-screen program, as editors and monitors are: the alternate screen, raw keys, cursor keys in application mode, the mouse, bracketed paste, colours.
//! It shows what it is sent, draws itself anew when it is told of another size, and ends with exit code 7 on `q`.

#![allow(clippy::unwrap_used, reason = "a program for tests")]

use std::io::{Read as _, Write as _};

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc;

const ON: &str = "\x1b[?1049h\x1b[?1h\x1b[?1000h\x1b[?1006h\x1b[?2004h\x1b[?25l\x1b[2J";
const OFF: &str = "\x1b[?25h\x1b[?2004l\x1b[?1006l\x1b[?1000l\x1b[?1l\x1b[?1049l";
const CODE: i32 = 7;

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    crossterm::terminal::enable_raw_mode().unwrap();
    write(ON);
    runtime.block_on(run());
    write(OFF);
    crossterm::terminal::disable_raw_mode().unwrap();
    // Somebody still reads the terminal.
    std::process::exit(CODE);
}

fn write(text: &str) {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes()).unwrap();
    out.flush().unwrap();
}

async fn run() {
    let mut resized = signal(SignalKind::window_change()).unwrap();
    let mut keys = keys();
    let (mut sent, mut times) = (String::new(), 0);
    loop {
        draw(&sent, times);
        tokio::select! {
            bytes = keys.recv() => {
                let Some(bytes) = bytes else { return };
                sent.extend(bytes.into_iter().map(words));
                if sent.ends_with('q') {
                    return;
                }
            }
            _ = resized.recv() => times += 1,
        }
    }
}

/// What is sent, as it comes.
fn keys() -> mpsc::UnboundedReceiver<Vec<u8>> {
    let (tx, keys) = mpsc::unbounded_channel();
    std::thread::spawn(move || {
        let mut piece = [0; 256];
        while let Ok(count @ 1..) = std::io::stdin().lock().read(&mut piece) {
            if tx.send(piece[..count].to_vec()).is_err() {
                return;
            }
        }
    });
    keys
}

/// A byte as it can be read: `^[` is escape, `^C` ctrl-c.
fn words(byte: u8) -> String {
    match byte {
        0..32 => format!("^{}", char::from(byte + 64)),
        _ => char::from(byte).to_string(),
    }
}

fn draw(sent: &str, times: usize) {
    let (columns, lines) = crossterm::terminal::size().unwrap();
    write(&format!(
        "\x1b[2J\x1b[H\x1b[1;37;44mfull screen {columns}x{lines}\x1b[0m\x1b[2;1Hresized {times} times\x1b[3;1Hsent {sent}.\x1b[{lines};1Hline {lines}"
    ));
}
