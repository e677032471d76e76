//! Layers: who owns the keyboard.

use std::fmt;

/// Who owns the keyboard; keymaps bind keys to actions in a layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Layer {
    /// A table of rows.
    Browse,
    /// The YAML of an object.
    Manifest,
    /// The list of keys and actions.
    Help,
    /// A list to choose from: namespaces, contexts.
    Picker,
    /// The line in which a command, a filter or a search is typed.
    Prompt,
}

impl Layer {
    /// Every layer, in the order in which help shows them.
    pub const ALL: [Self; 5] =
        [Self::Browse, Self::Manifest, Self::Help, Self::Picker, Self::Prompt];

    /// The layer's name in keymap files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Browse => "browse",
            Self::Manifest => "manifest",
            Self::Help => "help",
            Self::Picker => "picker",
            Self::Prompt => "prompt",
        }
    }

    /// The layer of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|layer| layer.name() == name)
    }

    /// Whether keys without a binding are typed as text.
    pub const fn types(self) -> bool {
        matches!(self, Self::Picker | Self::Prompt)
    }
}

impl fmt::Display for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
