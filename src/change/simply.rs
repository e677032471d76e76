//! A proposal that asks nothing: it shows the objects, and what will happen to them.

use std::sync::Arc;

use serde_json::Value;

use crate::sheet::{Facts, Line, Sheet, Span, Subject, Tone, Want};
use crate::store::Health;

use super::several::{Several, known};
use super::{Change, Complaint, Deed, Proposal, Target};

/// What is said of an object before it is changed.
pub(super) type Say = fn(&Value) -> Vec<Span>;

/// Shows the objects and asks for a key.
#[derive(Debug)]
pub(super) struct Simply {
    several: Several,
    verb: &'static str,
    /// What it means, a sentence.
    note: &'static str,
    say: Say,
    deed: fn() -> Arc<dyn Deed>,
}

impl Simply {
    pub(super) fn proposal_of(
        targets: Vec<Target>,
        (verb, note): (&'static str, &'static str),
        say: Say,
        deed: fn() -> Arc<dyn Deed>,
    ) -> Box<dyn Proposal> {
        Box::new(Self { several: Several::new(targets), verb, note, say, deed })
    }
}

impl Subject for Simply {
    fn crumbs(&self) -> Vec<String> {
        vec![self.several.together(), self.verb.to_owned()]
    }

    fn wants(&self, _: &Facts<'_>) -> Vec<Want> {
        self.several.objects()
    }

    fn sheet(&self, facts: &Facts<'_>) -> Sheet {
        let mut lines = self.several.lines(|target| {
            let Some(object) = known(facts, target) else { return Vec::new() };
            // What the deed would refuse is said before somebody asks for it.
            match (self.deed)().call(target, object) {
                Err(why) => vec![Span::new(why, Tone::State(Health::Warning))],
                Ok(None) => vec![Span::new("is so already", Tone::Muted)],
                Ok(Some(_)) => (self.say)(object),
            }
        });
        if !self.note.is_empty() {
            lines.push(Line::default());
            lines.push(Line::new(0, [Span::new(self.note, Tone::Muted)]));
        }
        Sheet { lines, changes_in: None }
    }

    fn proposal(&self) -> Option<&dyn Proposal> {
        Some(self)
    }

    fn proposal_mut(&mut self) -> Option<&mut dyn Proposal> {
        Some(self)
    }
}

impl Proposal for Simply {
    fn title(&self) -> String {
        let verb = self.verb();
        let (first, rest) = verb.split_at(1);
        format!("{}{rest} {}", first.to_uppercase(), self.several.together())
    }

    /// In words, where it is the name of an action: `scale up`.
    fn verb(&self) -> String {
        self.verb.replace('-', " ")
    }

    fn answer(&mut self, answers: Vec<String>) {
        self.several.answers = answers;
    }

    fn changes(&self, _: &Facts<'_>) -> Result<Vec<Change>, Complaint> {
        let change = |target: &Target| Change { target: target.clone(), deed: (self.deed)() };
        Ok(self.several.targets.iter().map(change).collect())
    }
}

/// Replicas of a workload, and how many of them are ready.
pub(super) fn replicas(object: &Value) -> Vec<Span> {
    let number = |path: &str| object.pointer(path).and_then(Value::as_i64);
    let wanted = number("/spec/replicas").or_else(|| number("/status/desiredNumberScheduled"));
    let ready = number("/status/readyReplicas").or_else(|| number("/status/numberReady"));
    let text = format!("{}/{} ready", ready.unwrap_or(0), wanted.unwrap_or(1));
    vec![Span::new(text, Tone::Muted)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kinds::Catalog;

    #[test]
    fn a_title_is_in_words_not_the_name_of_an_action() {
        let resource = Catalog::default().resolve("deployments").unwrap();
        let web = Target { resource, namespace: "shop".into(), name: "web".into(), uid: None };
        let asked = super::super::scale::UP.asked(vec![web]).unwrap();
        assert_eq!(asked.title(), "Scale up deployment/web");
        assert_eq!(asked.verb(), "scale up");
    }
}
