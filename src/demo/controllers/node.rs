//! Nodes: taints and pods follow whether a node is ready; its lease shows that it lives.

use serde_json::json;

use crate::demo::value::{At, condition, edit_list, set, set_condition};
use crate::demo::world::World;

const UNREACHABLE: &str = "node.kubernetes.io/unreachable";

/// Draws the consequences of a node's state.
pub fn look(world: &mut World, key: &str) {
    let daemons: Vec<String> =
        world.store.iter("daemonsets.apps", None).map(|d| d.key().to_owned()).collect();
    daemons.into_iter().for_each(|d| world.agenda.soon(("daemonsets.apps", d)));
    let Some(node) = world.store.value("nodes", key) else { return };
    let ready = condition(&node, "Ready").text("/status") == "True";
    let tainted = node.items("/spec/taints").iter().any(|t| t.text("/key") == UNREACHABLE);
    let now = world.stamp();
    if ready == tainted {
        world.edit("nodes", key, |node| {
            edit_list(node, "/spec/taints", |taints| {
                taints.retain(|t| t.text("/key") != UNREACHABLE);
                if !ready {
                    for effect in ["NoSchedule", "NoExecute"] {
                        taints
                            .push(json!({"key": UNREACHABLE, "effect": effect, "timeAdded": now}));
                    }
                }
            });
            if node.items("/spec/taints").is_empty() {
                crate::demo::value::remove(node, "/spec/taints");
            }
        });
        let state = if ready { "NodeReady" } else { "NodeNotReady" };
        world.event(
            &node,
            "node-controller",
            false,
            state,
            &format!("Node {key} status is now: {state}"),
        );
    }
    let pods: Vec<String> = world
        .store
        .iter("pods", None)
        .filter(|p| p.node() == Some(key))
        .map(|p| p.key().to_owned())
        .collect();
    for pod in pods {
        if ready {
            world.agenda.soon(("pods", pod));
        } else {
            world.edit("pods", &pod, |p| set_condition(p, "Ready", "False", ("", ""), &now));
        }
    }
    if ready {
        let waiting: Vec<String> = world
            .store
            .iter("pods", None)
            .filter(|p| p.node().is_none())
            .map(|p| p.key().to_owned())
            .collect();
        waiting.into_iter().for_each(|pod| world.agenda.soon(("pods", pod)));
    }
}

/// Marks a node as heard of or not.
pub fn set_ready(world: &mut World, key: &str, ready: bool) {
    let now = world.stamp();
    world.edit("nodes", key, |node| {
        let (status, reason, message) = if ready {
            ("True", "KubeletReady", "kubelet is posting ready status")
        } else {
            ("Unknown", "NodeStatusUnknown", "Kubelet stopped posting node status.")
        };
        set_condition(node, "Ready", status, (reason, message), &now);
        edit_list(node, "/status/conditions", |list| {
            for entry in list.iter_mut().filter(|c| c.text("/type") == "Ready") {
                set(entry, "/lastHeartbeatTime", now.as_str());
            }
        });
    });
}
