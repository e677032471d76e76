//! Namespaces: what a new one is given, and how one that is deleted takes its contents along.

use jiff::SignedDuration;
use serde_json::json;

use crate::demo::value::{At, set};
use crate::demo::world::{Deletion, World};

/// Equips or empties a namespace.
pub fn look(world: &mut World, key: &str) {
    let Some(namespace) = world.store.value("namespaces", key) else { return };
    if !namespace.has("/metadata/deletionTimestamp") {
        for object in [
            json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "default", "namespace": key}}),
            json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "kube-root-ca.crt", "namespace": key,
                "annotations": {"kubernetes.io/description": "Contains a CA bundle; this one is the demo's and signs nothing."}},
                "data": {"ca.crt": "-----BEGIN CERTIFICATE-----\nZGVtbw==\n-----END CERTIFICATE-----\n"}}),
        ] {
            let id =
                if object.text("/kind") == "ConfigMap" { "configmaps" } else { "serviceaccounts" };
            let object_key = format!("{key}/{}", object.text("/metadata/name"));
            if world.store.get(id, &object_key).is_none() {
                // Only a clash could refuse it, and that was just ruled out.
                let _ = world.create(object);
            }
        }
        return;
    }
    let ids: Vec<String> = world.catalog.iter().filter(|r| r.namespaced).map(|r| r.id()).collect();
    let mut left = 0;
    for id in ids {
        let keys: Vec<String> =
            world.store.iter(&id, Some(key)).map(|o| o.key().to_owned()).collect();
        for object_key in keys {
            let leaving = world
                .store
                .value(&id, &object_key)
                .is_some_and(|o| o.has("/metadata/deletionTimestamp"));
            if !leaving {
                world.delete(&id, &object_key, Deletion::Background, None);
            }
            left += usize::from(world.store.get(&id, &object_key).is_some());
        }
    }
    if left == 0 {
        world.edit("namespaces", key, |n| set(n, "/spec/finalizers", json!([])));
    } else {
        world.later(SignedDuration::from_secs(1), ("namespaces", key.to_owned()));
    }
}
