//! Joined columns: what the pods of a node request of it, told where somebody asks for it.

use kx::app::{Effect, Msg};
use kx::store::{Delta, Freshness, SourceId};
use serde_json::{Value, json};

use crate::support::{World, pod};

const NAMES: [&str; 3] = ["CPU/R", "MEM/R", "PODS/R"];
const DEVICES: [&str; 1] = ["DEVICES/R"];

/// A pod that requests something.
fn asking(name: &str, node: &str, phase: &str, cpu: &str, memory: &str) -> Value {
    let mut pod = pod("shop", name, node, 0);
    pod["spec"]["containers"][0]["resources"] = json!({"requests": {"cpu": cpu, "memory": memory}});
    pod["status"]["phase"] = phase.into();
    pod
}

/// What the joined columns of numbers say of every node.
fn told(world: &World) -> Vec<String> {
    of(world, &NAMES)
}

/// What these columns say of every node.
fn of(world: &World, names: &[&str]) -> Vec<String> {
    let browse = world.app.browse().unwrap();
    let (view, columns) =
        (browse.view(&world.app.store).unwrap(), browse.columns(&world.app.store));
    let text = |row| {
        let of = |name: &&str| columns.iter().find(|column| column.name == **name).unwrap();
        names.iter().map(of).map(|column| column.cell(row).text(0)).collect::<Vec<_>>().join(" ")
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
    assert_eq!(world.said(), "CPU/R, MEM/R, PODS/R, DEVICES/R stay empty: pods may not be listed");
    assert!(
        !world
            .asked()
            .iter()
            .any(|effect| matches!(effect, Effect::Unwatch { id } if *id == watch))
    );
}

/// A node with devices.
fn offering(name: &str, devices: &Value) -> Value {
    json!({"metadata": {"name": name, "uid": name}, "status": {"allocatable": devices}})
}

/// A pod that requests devices.
fn with_devices(name: &str, node: &str, devices: &Value) -> Value {
    let mut pod = pod("shop", name, node, 0);
    pod["spec"]["containers"][0]["resources"] = json!({"requests": devices});
    pod
}

#[test]
fn devices_are_told_by_name_beside_what_there_is_of_each() {
    let mut world = World::new();
    let devices = json!({"example.com/gpu": "8", "example.com/nic": "1k", "cpu": "4"});
    world.put("nodes", offering("n1", &devices));
    world.put("pods", with_devices("train", "n1", &json!({"example.com/gpu": "2", "cpu": "1"})));
    world.press(":\"nodes\" enter");
    let told = |world: &World| of(world, &DEVICES);
    assert_eq!(told(&world), ["n1: ", "n2: "], "nobody asked");
    world.press("ctrl-w");
    assert_eq!(told(&world), ["n1: example.com/gpu 2/8, example.com/nic 0/1k", "n2: <none>"]);
    // Another comes, which wants what is not there (any more); the first ends.
    let both = json!({"example.com/gpu": "1", "example.com/fpga": "1"});
    world.put("pods", with_devices("both", "n1", &both));
    let all = "n1: example.com/fpga 1/0, example.com/gpu 3/8, example.com/nic 0/1k";
    assert_eq!(told(&world), [all, "n2: <none>"]);
    world.delete("pods", "train");
    world.put("nodes", offering("n1", &json!({"example.com/gpu": "4"})));
    assert_eq!(told(&world), ["n1: example.com/fpga 1/0, example.com/gpu 1/4", "n2: <none>"]);
    world.press("/ \"devices/r~fpga\" enter");
    assert_eq!(world.screen(), "nodes (all) /devices/r~fpga: >n1");
    world.delete("pods", "both");
    world.press("esc");
    assert_eq!(told(&world), ["n1: example.com/gpu 0/4", "n2: <none>"]);
}
