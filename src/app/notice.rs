//! Notices: what kx says in passing.

/// How long a notice stays, in seconds, by its level.
const STAYS: [i64; 3] = [4, 8, 15];

/// What kx says in passing; it goes by itself or with the next key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// How bad it is.
    pub level: Level,
    /// What it says.
    pub text: String,
    /// When it goes, seconds since the Unix epoch.
    pub until: i64,
}

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Good to know.
    Info,
    /// Something could not be done as asked.
    Warning,
    /// Something failed.
    Error,
}

impl Notice {
    /// A notice that appears now.
    pub fn new(level: Level, text: impl Into<String>, now: i64) -> Self {
        Self { level, text: text.into(), until: now.saturating_add(STAYS[level as usize]) }
    }
}
