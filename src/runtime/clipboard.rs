//! The clipboard: the desktop's where there is one, the terminal's (OSC 52) elsewhere. Terminals let nobody read theirs: there, kx knows what it gave
//! them itself, and of everything else one pastes.

use std::sync::mpsc;

use tokio::sync::{mpsc as news, oneshot};

use crate::cluster::Env;

/// Where copied text goes.
pub struct Clipboard {
    desktop: Option<mpsc::Sender<Asked>>,
    /// What the terminal was given last.
    given: Option<String>,
}

/// What was copied last.
pub struct Copied {
    pub text: String,
    /// Whether only what was copied in kx is known.
    pub own: bool,
}

/// What the desktop's clipboard is asked for.
enum Asked {
    Take(String),
    Give(oneshot::Sender<Result<String, String>>),
}

/// What is said where it cannot be read.
const UNREAD: &str = "the clipboard of the desktop is out of reach here, and nothing was copied in kx yet; leave the name out, and paste into the editor that opens";

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
            return Self { desktop: None, given: None };
        }
        let (tx, rx) = mpsc::channel::<Asked>();
        // A thread of its own: connecting to X11 can stall, and whoever owns the selection must stay to serve it.
        let keeper = std::thread::Builder::new().name("clipboard".into()).spawn(move || {
            let mut clipboard = arboard::Clipboard::new();
            for asked in rx {
                let text = match asked {
                    Asked::Take(text) => text,
                    Asked::Give(to) => {
                        let text = match &mut clipboard {
                            Ok(clipboard) => {
                                clipboard.get_text().map_err(|error| error.to_string())
                            }
                            Err(error) => Err(format!("{UNREAD} ({error})")),
                        };
                        // Whoever asked may not wait any longer.
                        let _ = to.send(text);
                        continue;
                    }
                };
                let taken = match &mut clipboard {
                    Ok(clipboard) => clipboard.set_text(text.as_str()).is_ok(),
                    Err(_) => false,
                };
                if !taken && refused.blocking_send(text).is_err() {
                    break;
                }
            }
        });
        Self { desktop: keeper.is_ok().then_some(tx), given: None }
    }

    /// Gives text to the desktop; `Some(text)` where it is for the terminal to take.
    pub fn copy(&self, text: String) -> Option<String> {
        match &self.desktop {
            Some(desktop) => match desktop.send(Asked::Take(text)) {
                Err(mpsc::SendError(Asked::Take(text))) => Some(text),
                _ => None,
            },
            None => Some(text),
        }
    }

    /// The terminal is given this.
    pub fn given(&mut self, text: &str) {
        self.given = Some(text.to_owned());
    }

    /// What was copied last, by whichever program where the desktop's clipboard is in reach; or why that is not known.
    pub fn read(&self) -> impl Future<Output = Result<Copied, String>> + Send + use<> {
        let (to, text) = oneshot::channel();
        let asked =
            self.desktop.as_ref().is_some_and(|desktop| desktop.send(Asked::Give(to)).is_ok());
        let given = self.given.clone();
        async move {
            let told = if asked { text.await.ok() } else { None };
            let own = |text| Copied { text, own: true };
            match (told, given) {
                (Some(Ok(text)), _) => Ok(Copied { text, own: false }),
                (_, Some(given)) => Ok(own(given)),
                (Some(Err(why)), None) => Err(why),
                (None, None) => Err(UNREAD.to_owned()),
            }
        }
    }
}
