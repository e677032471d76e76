//! Deleting: grace, finalizers, dependents; and what else removal brings with it.

use std::sync::Arc;

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{World, stamp};
use crate::demo::controllers;
use crate::demo::object::Object;
use crate::demo::value::{At, default, edit_list, remove, set};

/// How dependents are treated when their owner is deleted (`propagationPolicy`).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Deletion {
    /// The owner goes at once, dependents after it.
    #[default]
    Background,
    /// Dependents first.
    Foreground,
    /// Dependents stay, without the owner.
    Orphan,
}

const FOREGROUND: &str = "foregroundDeletion";

impl World {
    /// Deletes an object as the API does: it may stay for a while, marked, for its grace or its finalizers.
    /// Returns what is left of it, or its last state; none if it does not exist.
    pub fn delete(
        &mut self,
        id: &str,
        key: &str,
        how: Deletion,
        grace: Option<i64>,
    ) -> Option<(Arc<Object>, bool)> {
        let mut object = self.store.value(id, key)?;
        let before = object.clone();
        if how == Deletion::Orphan {
            self.orphan(object.text("/metadata/uid").to_owned().as_str());
        }
        if how == Deletion::Foreground && self.store.owns_any(object.text("/metadata/uid")) {
            edit_list(&mut object, "/metadata/finalizers", |list| {
                if !list.iter().any(|f| f == FOREGROUND) {
                    list.push(json!(FOREGROUND));
                }
            });
        }
        let seconds = if id == "pods" { pod_grace(&object, grace) } else { 0 };
        let waits = seconds > 0
            || !object.items("/metadata/finalizers").is_empty()
            || (id == "namespaces" && !object.items("/spec/finalizers").is_empty());
        if !waits {
            return self.finish(id, key).map(|o| (o, true));
        }
        let shorter = object.num("/metadata/deletionGracePeriodSeconds") > seconds;
        if !object.has("/metadata/deletionTimestamp") || shorter {
            let at = self.now.checked_add(SignedDuration::from_secs(seconds)).unwrap_or(self.now);
            set(&mut object, "/metadata/deletionTimestamp", stamp(at));
            set(&mut object, "/metadata/deletionGracePeriodSeconds", seconds);
            if object.has("/metadata/generation") {
                let generation = object.num("/metadata/generation") + 1;
                set(&mut object, "/metadata/generation", generation);
            }
        }
        if id == "namespaces" {
            set(&mut object, "/status/phase", "Terminating");
        }
        if object == before {
            // It is on its way already: telling everybody again would go on for ever.
            return self.store.get(id, key).map(|o| (Arc::clone(o), false));
        }
        Some((self.put(id, key, object), false))
    }

    /// Takes an object out of the store, whatever would hold it, and sees to its dependents.
    pub fn finish(&mut self, id: &str, key: &str) -> Option<Arc<Object>> {
        let object = self.store.remove(id, key)?;
        if id == "customresourcedefinitions.apiextensions.k8s.io" {
            let crd = object.value();
            let custom = format!("{}.{}", crd.text("/spec/names/plural"), crd.text("/spec/group"));
            let keys: Vec<_> = self.store.iter(&custom, None).map(|o| o.key().to_owned()).collect();
            for key in keys {
                self.finish(&custom, &key);
            }
            self.catalog.remove_crd(&crd);
        }
        controllers::notice(self, id, &object, true);
        Some(object)
    }

    /// Removes an object that is marked as deleted and that nothing holds any more. True if it went.
    pub fn finish_if_free(&mut self, id: &str, key: &str, object: &Value) -> bool {
        let held = !object.items("/metadata/finalizers").is_empty()
            || (id == "namespaces" && !object.items("/spec/finalizers").is_empty())
            || (id == "pods" && object.num("/metadata/deletionGracePeriodSeconds") > 0);
        let free = object.has("/metadata/deletionTimestamp") && !held;
        if free {
            self.finish(id, key);
        }
        free
    }

    /// Makes everything owned by this UID forget it.
    fn orphan(&mut self, uid: &str) {
        for (id, key) in self.store.owned_by(uid) {
            self.edit(&id, &key, |dependent| drop_owner(dependent, uid));
        }
    }

