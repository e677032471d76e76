//! What kx remembers between runs: command history, favourite and recent namespaces.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::paths::write_atomically;

/// What kx remembers between runs. Losing it costs comfort, never data.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct State {
    /// Lines of the command line, oldest first.
    pub commands: Vec<String>,
    /// Lines of the filter, oldest first.
    pub filters: Vec<String>,
    /// By context.
    pub contexts: BTreeMap<String, ContextState>,
}

/// What kx remembers of one context.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ContextState {
    /// Favourite namespaces, in the order in which they were chosen.
    pub favourites: Vec<String>,
    /// Namespaces last used, newest first.
    pub recents: Vec<String>,
}

impl State {
    /// Reads the state. A file that cannot be read is no reason not to start: it gives an empty state, and a broken one is
    /// put aside as `state.toml.broken`, so that nothing in it is lost.
    pub fn load(path: &Path) -> Self {
        let Ok(text) = std::fs::read_to_string(path) else { return Self::default() };
        toml::from_str(&text).unwrap_or_else(|error| {
            tracing::warn!(path = %path.display(), %error, "the state cannot be read and is put aside");
            let _ = std::fs::rename(path, path.with_extension("toml.broken"));
            Self::default()
        })
    }

    /// Writes the state, whole or not at all.
    ///
    /// # Errors
    /// Those of the file system; the sentence for people is the caller's.
    pub fn save(&self, path: &Path) -> std::io::Result<()> {
        let text = toml::to_string(self).map_err(std::io::Error::other)?;
        write_atomically(path, &text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_comes_back_as_it_was_and_a_broken_one_is_put_aside() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("deep").join("state.toml");
        let mut state = State { commands: vec!["po -A \"x\"\n".into()], ..State::default() };
        state.contexts.entry("a.b/c".into()).or_default().favourites.push("shop".into());
        state.save(&path).unwrap();
        assert_eq!(State::load(&path), state);

        std::fs::write(&path, "commands = 7").unwrap();
        assert_eq!(State::load(&path), State::default());
        assert_eq!(
            std::fs::read_to_string(path.with_extension("toml.broken")).unwrap(),
            "commands = 7"
        );
        assert_eq!(State::load(dir.path()), State::default(), "a folder is no state");
    }
}
