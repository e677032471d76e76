//! Effects: what the outside must do.

use crate::change::Change;
use crate::change::edit::Draft;
use crate::change::journal;
use crate::editor::Schemas;
use crate::files::{Existing, Files, Job, RemotePath};
use crate::forward::{Saved, Start, Wanted};
use crate::kinds::{Catalog, Resource};
use crate::logs::{Export, Expression, Query, Reading};
use crate::store::{Source, SourceId, Str};

use super::copies::CopyId;
use super::edit::{Begin, EditId};
use super::forward::ForwardId;
use super::logs::Gather;
use super::run::RunId;
use super::session::SessionId;
use crate::change::Target;
use crate::config::State;
use crate::session::{Place, What};
use std::path::PathBuf;
use std::sync::Arc;

/// The short name of what is read for a page: a followed object, several, an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ObjectId(pub u32);

impl ObjectId {
    /// One that nothing else goes by; `next` counts them.
    pub(super) fn next(next: &mut u32) -> Self {
        let id = Self(*next);
        *next = next.wrapping_add(1);
        id
    }
}

/// What the runtime must do; what comes of it arrives as a [`Msg`](super::Msg).
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Connect to the cluster of this context, or try again at once. Answered by `Msg::Cluster`; failing attempts repeat by
    /// themselves until `Disconnect`.
    Connect {
        /// The context's name.
        cluster: Str,
    },
    /// Let the connection go; nothing needs it any more, and all its Sources were unwatched.
    Disconnect {
        /// The context's name.
        cluster: Str,
    },
    /// Watch this Source; asked for only while its cluster is connected. Answered by `Msg::Delta`.
    Watch {
        /// What the deltas are to be called.
        id: SourceId,
        /// What to watch.
        source: Source,
    },
    /// Stop watching; deltas still under way are ignored.
    Unwatch {
        /// The Source.
        id: SourceId,
    },
    /// Read one object and keep reading it as it changes. Answered by `Msg::Object`.
    Follow {
        /// What the answers are to be called.
        id: ObjectId,
        /// The context's name.
        cluster: Str,
        /// The object's resource.
        resource: Arc<Resource>,
        /// Its namespace, empty where it is cluster-scoped.
        namespace: String,
        /// Its name.
        name: String,
    },
    /// Read a revision of a release of Helm and keep reading it: the object that holds it is unpacked where no frame waits for it. Answered by
    /// `Msg::Answered`, or by `Msg::Object` where there is no such object.
    FollowRelease {
        /// What the answers are to be called.
        id: ObjectId,
        /// The context's name.
        cluster: Str,
        /// The resource of the object that holds it.
        resource: Arc<Resource>,
        /// Its namespace.
        namespace: String,
        /// The object's name.
        name: String,
    },
    /// Read whole objects and keep reading them as they change. Answered by `Msg::Answered`.
    FollowAll {
        /// What the answers are to be called.
        id: ObjectId,
        /// The context's name.
        cluster: Str,
        /// The objects' resource.
        resource: Arc<Resource>,
        /// Their namespace, empty for all.
        namespace: String,
        /// A label selector, empty for all.
        labels: String,
        /// A field selector, empty for all.
        fields: String,
    },
    /// Read logs and keep reading them. Answered by `Msg::Logs`, until `Unfollow`.
    FollowLogs {
        /// What the answers are to be called.
        id: ObjectId,
        /// The context's name.
        cluster: Str,
        /// Which logs.
        query: Query,
    },
    /// Read of the file in which logs are kept. Answered by one `Msg::Logs`.
    ReadSpilled {
        /// The logs.
        id: ObjectId,
        /// What is read.
        reading: Arc<Reading>,
    },
    /// Gather lines of logs. Answered by one `Msg::Gathered`.
    Gather {
        /// Which lines.
        export: Arc<Export>,
        /// What for.
        then: Gather,
    },
    /// Evaluate a jq expression for lines of logs. Answered by one `Msg::Expressed`.
    Express {
        /// The logs.
        id: ObjectId,
        /// Which question it is.
        question: u64,
        /// The expression.
        expression: Arc<Expression>,
        /// The lines.
        lines: Vec<Vec<u8>>,
    },
    /// No more lines of these logs are evaluated by the expression that there was.
    ForgetExpression {
        /// The logs.
        id: ObjectId,
    },
    /// Ask a server one question. Answered by one `Msg::Answered`.
    Ask {
        /// What the answer is to be called.
        id: ObjectId,
        /// The context's name.
        cluster: Str,
        /// The question.
        question: Question,
    },
    /// Read the journal of changes and keep reading it. Answered by `Msg::Answered`.
    FollowJournal {
        /// What the answers are to be called.
        id: ObjectId,
        /// What of it.
        of: Telling,
    },
    /// Stop following, or waiting for an answer.
    Unfollow {
        /// What it was called.
        id: ObjectId,
    },
    /// Carry out changes, a few at a time. Each is answered by one `Msg::Changed`.
    Change {
        /// What they are called together.
        id: RunId,
        /// The context's name.
        cluster: Str,
        /// The changes.
        changes: Vec<Change>,
    },
    /// Stop what of a run still waits, or was not begun yet; what is done stays done.
    StopRun {
        /// The run.
        id: RunId,
    },
    /// Begin an edit. Answered by one `Msg::Edit`.
    BeginEdit {
        /// What it is called.
        id: EditId,
        /// The context's name.
        cluster: Str,
        /// The namespace of objects whose text names none.
        namespace: String,
        /// What it begins with.
        begin: Begin,
    },
    /// Open a draft in the editor, with the terminal handed over, and hold what a person made of it against the cluster. Answered by one
    /// `Msg::Edit`.
    OpenDraft {
        /// What the edit is called.
        id: EditId,
        /// The context's name.
        cluster: Str,
        /// The draft.
        draft: Arc<Draft>,
        /// The text that it has from now on; `None` to leave it as it is.
        text: Option<String>,
        /// Whether the editor is opened.
        open: bool,
        /// What the cluster serves.
        catalog: Arc<Catalog>,
    },
    /// Keep a draft with this text: what a person types, so often that not each need be written by itself.
    KeepDraft {
        /// The draft.
        draft: Arc<Draft>,
        /// The text.
        text: Arc<str>,
    },
    /// Look at a text, where no frame waits for it. Answered by one `EditNews::Checked`.
    CheckText {
        /// What the edit is called.
        id: EditId,
        /// Which version of the text it is.
        version: u64,
        /// The text.
        text: Arc<str>,
        /// What is known of the schemas that it is to follow.
        schemas: Schemas,
        /// Whether its objects must be whole.
        whole: bool,
    },
    /// Read the schemas of an apiVersion. Answered by one `EditNews::Schema`.
    ReadSchema {
        /// What the edit is called.
        id: EditId,
        /// The context's name.
        cluster: Str,
        /// The apiVersion, `apps/v1`.
        version: String,
    },
    /// Throw a draft away.
    ForgetDraft(Arc<Draft>),
    /// List the drafts that were left. Answered by `Msg::Drafts`.
    ListDrafts,
    /// Find the pod that an object stands for. Answered by one `Msg::Session`.
    FindPod {
        /// What the session is called.
        id: SessionId,
        /// The context's name.
        cluster: Str,
        /// The object: a pod, or what selects pods.
        target: Target,
    },
    /// Wait until a container runs. Answered by `Msg::Session` until it does, or never will.
    AwaitContainer {
        /// What the session is called.
        id: SessionId,
        /// The context's name.
        cluster: Str,
        /// The resource of pods.
        pods: Arc<Resource>,
        /// The container.
        place: Place,
    },
    /// Hand the terminal over to a container until what runs there ends, or open a session in the pane. Answered by one `Msg::Session`.
    OpenSession {
        /// What it is called.
        id: SessionId,
        /// The context's name.
        cluster: Str,
        /// The container.
        place: Place,
        /// What is run there.
        what: What,
        /// Whether it is given what is typed.
        stdin: bool,
        /// Whether it has a terminal of its own.
        tty: bool,
        /// The columns and lines of the pane that it is opened in; `None` where it gets the whole terminal. Of one in the pane more than one
        /// `Msg::Session` tells.
        pane: Option<(u16, u16)>,
    },
    /// Run a command in a container of what an object stands for, in the pane. `Msg::Session` tells where that is, what it writes and how it ends.
    RunIn {
        /// What it is called.
        id: SessionId,
        /// The context's name.
        cluster: Str,
        /// The object: a pod, or what selects pods.
        target: Target,
        /// The container; empty for the one that is meant where none is named.
        container: String,
        /// The command and its arguments.
        words: Vec<String>,
        /// Columns and lines of its screen.
        size: (u16, u16),
    },
    /// Type into a session in the pane.
    TypeIntoSession {
        /// What it is called.
        id: SessionId,
        /// What a terminal would send.
        bytes: Vec<u8>,
    },
    /// The pane of a session has another size.
    ResizeSession {
        /// What it is called.
        id: SessionId,
        /// Columns.
        columns: u16,
        /// Lines.
        lines: u16,
    },
    /// Leave a session in the pane.
    CloseSession {
        /// What it is called.
        id: SessionId,
    },
    /// Stop preparing a session.
    StopSession {
        /// What it is called.
        id: SessionId,
    },
    /// Begin a port forward. Answered by `Msg::Forward`, until it is stopped.
    StartForward {
        /// What it is called.
        id: ForwardId,
        /// The context's name.
        cluster: Str,
        /// What is wanted.
        wanted: Wanted,
        /// What the cluster serves.
        catalog: Arc<Catalog>,
    },
    /// End a port forward, and the connections through it.
    StopForward {
        /// What it is called.
        id: ForwardId,
    },
    /// Keep a port forward for the next time, or not any more.
    KeepForward {
        /// The forward.
        saved: Saved,
        /// How.
        start: Start,
    },
    /// Open a URL in the browser. Answered by `Msg::Done`.
    Browse {
        /// The URL.
        url: String,
    },
    /// Read what a folder in a container holds. Answered by one `Msg::Files`.
    ListFiles {
        /// What the answer is to be called.
        id: ObjectId,
        /// The context's name.
        cluster: Str,
        /// The container's filesystem.
        files: Files,
        /// The folder.
        folder: RemotePath,
    },
    /// Copy something to or from a container. Answered by `Msg::Copying`, until it is over.
    StartCopy {
        /// What it is called.
        id: CopyId,
        /// The context's name.
        cluster: Str,
        /// What is copied, and how.
        job: Job,
    },
    /// Say what is done with what is there already, which a copy asked about.
    AnswerCopy {
        /// The copy.
        id: CopyId,
        /// What is done.
        existing: Existing,
    },
    /// Stop a copy; what is there of it is kept.
    StopCopy {
        /// The copy.
        id: CopyId,
    },
    /// Put text into the clipboard. Answered by `Msg::Done`.
    Copy(String),
    /// Open text in another program, with the terminal handed over. Answered by `Msg::Done`.
    Open {
        /// Which program.
        with: Opener,
        /// The text.
        text: String,
        /// A file name that tells what it is, `pod-web-0.yaml`.
        name: String,
    },
    /// Show logs in the pager, which reads them bit by bit, with the terminal handed over. Answered by `Msg::Done` where that fails.
    Page {
        /// What is shown.
        export: Arc<Export>,
    },
    /// Write logs into a file that is not there yet. Answered by `Msg::Done`.
    Save {
        /// What is written.
        export: Arc<Export>,
        /// The file.
        path: PathBuf,
    },
    /// Keep this for the next run.
    SaveState(State),
    /// Read the kubeconfig's contexts (again). Answered by `Msg::Contexts`.
    ReadContexts,
    /// Give the terminal back and stop, as ctrl-z does.
    Suspend,
    /// Leave.
    Quit,
}

/// A question to a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    /// What it says at a path.
    Text {
        /// The path with its query.
        path: String,
    },
    /// As [`Question::Text`], but only those of its lines that begin so.
    Lines {
        /// The path with its query.
        path: String,
        /// How the lines begin.
        prefix: String,
    },
    /// What it answers to a review.
    Review {
        /// The path that it is posted to.
        path: String,
        /// The review, as JSON.
        body: String,
    },
    /// How a file in a container begins.
    File {
        /// The container's filesystem.
        files: Files,
        /// The file.
        path: RemotePath,
    },
}

/// What of the journal is to be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Telling {
    /// The entries that are looked for.
    List(journal::Query),
    /// The entry of this id, with what it changed.
    Entry(String),
}

/// A program outside kx.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opener {
    /// `$PAGER`.
    Pager,
    /// `$VISUAL` or `$EDITOR`; changes are not taken back.
    Editor,
}
