//! What kx remembers between runs: histories, favourites and recents.

use crate::config::{ContextState, State};

/// How many lines of a history are kept.
const KEEP: usize = 200;
/// How many recent namespaces are kept for each context.
const RECENTS: usize = 20;

impl State {
    /// Adds a line to a history: the newest last, each line once.
    pub(super) fn remember(history: &mut Vec<String>, line: &str) {
        let line = line.trim();
        if line.is_empty() {
            return;
        }
        history.retain(|old| old != line);
        history.push(line.to_owned());
        let excess = history.len().saturating_sub(KEEP);
        history.drain(..excess);
    }
}

impl ContextState {
    /// Notes that a namespace was chosen.
    pub(super) fn visit(&mut self, namespace: &str) {
        self.recents.retain(|old| old != namespace);
        self.recents.insert(0, namespace.to_owned());
        self.recents.truncate(RECENTS);
    }

    /// Makes a namespace a favourite, or not any more; whether it is one now.
    pub(super) fn toggle(&mut self, namespace: &str) -> bool {
        let before = self.favourites.len();
        self.favourites.retain(|old| old != namespace);
        if self.favourites.len() < before {
            return false;
        }
        self.favourites.push(namespace.to_owned());
        true
    }

    /// The favourites, then the recents that are none: what the keys 1 to 9 choose from.
    pub fn slots(&self) -> impl Iterator<Item = &str> {
        let recents = self.recents.iter().filter(|r| !self.favourites.contains(r));
        self.favourites.iter().chain(recents).map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_remembered_once_and_newest_last() {
        let mut history = Vec::new();
        for line in ["po", "deploy", " po ", ""] {
            State::remember(&mut history, line);
        }
        assert_eq!(history, ["deploy", "po"]);
        for i in 0..2 * KEEP {
            State::remember(&mut history, &i.to_string());
        }
        assert_eq!(history.len(), KEEP);
    }

    #[test]
    fn favourites_come_before_recents() {
        let mut context = ContextState::default();
        for namespace in ["a", "b", "c", "a"] {
            context.visit(namespace);
        }
        assert!(context.toggle("b"));
        assert_eq!(context.slots().collect::<Vec<_>>(), ["b", "a", "c"]);
        assert!(!context.toggle("b"));
        assert_eq!(context.slots().collect::<Vec<_>>(), ["a", "c", "b"]);
    }
}
