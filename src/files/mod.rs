//! Files of containers: their paths, what a folder holds, what is asked of a container's shell for it, and where what an archive holds may go.
//! Pure; `transfer` carries the bytes.
//!
//! Names of files are bytes. Only `/` and the null byte cannot be in them, so they are never text before they are [shown].

mod entry;
mod job;
mod listing;
mod path;
mod safe;
pub mod script;
mod spec;
mod text;

pub use entry::{Entry, Kind};
pub use job::{Existing, Job, LeftOut, Outcome, RETRIES, Way, local_words, size_words};
pub use listing::parse;
pub use path::{RemotePath, os_name, shown};
pub use safe::{Refused, inside, link_inside};
pub use spec::{InPod, Side, Spec, sides};
pub use text::{Contents, MOST_SHOWN, text};

use crate::session::Place;

/// A container's filesystem.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Files {
    /// The container whose programs are run.
    pub place: Place,
    /// Where its root is: empty in the container itself, `/proc/1/root` where a debug container shows those of another.
    pub root: &'static str,
}

/// The root of the process whose container a debug container was added for (proc(5)): both share their processes, and it is the first.
pub const OF_TARGET: &str = "/proc/1/root";

impl Files {
    /// Those of this container.
    pub fn of(place: Place) -> Self {
        Self { place, root: "" }
    }

    /// A path as the programs in the container name it.
    pub fn path(&self, path: &RemotePath) -> Vec<u8> {
        [self.root.as_bytes(), path.bytes()].concat()
    }

    /// For people: `main of web-0 in shop`.
    pub fn words(&self) -> String {
        self.place.words()
    }
}
