//! Hooks of a release: objects that are made at a certain point, and awaited (`helm.sh/helm/v3/pkg/action/hooks.go`).

use std::fmt;
use std::sync::Arc;

use serde_json::Value;

use crate::helm::record::{BEFORE_CREATION, Note};
use crate::helm::{Hook, Release, objects};
use crate::kinds::Catalog;

use super::super::{Call, Change, Deed, Patience, Proposal, Target, Turn};
use super::Back;
use super::apply::delete;
use super::plan::target_of;
use super::step::Record;

/// How long it waits by the name of Helm's `--timeout`, in seconds.
pub(super) const TIMEOUT: u64 = 300;

/// The hooks of an event with their places among all, in the order in which they run.
pub(super) fn of<'a>(release: &'a Release, event: &str) -> Vec<(usize, &'a Hook)> {
    let all = release.hooks.iter().enumerate();
    let mut hooks: Vec<(usize, &Hook)> =
        all.filter(|(_, hook)| hook.events.iter().any(|it| it == event)).collect();
    hooks.sort_by(|(_, a), (_, b)| (a.weight, &a.name).cmp(&(b.weight, &b.name)));
    hooks
}

fn deletes(hook: &Hook, policy: &str) -> bool {
    // What a definition of a resource takes with it is too much (`deleteHookByPolicy`).
    hook.kind != "CustomResourceDefinition"
        && (hook.delete_policies.iter().any(|it| it == policy)
            || (hook.delete_policies.is_empty() && policy == BEFORE_CREATION))
}

/// The steps of an event.
///
/// # Errors
/// Which hook cannot be read, or is of a kind that the cluster does not serve.
pub(super) fn steps(
    release: &Release,
    event: &str,
    record: &Record,
    catalog: &Catalog,
    timeout: u64,
) -> Result<Vec<Change>, String> {
    let hooks = of(release, event);
    let mut steps = Vec::new();
    let mut leave = Vec::new();
    for (place, hook) in &hooks {
        steps.push(record.note(Note::HookBegins(*place)));
        let mut objects_of = Vec::new();
        let all = objects(&hook.manifest)
            .map_err(|why| format!("the hook {} {}: {why}", hook.kind, hook.name))?;
        for object in all {
            objects_of.push((target_of(&object, &release.namespace, catalog)?, Arc::new(object)));
        }
        for (target, object) in objects_of {
            let back = record.back.clone();
            let run = Run {
                event: event.to_owned(),
                object,
                anew: deletes(hook, BEFORE_CREATION),
                timeout,
                back: back.clone(),
            };
            steps.push(Change::new(target.clone(), run));
            if deletes(hook, "hook-failed") {
                let clean = Clean { failed: true, timeout, back: back.clone() };
                steps.push(Change::new(target.clone(), clean));
            }
            if deletes(hook, "hook-succeeded") {
                leave.push(Change::new(target, Clean { failed: false, timeout, back }));
            }
        }
    }
    if !hooks.is_empty() {
        steps.push(record.note(Note::HooksEnd(hooks.iter().map(|(place, _)| *place).collect())));
    }
    steps.extend(leave.into_iter().rev());
    Ok(steps)
}

/// Makes the object of a hook, and waits until it has done its work.
struct Run {
    event: String,
    object: Arc<Value>,
    /// Whether what is left of an earlier run is deleted before.
    anew: bool,
    timeout: u64,
    back: Back,
}

// What is in it may be secret.
impl fmt::Debug for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Run")
            .field("event", &self.event)
            .field("of", &self.back)
            .finish_non_exhaustive()
    }
}

impl Deed for Run {
    fn words(&self) -> String {
        format!("run the {} hook", self.event)
    }

