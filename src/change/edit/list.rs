//! The page of drafts that were left.

use std::sync::Arc;

use crate::sheet::{Facts, Go, Line, Sheet, Span, Subject, Tone, Want};

use super::draft::Draft;

/// Lists drafts.
#[derive(Debug)]
pub struct List(pub Vec<Arc<Draft>>);

impl Subject for List {
    fn crumbs(&self) -> Vec<String> {
        vec!["drafts".to_owned()]
    }

    fn wants(&self, _: &Facts<'_>) -> Vec<Want> {
        Vec::new()
    }

    fn sheet(&self, _: &Facts<'_>) -> Sheet {
        let note = "Edited and not sent; enter goes on with one, in its context.";
        let mut lines = vec![Line::new(0, [Span::new(note, Tone::Muted)]), Line::default()];
        for draft in &self.0 {
            let go = Go::Command(format!("edit-draft {}", draft.name));
            let mut line = Line::new(
                0,
                [
                    Span::new(format!("{} {}", draft.aim.verb(), draft.about()), Tone::Strong),
                    Span::new(format!("  {}  ", draft.context), Tone::Text),
                    Span::new(draft.path.clone(), Tone::Muted),
                ],
            );
            line.copy = Some(draft.path.as_str().into());
            lines.push(line.go(go));
        }
        Sheet { lines, changes_in: None }
    }
}
