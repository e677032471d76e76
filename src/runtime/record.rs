//! What the journal is told of a session or a port forward: its beginning before anything is opened, and its end once, however that comes about.

use std::sync::{Arc, Mutex, PoisonError};

use crate::change::journal::{Closing, Opening, Who, closed, opening};
use crate::cluster::Client;

use super::journal::Journal;
use super::writer::who;

/// A place in the journal for one session or port forward. Clones are of the same.
#[derive(Clone, Debug)]
pub struct Record(Arc<Kept>);

#[derive(Debug)]
struct Kept {
    journal: Journal,
    who: Who,
    id: String,
    /// What was opened and has not ended.
    open: Mutex<Option<Opening>>,
}

impl Record {
    /// In this journal, of what will be opened in the cluster of this context; `name` tells it from others of this kx.
    pub fn new(journal: Journal, client: &Client, context: &str, name: &str) -> Self {
        let (who, id) = (who(Some(client), context), format!("{}-{name}", Journal::run()));
        Self(Arc::new(Kept { journal, who, id, open: Mutex::default() }))
    }

    /// Writes its beginning; it ends at the latest when what is returned is dropped.
    ///
    /// # Errors
    /// Why it cannot be written down. Then nothing is to be opened.
    pub fn begin(&self, what: Opening) -> Result<Open, String> {
        let Kept { journal, who, id, open } = &*self.0;
        let what = if journal.keeps_commands() { what } else { what.without_words() };
        journal.append(&opening(id, who, &what))?;
        *open.lock().unwrap_or_else(PoisonError::into_inner) = Some(what);
        Ok(Open(self.clone()))
    }

    /// Writes that the person left it, or kx ends; unless it has ended or was never begun.
    pub fn leave(&self) {
        self.end(Opening::left);
    }

    fn end(&self, closing: impl FnOnce(&Opening) -> Closing) {
        let Kept { journal, who, id, open } = &*self.0;
        let what = open.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(what) = what
            && let Err(why) = journal.append(&closed(id, who, &what, &closing(&what)))
        {
            tracing::warn!(why, "the end of what was opened is not in the journal");
        }
    }
}

/// What is open; dropped, it was left.
#[derive(Debug)]
pub struct Open(Record);

impl Open {
    /// Writes its end, unless it was left before.
    pub fn end(&self, closing: Closing) {
        self.0.end(|_| closing);
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.leave();
    }
}
