//! Keymap files.
//!
//! ```toml
//! inherits = "default"        # what this file does not bind is as there; left out, nothing is inherited
//!
//! [pages]                     # browse, map, manifest, sheet, logs, help and run, wherever the action exists
//! "ctrl-x" = "quit"
//! "g g" = "top"               # keys pressed one after the other
//! "s" = "scale suspend-work"  # several actions: the first that is for what is under the cursor
//! "q" = ""                    # bound to nothing
//!
//! [browse]                    # one layer; wins over the above
//! "enter" = "drill-down"
//! ```
//!
//! The sections are `pages`, `reading` (manifest and sheet), `typing` (picker, prompt and form), and the layers: `browse`, `map`, `manifest`,
//! `sheet`, `help`, `picker`, `prompt`, `form`, `run`, `editor`.

use std::collections::HashMap;
use std::ops::Range;

use toml::de::{DeTable, DeValue};

use crate::app::{Action, Layer};
use crate::nearest::nearest;

use super::{Key, Keymaps};

/// A keymap file as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// The keymap's name: the file's, without `.toml`.
    pub name: String,
    /// Where it is, for messages.
    pub path: String,
    /// What it says.
    pub text: String,
}

/// Why a keymap cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// There is none of this name.
    #[error("there is no keymap {name:?}{}", among(.nearest))]
    Unknown {
        /// The name.
        name: String,
        /// The names there are, nearest first.
        nearest: Vec<String>,
    },
    /// Its file is wrong.
    #[error("{path}:{line}: {message}")]
    Wrong {
        /// The file.
        path: String,
        /// The line, from 1.
        line: usize,
        /// What is wrong, with the key.
        message: String,
    },
}

fn among(names: &[String]) -> String {
    if names.is_empty() { String::new() } else { format!("; there are {}", names.join(", ")) }
}

type Bindings = HashMap<Layer, HashMap<Vec<Key>, Vec<Action>>>;

/// Reads a keymap and what it inherits.
pub(super) fn read(keymaps: &Keymaps, name: &str) -> Result<Bindings, Error> {
    let mut chain: Vec<File> = Vec::new();
    let mut parsed: Vec<Parsed> = Vec::new();
    let mut wanted = Some(name.to_owned());
    while let Some(name) = wanted.take() {
        // A file that inherits its own name means the built-in keymap that it takes the place of.
        let seen = chain.iter().any(|file| file.name == name);
        let file = if seen {
            Keymaps::built_in(&name)
        } else {
            keymaps.own(&name).or_else(|| Keymaps::built_in(&name))
        };
        let file = file.filter(|file| !chain.contains(file));
        let file = file.ok_or_else(|| missing(keymaps, &name, chain.last()))?;
        let one = Reader { file: &file }.parse()?;
        wanted.clone_from(&one.inherits);
        parsed.push(one);
        chain.push(file);
    }
    let mut bindings = Bindings::new();
    for one in parsed.into_iter().rev() {
        for (layer, keys, actions) in one.bindings {
            let layer = bindings.entry(layer).or_default();
            // A sequence cannot be typed where its start is bound, so the nearer file wins over both.
            layer.retain(|bound, _| !bound.starts_with(&keys) && !keys.starts_with(bound));
            if !actions.is_empty() {
                layer.insert(keys, actions);
            }
        }
    }
    Ok(bindings)
}

/// What is said of a keymap that is not there; `by` is the file that inherits from it.
fn missing(keymaps: &Keymaps, name: &str, by: Option<&File>) -> Error {
    if let Some(file) = by {
        let message =
            format!("inherits: there is no keymap {name:?} to inherit from, or it inherits itself");
        let at = file.text.find("inherits").unwrap_or(0);
        return Reader { file }.error(at..at, message);
    }
    let names = keymaps.names();
    let mut nearest = nearest(name, names.iter().copied());
    if nearest.is_empty() {
        nearest = names.into_iter().map(str::to_owned).collect();
    }
    Error::Unknown { name: name.to_owned(), nearest }
}

struct Parsed {
    inherits: Option<String>,
    /// What each layer binds, sections of several layers before those of one.
    bindings: Vec<Binding>,
}

/// Keys in a layer, and the actions of which they do the first that is possible; none where they are bound to nothing.
type Binding = (Layer, Vec<Key>, Vec<Action>);

