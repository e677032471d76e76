//! How far a rollout is, by the rules of `kubectl rollout status` (kubectl, `pkg/polymorphichelpers/rollout_status.go`).

use crate::describe::Field;
use crate::store::Health;

use super::workload::Kind;

/// How far a rollout is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Progress {
    /// In one sentence.
    pub(super) words: String,
    /// How that is.
    pub(super) health: Health,
    /// Whether `kubectl rollout status` would wait no longer, and succeed.
    pub(super) is_over: bool,
    /// Whether the deadline of its progress passed.
    pub(super) is_late: bool,
    /// How many pods there should be.
    pub(super) desired: i64,
    /// How many there should be of the new template: below a partition some stay old.
    pub(super) to_update: i64,
    /// How many there are, old and new.
    pub(super) total: i64,
    /// How many have the new template.
    pub(super) updated: i64,
    /// How many are ready.
    pub(super) ready: i64,
    /// How many have been ready for long enough.
    pub(super) available: i64,
}

impl Progress {
    /// Reads what the controller says.
    pub(super) fn of(kind: Kind, object: Field<'_>) -> Self {
        let status = object.key("status");
        let count = |field: &str| status.key(field).int();
        let mut progress = Self {
            words: String::new(),
            health: Health::Changing,
            is_over: false,
            is_late: false,
            // The API server fills in 1.
            desired: object.at("spec.replicas").opt_int().unwrap_or(1),
            to_update: 0,
            total: count("replicas"),
            updated: count("updatedReplicas"),
            ready: count("readyReplicas"),
            available: count("availableReplicas"),
        };
        if kind == Kind::DaemonSet {
            progress.desired = count("desiredNumberScheduled");
            progress.total = count("currentNumberScheduled");
            progress.updated = count("updatedNumberScheduled");
            progress.ready = count("numberReady");
            progress.available = count("numberAvailable");
        }
        progress.to_update = progress.desired;
        let seen = count("observedGeneration") >= object.at("metadata.generation").int();
        if !seen {
            "the controller has not seen the newest spec yet".clone_into(&mut progress.words);
            return progress;
        }
        let strategy = match kind {
            Kind::Deployment => "RollingUpdate",
            _ => object.at("spec.updateStrategy.type").str_or("RollingUpdate"),
        };
        let over = if strategy == "OnDelete" {
            progress.by_hand()
        } else {
            match kind {
                Kind::Deployment => progress.deployment(object),
                Kind::DaemonSet => progress.daemon_set(),
                Kind::StatefulSet => progress.stateful_set(object),
            }
        };
        progress.is_over = over.is_none();
        match over {
            Some(words) => progress.words = words,
            None => {
                progress.health = if progress.desired == 0 { Health::Idle } else { Health::Ok };
                progress.words = match progress.desired {
                    0 => "rolled out, to no pods".to_owned(),
                    _ if progress.updated < progress.desired => format!(
                        "the partitioned rollout is complete: {} of {} pods are new",
                        progress.updated, progress.desired
                    ),
                    1 => "rolled out: the pod is new and available".to_owned(),
                    all => format!("rolled out: all {all} pods are new and available"),
                };
            }
        }
        progress
    }

    /// Pods of an older template that are still there.
    pub(super) fn old(&self) -> i64 {
        self.total.saturating_sub(self.updated).max(0)
    }

    /// What is waited for; `None` where it is over.
    fn deployment(&mut self, object: Field<'_>) -> Option<String> {
        let conditions = object.at("status.conditions");
        let mut conditions = conditions.list();
        self.is_late = conditions.any(|condition| {
            condition.key("type").str() == "Progressing"
                && condition.key("reason").str() == "ProgressDeadlineExceeded"
        });
        if self.is_late {
            self.health = Health::Broken;
            return Some(format!("it exceeded its progress deadline: {}", self.some_updated()));
        }
        if self.updated < self.desired {
            return Some(self.some_updated());
        }
        if self.total > self.updated {
            return Some(match self.total.saturating_sub(self.updated) {
                1 => "1 old pod is about to end".to_owned(),
                old => format!("{old} old pods are about to end"),
            });
        }
        (self.available < self.updated).then(|| self.some_available(self.updated))
    }