    fn actions(&self) -> Vec<&'static str> {
        Vec::new()
    }

    fn makes(&self) -> bool {
        true
    }

    fn goes_on(&self) -> bool {
        self.anew
    }

    fn turn(&self) -> Turn {
        Turn::Next
    }

    fn patience(&self) -> Patience {
        Patience { limit: Some(self.timeout), ..Patience::default() }
    }

    fn call(&self, target: &Target, object: &Value) -> Result<Option<Call>, String> {
        if object.is_null() {
            let namespace = (!target.namespace.is_empty()).then_some(target.namespace.as_str());
            let body = Value::clone(&self.object);
            return Ok(Some(Call::create(&target.resource.path(namespace), body)));
        }
        if self.anew {
            return Ok(Some(delete(target, object)));
        }
        Err(format!(
            "there is a {} already, and the hook does not say that it is deleted before: delete it first",
            target.short()
        ))
    }

    fn broke(&self, target: &Target, now: Option<&Value>) -> Option<String> {
        let now = now?;
        match target.resource.kind.as_str() {
            "Job" => {
                let failed = condition(now, "Failed")?;
                let reason = failed["reason"].as_str().unwrap_or_default();
                Some(format!("job {} failed: {reason}", target.name))
            }
            "Pod" if now["status"]["phase"] == "Failed" => {
                Some(format!("pod {} failed", target.name))
            }
            _ => None,
        }
    }

    fn waits_for(&self, target: &Target, now: Option<&Value>) -> Option<String> {
        let now = now?;
        match target.resource.kind.as_str() {
            "Job" if condition(now, "Complete").is_none() => {
                let active = now["status"]["active"].as_i64().unwrap_or(0);
                Some(format!("the hook's job is to complete, {active} active"))
            }
            "Pod" if now["status"]["phase"] != "Succeeded" => {
                let phase = now["status"]["phase"].as_str().unwrap_or("Pending");
                Some(format!("the hook's pod is to succeed, it is {phase}"))
            }
            _ => None,
        }
    }

    fn taken_back(&self, id: &str) -> Option<Result<Box<dyn Proposal>, String>> {
        Some(self.back.proposal(id))
    }

    fn takes_back(&self) -> Option<&str> {
        self.back.takes_back.as_deref()
    }
}

/// The condition of a Job that is so.
fn condition<'a>(object: &'a Value, kind: &str) -> Option<&'a Value> {
    let conditions = object["status"]["conditions"].as_array()?;
    conditions.iter().find(|it| it["type"] == kind && it["status"] == "True")
}

/// Deletes the object of a hook once it is over, and waits until it is gone.
#[derive(Clone, Debug)]
struct Clean {
    /// Whether that is done where it failed; else where all hooks succeeded.
    failed: bool,
    timeout: u64,
    back: Back,
}

impl Deed for Clean {
    fn words(&self) -> String {
        if self.failed { "delete the hook if it fails" } else { "delete the hook" }.to_owned()
    }

    fn actions(&self) -> Vec<&'static str> {
        Vec::new()
    }

    fn removes(&self) -> bool {
        true
    }

    fn turn(&self) -> Turn {
        Turn::Next
    }

    fn patience(&self) -> Patience {
        Patience { limit: Some(self.timeout), ..Patience::default() }
    }

    fn call(&self, target: &Target, object: &Value) -> Result<Option<Call>, String> {
        let goes = !self.failed && !object["metadata"]["deletionTimestamp"].is_string();
        Ok(goes.then(|| delete(target, object)))
    }

    fn otherwise(&self, _: &str, just_before: bool) -> Option<Arc<dyn Deed>> {
        let clean = Self { failed: false, ..self.clone() };
        (self.failed && just_before).then(|| Arc::new(clean) as Arc<dyn Deed>)
    }

    fn waits_for(&self, _: &Target, now: Option<&Value>) -> Option<String> {
        (!self.failed && now.is_some()).then(|| "it is to be gone".to_owned())
    }

    fn taken_back(&self, id: &str) -> Option<Result<Box<dyn Proposal>, String>> {
        Some(self.back.proposal(id))
    }

    fn takes_back(&self) -> Option<&str> {
        self.back.takes_back.as_deref()
    }
}
