//! How much the simulated containers use: follows their requests, moves all the time, the same for the same time.

use serde_json::Value;

use super::object::Object;
use super::quantity;
use super::rng;
use super::value::At;
use super::world::World;

/// Seconds for which a measurement stands.
pub const WINDOW: i64 = 15;

/// What something uses.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Usage {
    /// Cores.
    pub cpu: f64,
    /// Bytes.
    pub memory: f64,
}

/// The containers of a running pod with their usage.
pub fn containers(world: &World, pod: &Value) -> Vec<(String, Usage)> {
    let uid = pod.text("/metadata/uid");
    let app = pod.text("/metadata/labels/app");
    let load = world.loads.get(&format!("{}/{app}", pod.text("/metadata/namespace"))).copied();
    pod.items("/spec/containers")
        .iter()
        .map(|container| {
            let name = container.text("/name");
            let wave = wave(world, uid, name);
            let share = load.map_or(0.2 + 0.5 * wave, |load| load * (0.9 + 0.2 * wave));
            let cpu = quantity::read(container.text("/resources/requests/cpu")).max(0.01) * share;
            let memory = quantity::read(container.text("/resources/requests/memory")).max(16e6)
                * (0.55 + 0.35 * wave);
            (name.to_owned(), Usage { cpu, memory })
        })
        .collect()
}

/// A node's usage: what its pods use and something for itself. Padding is reckoned at a flat rate.
pub fn node(world: &World, name: &str) -> Usage {
    let base = Usage { cpu: 0.12, memory: 900e6 };
    let pods = world.store.iter("pods", None).filter(|p| p.node() == Some(name));
    pods.fold(base, |sum, pod| {
        let own = of_pod(world, pod, name);
        Usage { cpu: sum.cpu + own.cpu, memory: sum.memory + own.memory }
    })
}

fn of_pod(world: &World, pod: &Object, node: &str) -> Usage {
    if node.starts_with("pad-") {
        return Usage { cpu: 0.02, memory: 45e6 };
    }
    let pod = pod.value();
    if pod.text("/status/phase") != "Running" {
        return Usage::default();
    }
    containers(world, &pod).iter().fold(Usage::default(), |sum, (_, u)| Usage {
        cpu: sum.cpu + u.cpu,
        memory: sum.memory + u.memory,
    })
}

/// Between 0 and 1: a slow wave with a little noise, by container and time.
fn wave(world: &World, uid: &str, container: &str) -> f64 {
    let tick = world.now.as_second().div_euclid(WINDOW);
    let phase = rng::hash(1, &[uid, container]);
    let slow = ((tick as f64 / 40.0 + (phase % 100) as f64 / 100.0) * std::f64::consts::TAU).sin();
    let noise = (rng::mix(phase ^ tick as u64) % 1000) as f64 / 1000.0;
    0.5 + 0.35 * slow + 0.15 * (noise - 0.5) * 2.0
}
