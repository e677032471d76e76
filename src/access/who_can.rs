//! Who can do something: every subject to whom a binding grants it, where, and by which role.

use std::collections::BTreeMap;

use crate::kinds::Catalog;
use crate::sheet::{Facts, Line, Sheet, Span, Subject, Tone, Want};
use crate::store::Health;

use super::known::{Known, beside};
use super::layout::{self, Named, column, line, pad, place, resolve, shown, to_rights};
use super::policy::{Grant, Policy};
use super::request::{Request, Target};
use super::who::{MASTERS, Who};

/// How many namespaces are named before the rest is counted; each binding has its own line below.
const PLACES: usize = 4;

/// Who can do something, in a namespace or anywhere.
#[derive(Debug)]
pub struct WhoCan {
    verb: String,
    /// A resource by any of its names, with `/SUBRESOURCE` or without; a path that begins with `/`.
    what: String,
    namespace: String,
    name: String,
    known: Known,
}

/// What is asked.
struct Question {
    request: Request,
    /// Whether it is about what lives in namespaces.
    namespaced: bool,
    /// Whether anybody knows the resource.
    known: bool,
}

/// By what somebody can do it.
struct By<'a> {
    grant: &'a Grant,
    /// The objects alone for which it is granted; `None` for all.
    only: Option<Vec<&'a str>>,
}

impl WhoCan {
    /// Who can do `verb` to `what`: a resource by any of its names (`po`, `pods/exec`, `deployments.apps`), or a path (`/healthz`). In a
    /// namespace, or where it is empty, anywhere; to the object `name`, or where it is empty, to any.
    pub fn new(verb: &str, what: &str, namespace: &str, name: &str) -> Self {
        Self {
            verb: verb.to_owned(),
            what: what.to_owned(),
            namespace: namespace.to_owned(),
            name: name.to_owned(),
            known: Known::of(namespace),
        }
    }

    /// What is asked of the server.
    fn question(&self, catalog: &Catalog) -> Question {
        let verb = self.verb.clone();
        if self.what.starts_with('/') {
            let request = Request { verb, to: Target::Url(self.what.clone()) };
            return Question { request, namespaced: false, known: true };
        }
        let (resource, subresource) = self.what.split_once('/').unwrap_or((&self.what, ""));
        let Named { group, plural, namespaced, known } = resolve(resource, catalog);
        let to = Target::Resource {
            group,
            resource: plural,
            subresource: subresource.to_owned(),
            namespace: if namespaced { self.namespace.clone() } else { String::new() },
            name: self.name.clone(),
        };
        Question { request: Request { verb, to }, namespaced, known }
    }

    /// Everybody who can, and by what.
    fn answer<'a>(
        &self,
        policy: &'a Policy,
        Question { request, namespaced, .. }: &Question,
    ) -> BTreeMap<&'a Who, Vec<By<'a>>> {
        // Without a namespace it is asked of all of them; what lives in none is granted by no binding in one.
        let anywhere = *namespaced && self.namespace.is_empty();
        let mut found: BTreeMap<&Who, Vec<By<'_>>> = BTreeMap::new();
        for grant in policy.grants() {
            if !anywhere && !grant.reaches(request.namespace()) {
                continue;
            }
            let Some(only) = self.granted(grant, request) else { continue };
            for who in &grant.subjects {
                let all = found.entry(who).or_default();
                if !all.iter().any(|by| std::ptr::eq(by.grant, grant)) {
                    all.push(By { grant, only: only.clone() });
                }
            }
        }
        found
    }

    /// Whether a grant's rules allow it: for the objects of these names, or for all (`Some(None)`).
    #[expect(clippy::option_option, reason = "not at all, for all, or for some")]
    fn granted<'a>(&self, grant: &'a Grant, request: &Request) -> Option<Option<Vec<&'a str>>> {
        let mut rules = grant.rules().iter().filter(|rule| rule.allows_some(request)).peekable();
        rules.peek()?;
        let mut only: Vec<&str> = Vec::new();
        for rule in rules {
            if rule.allows(request) {
                return Some(None);
            }
            only.extend(rule.names.iter().map(String::as_str));
        }
        // It was asked of no object in particular: those that some rule names are worth saying.
        only.sort_unstable();
        only.dedup();
        (self.name.is_empty() && request.can_name()).then_some(Some(only))
    }

    fn title(&self, question: &Question) -> Line {
        let what = match &question.request.to {
            Target::Url(path) => path.clone(),
            Target::Resource { group, resource, subresource, .. } => {
                let below =
                    if subresource.is_empty() { String::new() } else { format!("/{subresource}") };
                let group = if group.is_empty() { String::new() } else { format!(".{group}") };
                format!("{resource}{group}{below}")
            }
        };
        let name = if self.name.is_empty() { String::new() } else { format!(" {}", self.name) };
        let mut spans = vec![
            Span::new("who can ", Tone::Label),
            Span::new(shown(&format!("{} {what}{name}", self.verb)), Tone::Strong),
        ];
        let place = match (question.namespaced, self.namespace.as_str()) {
            (true, "") => "  in all namespaces or some",
            (true, namespace) => &format!("  in namespace {}", shown(namespace)),
            (false, _) => "  in the cluster",
        };
        spans.push(Span::new(place, Tone::Muted));
        Line::new(0, spans)
    }
}

