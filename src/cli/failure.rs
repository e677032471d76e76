//! How a command fails: cause, next step, exit code.

use std::fmt;

use crate::cluster::Error;
use crate::kinds::Resource;

/// Why a command failed, for stderr.
#[derive(Debug)]
pub struct Failure {
    pub(super) kind: Kind,
    message: String,
    hint: Option<String>,
}

/// What kind of failure it is; it decides the exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// The command line makes no sense.
    Usage,
    /// Anything else that went wrong; kubectl, too, exits with 1.
    Failed,
    /// An object does not exist.
    NotFound,
    /// Whoever reads our output has left.
    Pipe,
}

impl Failure {
    /// A command line that makes no sense.
    pub fn usage(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { kind: Kind::Usage, message: message.into(), hint: Some(hint.into()) }
    }

    /// Something went wrong; `hint` is the next step.
    pub fn failed(message: impl Into<String>, hint: Option<String>) -> Self {
        Self { kind: Kind::Failed, message: message.into(), hint }
    }

    /// What the server said, as kubectl words it.
    pub(super) fn server(message: &str) -> Self {
        Self::failed(format!("Error from server: {message}"), None)
    }

    /// An object that does not exist, as kubectl words it.
    pub(super) fn not_found(resource: &Resource, name: &str) -> Self {
        let what = resource.full_name();
        Self {
            kind: Kind::NotFound,
            message: format!("Error from server (NotFound): {what} {name:?} not found"),
            hint: None,
        }
    }

    /// A resource that the server does not have.
    pub(super) fn no_such_resource(name: &str, nearest: &crate::kinds::catalog::NotFound) -> Self {
        let unheard = crate::kinds::catalog::unheard(&nearest.silent);
        let near = (!nearest.nearest.is_empty())
            .then(|| format!("did you mean {}?", nearest.nearest.join(", ")));
        let hint = match (near, unheard.trim_start_matches("; ")) {
            (near, "") => near,
            (None, unheard) => Some(unheard.to_owned()),
            (Some(near), unheard) => Some(format!("{near} {unheard}")),
        };
        Self::failed(format!("the server does not have a resource type {name:?}"), hint)
    }

    /// The process's exit code; kubectl exits with 1 for all of these, clap with 2 for usage.
    pub fn exit_code(&self) -> u8 {
        match self.kind {
            Kind::Usage => 2,
            Kind::Failed | Kind::NotFound => 1,
            Kind::Pipe => 0,
        }
    }

    /// Whether there is nothing to say: whoever reads our output has left.
    pub fn is_silent(&self) -> bool {
        self.kind == Kind::Pipe
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        match &self.hint {
            Some(hint) => write!(f, "\n  {hint}"),
            None => Ok(()),
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::failed(error.to_string(), error.hint())
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        let kind =
            if error.kind() == std::io::ErrorKind::BrokenPipe { Kind::Pipe } else { Kind::Failed };
        Self { kind, message: format!("cannot write: {error}"), hint: None }
    }
}
