//! The tables `[[guardrail]]` of a configuration file.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::change::OFFERS;
use crate::nearest::nearest;
use crate::theme::Tint;

use super::{Actions, Guardrail, Guardrails, Pattern};

/// The keys of a guardrail, each with an example as TOML and what it does.
pub const GUARDRAIL_KEYS: [(&str, &str, &str); 7] = [
    (
        "context",
        "\"prod-*\"",
        "The contexts that it is about, by their names in the kubeconfig: `*` stands for any text, `?` for one character. Left out, all.",
    ),
    (
        "namespace",
        "\"shop-*\"",
        "The namespaces that it is about. Left out, or `\"*\"`: all, and what is in no namespace (nodes, roles of the cluster) too. With any \
         other pattern it is about what is in those namespaces and about the Namespace objects themselves, and about nothing else.",
    ),
    (
        "read_only",
        "true",
        "Refuse every request there that is not a read, as `--read-only` does: at the one gate that all requests pass. `--write` does not lift \
         it: only this file does. Where only some namespaces are read-only, a request is told by its path; one whose path does not say plainly \
         where it leads is refused. What the cluster does of its own accord (what a deleted node, definition or owner takes with it) is no request.",
    ),
    (
        "forbid",
        "[\"delete\", \"drain\"]",
        "Actions that are not done there, or `\"*\"` for all that change something. A name stands for those that go on after a dash too \
         (`scale` for `scale-up`). It counts what is done, not how it was come by: undoing, trying again, and an edit that deletes and makes anew \
         are looked at likewise. What kx makes itself for a debug session and takes away afterwards is no `delete`; making it is `debug`, there and where its pod is. `apply` and `create` are the commands of these names; `shell` (and with it `:exec`), `attach`, `files`, `download`, \
         `upload` and `port-forward` what leads into containers. A port forward that is kept does not start by itself where it is named here or below.",
    ),
    (
        "confirm",
        "\"*\"",
        "Actions that are done there only after the object's name was typed, of several their number; those that are otherwise done at once too, and \
         what leads into containers.",
    ),
    (
        "color",
        "\"red\"",
        "The colour of the context's name and of the rules above and below the page: one of the sixteen (`red`, `bright-blue`, …), `#rrggbb`, a \
         number of the xterm palette, or the name of a theme's role.",
    ),
    (
        "name",
        "\"production\"",
        "What it is called in messages and in the header. Left out, messages name its line, and the header says `guarded`.",
    ),
];

/// A mistake in a guardrail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// Where, in bytes.
    pub at: usize,
    /// What is wrong, with the key.
    pub message: String,
}

type Value<'a> = Spanned<DeValue<'a>>;

/// Reads the guardrails of a whole configuration file, which `file` is the name of; other keys are not looked at.
///
/// # Errors
/// The first [`Mistake`].
pub fn read(text: &str, file: &str) -> Result<Guardrails, Mistake> {
    let table = DeTable::parse(text).map_err(|error| {
        mistake(error.span().unwrap_or_default(), "", &error.message().replace('\n', ", "))
    })?;
    let Some(value) = table.get_ref().get("guardrail") else { return Ok(Guardrails::default()) };
    let DeValue::Array(all) = value.get_ref() else {
        return Err(mistake(
            value.span(),
            "guardrail",
            "is no list of tables; write [[guardrail]]",
        ));
    };
    all.iter().map(|value| one(value, text, file)).collect::<Result<_, _>>().map(Guardrails::new)
}

fn mistake(span: Range<usize>, key: &str, message: &str) -> Mistake {
    let key = match key {
        "" | "guardrail" => key.to_owned(),
        key => format!("guardrail.{key}"),
    };
    let between = if key.is_empty() { "" } else { ": " };
    Mistake { at: span.start, message: format!("{key}{between}{message}") }
}

