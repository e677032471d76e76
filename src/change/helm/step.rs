//! What is noted in the records of a release while something is done to it.

use std::fmt;
use std::sync::{Arc, OnceLock};

use jiff::Timestamp;
use serde_json::Value;

use crate::helm::record::{Note, going_back, noted};

use super::super::{Call, Change, Deed, Proposal, Target, Turn};
use super::Back;

/// A record of a release, to be written to.
#[derive(Clone, Debug)]
pub(super) struct Record {
    /// The object that holds it.
    pub target: Target,
    /// When its revision came about, where that is a part of this run: once it did.
    pub made: Option<Arc<OnceLock<String>>>,
    pub back: Back,
}

impl Record {
    /// Notes something in it, in its turn.
    pub(super) fn note(&self, note: Note) -> Change {
        self.noting(note, Turn::Next, None)
    }

    /// As [`Record::note`], in another turn.
    pub(super) fn note_at(&self, note: Note, turn: Turn) -> Change {
        self.noting(note, turn, None)
    }

    /// Notes that it is what the cluster has; or, where something failed before, that and why: `Rollback "web" failed`.
    pub(super) fn note_end(&self, failed: String) -> Change {
        self.noting(Note::Deployed, Turn::Next, Some(failed))
    }

    fn noting(&self, note: Note, turn: Turn, failed: Option<String>) -> Change {
        let (made, back) = (self.made.clone(), self.back.clone());
        let noting = Noting { note, turn, failed, made, at: OnceLock::new(), back };
        Change::new(self.target.clone(), noting)
    }
}

#[derive(Clone, Debug)]
struct Noting {
    note: Note,
    turn: Turn,
    /// What is said of a failure, where it is noted.
    failed: Option<String>,
    made: Option<Arc<OnceLock<String>>>,
    at: OnceLock<Timestamp>,
    back: Back,
}

impl Deed for Noting {
    fn words(&self) -> String {
        match &self.note {
            Note::HookBegins(_) => "note that a hook begins",
            Note::HooksEnd(_) => "note that the hooks are over",
            Note::Deployed => "mark deployed",
            Note::Superseded => "mark superseded",
            Note::Failed(_) => "mark failed",
            Note::Uninstalling => "mark uninstalling",
            Note::Uninstalled => "mark uninstalled",
        }
        .to_owned()
    }

    fn actions(&self) -> Vec<&'static str> {
        Vec::new()
    }

    fn turn(&self) -> Turn {
        self.turn
    }

    fn call(&self, target: &Target, object: &Value) -> Result<Option<Call>, String> {
        let at = *self.at.get_or_init(Timestamp::now);
        let made = self.made.as_ref().and_then(|made| made.get()).map(String::as_str);
        let noted = noted(object, &self.note, made, at)
            .map_err(|why| format!("{} is left as it is: {why}", target.short()))?;
        Ok(noted.map(|body| Call::replace(target, "", body)))
    }

    fn otherwise(&self, why: &str, _: bool) -> Option<Arc<dyn Deed>> {
        let failed = self.failed.as_ref()?;
        // What never began cannot be marked.
        self.made.as_ref().is_none_or(|made| made.get().is_some()).then(|| {
            let note = Note::Failed(format!("{failed}: {why}"));
            Arc::new(Self { note, failed: None, ..self.clone() }) as Arc<dyn Deed>
        })
    }

    fn taken_back(&self, id: &str) -> Option<Result<Box<dyn Proposal>, String>> {
        Some(self.back.proposal(id))
    }

    fn takes_back(&self) -> Option<&str> {
        self.back.takes_back.as_deref()
    }
}

/// Makes the record of a new revision that goes back to an old one.
pub(super) struct Begin {
    /// The newest record.
    pub last: Arc<Value>,
    /// The record of the revision that it goes back to.
    pub to: Arc<Value>,
    /// The revision that it goes back to.
    pub revision: i64,
    /// Is told when it came about.
    pub made: Arc<OnceLock<String>>,
    pub at: OnceLock<Timestamp>,
    pub back: Back,
}

// What is in it may be secret.
impl fmt::Debug for Begin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Begin")
            .field("revision", &self.revision)
            .field("of", &self.back)
            .finish_non_exhaustive()
    }
}

impl Deed for Begin {
    fn words(&self) -> String {
        format!("begin to roll back to revision {}", self.revision)
    }

    fn actions(&self) -> Vec<&'static str> {
        vec!["rollback"]
    }

    fn makes(&self) -> bool {
        true
    }

    fn call(&self, target: &Target, object: &Value) -> Result<Option<Call>, String> {
        if !object.is_null() {
            return Err(format!(
                "there is a {} already: somebody else changes the release; look at its history",
                target.short()
            ));
        }
        let at = *self.at.get_or_init(Timestamp::now);
        self.made.get_or_init(|| at.to_string());
        let body = going_back(&self.last, &self.to, at)?;
        Ok(Some(Call::create(&target.resource.path(Some(&target.namespace)), body)))
    }

    fn follow(&self) -> Option<String> {
        let Target { name, namespace, .. } = &self.back.release;
        Some(format!("helm-status {name} -n {namespace}"))
    }

    fn taken_back(&self, id: &str) -> Option<Result<Box<dyn Proposal>, String>> {
        Some(self.back.proposal(id))
    }

    fn takes_back(&self) -> Option<&str> {
        self.back.takes_back.as_deref()
    }
}