    fn daemon_set(&self) -> Option<String> {
        if self.updated < self.desired {
            return Some(self.some_updated());
        }
        (self.available < self.desired).then(|| self.some_available(self.desired))
    }

    fn stateful_set(&mut self, object: Field<'_>) -> Option<String> {
        let partition = object.at("spec.updateStrategy.rollingUpdate.partition").opt_int();
        self.to_update = self.desired.saturating_sub(partition.unwrap_or(0).max(0)).max(0);
        if self.ready < self.desired {
            return Some(format!("{} of {} pods are ready", self.ready, self.desired));
        }
        // A server fills in a partition of 0: then this is all that kubectl waits for.
        if object.at("spec.updateStrategy.rollingUpdate").is_some() {
            return (self.updated < self.to_update).then(|| self.some_updated());
        }
        let revision = |key: &str| object.at("status").key(key).str();
        (revision("updateRevision") != revision("currentRevision")).then(|| self.some_updated())
    }

    /// With `OnDelete` nothing happens by itself, and kubectl does not wait.
    fn by_hand(&mut self) -> Option<String> {
        if self.updated >= self.desired {
            return (self.ready < self.desired)
                .then(|| format!("{} of {} pods are ready", self.ready, self.desired));
        }
        self.health = Health::Warning;
        Some(format!(
            "{} of {} pods are new; the strategy is OnDelete, so the others stay until somebody deletes them",
            self.updated, self.desired
        ))
    }

    fn some_updated(&self) -> String {
        format!("{} of {} pods are new", self.updated, self.to_update)
    }

    fn some_available(&self, of: i64) -> String {
        format!("{} of {of} new pods are available", self.available.min(of))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn progress_is_as_kubectl_says_it() {
        let words = |kind, object: Value| Progress::of(kind, Field::of(&object)).words;
        let of = |replicas: i64, updated: i64, available: i64| {
            let status = json!({"observedGeneration": 2, "replicas": replicas, "updatedReplicas": updated, "readyReplicas": available, "availableReplicas": available});
            words(
                Kind::Deployment,
                json!({"metadata": {"generation": 2}, "spec": {"replicas": 3}, "status": status}),
            )
        };
        assert_eq!(of(4, 1, 3), "1 of 3 pods are new");
        assert_eq!(of(4, 3, 3), "1 old pod is about to end");
        assert_eq!(of(3, 3, 2), "2 of 3 new pods are available");
        assert_eq!(of(3, 3, 3), "rolled out: all 3 pods are new and available");
        let unseen = json!({"metadata": {"generation": 2}, "status": {"observedGeneration": 1}});
        assert_eq!(
            words(Kind::Deployment, unseen),
            "the controller has not seen the newest spec yet"
        );

        let stateful = |strategy: Value, ready: i64, updated: i64, revision: &str| {
            words(
                Kind::StatefulSet,
                json!({"spec": {"replicas": 3, "updateStrategy": strategy},
                "status": {"readyReplicas": ready, "updatedReplicas": updated, "updateRevision": revision, "currentRevision": "a"}}),
            )
        };
        let partition =
            |n: i64| json!({"type": "RollingUpdate", "rollingUpdate": {"partition": n}});
        assert_eq!(stateful(partition(0), 2, 3, "b"), "2 of 3 pods are ready");
        assert_eq!(stateful(partition(2), 3, 0, "b"), "0 of 1 pods are new");
        assert_eq!(
            stateful(partition(2), 3, 1, "b"),
            "the partitioned rollout is complete: 1 of 3 pods are new"
        );
        assert_eq!(stateful(json!({}), 3, 1, "b"), "1 of 3 pods are new");
        assert_eq!(stateful(json!({}), 3, 3, "a"), "rolled out: all 3 pods are new and available");
        assert!(
            stateful(json!({"type": "OnDelete"}), 3, 1, "b")
                .contains("the others stay until somebody deletes them")
        );

        let daemons = |updated: i64, available: i64| {
            words(
                Kind::DaemonSet,
                json!({"status": {"desiredNumberScheduled": 2, "updatedNumberScheduled": updated, "numberAvailable": available}}),
            )
        };
        assert_eq!(daemons(1, 2), "1 of 2 pods are new");
        assert_eq!(daemons(2, 1), "1 of 2 new pods are available");
        assert_eq!(daemons(2, 2), "rolled out: all 2 pods are new and available");
    }
}
