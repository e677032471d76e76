//! What most proposals share: the objects that are to be changed, and the person's answers.

use serde_json::Value;

use crate::sheet::{Facts, Line, Span, Tone, Want};

use super::Target;
use super::target::together;

/// How many objects are read for a proposal; of more, only the names are shown before they are changed.
pub(super) const READ: usize = 50;

/// The objects that are to be changed, and the person's answers by now.
#[derive(Debug)]
pub(super) struct Several {
    /// The objects, at least one.
    pub targets: Vec<Target>,
    /// The answers, one a field.
    pub answers: Vec<String>,
}

impl Several {
    pub(super) fn new(targets: Vec<Target>) -> Self {
        Self { targets, answers: Vec::new() }
    }

    /// What they are called together.
    pub(super) fn together(&self) -> String {
        together(&self.targets)
    }

    /// The answer to a field, as it is typed.
    pub(super) fn answer(&self, field: usize) -> &str {
        self.answers.get(field).map_or("", |answer| answer.trim())
    }

    /// Whether a switch is on.
    pub(super) fn is_on(&self, field: usize) -> bool {
        self.answer(field) == "true"
    }

    /// The objects, where they are few enough to be read.
    pub(super) fn objects(&self) -> Vec<Want> {
        if self.targets.len() > READ {
            return Vec::new();
        }
        self.targets.iter().map(object).collect()
    }

    /// A line for each object, with what is said of it; several namespaces are named.
    pub(super) fn lines(&self, say: impl Fn(&Target) -> Vec<Span>) -> Vec<Line> {
        let several = self.targets.iter().any(|t| t.namespace != self.targets[0].namespace);
        let width = self.targets.iter().map(|t| t.short().chars().count()).max().unwrap_or(0);
        let line = |target: &Target| {
            let name = target.short();
            let room = width - name.chars().count() + 2;
            let mut spans =
                vec![Span::new(name, Tone::Strong), Span::new(" ".repeat(room), Tone::Text)];
            if several {
                spans.push(Span::new(format!("{}  ", target.namespace), Tone::Muted));
            }
            spans.extend(say(target));
            Line::new(0, spans)
        };
        self.targets.iter().map(line).collect()
    }
}

/// The object itself.
pub(super) fn object(target: &Target) -> Want {
    Want::Object {
        group: target.resource.group.clone(),
        resource: target.resource.plural.clone(),
        namespace: target.namespace.clone(),
        name: target.name.clone(),
    }
}

/// The object as far as it is known.
pub(super) fn known<'a>(facts: &'a Facts<'_>, target: &Target) -> Option<&'a Value> {
    facts.object(&object(target))
}
