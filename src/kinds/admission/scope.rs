//! Which requests a webhook or a policy is about, in words.

use std::collections::BTreeSet;

use crate::describe::meta::selector;
use crate::describe::{About, Field, Piece, Writer, muted, toned};
use crate::kinds::rbac;
use crate::sheet::{Go, Want};
use crate::store::{Health, Selector};

/// How many namespaces are named.
const NAMED: usize = 3;

/// What tells which requests are meant: a webhook, or the `MatchResources` of a policy or of a binding.
#[derive(Clone, Copy)]
pub(super) struct Scope<'a> {
    /// The rules, of which one must match; a binding that has none narrows nothing.
    pub rules: Field<'a>,
    /// Rules of which none may match.
    pub except: Field<'a>,
    /// `namespaceSelector`.
    pub namespaces: Field<'a>,
    /// `objectSelector`.
    pub objects: Field<'a>,
    /// `matchPolicy`.
    pub policy: &'a str,
}

impl<'a> Scope<'a> {
    /// That of a webhook.
    pub fn of_webhook(webhook: Field<'a>) -> Self {
        Self { rules: webhook.key("rules"), except: Field::default(), ..Self::of_parts(webhook) }
    }

    /// That of a policy or a binding, from its `MatchResources`.
    pub fn of_resources(matches: Field<'a>) -> Self {
        Self {
            rules: matches.key("resourceRules"),
            except: matches.key("excludeResourceRules"),
            ..Self::of_parts(matches)
        }
    }

    fn of_parts(from: Field<'a>) -> Self {
        Self {
            rules: Field::default(),
            except: Field::default(),
            namespaces: from.key("namespaceSelector"),
            objects: from.key("objectSelector"),
            policy: from.key("matchPolicy").str_or("Equivalent"),
        }
    }

    /// What must be known to name the namespaces.
    pub fn wants(&self) -> Option<Want> {
        self.narrows().then(namespaces)
    }

    /// Whether the namespace selector asks for anything.
    fn narrows(&self) -> bool {
        selector(self.namespaces).is_none_or(|text| !text.is_empty())
    }

    /// Writes the rules and selectors, each on its line; `none` is said where there are no rules.
    pub fn write(&self, about: &About<'_>, indent: u16, none: Piece, w: &mut Writer) {
        if self.rules.has_any() {
            w.values(indent, "Asked About", self.rules.list().map(rule));
            w.more(muted(match self.policy {
                "Exact" => "in just these API versions, not in others that say the same",
                _ => "and about the same objects where another API version is asked for",
            }));
        } else {
            w.field(indent, "Asked About", none);
        }
        if self.except.has_any() {
            w.values(indent, "But Not About", self.except.list().map(rule));
        }
        let (text, go) = self.namespaces(about);
        w.field(indent, "Namespaces", text).go(go);
        let objects = match selector(self.objects).as_deref() {
            Some("") => Piece::from("all"),
            // Of an update the API server looks at both (`matchpredicates`, object matcher).
            Some(text) => Piece::from(text).and(muted(" (the object as it was or as it would be)")),
            None => invalid(),
        };
        w.field(indent, "Objects", objects);
    }

    fn namespaces(&self, about: &About<'_>) -> (Piece, Option<Go>) {
        let text = match selector(self.namespaces) {
            Some(text) if text.is_empty() => return ("all".into(), None),
            Some(text) => text,
            None => return (invalid(), None),
        };
        let mut piece = Piece::from(text.as_str());
        if let Ok(selector) = Selector::parse(&text) {
            piece = piece.and(match about.rows(&namespaces()) {
                Ok(rows) => {
                    let chosen = rows.into_iter().filter(|row| selector.matches(&row.labels));
                    let mut names: Vec<&str> = chosen.map(|row| &*row.name).collect();
                    names.sort_unstable();
                    counted(&names)
                }
                Err(instead) => muted(" ").and(instead),
            });
        }
        if self.rules.list().any(|rule| rule.key("scope").str() != "Namespaced") {
            piece = piece.and(muted(", and what has no namespace"));
        }
        let go = Go::Command(format!("namespaces -l '{}'", text.replace('\'', "")));
        (piece, Some(go))
    }
}

fn namespaces() -> Want {
    Want::Rows {
        group: String::new(),
        resource: "namespaces".to_owned(),
        namespace: String::new(),
        labels: String::new(),
        fields: String::new(),
    }
}

/// ` (2 now: shop, web)`.
fn counted(names: &[&str]) -> Piece {
    let first = names.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
    match names.len() {
        0 => toned(" (none now)", Health::Warning),
        n if n > NAMED => muted(format!(" ({n} now: {first} and {} more)", n - NAMED)),
        n => muted(format!(" ({n} now: {first})")),
    }
}

fn invalid() -> Piece {
    toned("an invalid selector", Health::Warning)
}

/// `CREATE, UPDATE of pods, deployments.apps, named a, b (v1), in namespaces only`.
fn rule(rule: Field<'_>) -> Piece {
    let operations = rule.key("operations").strs();
    let operations = match operations.as_slice() {
        [] | ["*"] => "everything done to".to_owned(),
        some => format!("{} of", some.join(", ")),
    };
    let groups = rule.key("apiGroups").strs();
    let mut resources = BTreeSet::new();
    for resource in rule.key("resources").strs() {
        resources.extend(groups.iter().map(|group| named(resource, group)));
    }
    let resources = resources.into_iter().collect::<Vec<_>>().join(", ");
    let mut piece = Piece::from(format!("{operations} {resources}"));
    let names = rule.key("resourceNames").strs();
    if !names.is_empty() {
        piece = piece.and(format!(", named {}", names.join(", ")));
    }
    let versions = rule.key("apiVersions").strs();
    if !versions.contains(&"*") && !versions.is_empty() {
        piece = piece.and(muted(format!(" ({})", versions.join(", "))));
    }
    match rule.key("scope").str() {
        "Namespaced" => piece.and(muted(", in namespaces only")),
        "Cluster" => piece.and(muted(", only what has no namespace")),
        _ => piece,
    }
}

/// A resource in a group: `pods`, `deployments.apps`, `every resource in apps`.
fn named(resource: &str, group: &str) -> String {
    let every = match resource {
        "*/*" => "all resources and subresources",
        "*" => "all resources",
        _ => return rbac::within(resource, group),
    };
    match group {
        "*" => every.to_owned(),
        "" => format!("{every} of the core group"),
        group => format!("{every} of {group}"),
    }
}

/// The `matchConditions`: all must be true.
pub(super) fn conditions(indent: u16, conditions: Field<'_>, w: &mut Writer) {
    let each = conditions.list().map(|condition| {
        let name = muted(format!("{}: ", condition.key("name").text()));
        name.and(condition.key("expression").text().trim())
    });
    match conditions.list().len() {
        0 => w.field(indent, "Conditions", "none"),
        1 => w.field(indent, "Conditions", "only where this is true"),
        _ => w.field(indent, "Conditions", "only where all of these are true"),
    };
    for line in each {
        w.more(line);
    }
}
