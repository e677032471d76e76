//! Pods: what actually runs.

mod describe;
mod reference;
pub(super) mod requirements;
pub(super) mod resources;
pub(super) mod spec;
pub(super) mod status;

use crate::describe::Describer;
use crate::store::{Health, Relation};
use crate::wire::{Meta, ObjectMeta};

use super::{Place, By, Cell, Col, Drill, Info, Kind, Links, Recreation};
use resources::Side;
use spec::PodSpec;
use status::{PodStatus, Restarts, Summary};

/// This file's kind, for the registry.
pub struct This;

type C = Col<Pod>;

crate::message! {
    /// `v1 Pod`.
    pub struct Pod {
        #[prost(message, required, tag = "1")]
        pub(super) metadata: ObjectMeta,
        #[prost(message, required, tag = "2")]
        pub(super) spec: PodSpec,
        #[prost(message, required, tag = "3")]
        pub(super) status: PodStatus,
    }
}

impl Meta for Pod {
    fn meta(&self) -> &ObjectMeta {
        &self.metadata
    }
}

impl Kind for This {
    type Object = Pod;
    const INFO: Info = Info::new("", "v1", "pods");
    const DOC: &'static str = "Containers that run together on one node: what actually runs";
    const HAS_LOGS: bool = true;
    const RECREATION: Option<Recreation> =
        Some(Recreation::new("what runs in it ends, and what its containers wrote to their own disks is lost"));
    const ACTIONS: &'static [&'static str] = &["debug", "debug-copy", "evict", "rollout", "set-image", "shell"];

    const PLACE: Place = Place::Pod;
    const DESCRIBE: Option<&'static dyn Describer> = Some(&This);
    const DRILL: Drill = Drill::Rows { group: "", plural: "containers", by: By::Part };

    const UNBIND: Option<fn(&mut serde_json::Value)> = Some(|copy| {
        super::unbind::without(copy, &[&["spec", "nodeName"]]);
        // Those of its node, which the server writes into each pod that gets one (Kubernetes, `plugin/pkg/admission/podtopologylabels`).
        for label in ["topology.kubernetes.io/zone", "topology.kubernetes.io/region"] {
            super::unbind::without(copy, &[&["metadata", "labels", label]]);
        }
    });
    const COLUMNS: &'static [C] = &[
        C::name(),
        C::number("READY", |p, _| {
            let s = Summary::of(p);
            Cell::Ratio(s.ready, s.total)
        })
        .priority(190)
        .doc("ready containers of all, sidecars included"),
        C::text("STATUS", |p, i| Cell::shared(&Summary::of(p).status, i)).status(),
        C::number("RESTARTS", |p, _| restarts(Summary::of(p).restarts))
            .priority(170)
            .doc("how often containers started again, and when last"),
        C::age(),
        C::text("IP", |p, _| {
            p.status.pod_ips.first().map_or(Cell::None, |ip| Cell::own_or_none(&ip.ip))
        })
        .wide(),
        C::text("NODE", |p, i| Cell::shared_or_none(&p.spec.node_name, i)).wide().priority(60),
        C::text("NOMINATED NODE", |p, i| {
            Cell::shared_or_none(&p.status.nominated_node_name, i)
        })
        .wide()
        .priority(20)
        .doc("the node that is being freed for it by preemption"),
        C::text("READINESS GATES", |p, _| readiness_gates(p))
            .wide()
            .priority(20)
            .doc("conditions beyond its containers' that must hold before it is ready"),
        C::number("CPU/R", |p, _| Side::Requests.pod_cpu(&p.spec))
            .own_wide()
            .doc("processor time requested"),
        C::number("CPU/L", |p, _| Side::Limits.pod_cpu(&p.spec))
            .own_wide()
            .doc("processor time limit"),
        C::number("MEM/R", |p, _| Side::Requests.pod_memory(&p.spec))
            .own_wide()
            .doc("memory requested"),
        C::number("MEM/L", |p, _| Side::Limits.pod_memory(&p.spec)).own_wide().doc("memory limit"),
        C::text("DEVICES/R", |p, i| match resources::devices(&p.spec) {
            none if none.is_empty() => Cell::Blank,
            devices => Cell::shared(&devices, i),
        })
        .own_wide()
        .priority(20)
        .doc("what it requests beside CPU and memory of what device plugins offer"),
        C::text("QOS", |p, i| Cell::shared_or_none(&p.status.qos_class, i))
            .own_wide()
            .doc("who is evicted first: BestEffort, then Burstable, then Guaranteed"),
        C::text("RESIZE", |p, i| resize(p).map_or(Cell::Blank, |word| Cell::shared(word, i)))
            .own_wide()
            .priority(20)
            .doc("how a resize of its containers is doing: Deferred, Infeasible, Error, InProgress"),
        C::text("SERVICE-ACCOUNT", |p, i| {
            Cell::shared_or_none(&p.spec.service_account_name, i)
        })
        .own_wide(),
        C::text("IMAGES", |p, i| Cell::shared_or_none(&p.spec.images(), i)).own_wide().priority(30),
    ];

    fn health(pod: &Pod) -> Health {
        status::health(pod)
    }

    fn links(pod: &Pod, links: &mut Links<'_>) {
        links.cluster(Relation::RunsOn, "", "nodes", &pod.spec.node_name);
        pod.spec.links(Some(&pod.metadata.name), links);
        // They are taken away when the pod is done.
        let status = &pod.status;
        let made = status.resource_claim_statuses.iter().chain(&status.extended_resource_claim_status);
        links.optional(true, |links| {
            for claim in made {
                let (group, resource) = spec::DEVICE_CLAIMS;
                links.name(Relation::Uses, group, resource, &claim.resource_claim_name);
            }
        });
    }
}

/// How a resize in place is doing, where one is asked for (KEP-1287).
fn resize(pod: &Pod) -> Option<&str> {
    let holds = |kind: &str| pod.status.condition(kind).filter(|c| c.status == "True");
    let pending = holds("PodResizePending").map(|c| (c, "Pending"));
    let (condition, word) =
        pending.or_else(|| holds("PodResizeInProgress").map(|c| (c, "InProgress")))?;
    Some(if condition.reason.is_empty() { word } else { &condition.reason })
}

/// `3 (5m ago)`, or `3` where nobody knows when.
pub(super) fn restarts(restarts: Restarts) -> Cell {
    match (u32::try_from(restarts.count), restarts.last) {
        (Ok(count @ 1..), Some(at)) => Cell::CountAgo { count, at },
        _ => Cell::Int(restarts.count),
    }
}

fn readiness_gates(pod: &Pod) -> Cell {
    let gates = &pod.spec.readiness_gates;
    if gates.is_empty() {
        return Cell::None;
    }
    let holds = |kind: &str| pod.status.condition(kind).is_some_and(|c| c.status == "True");
    let open = gates.iter().filter(|g| holds(&g.condition_type)).count();
    Cell::ratio(
        i32::try_from(open).unwrap_or(i32::MAX),
        i32::try_from(gates.len()).unwrap_or(i32::MAX),
    )
}

#[cfg(test)]
mod tests;
