//! What could be meant by a command line that is being typed.

use std::collections::HashSet;
use std::sync::Arc;

use crate::kinds::Resource;
use crate::kinds::catalog::Catalog;

use super::super::action::Action;
use super::super::layer::Layer;
use super::super::line::Line;
use super::super::picker::hits;
use super::table::COMMANDS;

/// The most suggestions that are offered.
const MOST: usize = 50;

/// Something that could be meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// What would stand in the line.
    pub text: String,
    /// What it is.
    pub what: What,
    /// What is said beside it: short names, a command's doc.
    pub note: String,
    /// The bytes of `text` that match what is typed, in order.
    pub matched: Vec<u32>,
    /// Whether something may follow it.
    pub more: bool,
    /// Why it is not possible here and now; then it is greyed.
    pub refused: Option<String>,
}

/// What a suggestion is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum What {
    /// A line typed before.
    History,
    /// A resource.
    Resource,
    /// A command.
    Command,
    /// A namespace.
    Namespace,
    /// A context.
    Context,
    /// A theme.
    Theme,
    /// A keymap.
    Keymap,
    /// An action.
    Action,
}

/// Everything that names can be completed from.
pub struct World<'a> {
    /// What the cluster serves.
    pub catalog: &'a Catalog,
    /// Its namespaces, those used most first.
    pub namespaces: Vec<&'a str>,
    /// The contexts.
    pub contexts: Vec<&'a str>,
    /// The themes.
    pub themes: Vec<&'a str>,
    /// The keymaps.
    pub keymaps: Vec<&'a str>,
    /// Lines typed before, oldest first.
    pub history: &'a [String],
}

/// The suggestions for a line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Completion {
    /// Where in the line they would go: from here to the cursor.
    pub from: usize,
    /// Best first.
    pub suggestions: Vec<Suggestion>,
}

struct Candidate {
    text: String,
    /// What is matched against: the text, or another name of the same.
    name: String,
    what: What,
    note: String,
    more: bool,
}

/// What could be meant by the line up to its cursor.
pub fn complete(line: &Line, world: &World<'_>) -> Completion {
    let before = line.before();
    if before.trim().is_empty() {
        let history = world.history.iter().rev().take(MOST);
        let suggestions = history.map(|line| plain(What::History, line, false)).collect();
        return Completion { from: 0, suggestions };
    }
    let start = before
        .rfind(char::is_whitespace)
        .map_or(0, |at| at + before[at..].chars().next().map_or(0, char::len_utf8));
    let earlier: Vec<&str> = before[..start].split_whitespace().collect();
    let typing = &before[start..];
    let (offset, found) = candidates(&earlier, typing, world);
    Completion { from: start + offset, suggestions: rank(&typing[offset..], &found) }
}

/// What can stand at this place, and how much of the word belongs to something else (`@`, `a,`).
fn candidates(earlier: &[&str], typing: &str, world: &World<'_>) -> (usize, Vec<Candidate>) {
    let named = |what, all: &[&str], more| -> Vec<Candidate> {
        all.iter().map(|name| candidate(what, name, more)).collect()
    };
    let after_comma = typing.rfind(',').map_or(0, |at| at + 1);
    let namespaces = || {
        let mut all = named(What::Namespace, &world.namespaces, true);
        if after_comma == 0 {
            let note = "every namespace".to_owned();
            all.push(Candidate { note, ..candidate(What::Namespace, "all", true) });
        }
        all
    };
    let Some(first) = earlier.first() else { return (0, heads(world)) };
    if earlier.iter().skip(1).any(|w| w.starts_with('/')) || typing.starts_with('/') {
        return (0, Vec::new());
    }
    let command = COMMANDS.iter().find(|c| c.names.contains(first)).map(|c| c.names[0]);
    match command {
        Some("ctx") => return (0, named(What::Context, &world.contexts, false)),
        Some("ns" | "can-i" | "events-grouped") => return (after_comma, namespaces()),
        Some("access" | "who-can") if matches!(earlier.last(), Some(&("-n" | "--namespace"))) => {
            return (after_comma, namespaces());
        }
        Some("who-can") if earlier.len() == 2 => return (0, resources(world)),
        Some("describe" | "yaml") if earlier.len() == 1 => return (0, resources(world)),
        Some("theme") => return (0, named(What::Theme, &world.themes, false)),
        Some("keymap") => return (0, named(What::Keymap, &world.keymaps, false)),
        Some(_) if matches!(earlier.last(), Some(&("-n" | "--namespace"))) => {
            return (after_comma, namespaces());
        }
        Some(_) => return (0, Vec::new()),
        None => {}
    }
    if typing.starts_with('@') {
        return (1, named(What::Context, &world.contexts, true));
    }
    match earlier.last() {
        Some(&"--context") => (0, named(What::Context, &world.contexts, true)),
        Some(&("-l" | "--selector" | "--field-selector")) => (0, Vec::new()),
        _ if typing.starts_with('-') => (0, Vec::new()),
        _ => (after_comma, namespaces()),
    }
}