fn one(value: &Value<'_>, text: &str, file: &str) -> Result<Guardrail, Mistake> {
    let DeValue::Table(table) = value.get_ref() else {
        return Err(mistake(value.span(), "guardrail", "is no table; write [[guardrail]]"));
    };
    let mut rail = Guardrail {
        at: format!("{file}:{}", line(text, value.span().start)),
        ..Guardrail::default()
    };
    let mut does = false;
    for (key, value) in table {
        let name = key.get_ref().as_ref();
        match name {
            "name" => string(value, name)?.trim().clone_into(&mut rail.name),
            "context" => rail.context = pattern(value, name)?,
            "namespace" => rail.namespace = pattern(value, name)?,
            "read_only" => match value.get_ref() {
                DeValue::Boolean(on) => {
                    rail.read_only = *on;
                    does = true;
                }
                _ => return Err(mistake(value.span(), name, "must be true or false")),
            },
            "forbid" => {
                rail.forbid = actions(value, name)?;
                does = true;
            }
            "confirm" => {
                rail.confirm = actions(value, name)?;
                does = true;
            }
            "color" | "colour" => {
                let tint = Tint::parse(string(value, name)?);
                rail.tint = Some(tint.map_err(|why| mistake(value.span(), name, &why))?);
                does = true;
            }
            other => {
                let keys = GUARDRAIL_KEYS.iter().map(|(key, ..)| *key);
                let message = format!("there is no such key{}", hint(other, keys));
                return Err(mistake(key.span(), other, &message));
            }
        }
    }
    if !does {
        let why = "does nothing: set read_only, forbid, confirm or color";
        return Err(mistake(value.span(), "guardrail", why));
    }
    Ok(rail)
}

/// The line of a byte, from 1.
fn line(text: &str, at: usize) -> usize {
    let before = text.as_bytes().get(..at).unwrap_or(text.as_bytes());
    before.iter().filter(|byte| **byte == b'\n').count() + 1
}

fn string<'v>(value: &'v Value<'_>, key: &str) -> Result<&'v str, Mistake> {
    value.get_ref().as_str().ok_or_else(|| mistake(value.span(), key, "must be a text in quotes"))
}

fn pattern(value: &Value<'_>, key: &str) -> Result<Pattern, Mistake> {
    match string(value, key)? {
        "" => Err(mistake(value.span(), key, "matches no name; leave it out for all")),
        text => Ok(Pattern::new(text)),
    }
}

/// The actions that lead into containers and are no offer: a test holds them against the table of actions. `shell` is for `:exec` too.
pub const SESSIONS: [&str; 6] = ["shell", "attach", "files", "download", "upload", "port-forward"];

/// The names that can stand in a list of actions.
fn names() -> impl Iterator<Item = &'static str> {
    let own = ["apply", "create"].into_iter().chain(SESSIONS);
    OFFERS.iter().map(|offer| offer.action).chain(own)
}

fn actions(value: &Value<'_>, key: &str) -> Result<Actions, Mistake> {
    let known = |value: &Value<'_>| {
        let name = string(value, key)?;
        if names().any(|action| action == name) {
            return Ok(name.to_owned());
        }
        let message =
            format!("no action that changes anything is called {name:?}{}", hint(name, names()));
        Err(mistake(value.span(), key, &message))
    };
    match value.get_ref() {
        DeValue::String(text) if text.as_ref() == "*" => Ok(Actions::All),
        DeValue::String(_) => Ok(Actions::Named(vec![known(value)?])),
        DeValue::Array(list) if list.iter().any(|value| value.get_ref().as_str() == Some("*")) => {
            Ok(Actions::All)
        }
        DeValue::Array(list) => {
            Ok(Actions::Named(list.iter().map(known).collect::<Result<_, _>>()?))
        }
        _ => Err(mistake(value.span(), key, "must be a list of actions, or \"*\"")),
    }
}

fn hint<'a>(wrong: &str, names: impl Iterator<Item = &'a str>) -> String {
    match nearest(wrong, names).first() {
        Some(near) => format!("; did you mean {near:?}?"),
        None => String::new(),
    }
}
