//! Changes carried out, each with its lines in the journal.

use crate::change::journal::{Who, ended, sending};
use crate::change::{Change, Outcome, Report};
use crate::cluster::write::Pace;
use crate::cluster::{Client, write};
use crate::guardrail::Guardrails;

use super::journal::Journal;

/// Who kx is in the cluster of this context, for the journal.
pub(super) fn who(client: Option<&Client>, context: &str) -> Who {
    let info = client.map(Client::info);
    Who {
        context: context.to_owned(),
        user: info.map_or_else(String::new, |info| {
            info.impersonates.clone().unwrap_or_else(|| info.user.clone())
        }),
        server: info.map(|info| info.server.clone()).unwrap_or_default(),
    }
}

/// Carries out the changes of one run.
pub struct Writer {
    client: Option<Client>,
    who: Who,
    journal: Journal,
    guardrails: Guardrails,
    /// What the lines of this run begin their ids with.
    run: String,
}

impl Writer {
    /// For the cluster of this context.
    pub fn new(
        client: Option<Client>,
        context: &str,
        journal: Journal,
        guardrails: Guardrails,
    ) -> Self {
        let who = who(client.as_ref(), context);
        Self { client, who, journal, guardrails, run: Journal::run() }
    }

    /// What must follow a change that was done, as [`write::sequel`] says it.
    pub async fn sequel(&self, change: &Change) -> Result<Vec<Change>, String> {
        match &self.client {
            Some(client) => write::sequel(client, change).await,
            None => Ok(Vec::new()),
        }
    }

    /// Why some of these must not join a run, where guardrails forbid them, or want to be asked first; `None` where all may.
    pub fn forbids(&self, run: &[Change], joining: &[Change]) -> Option<String> {
        self.guardrails.forbids_joining(&self.who.context, run, joining)
    }

    /// Carries a change out. What cannot be written into the journal is not sent to the server either.
    pub async fn carry_out(&self, id: &str, change: Change, pace: Pace<'_>) -> Report {
        let Some(client) = &self.client else {
            return Report::not_begun(change, "there is no connection to the cluster");
        };
        let id = format!("{}-{id}", self.run);
        let mut report = write::carry_out_at(client, change, pace, |change, call, before| {
            self.journal.append(&sending(&id, &self.who, change, call, before))
        })
        .await;
        report.id.clone_from(&id);
        if report.method.is_some()
            && let Err(why) = self.journal.append(&ended(&id, &self.who, &report))
        {
            report.note = Some(why);
        }
        if report.outcome == Outcome::Done && report.note.is_none() {
            report.note = against(client, &report.change).await;
        }
        if let Outcome::Failed(why) = &report.outcome {
            tracing::warn!(change = report.change.words(), why, "not done");
        }
        report
    }
}

/// What works against a change that was done, where that can be read.
async fn against(client: &Client, change: &Change) -> Option<String> {
    let against = change.deed.against(&change.target)?;
    // Whoever may not read it is told nothing.
    let there = write::read(client, &against.path).await.ok()??;
    (against.say)(&change.target, &there)
}
