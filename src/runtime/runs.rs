//! Changes that were agreed to together, on their way: a few talk to the server at once, all may wait, and some follow others.

use futures::StreamExt as _;
use tokio::sync::{Semaphore, mpsc, watch};

use crate::app::{Msg, RunId};
use crate::change::{Change, Course, Outcome, Report, Turn};
use crate::cluster::write::Pace;

use super::writer::Writer;

/// How many changes of one run talk to the server at once.
const AT_ONCE: usize = 8;

/// What stops a run, when `true` is sent; closed once the run is over.
pub type Stop = watch::Sender<bool>;

/// Begins to carry the changes of a run out; what becomes of each arrives as news.
pub fn start(id: RunId, writer: Writer, changes: Vec<Change>, news: mpsc::Sender<Msg>) -> Stop {
    let (stop, stopped) = watch::channel(false);
    tokio::spawn(run(id, writer, changes, news, stopped));
    stop
}

async fn run(
    id: RunId,
    writer: Writer,
    changes: Vec<Change>,
    news: mpsc::Sender<Msg>,
    stopped: watch::Receiver<bool>,
) {
    let turns = Semaphore::new(AT_ONCE);
    let leaders: Vec<Option<usize>> = (0..changes.len()).map(|at| leader(&changes, at)).collect();
    // How each went, once it is over.
    let ends: Vec<watch::Sender<Option<End>>> =
        changes.iter().map(|_| watch::Sender::new(None)).collect();
    // What is done where others failed is done even when the person wants no more of it.
    let (_never, goes_on) = watch::channel(false);
    futures::stream::iter(changes.into_iter().enumerate())
        .for_each_concurrent(None, async |(number, change)| {
            let before = match leaders[number] {
                Some(leader) => ended(&ends[leader]).await,
                None => End::default(),
            };
            let turn = change.deed.turn();
            // What only follows another minds whether that one was done, not how its row of steps went.
            let (course, led) = match turn {
                Turn::Free => (Course::Fine, before.well),
                _ => (before.course, true),
            };
            let tell = |words: String| {
                // What is waited for is told again soon: a full queue loses nothing.
                let _ = news.try_send(Msg::Changing(id, number, words));
            };
            let name = format!("{}-{number}", id.0);
            let begins = led && course.admits(turn);
            let (report, course) = if begins {
                let pace = Pace { turns: &turns, stopped: stopped.clone(), tell: &tell };
                let report = writer.carry_out(&name, change, pace).await;
                let course = course.after(&report.change, &report.outcome);
                (report, course)
            } else {
                let why = course.cause().unwrap_or_default();
                let report = match change.deed.otherwise(why, before.failed) {
                    Some(deed) => {
                        let pace = Pace { turns: &turns, stopped: goes_on.clone(), tell: &tell };
                        let change = Change { deed, ..change };
                        writer.carry_out(&name, change, pace).await
                    }
                    None => Report::not_begun(change, "what must be done first was not done"),
                };
                (report, course.broken())
            };
            let well = matches!(report.outcome, Outcome::Done | Outcome::Already);
            ends[number].send_replace(Some(End { well, failed: begins && !well, course }));
            // The loop is gone only when kx ends.
            let _ = news.send(Msg::Changed(id, number, Box::new(report))).await;
        })
        .await;
}

/// How a change ended, and how its row of steps went until then.
#[derive(Clone)]
struct End {
    well: bool,
    /// It was begun, and not left out.
    failed: bool,
    course: Course,
}

impl Default for End {
    fn default() -> Self {
        Self { well: true, failed: false, course: Course::Fine }
    }
}

/// The change that another waits for.
fn leader(changes: &[Change], at: usize) -> Option<usize> {
    if changes[at].deed.turn() != Turn::Free {
        return at.checked_sub(1);
    }
    let target = changes[at].deed.follows()?;
    changes[..at].iter().position(|change| change.target == *target)
}

/// Waits for the end of a change.
async fn ended(end: &watch::Sender<Option<End>>) -> End {
    let mut end = end.subscribe();
    end.wait_for(Option::is_some).await.ok().and_then(|end| end.clone()).unwrap_or_default()
}
