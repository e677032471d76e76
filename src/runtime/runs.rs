//! Changes that were agreed to together, on their way: a few talk to the server at once, all may wait, and some follow others.

use futures::StreamExt as _;
use futures::stream::FuturesUnordered;
use tokio::sync::{Mutex, Semaphore, mpsc, watch};

use crate::app::{Msg, RunId};
use crate::change::{Change, Course, Outcome, Report, Target, Turn};
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
    // What is done where others failed is done even when the person wants no more of it.
    let (_never, goes_on) = watch::channel(false);
    let turns = Semaphore::new(AT_ONCE);
    let mut ends: Vec<watch::Receiver<Option<End>>> = Vec::new();
    let agreed = changes.clone();
    let run = Running {
        id,
        writer,
        news,
        stopped,
        goes_on,
        turns,
        known: Mutex::new(changes.clone()),
        agreed,
    };
    let mut under_way = FuturesUnordered::new();
    for (number, change) in changes.into_iter().enumerate() {
        let before = leaders(&run.agreed, number);
        let before = before.into_iter().filter_map(|at| ends.get(at).cloned()).collect();
        let (end, ended) = watch::channel(None);
        ends.push(ended);
        under_way.push(run.one(number, change, before, end));
    }
    while let Some(joined) = under_way.next().await {
        for (number, change) in joined {
            // What it follows is done.
            let (end, _) = watch::channel(None);
            under_way.push(run.one(number, change, Vec::new(), end));
        }
    }
}

/// A run under way.
struct Running {
    id: RunId,
    writer: Writer,
    news: mpsc::Sender<Msg>,
    stopped: watch::Receiver<bool>,
    goes_on: watch::Receiver<bool>,
    turns: Semaphore,
    /// What the person agreed to.
    agreed: Vec<Change>,
    /// All changes by now, in the order of their numbers.
    known: Mutex<Vec<Change>>,
}

impl Running {
    /// Carries a change out in its turn, and tells what became of it; gives the changes that join the run by that, with their numbers.
    async fn one(
        &self,
        number: usize,
        change: Change,
        before: Vec<watch::Receiver<Option<End>>>,
        end: watch::Sender<Option<End>>,
    ) -> Vec<(usize, Change)> {
        let mut all = Vec::new();
        for end in before {
            all.push(ended(end).await);
        }
        // Of several it minds one that did not go well.
        let worst = all.iter().position(|end| !end.well).unwrap_or_default();
        let before = all.into_iter().nth(worst).unwrap_or_default();
        let turn = change.deed.turn();
        // What only follows another minds whether that one was done, not how its row of steps went.
        let (course, led) = match turn {
            Turn::Free => (Course::Fine, before.well),
            _ => (before.course, true),
        };
        let tell = |words: String| {
            // What is waited for is told again soon: a full queue loses nothing.
            let _ = self.news.try_send(Msg::Changing(self.id, number, words));
        };
        let name = format!("{}-{number}", self.id.0);
        let begins = led && course.admits(turn);
        let (report, course) = if begins {
            let pace = Pace { turns: &self.turns, stopped: self.stopped.clone(), tell: &tell };
            let report = self.writer.carry_out(&name, change, pace).await;
            let course = course.after(&report);
            (report, course)
        } else {
            let why = course.cause().unwrap_or_default();
            let report = match change.deed.otherwise(why, before.failed) {
                Some(deed) => {
                    let stopped = self.goes_on.clone();
                    let pace = Pace { turns: &self.turns, stopped, tell: &tell };
                    self.writer.carry_out(&name, Change { deed, ..change }, pace).await
                }
                None => {
                    let why = before.why.as_deref();
                    Report::not_begun(change, why.unwrap_or("what must be done first was not done"))
                }
            };
            (report, course.broken())
        };
        let done = matches!(report.outcome, Outcome::Done | Outcome::Already);
        let (joined, why) = match self.join(&report.change, begins && done).await {
            Ok(joined) => (joined, None),
            Err(why) => (Vec::new(), Some(why)),
        };
        let well = done && why.is_none();
        end.send_replace(Some(End { well, failed: begins && !done, course, why: why.clone() }));
        let report = match why {
            // Those that follow it say so.
            Some(why) if self.is_followed(&report.change) => {
                Report { note: report.note.or(Some(why)), ..report }
            }
            Some(why) => Report { outcome: Outcome::Failed(why), ..report },
            None => report,
        };
        // The loop is gone only when kx ends.
        let _ = self.news.send(Msg::Changed(self.id, number, Box::new(report))).await;
        joined
    }

    fn is_followed(&self, change: &Change) -> bool {
        self.agreed.iter().any(|other| other.deed.follows() == Some(&change.target))
    }

    /// Lets what follows a change join the run, as far as it is not in it; or says why nothing of it may be done.
    async fn join(&self, change: &Change, done: bool) -> Result<Vec<(usize, Change)>, String> {
        if !done || change.deed.sequel().is_none() || *self.stopped.borrow() {
            return Ok(Vec::new());
        }
        let turn = self.turns.acquire().await;
        let mut joining = self.writer.sequel(change).await?;
        drop(turn);
        if let Some(why) = self.writer.forbids(&self.agreed, &joining) {
            return Err(format!("nothing follows: {why}"));
        }
        // Their numbers are told in the order in which they are given.
        let mut known = self.known.lock().await;
        joining.retain(|new| !known.iter().any(|old| old.target == new.target));
        if joining.is_empty() {
            return Ok(Vec::new());
        }
        let first = known.len();
        known.extend(joining.iter().cloned());
        let _ = self.news.send(Msg::Joined(self.id, joining.clone())).await;
        Ok(joining.into_iter().enumerate().map(|(at, new)| (first + at, new)).collect())
    }
}

/// How a change ended, and how its row of steps went until then.
#[derive(Clone)]
struct End {
    well: bool,
    /// It was begun, and not left out.
    failed: bool,
    course: Course,
    /// Why nothing that follows it is done, although it was done itself.
    why: Option<String>,
}

impl Default for End {
    fn default() -> Self {
        Self { well: true, failed: false, course: Course::Fine, why: None }
    }
}

/// The changes that another waits for.
fn leaders(changes: &[Change], at: usize) -> Vec<usize> {
    let deed = &changes[at].deed;
    if deed.turn() != Turn::Free {
        return at.checked_sub(1).into_iter().collect();
    }
    let of = |target: &Target| changes[..at].iter().position(|change| change.target == *target);
    deed.follows().into_iter().chain(deed.after()).filter_map(of).collect()
}

/// Waits for the end of a change.
async fn ended(mut end: watch::Receiver<Option<End>>) -> End {
    end.wait_for(Option::is_some).await.ok().and_then(|end| end.clone()).unwrap_or_default()
}

#[cfg(test)]
mod tests;
