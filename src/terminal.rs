//! The terminal: raw mode, what is switched on in it and off again, suspend and resume.
//!
//! Whatever way kx ends (quit, error, panic, signal), [`restore`] leaves the terminal as it was found.

use std::io::{self, BufWriter, Stdout, Write};
use std::mem::ManuallyDrop;
use std::sync::atomic::{AtomicBool, Ordering};

use crossterm::event::{
    DisableBracketedPaste, DisableFocusChange, DisableMouseCapture, EnableBracketedPaste,
    EnableFocusChange, EnableMouseCapture, KeyboardEnhancementFlags, PopKeyboardEnhancementFlags,
    PushKeyboardEnhancementFlags,
};
use crossterm::terminal::{
    self, BeginSynchronizedUpdate, EndSynchronizedUpdate, EnterAlternateScreen,
    LeaveAlternateScreen,
};
use crossterm::{cursor, execute, queue};
use ratatui::backend::CrosstermBackend;

/// Whether the terminal is ours, so that restoring twice does nothing.
static OURS: AtomicBool = AtomicBool::new(false);

/// Whether somebody else has the terminal who may leave it in any state.
static LENT: AtomicBool = AtomicBool::new(false);

/// Undoes what a program may have switched on and never off again, because the connection to it broke: mouse and focus reports, bracketed paste,
/// keys and keypad in application mode, kitty's keys, the alternate screen, a scroll region, origin mode, line drawing, attributes; and shows the
/// cursor, of the usual shape.
const AS_USUAL: &str = "\x1b[?2026l\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1005l\x1b[?1006l\x1b[?1015l\x1b[?1004l\x1b[?2004l\x1b[?1l\x1b>\x1b[<9u\x1b[?1047l\x1b7\x1b[r\x1b8\x1b[?6l\x1b[?7h\x1b(B\x0f\x1b[0m\x1b[0 q\x1b[?25h";

/// A frame is written in few large pieces, not in one write a line.
const BUFFER: usize = 1 << 16;

/// The terminal while kx has it. Dropping it gives it back.
pub struct Terminal {
    /// Not dropped: that would print an error where the terminal is gone, and panic where stderr is gone with it. [`restore`] does what there is to do.
    inner: ManuallyDrop<ratatui::Terminal<CrosstermBackend<BufWriter<Stdout>>>>,
    mouse: bool,
}

impl Terminal {
    /// Takes the terminal over: raw mode, the alternate screen, paste, focus and (if wanted) mouse reports.
    ///
    /// # Errors
    /// Those of the terminal; it is as before then.
    pub fn enter(mouse: bool) -> io::Result<Self> {
        hook();
        take(mouse).inspect_err(|_| restore())?;
        let backend = CrosstermBackend::new(BufWriter::with_capacity(BUFFER, io::stdout()));
        let inner = ratatui::Terminal::new(backend).inspect_err(|_| restore())?;
        Ok(Self { inner: ManuallyDrop::new(inner), mouse })
    }

    /// Draws one frame, shown at once by terminals that know synchronized updates.
    ///
    /// # Errors
    /// Those of the terminal.
    pub fn draw(&mut self, render: impl FnOnce(&mut ratatui::Frame<'_>)) -> io::Result<()> {
        queue!(self.inner.backend_mut(), BeginSynchronizedUpdate)?;
        self.inner.draw(render)?;
        queue!(self.inner.backend_mut(), EndSynchronizedUpdate)?;
        io::Write::flush(self.inner.backend_mut())
    }

    /// Writes bytes that are no picture (OSC 52), between two frames.
    ///
    /// # Errors
    /// Those of the terminal.
    pub fn command(&mut self, command: impl crossterm::Command) -> io::Result<()> {
        execute!(self.inner.backend_mut(), command)
    }

    /// Gives the terminal to somebody else, until [`Terminal::resume`].
    pub fn suspend(&mut self) {
        restore();
    }

    /// Takes the terminal back and forgets what was on it; the next frame is drawn whole.
    ///
    /// # Errors
    /// Those of the terminal.
    pub fn resume(&mut self) -> io::Result<()> {
        take(self.mouse)?;
        self.resized()
    }

    /// The terminal's size has changed, perhaps there and back again before anybody looked: what it kept of the picture is its
    /// own affair, so the next frame is drawn whole.
    ///
    /// # Errors
    /// Those of the terminal.
    pub fn resized(&mut self) -> io::Result<()> {
        // Not `clear`, which asks the terminal for its cursor: somebody else is reading the answers.
        let area = self.inner.size()?.into();
        self.inner.resize(area)
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        restore();
    }
}

/// Stops the process as Ctrl-Z does, with whatever was started with it (`cargo run`); returns when it is continued.
#[cfg(unix)]
pub fn stop() {
    // SIGSTOP rather than SIGTSTP, for which the loop has a handler.
    let _ = rustix::process::kill_current_process_group(rustix::process::Signal::STOP);
}

/// There is no job control here.
#[cfg(not(unix))]
pub fn stop() {}

fn take(mouse: bool) -> io::Result<()> {
    terminal::enable_raw_mode()?;
    OURS.store(true, Ordering::SeqCst);
    let mut out = io::stdout();
    queue!(out, EnterAlternateScreen, EnableBracketedPaste, EnableFocusChange, cursor::Hide)?;
    if mouse {
        queue!(out, EnableMouseCapture)?;
    }
    // Pushed without asking first: terminals that do not know it ignore it, and asking can cost two seconds.
    queue!(out, PushKeyboardEnhancementFlags(KeyboardEnhancementFlags::DISAMBIGUATE_ESCAPE_CODES))?;
    out.flush()
}

/// Lends the terminal, which was given back before, to a program far away; `raw` where that one has a terminal of its own, to which every key goes.
///
/// # Errors
/// Those of the terminal.
pub fn lend(raw: bool) -> io::Result<()> {
    LENT.store(true, Ordering::SeqCst);
    if raw { terminal::enable_raw_mode() } else { Ok(()) }
}

/// Takes back what was lent, whatever state it is in. Does nothing where nothing is lent; safe to call from a panic or a signal's task.
pub fn recall() {
    if !LENT.swap(false, Ordering::SeqCst) {
        return;
    }
    let mut out = io::stdout();
    let _ = out.write_all(AS_USUAL.as_bytes()).and_then(|()| out.flush());
    let _ = terminal::disable_raw_mode();
}

/// Gives the terminal back as it was. Does nothing where it is not ours; safe to call from a panic or a signal's task.
pub fn restore() {
    recall();
    if !OURS.swap(false, Ordering::SeqCst) {
        return;
    }
    let mut out = io::stdout();
    // A terminal that is gone cannot be restored, and nobody is there to be told.
    let _ = execute!(
        out,
        EndSynchronizedUpdate,
        PopKeyboardEnhancementFlags,
        DisableMouseCapture,
        DisableFocusChange,
        DisableBracketedPaste,
        LeaveAlternateScreen,
        cursor::Show
    );
    let _ = terminal::disable_raw_mode();
}

/// Has a panic of the loop restore the terminal before it prints. A panic elsewhere must not write over the picture: it goes to the log, and
/// whoever waits for that task says so on the screen.
fn hook() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if std::thread::current().name() == Some("main") || !OURS.load(Ordering::SeqCst) {
                restore();
                before(info);
            } else {
                tracing::error!(%info, "a background task panicked");
            }
        }));
    });
}
