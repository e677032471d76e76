//! Taking back what an entry of the journal did, in whichever session that was.

use std::sync::Arc;

use crate::sheet::{Answer, Facts, Line, Sheet, Span, Subject, Tone, Want};
use crate::store::{Health, Uid};

use super::super::call::uid;
use super::super::undo::{self, Left, back};
use super::super::{Change, Complaint, Confirm, Method, Proposal, Target, shown};
use super::page::{resource, want, wrapped};
use super::{Ending, Opened};

/// Where it is taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Here {
    /// The context's name.
    pub context: String,
    /// The server's address, empty where it is not known.
    pub server: String,
}

/// Shows what taking an entry back makes different.
#[derive(Debug)]
pub struct TakeBack {
    id: String,
    here: Here,
}

impl TakeBack {
    /// Of the entry of this id.
    pub fn new(id: &str, here: Here) -> Self {
        Self { id: id.to_owned(), here }
    }

    fn opened<'a>(&self, facts: &'a Facts<'_>) -> Option<&'a Opened> {
        match facts.get(&want(&self.id)) {
            Answer::Entry(opened) => opened.as_deref(),
            _ => None,
        }
    }

    /// Whether the server is another than that it was done on: the same one at another address, or another cluster of that name.
    fn is_elsewhere(&self, opened: &Opened) -> bool {
        opened.entry.told.server != self.here.server
    }

    /// The change that takes it back, or why there is none.
    fn change(&self, facts: &Facts<'_>) -> Result<Change, String> {
        let opened = match facts.get(&want(&self.id)) {
            Answer::Entry(Some(opened)) => opened,
            Answer::Entry(None) => {
                return Err("the journal has no such entry (any more)".to_owned());
            }
            Answer::Failed(why) => return Err(why.clone()),
            _ => return Err("the journal is still being read".to_owned()),
        };
        let told = &opened.entry.told;
        let words = format!("{}: {}", told.action, opened.entry.long());
        if told.context != self.here.context {
            return Err(format!("it was done in {}: go there first", told.context));
        }
        if opened.taken_back.is_some() {
            return Err(format!("it was taken back already: {words}"));
        }
        match &opened.entry.ending {
            Ending::Done => {}
            Ending::Already => return Err(format!("nothing was changed by: {words}")),
            Ending::Failed(_) => return Err(format!("it was not done: {words}")),
            Ending::Unknown(_) | Ending::Open(_) => {
                return Err(format!("what became of it is not known, look at the object: {words}"));
            }
        }
        if told.hidden.unwrap_or_else(|| shown::is_masked(&resource(told))) {
            return Err(format!(
                "values that the journal does not keep were changed by it, so it cannot be taken back from here: {words}"
            ));
        }
        let named = resource(told);
        let Some(resource) = facts.catalog().by_plural(&named.group, &named.plural) else {
            return Err(format!("this cluster serves no {} (any more)", told.resource));
        };
        // What is read to decide by, and what is written (`Deed::reads`, `Deed::writes`).
        let (reads, writes) = match opened.subresource() {
            "scale" => ("scale", "scale"),
            "resize" => ("", "resize"),
            _ => ("", ""),
        };
        let target = Target {
            resource,
            namespace: told.namespace.clone(),
            name: told.name.clone(),
            uid: uid(&opened.before).map(Uid::new),
        };
        let before = (!opened.before.is_null()).then(|| Arc::clone(&opened.before));
        back(Left {
            target,
            words: &words,
            id: &told.id,
            method: opened.method(),
            lasts: told.lasts.as_deref(),
            actions: undo::actions(&told.actions),
            reads,
            writes,
            before,
            after: opened.after.clone(),
        })
    }
}

impl Subject for TakeBack {
    fn crumbs(&self) -> Vec<String> {
        vec!["entry".to_owned(), "undo".to_owned()]
    }

    fn wants(&self, _: &Facts<'_>) -> Vec<Want> {
        vec![want(&self.id)]
    }

    fn sheet(&self, facts: &Facts<'_>) -> Sheet {
        let Some(opened) = self.opened(facts) else { return Sheet::default() };
        let mut lines = Vec::new();
        let mut warn = |text: &str, health| {
            for (number, part) in wrapped(text).into_iter().enumerate() {
                let tone = if number == 0 { Tone::State(health) } else { Tone::Health(health) };
                lines.push(Line::new(0, [Span::new(part, tone)]));
            }
        };
        let told = &opened.entry.told;
        if let Err(why) = self.change(facts) {
            warn(&why, Health::Broken);
            return Sheet { lines, changes_in: None };
        }
        if self.is_elsewhere(opened) {
            let text = format!(
                "it was done on {}, and {} is {} now: perhaps another cluster",
                told.server, told.context, self.here.server
            );
            warn(&text, Health::Warning);
        }
        let after = opened.after.clone().filter(|_| opened.method() != Some(Method::Delete));
        let words = format!("{}: {}", told.action, opened.entry.long());
        let both = (&*opened.before, &*after.unwrap_or_default());
        lines.extend(undo::lines(&resource(told), &words, both, false));
        Sheet { lines, changes_in: None }
    }

    fn proposal(&self) -> Option<&dyn Proposal> {
        Some(self)
    }

    fn proposal_mut(&mut self) -> Option<&mut dyn Proposal> {
        Some(self)
    }
}

impl Proposal for TakeBack {
    fn title(&self) -> String {
        "Undo an entry of the journal".to_owned()
    }

    fn verb(&self) -> String {
        "undo".to_owned()
    }

    fn answer(&mut self, _: Vec<String>) {}

    fn confirm(&self, facts: &Facts<'_>) -> Confirm {
        match self.opened(facts) {
            Some(opened) if self.change(facts).is_ok() && self.is_elsewhere(opened) => {
                Confirm::Type(self.here.context.clone())
            }
            _ => Confirm::Key,
        }
    }

    fn changes(&self, facts: &Facts<'_>) -> Result<Vec<Change>, Complaint> {
        match self.change(facts) {
            Ok(change) => Ok(vec![change]),
            Err(message) => Err(Complaint { field: None, message }),
        }
    }
}
