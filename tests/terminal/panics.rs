//! A program that takes the terminal and panics: what the terminal test watches.

use kx::terminal::Terminal;

fn main() {
    let terminal = Terminal::enter(true).expect("a terminal");
    let nothing: Option<u8> = std::env::args().nth(9).map(|_| 0);
    assert!(nothing.is_some(), "on purpose");
    drop(terminal);
}
