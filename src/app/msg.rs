//! Messages: what happened.

use std::sync::Arc;

use crossterm::event::{KeyEvent, MouseEvent};

use crate::change::edit::Draft;
use crate::change::{Change, Report};
use crate::forward;
use crate::kinds::catalog::Catalog;
use crate::logs::{Entries, ReadBlock, Stream};
use crate::sheet::Answer;
use crate::store::{Delta, SourceId, Str};

use super::copies::{CopyId, CopyNews};
use super::edit::{EditId, EditNews};
use super::effect::ObjectId;
use super::files::FilesNews;
use super::forward::ForwardId;
use super::layout::Layout;
use super::logs::{Answers, Gather};
use super::run::RunId;
use super::session::{SessionId, SessionNews};

/// What happened, told to [`App::update`](super::App::update).
#[derive(Debug)]
pub enum Msg {
    /// A key went down.
    Key(KeyEvent),
    /// The mouse did something.
    Mouse(MouseEvent),
    /// Text was pasted; it is typed into an open prompt, and never run as keys.
    Paste(String),
    /// The terminal has this many columns and lines now.
    Resize(u16, u16),
    /// A frame was drawn, and this is what stands where.
    Drawn(Layout),
    /// A watch says something.
    Delta(SourceId, Delta),
    /// A cluster says something; named by its context.
    Cluster(Str, ClusterNews),
    /// The kubeconfig was read.
    Contexts(Result<Vec<ContextInfo>, String>),
    /// A followed object says something.
    Object(ObjectId, ObjectNews),
    /// What was asked for a sheet is answered, or answered anew.
    Answered(ObjectId, Answer),
    /// Something is heard of logs.
    Logs(ObjectId, LogNews),
    /// Lines of logs were gathered.
    Gathered {
        /// What for.
        then: Gather,
        /// The lines.
        text: String,
        /// How many older ones are not among them.
        missing: u64,
    },
    /// What a jq expression made of lines of logs, by the number of the question.
    Expressed(ObjectId, u64, Answers),
    /// Something became of one of the changes of a run: its number there, from 0, and what.
    Changed(RunId, usize, Box<Report>),
    /// More changes belong to a run, found out by what was done: they stand after those that it had.
    Joined(RunId, Vec<Change>),
    /// What a change of a run waits for, in words.
    Changing(RunId, usize, String),
    /// Something is heard of an edit.
    Edit(EditId, EditNews),
    /// Something is heard of a session in a container.
    Session(SessionId, SessionNews),
    /// Something is heard of a port forward.
    Forward(ForwardId, forward::News),
    /// What a folder in a container holds, or why that is not known.
    Files(ObjectId, FilesNews),
    /// Something is heard of a copy.
    Copying(CopyId, CopyNews),
    /// The drafts of edits that were left, the newest first.
    Drafts(Vec<Arc<Draft>>),
    /// An effect is done: what to say of it (nothing where empty), or what went wrong.
    Done(Result<String, String>),
    /// Nobody is there any more: kx ends soon, whatever still goes on.
    Ending,
    /// The time of [`App::next_wake`](super::App::next_wake) has come.
    Wake,
    /// Nothing else waits: what kx is [busy](super::App::busy) with goes on by a step.
    Step,
}

/// A context of the kubeconfig.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ContextInfo {
    /// Its name.
    pub name: String,
    /// The cluster entry's name.
    pub cluster: String,
    /// The user entry's name.
    pub user: String,
    /// Its default namespace, `None` where it sets none.
    pub namespace: Option<String>,
}

/// What a cluster says of itself.
#[derive(Clone, Debug)]
pub enum ClusterNews {
    /// A connection is being made.
    Connecting,
    /// It answered.
    Connected(ConnectedInfo),
    /// What it serves; comes again when that changes.
    Catalog(Arc<Catalog>),
    /// It cannot be reached, or refused the connection.
    Failed {
        /// Why, a sentence for people.
        why: String,
        /// The next step, where there is one.
        hint: Option<String>,
        /// When the next attempt starts by itself, seconds since the Unix epoch.
        retry_at: Option<i64>,
    },
}

/// What is known of a cluster once it answered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConnectedInfo {
    /// The server's version, `v1.36.3`; empty where it does not say.
    pub version: String,
    /// Who kx is there, as the kubeconfig or the server says.
    pub user: String,
    /// The server's address.
    pub server: String,
    /// The namespace of the context, empty where it sets none.
    pub namespace: String,
}

/// What is heard of logs.
#[derive(Clone, Debug)]
pub enum LogNews {
    /// These containers came to be read, numbered on from those before.
    Streams(Vec<Stream>),
    /// These follow.
    Entries(Entries),
    /// So many containers are read now.
    Reading(usize),
    /// These were read of the file in which they are kept.
    Came(Vec<ReadBlock>),
    /// They cannot be read: why.
    Failed(String),
    /// Nothing more will come.
    Over,
}

/// What is heard of a followed object.
#[derive(Clone, Debug)]
pub enum ObjectNews {
    /// It looks like this now.
    Value(serde_json::Value),
    /// It was deleted.
    Deleted,
    /// There is none of this name, and never was while somebody looked: what the server says.
    Missing(String),
    /// It cannot be read (any more): why.
    Failed(String),
}
