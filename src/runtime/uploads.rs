//! Copies into containers, each with its lines in the journal.

use crate::change::journal::{Who, uploaded, uploading};
use crate::cluster::Client;
use crate::files::{Job, Outcome};
use crate::transfer::{self, Means, Trouble};

use super::journal::Journal;
use super::writer::who;

/// Writes down what is copied into containers.
#[derive(Clone, Debug)]
pub struct Uploads {
    journal: Journal,
    who: Who,
    id: String,
}

impl Uploads {
    /// What is copied into containers of the cluster of this context is written into this journal.
    pub fn new(journal: Journal, client: Option<&Client>, context: &str) -> Self {
        Self { journal, who: who(client, context), id: format!("{}-0", Journal::run()) }
    }

    /// Carries a copy out. What writes into a container is in the journal before it begins, and is not begun where it cannot be written there.
    ///
    /// # Errors
    /// [`Trouble`].
    pub async fn carry_out(&self, job: &Job, means: &Means) -> Result<Outcome, Trouble> {
        let begun = uploading(&self.id, &self.who, job);
        let Some(line) = begun else { return transfer::run(job, means).await };
        self.journal.append(&line).map_err(Trouble::Journal)?;
        // One that is stopped is over, too.
        let mut ending = Ending { uploads: self, job, came: Err("it was stopped".to_owned()) };
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
    uploads: &'a Uploads,
    job: &'a Job,
    came: Result<String, String>,
}

impl Drop for Ending<'_> {
    fn drop(&mut self) {
        let Uploads { journal, who, id } = self.uploads;
        let came = self.came.as_deref().map_err(String::as_str);
        if let Some(line) = uploaded(id, who, self.job, came)
            && let Err(why) = journal.append(&line)
        {
            tracing::warn!(why, "the end of an upload is not in the journal");
        }
    }
}
