//! Everybody to whom a binding grants something, with what is to be noticed of it.

use std::collections::{BTreeMap, BTreeSet};

use crate::sheet::{Facts, Line, Sheet, Span, Subject, Tone, Want};
use crate::store::Health;

use super::danger::dangers;
use super::known::{Known, beside};
use super::layout::{column, line, marks, pad, shown, to_rights};
use super::policy::Policy;
use super::who::Who;

/// How wide a subject's name may be before it pushes the rest of its line to the right.
const NAME: usize = 48;
/// How many namespaces are named before the rest is counted.
const NAMESPACES: usize = 3;

/// The subjects of all bindings: users, groups, service accounts.
#[derive(Debug)]
pub struct Subjects {
    known: Known,
    namespace: String,
}

/// What is said of a subject.
#[derive(Default)]
struct About<'a> {
    bindings: usize,
    everywhere: bool,
    namespaces: BTreeSet<&'a str>,
    dangers: Vec<&'static str>,
}

impl Subjects {
    /// Those to whom something is granted in a namespace; empty for all of them.
    pub fn new(namespace: &str) -> Self {
        Self { known: Known::of(namespace), namespace: namespace.to_owned() }
    }
}

impl Subject for Subjects {
    fn crumbs(&self) -> Vec<String> {
        let mut crumbs = vec!["access".to_owned()];
        crumbs.extend((!self.namespace.is_empty()).then(|| self.namespace.clone()));
        crumbs
    }

    fn wants(&self, _facts: &Facts<'_>) -> Vec<Want> {
        self.known.wants()
    }

    fn sheet(&self, facts: &Facts<'_>) -> Sheet {
        let mut lines = self.known.gaps(facts);
        let policy = self.known.policy(facts);
        let all = subjects(&policy);
        let names: Vec<String> = all.keys().map(|who| shown(&who.name())).collect();
        let width = column(names.iter().map(String::as_str), NAME);
        let mut kind = "";
        for ((who, about), name) in all.iter().zip(&names) {
            if who.kind() != kind {
                kind = who.kind();
                lines.push(line(0, heading(who), Tone::Heading));
            }
            lines.push(entry(who, about, &pad(name, width)));
        }
        if lines.is_empty() {
            lines.push(line(0, "no binding grants anything to anybody", Tone::Muted));
        }
        lines.push(beside());
        Sheet { lines, changes_in: None }
    }
}

fn heading(who: &Who) -> &'static str {
    match who {
        Who::User(_) => "Users",
        Who::Group(_) => "Groups",
        Who::Account { .. } => "Service accounts",
    }
}

fn subjects(policy: &Policy) -> BTreeMap<&Who, About<'_>> {
    let mut all: BTreeMap<&Who, About<'_>> = BTreeMap::new();
    for grant in policy.grants() {
        let found: BTreeSet<&'static str> = grant.rules().iter().flat_map(dangers).collect();
        let subjects: BTreeSet<&Who> = grant.subjects.iter().collect();
        for who in subjects {
            let about = all.entry(who).or_default();
            about.bindings += 1;
            if grant.namespace.is_empty() {
                about.everywhere = true;
            } else {
                about.namespaces.insert(&grant.namespace);
            }
            for danger in &found {
                if !about.dangers.contains(danger) {
                    about.dangers.push(danger);
                }
            }
        }
    }
    all
}

fn entry(who: &Who, about: &About<'_>, name: &str) -> Line {
    let bindings = if about.bindings == 1 { " binding   " } else { " bindings  " };
    let mut spans = vec![
        Span::new(name, Tone::Strong),
        Span::new(format!("{:>4}", about.bindings), Tone::Number),
        Span::new(bindings, Tone::Muted),
        Span::new(pad(&places(about), 32), Tone::Text),
    ];
    if let Some(crowd) = who.crowd() {
        spans.push(Span::new(crowd, Tone::Health(Health::Warning)));
        spans.push(Span::new("  ", Tone::Text));
    }
    spans.extend(marks(&about.dangers));
    Line::new(2, spans).go(to_rights(who))
}

/// `everywhere`, `shop, team + 3 more`.
fn places(about: &About<'_>) -> String {
    let named = about.namespaces.iter().take(NAMESPACES).map(|name| shown(name));
    let first = about.everywhere.then(|| "everywhere".to_owned());
    let text = first.into_iter().chain(named).collect::<Vec<_>>().join(", ");
    match about.namespaces.len().checked_sub(NAMESPACES) {
        Some(more @ 1..) => format!("{text} + {more} more"),
        _ => text,
    }
}
