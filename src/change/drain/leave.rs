//! What a drain does: the node is cordoned, then all that is on it is listed anew, and each pod that must go leaves.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::kinds::Resource;
use crate::store::Uid;

use super::super::call::uid;
use super::super::cordon::Cordon;
use super::super::evict::eviction;
use super::super::need::{GET, Need};
use super::super::sequel::{Read, Sequel};
use super::super::{Call, Change, Deed, Method, Patience, Target};
use super::plan::{Allowed, Fate, controller, fate};

/// How long it waits before it tries again to evict what a budget keeps, in seconds (kubectl's `EvictErrorRetryDelay`).
const PAUSE: u64 = 5;

/// How pods leave.
#[derive(Clone, Copy, Debug)]
pub(super) struct How {
    /// In seconds; `None` for what each says itself.
    pub grace: Option<u32>,
    /// How long that may take, in seconds; `None` for as long as it takes.
    pub limit: Option<u64>,
    /// Deleted instead of evicted: no budget is asked.
    pub delete: bool,
}

/// The name and namespace of a pod.
pub(super) fn name(pod: &Value) -> (&str, &str) {
    let text = |field: &str| pod["metadata"][field].as_str().unwrap_or_default();
    (text("name"), text("namespace"))
}

/// A pod, as the object that is changed.
pub(super) fn pod_of(pods: &Arc<Resource>, pod: &Value) -> Target {
    let (name, namespace) = name(pod);
    Target {
        resource: Arc::clone(pods),
        namespace: namespace.to_owned(),
        name: name.to_owned(),
        uid: uid(pod).map(Uid::new),
    }
}

/// What somebody must be allowed to do to a pod that leaves.
pub(super) fn needs(delete: bool) -> [Need; 2] {
    let leave = if delete { Need::object("delete") } else { Need::sub("create", "eviction") };
    [GET, leave]
}

/// The first pod that must not go, and why: then nothing is drained.
pub(super) fn refused(plan: &[(&Value, Fate)]) -> Option<String> {
    plan.iter().find_map(|(pod, fate)| match fate {
        Fate::Refuses(why) => {
            let (name, namespace) = name(pod);
            Some(format!("pod/{name} in {namespace} {why}"))
        }
        _ => None,
    })
}

/// Cordons a node. Pods that came to it until then, after it was looked at, leave with those that were seen (kubectl too lists them only then).
#[derive(Clone, Debug)]
pub(super) struct Clear {
    pub allowed: Allowed,
    pub how: How,
    /// The resources of what is listed.
    pub pods: Arc<Resource>,
    pub sets: Option<Arc<Resource>>,
}

impl Clear {
    /// All that is done to a node, given what becomes of each of its pods.
    pub fn changes(self, node: &Target, plan: &[(&Value, Fate)]) -> Vec<Change> {
        let leaving = self.leaving(node, plan);
        std::iter::once(Change::new(node.clone(), self)).chain(leaving).collect()
    }

    fn leaving(&self, node: &Target, plan: &[(&Value, Fate)]) -> Vec<Change> {
        let goes = plan.iter().filter(|(_, fate)| matches!(fate, Fate::Goes(_)));
        let change = |(pod, _): &(&Value, Fate)| {
            let target = pod_of(&self.pods, pod);
            Change::new(target, Leave { node: node.clone(), how: self.how })
        };
        goes.map(change).collect()
    }

    /// Where the pods of a node are listed.
    fn list(&self, node: &Target) -> String {
        format!("{}?fieldSelector=spec.nodeName%3D{}", self.pods.path(None), node.name)
    }

    /// Where the DaemonSet of a pod is, where it belongs to one.
    fn set(&self, pod: &Value) -> Option<String> {
        let ("apps/v1", "DaemonSet", set) = controller(pod)? else { return None };
        Some(self.sets.as_ref()?.object_path(name(pod).1, set))
    }
}

fn items(list: &Value) -> &[Value] {
    list["items"].as_array().map_or(&[], Vec::as_slice)
}

impl Deed for Clear {
    fn words(&self) -> String {
        Cordon(true).words()
    }

    fn actions(&self) -> Vec<&'static str> {
        Cordon(true).actions()
    }

    fn call(&self, target: &Target, object: &Value) -> Result<Option<Call>, String> {
        Cordon(true).call(target, object)
    }

    fn sequel(&self) -> Option<&dyn Sequel> {
        Some(self)
    }
}

impl Sequel for Clear {
    fn looks_at(&self, node: &Target, read: &Read) -> Vec<String> {
        let list = self.list(node);
        let pods = read.get(&list).map_or(&[][..], items);
        let mut paths: Vec<String> = pods.iter().filter_map(|pod| self.set(pod)).collect();
        paths.push(list);
        paths
    }

