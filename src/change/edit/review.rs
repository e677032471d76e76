//! What a person made of a draft, held against what is there now and against what the server would store.

use std::sync::Arc;

use serde_json::{Map, Value};

use crate::kinds::Catalog;
use crate::sheet::Line;

use super::super::call::uid;
use super::super::{Call, Target, names, shown};
use super::draft::{Aim, Draft};
use super::merge::{Conflict, Keep, merge};
use super::needs::Made;
use super::put::Apply;
use super::text::{self, Mistake};

/// What the server writes by itself, so that nobody's text decides it.
const SERVERS: [&str; 5] =
    ["creationTimestamp", "generation", "managedFields", "resourceVersion", "uid"];

/// An object that a person made something else of.
#[derive(Clone, Debug, PartialEq)]
pub struct Edited {
    /// Which.
    pub target: Target,
    /// How it was when its text was written; `null` where that is not known.
    pub base: Arc<Value>,
    /// How its text has it.
    pub ours: Arc<Value>,
    /// What documents before it in the text make that it needs: its namespace, its definition.
    pub needs: Vec<Target>,
}

impl Edited {
    /// Why what is there now is not the object that was edited.
    pub fn is_another(&self, now: &Value) -> Option<String> {
        let (before, now) = (uid(&self.base)?, uid(now)?);
        (before != now).then(|| {
            let short = self.target.short();
            format!("{short} is another object by now: it was deleted and made anew")
        })
    }
}

/// What a server says to a dry run.
#[derive(Clone, Debug, PartialEq)]
pub enum Said {
    /// It would store this.
    Stored(Arc<Value>),
    /// It cannot say: why.
    Unsaid(String),
    /// It cannot say before these are made, which documents before it in the text make: and why, in its words where it was asked.
    Later(Vec<Target>, Option<String>),
    /// Fields belong to other managers: which and whose, in its words; it would store this if they were taken over.
    Owned(String, Arc<Value>),
    /// It refuses: why, in its words, and which fields cannot be changed once they are set.
    Refused(String, Vec<String>),
    /// It was not asked: both sides changed the same.
    Met,
}

/// An object before it is sent.
#[derive(Clone, Debug, PartialEq)]
pub struct Review {
    /// What the person made of it.
    pub edited: Edited,
    /// What is there now; `null` where there is none.
    pub theirs: Arc<Value>,
    /// What is to be stored: what the person made of it, with what others changed meanwhile.
    pub wanted: Arc<Value>,
    /// Where both changed the same.
    pub conflicts: Vec<Conflict>,
    /// What the server says to it.
    pub said: Said,
    /// What would be different, line by line, without what must not be seen.
    pub lines: Vec<Line>,
    /// As that, with what must not be seen; `None` where there is nothing of it.
    pub revealed: Option<Vec<Line>>,
}

/// A draft as it was read after the editor.
#[derive(Clone, Debug, PartialEq)]
pub struct Reviewed {
    /// The draft.
    pub draft: Arc<Draft>,
    /// Its text.
    pub text: String,
    /// The objects that differ, or what is wrong with the text.
    pub reviews: Result<Vec<Review>, Mistake>,
    /// What in its lines the server's schemas do not know.
    pub problems: Vec<Mistake>,
}

/// What of a text differs from the objects of its draft.
///
/// # Errors
/// What is wrong with it, and where.
pub fn edited(draft: &Draft, text: &str, catalog: &Catalog) -> Result<Vec<Edited>, Mistake> {
    let mut objects = text::read(text)?;
    name(draft.aim, &mut objects)?;
    match draft.aim {
        Aim::Edit => edits(draft, objects),
        Aim::Apply | Aim::Create => {
            let mut made = Made::default();
            let mut all = Vec::new();
            for object in objects {
                let edited = applied(draft, object, catalog, &made)?;
                made.add(&edited.ours, &edited.target);
                all.push(edited);
            }
            Ok(all)
        }
    }
}

/// Sees to it that each object has a name. What is created may leave it to the server how its name ends: kx decides that itself, as the server
/// would, so that what is made can be found again whatever becomes of the answer.
fn name(aim: Aim, objects: &mut [Value]) -> Result<(), Mistake> {
    let all = objects.len();
    for (number, object) in objects.iter_mut().enumerate() {
        let text = |field: &str| {
            object["metadata"][field].as_str().filter(|text| !text.is_empty()).map(str::to_owned)
        };
        if text("name").is_some() {
            continue;
        }
        match (aim, text("generateName")) {
            (Aim::Create, Some(beginning)) => {
                object["metadata"]["name"] = Value::from(names::generated(&beginning));
            }
            (Aim::Create, None) => {
                return Err(text::lacks(
                    number,
                    all,
                    "metadata.name, and no metadata.generateName",
                ));
            }
            (Aim::Apply, Some(_)) => {
                let mut mistake = text::lacks(number, all, "metadata.name");
                mistake.why.push_str(
                    ": with generateName alone it would be another object each time it is applied; :create makes one",
                );
                return Err(mistake);
            }
            (Aim::Apply | Aim::Edit, _) => return Err(text::lacks(number, all, "metadata.name")),
        }
    }
    Ok(())
}

