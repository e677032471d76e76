//! How the demo cluster came to be.
use super::World;
use jiff::Timestamp;
use serde_json::json;

/// Tells the history up to now.
pub fn tell(seed: u64, now: Timestamp, _pods: usize) -> World {
    let mut world = World::empty(seed, now);
    for name in ["default", "kube-system", "shop"] {
        let _ = world.create(json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}, "status": {"phase": "Active"}}));
    }
    for i in 0..3 {
        let _ = world.create(json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": format!("web-{i}"), "namespace": "shop", "labels": {"app": "web"}},
            "spec": {"nodeName": "node-1", "containers": [{"name": "web", "image": "nginx:1.29"}]},
            "status": {"phase": "Running", "podIP": "10.0.0.1", "conditions": [{"type": "Ready", "status": "True"}],
                "containerStatuses": [{"name": "web", "ready": true, "restartCount": 0, "state": {"running": {}}}]}}));
    }
    world
}
