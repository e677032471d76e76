//! What is asked before a text that was changed is left.

use std::sync::Arc;

use crate::sheet::{Facts, Sheet, Subject, Want};
use crate::store::Health;

use super::super::{Change, Complaint, Field, Proposal};
use super::draft::Draft;
use super::edition::{Editing, muted, state};

const KEEP: &str = "keep the draft";
const FORGET: &str = "throw it away";

/// Asks what becomes of a draft whose editor is left.
#[derive(Debug)]
pub struct Leave {
    draft: Arc<Draft>,
    chosen: String,
}

impl Leave {
    /// Of this draft.
    pub fn new(draft: Arc<Draft>) -> Self {
        Self { draft, chosen: String::new() }
    }
}

impl Subject for Leave {
    fn crumbs(&self) -> Vec<String> {
        vec![self.draft.about(), "leave".to_owned()]
    }

    fn wants(&self, _: &Facts<'_>) -> Vec<Want> {
        Vec::new()
    }

    fn sheet(&self, _: &Facts<'_>) -> Sheet {
        let lines = vec![
            state("the text was changed, and is not sent".to_owned(), Health::Warning),
            muted(&format!("It is in {}; :drafts lists it.", self.draft.path)),
        ];
        Sheet { lines, changes_in: None }
    }

    fn proposal(&self) -> Option<&dyn Proposal> {
        Some(self)
    }

    fn proposal_mut(&mut self) -> Option<&mut dyn Proposal> {
        Some(self)
    }
}

impl Proposal for Leave {
    fn title(&self) -> String {
        format!("Leave {}", self.draft.about())
    }

    fn verb(&self) -> String {
        "leave".to_owned()
    }

    fn fields(&self, _: &Facts<'_>) -> Vec<Field> {
        vec![Field::choice("and", &[KEEP, FORGET], "←→")]
    }

    fn answer(&mut self, answers: Vec<String>) {
        self.chosen = answers.into_iter().next().unwrap_or_default();
    }

    fn editing(&self) -> Option<Editing> {
        Some(Editing::Leave(Arc::clone(&self.draft), self.chosen != FORGET))
    }

    fn changes(&self, _: &Facts<'_>) -> Result<Vec<Change>, Complaint> {
        Ok(Vec::new())
    }
}
