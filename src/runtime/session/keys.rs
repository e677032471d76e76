//! What is typed into a session: bytes, as they come.
//!
//! From the terminal they are read by a thread that can be told to stop: whoever reads the terminal next must not lose a key to it.

use std::io;

use tokio::sync::mpsc;

/// Pieces that may wait to be taken.
const AHEAD: usize = 16;
/// The most bytes in a piece.
const PIECE: usize = 16 << 10;

/// What is typed into a session.
pub(super) struct Keys {
    typed: Typed,
    /// What was taken and not meant for who took it: it comes next.
    back: Vec<u8>,
    /// Dropped, it stops the thread.
    #[cfg(unix)]
    wake: Option<std::os::fd::OwnedFd>,
}

/// Where it comes from.
enum Typed {
    /// The terminal, which waits for us.
    Terminal(mpsc::Receiver<Vec<u8>>),
    /// A pane: a person, who does not wait, and can neither type nor paste more than fits.
    Pane(mpsc::UnboundedReceiver<Vec<u8>>),
}

impl Keys {
    /// What is typed in a pane.
    pub fn of_pane(typed: mpsc::UnboundedReceiver<Vec<u8>>) -> Self {
        Self {
            typed: Typed::Pane(typed),
            back: Vec::new(),
            #[cfg(unix)]
            wake: None,
        }
    }

    /// Begins to read the terminal.
    ///
    /// # Errors
    /// Those of the operating system.
    #[cfg(unix)]
    pub fn start() -> io::Result<Self> {
        use std::io::IsTerminal as _;
        use std::os::fd::{AsFd as _, OwnedFd};

        let (stop, wake) = rustix::pipe::pipe()?;
        let (tx, typed) = mpsc::channel(AHEAD);
        // Where something is piped into kx, the keys come from the terminal all the same.
        let terminal: Option<OwnedFd> = if io::stdin().is_terminal() {
            None
        } else {
            Some(std::fs::File::open("/dev/tty")?.into())
        };
        std::thread::Builder::new().name("keys".to_owned()).spawn(move || {
            let from = match &terminal {
                Some(terminal) => terminal.as_fd(),
                None => rustix::stdio::stdin(),
            };
            read_until(from, stop.as_fd(), &tx);
        })?;
        Ok(Self { typed: Typed::Terminal(typed), back: Vec::new(), wake: Some(wake) })
    }

    /// There is no terminal here that could be read and left again.
    ///
    /// # Errors
    /// Always.
    #[cfg(not(unix))]
    pub fn start() -> io::Result<Self> {
        Err(io::Error::new(
            io::ErrorKind::Unsupported,
            "sessions are not possible on this system yet",
        ))
    }

    /// What was typed next; `None` where the terminal is gone, or its input has ended.
    pub async fn next(&mut self) -> Option<Vec<u8>> {
        if !self.back.is_empty() {
            return Some(std::mem::take(&mut self.back));
        }
        match &mut self.typed {
            Typed::Terminal(typed) => typed.recv().await,
            Typed::Pane(typed) => typed.recv().await,
        }
    }

    /// Gives back what was typed behind what was taken.
    pub fn give_back(&mut self, typed: &[u8]) {
        self.back.extend_from_slice(typed);
    }

    /// Stops reading, and returns when nothing of ours reads the terminal any more.
    pub async fn stop(mut self) {
        #[cfg(unix)]
        drop(self.wake.take());
        while self.next().await.is_some() {}
    }
}

#[cfg(unix)]
fn read_until(
    from: std::os::fd::BorrowedFd<'_>,
    stop: std::os::fd::BorrowedFd<'_>,
    to: &mpsc::Sender<Vec<u8>>,
) {
    use rustix::event::{PollFd, PollFlags, poll};
    let mut piece = vec![0; PIECE];
    loop {
        let mut either = [PollFd::new(&from, PollFlags::IN), PollFd::new(&stop, PollFlags::IN)];
        match poll(&mut either, None) {
            Err(rustix::io::Errno::INTR) => continue,
            Err(_) => return,
            Ok(_) => {}
        }
        if !either[1].revents().is_empty() {
            return;
        }
        if either[0].revents().is_empty() {
            continue;
        }
        match rustix::io::read(from, &mut piece[..]) {
            Err(rustix::io::Errno::INTR | rustix::io::Errno::AGAIN) => {}
            Ok(0) | Err(_) => return,
            Ok(count) => {
                if to.blocking_send(piece[..count].to_vec()).is_err() {
                    return;
                }
            }
        }
    }
}
