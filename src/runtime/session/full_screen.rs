//! A session that has the whole terminal: what is typed goes there as it is, and what comes from there is shown as it is.

use std::convert::Infallible;
use std::io;

use tokio::sync::{Notify, watch};

use super::super::record::Record;
use super::carry::{At, Outcome, Wanted, again_and_again};
use super::keys::Keys;
use super::screen::Screen;
use crate::change::journal::{Closing, Opening};
use crate::cluster::Client;
use crate::cluster::exec::Size;
use crate::session::Ended;

/// Runs it until it ends or the person leaves. The terminal must have been given back before.
///
/// # Errors
/// Those of the terminal.
pub(super) async fn run(
    client: &Client,
    wanted: &Wanted,
    leave: &Notify,
    record: &Record,
) -> io::Result<Outcome> {
    let opening = Opening::session(&wanted.place, &wanted.what, wanted.tty);
    let open = match record.begin(opening) {
        Ok(open) => open,
        Err(why) => return Ok(Outcome { ended: Ended::Failed(why), ran: String::new() }),
    };
    let mut screen = Screen::new()?;
    let mut keys = Keys::start()?;
    let sizes = watch::Sender::new(size());
    let mut at =
        At { keys: &mut keys, screen: &mut screen, sizes: sizes.subscribe(), passes: true };
    let outcome = tokio::select! {
        outcome = again_and_again(client, wanted, &mut at) => outcome,
        never = follow_size(sizes) => match never {},
        () = leave.notified() => Ok(Outcome { ended: Ended::Left, ran: String::new() }),
    };
    open.end(match &outcome {
        Ok(outcome) => Closing::of(&outcome.ended, &outcome.ran),
        Err(error) => Closing::Failed(error.to_string()),
    });
    // Whatever became of it, nobody else may read the terminal meanwhile.
    keys.stop().await;
    outcome
}

fn size() -> Size {
    let (columns, lines) = crossterm::terminal::size().unwrap_or((80, 24));
    Size { columns, lines }
}

/// Tells of each new size of the terminal.
#[cfg(unix)]
async fn follow_size(sizes: watch::Sender<Size>) -> Infallible {
    use tokio::signal::unix::{SignalKind, signal};
    if let Ok(mut changes) = signal(SignalKind::window_change()) {
        while changes.recv().await.is_some() {
            sizes.send_replace(size());
        }
    }
    std::future::pending().await
}

#[cfg(not(unix))]
async fn follow_size(_: watch::Sender<Size>) -> Infallible {
    std::future::pending().await
}
