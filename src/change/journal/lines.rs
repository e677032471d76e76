//! The lines of the journal: one before a change is sent, one of what became of it.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::super::merge_patch::patch;
use super::super::undo::{lasts, own};
use super::super::{Call, Change, Method, Outcome, Report, shown};
use super::entry::SENDING;

/// Whose changes they are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Who {
    /// The context's name.
    pub context: String,
    /// Who kx is there, as far as it knows.
    pub user: String,
    /// The server's address.
    pub server: String,
}

/// The line that is kept before a change is sent: what is there, and what is to be done. `id` names the change.
pub fn sending(id: &str, who: &Who, change: &Change, call: &Call, before: &Value) -> Value {
    let mut line = head(id, who, change, SENDING);
    line["method"] = json!(method(call.method));
    line["path"] = json!(call.path);
    line["body"] = masked(change, &call.body);
    line["before"] = masked(change, before);
    line
}

/// The line that is kept of what became of it.
pub fn ended(id: &str, who: &Who, report: &Report) -> Value {
    let (result, message) = match &report.outcome {
        Outcome::Done => ("done", ""),
        Outcome::Already => ("already", ""),
        Outcome::Failed(why) => ("failed", why.as_str()),
        Outcome::Unknown(why) => ("unknown", why.as_str()),
    };
    let mut line = head(id, who, &report.change, result);
    if !message.is_empty() {
        line["message"] = json!(message);
    }
    if let Some(after) = &report.after {
        line["after"] = masked(&report.change, after);
    }
    if let Some(hidden) = hidden(report) {
        line["hidden"] = json!(hidden);
    }
    line
}

/// What every line says: when, by whom, and how far it is.
pub(super) fn stamped(id: &str, who: &Who, result: &str) -> Value {
    json!({
        "time": Timestamp::now().to_string(),
        "id": id,
        "context": who.context,
        "server": who.server,
        "user": who.user,
        "result": result,
    })
}

fn head(id: &str, who: &Who, change: &Change, result: &str) -> Value {
    let target = &change.target;
    let mut line = stamped(id, who, result);
    line["action"] = json!(change.deed.words());
    line["actions"] = json!(change.deed.actions());
    line["resource"] = json!(target.resource.full_name());
    line["namespace"] = json!(target.namespace);
    line["name"] = json!(target.name);
    if let Some(of) = change.deed.takes_back() {
        line["undoes"] = json!(of);
    }
    if let Some(why) = lasts(&*change.deed) {
        line["lasts"] = json!(why);
    }
    line
}

/// Whether a change is about values that are not written down, so that it cannot be taken back from here; `None` where all are.
fn hidden(report: &Report) -> Option<bool> {
    let resource = &report.change.target.resource;
    if !shown::is_masked(resource) && !is_release(&report.change) {
        return None;
    }
    let before = report.before.as_deref()?;
    let masked = |object: &Value| own(&masked(&report.change, object));
    let Some(after) = report.after.as_deref().filter(|_| report.method != Some(Method::Delete))
    else {
        return Some(masked(before) != own(before));
    };
    Some(patch(&masked(after), &masked(before)) != patch(&own(after), &own(before)))
}

const fn method(method: Method) -> &'static str {
    match method {
        Method::Create | Method::Evict => "POST",
        Method::Replace => "PUT",
        Method::Patch(_) => "PATCH",
        Method::Delete => "DELETE",
    }
}

/// What of an object may lie in a file: not the values of secrets, and not who manages which field.
fn masked(change: &Change, object: &Value) -> Value {
    let mut object = object.clone();
    if let Some(meta) = object.get_mut("metadata").and_then(Value::as_object_mut) {
        meta.remove("managedFields");
    }
    shown::mask(&change.target.resource, &mut object);
    if is_release(change)
        && let Some(release) = object.pointer_mut("/data/release")
    {
        *release = json!("<hidden>");
    }
    object
}

/// Whether it is about a release of Helm, which has values of secrets in it wherever it is kept.
fn is_release(change: &Change) -> bool {
    change.target.name.starts_with(crate::helm::PREFIX)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::change::{Deed, Patch, Target};
    use crate::kinds::Catalog;

    #[derive(Debug)]
    struct Any;

    impl Deed for Any {
        fn words(&self) -> String {
            "change".to_owned()
        }

        fn call(&self, _: &Target, _: &Value) -> Result<Option<Call>, String> {
            Ok(None)
        }

        fn actions(&self) -> Vec<&'static str> {
            Vec::new()
        }

        fn takes_back(&self) -> Option<&str> {
            Some("1-1-0-0")
        }
    }

    fn line(plural: &str, method: Method, before: &Value, after: Option<&Value>) -> Value {
        let resource = Catalog::default().resolve(plural).unwrap();
        let (namespace, name) = ("shop".to_owned(), "db".to_owned());
        let target = Target { resource, namespace, name, uid: None };
        let report = Report {
            outcome: Outcome::Done,
            method: Some(method),
            before: Some(Arc::new(before.clone())),
            after: after.map(|after| Arc::new(after.clone())),
            ..Report::not_begun(Change::new(target, Any), "")
        };
        ended("2-1-0-0", &Who::default(), &report)
    }

    #[test]
    fn values_of_secrets_are_not_kept_and_that_they_were_changed_is() {
        let secret = |password: &str, team: &str| json!({"metadata": {"name": "db", "labels": {"team": team}, "managedFields": []}, "data": {"password": password}});
        let (before, other) = (secret("c2VjcmV0", "a"), secret("cHV6emxl", "a"));
        let patch = Method::Patch(Patch::Merge);
        let changed = line("secrets", patch, &before, Some(&other));
        assert_eq!(changed["hidden"], true, "although both are as long");
        assert!(!changed.to_string().contains("cHV6") && !changed.to_string().contains("managed"));
        let labelled = line("secrets", patch, &before, Some(&secret("c2VjcmV0", "b")));
        assert_eq!(labelled["hidden"], false);
        assert_eq!(line("secrets", Method::Delete, &before, None)["hidden"], true);
        assert_eq!(line("configmaps", patch, &before, Some(&other))["hidden"], Value::Null);
        assert_eq!(changed["undoes"], "1-1-0-0");
    }
}
