//! Undoing: what a change made different is made as it was before, and what others changed since stays.

use std::sync::Arc;

use serde_json::Value;

use crate::kinds::Resource;
use crate::sheet::{Facts, Line, Sheet, Span, Subject, Tone, Want};

use super::merge_patch::{merge, patch};
use super::need::Need;
use super::{
    Call, Change, Complaint, Deed, Does, Field, Method, OFFERS, Of, Offer, Proposal, Report,
    Target, shown,
};

/// What the server writes by itself, and nobody can put back.
const SERVERS: [&str; 7] = [
    "creationTimestamp",
    "deletionGracePeriodSeconds",
    "deletionTimestamp",
    "generation",
    "managedFields",
    "resourceVersion",
    "uid",
];

/// Takes a change of this session back, or the one that the journal tells of where that is in view.
pub(super) const OFFER: Offer =
    Offer { action: "undo", of: Of::All, needs: |_| Vec::new(), does: Does::Undoes };

/// Why one of several steps cannot be taken back.
const STEP: &str = "it was one step of several, which are not taken back one by one";

/// The actions of these names, as [`Deed::actions`] has them.
pub(super) fn actions(names: &[String]) -> Vec<&'static str> {
    let all = || OFFERS.iter().map(|offer| offer.action).chain(["apply", "create"]);
    names.iter().filter_map(|name| all().find(|action| action == name)).collect()
}

/// What a change left, by which it can be taken back.
pub(super) struct Left<'a> {
    /// The object.
    pub target: Target,
    /// What the change is called.
    pub words: &'a str,
    /// What the journal calls it.
    pub id: &'a str,
    /// How it was sent; `None` where nothing was.
    pub method: Option<Method>,
    /// Why it cannot be taken back at all.
    pub lasts: Option<&'a str>,
    /// The actions that it was one of.
    pub actions: Vec<&'static str>,
    /// The subresource that was read.
    pub reads: &'static str,
    /// The subresource that was written.
    pub writes: &'static str,
    /// As it was before.
    pub before: Option<Arc<Value>>,
    /// As it was left.
    pub after: Option<Arc<Value>>,
}

impl<'a> Left<'a> {
    fn by(report: &'a Report, words: &'a str) -> Self {
        let deed = &report.change.deed;
        Self {
            target: report.change.target.clone(),
            words,
            id: &report.id,
            method: report.method,
            lasts: lasts(&**deed),
            actions: deed.actions(),
            reads: deed.reads(),
            writes: deed.writes(),
            before: report.before.clone(),
            after: report.after.clone(),
        }
    }

    /// Why it cannot be taken back, as far as that is plain without comparing what was with what is.
    fn refuses(&self) -> Option<String> {
        let words = self.words;
        if let Some(why) = self.lasts {
            return Some(format!("{why} ({words})"));
        }
        if self.before.is_none() {
            return Some(format!("nothing was changed by: {words}"));
        }
        match self.method {
            Some(Method::Delete) => None,
            Some(Method::Patch(_) | Method::Replace) => self.after.is_none().then(|| {
                format!("the server did not say what it has after: {words}; it cannot be undone")
            }),
            Some(Method::Evict) => Some(format!(
                "an eviction is not undone; its controller makes another pod: {words}"
            )),
            Some(Method::Create) => {
                Some(format!("what was made by it can be deleted, not undone: {words}"))
            }
            None => Some(format!("nothing was sent for: {words}")),
        }
    }
}

/// Why a change plainly cannot be taken back; one of which this says nothing may still turn out to have changed nothing that can be.
pub fn lasting(report: &Report) -> Option<String> {
    match report.change.deed.taken_back(&report.id) {
        Some(back) => back.err(),
        None => Left::by(report, &report.change.words()).refuses(),
    }
}

/// The change that takes another back.
///
/// # Errors
/// Why there is none, a sentence for people.
pub fn undoing(report: &Report) -> Result<Change, String> {
    back(Left::by(report, &report.change.words()))
}

/// Why a deed cannot be taken back by itself.
pub(super) fn lasts(deed: &dyn Deed) -> Option<&'static str> {
    let step = || deed.taken_back("").map(|_| STEP);
    deed.lasts().or_else(step)
}

