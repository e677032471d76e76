//! Joined columns: what the pods of a node request of it, told where somebody asks for it.

use kx::app::{Effect, Msg};
use kx::store::{Delta, Freshness, SourceId};
use serde_json::{Value, json};

use crate::support::{World, pod};

const NAMES: [&str; 3] = ["CPU/R", "MEM/R", "PODS/R"];

/// A pod that requests something.
fn asking(name: &str, node: &str, phase: &str, cpu: &str, memory: &str) -> Value {
    let mut pod = pod("shop", name, node, 0);
    pod["spec"]["containers"][0]["resources"] = json!({"requests": {"cpu": cpu, "memory": memory}});
    pod["status"]["phase"] = phase.into();
    pod
}

/// What the joined columns say of every node.
fn told(world: &World) -> Vec<String> {
    let browse = world.app.browse().unwrap();
    let (view, columns) =
        (browse.view(&world.app.store).unwrap(), browse.columns(&world.app.store));
    let text = |row| {
        let of = |name: &&str| columns.iter().find(|column| column.name == **name).unwrap();
        NAMES.iter().map(of).map(|column| column.cell(row).text(0)).collect::<Vec<_>>().join(" ")
    };
    view.rows().map(|row| format!("{}: {}", row.name, text(row))).collect()
}

/// The watches of the pods that are not over.
fn watches(world: &World) -> Vec<SourceId> {
    let of = world.watched.iter().filter(|(_, source)| source.fields.contains("status.phase!="));
    of.map(|(id, _)| *id).collect()
}

fn nodes() -> World {
    let mut world = World::new();
    world.put("pods", asking("web-1-a", "n1", "Running", "250m", "1Gi"));
    world.put("pods", asking("done", "n1", "Succeeded", "8", "64Gi"));
    world.press(":\"nodes\" enter");
    world
}

#[test]
fn what_is_requested_of_nodes_is_told_where_it_is_asked_for() {
    let mut world = nodes();
    assert_eq!(told(&world), ["n1:   ", "n2:   "]);
    assert_eq!(watches(&world), [], "nobody asked");
    world.press("ctrl-w");
    assert_eq!(watches(&world).len(), 1);
    assert_eq!(told(&world), ["n1: 250m 1024Mi 3", "n2: 0m 0 2"]);
    // A pod comes, another is over, a third goes; a node comes.
    world.put("pods", asking("new", "n2", "Pending", "1", "512Mi"));
    world.put("pods", asking("web-1-a", "n1", "Failed", "250m", "1Gi"));
    world.delete("pods", "dns");
    world.put("nodes", json!({"metadata": {"name": "n3", "uid": "n3"}}));
    assert_eq!(told(&world), ["n1: 0m 0 1", "n2: 1000m 512Mi 3", "n3: 0m 0 0"]);
    world.press("/ \"cpu/r>500m\" enter");
    assert_eq!(world.screen(), "nodes (all) /cpu/r>500m: >n2");
}

#[test]
fn what_is_not_asked_for_any_more_is_not_watched_for_long() {
    let mut world = nodes();
    world.press("ctrl-w");
    let watch = watches(&world);
    world.press("ctrl-w ctrl-w");
    assert_eq!(watches(&world), watch, "it lingers, and is taken again");
    world.press("ctrl-w").pass(61);
    assert_eq!(watches(&world), []);
    assert_eq!(told(&world), ["n1:   ", "n2:   "], "nobody keeps them true");
    world.press("ctrl-w");
    assert_eq!(told(&world), ["n1: 250m 1024Mi 3", "n2: 0m 0 2"]);
}

#[test]
fn half_a_sum_is_not_told() {
    let mut world = nodes();
    world.answers = false;
    world.press("ctrl-w");
    let watch = watches(&world)[0];
    assert_eq!(told(&world), ["n1:   ", "n2:   "], "nothing has come yet");
    world.list(watch);
    assert_eq!(told(&world), ["n1: 250m 1024Mi 3", "n2: 0m 0 2"]);
    let some = Freshness::Live { limited_to: Some(["shop".into()].into()) };
    world.tell(Msg::Delta(watch, Delta::State(some)));
    assert_eq!(told(&world), ["n1:   ", "n2:   "], "only some namespaces may be read");
    let why = "pods may not be listed".into();
    world.tell(Msg::Delta(watch, Delta::State(Freshness::Refused { why })));
    assert_eq!(world.said(), "CPU/R, MEM/R, PODS/R stay empty: pods may not be listed");
    assert!(
        !world
            .asked()
            .iter()
            .any(|effect| matches!(effect, Effect::Unwatch { id } if *id == watch))
    );
}
