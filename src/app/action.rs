//! Actions: everything a person can ask for, each declared once.
//!
//! Keymaps, help, the palette, the footer's hints, `docs/keys.md` and the read-only greying derive from this table. Adding an
//! action is a line here and an arm in the `update` of the page or layer that owns it.

mod family;

use std::fmt;

pub use family::Family;

use super::App;
use super::asks::refuses_rollout;
use super::layer::Layer::{
    self, Browse, Editor, Files, Form, Help, Logs, Manifest, Map, Picker, Prompt, Run, Session,
    Sheet,
};
use super::logs;
use crate::kinds::Resource;

/// Why an action is nothing for what is here, where its table's other columns do not tell: given the resource of what is here.
pub(super) type Unfit = fn(&App, &Resource) -> Option<String>;

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
    /// What else it may be nothing for.
    pub(super) unfit: Unfit,
    /// Whether it changes the cluster; refused when kx is read-only.
    pub writes: bool,
}

/// Declares the actions: the enum, their table, and both directions between name and action.
macro_rules! actions {
    ($($family:ident {
        $($variant:ident $name:literal $short:literal $doc:literal [$($layer:expr),*]
            $(needs $verb:literal)? $(unless $unfit:expr)? $(, $writes:ident)?;)*
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
            unfit: actions!(@unfit $($unfit)?),
            writes: actions!(@writes $($writes)?),
        },)*)*];
    };
    (@needs) => { None };
    (@needs $verb:literal) => { Some($verb) };
    (@unfit) => { |_, _| None };
    (@unfit $unfit:expr) => { $unfit };
    (@writes) => { false };
    (@writes writes) => { true };
}