impl Subject for WhoCan {
    fn crumbs(&self) -> Vec<String> {
        let mut crumbs = vec!["who-can".to_owned(), format!("{} {}", self.verb, self.what)];
        let place = [&self.namespace, &self.name].into_iter().filter(|part| !part.is_empty());
        crumbs.extend(place.cloned());
        crumbs
    }

    fn wants(&self, _facts: &Facts<'_>) -> Vec<Want> {
        self.known.wants()
    }

    fn sheet(&self, facts: &Facts<'_>) -> Sheet {
        let question = self.question(facts.catalog());
        let policy = self.known.policy(facts);
        let mut lines = vec![self.title(&question)];
        if !question.known {
            let text = "the cluster serves no such resource: its name is taken as it stands";
            lines.push(Line::new(0, [Span::new(text, Tone::State(Health::Warning))]));
        }
        lines.extend(self.known.gaps(facts));
        let masters = Who::Group(MASTERS.to_owned());
        let found = self.answer(&policy, &question);
        let label = |who: &Who| shown(&format!("{} {}", who.kind(), who.name()));
        let labels: Vec<String> = found.keys().map(|who| label(who)).collect();
        let width = column(labels.iter().map(String::as_str).chain([&*label(&masters)]), 56);
        let mut first = vec![Span::new(pad(&label(&masters), width), Tone::Strong)];
        first.push(Span::new("everywhere  without any role: it may do everything", Tone::Muted));
        lines.push(Line::new(2, first).go(to_rights(&masters)));
        for ((who, all), label) in found.iter().zip(&labels) {
            subject(who, all, &pad(label, width), &mut lines);
        }
        if found.is_empty() {
            lines.push(line(2, "no binding grants it to anybody else", Tone::Muted));
        }
        lines.push(beside());
        Sheet { lines, changes_in: None }
    }
}

/// The lines of a subject: itself with where, and folded below it, by which bindings and roles.
fn subject(who: &Who, all: &[By<'_>], label: &str, lines: &mut Vec<Line>) {
    let mut places: Vec<String> = Vec::new();
    for by in all {
        let place = place(&by.grant.namespace);
        if !places.contains(&place) {
            places.push(place);
        }
    }
    // Who can do it everywhere to everything can do it in every namespace.
    if all.iter().any(|by| by.grant.namespace.is_empty() && by.only.is_none()) {
        places.truncate(1);
    }
    let more = places.len().saturating_sub(PLACES);
    places.truncate(PLACES);
    let more = if more == 0 { String::new() } else { format!(" + {more} more") };
    let places = format!("{}{more}", places.join(", "));
    let mut spans = vec![Span::new(label, Tone::Strong), Span::new(pad(&places, 12), Tone::Text)];
    if let Some(crowd) = who.crowd() {
        spans.push(Span::new(crowd, Tone::State(Health::Warning)));
        spans.push(Span::new("  ", Tone::Text));
    }
    let via: Vec<String> = all
        .iter()
        .map(|by| format!("{} → {}", shown(&by.grant.binding), shown(&by.grant.role)))
        .collect();
    spans.push(Span::new(via.join(", "), Tone::Muted));
    lines.push(Line { folded: true, ..Line::new(2, spans).go(to_rights(who)) });
    for by in all {
        let mut binding = layout::binding(4, by.grant);
        if let Some(only) = &by.only {
            let only: Vec<String> = only.iter().map(|name| shown(name)).collect();
            binding.spans.push(Span::new(format!("  only {}", only.join(", ")), Tone::Number));
        }
        lines.push(binding);
        lines.push(layout::role(6, by.grant));
    }
}
