//! Copies to and from containers, each with its lines in the journal.

use crate::change::journal::{Who, copied, copying};
use crate::cluster::Client;
use crate::files::{Job, Outcome};
use crate::transfer::{self, Means, Trouble};

use super::journal::Journal;
use super::writer::who;

/// Writes down what is copied to and from containers.
#[derive(Clone, Debug)]
pub struct Journaled {
    journal: Journal,
    who: Who,
    id: String,
}

impl Journaled {
    /// What is copied to and from containers of the cluster of this context is written into this journal; `name` tells it from others of this kx.
    pub fn new(journal: Journal, client: Option<&Client>, context: &str, name: &str) -> Self {
        Self { journal, who: who(client, context), id: format!("{}-{name}", Journal::run()) }
    }

    /// Carries a copy out. It is in the journal before it begins, and is not begun where it cannot be written there.
    ///
    /// # Errors
    /// [`Trouble`].
    pub async fn carry_out(&self, job: &Job, means: &Means) -> Result<Outcome, Trouble> {
        let line = copying(&self.id, &self.who, job);
        self.journal.append(&line).map_err(Trouble::Journal)?;
        // One that is stopped is over, too.
        let mut ending = Ending { journaled: self, job, came: Err("it was stopped".to_owned()) };
        let over = transfer::run(job, means).await;
        ending.came = match &over {
            Ok(outcome) if outcome.is_whole() => Ok(String::new()),
            Ok(outcome) => Ok(outcome.words()),
            Err(trouble) => Err(trouble.to_string()),
        };
        over
    }
}

/// Writes down what became of it when it is dropped, however that comes about.
struct Ending<'a> {
    journaled: &'a Journaled,
    job: &'a Job,
    came: Result<String, String>,
}

impl Drop for Ending<'_> {
    fn drop(&mut self) {
        let Journaled { journal, who, id } = self.journaled;
        let came = self.came.as_deref().map_err(String::as_str);
        if let Err(why) = journal.append(&copied(id, who, self.job, came)) {
            tracing::warn!(why, "the end of a copy is not in the journal");
        }
    }
}
