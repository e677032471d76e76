//! What a person set once about how they change things.

use super::debug::IMAGE;

/// What a person set once about how they change things; forms begin with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Habits {
    /// The image of debug containers.
    pub debug_image: String,
}

impl Default for Habits {
    fn default() -> Self {
        Self { debug_image: IMAGE.to_owned() }
    }
}
