//! Making an object anew, where that is a sane way to change what cannot be changed.

use serde_json::Value;

/// How objects of a kind are made anew.
#[derive(Clone, Copy, Debug)]
pub struct Recreation {
    /// What is lost by it, a phrase.
    pub harm: &'static str,
    /// Takes out of an object what belongs to the one that is deleted.
    pub bare: fn(&mut Value),
}

impl Recreation {
    /// Of a kind whose objects carry nothing of their own past.
    pub const fn new(harm: &'static str) -> Self {
        Self { harm, bare: |_| {} }
    }
}
