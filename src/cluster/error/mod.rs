//! What can go wrong between kx and a cluster, told to people: the cause, the object, the next step.

mod hint;
mod status;
mod transport;

use std::path::PathBuf;
use std::time::Duration;

pub use status::{Cause, Status};

/// Everything that can go wrong between kx and a cluster.
///
/// `Display` is the cause in one line, [`Error::hint`] the next step. Cheap enough to clone, so that it can
/// travel in messages and be shown on several pages. It never holds a token, a key or a request's body.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// There is no kubeconfig, and kx does not run inside a cluster.
    #[error("no kubeconfig: looked for {}", hint::paths(.looked))]
    NoKubeconfig {
        /// The files looked for, in order.
        looked: Vec<PathBuf>,
    },
    /// A kubeconfig cannot be read or makes no sense.
    #[error("kubeconfig {}: {problem}", hint::place(.file, *.line))]
    Kubeconfig {
        /// The file.
        file: PathBuf,
        /// The line, from 1, where one is to blame.
        line: Option<u64>,
        /// What is wrong there.
        problem: String,
    },
    /// The wanted context is in no kubeconfig.
    #[error("no context named {name:?}{}", hint::among(.nearest))]
    UnknownContext {
        /// The wanted name.
        name: String,
        /// The names nearest to it, best first.
        nearest: Vec<String>,
    },
    /// No context was asked for and the kubeconfig names none.
    #[error("the kubeconfig has no current-context{}", hint::among(.known))]
    NoContext {
        /// The contexts there are.
        known: Vec<String>,
    },
    /// A context names a cluster or a user that the kubeconfig does not define.
    #[error("context {context:?} names the {what} {name:?}, which no kubeconfig defines{}", hint::among(.nearest))]
    MissingEntry {
        /// The context.
        context: String,
        /// `cluster` or `user`.
        what: &'static str,
        /// The missing name.
        name: String,
        /// The names nearest to it, best first.
        nearest: Vec<String>,
    },
    /// What a context says about cluster or user cannot be used: a missing file, bad base64, a wrong key.
    #[error("context {context:?}: {problem}")]
    Unusable {
        /// The context.
        context: String,
        /// What cannot be used, and why.
        problem: String,
    },
    /// A file that credentials are read from cannot be used.
    #[error("{}: {problem}", .file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// What cannot be used, and why.
        problem: String,
    },
    /// An exec credential plugin failed.
    #[error("the credential plugin {command:?} {problem}{}", hint::quoted(.stderr))]
    Plugin {
        /// The plugin's command.
        command: String,
        /// How it failed.
        problem: String,
        /// The end of what it wrote to stderr, without control characters.
        stderr: String,
        /// The kubeconfig's `installHint`, or what kx knows to do about it.
        advice: Option<String>,
    },
    /// No connection to the server.
    #[error("{host} cannot be reached: {problem}")]
    Unreachable {
        /// `host:port`.
        host: String,
        /// What happened.
        problem: Unreachable,
    },
    /// The proxy on the way to the server refused or broke.
    #[error("the proxy {proxy} does not lead to {host}: {problem}")]
    Proxy {
        /// The proxy's address, without credentials.
        proxy: String,
        /// `host:port` of the server behind it.
        host: String,
        /// What happened.
        problem: String,
    },
    /// The server's certificate is not trusted, or TLS failed otherwise.
    #[error("the certificate of {host} is not trusted: {problem} (checked against {ca})")]
    Untrusted {
        /// `host:port`.
        host: String,
        /// Why.
        problem: String,
        /// Which certificate authority it was checked against.
        ca: String,
    },
    /// TLS failed for another reason than the server's certificate; often the server refuses ours.
    #[error("no secure connection to {host}: {problem}")]
    Tls {
        /// `host:port`.
        host: String,
        /// Why.
        problem: String,
    },
    /// The connection broke while an answer was arriving, or before it came.
    #[error("the connection to {host} was cut: {problem}")]
    Cut {
        /// `host:port`.
        host: String,
        /// What happened.
        problem: String,
    },
    /// 401: the server does not know who is asking.
    #[error("{}: the server does not accept the credentials{}", .status.line(), hint::of(.who))]
    Unauthorized {
        /// Who was asking and how: ``user "dev" (credential plugin "aws")``, or empty.
        who: String,
        /// The server's words.
        status: Box<Status>,
    },
    /// 403: the user may not do this.
    #[error("{}", hint::forbidden(.user, .verb, .resource, .namespace.as_deref(), .status))]
    Forbidden {
        /// The user as the server knows them; may be empty.
        user: String,
        /// The verb, `list`; may be empty.
        verb: String,
        /// The resource with its group, `deployments.apps`; may be empty.
        resource: String,
        /// The namespace, where the request had one.
        namespace: Option<String>,
        /// The server's words.
        status: Box<Status>,
    },
    /// 404: no such object, or no such resource.
    #[error("{}", .status.line())]
    NotFound {
        /// The server's words.
        status: Box<Status>,
    },
    /// 409: it exists already, or was changed meanwhile.
    #[error("{}", .status.line())]
    Conflict {
        /// The server's words.
        status: Box<Status>,
    },
    /// 410: this resourceVersion or continue token is too old; list again.
    #[error("{}", .status.line())]
    Expired {
        /// The server's words.
        status: Box<Status>,
    },
    /// 400 and 422: the server rejects what was sent.
    #[error("{}", .status.line())]
    Invalid {
        /// The server's words.
        status: Box<Status>,
    },
    /// 429: the server asks to wait.
    #[error("{}", .status.line())]
    TooManyRequests {
        /// The server's words.
        status: Box<Status>,
    },
    /// 5xx: the server, or something on the way to it, failed.
    #[error("{}", .status.line())]
    Server {
        /// The server's words.
        status: Box<Status>,
    },
    /// Any other status that is not success (405, 406, 413, 415, …).
    #[error("{}", .status.line())]
    Api {
        /// The server's words.
        status: Box<Status>,
    },
    /// The gate refused: kx is read-only and this is not a read.
    #[error("read-only{by}: {method} {path} was not sent, {why}")]
    ReadOnly {
        /// The HTTP method.
        method: String,
        /// The path, without the query.
        path: String,
        /// Which rule refused it.
        why: &'static str,
        /// By whom, where that is not kx as a whole: ` by the guardrail …`.
        by: String,
    },
    /// The server's answer does not make sense.
    #[error("{what} cannot be understood: {problem}")]
    Decode {
        /// What was to be decoded: `the list of pods`.
        what: String,
        /// Why it cannot be.
        problem: String,
    },
    /// The request itself cannot be made (a bad header, a bad path).
    #[error("the request cannot be made: {problem}")]
    Request {
        /// Why.
        problem: String,
    },
}