/// As [`undoing`], from what is left of it.
pub(super) fn back(left: Left<'_>) -> Result<Change, String> {
    if let Some(why) = left.refuses() {
        return Err(why);
    }
    let Left { target, words, id, method, actions, reads, writes, before, after, .. } = left;
    let id = id.to_owned();
    let before = before.unwrap_or_default();
    if method == Some(Method::Delete) {
        let target = Target { uid: None, ..target };
        return Ok(Change { target, deed: Arc::new(Recreate { before, id }) });
    }
    let after = after.unwrap_or_default();
    if patch(&own(&after), &own(&before)).is_none() {
        return Err(format!("nothing that it changed can be put back: {words}"));
    }
    let actions = std::iter::once("undo").chain(actions.into_iter().map(other)).collect();
    let restore = Restore { before, after, actions, reads, writes, id };
    Ok(Change { target, deed: Arc::new(restore) })
}

/// What somebody must be allowed to do to take a change back.
pub fn needs(report: &Report) -> Vec<Need> {
    let (reads, writes) = (report.change.deed.reads(), report.change.deed.writes());
    match report.method {
        Some(Method::Delete) => vec![Need::object("get"), Need::another()],
        _ => vec![Need::sub("get", reads), Need::sub("patch", writes)],
    }
}

/// An object without what the server writes by itself, its status among it.
pub(super) fn own(object: &Value) -> Value {
    let mut object = object.clone();
    if let Some(map) = object.as_object_mut() {
        map.remove("status");
    }
    if let Some(meta) = object.get_mut("metadata").and_then(Value::as_object_mut) {
        meta.retain(|key, _| !SERVERS.contains(&key.as_str()));
    }
    object
}

/// Where a patch changes something that is neither as it was left nor as it is to be: the path of the first such field, and what is there now.
fn overwritten(patch: &Value, after: &Value, now: &Value, path: &str) -> Option<(String, Value)> {
    let Value::Object(fields) = patch else {
        let same = after == now || patch == now || (patch.is_null() && now.is_null());
        return (!same).then(|| (path.to_owned(), now.clone()));
    };
    fields.iter().find_map(|(key, field)| {
        let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
        overwritten(field, &after[key.as_str()], &now[key.as_str()], &path)
    })
}

/// Makes an object as it was before a change.
#[derive(Debug)]
struct Restore {
    before: Arc<Value>,
    after: Arc<Value>,
    /// The actions that it is one of.
    actions: Vec<&'static str>,
    reads: &'static str,
    writes: &'static str,
    id: String,
}

/// The action that takes another back.
fn other(action: &'static str) -> &'static str {
    const PAIRS: [[&str; 2]; 4] = [
        ["cordon", "uncordon"],
        ["pause", "resume"],
        ["suspend-work", "resume-work"],
        ["scale-up", "scale-down"],
    ];
    let other = PAIRS.iter().find_map(|[a, b]| match action {
        action if action == *a => Some(*b),
        action if action == *b => Some(*a),
        _ => None,
    });
    other.unwrap_or(action)
}

impl Deed for Restore {
    fn words(&self) -> String {
        "undo".to_owned()
    }

    fn actions(&self) -> Vec<&'static str> {
        self.actions.clone()
    }

    fn reads(&self) -> &'static str {
        self.reads
    }

    fn writes(&self) -> &'static str {
        self.writes
    }

    fn takes_back(&self) -> Option<&str> {
        Some(&self.id)
    }

    fn call(&self, target: &Target, object: &Value) -> Result<Option<Call>, String> {
        let Some(back) = patch(&own(&self.after), &own(&self.before)) else { return Ok(None) };
        if let Some((path, now)) = overwritten(&back, &own(&self.after), &own(object), "") {
            return Err(format!(
                "{path} of {} is {now} by now: somebody changed it since, and undoing would lose that",
                target.short()
            ));
        }
        let mut undone = object.clone();
        merge(&mut undone, &back);
        Ok((undone != *object).then(|| Call::merge(target, object, self.writes(), back)))
    }
}

/// Makes an object anew that was deleted.
#[derive(Debug)]
struct Recreate {
    before: Arc<Value>,
    id: String,
}

impl Deed for Recreate {
    fn words(&self) -> String {
        "make anew".to_owned()
    }

