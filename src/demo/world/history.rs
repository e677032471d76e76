//! How the demo cluster came to be: built over weeks of its own time, then lived through for the last hour.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::{
    World, cast, control_plane, custom, extras, gateways, nodes, padding, releases, rules,
};
use crate::demo::controllers::story;
use crate::demo::object::Object;
use crate::demo::status::Refusal;
use crate::demo::value::{At, edit_list, set};

/// The objects of the demo are right by construction, which the tests of this module hold.
/// Should one be refused nevertheless, the cluster is smaller by one object and stays usable.
#[expect(clippy::needless_pass_by_value, reason = "it ends a chain of calls")]
pub fn must(result: Result<Arc<Object>, Refusal>) {
    debug_assert!(result.is_ok(), "the demo refuses its own object: {result:?}");
}

/// Tells the history up to now.
pub fn tell(seed: u64, now: Timestamp, pods: usize) -> World {
    let mut world = World::empty(seed, now);
    let back = |hours: i64, minutes: i64| {
        now.checked_sub(SignedDuration::from_mins(hours * 60 + minutes)).unwrap_or(now)
    };
    world.now = back(41 * 24, 7);
    foundation(&mut world);
    let day = |days: i64, minutes: i64| back(days * 24, minutes);
    live(&mut world, day(26, 133));
    for app in cast::DEPLOYMENTS {
        app.company().into_iter().for_each(|object| must(world.create(object)));
        must(world.create(app.deployment()));
    }
    live(&mut world, day(24, 40));
    extras::build(&mut world);
    custom::fill(&mut world);
    gateways::fill(&mut world);
    live(&mut world, day(9, 305));
    ship(&mut world, "shop/catalog", "2.8.1");
    ship(&mut world, "shop/web", "3.11.5");
    live(&mut world, day(3, 77));
    ship(&mut world, "shop/web", "3.11.6");
    ship(&mut world, "payments/api", "5.0.4");
    live(&mut world, back(5, 12));
    ship(&mut world, "shop/web", "3.11.7");
    live(&mut world, back(0, 48));
    // From here on every minute is lived.
    ship(&mut world, "payments/ledger-sync", "1.5.0");
    world.advance_to(back(0, 31));
    story::fail(&mut world);
    world.advance_to(back(0, 22));
    ship(&mut world, "shop/recommendations", "2.4.0-rc1");
    world.advance_to(back(0, 2));
    releases::build(&mut world, now);
    if pods > 0 {
        padding::build(&mut world, pods);
    }
    world.advance_to(now.checked_sub(SignedDuration::from_secs(3)).unwrap_or(now));
    ship(&mut world, "shop/web", "3.12.0");
    story::begin(&mut world);
    world.advance_to(now);
    world
}

/// Nodes, namespaces, rules, and what runs the cluster itself.
fn foundation(world: &mut World) {
    for (name, purpose) in cast::NAMESPACES {
        must(world.create(serde_json::json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name,
            "annotations": {"kx.demo/simulated": "part of the kx demo cluster", "kx.demo/purpose": purpose}}})));
    }
    nodes::build(world);
    rules::access(world);
    rules::classes(world);
    custom::define(world);
    gateways::define(world);
    control_plane::build(world);
    for app in cast::DAEMON_SETS {
        app.company().into_iter().for_each(|object| must(world.create(object)));
        must(world.create(app.daemon_set()));
    }
    for (app, storage) in cast::STATEFUL_SETS {
        app.company().into_iter().for_each(|object| must(world.create(object)));
        must(world.create(app.stateful_set(storage)));
    }
    world.advance(120);
}

/// Skips to a time and lives through the two minutes after it.
fn live(world: &mut World, from: Timestamp) {
    world.advance(120);
    world.skip_to(from);
    world.advance(60);
}

/// Changes the tag of a deployment's first container.
fn ship(world: &mut World, key: &str, tag: &str) {
    world.edit("deployments.apps", key, |deployment| {
        edit_list(deployment, "/spec/template/spec/containers", |containers| {
            if let Some(first) = containers.first_mut() {
                let name =
                    first.text("/image").rsplit_once(':').map_or("", |(name, _)| name).to_owned();
                set(first, "/image", format!("{name}:{tag}"));
            }
        });
        set(
            deployment,
            "/metadata/annotations/kubernetes.io~1change-cause",
            format!("release {tag}"),
        );
        let generation = deployment.num("/metadata/generation") + 1;
        set(deployment, "/metadata/generation", generation);
    });
    world.settle();
}