/// Where a section binds: its layers, and whether an action need only exist in some of them.
fn section(name: &str) -> Option<(&'static [Layer], bool)> {
    Some(match name {
        "pages" => (
            &[
                Layer::Browse,
                Layer::Map,
                Layer::Manifest,
                Layer::Sheet,
                Layer::Logs,
                Layer::Files,
                Layer::Help,
                Layer::Run,
            ],
            true,
        ),
        "reading" => (&[Layer::Manifest, Layer::Sheet], true),
        "typing" => (&[Layer::Picker, Layer::Prompt, Layer::Form], true),
        _ => {
            let at = Layer::ALL.iter().position(|layer| layer.name() == name)?;
            (&Layer::ALL[at..=at], false)
        }
    })
}

/// What is said of a name that no action has.
fn no_action(name: &str) -> String {
    let near = nearest(name, Action::ALL.iter().map(|action| action.name()));
    let near = if near.is_empty() {
        String::new()
    } else {
        format!("; did you mean {}?", near.join(", "))
    };
    format!("there is no action {name:?}{near}")
}

struct Reader<'a> {
    file: &'a File,
}

impl Reader<'_> {
    fn error(&self, span: Range<usize>, message: String) -> Error {
        let before = &self.file.text.as_bytes()[..span.start.min(self.file.text.len())];
        let line = memchr::memchr_iter(b'\n', before).count() + 1;
        Error::Wrong { path: self.file.path.clone(), line, message }
    }

    fn parse(&self) -> Result<Parsed, Error> {
        let table = DeTable::parse(&self.file.text).map_err(|error| {
            self.error(error.span().unwrap_or_default(), error.message().to_owned())
        })?;
        let mut inherits = None;
        let mut shared = Vec::new();
        let mut own = Vec::new();
        for (name, value) in table.get_ref() {
            match (name.get_ref().as_ref(), value.get_ref()) {
                ("inherits", DeValue::String(from)) => inherits = Some(from.clone().into_owned()),
                ("inherits", _) => {
                    return Err(self
                        .error(value.span(), "inherits: must be the name of a keymap".to_owned()));
                }
                (key, DeValue::Table(entries)) if let Some((layers, some)) = section(key) => {
                    let out = if some { &mut shared } else { &mut own };
                    self.section(key, layers, entries, out)?;
                }
                (key, _) => {
                    let names = ["inherits", "pages", "reading", "typing"].into_iter();
                    let names = names.chain(Layer::ALL.map(Layer::name));
                    let message = format!(
                        "{key}: there is no such section; there are {}",
                        names.collect::<Vec<_>>().join(", ")
                    );
                    return Err(self.error(name.span(), message));
                }
            }
        }
        shared.append(&mut own);
        Ok(Parsed { inherits, bindings: shared })
    }

    fn section(
        &self,
        section: &str,
        layers: &[Layer],
        entries: &DeTable<'_>,
        out: &mut Vec<Binding>,
    ) -> Result<(), Error> {
        let mut bound: Vec<(Vec<Key>, &str)> = Vec::new();
        let mut entries: Vec<_> = entries.iter().collect();
        entries.sort_by_key(|(name, _)| name.span().start);
        for (name, value) in entries {
            let text = name.get_ref().as_ref();
            let wrong = |span, message: String| {
                Err(self.error(span, format!("[{section}] {text:?}: {message}")))
            };
            let keys = match Key::parse_sequence(text) {
                Ok(keys) => keys,
                Err(message) => return wrong(name.span(), message),
            };
            if let Some((_, other)) =
                bound.iter().find(|(k, _)| k.starts_with(&keys) || keys.starts_with(k))
            {
                return wrong(
                    name.span(),
                    format!(
                        "is bound twice: {other:?} is the same key, or the start of the same sequence"
                    ),
                );
            }
            let DeValue::String(names) = value.get_ref() else {
                return wrong(
                    value.span(),
                    "must be the name of an action, or \"\" for none".to_owned(),
                );
            };
            bound.push((keys.clone(), text));
            let mut actions = Vec::new();
            for name in names.split_whitespace() {
                match Action::parse(name) {
                    Some(action) => actions.push(action),
                    None => return wrong(value.span(), no_action(name)),
                }
                let known = layers.iter().any(|layer| actions.iter().all(|a| a.is_in(*layer)));
                if !known {
                    let there = actions.iter().map(|action| {
                        let layers = action.info().layers.iter().map(|l| l.name());
                        format!("{action} only in {}", layers.collect::<Vec<_>>().join(", "))
                    });
                    let there = there.collect::<Vec<_>>().join("; ");
                    return wrong(value.span(), format!("does not exist here: {there}"));
                }
            }
            let known = layers.iter().filter(|layer| actions.iter().all(|a| a.is_in(**layer)));
            out.extend(known.map(|layer| (*layer, keys.clone(), actions.clone())));
        }
        Ok(())
    }
}