fn edits(draft: &Draft, objects: Vec<Value>) -> Result<Vec<Edited>, Mistake> {
    let field = |of: &Value, path: &str| {
        of.pointer(path).and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    let is = |of: &Value| {
        ["/apiVersion", "/kind", "/metadata/namespace", "/metadata/name"]
            .map(|path| field(of, path))
    };
    let mut seen = Vec::new();
    let mut out = Vec::new();
    for object in objects {
        let id = is(&object);
        let [version, kind, namespace, name] = &id;
        let of = if namespace.is_empty() { String::new() } else { format!(" in {namespace}") };
        let words = format!("{version} {kind} {name}{of}");
        let Some(part) = draft.parts.iter().find(|part| is(&part.base) == id) else {
            let known: Vec<String> = draft.parts.iter().map(|part| part.target.long()).collect();
            return Err(Mistake::new(format!(
                "{words} is none of what is edited here ({}): apiVersion, kind, name and namespace cannot be changed",
                known.join(", ")
            )));
        };
        if seen.contains(&id) {
            return Err(Mistake::new(format!("{words} stands here twice")));
        }
        seen.push(id);
        if object != *part.base {
            out.push(Edited {
                target: part.target.clone(),
                base: Arc::clone(&part.base),
                ours: Arc::new(object),
                needs: Vec::new(),
            });
        }
    }
    Ok(out)
}

/// An object that is to be applied or created, with its place, given what the documents before it make.
fn applied(
    draft: &Draft,
    mut object: Value,
    catalog: &Catalog,
    made: &Made,
) -> Result<Edited, Mistake> {
    let version = object["apiVersion"].as_str().unwrap_or_default().to_owned();
    let kind = object["kind"].as_str().unwrap_or_default().to_owned();
    let (group, number) = version.rsplit_once('/').unwrap_or(("", &version));
    let known = catalog.by_kind(group, &kind).or_else(|| made.resource(group, number, &kind));
    let Some(resource) = known else {
        return Err(Mistake::new(format!("this cluster serves no {kind} of {version}")));
    };
    let resource = if resource.version == number {
        resource
    } else {
        Arc::new(crate::kinds::Resource { version: number.to_owned(), ..(*resource).clone() })
    };
    let name = object["metadata"]["name"].as_str().unwrap_or_default().to_owned();
    let namespace = match object["metadata"]["namespace"].as_str() {
        _ if !resource.namespaced => String::new(),
        Some(namespace) if !namespace.is_empty() => namespace.to_owned(),
        _ => draft.namespace.clone(),
    };
    if resource.namespaced {
        object["metadata"]["namespace"] = Value::from(namespace.clone());
    }
    let needs = made.needed_for(&resource, &namespace);
    let target = Target { resource, namespace, name, uid: None };
    Ok(Edited { target, base: Arc::default(), ours: Arc::new(object), needs })
}

/// What is to be stored, and where both sides changed the same.
pub(super) fn together(edited: &Edited, theirs: &Value, keep: Keep) -> (Value, Vec<Conflict>) {
    // What the server writes is always as it is now.
    let without = |object: &Value| {
        let mut object = object.clone();
        if let Some(meta) = object.get_mut("metadata").and_then(Value::as_object_mut) {
            meta.retain(|key, _| !SERVERS.contains(&key.as_str()));
        }
        object
    };
    let (base, ours) = (without(&edited.base), without(&edited.ours));
    let merged = merge(&base, &ours, &without(theirs), keep);
    let mut wanted = merged.value;
    let now = theirs["metadata"].as_object().cloned().unwrap_or_default();
    let servers: Map<String, Value> = now
        .into_iter()
        .filter(|(key, _)| SERVERS.contains(&key.as_str()) && key != "managedFields")
        .collect();
    if let Some(meta) = wanted.get_mut("metadata").and_then(Value::as_object_mut) {
        meta.extend(servers);
    }
    (wanted, merged.conflicts)
}

impl Review {
    /// What is to be sent for an edit, given what is there now; the server has not been asked yet.
    pub fn of_edit(edited: Edited, theirs: Value) -> Self {
        let (wanted, conflicts) = together(&edited, &theirs, Keep::Ours);
        Self {
            edited,
            theirs: Arc::new(theirs),
            wanted: Arc::new(wanted),
            conflicts,
            said: Said::Met,
            lines: Vec::new(),
            revealed: None,
        }
    }

    /// What is to be applied or created.
    pub fn of_text(edited: Edited, theirs: Value) -> Self {
        let wanted = Arc::clone(&edited.ours);
        let conflicts = Vec::new();
        let theirs = Arc::new(theirs);
        let (said, lines, revealed) = (Said::Met, Vec::new(), None);
        Self { edited, theirs, wanted, conflicts, said, lines, revealed }
    }

    /// The request that a dry run is made of; `None` where it must not be sent.
    pub fn call(&self, aim: Aim, force: bool) -> Option<Call> {
        let target = &self.edited.target;
        match aim {
            Aim::Edit if !self.conflicts.is_empty() => None,
            Aim::Edit => Some(Call::replace(target, "", (*self.wanted).clone())),
            Aim::Apply => Some(Apply::call_of(target, &self.wanted, force)),
            Aim::Create => {
                let namespace = (!target.namespace.is_empty()).then_some(target.namespace.as_str());
                Some(Call::create(&target.resource.path(namespace), (*self.wanted).clone()))
            }
        }
    }

    /// With what the server says, and what would be different.
    #[must_use]
    pub fn said(mut self, said: Said) -> Self {
        let would = match &said {
            Said::Stored(stored) | Said::Owned(_, stored) => stored,
            Said::Unsaid(_) | Said::Later(..) | Said::Refused(..) | Said::Met => &self.wanted,
        };
        let resource = &self.edited.target.resource;
        self.lines = shown::difference(resource, &self.theirs, would, false);
        if shown::is_masked(resource) {
            self.revealed = Some(shown::difference(resource, &self.theirs, would, true));
        }
        self.said = said;
        self
    }
}

impl Reviewed {
    /// Whether nothing in it differs.
    pub fn is_unchanged(&self) -> bool {
        matches!(&self.reviews, Ok(reviews) if reviews.is_empty())
    }
}
