//! How a forward is doing.

use std::net::SocketAddr;

use crate::store::Health;

/// What is heard of a forward.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    /// It listens here.
    Listens(Vec<SocketAddr>),
    /// How it is.
    Status(Status),
    /// What has passed by now.
    Counts(Counts),
}

/// How a forward is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Status {
    /// A pod is looked for.
    Looking,
    /// New connections go to this pod.
    Ready {
        /// The pod.
        pod: String,
        /// Its port.
        port: u16,
    },
    /// There is no pod to go to at this moment: why. New connections wait for one.
    Waiting(String),
    /// It ended by itself: why.
    Failed(String),
    /// Somebody stopped it, or nobody started it yet.
    Stopped,
}

/// What has passed through a forward.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Connections that are open.
    pub open: u32,
    /// Connections that there ever were.
    pub total: u64,
    /// Those that broke, or came to no pod.
    pub broken: u64,
    /// Bytes to pods.
    pub sent: u64,
    /// Bytes from pods.
    pub received: u64,
    /// Why the last that broke did.
    pub last_error: Option<String>,
}

impl Status {
    /// The word for it.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Looking => "looking",
            Self::Ready { .. } => "ready",
            Self::Waiting(_) => "waiting",
            Self::Failed(_) => "failed",
            Self::Stopped => "stopped",
        }
    }

    /// How well that is.
    pub fn health(&self) -> Health {
        match self {
            Self::Looking => Health::Changing,
            Self::Ready { .. } => Health::Ok,
            Self::Waiting(_) => Health::Warning,
            Self::Failed(_) => Health::Broken,
            Self::Stopped => Health::Idle,
        }
    }

    /// Whether it listens, or is about to.
    pub fn is_on(&self) -> bool {
        !matches!(self, Self::Failed(_) | Self::Stopped)
    }

    /// Where it leads, or why nowhere; empty where there is nothing to say.
    pub fn note(&self) -> String {
        match self {
            Self::Ready { pod, port } => format!("{pod}:{port}"),
            Self::Waiting(why) | Self::Failed(why) => why.clone(),
            Self::Looking | Self::Stopped => String::new(),
        }
    }
}
