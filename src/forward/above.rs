//! What stands for a pod once it is gone.

use crate::change::Target;
use crate::session::selector;
use crate::sheet::{Facts, Want};

use super::ask::want;

/// How many owners stand above each other at most.
const HIGHEST: usize = 4;

/// The highest controller of a pod that selects pods by labels, as far as that is known, and what must be read to know it. None stands for a pod
/// whose name is given by its controller (a StatefulSet): one of the same name comes after it.
pub(super) fn above(pod: &Target, facts: &Facts<'_>) -> (Vec<Want>, Option<Target>) {
    let (mut wants, mut highest) = (Vec::new(), None);
    let mut target = pod.clone();
    for _ in 0..HIGHEST {
        let Some(object) = facts.object(&want(&target)) else { break };
        if target != *pod && selector(object).is_some() {
            highest = Some(target.clone());
        }
        let owners = object["metadata"]["ownerReferences"].as_array().into_iter().flatten();
        let Some(owner) = owners.into_iter().find(|owner| owner["controller"] == true) else {
            break;
        };
        let text = |field: &str| owner[field].as_str().unwrap_or_default();
        if text("kind") == "StatefulSet" {
            return (Vec::new(), None);
        }
        let group = text("apiVersion").split_once('/').map_or("", |(group, _)| group);
        let Some(resource) = facts.catalog().named(group, text("kind")) else { break };
        let (namespace, name) = (pod.namespace.clone(), text("name").to_owned());
        target = Target { resource, namespace, name, uid: None };
        wants.push(want(&target));
    }
    (wants, highest)
}
