//! The families of actions: the headings of help.

/// What help calls a family of actions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Family {
    /// Of kx as a whole.
    General,
    /// Moving about.
    Moving,
    /// From row to row: below, above, beside.
    Going,
    /// Choosing rows.
    Marking,
    /// What the table shows, and in which order.
    Table,
    /// Whose rows are shown.
    Namespaces,
    /// Into the clipboard.
    Copying,
    /// Reading logs.
    Logs,
    /// Reading a text.
    Reading,
    /// The pane of sessions.
    Sessions,
    /// Port forwards.
    Forwarding,
    /// Files of containers.
    Files,
    /// Changing the cluster.
    Changing,
    /// Answering what is asked before a change.
    Asked,
    /// Editing the prompt.
    Editing,
    /// Writing in the built-in editor.
    Writing,
}

impl Family {
    /// The heading in help.
    pub const fn title(self) -> &'static str {
        match self {
            Self::General => "General",
            Self::Moving => "Moving",
            Self::Going => "Going",
            Self::Marking => "Marking",
            Self::Table => "Table",
            Self::Namespaces => "Namespaces",
            Self::Copying => "Copying",
            Self::Logs => "Logs",
            Self::Reading => "Reading",
            Self::Sessions => "Sessions",
            Self::Forwarding => "Port forwards",
            Self::Files => "Files of containers",
            Self::Changing => "Changing",
            Self::Asked => "Answering",
            Self::Editing => "Typing",
            Self::Writing => "Writing in the editor",
        }
    }
}
