//! `ResourceSlices`: the devices that a driver offers, on a node or on several.

use crate::store::{Health, Relation};
use crate::wire::{Meta, ObjectMeta};

use super::{Cell, Col, Info, Kind, Links, device_class};

/// This file's kind, for the registry.
pub struct This;

type C = Col<ResourceSlice>;

crate::message! {
    /// `resource.k8s.io/v1 ResourceSlice`.
    pub struct ResourceSlice {
        #[prost(message, required, tag = "1")]
        metadata: ObjectMeta,
        #[prost(message, required, tag = "2")]
        spec: SliceSpec,
    }

    /// `resource.k8s.io/v1 ResourceSliceSpec`.
    pub struct SliceSpec {
        #[prost(string, tag = "1")]
        driver: String,
        #[prost(message, required, tag = "2")]
        pool: Pool,
        #[prost(string, tag = "3")]
        node_name: String,
        #[prost(message, repeated, tag = "6")]
        devices: Vec<Device>,
    }

    /// `resource.k8s.io/v1 ResourcePool`.
    pub struct Pool {
        #[prost(string, tag = "1")]
        name: String,
        #[prost(int64, tag = "2")]
        generation: i64,
    }

    /// `resource.k8s.io/v1 Device`.
    pub struct Device {
        #[prost(message, repeated, tag = "8")]
        taints: Vec<Taint>,
    }

    /// `resource.k8s.io/v1 DeviceTaint`.
    pub struct Taint {
        #[prost(string, tag = "3")]
        effect: String,
    }
}

impl Meta for ResourceSlice {
    fn meta(&self) -> &ObjectMeta {
        &self.metadata
    }
}

impl Kind for This {
    type Object = ResourceSlice;
    const INFO: Info = Info::new(device_class::GROUP, "v1", "resourceslices");
    const DOC: &'static str = "The devices that a driver offers, on a node or on several";

    const COLUMNS: &'static [C] = &[
        C::name(),
        C::text("NODE", |s, i| match s.spec.node_name.as_str() {
            "" => Cell::Blank,
            node => Cell::shared(node, i),
        })
        .priority(160),
        C::text("DRIVER", |s, i| Cell::shared(&s.spec.driver, i)).priority(170),
        C::text("POOL", |s, i| Cell::shared(&s.spec.pool.name, i)).priority(110),
        C::age(),
        C::number("DEVICES", |s, _| count(s.spec.devices.len())).own().status(),
        C::number("TAINTED", |s, _| count(tainted(s)))
            .own()
            .priority(150)
            .doc("devices that pods do not get, or must leave, unless they tolerate it"),
        C::number("GENERATION", |s, _| Cell::Int(s.spec.pool.generation))
            .own_wide()
            .doc("slices of older generations of a pool are void"),
    ];

    fn health(s: &ResourceSlice) -> Health {
        match (s.spec.devices.len(), tainted(s)) {
            (0, _) => Health::Idle,
            (_, 0) => Health::Ok,
            _ => Health::Warning,
        }
    }

    fn links(s: &ResourceSlice, links: &mut Links<'_>) {
        links.cluster(Relation::RunsOn, "", "nodes", &s.spec.node_name);
    }
}

/// How many devices have a taint that keeps pods away.
fn tainted(s: &ResourceSlice) -> usize {
    let keeps_away = |t: &Taint| matches!(t.effect.as_str(), "NoSchedule" | "NoExecute");
    s.spec.devices.iter().filter(|d| d.taints.iter().any(keeps_away)).count()
}

fn count(len: usize) -> Cell {
    Cell::Int(i64::try_from(len).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::super::testing::rows;
    use super::*;

    #[test]
    fn a_slice_reads_as_kubectl_prints_it() {
        let slice = rows::<This>(
            "
metadata: {name: n1-gpus, creationTimestamp: 2026-01-13T12:00:00Z}
spec:
  driver: gpu.example.com
  nodeName: n1
  pool: {name: n1, generation: 3, resourceSliceCount: 1}
  devices:
  - {name: gpu-0, attributes: {model: {string: a100}}}
  - {name: gpu-1, taints: [{key: sick, effect: None}]}
  - {name: gpu-2, taints: [{key: sick, effect: NoSchedule}, {key: sick, effect: NoExecute}]}
",
        );
        assert_eq!(
            slice.wide(),
            "NAME | NODE | DRIVER | POOL | AGE\nn1-gpus | n1 | gpu.example.com | n1 | 2d"
        );
        assert_eq!(slice.own(), "DEVICES | TAINTED | GENERATION\n3 | 1 | 3");
        assert_eq!(slice.health(), Health::Warning);
        assert_eq!(slice.links(Relation::RunsOn), ["nodes /n1"]);
        slice.survive_damage();
        let shared = rows::<This>(
            "{metadata: {name: s}, spec: {driver: d, pool: {name: p}, allNodes: true, devices: [{name: a}]}}",
        );
        assert_eq!(shared.wide().lines().nth(1), Some("s |  | d | p | <unknown>"));
        assert_eq!(shared.health(), Health::Ok);
        assert!(shared.rows[0].links.is_empty());
        assert_eq!(rows::<This>("{metadata: {name: s}}").health(), Health::Idle);
    }
}
