//! The command line: what can be typed after `:`.

mod asks;
mod complete;
mod exec;
mod express;
mod forward;
mod helm;
mod object;
mod parse;
mod table;
mod words;

pub use complete::{Suggestion, What, World, complete};
pub use helm::{HelmCommand, HelmWhat};
pub use object::ObjectCommand;
pub(super) use parse::parse;
pub use table::{COMMANDS, CommandInfo};

use std::ops::Range;

use crate::access::Asked;
use crate::change::edit::Aim;
use crate::change::journal::Query;
use crate::forward::Spec;
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
    /// Show the Map, in this view.
    Map(Option<String>),
    /// Show the cluster's own page.
    Cluster,
    /// Show what the API server answers at a path; the second is what the lines wanted begin with.
    Raw(String, String),
    /// Show the keys.
    Help,
    /// Leave kx.
    Quit,
    /// Answer a question about access.
    Access(Asked),
    /// Show the events of these namespaces, those that say the same together; `None` for the namespaces in view.
    GroupedEvents(Option<Scope>),
    /// Perform an action.
    Action(Action),
    /// Show something of a release of Helm.
    Helm(HelmCommand),
    /// Apply or create what a file or the clipboard says, or what is typed into an empty text.
    Text(Aim, Option<String>),
    /// List the drafts of edits that were left.
    Drafts,
    /// Show the journal of changes: what of it.
    Journal(Query),
    /// Choose one of the runs of this session.
    Runs,
    /// Look at the files of a container, in this folder.
    Files(Option<String>),
    /// Go on with the draft of this name.
    EditDraft(String),
    /// Run a command in a container.
    Exec {
        /// The command and its arguments.
        words: Vec<String>,
        /// The container, where it is named.
        container: Option<String>,
    },
    /// Show what a jq expression makes of the lines of logs.
    Express(String),
    /// List the port forwards.
    Forwards,
    /// Forward a port to what is under the cursor; without a port, ask.
    PortForward {
        /// The ports.
        spec: Option<Spec>,
        /// Where is listened, where that is named.
        address: Option<String>,
    },
    /// Show an object of this name.
    Object(ObjectCommand),
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
