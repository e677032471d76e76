//! kx in a real pseudo-terminal, from its start to its end.

use std::io::{Read, Write};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::thread;

use portable_pty::{Child, CommandBuilder, ExitStatus, MasterPty, PtySize, native_pty_system};
use vt100::Parser;

use crate::support::wait_until;

/// A running kx and the screen that it has drawn so far.
pub struct Terminal {
    screen: Arc<Mutex<Parser>>,
    keys: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    master: Box<dyn MasterPty + Send>,
    home: Arc<tempfile::TempDir>,
}

impl Terminal {
    /// Starts kx with these arguments in a terminal of `rows` × `columns`, with an empty home folder.
    pub fn start(kubeconfig: &Path, arguments: &[&str], rows: u16, columns: u16) -> Self {
        let home = Arc::new(tempfile::tempdir().unwrap());
        Self::at_home(home, kubeconfig, arguments, rows, columns)
    }

    /// Starts another for the same person: with what the one before left in their home folder.
    pub fn again(&self, kubeconfig: &Path, arguments: &[&str], rows: u16, columns: u16) -> Self {
        Self::at_home(Arc::clone(&self.home), kubeconfig, arguments, rows, columns)
    }

    fn at_home(
        home: Arc<tempfile::TempDir>,
        kubeconfig: &Path,
        arguments: &[&str],
        rows: u16,
        columns: u16,
    ) -> Self {
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        let pty = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_kx"));
        command.env_clear();
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.env("TERM", "xterm-256color");
        command.env("HOME", home.path());
        command.env("KUBECONFIG", kubeconfig);
        command.args(arguments);
        let child = pty.slave.spawn_command(command).unwrap();
        drop(pty.slave);

        let screen = Arc::new(Mutex::new(Parser::new(
            rows.try_into().unwrap(),
            columns.try_into().unwrap(),
            0,
        )));
        let mut output = pty.master.try_clone_reader().unwrap();
        let drawn = Arc::clone(&screen);
        thread::spawn(move || {
            let mut buffer = vec![0; 1 << 16];
            while let Ok(count @ 1..) = output.read(&mut buffer) {
                drawn.lock().unwrap().process(&buffer[..count]);
            }
        });
        let keys = pty.master.take_writer().unwrap();
        Self { screen, keys, child, master: pty.master, home }
    }

    /// Types text; `\r` is enter, `\x1b` escape.
    pub fn keys(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).unwrap();
        self.keys.flush().unwrap();
    }

    /// What is on the screen.
    pub fn text(&self) -> String {
        self.screen.lock().unwrap().screen().contents()
    }

    /// Looks at the screen: its modes, its colours.
    pub fn see<T>(&self, look: impl FnOnce(&vt100::Screen) -> T) -> T {
        look(self.screen.lock().unwrap().screen())
    }

    /// Waits until the screen is as `ready` wants it; panics, showing it, if it never is.
    pub fn until(&mut self, what: &str, ready: impl Fn(&str) -> bool) {
        let deadline = std::time::Instant::now() + crate::support::PATIENCE;
        while !ready(&self.text()) {
            let over = std::time::Instant::now() > deadline;
            let ended = self.child.try_wait().unwrap();
            assert!(
                !over && ended.is_none(),
                "{what}: never seen (kx ended: {ended:?}). The screen:\n{}",
                self.text()
            );
            thread::sleep(std::time::Duration::from_millis(30));
        }
    }

    /// Waits until the screen shows `text`.
    pub fn shows(&mut self, text: &str) {
        self.until(text, |screen| screen.contains(text));
    }

    /// Changes the terminal's size.
    pub fn resize(&mut self, rows: u16, columns: u16) {
        let size = (rows.try_into().unwrap(), columns.try_into().unwrap());
        self.screen.lock().unwrap().set_size(size.0, size.1);
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        self.master.resize(size).unwrap();
    }

    /// Waits for the end of kx, and checks that the terminal is as it was before.
    pub fn ended(mut self) -> ExitStatus {
        wait_until("the end of kx", || self.child.try_wait().unwrap().is_some());
        let status = self.child.wait().unwrap();
        let parser = self.screen.lock().unwrap();
        let screen = parser.screen();
        assert!(!screen.alternate_screen(), "the alternate screen is left");
        assert!(!screen.hide_cursor(), "the cursor is shown again");
        assert!(!screen.bracketed_paste(), "bracketed paste is off");
        assert_eq!(screen.mouse_protocol_mode(), vt100::MouseProtocolMode::None);
        status
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
    }
}
