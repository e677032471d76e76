//! Keys are data: layer and keys become an action.
//!
//! A keymap is a TOML file, built in (`keymaps/`) or in the person's configuration folder. See [`file`] for its shape.

mod file;
mod key;

use std::collections::HashMap;
use std::sync::Arc;

pub use file::{Error, File};
pub use key::{Held, Key};

use crate::app::{Action, Layer};

/// The keymaps that come with kx, as (name, text).
const BUILT_IN: [(&str, &str); 3] = [
    ("default", include_str!("../../keymaps/default.toml")),
    ("vim", include_str!("../../keymaps/vim.toml")),
    ("k9s", include_str!("../../keymaps/k9s.toml")),
];

/// Which keys do what.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keymap {
    name: String,
    bindings: HashMap<Layer, HashMap<Vec<Key>, Vec<Action>>>,
}

/// What some keys mean in a layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lookup<'a> {
    /// The first of these actions that is for what is under the cursor.
    Actions(&'a [Action]),
    /// The start of one or more longer sequences.
    Pending,
    /// Nothing.
    Nothing,
}

impl Keymap {
    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What these keys, pressed one after the other, mean in a layer.
    pub fn lookup(&self, layer: Layer, keys: &[Key]) -> Lookup<'_> {
        let Some(bindings) = self.bindings.get(&layer) else { return Lookup::Nothing };
        if let Some(actions) = bindings.get(keys) {
            return Lookup::Actions(actions);
        }
        // Only sequences can be pending, and they are few.
        if bindings.keys().any(|bound| bound.len() > keys.len() && bound.starts_with(keys)) {
            return Lookup::Pending;
        }
        Lookup::Nothing
    }

    /// The keys of an action in a layer, the shortest first.
    pub fn keys(&self, layer: Layer, action: Action) -> Vec<String> {
        let Some(bindings) = self.bindings.get(&layer) else { return Vec::new() };
        let mut keys: Vec<_> =
            bindings.iter().filter(|(_, a)| a.contains(&action)).map(|(keys, _)| keys).collect();
        keys.sort_by_cached_key(|keys| Key::weight(keys));
        keys.into_iter().map(|keys| Key::show(keys)).collect()
    }

    /// What can follow after these keys, as (keys, action), for showing while they are pending.
    pub fn continuations(&self, layer: Layer, keys: &[Key]) -> Vec<(String, Action)> {
        let Some(bindings) = self.bindings.get(&layer) else { return Vec::new() };
        let mut found: Vec<_> = (bindings.iter())
            .filter_map(|(bound, actions)| Some((bound.strip_prefix(keys)?, *actions.first()?)))
            .map(|(rest, action)| (Key::show(rest), action))
            .collect();
        found.sort_by(|a, b| (a.0.len(), &a.0).cmp(&(b.0.len(), &b.0)));
        found
    }

    /// Every binding of a layer, in no order.
    pub fn bindings(&self, layer: Layer) -> impl Iterator<Item = (&[Key], &[Action])> {
        let bindings = self.bindings.get(&layer).into_iter().flatten();
        bindings.map(|(keys, actions)| (keys.as_slice(), actions.as_slice()))
    }
}

/// All keymaps: the built-in ones and the person's own.
#[derive(Clone, Debug, Default)]
pub struct Keymaps {
    files: Vec<File>,
}

impl Keymaps {
    /// The built-in keymaps, and those of these files; a file with the name of a built-in one takes its place.
    pub fn new(files: Vec<File>) -> Self {
        Self { files }
    }

    /// The names of all keymaps.
    pub fn names(&self) -> Vec<&str> {
        let own = self.files.iter().map(|file| file.name.as_str());
        let mut names: Vec<_> = BUILT_IN.iter().map(|(name, _)| *name).chain(own).collect();
        let mut seen = std::collections::HashSet::new();
        names.retain(|name| seen.insert(*name));
        names
    }

    /// The keymap of this name.
    ///
    /// # Errors
    /// Where there is none, or its file is wrong: naming file, line and key.
    pub fn get(&self, name: &str) -> Result<Arc<Keymap>, Error> {
        let bindings = file::read(self, name)?;
        Ok(Arc::new(Keymap { name: name.to_owned(), bindings }))
    }

    fn own(&self, name: &str) -> Option<File> {
        self.files.iter().find(|file| file.name == name).cloned()
    }

    fn built_in(name: &str) -> Option<File> {
        let (_, text) = BUILT_IN.iter().find(|(built_in, _)| *built_in == name)?;
        Some(File {
            name: name.to_owned(),
            path: format!("keymaps/{name}.toml"),
            text: (*text).to_owned(),
        })
    }
}
