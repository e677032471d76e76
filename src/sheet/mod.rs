//! Written pages: what a describe, the cluster's own page, an answer about access or a release say, line by line.
//!
//! A [`Subject`] is what such a page is about. It names what it must know as [`Want`]s, which the runtime reads and keeps following, and makes a
//! [`Sheet`] of what is known so far. It does no IO and keeps nothing of what is read: the page asks it again when an answer changes.

mod facts;
mod line;

pub use facts::{Answer, Facts, Objects, Want};
pub use line::{Go, Line, Sheet, Span, Tone, printable};

use std::fmt::Debug;

use crate::change::Proposal;

/// What a written page is about.
pub trait Subject: Debug + Send {
    /// The words of the way here, `web`, `describe`.
    fn crumbs(&self) -> Vec<String>;

    /// The object that it is about, as a [`Want::Object`], where that only turned out once something was known.
    fn about(&self) -> Option<Want> {
        None
    }

    /// What must be known for it. Asked again after every answer, so a later want may follow from an earlier answer; a want that is no longer
    /// named is let go.
    fn wants(&self, facts: &Facts<'_>) -> Vec<Want>;

    /// What is written, from what is known by now. Called when an answer changes, and when [`Sheet::changes_in`] is over.
    fn sheet(&self, facts: &Facts<'_>) -> Sheet;

    /// Whether it is a list to choose from: the cursor begins on the first line that leads somewhere.
    fn is_list(&self) -> bool {
        false
    }

    /// The release of Helm that it is about, where it is about one.
    fn release(&self) -> Option<&crate::helm::About> {
        None
    }

    /// Whether it shows what it otherwise hides; `None` where it hides nothing.
    fn revealed(&self) -> Option<bool> {
        None
    }

    /// Shows what it otherwise hides, or hides it again.
    fn reveal(&mut self, reveal: bool) {
        let _ = reveal;
    }

    /// The entry of the journal that it is about, by its id.
    fn entry(&self) -> Option<&str> {
        None
    }

    /// What it proposes to change, where it is more than a page to read.
    fn proposal(&self) -> Option<&dyn Proposal> {
        None
    }

    /// As [`Subject::proposal`], to answer it.
    fn proposal_mut(&mut self) -> Option<&mut dyn Proposal> {
        None
    }
}
