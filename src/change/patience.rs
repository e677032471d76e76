//! How long a deed goes on with a server that refuses it for now.

/// How long a deed goes on with a server that refuses it for now (429), or because somebody else was faster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// How often it is sent at most; `None` for as often as `limit` allows.
    pub tries: Option<u32>,
    /// How long it waits before it is sent again, in seconds; `None` for as long as the server asks.
    pub pause: Option<u64>,
    /// How long all of it may take, waiting for its end included, in seconds; `None` for as long as it takes.
    pub limit: Option<u64>,
}

impl Patience {
    /// Sent once: what the server says to it is the answer.
    pub const NONE: Self = Self { tries: Some(1), pause: None, limit: None };
}

/// A few times, as the server asks.
impl Default for Patience {
    fn default() -> Self {
        Self { tries: Some(6), pause: None, limit: None }
    }
}
