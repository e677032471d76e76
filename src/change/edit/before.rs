//! What stands in the form before there is something to show: a draft of before, or that something is waited for.

use std::sync::Arc;

use crate::sheet::{Facts, Sheet, Subject, Want};
use crate::store::Health;

use super::super::{Change, Complaint, Field, Proposal, Target};
use super::draft::Draft;
use super::edition::{Editing, muted, state};

/// Asks whether to go on with a draft of before.
#[derive(Debug)]
pub struct Found {
    draft: Arc<Draft>,
    targets: Vec<Target>,
    chosen: String,
}

const GO_ON: &str = "go on with it";
const ANEW: &str = "begin anew";

impl Found {
    /// Of a draft of these objects that was left.
    pub fn new(draft: Arc<Draft>, targets: Vec<Target>) -> Self {
        Self { draft, targets, chosen: String::new() }
    }
}

impl Subject for Found {
    fn crumbs(&self) -> Vec<String> {
        vec![self.draft.about(), "draft".to_owned()]
    }

    fn wants(&self, _: &Facts<'_>) -> Vec<Want> {
        Vec::new()
    }

    fn sheet(&self, _: &Facts<'_>) -> Sheet {
        let lines = vec![
            state("it was edited before, and not sent".to_owned(), Health::Warning),
            muted(&format!("The text is in {}.", self.draft.path)),
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

impl Proposal for Found {
    fn title(&self) -> String {
        format!("Edit {}", self.draft.about())
    }

    fn verb(&self) -> String {
        if self.chosen == ANEW { ANEW } else { GO_ON }.to_owned()
    }

    fn fields(&self, _: &Facts<'_>) -> Vec<Field> {
        vec![Field::choice("then", &[GO_ON, ANEW], "←→")]
    }

    fn answer(&mut self, answers: Vec<String>) {
        self.chosen = answers.into_iter().next().unwrap_or_default();
    }

    fn editing(&self) -> Option<Editing> {
        Some(if self.chosen == ANEW {
            Editing::Anew(self.targets.clone())
        } else {
            Editing::Kept(Arc::clone(&self.draft))
        })
    }

    fn changes(&self, _: &Facts<'_>) -> Result<Vec<Change>, Complaint> {
        Ok(Vec::new())
    }
}
