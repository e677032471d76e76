//! The plot: what somebody outside the cluster keeps doing to it, and what befalls its nodes.

use jiff::SignedDuration;
use serde_json::Value;

use super::node;
use crate::demo::value::{At, condition, edit_list, set};
use crate::demo::world::{World, micro};

/// Seconds from one release of the shop's front end to the next.
const RELEASE_EVERY: i64 = 240;
/// Seconds from one failure of a node to the next, and how long it lasts.
const FAILURE_EVERY: i64 = 330;
const FAILURE_LASTS: i64 = 50;
/// Seconds between renewals of the leases of nodes and of the control plane.
const RENEW_EVERY: i64 = 40;
/// The node that comes and goes.
const FRAIL: &str = "worker-c2";

/// Starts the plot.
pub fn begin(world: &mut World) {
    for (after, what) in [(2, "leases"), (45, "release"), (90, "failure")] {
        world.later(SignedDuration::from_secs(after), ("story", what.to_owned()));
    }
}

/// The next turn of one thread of the plot.
pub fn look(world: &mut World, thread: &str) {
    let next = match thread {
        "release" => {
            release(world);
            RELEASE_EVERY
        }
        "failure" => {
            fail(world);
            FAILURE_EVERY
        }
        "recovery" => {
            node::set_ready(world, FRAIL, true);
            return;
        }
        "leases" => {
            renew(world);
            RENEW_EVERY
        }
        _ => return,
    };
    world.later(SignedDuration::from_secs(next), ("story", thread.to_owned()));
}

/// The frail node is not heard of for a while.
pub fn fail(world: &mut World) {
    node::set_ready(world, FRAIL, false);
    world.later(SignedDuration::from_secs(FAILURE_LASTS), ("story", "recovery".to_owned()));
}

/// Ships the next patch version of the shop's front end.
pub fn release(world: &mut World) {
    world.edit("deployments.apps", "shop/web", |web| {
        let mut tag = String::new();
        edit_list(web, "/spec/template/spec/containers", |containers| {
            if let Some(first) = containers.first_mut() {
                let (name, version) =
                    first.text("/image").rsplit_once(':').unwrap_or(("web", "1.0.0"));
                tag = bump(version);
                let image = format!("{name}:{tag}");
                set(first, "/image", image);
            }
        });
        set(web, "/metadata/annotations/kubernetes.io~1change-cause", format!("release {tag}"));
        let generation = web.num("/metadata/generation") + 1;
        set(web, "/metadata/generation", generation);
    });
}

fn bump(version: &str) -> String {
    match version.rsplit_once('.').and_then(|(head, last)| Some((head, last.parse::<u32>().ok()?)))
    {
        Some((head, last)) => format!("{head}.{}", last.wrapping_add(1)),
        None => format!("{version}.1"),
    }
}

fn renew(world: &mut World) {
    let now = micro(world.now);
    let leases: Vec<(String, Value)> = world
        .store
        .iter("leases.coordination.k8s.io", None)
        .map(|l| (l.key().to_owned(), l.value()))
        .collect();
    for (key, lease) in leases {
        let alive = match lease.text("/metadata/namespace") {
            "kube-node-lease" => {
                let node = world.store.value("nodes", lease.text("/metadata/name"));
                condition(&node.unwrap_or_default(), "Ready").text("/status") == "True"
            }
            namespace => namespace == "kube-system",
        };
        if alive {
            world.edit("leases.coordination.k8s.io", &key, |l| {
                set(l, "/spec/renewTime", now.as_str());
            });
        }
    }
}
