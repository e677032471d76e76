//! What a pod asks for and what it may take, as the scheduler counts it (component-helpers `resource.PodRequests` and `PodLimits`).

use std::collections::{BTreeMap, BTreeSet};

use crate::wire::Quantity;

use super::super::Cell;
use super::spec::{PodSpec, Resources};

/// Which side of the requirements.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// What is reserved.
    Requests,
    /// What it may take at most.
    Limits,
}

impl Side {
    fn of(self, resources: &Resources) -> &BTreeMap<String, Quantity> {
        match self {
            Self::Requests => &resources.requests,
            Self::Limits => &resources.limits,
        }
    }

    /// A container's processor time.
    pub fn cpu(self, resources: &Resources) -> Cell {
        cpu(self.of(resources).get(CPU).and_then(Quantity::milli))
    }

    /// A container's memory.
    pub fn memory(self, resources: &Resources) -> Cell {
        memory(self.of(resources).get(MEMORY).and_then(Quantity::value))
    }

    /// The pod's processor time.
    pub fn pod_cpu(self, spec: &PodSpec) -> Cell {
        cpu(self.pod(spec, CPU, Quantity::milli))
    }

    /// The pod's memory.
    pub fn pod_memory(self, spec: &PodSpec) -> Cell {
        memory(self.pod(spec, MEMORY, Quantity::value))
    }

    fn pod(
        self,
        spec: &PodSpec,
        resource: &str,
        read: fn(&Quantity) -> Option<i64>,
    ) -> Option<i64> {
        let get = |resources: &Resources| self.of(resources).get(resource).and_then(read);
        let amount = get(&spec.resources).or_else(|| aggregate(spec, get));
        let overhead = spec.overhead.get(resource).and_then(read);
        match (self, amount) {
            // What is not limited stays so.
            (Self::Limits, None | Some(0)) => amount,
            _ => sum(amount, overhead),
        }
    }
}

/// Whether a resource is of somebody else than Kubernetes, as those of device plugins are (core/v1/helper, `IsExtendedResourceName`).
pub fn is_extended(name: &str) -> bool {
    name.contains('/') && !name.contains("kubernetes.io/") && !name.starts_with("requests.")
}

/// What a pod requests of them, `nvidia.com/gpu=2,…`. A pod cannot have them as a whole, only its containers.
pub fn devices(spec: &PodSpec) -> String {
    let containers = spec.containers.iter().chain(&spec.init_containers);
    let all = containers.flat_map(|c| c.resources.requests.keys()).chain(spec.overhead.keys());
    let names: BTreeSet<&str> = all.map(String::as_str).filter(|name| is_extended(name)).collect();
    let amount = |name: &str| {
        let of = |resources: &Resources| resources.requests.get(name).and_then(Quantity::value);
        sum(aggregate(spec, of), spec.overhead.get(name).and_then(Quantity::value))
    };
    let each = |name| Some(format!("{name}={}", amount(name).filter(|amount| *amount != 0)?));
    let all: Vec<String> = names.into_iter().filter_map(each).collect();
    all.join(",")
}

const CPU: &str = "cpu";
const MEMORY: &str = "memory";

fn cpu(milli: Option<i64>) -> Cell {
    milli.map_or(Cell::None, Cell::Millicores)
}

fn memory(bytes: Option<i64>) -> Cell {
    bytes.map_or(Cell::None, Cell::Bytes)
}

/// The main containers and the sidecars together, or what the init containers need at their worst moment, if that is more.
fn aggregate(spec: &PodSpec, get: impl Fn(&Resources) -> Option<i64>) -> Option<i64> {
    let mut main = None;
    for container in &spec.containers {
        main = sum(main, get(&container.resources));
    }
    let (mut sidecars, mut init) = (None, None);
    for container in &spec.init_containers {
        let amount = get(&container.resources);
        if container.is_sidecar() {
            main = sum(main, amount);
            sidecars = sum(sidecars, amount);
            init = init.max(sidecars);
        } else {
            init = init.max(sum(sidecars, amount));
        }
    }
    main.max(init)
}

fn sum(a: Option<i64>, b: Option<i64>) -> Option<i64> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.saturating_add(b)),
        (a, b) => a.or(b),
    }
}
