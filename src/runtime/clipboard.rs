//! The clipboard: the desktop's where there is one, the terminal's (OSC 52) elsewhere.

use std::sync::mpsc;

use tokio::sync::mpsc as news;

use crate::cluster::Env;

/// Where copied text goes.
pub struct Clipboard {
    desktop: Option<mpsc::Sender<String>>,
}

/// A copy that the desktop did not take: the terminal's turn.
pub type Refused = String;

impl Clipboard {
    /// Over SSH, or without a display, the desktop's clipboard is somebody else's: then it is the terminal's. Text that the desktop
    /// refuses comes back through `refused`.
    pub fn new(env: &Env, refused: news::Sender<Refused>) -> Self {
        let remote = env.any(&["SSH_TTY", "SSH_CONNECTION"]).is_some();
        let display = cfg!(any(windows, target_os = "macos"))
            || env.any(&["WAYLAND_DISPLAY", "DISPLAY"]).is_some();
        if remote || !display {
            return Self { desktop: None };
        }
        let (tx, rx) = mpsc::channel::<String>();
        // A thread of its own: connecting to X11 can stall, and whoever owns the selection must stay to serve it.
        let keeper = std::thread::Builder::new().name("clipboard".into()).spawn(move || {
            let mut clipboard = arboard::Clipboard::new();
            for text in rx {
                let taken = match &mut clipboard {
                    Ok(clipboard) => clipboard.set_text(text.as_str()).is_ok(),
                    Err(_) => false,
                };
                if !taken && refused.blocking_send(text).is_err() {
                    break;
                }
            }
        });
        Self { desktop: keeper.is_ok().then_some(tx) }
    }

    /// Gives text to the desktop; `Some(text)` where it is for the terminal to take.
    pub fn copy(&self, text: String) -> Option<String> {
        match &self.desktop {
            Some(desktop) => desktop.send(text).err().map(|mpsc::SendError(text)| text),
            None => Some(text),
        }
    }
}