actions! {
    General {
        CommandLine "command-line" "command" "open the command line: a resource, a command or an action by name" [Map, Browse, Manifest, Sheet, Help, Logs, Session, Files];
        Help "help" "keys" "show every key and action" [Map, Browse, Manifest, Sheet, Picker, Run, Editor, Logs, Session, Files];
        Escape "escape" "back" "clear what was typed, the filter or the marks; where there is none, go back" [Map, Browse, Manifest, Sheet, Help, Picker, Prompt, Form, Run, Editor, Logs, Files];
        Back "back" "back" "go back to the page before, as it was left" [Map, Browse, Manifest, Sheet, Help, Run, Logs, Files];
        HistoryBack "history-back" "older view" "go to the view opened before this one" [Map, Browse, Manifest, Sheet, Logs, Files];
        HistoryForward "history-forward" "newer view" "go to the view opened after this one" [Map, Browse, Manifest, Sheet, Logs, Files];
        LastView "last-view" "last view" "go to the view shown last, and back again" [Map, Browse, Manifest, Sheet, Logs, Files];
        Contexts "contexts" "contexts" "choose a context" [Map, Browse, Manifest, Sheet, Logs, Files];
        Forwards "forwards" "forwards" "list the port forwards: where each leads, and what passes" [Map, Browse, Manifest, Sheet, Logs];
        Retry "retry" "retry" "connect and list again at once" [Map, Browse, Manifest, Sheet, Run, Logs, Files];
        TogglePeek "toggle-peek" "peek" "show or hide the pane beside the table" [Browse];
        ToggleHeader "toggle-header" "header" "show or hide the header" [Map, Browse, Manifest, Sheet, Logs, Files];
        Suspend "suspend" "suspend" "leave kx in the background; the shell's `fg` brings it back" [Map, Browse, Manifest, Sheet, Help, Picker, Prompt, Form, Run, Logs, Files];
        Quit "quit" "quit" "leave kx" [Map, Browse, Manifest, Sheet, Help, Picker, Prompt, Form, Run, Editor, Logs, Files];
    }
    Moving {
        Up "up" "up" "move up" [Map, Browse, Manifest, Sheet, Help, Run, Picker, Editor, Logs, Files];
        Down "down" "down" "move down" [Map, Browse, Manifest, Sheet, Help, Run, Picker, Editor, Logs, Files];
        PageUp "page-up" "page up" "move up by a screenful" [Map, Browse, Manifest, Sheet, Help, Run, Picker, Form, Editor, Logs, Session, Files];
        PageDown "page-down" "page down" "move down by a screenful" [Map, Browse, Manifest, Sheet, Help, Run, Picker, Form, Editor, Logs, Session, Files];
        HalfPageUp "half-page-up" "half up" "move up by half a screenful" [Map, Browse, Manifest, Sheet, Help, Run, Logs, Files];
        HalfPageDown "half-page-down" "half down" "move down by half a screenful" [Map, Browse, Manifest, Sheet, Help, Run, Logs, Files];
        Top "top" "top" "move to the first line" [Map, Browse, Manifest, Sheet, Help, Run, Picker, Editor, Logs, Files];
        Bottom "bottom" "bottom" "move to the last line" [Map, Browse, Manifest, Sheet, Help, Run, Picker, Editor, Logs, Files];
        Left "left" "left" "choose the column to the left; in a text, scroll" [Map, Browse, Manifest, Sheet, Logs];
        Right "right" "right" "choose the column to the right; in a text, scroll" [Map, Browse, Manifest, Sheet, Logs];
    }
    Going {
        DrillDown "drill-down" "open" "go down to what belongs to this row; in a text, where the line leads, else fold" [Browse, Sheet];
        Owner "owner" "owner" "go up to the owner of this row" [Map, Browse] needs "get";
        Node "node" "node" "go to the node on which this row runs" [Map, Browse] needs "get";
        Surroundings "surroundings" "around" "show the surroundings of this object: owners, what it uses, what uses it" [Browse, Map];
        Owned "owned" "owned" "show what this row owns" [Browse, Map];
        Uses "uses" "uses" "show what this row uses: configuration, volumes, accounts, classes" [Browse, Map];
        UsedBy "used-by" "used by" "show what uses this row" [Browse, Map];
        Policies "policies" "policies" "show the policies that select this row" [Browse, Map];
        Events "events" "events" "show the events about this row" [Browse, Map];
        OpenRow "open-row" "its page" "open the row's own page; on a heading, fold or unfold it" [Map];
        NextView "next-view" "next view" "look at the architecture in the next way" [Map];
        PreviousView "previous-view" "view before" "look at the architecture in the way before" [Map];
        ToggleProblems "toggle-problems" "problems" "show only what is not well, or everything" [Map];
        Describe "describe" "describe" "describe the object as kubectl does, live" [Map, Browse, Manifest, Logs, Files] needs "get";
        Rollout "rollout" "rollout" "follow the rollout of a workload live, or of the one that a pod belongs to: how far it is, and why it is stuck" [Browse, Map, Manifest, Sheet] needs "get" unless |_, resource| refuses_rollout(resource);
        Finalizers "finalizers" "why it stays" "show why what is being deleted is still there: its finalizers, whose they are, and what is left in a namespace" [Browse, Map, Manifest, Sheet] needs "get" unless |app, _| app.refuses_finalizers();
        Yaml "yaml" "yaml" "show the object as YAML, live" [Map, Browse, Sheet, Logs, Files] needs "get";
        LookInside "look-inside" "inside" "look inside: a secret's values decoded, all that a service account may do, how full a quota or a node is; in a text that hides values, show them" [Browse, Manifest, Map, Sheet] needs "get" unless App::refuses_inside;
    }
    Marking {
        Mark "mark" "mark" "mark the row or the line, or take its mark away; on a heading of the Map, fold or unfold it" [Browse, Map, Picker, Logs, Files];
        MarkRange "mark-range" "mark range" "mark everything from the last mark to here" [Browse, Map, Logs];
        MarkAll "mark-all" "mark all" "mark every row shown" [Browse, Map, Files];
        ClearMarks "clear-marks" "unmark" "take all marks away" [Browse, Map, Logs, Files];
    }
    Table {
        Filter "filter" "filter" "filter the rows: text, regex, !inverse, -l labels, restarts>5; logs: text, regex, !inverse, ~highlighted, @11:50..11:59, with && between" [Browse, Logs, Files];
        ClearFilter "clear-filter" "no filter" "show all rows again" [Browse, Logs, Files];
        ToggleWide "toggle-wide" "wide" "show or hide the wide columns" [Browse];
        SortBySelectedColumn "sort-by-selected-column" "sort" "sort by the chosen column; again reverses" [Browse];
        SortByNextColumn "sort-by-next-column" "sort next" "sort by the next column" [Browse];
        SortByPreviousColumn "sort-by-previous-column" "sort previous" "sort by the previous column" [Browse];
        SortByName "sort-by-name" "by name" "sort by name; again reverses" [Browse, Files];
        SortByNamespace "sort-by-namespace" "by namespace" "sort by namespace; again reverses" [Browse];
        SortByStatus "sort-by-status" "by status" "sort by status; again reverses" [Browse];
        SortByAge "sort-by-age" "by age" "sort by age; again reverses" [Browse, Files];
        ReverseSort "reverse-sort" "reverse" "turn the order round" [Browse, Files];
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
        CopyName "copy-name" "copy" "copy the name, or those of the marked rows" [Map, Browse, Manifest, Sheet, Logs, Files];
        CopyNamespace "copy-namespace" "copy namespace" "copy the namespace" [Map, Browse, Manifest, Sheet, Logs];
        CopyCell "copy-cell" "copy cell" "copy the cell in the chosen column" [Browse];
        CopyRow "copy-row" "copy row" "copy the row as shown, or the marked rows" [Browse];
        CopyYaml "copy-yaml" "copy" "copy the YAML" [Manifest];
        CopyText "copy-text" "copy" "copy the text of the page" [Sheet, Logs];
        CopyLine "copy-line" "copy line" "copy the line; of logs, the marked lines" [Manifest, Sheet, Logs];
    }
    Logs {
        Logs "logs" "logs" "read the logs: of a container, a pod, of all pods of a workload, service, node or namespace, or of the marked rows" [Browse, Map, Manifest, Sheet, Files] needs "get log" unless |_, resource| logs::refuses(resource);
        PreviousLogs "previous-logs" "previous" "read what the containers before these wrote; in logs, go from one to the other" [Browse, Map, Manifest, Sheet, Logs] needs "get log" unless |_, resource| logs::refuses(resource);
        ToggleFollow "toggle-follow" "follow" "keep the newest line in view, or stand still; nothing is lost meanwhile" [Logs];
        ToggleWrap "toggle-wrap" "wrap" "let long lines go on below, or be cut" [Logs];
        ToggleColours "toggle-colours" "colours" "show the colours that programs write into their lines, or not" [Logs];
        ToggleTimes "toggle-times" "times" "tell the time of each line: of day, whole, in UTC, how long ago, not at all" [Logs];
        ToggleNames "toggle-names" "names" "say of each line which container it is from, or not" [Logs];
        ToggleStructure "toggle-structure" "raw" "show lines of JSON, logfmt, klog and web servers taken apart, or as they were written" [Logs];
        NextError "next-error" "next error" "go to the next line that is an error" [Logs];
        PreviousError "previous-error" "error before" "go to the line before that is an error" [Logs];
        GraverOnly "graver-only" "graver" "show only what is graver: info, warnings, errors" [Logs];
        LessGraveToo "less-grave-too" "less grave" "show what is less grave, too" [Logs];
        MoreContext "more-context" "context" "show more lines around those that the filter keeps" [Logs];
        LessContext "less-context" "less context" "show fewer lines around those that the filter keeps" [Logs];
        NextMark "next-mark" "next mark" "go to the next marked line" [Logs];
        PreviousMark "previous-mark" "mark before" "go to the marked line before" [Logs];
        GoToTime "go-to-time" "time" "go to a time: 11:59, 2026-01-15 11:59, 10m" [Logs];
        ReadFrom "read-from" "read from" "read the logs anew from a time on: 10m, 2h, 11:59, or all of them" [Logs];
        ToggleHistogram "toggle-histogram" "histogram" "show how many lines were written when, and how grave they were" [Logs];
        NextBar "next-bar" "later" "go to the next part of the histogram" [Logs];
        PreviousBar "previous-bar" "earlier" "go to the part of the histogram before" [Logs];
        ToggleFolding "toggle-folding" "bursts" "show lines that say the same one after the other as one, or each" [Logs];
        ToggleEvents "toggle-events" "events" "show the events of the pods among the lines, or not" [Logs];
        TakeApart "take-apart" "fields" "take the line apart below itself: its fields, a line each" [Logs];
        ChooseFields "choose-fields" "columns" "show some fields as columns: path status user.id" [Logs];
        Express "jq" "jq" "show what a jq expression makes of lines of JSON instead of them: .msg; those for which it gives nothing are left out: select(.level == \"error\")" [Logs];
        ToggleLineNumbers "toggle-line-numbers" "numbers" "number the lines, or not" [Logs];
        Save "save" "save" "save what is shown in a file: as text, or where its name ends in .jsonl as JSON, an object a line" [Logs];
        SaveAll "save-all" "save all" "save all lines that are there, shown or not, in a file" [Logs];
    }
    Files {
        Files "files" "files" "look at the files of a container: of the pod, or of a ready one of the workload or service" [Browse, Map, Manifest, Sheet, Files] needs "create exec", writes;
        OpenFile "open-file" "open" "enter the folder, or read the file" [Files];
        ParentFolder "parent-folder" "folder above" "go to the folder above" [Files];
        Download "download" "download" "copy what is marked, or the file or folder under the cursor, to this machine" [Files] needs "create exec", writes;
        Upload "upload" "upload" "copy a file or a folder of this machine into this folder" [Files] needs "create exec", writes;
        SortBySize "sort-by-size" "by size" "sort by size; again reverses" [Files];
        Copies "copies" "copies" "choose one of the copies of this session, to see how far it is and what became of it" [Map, Browse, Manifest, Sheet, Logs, Files];
    }
    Reading {
        Search "search" "search" "search for text or a regex" [Map, Manifest, Sheet, Help, Editor, Logs];
        NextMatch "next-match" "next" "go to the next match" [Map, Manifest, Sheet, Editor, Logs];
        PreviousMatch "previous-match" "previous" "go to the match before" [Map, Manifest, Sheet, Editor, Logs];
        Fold "fold" "fold" "fold or unfold what stands below this line" [Map, Manifest, Sheet];
        FoldAll "fold-all" "fold all" "fold everything" [Map, Manifest, Sheet];
        UnfoldAll "unfold-all" "unfold all" "unfold everything" [Map, Manifest, Sheet];
        ToggleManagedFields "toggle-managed-fields" "managedFields" "show or hide metadata.managedFields" [Manifest];
        OpenInPager "open-in-pager" "pager" "open the text in $PAGER" [Manifest, Sheet, Logs];
        OpenInEditor "open-in-editor" "editor" "open a copy of the text in $EDITOR" [Manifest, Sheet, Logs];
    }
    Sessions {
        ShellInPane "shell-in-pane" "shell here" "open a shell in a container, in a pane beside the page" [Browse, Map, Manifest, Sheet] needs "create exec", writes;
        AttachInPane "attach-in-pane" "attach here" "attach to what runs in a container, in a pane beside the page" [Browse, Map, Manifest, Sheet] needs "create attach", writes;
        SessionFocus "session-focus" "page" "type into the sessions in the pane, or back in the page" [Browse, Map, Manifest, Sheet, Logs, Session];
        SessionHide "session-hide" "hide" "hide the pane of sessions, or show it; what runs there goes on" [Browse, Map, Manifest, Sheet, Logs, Session];
        SessionZoom "session-zoom" "whole screen" "give the pane of sessions the whole screen, or a part of it" [Session];
        TileSessions "tile-sessions" "side by side" "show all sessions in the pane side by side, or one" [Session];
        NextSession "next-session" "next" "show the next session in the pane" [Session];
        PreviousSession "previous-session" "before" "show the session before in the pane" [Session];
        CloseSession "close-session" "close" "close the session in the pane" [Session];
        SessionLiteral "session-literal" "send" "send the key that begins kx's own keys to the session" [Session];
    }
    Changing {
        Scale "scale" "scale" "scale: type a number of replicas, or a step" [Browse, Map, Manifest, Sheet] needs "update scale", writes;
        ScaleUp "scale-up" "one more" "scale up by one replica" [Browse, Map, Manifest, Sheet] needs "update scale", writes;
        ScaleDown "scale-down" "one less" "scale down by one replica, but not to none" [Browse, Map, Manifest, Sheet] needs "update scale", writes;
        Restart "restart" "restart" "restart: replace the pods as the update strategy allows" [Browse, Map, Manifest, Sheet] needs "patch", writes;
        Rollback "rollback" "roll back" "roll back: choose a revision by what differs" [Browse, Map, Manifest, Sheet] needs "patch", writes;
        RollbackPrevious "rollback-previous" "undo rollout" "roll back to the revision before" [Browse, Map, Manifest, Sheet] needs "patch", writes;
        SetImage "set-image" "image" "set the images of the containers" [Browse, Map, Manifest, Sheet] needs "patch", writes;
        Pause "pause" "pause" "pause the rollout" [Browse, Map, Manifest, Sheet] needs "patch", writes;
        Resume "resume" "resume" "resume the rollout" [Browse, Map, Manifest, Sheet] needs "patch", writes;
        Cordon "cordon" "cordon" "cordon the node: nothing new is scheduled to it" [Browse, Map, Manifest, Sheet] needs "patch", writes;
        Uncordon "uncordon" "uncordon" "uncordon the node" [Browse, Map, Manifest, Sheet] needs "patch", writes;
        Trigger "trigger" "trigger" "make a Job of a CronJob at once" [Browse, Map, Manifest, Sheet] needs "create", writes;
        SuspendWork "suspend-work" "suspend" "suspend a CronJob or a Job" [Browse, Map, Manifest, Sheet] needs "patch", writes;
        ResumeWork "resume-work" "resume" "resume a CronJob or a Job" [Browse, Map, Manifest, Sheet] needs "patch", writes;
        Rerun "rerun" "rerun" "run a Job once more, as a new one" [Browse, Map, Manifest, Sheet] needs "create", writes;
        SetBounds "set-bounds" "bounds" "set the fewest and the most replicas of an autoscaler" [Browse, Map, Manifest, Sheet] needs "patch", writes;
        Expand "expand" "expand" "enlarge a volume claim" [Browse, Map, Manifest, Sheet] needs "patch", writes;
        Label "label" "label" "set labels, or take them away" [Browse, Map, Manifest, Sheet] needs "patch", writes;
        Annotate "annotate" "annotate" "set annotations, or take them away" [Browse, Map, Manifest, Sheet] needs "patch", writes;
        EditKey "edit-key" "edit key" "set a key of a Secret or a ConfigMap" [Browse, Map, Manifest, Sheet] needs "patch", writes;
        Taint "taint" "taint" "taint a node, or take taints away" [Browse, Map, Manifest, Sheet] needs "patch", writes;
        Evict "evict" "evict" "evict a pod, unless a disruption budget forbids it" [Browse, Map, Manifest, Sheet] needs "create eviction", writes;
        Approve "approve" "approve" "approve a request for a certificate" [Browse, Map, Manifest, Sheet] needs "update approval", writes;
        Deny "deny" "deny" "deny a request for a certificate" [Browse, Map, Manifest, Sheet] needs "update approval", writes;
        MakeDefault "make-default" "make default" "make it the default storage class" [Browse, Map, Manifest, Sheet] needs "patch", writes;
        Duplicate "duplicate" "duplicate" "make a copy under another name" [Browse, Map, Manifest, Sheet] needs "create", writes;
        Undo "undo" "undo" "take the last change back, or the entry of the journal in view, after showing what that makes different" [Browse, Map, Manifest, Sheet], writes;
        Drain "drain" "drain" "drain the node: cordon it, evict its pods and wait until they are gone" [Browse, Map, Manifest, Sheet] needs "patch", writes;
        Shell "shell" "shell" "open a shell in a container: of the pod, or of a ready one of the workload or service" [Browse, Map, Manifest, Sheet] needs "create exec", writes;
        PortForward "port-forward" "forward" "forward a port of this machine to the pod, or to a ready one of the workload or service" [Browse, Map, Manifest, Sheet] needs "create portforward", writes;
        Attach "attach" "attach" "attach to what runs in a container; enter ~ . leaves it" [Browse, Map, Manifest, Sheet] needs "create attach", writes;
        Debug "debug" "debug" "debug: a container of your choice added to the pod, or a pod on the node, and its terminal" [Browse, Map, Manifest, Sheet] needs "patch ephemeralcontainers", writes;
        DebugCopy "debug-copy" "debug a copy" "debug a copy of the pod with another image, command or profile" [Browse, Map, Manifest, Sheet] needs "create", writes;
        Cancel "cancel" "stop" "stop what still goes on; what is done stays done" [Run];
        Resize "resize" "resize" "give the containers of a running pod more or less, without making it anew" [Browse, Map, Manifest, Sheet] needs "patch resize", writes;
        RemoveFinalizer "remove-finalizer" "remove finalizer" "take a finalizer away, so that what is being deleted goes at once" [Browse, Map, Manifest, Sheet] needs "patch", writes;
        Edit "edit" "edit" "edit the object as YAML, or the marked ones: in $VISUAL or $EDITOR, or where neither is set in kx's own editor" [Browse, Map, Manifest, Sheet] needs "update", writes;
        EditHere "edit-here" "edit here" "edit the object as YAML in kx's own editor, or the marked ones" [Browse, Map, Manifest, Sheet] needs "update", writes;
        Delete "delete" "delete" "delete the object, or the marked ones" [Browse, Map, Manifest, Sheet] needs "delete", writes;
    }
    Forwarding {
        OpenForward "open-forward" "browser" "open what the forward leads to in the browser" [Sheet];
        CopyUrl "copy-url" "copy URL" "copy the URL of the forward" [Sheet];
        RestartForward "restart-forward" "start" "start the forward, or begin it anew" [Sheet];
        StopForward "stop-forward" "stop" "stop the forward: it listens no longer, and its connections end" [Sheet];
        KeepForward "keep-forward" "keep" "keep the forward for the next time; again, to start by itself; again, not any more" [Sheet];
        RemoveForward "remove-forward" "remove" "stop the forward and forget it" [Sheet];
    }
    Asked {
        NextField "next-field" "next" "go to the next field" [Form];
        PreviousField "previous-field" "previous" "go to the field before" [Form];
        NextOption "next-option" "next option" "choose the next option; in a text, move the cursor right" [Form];
        PreviousOption "previous-option" "option before" "choose the option before; in a text, move the cursor left" [Form];
    }
    Editing {
        Accept "accept" "accept" "take what is typed or chosen; in a form or the editor, agree to it" [Prompt, Picker, Form, Editor];
        Complete "complete" "complete" "take the suggestion into the line" [Prompt, Editor];
        PreviousSuggestion "previous-suggestion" "previous" "choose the suggestion above; with an empty line, the line typed before" [Prompt, Editor];
        NextSuggestion "next-suggestion" "next" "choose the suggestion below; with an empty line, the line typed after" [Prompt, Editor];
        ReplaceAll "replace-all" "replace all" "replace every match by what is typed" [Prompt];
        OlderLine "older-line" "older" "bring back the line typed before" [Prompt];
        NewerLine "newer-line" "newer" "bring back the line typed after" [Prompt];
        CursorLeft "cursor-left" "left" "move the cursor left" [Prompt, Picker, Editor];
        CursorRight "cursor-right" "right" "move the cursor right; at the end, take the suggestion" [Prompt, Picker, Editor];
        WordLeft "word-left" "word left" "move the cursor a word to the left" [Prompt, Picker, Form, Editor];
        WordRight "word-right" "word right" "move the cursor a word to the right" [Prompt, Picker, Form, Editor];
        LineStart "line-start" "start" "move the cursor to the start of the line" [Prompt, Picker, Form, Editor];
        LineEnd "line-end" "end" "move the cursor to the end of the line" [Prompt, Picker, Form, Editor];
        DeleteBack "delete-back" "delete" "delete the character before the cursor; in an empty line, leave it" [Prompt, Picker, Form, Editor];
        DeleteForward "delete-forward" "delete" "delete the character under the cursor" [Prompt, Picker, Form, Editor];
        DeleteWord "delete-word" "delete word" "delete the word before the cursor" [Prompt, Picker, Form, Editor];
        DeleteToStart "delete-to-start" "delete to start" "delete everything before the cursor" [Prompt, Picker, Form, Editor];
        DeleteToEnd "delete-to-end" "delete to end" "delete everything after the cursor" [Prompt, Picker, Form, Editor];
    }
    Writing {
        NewLine "new-line" "new line" "begin a new line, as far in as what follows; with a suggestion chosen, take it" [Editor];
        Indent "indent" "indent" "move the selected lines in; without a selection, the cursor" [Editor];
        Dedent "dedent" "dedent" "move the lines out" [Editor];
        ToggleComment "toggle-comment" "comment" "make the lines comments, or make them none" [Editor];
        Suggest "suggest" "suggest" "show what could be written here" [Editor];
        ToggleFieldHelp "toggle-field-help" "field help" "show or hide what the server says of the field" [Editor];
        NextProblem "next-problem" "next problem" "go to the next line that something is wrong with" [Editor];
        GoToLine "go-to-line" "line" "go to a line by its number" [Editor];
        Replace "replace" "replace" "replace what is searched for: match by match, or every match at once" [Editor];
        UndoEdit "undo-edit" "undo" "take the last edit back" [Editor];
        RedoEdit "redo-edit" "redo" "do again what was taken back" [Editor];
        CopySelection "copy-selection" "copy" "copy what is selected, or the line" [Editor];
        CutSelection "cut-selection" "cut" "cut what is selected, or the line" [Editor];
        PasteCopied "paste-copied" "paste" "put in what was copied or cut here last" [Editor];
        SelectAll "select-all" "select all" "select everything" [Editor];
        SelectLeft "select-left" "select left" "select the character to the left" [Editor];
        SelectRight "select-right" "select right" "select the character to the right" [Editor];
        SelectUp "select-up" "select up" "select up by a line" [Editor];
        SelectDown "select-down" "select down" "select down by a line" [Editor];
        SelectWordLeft "select-word-left" "select word" "select the word to the left" [Editor];
        SelectWordRight "select-word-right" "select word" "select the word to the right" [Editor];
        SelectLineStart "select-line-start" "select to start" "select to the start of the line" [Editor];
        SelectLineEnd "select-line-end" "select to end" "select to the end of the line" [Editor];
        SelectPageUp "select-page-up" "select page" "select up by a screenful" [Editor];
        SelectPageDown "select-page-down" "select page" "select down by a screenful" [Editor];
        SelectTop "select-top" "select to top" "select to the first line" [Editor];
        SelectBottom "select-bottom" "select to bottom" "select to the last line" [Editor];
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

    /// What it asks of a pod that leads into its containers: the verb and the subresource, as the table has them. By itself it changes no object.
    pub(super) fn leads_into_pods(self) -> Option<(&'static str, &'static str)> {
        let (verb, part) = self.info().needs?.split_once(' ')?;
        matches!(part, "exec" | "attach" | "portforward").then_some((verb, part))
    }

    /// Where alone it works, a sentence for people; `None` where this layer knows it.
    pub(super) fn elsewhere(self, layer: Layer) -> Option<String> {
        let names = || self.info().layers.iter().map(|l| l.name()).collect::<Vec<_>>().join(", ");
        (!self.is_in(layer)).then(|| format!("{self} works in {} only", names()))
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
mod tests;
