//! What else a change leads to, where that is known only once it is done: the pods that came to a node before it was cordoned.

use std::collections::HashMap;

use serde_json::Value;

use super::{Change, Target};

/// What was read, by its path; `null` where there is nothing.
pub type Read = HashMap<String, Value>;

/// What follows from a change, found out once that is done.
pub trait Sequel: Sync {
    /// The paths that must be read for it, given what was read by now. It is asked again until it names none that was not read.
    fn looks_at(&self, target: &Target, read: &Read) -> Vec<String>;

    /// All that must be done after it: of this, what its run does not have yet joins the run.
    ///
    /// # Errors
    /// Why nothing at all of what follows it is done, a phrase for people.
    fn leads_to(&self, target: &Target, read: &Read) -> Result<Vec<Change>, String>;
}