    fn actions(&self) -> Vec<&'static str> {
        vec!["undo", "create"]
    }

    fn makes(&self) -> bool {
        true
    }

    fn takes_back(&self) -> Option<&str> {
        Some(&self.id)
    }

    fn call(&self, target: &Target, object: &Value) -> Result<Option<Call>, String> {
        if object["metadata"]["deletionTimestamp"].is_string() {
            return Err(format!(
                "{} is still being deleted: it can be made anew once it is gone",
                target.short()
            ));
        }
        if !object.is_null() {
            return Err(format!("there is a {} again already", target.short()));
        }
        let namespace = (!target.namespace.is_empty()).then_some(target.namespace.as_str());
        Ok(Some(Call::create(&target.resource.path(namespace), own(&self.before))))
    }
}

/// What taking a change back makes different, as lines of a page.
pub(super) fn lines(
    resource: &Resource,
    words: &str,
    (before, after): (&Value, &Value),
    reveal: bool,
) -> Vec<Line> {
    let mut lines = vec![
        Line::new(0, [Span::new(format!("takes back: {words}"), Tone::Muted)]),
        Line::default(),
    ];
    lines.extend(shown::difference(resource, after, before, reveal));
    lines
}

/// Shows what undoing makes different.
#[derive(Debug)]
struct Undo {
    change: Change,
    before: Arc<Value>,
    after: Arc<Value>,
    words: String,
    reveal: bool,
}

/// The page that takes a change back.
///
/// # Errors
/// As of [`undoing`].
pub fn undo(report: &Report) -> Result<Box<dyn Proposal>, String> {
    if let Some(back) = report.change.deed.taken_back(&report.id) {
        return back;
    }
    let change = undoing(report)?;
    let before = report.before.clone().unwrap_or_default();
    // What was deleted is gone, whatever the server showed last.
    let after = report.after.clone().filter(|_| report.method != Some(Method::Delete));
    let (after, words) = (after.unwrap_or_default(), report.change.words());
    Ok(Box::new(Undo { change, before, after, words, reveal: false }))
}

impl Subject for Undo {
    fn crumbs(&self) -> Vec<String> {
        vec![self.change.target.short(), "undo".to_owned()]
    }

    fn wants(&self, _: &Facts<'_>) -> Vec<Want> {
        Vec::new()
    }

    fn sheet(&self, _: &Facts<'_>) -> Sheet {
        let resource = &self.change.target.resource;
        let lines = lines(resource, &self.words, (&self.before, &self.after), self.reveal);
        Sheet { lines, changes_in: None }
    }

    fn proposal(&self) -> Option<&dyn Proposal> {
        Some(self)
    }

    fn proposal_mut(&mut self) -> Option<&mut dyn Proposal> {
        Some(self)
    }
}

impl Proposal for Undo {
    fn title(&self) -> String {
        format!("Undo: {}", self.change.target.long())
    }

    fn verb(&self) -> String {
        self.change.deed.words()
    }

    fn fields(&self, _: &Facts<'_>) -> Vec<Field> {
        shown::switch(std::iter::once(&*self.change.target.resource)).into_iter().collect()
    }

    fn answer(&mut self, answers: Vec<String>) {
        self.reveal = answers.first().is_some_and(|answer| answer == "true");
    }

    fn changes(&self, _: &Facts<'_>) -> Result<Vec<Change>, Complaint> {
        Ok(vec![self.change.clone()])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_somebody_else_changed_since_is_not_lost() {
        let before = json!({"spec": {"replicas": 3, "paused": true}});
        let after = json!({"spec": {"replicas": 5, "paused": true}});
        let target = super::Target {
            resource: Arc::default(),
            namespace: "shop".to_owned(),
            name: "web".to_owned(),
            uid: None,
        };
        let restore = Restore {
            before: before.clone().into(),
            after: after.into(),
            actions: Vec::new(),
            reads: "",
            writes: "",
            id: String::new(),
        };
        let call = |now: Value| restore.call(&target, &now).map(|call| call.map(|call| call.body));
        let patch = json!({"spec": {"replicas": 3}});
        assert_eq!(call(json!({"spec": {"replicas": 5}})), Ok(Some(patch)));
        assert_eq!(call(before), Ok(None));
        let why = call(json!({"spec": {"replicas": 7}})).unwrap_err();
        assert!(why.starts_with("spec.replicas of /web is 7 by now"), "{why}");
    }
}
