//! The journal read for its pages: from its end, in pieces, and on as it grows. Nothing waits for it.

mod backwards;

use std::collections::VecDeque;
use std::fs::File;
use std::io::{ErrorKind, Read as _, Seek as _, SeekFrom};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;

use crate::app::{Msg, ObjectId, Telling};
use crate::change::journal::{Chronicle, Journaled, MOST, Query, Steps};
use crate::cluster::watch::Task;
use crate::sheet::Answer;

use super::clusters::Clusters;
use super::journal::{Journal, is_at};
use backwards::Backwards;

/// How many bytes are read between two answers.
const STEP: u64 = 4 << 20;
/// How long it waits for more lines before it tells of some.
const PAUSE: Duration = Duration::from_millis(50);

impl Clusters {
    /// Reads the journal and keeps reading it; what it tells arrives as news.
    pub(super) fn follow_journal(&mut self, id: ObjectId, of: Telling) {
        let journal = self.journal().clone();
        let (tx, rx) = mpsc::channel(2);
        let task = Task::spawn(async move {
            // Nobody listens any more: the page is left.
            let _ = match of {
                Telling::List(query) => list(journal, query, &tx).await,
                Telling::Entry(entry) => opened(journal, entry, &tx).await,
            };
        });
        self.read(id, task, rx, move |answer| Msg::Answered(id, answer));
    }
}

/// That nobody listens any more.
struct Left;

async fn tell(tx: &mpsc::Sender<Answer>, answer: Answer) -> Result<(), Left> {
    tx.send(answer).await.map_err(|_| Left)
}

/// Does what takes its time elsewhere.
async fn away<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Left> {
    tokio::task::spawn_blocking(work).await.map_err(|_| Left)
}

/// Tells of the entries, and again when there are more.
async fn list(journal: Journal, query: Query, tx: &mpsc::Sender<Answer>) -> Result<(), Left> {
    let mut written = journal.written();
    loop {
        written.borrow_and_update();
        let (at, query) = (journal.clone(), query.clone());
        let mut reading = away(move || Reading::open(&at, query)).await?;
        loop {
            let more;
            (reading, more) = away(move || reading.step()).await?;
            tell(tx, reading.answer(&journal, more)).await?;
            if !more {
                break;
            }
        }
        while written.changed().await.is_ok() {
            tokio::time::sleep(PAUSE).await;
            written.borrow_and_update();
            let at = journal.clone();
            let same;
            (reading, same) = away(move || reading.grow(&at)).await?;
            if !same {
                break;
            }
            tell(tx, reading.answer(&journal, false)).await?;
        }
        if written.has_changed().is_err() {
            return Ok(());
        }
    }
}

/// Tells of one entry, and again when something became of it.
async fn opened(journal: Journal, id: String, tx: &mpsc::Sender<Answer>) -> Result<(), Left> {
    let mut written = journal.written();
    loop {
        let (at, entry) = (journal.clone(), id.clone());
        let found = away(move || find(&at, &entry)).await?;
        let answer = match found {
            Ok(steps) => Answer::Entry(steps.opened(|id| journal.life(id)).map(Arc::new)),
            Err(why) => Answer::Failed(why),
        };
        tell(tx, answer).await?;
        if written.changed().await.is_err() {
            return Ok(());
        }
        tokio::time::sleep(PAUSE).await;
        written.borrow_and_update();
    }
}

/// Gathers the lines of an entry.
fn find(journal: &Journal, id: &str) -> Result<Steps, String> {
    let mut steps = Steps::of(id);
    for mut file in files(journal)? {
        while let Some(line) = file.next().map_err(|error| file.failed(&error))? {
            if let Some(line) = line {
                steps.take(&line);
            }
        }
    }
    Ok(steps)
}

/// The files of the journal, the newest first.
fn files(journal: &Journal) -> Result<VecDeque<Backwards>, String> {
    let paths = [journal.path().map(Path::to_owned), journal.aside()];
    let mut files = VecDeque::new();
    for path in paths.into_iter().flatten() {
        match Backwards::open(&path) {
            Ok(file) => files.push_back(file),
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(format!("{}: {error}", path.display())),
        }
    }
    Ok(files)
}

/// The journal, as far as it was read.
struct Reading {
    chronicle: Chronicle,
    /// What is still to be read, the newest first.
    files: VecDeque<Backwards>,
    /// The file that grows, and how much of it is known.
    newest: Option<(File, u64)>,
    failed: Option<String>,
}

impl Reading {
    fn open(journal: &Journal, query: Query) -> Self {
        let chronicle = Chronicle::new(query, MOST);
        let (files, failed) = match files(journal) {
            Ok(files) => (files, None),
            Err(why) => (VecDeque::new(), Some(why)),
        };
        let newest = files.front().filter(|file| Some(&*file.path) == journal.path());
        let newest = newest.and_then(|file| Some((file.file.try_clone().ok()?, file.end)));
        Self { chronicle, files, newest, failed }
    }

    /// Reads on for a while; whether there is more to read.
    fn step(mut self) -> (Self, bool) {
        let mut left = STEP;
        while let Some(file) = self.files.front_mut() {
            let before = file.at;
            match file.next() {
                Ok(Some(line)) => {
                    // What is too long to be read is as damaged as what cannot be.
                    if !self.chronicle.older(line.as_deref().unwrap_or(b"{")) {
                        self.files.clear();
                        return (self, false);
                    }
                }
                Ok(None) => drop(self.files.pop_front()),
                Err(error) => {
                    // What is read stays, and what lies before is read all the same.
                    self.failed = Some(file.failed(&error));
                    self.files.pop_front();
                }
            }
            let at = self.files.front().map_or(0, |file| file.at);
            left = left.saturating_sub(before.saturating_sub(at));
            if left == 0 {
                return (self, true);
            }
        }
        self.chronicle.finish();
        (self, false)
    }

    /// Takes in what was added; whether it still is the same journal.
    fn grow(mut self, journal: &Journal) -> (Self, bool) {
        let Some(path) = journal.path() else { return (self, true) };
        let Some((file, known)) = &mut self.newest else { return (self, false) };
        let grown = file.metadata().map_or(0, |meta| meta.len());
        if !is_at(file, path) || grown < *known || grown - *known > STEP {
            return (self, false);
        }
        let mut added = Vec::new();
        let read = file
            .seek(SeekFrom::Start(*known))
            .and_then(|_| file.by_ref().take(grown - *known).read_to_end(&mut added));
        if let Err(error) = read {
            self.failed = Some(format!("{}: {error}", path.display()));
            return (self, true);
        }
        // Of a line that is still being written the rest comes later.
        let whole = memchr::memrchr(b'\n', &added).map_or(0, |at| at + 1);
        *known += whole as u64;
        for line in added[..whole].split(|byte| *byte == b'\n') {
            self.chronicle.newer(line);
        }
        (self, true)
    }

    fn answer(&self, journal: &Journal, reading: bool) -> Answer {
        let known = self.chronicle.journaled(|id| journal.life(id));
        Answer::Journal(Arc::new(Journaled {
            reading,
            failed: self.failed.clone(),
            file: journal.path().map(|path| path.display().to_string()),
            ..known
        }))
    }
}

#[cfg(test)]
mod tests;
