//! Why a rollout does not go on: what is wrong with the workload, with what makes its pods, and with its pods, worst first.

mod container;
mod pod;

use crate::describe::{Field, unix};
use crate::sheet::{Go, Want};
use crate::store::{Health, Relation, Row, To};

use super::pods;
use super::revisions::Revision;
use super::workload::{Kind, Workload};

/// Something that holds a rollout up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cause {
    /// How bad it is.
    pub(super) health: Health,
    /// The object that it is about, `pod/web-1`.
    pub(super) object: String,
    /// The way to that.
    pub(super) go: Go,
    /// What is wrong, a sentence without its object.
    pub(super) words: String,
}

/// All that holds a rollout up, as far as it is known, the worst first.
pub(super) fn of(workload: &Workload<'_, '_>) -> Vec<Cause> {
    let mut causes = Vec::new();
    let mut say = |health, words: String| {
        causes.push(Cause { health, object: workload.short(), go: workload.go(), words });
    };
    let spec = workload.object.key("spec");
    if workload.object.at("metadata.deletionTimestamp").has_any() {
        say(Health::Broken, "is being deleted".to_owned());
    }
    if spec.key("paused").flag() && !workload.progress.is_over {
        let words = "is paused: nothing rolls out until it is resumed";
        say(Health::Warning, words.to_owned());
    }
    if workload.progress.is_late {
        // The API server fills in 600.
        let seconds = spec.key("progressDeadlineSeconds").opt_int().unwrap_or(600);
        say(
            Health::Broken,
            format!(
                "made no progress for its deadline of {seconds} s (progressDeadlineSeconds); it goes on trying"
            ),
        );
    }
    let waiting = workload.progress.ready.saturating_sub(workload.progress.available);
    let least = spec.key("minReadySeconds").int();
    if waiting > 0 && least > 0 {
        let words = format!("{} ready, but not for {least} s yet (minReadySeconds)", are(waiting));
        say(Health::Changing, words);
    }
    causes.extend(makers(workload));
    if let Some(pods) = &workload.pods {
        for row in &pods.looked {
            let want = workload.want("", "pods", &row.name);
            let Some(pod) = workload.facts.object(&want).map(Field::of) else { continue };
            let mut found = pod::of(workload, pod);
            let more = pods.like(row).saturating_sub(1);
            if let (Some(first), 1..) = (found.first_mut(), more) {
                let state = pods::text(row, "STATUS");
                let others =
                    if more == 1 { "1 more is".to_owned() } else { format!("{more} more are") };
                first.words.push_str(&format!(" ({others} {state})"));
            }
            causes.extend(found);
        }
    }
    in_order(workload, &mut causes);
    // The same may be said of a workload and of what it made.
    let mut seen = Vec::new();
    causes.retain(|cause| {
        let new = !seen.contains(&cause.words);
        seen.push(cause.words.clone());
        new
    });
    causes.sort_by_key(|cause| std::cmp::Reverse(cause.health));
    causes
}

/// `1 pod is`, `3 pods are`.
fn are(count: i64) -> String {
    if count == 1 { "1 pod is".to_owned() } else { format!("{count} pods are") }
}

/// What keeps pods from being made: quotas, admission, and whatever else the API server refuses them for.
fn makers(workload: &Workload<'_, '_>) -> Vec<Cause> {
    let mut causes = Vec::new();
    let mut refused = |object: String, go: Go, message: &str| {
        let (object, go) = match quota(message) {
            Some(name) => {
                (format!("resourcequota/{name}"), workload.beside("", "resourcequotas", name))
            }
            None => (object, go),
        };
        let words = format!("pods cannot be made: {}", message.trim());
        causes.push(Cause { health: Health::Broken, object, go, words });
    };
    if workload.kind == Kind::Deployment {
        for set in workload.revisions.iter().filter(|set| set.wanted) {
            if let Some(message) = failure(set) {
                let go = workload.beside("apps", "replicasets", set.name);
                refused(format!("replicaset/{}", set.name), go, message);
            }
        }
        return causes;
    }
    // StatefulSets and DaemonSets have no condition for it; what was told of them last must do, while pods are missing.
    if workload.progress.total < workload.progress.desired
        && let Some(event) = newest(workload, workload.uid(), "FailedCreate")
    {
        refused(workload.short(), workload.go(), event.key("message").str());
    }
    causes
}

