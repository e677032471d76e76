//! What may I do: the server's own answer, by namespace, as `kubectl auth can-i --list` gives it.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::sheet::{Answer, Facts, Line, Sheet, Span, Subject, Tone, Want};
use crate::store::Health;

use super::danger::dangers;
use super::layout::{WHAT, column, line, marks, pad, shown, verbs};
use super::review::{EVERY, Review};
use super::rule::{Rule, texts};

/// What the person may do in some namespaces.
#[derive(Debug)]
pub struct CanI {
    namespaces: Vec<String>,
}

impl CanI {
    /// What the person may do in these namespaces ([`EVERY`] among them for what they may do in all of them); without any, in `default`.
    pub fn new(namespaces: Vec<String>) -> Self {
        let none = namespaces.is_empty();
        Self { namespaces: if none { vec!["default".to_owned()] } else { namespaces } }
    }
}

/// The review of what may be done in a namespace.
fn want(namespace: &str) -> Want {
    let Review { path, body } = Review::of_rules(namespace);
    Want::Review { path, body }
}

impl Subject for CanI {
    fn crumbs(&self) -> Vec<String> {
        let all = |name: &String| if name == EVERY { "all".to_owned() } else { name.clone() };
        vec!["can-i".to_owned(), self.namespaces.iter().map(all).collect::<Vec<_>>().join(",")]
    }

    fn wants(&self, _facts: &Facts<'_>) -> Vec<Want> {
        self.namespaces.iter().map(|namespace| want(namespace)).collect()
    }

    fn sheet(&self, facts: &Facts<'_>) -> Sheet {
        let mut lines = Vec::new();
        for namespace in &self.namespaces {
            let everywhere = namespace == EVERY;
            let title = if everywhere {
                vec![Span::new("I may do in every namespace", Tone::Label)]
            } else {
                vec![
                    Span::new("I may do in namespace ", Tone::Label),
                    Span::new(shown(namespace), Tone::Strong),
                ]
            };
            lines.push(Line::new(0, title));
            match facts.get(&want(namespace)) {
                Answer::Review(review) => said(&review["status"], &mut lines),
                Answer::Failed(why) => lines.push(state(Health::Warning, why)),
                Answer::Absent => {
                    lines.push(state(Health::Warning, "this cluster takes no such review"));
                }
                _ => lines.push(state(Health::Changing, "asking the server …")),
            }
            if everywhere {
                let more = "what a RoleBinding allows in one namespace comes on top: :can-i NAMESPACE shows it";
                lines.push(line(2, more, Tone::Muted));
            }
        }
        Sheet { lines, changes_in: None }
    }
}

fn state(health: Health, text: &str) -> Line {
    Line::new(2, [Span::new(shown(text), Tone::State(health))])
}

/// The lines of an answer.
fn said(status: &Value, lines: &mut Vec<Line>) {
    let rules = compact(status);
    if status["incomplete"].as_bool() == Some(true) {
        let text =
            "the server says that this is not all: an authorizer of its cannot list what it allows";
        lines.push(state(Health::Warning, text));
    }
    if let Some(error) = status["evaluationError"].as_str().filter(|error| !error.is_empty()) {
        lines.push(state(Health::Warning, error));
    }
    if rules.is_empty() {
        lines.push(line(2, "nothing", Tone::Muted));
    }
    let whats: Vec<String> = rules.keys().map(What::text).collect();
    let width = column(whats.iter().map(String::as_str), WHAT);
    for ((what, all), text) in rules.iter().zip(&whats) {
        let mut spans =
            vec![Span::new(pad(text, width), Tone::Strong), Span::new(verbs(all), Tone::Text)];
        let rule = what.rule(all);
        if let Some(marks) = marks(&dangers(&rule)) {
            spans.push(Span::new("  ", Tone::Text));
            spans.push(marks);
        }
        lines.push(Line::new(2, spans));
    }
}

/// What verbs are allowed on: resources before URLs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum What {
    Resource { resource: String, group: String, names: Vec<String> },
    Url(String),
}

impl What {
    fn text(&self) -> String {
        match self {
            Self::Resource { resource, group, names } => {
                let dot = if group.is_empty() { "" } else { "." };
                let only = if names.is_empty() {
                    String::new()
                } else {
                    format!(" only {}", names.join(" "))
                };
                shown(&format!("{resource}{dot}{group}{only}"))
            }
            Self::Url(url) => shown(url),
        }
    }

    fn rule(&self, verbs: &[String]) -> Rule {
        let verbs = verbs.to_vec();
        match self.clone() {
            Self::Resource { resource, group, names } => Rule {
                verbs,
                groups: vec![group],
                resources: vec![resource],
                names,
                urls: Vec::new(),
            },
            Self::Url(url) => Rule { verbs, urls: vec![url], ..Rule::default() },
        }
    }
}

/// What the rules allow, a line for each resource: the verbs of several rules about the same thing are one line.
fn compact(status: &Value) -> BTreeMap<What, Vec<String>> {
    let mut all: BTreeMap<What, Vec<String>> = BTreeMap::new();
    let mut add = |what, verbs: &[String]| {
        let known: &mut Vec<String> = all.entry(what).or_default();
        for verb in verbs {
            if !known.contains(verb) {
                known.push(verb.clone());
            }
        }
    };
    let list = |field: &str| status[field].as_array().into_iter().flatten();
    for rule in list("resourceRules").map(Rule::read) {
        let mut names = rule.names.clone();
        names.sort_unstable();
        for group in &rule.groups {
            for resource in &rule.resources {
                let (resource, group, names) = (resource.clone(), group.clone(), names.clone());
                add(What::Resource { resource, group, names }, &rule.verbs);
            }
        }
    }
    for rule in list("nonResourceRules") {
        let verbs = texts(&rule["verbs"]);
        texts(&rule["nonResourceURLs"]).into_iter().for_each(|url| add(What::Url(url), &verbs));
    }
    all
}
