//! Help: every action, its keys, and why it may not be possible now.

use super::App;
use super::action::{Action, Family};
use super::layer::Layer;

/// The open help.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Help {
    /// The layer that it was asked for in; its keys stand first.
    pub of: Layer,
    /// The first line shown.
    pub first: usize,
    /// What is searched for: only the entries that contain it are shown.
    pub query: String,
}

/// A family of actions in help.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// Its heading.
    pub title: &'static str,
    /// Its actions.
    pub entries: Vec<Entry>,
}

/// An action in help.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The action.
    pub action: Action,
    /// Its keys in the layer, the shortest first; empty where only the command line reaches it.
    pub keys: Vec<String>,
    /// What it does.
    pub doc: &'static str,
    /// Why it is not possible here and now; then it is greyed.
    pub refused: Option<String>,
}

impl App {
    /// What help shows of a layer: every action that it knows, by family.
    pub fn help_sections(&self, layer: Layer, query: &str) -> Vec<Section> {
        let query = query.trim().to_lowercase();
        let mut sections: Vec<(Family, Section)> = Vec::new();
        for &action in Action::ALL.iter().filter(|action| action.is_in(layer)) {
            let info = action.info();
            let keys = self.keymap().keys(layer, action);
            let found = query.is_empty()
                || info.doc.to_lowercase().contains(&query)
                || info.name.contains(&query)
                || keys.iter().any(|key| key.to_lowercase() == query);
            // Nine lines that say the same of nine keys are noise.
            if !found || action.namespace_slot().is_some_and(|slot| slot > 0) {
                continue;
            }
            let entry = Entry { action, keys, doc: info.doc, refused: self.refusal(action) };
            let same = sections.iter_mut().find(|(family, _)| *family == info.family);
            if let Some((_, section)) = same {
                section.entries.push(entry);
            } else {
                let section = Section { title: info.family.title(), entries: vec![entry] };
                sections.push((info.family, section));
            }
        }
        sections.into_iter().map(|(_, section)| section).collect()
    }
}
