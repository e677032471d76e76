//! What an action that writes shows and asks before it does anything.

use crate::access::Request;
use crate::forward::{Start, Wanted};
use crate::sheet::{Facts, Subject};

use super::edit::Editing;
use super::{Change, Complaint, Field, Habits};

/// A page that asks what must be known and shows what will happen.
pub trait Proposal: Subject {
    /// What it is about, `Scale deployment/web`.
    fn title(&self) -> String;

    /// The verb on the key that agrees, `scale`.
    fn verb(&self) -> String;

    /// What is asked, given what is known by now. When something comes to be known there may be more fields, and one that nobody touched yet may
    /// begin as something else.
    fn fields(&self, facts: &Facts<'_>) -> Vec<Field> {
        let _ = facts;
        Vec::new()
    }

    /// What the person set once; told before anything is asked.
    fn prefer(&mut self, habits: &Habits) {
        let _ = habits;
    }

    /// The person's answers by now, one a field: text, the option chosen, `true` or `false`.
    fn answer(&mut self, answers: Vec<String>);

    /// What the person must do to agree, given what is known by now.
    fn confirm(&self, facts: &Facts<'_>) -> Confirm {
        let _ = facts;
        Confirm::Key
    }

    /// With what the editor is to be opened when the person agrees, instead of anything being done.
    fn editing(&self) -> Option<Editing> {
        None
    }

    /// What the server will be asked for beside what the action always [needs](super::Offer::needs), as far as that is known by now.
    fn asks(&self, facts: &Facts<'_>) -> Vec<Request> {
        let _ = facts;
        Vec::new()
    }

    /// The forward that begins when the person agrees, beside what is changed.
    fn forward(&self, facts: &Facts<'_>) -> Option<(Wanted, Start)> {
        let _ = facts;
        None
    }

    /// What is to be done.
    ///
    /// # Errors
    /// What is wrong with the answers, or why nothing can be done.
    fn changes(&self, facts: &Facts<'_>) -> Result<Vec<Change>, Complaint>;
}

/// What the person must do to agree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Confirm {
    /// Press the key.
    Key,
    /// Type this word first.
    Type(String),
}
