//! The table of commands beside resources and actions: what each is called, what may follow, when it is possible.

use crate::change::edit::Aim;
use crate::change::journal::Query;

use super::super::App;
use super::super::prompt::Complaint;
use super::parse::scope;
use super::words::Word;
use super::{Command, asks, exec, express, forward, helm, object};

/// A command beside resources and actions.
#[derive(Debug)]
pub struct CommandInfo {
    /// What it is called; the first is how it is shown.
    pub names: &'static [&'static str],
    /// What may follow, for help.
    pub args: &'static str,
    /// What it does.
    pub doc: &'static str,
    /// Why it is not possible here and now; `None` where it is.
    pub(in crate::app) refuses: fn(&App) -> Option<String>,
    pub(super) make: fn(&[Word]) -> Result<Command, Complaint>,
}

impl CommandInfo {
    /// Whether a path may follow, which can begin with a slash.
    pub(super) fn takes_path(&self) -> bool {
        ["/PATH", "FILE"].iter().any(|word| self.args.contains(word))
    }
}

/// Every command beside resources and actions.
pub const COMMANDS: &[CommandInfo] = &[
    CommandInfo {
        names: &["ctx", "context", "contexts"],
        args: "[NAME]",
        doc: "go to a context; without a name, choose one",
        refuses: possible,
        make: |args| Ok(Command::Context(one(args)?)),
    },
    CommandInfo {
        names: &["ns"],
        args: "[NAME…|all]",
        doc: "show these namespaces; without a name, choose",
        refuses: possible,
        make: |args| Ok(Command::Namespaces(scope(args.iter().map(|w| w.text.as_str())))),
    },
    CommandInfo {
        names: &["map", "xray"],
        args: "[routes|workloads|nodes|storage|access|releases|broken]",
        doc: "show the tree of the architecture",
        refuses: possible,
        make: |args| Ok(Command::Map(one(args)?)),
    },
    CommandInfo {
        names: &["broken"],
        args: "",
        doc: "show every reference that leads nowhere",
        refuses: possible,
        make: |args| none(args, Command::Map(Some("broken".to_owned()))),
    },
    CommandInfo {
        names: &["cluster", "overview", "pulse"],
        args: "",
        doc: "show how the whole cluster is, and what it is made of",
        refuses: possible,
        make: |args| none(args, Command::Cluster),
    },
    CommandInfo {
        names: &["raw"],
        args: "/PATH [BEGINNING]",
        doc: "show what the API server answers at a path that is no object's, /readyz?verbose; of many lines those that begin so",
        refuses: possible,
        make: |args| {
            // Everything from the slash on is one word.
            let all = one(args)?.unwrap_or_default();
            let (path, beginning) = all.split_once(' ').unwrap_or((&all, ""));
            Ok(Command::Raw(path.to_owned(), beginning.trim().to_owned()))
        },
    },
    CommandInfo {
        names: &["access", "rbac"],
        args: "[user/NAME|group/NAME|sa/NAMESPACE/NAME] [-n NAMESPACE]",
        doc: "show who may do what, by roles and bindings: everybody, or all that one may do",
        refuses: possible,
        make: asks::access,
    },
    CommandInfo {
        names: &["who-can", "whocan"],
        args: "VERB RESOURCE|/PATH [NAME] [-n NAMESPACE]",
        doc: "show who can do something, where, and by which binding and role",
        refuses: possible,
        make: asks::who_can,
    },
    CommandInfo {
        names: &["can-i", "cani"],
        args: "[NAMESPACE…|all]",
        doc: "show what you may do, as the server says it; where all namespaces are in view, what you may do in every one",
        refuses: possible,
        make: asks::can_i,
    },
    CommandInfo {
        names: &["events-grouped"],
        args: "[NAMESPACE…|all]",
        doc: "show events that say the same together, warnings first",
        refuses: possible,
        make: |args| Ok(Command::GroupedEvents(scope(args.iter().map(|w| w.text.as_str())))),
    },
    CommandInfo {
        names: &["theme"],
        args: "NAME",
        doc: "use another theme",
        refuses: possible,
        make: |args| Ok(Command::Theme(one(args)?)),
    },
    CommandInfo {
        names: &["keymap"],
        args: "NAME",
        doc: "use another keymap",
        refuses: possible,
        make: |args| Ok(Command::Keymap(one(args)?)),
    },
    CommandInfo {
        names: &["help", "h", "?"],
        args: "",
        doc: "show every key and action",
        refuses: possible,
        make: |args| none(args, Command::Help),
    },
    CommandInfo {
        names: &["q", "quit", "exit", "q!", "qa", "Q"],
        args: "",
        doc: "leave kx",
        refuses: possible,
        make: |args| none(args, Command::Quit),
    },
    CommandInfo {
        names: &["apply"],
        args: "[FILE|clipboard]",
        doc: "apply what a file or the clipboard says, with server-side apply, after showing what the server would store; without a file, what is typed or pasted",
        refuses: |app| app.may_edit("apply").err(),
        make: |args| Ok(Command::Text(Aim::Apply, one(args)?)),
    },
    CommandInfo {
        names: &["create"],
        args: "[FILE|clipboard]",
        doc: "create what a file or the clipboard says, after showing what the server would make of it; without a file, what is typed or pasted",
        refuses: |app| app.may_edit("create").err(),
        make: |args| Ok(Command::Text(Aim::Create, one(args)?)),
    },
    CommandInfo {
        names: &["drafts"],
        args: "",
        doc: "list the texts that were edited and not sent",
        refuses: possible,
        make: |args| none(args, Command::Drafts),
    },
    CommandInfo {
        names: &["journal"],
        args: "[WORD…]",
        doc: "show what kx changed, in this session and before: who, when, what, and what became of it",
        refuses: possible,
        make: |args| {
            let words: Vec<&str> = args.iter().map(|word| word.text.as_str()).collect();
            Ok(Command::Journal(Query::parse(&words.join(" "))))
        },
    },
    CommandInfo {
        names: &["runs"],
        args: "",
        doc: "choose one of the changes of this session, to see how far it is and what became of it",
        refuses: possible,
        make: |args| none(args, Command::Runs),
    },
    CommandInfo {
        names: &["edit-draft"],
        args: "NAME",
        doc: "go on with a text that was edited and not sent",
        refuses: |app| app.may_edit("edit").err(),
        make: |args| match one(args)? {
            Some(name) => Ok(Command::EditDraft(name)),
            None => Err(Complaint { message: "which? :drafts lists them".to_owned(), at: 0..0 }),
        },
    },
    CommandInfo {
        names: &["files"],
        args: "[/PATH]",
        doc: "look at the files of a container of the pod, or of a ready one of the workload or service",
        refuses: |app| app.refusal(super::super::Action::Files),
        make: |args| Ok(Command::Files(one(args)?)),
    },
    exec::EXEC,
    express::EXPRESS,
    forward::FORWARDS,
    forward::PORT_FORWARD,
    object::DESCRIBE,
    object::YAML,
    object::ROLLOUT,
    object::FINALIZERS,
    helm::STATUS,
    helm::HISTORY,
    helm::VALUES,
    helm::ALL_VALUES,
    helm::NOTES,
    helm::MANIFEST,
    helm::DIFF,
];

/// Of a command that is always possible.
pub(super) fn possible(_: &App) -> Option<String> {
    None
}

fn none(args: &[Word], command: Command) -> Result<Command, Complaint> {
    match args.first() {
        None => Ok(command),
        Some(word) => complain(word, format!("nothing can follow here, not even {:?}", word.text)),
    }
}

fn one(args: &[Word]) -> Result<Option<String>, Complaint> {
    match args {
        [] => Ok(None),
        [word] => Ok(Some(word.text.clone())),
        [_, more, ..] => complain(more, format!("one name is enough; {:?} is too much", more.text)),
    }
}

pub(super) fn complain<T>(word: &Word, message: String) -> Result<T, Complaint> {
    Err(Complaint { message, at: word.at.clone() })
}
