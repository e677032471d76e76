//! Why a copy came to nothing.

use std::io;
use std::path::Path;

use crate::cluster::Error;
use crate::files::{RemotePath, local_words};

/// Why a copy, or a look at a folder, came to nothing.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// The cluster, or the way there.
    #[error("{0}")]
    Cluster(#[from] Error),
    /// The container has no such program.
    #[error("there is no {program} in {place}")]
    NoProgram {
        /// The program.
        program: String,
        /// The container.
        place: String,
    },
    /// What the programs in the container say.
    #[error("{0}")]
    Remote(String),
    /// There is nothing of this path in the container.
    #[error("there is no {} in {place}", path.words())]
    Missing {
        /// The path.
        path: RemotePath,
        /// The container.
        place: String,
    },
    /// It is neither file nor folder.
    #[error("{} is neither a file nor a folder", path.words())]
    Special {
        /// The path.
        path: RemotePath,
    },
    /// A file of this machine cannot be read or written.
    #[error("{path}: {error}")]
    Local {
        /// Its path, as it is shown.
        path: String,
        /// Why.
        error: io::Error,
    },
    /// It is there already, and is not to be replaced.
    #[error("{path} is there already and was not replaced")]
    Exists {
        /// Its path, as it is shown.
        path: String,
    },
    /// What was copied changed meanwhile.
    #[error("{path} changed while it was copied; try again")]
    Changed {
        /// Its path, as it is shown.
        path: String,
    },
    /// It cannot be written into the journal, so nothing was copied either.
    #[error("{0}")]
    Journal(String),
    /// The connection broke, again and again.
    #[error("the connection is lost: {why}")]
    Cut {
        /// Why.
        why: String,
    },
}

impl Trouble {
    /// About a file of this machine.
    pub(super) fn local(path: &Path) -> impl FnOnce(io::Error) -> Self + use<> {
        let path = local_words(path);
        move |error| Self::Local { path, error }
    }

    /// The program that is missing in the container: a debug container has one.
    pub fn missing_program(&self) -> Option<&str> {
        match self {
            Self::NoProgram { program, .. } => Some(program),
            _ => None,
        }
    }

    /// The next step, where there is one.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Cluster(error) => error.hint(),
            Self::NoProgram { program, .. } if program == "tar" => Some(
                "single files can be copied without it; a debug container (D in kx) brings its own, and has the container's files in /proc/1/root"
                    .to_owned(),
            ),
            Self::NoProgram { .. } => Some(
                "a debug container (D in kx) brings its own, and has the container's files in /proc/1/root"
                    .to_owned(),
            ),
            Self::Cut { .. } => Some("what is there is kept: the same copy goes on with it".to_owned()),
            _ => None,
        }
    }
}
