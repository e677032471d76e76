//! Layers: who owns the keyboard.

use std::fmt;

/// Who owns the keyboard; keymaps bind keys to actions in a layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Layer {
    /// A table of rows.
    Browse,
    /// The YAML of an object.
    Manifest,
    /// The Map.
    Map,
    /// A written page: a describe.
    Sheet,
    /// Logs.
    Logs,
    /// A session in the pane.
    Session,
    /// A folder in a container.
    Files,
    /// The list of keys and actions.
    Help,
    /// A list to choose from: namespaces, contexts.
    Picker,
    /// What an action asks before it changes anything.
    Form,
    /// The list of changes under way.
    Run,
    /// The built-in editor.
    Editor,
    /// The line in which a command, a filter or a search is typed.
    Prompt,
}

impl Layer {
    /// Every layer, in the order in which help shows them.
    pub const ALL: [Self; 13] = [
        Self::Browse,
        Self::Map,
        Self::Manifest,
        Self::Sheet,
        Self::Logs,
        Self::Session,
        Self::Files,
        Self::Help,
        Self::Picker,
        Self::Prompt,
        Self::Form,
        Self::Run,
        Self::Editor,
    ];

    /// Those of pages, in which actions can be performed by their names.
    pub const PAGES: [Self; 6] =
        [Self::Browse, Self::Map, Self::Manifest, Self::Sheet, Self::Logs, Self::Files];

    /// The layer's name in keymap files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Browse => "browse",
            Self::Manifest => "manifest",
            Self::Map => "map",
            Self::Sheet => "sheet",
            Self::Logs => "logs",
            Self::Session => "session",
            Self::Files => "files",
            Self::Help => "help",
            Self::Picker => "picker",
            Self::Prompt => "prompt",
            Self::Form => "form",
            Self::Run => "run",
            Self::Editor => "editor",
        }
    }

    /// The layer of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|layer| layer.name() == name)
    }

    /// Whether keys without a binding are typed as text.
    pub const fn types(self) -> bool {
        matches!(self, Self::Picker | Self::Prompt | Self::Form | Self::Editor)
    }
}

impl fmt::Display for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