    fn leads_to(&self, node: &Target, read: &Read) -> Result<Vec<Change>, String> {
        let pods = read.get(&self.list(node)).map_or(&[][..], items);
        let plan: Vec<(&Value, Fate)> = pods
            .iter()
            .map(|pod| {
                let set = self.set(pod).and_then(|path| read.get(&path));
                (pod, fate(pod, self.allowed, |_, _| set.is_some_and(|set| !set.is_null())))
            })
            .collect();
        match refused(&plan) {
            Some(why) => {
                Err(format!("nothing leaves: {why}, and came after the node was looked at"))
            }
            None => Ok(self.leaving(node, &plan)),
        }
    }
}

/// Makes a pod leave its node, and waits until it is gone.
#[derive(Debug)]
struct Leave {
    /// The node, which is cordoned before.
    node: Target,
    how: How,
}

impl Deed for Leave {
    fn words(&self) -> String {
        if self.how.delete { "delete" } else { "evict" }.to_owned()
    }

    fn actions(&self) -> Vec<&'static str> {
        vec!["drain", if self.how.delete { "delete" } else { "evict" }]
    }

    fn call(&self, target: &Target, pod: &Value) -> Result<Option<Call>, String> {
        if pod["metadata"]["deletionTimestamp"].is_string() {
            return Ok(None);
        }
        if !self.how.delete {
            return Ok(Some(eviction(target, pod, self.how.grace)));
        }
        let mut body = json!({"apiVersion": "v1", "kind": "DeleteOptions"});
        if let Some(seconds) = self.how.grace {
            body["gracePeriodSeconds"] = json!(seconds);
        }
        if let Some(uid) = uid(pod) {
            body["preconditions"] = json!({"uid": uid});
        }
        Ok(Some(Call { method: Method::Delete, path: target.path(""), body, look: None }))
    }

    fn removes(&self) -> bool {
        true
    }

    fn follows(&self) -> Option<&Target> {
        Some(&self.node)
    }

    fn patience(&self) -> Patience {
        Patience { tries: None, pause: Some(PAUSE), limit: self.how.limit }
    }

    fn waits_for(&self, target: &Target, now: Option<&Value>) -> Option<String> {
        let pod = now?;
        let another = target.uid.zip(uid(pod)).is_some_and(|(seen, uid)| Uid::new(uid) != seen);
        (!another).then(|| "its containers end".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kinds::Catalog;

    fn clear(allowed: Allowed) -> (Clear, Target) {
        let catalog = Catalog::default();
        let named = |plural: &str| catalog.resolve(plural).unwrap();
        let how = How { grace: None, limit: None, delete: false };
        let clear = Clear { allowed, how, pods: named("pods"), sets: Some(named("daemonsets")) };
        let (name, namespace) = ("n1".to_owned(), String::new());
        (clear, Target { resource: named("nodes"), namespace, name, uid: None })
    }

    fn pod(name: &str, owner: &str) -> Value {
        json!({"metadata": {"namespace": "shop", "name": name, "uid": name, "ownerReferences": [
            {"apiVersion": "apps/v1", "kind": owner, "name": "o", "controller": true},
        ]}})
    }

    const LIST: &str = "/api/v1/pods?fieldSelector=spec.nodeName%3Dn1";
    const SET: &str = "/apis/apps/v1/namespaces/shop/daemonsets/o";

    #[test]
    fn what_is_on_the_node_by_then_is_read_with_the_daemon_sets_of_it() {
        let (clear, node) = clear(Allowed { ignore_daemon_sets: true, ..Allowed::default() });
        let mut read = Read::new();
        assert_eq!(clear.looks_at(&node, &read), [LIST]);
        let pods = json!({"items": [pod("agent", "DaemonSet"), pod("web", "ReplicaSet")]});
        read.insert(LIST.to_owned(), pods);
        assert_eq!(clear.looks_at(&node, &read), [SET, LIST]);
        read.insert(SET.to_owned(), json!({"kind": "DaemonSet"}));
        let names = |changes: Vec<Change>| -> Vec<String> {
            changes.into_iter().map(|change| change.words()).collect()
        };
        assert_eq!(clear.leads_to(&node, &read).map(names).unwrap(), ["evict: pod/web in shop"]);
        // Of a DaemonSet that is gone, nobody makes the pod anew.
        read.insert(SET.to_owned(), Value::Null);
        let why = clear.leads_to(&node, &read).unwrap_err();
        assert!(
            why.starts_with("nothing leaves: pod/agent in shop its DaemonSet is gone"),
            "{why}"
        );
    }
}