    /// The garbage collector: deletes what only this vanished UID owned.
    pub fn collect(&mut self, uid: &str) {
        for (id, key) in self.store.owned_by(uid) {
            let Some(dependent) = self.store.value(&id, &key) else { continue };
            let others = dependent
                .items("/metadata/ownerReferences")
                .iter()
                .any(|o| o.text("/uid") != uid && self.store.by_uid(o.text("/uid")).is_some());
            if others {
                self.edit(&id, &key, |dependent| drop_owner(dependent, uid));
            } else {
                self.delete(&id, &key, Deletion::Background, None);
            }
        }
    }

    /// Foreground deletion: deletes dependents, and lets the owner go when none is left that blocks it.
    pub fn collect_foreground(&mut self, id: &str, key: &str, owner: &Value) {
        let uid = owner.text("/metadata/uid");
        let mut blocked = false;
        for (dependent_id, dependent_key) in self.store.owned_by(uid) {
            let Some(dependent) = self.store.value(&dependent_id, &dependent_key) else { continue };
            if !dependent.has("/metadata/deletionTimestamp") {
                self.delete(&dependent_id, &dependent_key, Deletion::Foreground, None);
            }
            blocked |= self.store.get(&dependent_id, &dependent_key).is_some();
        }
        if !blocked {
            self.edit(id, key, |owner| {
                edit_list(owner, "/metadata/finalizers", |list| list.retain(|f| f != FOREGROUND));
            });
        }
    }

    /// Whether an object waits for its dependents to go.
    pub fn waits_for_dependents(object: &Value) -> bool {
        object.has("/metadata/deletionTimestamp")
            && object.items("/metadata/finalizers").iter().any(|f| f == FOREGROUND)
    }

    /// Records an event about an object, counting repetitions of the same one.
    pub fn event(
        &mut self,
        about: &Value,
        source: &str,
        warning: bool,
        reason: &str,
        message: &str,
    ) {
        let (kind, name) = (about.text("/kind"), about.text("/metadata/name"));
        let namespace = match about.text("/metadata/namespace") {
            "" => "default",
            namespace => namespace,
        };
        let uid = about.text("/metadata/uid");
        let topic = self.chance(&["event", uid, reason, message, source]);
        let key = format!("{namespace}/{name}.{topic:016x}");
        let stamp = self.stamp();
        if self.store.get("events", &key).is_some() {
            self.edit("events", &key, |event| {
                let count = event.num("/count") + 1;
                set(event, "/count", count);
                set(event, "/lastTimestamp", stamp);
            });
            return;
        }
        let mut involved = json!({"kind": kind, "name": name, "uid": uid, "apiVersion": about.text("/apiVersion"),
            "resourceVersion": about.text("/metadata/resourceVersion")});
        if about.has("/metadata/namespace") {
            set(&mut involved, "/namespace", namespace);
        }
        let event = json!({"apiVersion": "v1", "kind": "Event",
            "metadata": {"name": format!("{name}.{topic:016x}"), "namespace": namespace},
            "involvedObject": involved, "reason": reason, "message": message,
            "type": if warning { "Warning" } else { "Normal" }, "count": 1,
            "source": {"component": source}, "reportingComponent": source, "reportingInstance": "",
            "firstTimestamp": stamp, "lastTimestamp": stamp, "eventTime": null});
        // Without its namespace an event has nowhere to go, and nobody to tell.
        if self.create(event).is_ok() {
            self.later(SignedDuration::from_hours(1), ("events", key));
        }
    }
}

fn drop_owner(dependent: &mut Value, uid: &str) {
    edit_list(dependent, "/metadata/ownerReferences", |list| {
        list.retain(|o| o.text("/uid") != uid);
    });
    if dependent.items("/metadata/ownerReferences").is_empty() {
        remove(dependent, "/metadata/ownerReferences");
    }
}

/// Seconds a pod gets to end; none at all if no kubelet knows it or it has ended already.
fn pod_grace(pod: &Value, asked: Option<i64>) -> i64 {
    let ended = matches!(pod.text("/status/phase"), "Succeeded" | "Failed");
    if pod.text("/spec/nodeName").is_empty() || ended {
        return 0;
    }
    asked.unwrap_or_else(|| {
        let mut pod = pod.clone();
        default(&mut pod, "/spec/terminationGracePeriodSeconds", 30);
        pod.num("/spec/terminationGracePeriodSeconds")
    })
}
