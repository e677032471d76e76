//! Controller revisions: the history of stateful sets and daemon sets, for `kubectl rollout history` and `undo`.

use serde_json::{Value, json};

use super::rollout::template_hash;
use crate::demo::value::{At, set};
use crate::demo::world::{Deletion, World, controlled_by};

const ID: &str = "controllerrevisions.apps";

/// Sees that the owner's template is kept as its newest revision; returns the revision's name and its hash.
pub fn keep(world: &mut World, owner: &Value) -> (String, String) {
    let hash = template_hash(owner.at("/spec/template"));
    let name = format!("{}-{hash}", owner.text("/metadata/name"));
    let namespace = owner.text("/metadata/namespace");
    let key = format!("{namespace}/{name}");
    let mut known: Vec<Value> =
        world.store.dependents(ID, owner.text("/metadata/uid")).iter().map(|r| r.value()).collect();
    known.sort_by_key(|r| r.num("/revision"));
    let last = known.last().map_or(0, |r| r.num("/revision"));
    match world.store.value(ID, &key) {
        Some(revision) if revision.num("/revision") < last => {
            world.edit(ID, &key, |r| set(r, "/revision", last + 1));
        }
        Some(_) => {}
        None => {
            let mut template = owner.at("/spec/template").clone();
            set(&mut template, "/$patch", "replace");
            let revision = json!({"apiVersion": "apps/v1", "kind": "ControllerRevision",
                "metadata": {"name": name, "namespace": namespace, "ownerReferences": controlled_by(owner),
                    "labels": owner.at("/spec/template/metadata/labels")},
                "data": {"spec": {"template": template}}, "revision": last + 1});
            // A clash means the same template under the same name: it is kept already.
            let _ = world.create(revision);
            let limit =
                usize::try_from(owner.num("/spec/revisionHistoryLimit")).unwrap_or_default();
            for old in known.iter().take(known.len().saturating_sub(limit)) {
                let key = format!("{namespace}/{}", old.text("/metadata/name"));
                world.delete(ID, &key, Deletion::Background, None);
            }
        }
    }
    (name, hash)
}
