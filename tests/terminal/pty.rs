//! A program in a real pseudo-terminal, and the screen that a person would see.

use std::io::{Read, Write};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, ExitStatus, MasterPty, PtySize, native_pty_system};

/// How long anything may take before the test gives up; the machine may be busy.
pub const PATIENCE: Duration = Duration::from_mins(1);

/// A running program and its screen.
pub struct Pty {
    /// Our side of the terminal; `None` once we hung up.
    side: Option<Side>,
    child: Box<dyn Child + Send + Sync>,
    seen: Arc<Mutex<Seen>>,
}

struct Side {
    master: Box<dyn MasterPty + Send>,
    writer: Box<dyn Write + Send>,
    reader: JoinHandle<()>,
    hangs_up: Arc<AtomicBool>,
}

struct Seen {
    parser: vt100::Parser,
    written: usize,
}

impl Pty {
    /// Starts a program on a terminal of this size.
    pub fn start(command: CommandBuilder, columns: u16, lines: u16) -> Self {
        let size = PtySize { rows: lines, cols: columns, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().unwrap();
        let writer = pair.master.take_writer().unwrap();
        let parser = vt100::Parser::new(lines.try_into().unwrap(), columns.try_into().unwrap(), 0);
        let seen = Arc::new(Mutex::new(Seen { parser, written: 0 }));
        let sink = seen.clone();
        let hangs_up = Arc::new(AtomicBool::new(false));
        let ends = hangs_up.clone();
        let reader = std::thread::spawn(move || {
            let mut buffer = vec![0; 1 << 16];
            while let Ok(n @ 1..) = reader.read(&mut buffer) {
                let mut seen = sink.lock().unwrap();
                seen.parser.process(&buffer[..n]);
                seen.written += n;
                if ends.load(Relaxed) {
                    break;
                }
            }
        });
        let side = Some(Side { master: pair.master, writer, reader, hangs_up });
        Self { side, child, seen }
    }

    /// Types.
    pub fn send(&mut self, keys: &str) {
        let side = self.side.as_mut().unwrap();
        side.writer.write_all(keys.as_bytes()).unwrap();
        side.writer.flush().unwrap();
    }

    /// Closes the terminal, as who closes its window does. Something must be written to it now and then.
    #[allow(dead_code, reason = "the test asks, the bench does not")]
    pub fn hang_up(&mut self) {
        let mut side = self.side.take().unwrap();
        side.hangs_up.store(true, Relaxed);
        // Whoever reads the terminal wakes when what is typed is echoed.
        side.writer.write_all(b"x").unwrap();
        side.writer.flush().unwrap();
        side.reader.join().unwrap();
        drop((side.writer, side.master));
    }

    /// Changes the terminal's size, as a person dragging its corner does.
    pub fn resize(&mut self, columns: u16, lines: u16) {
        let (rows, cols) = (lines.try_into().unwrap(), columns.try_into().unwrap());
        self.seen.lock().unwrap().parser.set_size(rows, cols);
        let size = PtySize { rows: lines, cols: columns, pixel_width: 0, pixel_height: 0 };
        self.side.as_ref().unwrap().master.resize(size).unwrap();
    }

    /// The screen's text.
    pub fn text(&self) -> String {
        self.seen.lock().unwrap().parser.screen().contents()
    }

    /// How many bytes were written so far.
    #[allow(dead_code, reason = "the bench asks, the test does not")]
    pub fn written(&self) -> usize {
        self.seen.lock().unwrap().written
    }

    /// How the terminal stands: whether the alternate screen, the mouse and bracketed paste are on and the cursor is hidden.
    pub fn taken(&self) -> [bool; 4] {
        let seen = self.seen.lock().unwrap();
        let screen = seen.parser.screen();
        [
            screen.alternate_screen(),
            screen.mouse_protocol_mode() != vt100::MouseProtocolMode::None,
            screen.bracketed_paste(),
            screen.hide_cursor(),
        ]
    }

    /// Waits until the screen is as it should be; the screen is in the message where it never is.
    #[track_caller]
    pub fn wait(&self, what: &str, mut is: impl FnMut(&str) -> bool) -> String {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let text = self.text();
            if is(&text) {
                return text;
            }
            assert!(Instant::now() < deadline, "never saw {what}; the screen is:\n{text}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Waits until some condition outside the screen holds.
    #[track_caller]
    pub fn until(&self, what: &str, mut is: impl FnMut(&Self) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        while !is(self) {
            assert!(Instant::now() < deadline, "never: {what}; the screen is:\n{}", self.text());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// The program's process.
    pub fn pid(&self) -> i32 {
        self.child.process_id().and_then(|pid| pid.try_into().ok()).expect("a running child")
    }

    /// Whether the kernel says that the process is stopped.
    pub fn is_stopped(&self) -> bool {
        let stat =
            std::fs::read_to_string(format!("/proc/{}/stat", self.pid())).unwrap_or_default();
        stat.rsplit(") ").next().is_some_and(|rest| rest.starts_with('T'))
    }

    /// How it ended, where it did.
    #[allow(dead_code, reason = "the fuzz asks, the bench does not")]
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().unwrap()
    }

    /// Waits for the end.
    #[track_caller]
    pub fn end(&mut self) -> ExitStatus {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(Instant::now() < deadline, "it does not end; the screen is:\n{}", self.text());
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Pty {
    fn drop(&mut self) {
        let _ = self.child.kill();
    }
}
