//! A full-screen program in a container, as a person has it: with the whole terminal, and in the pane.

use crate::exec::running;
use crate::labs;
use crate::pty::Terminal;

/// The command line that runs the program, on this machine: the lab's kubelet does.
const PROGRAM: &str = concat!("sh ", env!("CARGO_MANIFEST_DIR"), "/tests/live/full_screen.sh");

fn pod(name: &str) -> Terminal {
    running(name);
    let config = labs::busy().kubeconfig("admin");
    let mut kx = Terminal::start(&config, &["pods", "-n", "x-exec"], 32, 120);
    kx.shows("NAME");
    kx.keys(&format!("/^{name}$\r"));
    kx.until("the pod alone", |s| s.contains("pods  1 ") && s.contains(name));
    kx
}

/// The line and the column, from 1, at which a text begins on the screen, and its colour.
fn place(kx: &Terminal, text: &str) -> (usize, usize, vt100::Color) {
    kx.see(|screen| {
        let all = screen.contents();
        let line = all.lines().position(|line| line.contains(text)).unwrap();
        let before = all.lines().nth(line).unwrap().split(text).next().unwrap();
        let column = before.chars().count();
        let cell = screen.cell(line.try_into().unwrap(), column.try_into().unwrap());
        (line + 1, column + 1, cell.unwrap().bgcolor())
    })
}

#[test]
fn it_has_the_whole_terminal_and_kx_has_it_again() {
    let mut kx = pod("whole");
    let before = kx.text();
    kx.keys(&format!(":exec {PROGRAM}\r"));
    kx.until("its picture", |s| s.contains("full screen 120x32") && s.contains("line 32"));
    assert!(!kx.text().contains("RESTARTS"), "nothing of kx's is left:\n{}", kx.text());
    assert_eq!(place(&kx, "full screen"), (1, 1, vt100::Color::Idx(4)));
    // The person's terminal is what the program wants of it.
    let modes = kx.see(|screen| {
        (
            (screen.alternate_screen(), screen.application_cursor(), screen.bracketed_paste()),
            (screen.mouse_protocol_mode(), screen.mouse_protocol_encoding()),
        )
    });
    let mouse = (vt100::MouseProtocolMode::PressRelease, vt100::MouseProtocolEncoding::Sgr);
    assert_eq!(modes, ((true, true, true), mouse));
    // Keys, a cursor key in application mode, a click, a paste; and ctrl-c is a byte like others.
    kx.keys("ab\x1bOA\x1b[<0;10;5M\x1b[<0;10;5m\x1b[200~it is\x1b[201~\x03");
    kx.shows("sent ab033OA033[<0;10;5M033[<0;10;5m033[200~itis033[201~003.");
    kx.resize(40, 100);
    kx.until("its picture in the new size", |s| {
        s.contains("full screen 100x40") && s.contains("line 40")
    });
    kx.resize(32, 120);
    kx.until("the size of before", |s| s.contains("full screen 120x32") && s.contains("line 32"));
    kx.keys("q");
    // Whoever serves the exit code as such is asked to let the output be read first; the lab's kubelet tells it in words.
    kx.until("its exit code", |s| s.contains("exit code 7") || s.contains("exit status 7"));
    if kx.text().contains("any key goes back to kx") {
        kx.keys("x");
    }
    kx.until("kx's own screen", |s| s.contains("RESTARTS") && !s.contains("full screen"));
    let first = |text: &str| text.lines().take(5).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(first(&kx.text())[1..4], first(&before)[1..4], "the table as it was");
    assert!(kx.see(vt100::Screen::alternate_screen) && !kx.see(vt100::Screen::application_cursor));
    kx.keys(":q\r");
    assert!(kx.ended().success());
}

#[test]
fn it_has_its_part_of_the_screen_in_the_pane() {
    let mut kx = pod("part");
    kx.keys("\x14");
    kx.until("the pane", |s| s.contains("shell part/main"));
    kx.keys("echo it was $((40 + 2)) before\r");
    kx.until("the shell", |s| s.contains("it was 42 before"));
    kx.keys(&format!("{PROGRAM}\r"));
    kx.until("its picture", |s| s.contains("full screen 120x13") && s.contains("line 13"));
    assert!(kx.text().contains("RESTARTS"), "the page above is there:\n{}", kx.text());
    assert!(!kx.text().contains("it was 42 before"));
    let (line, column, colour) = place(&kx, "full screen");
    assert_eq!((column, colour), (1, vt100::Color::Idx(4)));
    // The person's terminal is kx's; what the program wants of its own is what it gets.
    kx.keys("ab\x1b[A");
    kx.shows("sent ab033OA.");
    kx.keys(&format!("\x1b[<0;10;{}M\x1b[<0;10;{}m", line + 4, line + 4));
    kx.shows("033OA033[<0;10;5M033[<0;10;5m.");
    kx.keys("\x1b[200~it is\x1b[201~");
    kx.shows("033[200~itis033[201~.");
    kx.keys("\x03");
    kx.shows("033[201~003.");
    kx.resize(40, 100);
    kx.until("its picture in the new size", |s| {
        s.contains("full screen 100x17") && s.contains("line 17")
    });
    kx.keys("q");
    kx.until("what was there before", |s| {
        s.contains("it was 42 before") && !s.contains("full screen")
    });
    kx.keys("echo it ended with $?\r");
    kx.shows("it ended with 7");
    kx.keys("exit 0\r");
    kx.until("the pane is gone", |s| s.contains("RESTARTS") && !s.contains("it ended with 7"));
    kx.keys(":q\r");
    assert!(kx.ended().success());
}
