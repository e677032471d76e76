//! All that one subject may do, by namespace, with the bindings and roles that it comes from.

use std::collections::BTreeMap;

use crate::sheet::{Facts, Line, Sheet, Span, Subject, Tone, Want};

use super::danger::dangers;
use super::known::{Known, beside};
use super::layout::{self, WHAT, about, column, line, marks, pad, shown, wrap};
use super::policy::Grant;
use super::rule::Rule;
use super::who::Who;

/// All that one subject may do.
#[derive(Debug)]
pub struct Rights {
    who: Who,
    known: Known,
    namespace: String,
}

impl Rights {
    /// What somebody may do in a namespace; empty for all of them and the cluster.
    pub fn new(who: Who, namespace: &str) -> Self {
        Self { who, known: Known::of(namespace), namespace: namespace.to_owned() }
    }
}

impl Subject for Rights {
    fn crumbs(&self) -> Vec<String> {
        let mut crumbs = vec!["access".to_owned(), self.who.word()];
        crumbs.extend((!self.namespace.is_empty()).then(|| self.namespace.clone()));
        crumbs
    }

    fn wants(&self, _facts: &Facts<'_>) -> Vec<Want> {
        self.known.wants()
    }

    fn sheet(&self, facts: &Facts<'_>) -> Sheet {
        let policy = self.known.policy(facts);
        let identity = self.who.identity();
        let mut lines = vec![self.title()];
        lines.extend(self.membership());
        lines.extend(self.known.gaps(facts));
        if identity.is_master() {
            let text = "everything, everywhere: the API server lets system:masters pass before it asks any role";
            lines.push(Line::new(0, [Span::new(text, Tone::State(crate::store::Health::Warning))]));
        }
        // What is granted everywhere has no namespace, which is the first in the alphabet.
        let mut places: BTreeMap<&str, Vec<(&Grant, &Who)>> = BTreeMap::new();
        for (grant, by) in policy.of(&identity) {
            places.entry(&grant.namespace).or_default().push((grant, by));
        }
        if places.is_empty() && !identity.is_master() {
            lines.push(line(0, "no binding grants it anything", Tone::Muted));
        }
        for (namespace, grants) in places {
            let title = match namespace {
                "" => "Everywhere".to_owned(),
                namespace => format!("In namespace {}", shown(namespace)),
            };
            lines.push(line(0, title, Tone::Heading));
            for (grant, by) in grants {
                self.grant(grant, by, &mut lines);
            }
        }
        lines.push(beside());
        Sheet { lines, changes_in: None }
    }
}

impl Rights {
    fn title(&self) -> Line {
        let mut spans = vec![
            Span::new(format!("{} ", self.who.kind()), Tone::Label),
            Span::new(shown(&self.who.name()), Tone::Strong),
        ];
        if let Some(crowd) = self.who.crowd() {
            spans.push(Span::new(format!("  {crowd}"), Tone::Muted));
        }
        Line::new(0, spans)
    }

    /// The groups by which it is granted something, beside those that only an authenticator knows.
    fn membership(&self) -> Option<Line> {
        let groups = self.who.identity().groups;
        let others: Vec<String> = match &self.who {
            Who::Group(own) => groups.into_iter().filter(|group| group != own).collect(),
            _ => groups,
        };
        if others.is_empty() {
            return None;
        }
        let mut text = format!("in {}", others.join(", "));
        if matches!(self.who, Who::User(_)) {
            text.push_str("; which other groups a user is in, only whoever logs it in knows");
        }
        Some(line(0, text, Tone::Muted))
    }

    fn grant(&self, grant: &Grant, by: &Who, lines: &mut Vec<Line>) {
        let mut binding = layout::binding(2, grant);
        if *by != self.who {
            let text = format!("  as {} {}", by.kind(), shown(&by.name()));
            binding.spans.push(Span::new(text, Tone::Muted));
        }
        lines.push(binding);
        lines.push(layout::role(4, grant));
        rules(6, grant.rules(), lines);
    }
}

/// Lines of rules: what they are about, and their verbs under each other.
fn rules(indent: u16, rules: &[Rule], lines: &mut Vec<Line>) {
    let whats: Vec<Vec<String>> = rules.iter().map(|rule| wrap(&about(rule), WHAT)).collect();
    let width = column(whats.iter().flatten().map(String::as_str), WHAT);
    for (rule, what) in rules.iter().zip(&whats) {
        let first = what.first().map_or("nothing", String::as_str);
        let mut spans = vec![
            Span::new(pad(first, width), Tone::Text),
            Span::new(layout::verbs(&rule.verbs), Tone::Text),
        ];
        if let Some(marks) = marks(&dangers(rule)) {
            spans.push(Span::new("  ", Tone::Text));
            spans.push(marks);
        }
        lines.push(Line::new(indent, spans));
        lines.extend(what.iter().skip(1).map(|more| line(indent + 2, more.as_str(), Tone::Text)));
    }
}
