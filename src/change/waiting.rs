//! What stands in a form while something is read or prepared for it.

use crate::sheet::{Facts, Line, Sheet, Span, Subject, Tone, Want};

use super::{Change, Complaint, Proposal};

/// Says what is waited for; leaving it stops the waiting.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// What is to be done, `Shell in web-0`.
    pub title: String,
    /// What is waited for.
    pub what: String,
}

impl Subject for Waiting {
    fn crumbs(&self) -> Vec<String> {
        vec![self.title.clone()]
    }

    fn wants(&self, _: &Facts<'_>) -> Vec<Want> {
        Vec::new()
    }

    fn sheet(&self, _: &Facts<'_>) -> Sheet {
        let muted = |text: &str| Line::new(0, [Span::new(text, Tone::Muted)]);
        Sheet { lines: self.what.lines().map(muted).collect(), changes_in: None }
    }

    fn proposal(&self) -> Option<&dyn Proposal> {
        Some(self)
    }

    fn proposal_mut(&mut self) -> Option<&mut dyn Proposal> {
        Some(self)
    }
}

impl Proposal for Waiting {
    fn title(&self) -> String {
        self.title.clone()
    }

    fn verb(&self) -> String {
        "wait".to_owned()
    }

    fn answer(&mut self, _: Vec<String>) {}

    fn changes(&self, _: &Facts<'_>) -> Result<Vec<Change>, Complaint> {
        Err("it is not ready yet; escape stops waiting".to_owned().into())
    }
}
