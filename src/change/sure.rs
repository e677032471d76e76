//! What asks for nothing but the person's agreement, and changes no object by itself.

use crate::sheet::{Facts, Line, Sheet, Span, Subject, Tone, Want};

use super::{Change, Complaint, Proposal};

/// Says what is to be done, and why that is asked; whoever shows it does it.
#[derive(Clone, Debug)]
pub struct Sure {
    /// What is to be done, `Shell: pod/web-0 in shop`.
    pub title: String,
    /// The verb on the key that agrees.
    pub verb: String,
    /// What it is done to, a line each, and why that is asked.
    pub lines: Vec<String>,
}

impl Subject for Sure {
    fn crumbs(&self) -> Vec<String> {
        vec![self.title.clone()]
    }

    fn wants(&self, _: &Facts<'_>) -> Vec<Want> {
        Vec::new()
    }

    fn sheet(&self, _: &Facts<'_>) -> Sheet {
        let line = |text: &String| Line::new(0, [Span::new(text.clone(), Tone::Text)]);
        Sheet { lines: self.lines.iter().map(line).collect(), changes_in: None }
    }

    fn proposal(&self) -> Option<&dyn Proposal> {
        Some(self)
    }

    fn proposal_mut(&mut self) -> Option<&mut dyn Proposal> {
        Some(self)
    }
}

impl Proposal for Sure {
    fn title(&self) -> String {
        self.title.clone()
    }

    fn verb(&self) -> String {
        self.verb.clone()
    }

    fn answer(&mut self, _: Vec<String>) {}

    fn changes(&self, _: &Facts<'_>) -> Result<Vec<Change>, Complaint> {
        Ok(Vec::new())
    }
}