/// What a line can begin with: resources by all their names, commands, actions.
fn heads(world: &World<'_>) -> Vec<Candidate> {
    let mut heads = resources(world);
    for command in COMMANDS {
        for name in command.names {
            heads.push(Candidate {
                text: command.names[0].to_owned(),
                name: (*name).to_owned(),
                what: What::Command,
                note: command.doc.to_owned(),
                more: !command.args.is_empty(),
            });
        }
    }
    for action in Action::ALL.iter().filter(|a| a.namespace_slot().is_none()) {
        let is_command = COMMANDS.iter().any(|command| command.names.contains(&action.name()));
        if !is_command && Layer::PAGES.iter().any(|layer| action.is_in(*layer)) {
            let note = action.info().doc.to_owned();
            heads.push(Candidate { note, ..candidate(What::Action, action.name(), false) });
        }
    }
    heads
}

/// The resources that can be listed, by all their names.
fn resources(world: &World<'_>) -> Vec<Candidate> {
    let listed = world.catalog.iter().filter(|r| r.can("list") || r.verbs.is_empty());
    listed.flat_map(|r| resource_heads(r, &world.catalog.name_of(r))).collect()
}

fn resource_heads<'a>(
    resource: &'a Arc<Resource>,
    text: &str,
) -> impl Iterator<Item = Candidate> + use<'a> {
    let mut note = resource.short_names.join(" ");
    if !resource.group.is_empty() {
        note = if note.is_empty() {
            resource.group.clone()
        } else {
            format!("{note} · {}", resource.group)
        };
    }
    let shorts = resource.short_names.iter().map(String::as_str);
    let names =
        [text.to_owned(), resource.singular.clone()].into_iter().chain(shorts.map(str::to_owned));
    let text = text.to_owned();
    names.filter(|name| !name.is_empty()).map(move |name| Candidate {
        text: text.clone(),
        name,
        what: What::Resource,
        note: note.clone(),
        more: true,
    })
}

fn candidate(what: What, text: &str, more: bool) -> Candidate {
    Candidate { text: text.to_owned(), name: text.to_owned(), what, note: String::new(), more }
}

fn plain(what: What, text: &str, more: bool) -> Suggestion {
    let text = text.to_owned();
    Suggestion { text, what, note: String::new(), matched: Vec::new(), more, refused: None }
}

/// The candidates that the typed word matches, best first, each once.
fn rank(typed: &str, candidates: &[Candidate]) -> Vec<Suggestion> {
    let mut seen = HashSet::new();
    let names: Vec<&str> = candidates.iter().map(|c| c.name.as_str()).collect();
    let order: Vec<(usize, Vec<u32>)> = if typed.is_empty() {
        (0..candidates.len()).map(|i| (i, Vec::new())).collect()
    } else {
        hits(typed, &names).into_iter().map(|hit| (hit.item, hit.matched)).collect()
    };
    order
        .into_iter()
        .filter(|(i, _)| seen.insert((candidates[*i].what, candidates[*i].text.as_str())))
        .take(MOST)
        .map(|(i, matched)| {
            let c = &candidates[i];
            // Where another name matched, its places mean nothing in the text.
            let matched = if c.text == c.name { matched } else { Vec::new() };
            Suggestion {
                text: c.text.clone(),
                what: c.what,
                note: c.note.clone(),
                matched,
                more: c.more,
                refused: None,
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(line: &str) -> Vec<String> {
        let catalog = Catalog::default();
        let history = ["po -A".to_owned(), "deploy shop".to_owned()];
        let world = World {
            catalog: &catalog,
            namespaces: vec!["default", "kube-system", "shop"],
            contexts: vec!["lab", "prod-eu"],
            themes: vec!["dark"],
            keymaps: vec!["default", "vim"],
            history: &history,
        };
        complete(&Line::new(line), &world).suggestions.into_iter().map(|s| s.text).collect()
    }

    #[test]
    fn the_first_word_is_a_resource_a_command_or_an_action() {
        assert_eq!(texts("po")[0], "pods");
        assert_eq!(texts("deploy")[0], "deployments");
        assert_eq!(texts("dpl")[0], "deployments");
        assert_eq!(texts("ctx")[0], "ctx");
        assert_eq!(texts("exi")[0], "q");
        assert_eq!(texts("toggle-w")[0], "toggle-wide");
        assert_eq!(texts(""), ["deploy shop", "po -A"]);
    }

    #[test]
    fn later_words_are_what_can_stand_there() {
        assert_eq!(texts("po ks"), ["kube-system"]);
        assert_eq!(texts("po -n sh"), ["shop"]);
        assert_eq!(texts("po -n shop,kube"), ["kube-system"]);
        assert_eq!(texts("po @pr"), ["prod-eu"]);
        assert_eq!(texts("ctx "), ["lab", "prod-eu"]);
        assert_eq!(texts("keymap v"), ["vim"]);
        assert_eq!(texts("who-can get sec")[0], "secrets");
        assert_eq!(texts("who-can get secrets -n sh"), ["shop"]);
        assert_eq!(texts("can-i sh"), ["shop"]);
        assert!(texts("po -l app").is_empty());
        assert!(texts("po /ks").is_empty());
        assert!(texts("ns a").contains(&"all".to_owned()));
    }
}
