//! The command line: what can be typed after `:`.

mod complete;
mod parse;
mod words;

pub use complete::{Suggestion, What, World, complete};
pub(super) use parse::parse;
pub use parse::{COMMANDS, CommandInfo};

use std::ops::Range;

use crate::store::Scope;

use super::action::Action;
use super::prompt::Complaint;

/// A command, parsed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Show a resource, or perform an action of that name.
    Show(Show),
    /// Go to a context; without a name, choose one.
    Context(Option<String>),
    /// Show these namespaces; without any, choose.
    Namespaces(Option<Scope>),
    /// Use another theme; without a name, say which there are.
    Theme(Option<String>),
    /// Use another keymap; without a name, say which there are.
    Keymap(Option<String>),
    /// Show the keys.
    Help,
    /// Leave kx.
    Quit,
    /// Perform an action.
    Action(Action),
}

/// What to show: `po kube-system -l app=web /crash @lab`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Show {
    /// The resource by any of its names, as typed.
    pub resource: String,
    /// Where in the line it stands.
    pub at: Range<usize>,
    /// The namespaces; `None` for those of the context.
    pub scope: Option<Scope>,
    /// A label selector for the server.
    pub labels: String,
    /// A field selector for the server.
    pub fields: String,
    /// The filter.
    pub filter: Option<String>,
    /// The context; `None` for the one shown.
    pub context: Option<String>,
}

impl Command {
    /// Parses a line as it is typed after `:`; `None` for an empty one. Nothing in it is lower-cased.
    ///
    /// # Errors
    /// Says what is wrong, and where.
    pub fn parse(line: &str) -> Result<Option<Self>, Complaint> {
        parse(line)
    }
}
