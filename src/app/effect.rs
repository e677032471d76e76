//! Effects: what the outside must do.

use crate::kinds::Resource;
use crate::store::{Source, SourceId, Str};

use crate::config::State;
use std::sync::Arc;

/// A followed object's short name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ObjectId(pub u32);

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
    /// Stop following.
    Unfollow {
        /// The object.
        id: ObjectId,
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
    /// Keep this for the next run.
    SaveState(State),
    /// Read the kubeconfig's contexts (again). Answered by `Msg::Contexts`.
    ReadContexts,
    /// Give the terminal back and stop, as ctrl-z does.
    Suspend,
    /// Leave.
    Quit,
}

/// A program outside kx.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opener {
    /// `$PAGER`.
    Pager,
    /// `$VISUAL` or `$EDITOR`; changes are not taken back.
    Editor,
}
