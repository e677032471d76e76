//! Actions: everything a person can ask for, each declared once.
//!
//! Keymaps, help, the palette, the footer's hints, `docs/keys.md` and the read-only greying derive from this table. Adding an
//! action is a line here and an arm in the `update` of the page or layer that owns it.

use std::fmt;

use super::layer::Layer::{self, Browse, Help, Manifest, Picker, Prompt};

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
    /// Reading YAML.
    Reading,
    /// Editing the prompt.
    Editing,
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
            Self::Reading => "Reading YAML",
            Self::Editing => "Editing the prompt",
        }
    }
}

/// What is known of an action.
#[derive(Debug)]
pub struct Info {
    /// The action.
    pub action: Action,
    /// Its name in keymaps and on the command line.
    pub name: &'static str,
    /// A word or two, for the footer.
    pub short: &'static str,
    /// What it does, a phrase for help.
    pub doc: &'static str,
    /// Its heading in help.
    pub family: Family,
    /// The layers that know it.
    pub layers: &'static [Layer],
    /// The verb that the page's resource must offer for it, as in RBAC (`get`, `delete`, `create exec`).
    pub needs: Option<&'static str>,
    /// Whether it changes the cluster; refused when kx is read-only.
    pub writes: bool,
}

/// Declares the actions: the enum, their table, and both directions between name and action.
macro_rules! actions {
    ($($family:ident {
        $($variant:ident $name:literal $short:literal $doc:literal [$($layer:expr),*]
            $(needs $verb:literal)? $(, $writes:ident)?;)*
    })*) => {
        /// What the person wants.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Action {
            $($(#[doc = $doc] $variant,)*)*
        }

        impl Action {
            /// Every action, in help's order.
            pub const ALL: &'static [Self] = &[$($(Self::$variant,)*)*];
        }

        static INFOS: &[Info] = &[$($(Info {
            action: Action::$variant,
            name: $name,
            short: $short,
            doc: $doc,
            family: Family::$family,
            layers: &[$($layer),*],
            needs: actions!(@needs $($verb)?),
            writes: actions!(@writes $($writes)?),
        },)*)*];
    };
    (@needs) => { None };
    (@needs $verb:literal) => { Some($verb) };
    (@writes) => { false };
    (@writes writes) => { true };
}

actions! {
    General {
        CommandLine "command-line" "command" "open the command line: a resource, a command or an action by name" [Browse, Manifest, Help];
        Help "help" "keys" "show every key and action" [Browse, Manifest, Picker];
        Escape "escape" "back" "clear what was typed, the filter or the marks; where there is none, go back" [Browse, Manifest, Help, Picker, Prompt];
        Back "back" "back" "go back to the page before, as it was left" [Browse, Manifest, Help];
        HistoryBack "history-back" "older view" "go to the view opened before this one" [Browse, Manifest];
        HistoryForward "history-forward" "newer view" "go to the view opened after this one" [Browse, Manifest];
        LastView "last-view" "last view" "go to the view shown last, and back again" [Browse, Manifest];
        Contexts "contexts" "contexts" "choose a context" [Browse, Manifest];
        Retry "retry" "retry" "connect and list again at once" [Browse, Manifest];
        TogglePeek "toggle-peek" "peek" "show or hide the pane beside the table" [Browse];
        ToggleHeader "toggle-header" "header" "show or hide the header" [Browse, Manifest];
        Suspend "suspend" "suspend" "leave kx in the background; the shell's `fg` brings it back" [Browse, Manifest, Help, Picker, Prompt];
        Quit "quit" "quit" "leave kx" [Browse, Manifest, Help, Picker, Prompt];
    }
    Moving {
        Up "up" "up" "move up" [Browse, Manifest, Help, Picker];
        Down "down" "down" "move down" [Browse, Manifest, Help, Picker];
        PageUp "page-up" "page up" "move up by a screenful" [Browse, Manifest, Help, Picker];
        PageDown "page-down" "page down" "move down by a screenful" [Browse, Manifest, Help, Picker];
        HalfPageUp "half-page-up" "half up" "move up by half a screenful" [Browse, Manifest, Help];
        HalfPageDown "half-page-down" "half down" "move down by half a screenful" [Browse, Manifest, Help];
        Top "top" "top" "move to the first line" [Browse, Manifest, Help, Picker];
        Bottom "bottom" "bottom" "move to the last line" [Browse, Manifest, Help, Picker];
        Left "left" "left" "choose the column to the left; in YAML, scroll" [Browse, Manifest];
        Right "right" "right" "choose the column to the right; in YAML, scroll" [Browse, Manifest];
    }
    Going {
        DrillDown "drill-down" "open" "go down to what belongs to this row" [Browse];
        Owner "owner" "owner" "go up to the owner of this row" [Browse] needs "get";
        Node "node" "node" "go to the node on which this row runs" [Browse] needs "get";
        Yaml "yaml" "yaml" "show the object as YAML, live" [Browse] needs "get";
    }
    Marking {
        Mark "mark" "mark" "mark the row, or take its mark away" [Browse, Picker];
        MarkRange "mark-range" "mark range" "mark every row from the last mark to this one" [Browse];
        MarkAll "mark-all" "mark all" "mark every row shown" [Browse];
        ClearMarks "clear-marks" "unmark" "take all marks away" [Browse];
    }
    Table {
        Filter "filter" "filter" "filter the rows: text, regex, !inverse, -l labels, restarts>5" [Browse];
        ClearFilter "clear-filter" "no filter" "show all rows again" [Browse];
        ToggleWide "toggle-wide" "wide" "show or hide the wide columns" [Browse];
        SortBySelectedColumn "sort-by-selected-column" "sort" "sort by the chosen column; again reverses" [Browse];
        SortByNextColumn "sort-by-next-column" "sort next" "sort by the next column" [Browse];
        SortByPreviousColumn "sort-by-previous-column" "sort previous" "sort by the previous column" [Browse];
        SortByName "sort-by-name" "by name" "sort by name; again reverses" [Browse];
        SortByNamespace "sort-by-namespace" "by namespace" "sort by namespace; again reverses" [Browse];
        SortByStatus "sort-by-status" "by status" "sort by status; again reverses" [Browse];
        SortByAge "sort-by-age" "by age" "sort by age; again reverses" [Browse];
        ReverseSort "reverse-sort" "reverse" "turn the order round" [Browse];
    }
    Namespaces {
        Namespaces "namespaces" "namespaces" "choose namespaces: one, several or all" [Browse];
        AllNamespaces "all-namespaces" "all" "show the rows of all namespaces" [Browse];
        RowNamespace "row-namespace" "its namespace" "show only the namespace of this row" [Browse];
        ToggleFavourite "toggle-favourite" "favourite" "make the namespace a favourite, or not any more" [Browse, Picker];
        Namespace1 "namespace-1" "" "show namespace 1 of the favourites and recents" [Browse];
        Namespace2 "namespace-2" "" "show namespace 2 of the favourites and recents" [Browse];
        Namespace3 "namespace-3" "" "show namespace 3 of the favourites and recents" [Browse];
        Namespace4 "namespace-4" "" "show namespace 4 of the favourites and recents" [Browse];
        Namespace5 "namespace-5" "" "show namespace 5 of the favourites and recents" [Browse];
        Namespace6 "namespace-6" "" "show namespace 6 of the favourites and recents" [Browse];
        Namespace7 "namespace-7" "" "show namespace 7 of the favourites and recents" [Browse];
        Namespace8 "namespace-8" "" "show namespace 8 of the favourites and recents" [Browse];
        Namespace9 "namespace-9" "" "show namespace 9 of the favourites and recents" [Browse];
    }
    Copying {
        CopyName "copy-name" "copy" "copy the name, or those of the marked rows" [Browse, Manifest];
        CopyNamespace "copy-namespace" "copy namespace" "copy the namespace" [Browse, Manifest];
        CopyCell "copy-cell" "copy cell" "copy the cell in the chosen column" [Browse];
        CopyRow "copy-row" "copy row" "copy the row as shown, or the marked rows" [Browse];
        CopyYaml "copy-yaml" "copy" "copy the YAML" [Manifest];
    }
    Reading {
        Search "search" "search" "search for text or a regex" [Manifest, Help];
        NextMatch "next-match" "next" "go to the next match" [Manifest];
        PreviousMatch "previous-match" "previous" "go to the match before" [Manifest];
        Fold "fold" "fold" "fold or unfold what stands below this line" [Manifest];
        FoldAll "fold-all" "fold all" "fold everything" [Manifest];
        UnfoldAll "unfold-all" "unfold all" "unfold everything" [Manifest];
        ToggleManagedFields "toggle-managed-fields" "managedFields" "show or hide metadata.managedFields" [Manifest];
        OpenInPager "open-in-pager" "pager" "open the YAML in $PAGER" [Manifest];
        OpenInEditor "open-in-editor" "editor" "open a copy of the YAML in $EDITOR" [Manifest];
    }
    Editing {
        Accept "accept" "accept" "take what is typed or chosen" [Prompt, Picker];
        Complete "complete" "complete" "take the suggestion into the line" [Prompt];
        PreviousSuggestion "previous-suggestion" "previous" "choose the suggestion above; with an empty line, the line typed before" [Prompt];
        NextSuggestion "next-suggestion" "next" "choose the suggestion below; with an empty line, the line typed after" [Prompt];
        OlderLine "older-line" "older" "bring back the line typed before" [Prompt];
        NewerLine "newer-line" "newer" "bring back the line typed after" [Prompt];
        CursorLeft "cursor-left" "left" "move the cursor left" [Prompt, Picker];
        CursorRight "cursor-right" "right" "move the cursor right; at the end, take the suggestion" [Prompt, Picker];
        WordLeft "word-left" "word left" "move the cursor a word to the left" [Prompt, Picker];
        WordRight "word-right" "word right" "move the cursor a word to the right" [Prompt, Picker];
        LineStart "line-start" "start" "move the cursor to the start of the line" [Prompt, Picker];
        LineEnd "line-end" "end" "move the cursor to the end of the line" [Prompt, Picker];
        DeleteBack "delete-back" "delete" "delete the character before the cursor; in an empty line, leave it" [Prompt, Picker];
        DeleteForward "delete-forward" "delete" "delete the character under the cursor" [Prompt, Picker];
        DeleteWord "delete-word" "delete word" "delete the word before the cursor" [Prompt, Picker];
        DeleteToStart "delete-to-start" "delete to start" "delete everything before the cursor" [Prompt, Picker];
        DeleteToEnd "delete-to-end" "delete to end" "delete everything after the cursor" [Prompt, Picker];
    }
}

impl Action {
    /// What is known of it.
    pub fn info(self) -> &'static Info {
        // The table is written in the order of the enum by one macro.
        &INFOS[self as usize]
    }

    /// Its name in keymaps and on the command line.
    pub fn name(self) -> &'static str {
        self.info().name
    }

    /// The action of this name.
    pub fn parse(name: &str) -> Option<Self> {
        INFOS.iter().find(|info| info.name == name).map(|info| info.action)
    }

    /// Whether this layer knows it.
    pub fn is_in(self, layer: Layer) -> bool {
        self.info().layers.contains(&layer)
    }

    /// The place of `namespace-1` … `namespace-9` in the favourites and recents, from 0.
    pub fn namespace_slot(self) -> Option<usize> {
        let slot = (self as usize).checked_sub(Self::Namespace1 as usize)?;
        (slot < 9).then_some(slot)
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_are_unique_and_lead_back() {
        let names: BTreeSet<_> = Action::ALL.iter().map(|a| a.name()).collect();
        assert_eq!(names.len(), Action::ALL.len());
        for &action in Action::ALL {
            let info = action.info();
            assert_eq!(info.action, action);
            assert_eq!(Action::parse(info.name), Some(action));
            assert!(!info.doc.is_empty() && !info.layers.is_empty(), "{action}");
            assert!(
                info.name
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            );
        }
    }

    #[test]
    fn what_writes_needs_a_verb_that_is_no_read() {
        for info in INFOS {
            let read = matches!(info.needs, None | Some("get" | "list" | "watch"));
            assert_eq!(info.writes, !read, "{}", info.name);
        }
    }

    #[test]
    fn slots_are_nine() {
        assert_eq!(Action::Namespace1.namespace_slot(), Some(0));
        assert_eq!(Action::Namespace9.namespace_slot(), Some(8));
        assert_eq!(Action::ToggleFavourite.namespace_slot(), None);
        assert_eq!(Action::CopyName.namespace_slot(), None);
    }
}
