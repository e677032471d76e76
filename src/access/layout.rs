//! How rules and subjects stand in lines: columns, verbs under verbs, long lists wrapped.

use crate::kinds::Catalog;
use crate::sheet::{Go, Line, Span, Tone};
use crate::store::Health;

use super::policy::Grant;
use super::rule::{ALL, Rule};
use super::who::Who;

/// The verbs of objects in the order in which they stand in lines.
const VERBS: [&str; 8] =
    ["get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"];
/// How wide what a rule is about may be before it is wrapped.
pub(super) const WHAT: usize = 44;

/// Verbs, each in its own column, so that those that are missing leave a gap; others after them, in order.
pub(super) fn verbs(all: &[String]) -> String {
    let has = |verb: &str| all.iter().any(|one| one == verb);
    let mut out = String::new();
    if all.iter().any(|verb| VERBS.contains(&verb.as_str())) {
        for verb in VERBS {
            let text = if has(verb) { verb } else { "" };
            out.push_str(&pad(text, verb.len() + 1));
        }
    }
    let mut others: Vec<&str> =
        all.iter().map(String::as_str).filter(|v| !VERBS.contains(v)).collect();
    others.sort_unstable();
    others.dedup();
    out.push_str(&others.join(" "));
    out.trim_end().to_owned()
}

/// What a rule is about, as words that may stand in several lines: `deployments replicasets (apps)`.
pub(super) fn about(rule: &Rule) -> Vec<String> {
    let mut words: Vec<String> =
        rule.resources.iter().chain(&rule.urls).map(|w| shown(w)).collect();
    let core = rule.groups.iter().all(String::is_empty);
    if !rule.resources.is_empty() && !core {
        let name = |group: &String| if group.is_empty() { "core".to_owned() } else { shown(group) };
        words.push(format!("({})", rule.groups.iter().map(name).collect::<Vec<_>>().join(", ")));
    }
    if !rule.names.is_empty() {
        words.push("only".to_owned());
        words.extend(rule.names.iter().map(|name| shown(name)));
    }
    words
}

/// Words in lines of a width; a word that is longer has a line of its own.
pub(super) fn wrap(words: &[String], width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in words {
        match lines.last_mut() {
            Some(line) if wide(line) + 1 + wide(word) <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.clone()),
        }
    }
    lines
}

/// Text without line breaks and what else would move a terminal.
pub(super) fn shown(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

/// How many columns a text takes, near enough for names of the API, which are ASCII.
pub(super) fn wide(text: &str) -> usize {
    text.chars().count()
}

/// Text with blanks after it up to a width, one at least.
pub(super) fn pad(text: &str, width: usize) -> String {
    let blanks = width.saturating_sub(wide(text)).max(1);
    format!("{text}{}", " ".repeat(blanks))
}

/// The width of a column: of its longest text, up to a limit, and two blanks.
pub(super) fn column<'a>(texts: impl Iterator<Item = &'a str>, most: usize) -> usize {
    texts.map(wide).max().unwrap_or(0).min(most) + 2
}

/// A line of plain text.
pub(super) fn line(indent: u16, text: impl Into<String>, tone: Tone) -> Line {
    Line::new(indent, [Span::new(text, tone)])
}

/// What is to be noticed, one after the other; nothing where there is nothing.
pub(super) fn marks(what: &[&str]) -> Option<Span> {
    (!what.is_empty()).then(|| Span::new(what.join(", "), Tone::State(Health::Warning)))
}

/// Where a namespace's name, or everywhere, is said.
pub(super) fn place(namespace: &str) -> String {
    if namespace.is_empty() { "everywhere".to_owned() } else { format!("in {}", shown(namespace)) }
}

const GROUP: &str = "rbac.authorization.k8s.io";

/// The line of a grant's binding, which leads to it.
pub(super) fn binding(indent: u16, grant: &Grant) -> Line {
    let kind = grant.binding_kind();
    object(indent, kind, &grant.namespace, &grant.binding)
}

/// The line of a grant's role, which leads to it, or says that there is none.
pub(super) fn role(indent: u16, grant: &Grant) -> Line {
    let namespace = if grant.role_kind == "Role" { grant.namespace.as_str() } else { "" };
    let mut line = object(indent, &grant.role_kind, namespace, &grant.role);
    if grant.rules.is_none() {
        line.spans.push(Span::new("  ", Tone::Text));
        line.spans.push(Span::new("there is no such role", Tone::State(Health::Warning)));
        line.go = None;
    }
    line
}

fn object(indent: u16, kind: &str, namespace: &str, name: &str) -> Line {
    let spans =
        [Span::new(format!("{} ", shown(kind)), Tone::Label), Span::new(shown(name), Tone::Text)];
    Line::new(indent, spans).go(Go::Object {
        group: GROUP.into(),
        resource: kind.into(),
        namespace: namespace.into(),
        name: name.into(),
    })
}

/// What leads to somebody's rights.
pub(super) fn to_rights(who: &Who) -> Go {
    Go::Command(format!("access {}", quoted(&who.word())))
}

/// A word as the command line takes it: in quotes where it would be cut otherwise.
pub(super) fn quoted(word: &str) -> String {
    let plain = |c: char| !c.is_whitespace() && !matches!(c, '\'' | '"');
    if !word.is_empty() && !word.starts_with('/') && word.chars().all(plain) {
        return word.to_owned();
    }
    // A quote cannot stand between quotes of its own sort.
    let parts: Vec<String> = word.split('\'').map(|part| format!("'{part}'")).collect();
    parts.join("\"'\"")
}

/// A resource as RBAC names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Named {
    /// Its API group.
    pub group: String,
    /// Its plural.
    pub plural: String,
    /// Whether bindings in a namespace can grant it.
    pub namespaced: bool,
    /// Whether anybody knows it: the cluster, or RBAC itself.
    pub known: bool,
}

/// What only rules name: no server lists it, and no namespace has it.
const VIRTUAL: [(&str, &str); 5] = [
    ("users", ""),
    ("groups", ""),
    ("uids", "authentication.k8s.io"),
    ("userextras", "authentication.k8s.io"),
    ("signers", "certificates.k8s.io"),
];

/// A resource from any of its names. What nobody knows is taken as it stands, `plural.group`; `*` is every one of every group.
pub(super) fn resolve(name: &str, catalog: &Catalog) -> Named {
    if name == ALL {
        let [group, plural] = [ALL, ALL].map(str::to_owned);
        return Named { group, plural, namespaced: true, known: true };
    }
    if let Ok(resource) = catalog.resolve(name) {
        let (group, plural) = (resource.group.clone(), resource.plural.clone());
        return Named { group, plural, namespaced: resource.namespaced, known: true };
    }
    let (plural, group) = name.split_once('.').unwrap_or((name, ""));
    let only =
        VIRTUAL.iter().find(|(one, of)| *one == plural && (group.is_empty() || *of == group));
    let group = only.map_or(group, |(_, of)| of).to_owned();
    Named { group, plural: plural.to_owned(), namespaced: only.is_none(), known: only.is_some() }
}