/// What the `ReplicaFailure` of a ReplicaSet says, where it has one.
fn failure<'f>(set: &Revision<'f>) -> Option<&'f str> {
    let conditions = set.kept.at("status.conditions");
    let mut conditions = conditions.list();
    let failure = conditions.find(|condition| {
        condition.key("type").str() == "ReplicaFailure" && condition.key("status").str() == "True"
    });
    failure.map(|failure| failure.key("message").str_or(failure.key("reason").str()))
}

/// The quota that a refusal names: `… is forbidden: exceeded quota: small, requested: …` (apiserver, `plugin/resourcequota`).
fn quota(message: &str) -> Option<&str> {
    let rest = message.split_once("exceeded quota: ")?.1;
    let name = rest.split(',').next()?.trim();
    (!name.is_empty()).then_some(name)
}

/// The events about an object of this UID, as far as they are known, the newest first.
fn events<'f>(workload: &Workload<'f, '_>, uid: &str) -> Vec<Field<'f>> {
    let all = workload.facts.objects(&workload.want_events(uid)).iter();
    let all = all.map(|event| Field::of(event));
    let mut all: Vec<Field<'f>> =
        all.filter(|event| event.at("involvedObject.uid").str() == uid).collect();
    all.sort_by_key(|event| std::cmp::Reverse(last(*event)));
    all
}

/// When an event was seen last.
fn last(event: Field<'_>) -> Option<i64> {
    ["series.lastObservedTime", "lastTimestamp", "firstTimestamp", "eventTime"]
        .into_iter()
        .find_map(|path| unix(event.at(path)))
}

/// The newest event of this reason about an object.
fn newest<'f>(workload: &Workload<'f, '_>, uid: &str, reason: &str) -> Option<Field<'f>> {
    events(workload, uid).into_iter().find(|event| event.key("reason").str() == reason)
}

/// A StatefulSet goes on in order: one pod that is not ready holds all others up.
fn in_order(workload: &Workload<'_, '_>, causes: &mut Vec<Cause>) {
    let spec = workload.object.key("spec");
    let ordered = spec.key("podManagementPolicy").str_or("OrderedReady") == "OrderedReady";
    if workload.kind != Kind::StatefulSet || !ordered || workload.progress.is_over {
        return;
    }
    let Some(pods) = &workload.pods else { return };
    let mut all = pods.new.iter().chain(&pods.old);
    let Some(first) = all.find(|row| row.health > Health::Changing) else { return };
    causes.push(Cause {
        health: Health::Changing,
        object: workload.short(),
        go: workload.go(),
        words: format!(
            "waits for pod/{} before it goes on to the next one (podManagementPolicy: OrderedReady)",
            first.name
        ),
    });
}

/// Budgets that allow no disruption of its pods now: a rollout does not ask them, but who evicts pods to make room waits for them.
pub(super) fn budgets(workload: &Workload<'_, '_>) -> Vec<(String, Go)> {
    let Some(pods) = &workload.pods else { return Vec::new() };
    let want: Want = workload.want_budgets();
    let budgets = workload.facts.rows(&want).unwrap_or_default();
    let counts_on = |budget: &Row, pod: &Row| {
        budget.links.iter().any(|link| match &link.to {
            To::Labels { selector, .. } => {
                link.relation == Relation::Selects && selector.matches(&pod.labels)
            }
            To::Uid { .. } | To::Name { .. } => false,
        })
    };
    let strict = |budget: &&Row| {
        // Without the budget's cells nobody knows.
        let kind = crate::kinds::modelled("policy", "poddisruptionbudgets");
        let column =
            kind.and_then(|kind| kind.columns.iter().find(|c| c.name == "ALLOWED DISRUPTIONS"));
        column.is_some_and(|column| column.cell(budget) == crate::kinds::Cell::Int(0))
    };
    let of = |budget: &Row| {
        pods.new.iter().chain(&pods.old).any(|pod| counts_on(budget, pod)).then(|| {
            let go = workload.beside("policy", "poddisruptionbudgets", &budget.name);
            (format!("poddisruptionbudget/{}", budget.name), go)
        })
    };
    budgets.into_iter().filter(strict).filter_map(of).collect()
}