/// Why a server cannot be reached.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unreachable {
    /// Its name does not resolve.
    #[error("the name does not resolve ({0})")]
    Dns(String),
    /// Nothing listens there.
    #[error("connection refused")]
    Refused,
    /// No answer in time.
    #[error("no answer within {} s", .0.as_secs())]
    Timeout(Duration),
    /// Anything else the operating system says.
    #[error("{0}")]
    Other(String),
}

impl Error {
    /// The HTTP status behind this error, if the server answered.
    pub fn status(&self) -> Option<&Status> {
        match self {
            Self::Unauthorized { status, .. }
            | Self::Forbidden { status, .. }
            | Self::NotFound { status }
            | Self::Conflict { status }
            | Self::Expired { status }
            | Self::Invalid { status }
            | Self::TooManyRequests { status }
            | Self::Server { status }
            | Self::Api { status } => Some(status),
            _ => None,
        }
    }

    /// Whether the same request may well succeed a little later, with nobody doing anything.
    ///
    /// [`Error::Expired`] is not: it wants a new list. A failed credential plugin is not: running it again and
    /// again may open a browser window each time.
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Unreachable { .. }
            | Self::Proxy { .. }
            | Self::Cut { .. }
            | Self::TooManyRequests { .. } => true,
            // 501 and 505 say that it never will.
            Self::Server { status } => !matches!(status.code, 501 | 505),
            Self::Api { status } => status.code == 408,
            _ => false,
        }
    }

    /// Whether no connection could be made: so it is too where there are as many as there may be.
    pub(in crate::cluster) fn is_refused_connection(&self) -> bool {
        match self {
            Self::Unreachable { problem, .. } => !matches!(problem, Unreachable::Dns(_)),
            Self::Proxy { .. } => true,
            _ => false,
        }
    }

    /// How long the server asks to wait before asking again.
    pub fn retry_after(&self) -> Option<Duration> {
        self.status()?.retry_after
    }
}
