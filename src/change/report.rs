//! What became of a change, and what is kept of it so that it can be undone.

use std::sync::Arc;

use serde_json::Value;

use crate::store::Uid;

use super::{Change, Method};

/// What became of a change.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// It is done.
    Done,
    /// It was so already; nothing was sent.
    Already,
    /// It is not done: why, the server's message whole.
    Failed(String),
    /// The connection broke, and whether it was done could not be found out: why.
    Unknown(String),
}

/// What became of a change, with what was there before and after it, where that was seen.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// The change.
    pub change: Change,
    /// What the journal calls it; empty where it has nothing to tell of it.
    pub id: String,
    /// What became of it.
    pub outcome: Outcome,
    /// How it was sent; `None` where nothing was.
    pub method: Option<Method>,
    /// The object, or its subresource, as it was read just before.
    pub before: Option<Arc<Value>>,
    /// As the server has it now; `None` too where it is gone.
    pub after: Option<Arc<Value>>,
    /// What else the person must know.
    pub note: Option<String>,
}

impl Report {
    /// Of a change that was not begun, and why.
    pub fn not_begun(change: Change, why: &str) -> Self {
        let why = why.to_owned();
        Self {
            change,
            id: String::new(),
            outcome: Outcome::Failed(why),
            method: None,
            before: None,
            after: None,
            note: None,
        }
    }

    /// What it scaled, from how many replicas to how many: what it read and what the server answered are Scales then (autoscaling/v1).
    pub fn scaled(&self) -> Option<(Uid, i64, i64)> {
        let replicas = |scale: &Arc<Value>| {
            (scale["kind"] == "Scale").then(|| scale["spec"]["replicas"].as_i64().unwrap_or(0))
        };
        let (before, after) = (self.before.as_ref()?, self.after.as_ref()?);
        let uid = Uid::new(after["metadata"]["uid"].as_str()?);
        let (from, to) = (replicas(before)?, replicas(after)?);
        (self.outcome == Outcome::Done && from != to).then_some((uid, from, to))
    }

    /// In one line for people, with the server's message whole.
    pub fn words(&self) -> String {
        let words = self.change.words();
        let text = match &self.outcome {
            Outcome::Done => format!("done: {words}"),
            Outcome::Already => format!("nothing to do, it is so already: {words}"),
            Outcome::Failed(why) => format!("not done: {words}: {why}"),
            Outcome::Unknown(why) => format!("perhaps done, perhaps not: {words}: {why}"),
        };
        match &self.note {
            Some(note) => format!("{text}; {note}"),
            None => text,
        }
    }
}
