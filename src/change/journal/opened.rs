//! One entry of the journal with all that is kept of it.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::Value;

use super::super::{Method, Patch};
use super::chronicle::taken_back;
use super::entry::{Ending, Entry, Life, Told};

/// One entry of the journal with all that is kept of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Opened {
    /// The entry.
    pub entry: Entry,
    /// As the object was before; `null` where there was none.
    pub before: Arc<Value>,
    /// As the server had it afterwards; `None` where that is not told.
    pub after: Option<Arc<Value>>,
    /// What was sent.
    pub body: Value,
    /// What took it back, where that was not taken back itself.
    pub taken_back: Option<String>,
}

impl Opened {
    /// How it was sent.
    pub(super) fn method(&self) -> Option<Method> {
        match (self.entry.told.method.as_str(), self.entry.told.path.ends_with("/eviction")) {
            ("PUT", _) => Some(Method::Replace),
            // Which kind of patch it was makes no difference afterwards.
            ("PATCH", _) => Some(Method::Patch(Patch::Merge)),
            ("DELETE", _) => Some(Method::Delete),
            ("POST", true) => Some(Method::Evict),
            ("POST", false) => Some(Method::Create),
            _ => None,
        }
    }

    /// The subresource that it was sent to; empty for the object itself.
    pub(super) fn subresource(&self) -> &str {
        let told = &self.entry.told;
        let named = format!("/{}", told.name);
        told.path.rsplit_once(named.as_str()).map_or("", |(_, rest)| rest.trim_start_matches('/'))
    }
}

/// Gathers the lines of one entry, the first line of the journal first or the last.
#[derive(Debug)]
pub struct Steps {
    id: String,
    begun: Vec<(Told, Value)>,
    ended: Option<(Told, Value)>,
    /// Every undo of the journal: which change it takes back, and whether it was done.
    undone: HashMap<String, String>,
}

impl Steps {
    /// Of the entry of this id.
    pub fn of(id: &str) -> Self {
        let (begun, undone) = (Vec::new(), HashMap::new());
        Self { id: id.to_owned(), begun, ended: None, undone }
    }

    /// Takes in a line, where it is one of these. Lines come in any order, but those of one kind from the last to the first.
    pub fn take(&mut self, line: &[u8]) {
        let mine = memchr::memmem::find(line, self.id.as_bytes()).is_some();
        let undo = memchr::memmem::find(line, b"\"undoes\"").is_some();
        if !mine && !undo {
            return;
        }
        let Some(told) = Told::read(line) else { return };
        if let Some(of) = told.undoes.clone()
            && !told.is_sending()
            && Entry::new(told.clone(), Some(&told)).is_done()
        {
            self.undone.entry(of).or_insert_with(|| told.id.clone());
        }
        if told.id != self.id {
            return;
        }
        let Ok(whole) = serde_json::from_slice::<Value>(line) else { return };
        if told.is_sending() {
            self.begun.push((told, whole));
        } else if self.ended.is_none() {
            self.ended = Some((told, whole));
        }
    }

    /// What was gathered; `None` where there is no such entry. `life` says who may still be working on it.
    pub fn opened(mut self, life: impl Fn(&str) -> Life) -> Option<Opened> {
        let field = |whole: &mut Value, name: &str| match whole.get_mut(name) {
            Some(value) => value.take(),
            None => Value::Null,
        };
        let end = self.ended.as_ref().map(|(told, _)| told.clone());
        let mut begun = std::mem::take(&mut self.begun).into_iter();
        let (first, mut last) = match begun.next() {
            Some(last) => last,
            // Its beginning is lost.
            None => (end.clone()?, Value::Null),
        };
        let mut before = field(&mut last, "before");
        let mut time = first.time.clone();
        for (told, mut earlier) in begun {
            time.clone_from(&told.time);
            // Of what takes several calls, the first found it as it was.
            if before.is_null() {
                before = field(&mut earlier, "before");
            }
        }
        let mut entry = Entry::new(Told { time, ..first }, end.as_ref());
        if let Ending::Open(alive) = &mut entry.ending {
            *alive = life(&self.id);
        }
        let after = self.ended.as_mut().map(|(_, whole)| field(whole, "after"));
        Some(Opened {
            entry,
            before: Arc::new(before),
            after: after.filter(|after| !after.is_null()).map(Arc::new),
            body: field(&mut last, "body"),
            taken_back: taken_back(&self.undone, &self.id).map(str::to_owned),
        })
    }
}
