//! `ResourceClaims`: devices that pods ask for.

use std::collections::BTreeSet;

use crate::store::{Health, Relation};
use crate::wire::{Meta, ObjectMeta};

use super::{Cell, Col, Info, Kind, Links, device_class, text};

/// This file's kind, for the registry.
pub struct This;

type C = Col<ResourceClaim>;

crate::message! {
    /// `resource.k8s.io/v1 ResourceClaim`.
    pub struct ResourceClaim {
        #[prost(message, required, tag = "1")]
        metadata: ObjectMeta,
        #[prost(message, required, tag = "2")]
        spec: ClaimSpec,
        #[prost(message, required, tag = "3")]
        status: ClaimStatus,
    }

    /// `resource.k8s.io/v1 ResourceClaimSpec`, of a claim or in a template of claims.
    pub struct ClaimSpec {
        #[prost(message, required, tag = "1")]
        devices: DeviceClaim,
    }

    /// `resource.k8s.io/v1 DeviceClaim`.
    pub struct DeviceClaim {
        #[prost(message, repeated, tag = "1")]
        requests: Vec<DeviceRequest>,
    }

    /// `resource.k8s.io/v1 DeviceRequest`.
    pub struct DeviceRequest {
        #[prost(message, optional, tag = "2")]
        exactly: Option<Exactly>,
        #[prost(message, repeated, tag = "3")]
        first_available: Vec<Alternative>,
    }

    /// `resource.k8s.io/v1 ExactDeviceRequest`.
    pub struct Exactly {
        #[prost(string, tag = "1")]
        device_class_name: String,
    }

    /// `resource.k8s.io/v1 DeviceSubRequest`.
    pub struct Alternative {
        #[prost(string, tag = "2")]
        device_class_name: String,
    }

    /// `resource.k8s.io/v1 ResourceClaimStatus`.
    pub struct ClaimStatus {
        #[prost(message, optional, tag = "1")]
        allocation: Option<Allocation>,
        #[prost(message, repeated, tag = "2")]
        reserved_for: Vec<Consumer>,
    }

    /// `resource.k8s.io/v1 AllocationResult`.
    pub struct Allocation {
        #[prost(message, required, tag = "1")]
        devices: AllocatedDevices,
    }

    /// `resource.k8s.io/v1 DeviceAllocationResult`.
    pub struct AllocatedDevices {
        #[prost(message, repeated, tag = "1")]
        results: Vec<AllocatedDevice>,
    }

    /// `resource.k8s.io/v1 DeviceRequestAllocationResult`.
    pub struct AllocatedDevice {
        #[prost(string, tag = "2")]
        driver: String,
        #[prost(string, tag = "3")]
        pool: String,
        #[prost(string, tag = "4")]
        device: String,
    }

    /// `resource.k8s.io/v1 ResourceClaimConsumerReference`.
    pub struct Consumer {
        #[prost(string, tag = "1")]
        api_group: String,
        #[prost(string, tag = "3")]
        resource: String,
        #[prost(string, tag = "4")]
        name: String,
        #[prost(string, tag = "5")]
        uid: String,
    }
}

impl Meta for ResourceClaim {
    fn meta(&self) -> &ObjectMeta {
        &self.metadata
    }
}

impl Kind for This {
    type Object = ResourceClaim;
    const INFO: Info = Info::new(device_class::GROUP, "v1", "resourceclaims");
    const DOC: &'static str = "Devices that pods ask for, and which ones they got";

    const COLUMNS: &'static [C] = &[
        C::name(),
        C::text("STATE", |c, i| Cell::shared(state(c), i)).status(),
        C::age(),
        C::text("CLASSES", |c, i| {
            Cell::shared_or_none(&text::join(c.spec.classes().into_iter()), i)
        })
        .own()
        .priority(150)
        .doc("the classes of the devices it asks for"),
        C::text("RESERVED FOR", |c, i| {
            let names = c.status.reserved_for.iter().map(|consumer| consumer.name.as_str());
            Cell::shared_or_none(&text::join(names), i)
        })
        .own()
        .priority(160)
        .doc("the pods that use the devices"),
        C::text("DEVICES", |c, _| {
            let devices = c.status.allocation.iter().flat_map(|a| &a.devices.results);
            let all: Vec<_> =
                devices.map(|d| format!("{}/{}/{}", d.driver, d.pool, d.device)).collect();
            Cell::own_or_none(&text::join(all.iter().map(String::as_str)))
        })
        .own()
        .priority(110)
        .doc("what it got: driver, pool and device"),
    ];

    fn health(c: &ResourceClaim) -> Health {
        match c.status.allocation {
            Some(_) => Health::Ok,
            // It waits for a pod that uses it, or for a device that fits.
            None => Health::Changing,
        }
    }

    fn links(c: &ResourceClaim, links: &mut Links<'_>) {
        c.spec.links(links);
        let namespace = c.metadata.namespace.as_str();
        for consumer in &c.status.reserved_for {
            let resource = (consumer.api_group.as_str(), consumer.resource.as_str());
            links.uid(Relation::UsedBy, resource, &consumer.uid, (namespace, &consumer.name));
        }
    }
}

impl ClaimSpec {
    /// The classes it names, each once.
    pub(super) fn classes(&self) -> BTreeSet<&str> {
        let names = self.devices.requests.iter().flat_map(|r| {
            let exactly = r.exactly.iter().map(|e| e.device_class_name.as_str());
            exactly.chain(r.first_available.iter().map(|a| a.device_class_name.as_str()))
        });
        names.filter(|name| !name.is_empty()).collect()
    }

    /// The classes of the devices that it asks for.
    pub(super) fn links(&self, links: &mut Links<'_>) {
        for class in self.classes() {
            links.cluster(Relation::Uses, device_class::GROUP, "deviceclasses", class);
        }
    }
}

/// printers.go, `resourceClaimState`.
fn state(c: &ResourceClaim) -> &'static str {
    let deleted = c.metadata.deletion_timestamp.is_some();
    let reserved = !c.status.reserved_for.is_empty();
    match (deleted, c.status.allocation.is_some(), reserved) {
        (true, false, _) => "deleted",
        (true, true, false) => "deleted,allocated",
        (true, true, true) => "deleted,allocated,reserved",
        (false, false, _) => "pending",
        (false, true, false) => "allocated",
        (false, true, true) => "allocated,reserved",
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::rows;
    use super::*;

    #[test]
    fn a_claim_reads_as_kubectl_prints_it() {
        let claim = rows::<This>(
            "
metadata: {name: gpu, namespace: shop, creationTimestamp: 2026-01-13T12:00:00Z}
spec: {devices: {requests: [{name: a, exactly: {deviceClassName: gpu.example.com}},
  {name: b, firstAvailable: [{name: x, deviceClassName: big.example.com}, {name: y, deviceClassName: gpu.example.com}]}]}}
status:
  allocation: {devices: {results: [{request: a, driver: gpu.example.com, pool: n1, device: gpu-0}]}}
  reservedFor: [{resource: pods, name: train-0, uid: u-0}]
",
        );
        assert_eq!(claim.wide(), "NAME | STATE | AGE\ngpu | allocated,reserved | 2d");
        assert_eq!(
            claim.own(),
            "CLASSES | RESERVED FOR | DEVICES\n\
             big.example.com,gpu.example.com | train-0 | gpu.example.com/n1/gpu-0"
        );
        assert_eq!(claim.health(), Health::Ok);
        assert_eq!(
            claim.links(Relation::Uses),
            [
                "deviceclasses.resource.k8s.io /big.example.com",
                "deviceclasses.resource.k8s.io /gpu.example.com"
            ]
        );
        assert_eq!(claim.links(Relation::UsedBy), ["pods shop/train-0 by uid"]);
        claim.survive_damage();
    }

    #[test]
    fn states_of_a_claim() {
        let of = |rest: &str| {
            let claim = rows::<This>(&format!("{{metadata: {{name: c{rest}}}"));
            (claim.text("STATE"), claim.health())
        };
        let is = |text: &str, health| (text.to_owned(), health);
        assert_eq!(of("}"), is("pending", Health::Changing));
        assert_eq!(of("}, status: {allocation: {}}"), is("allocated", Health::Ok));
        let leaving = ", deletionTimestamp: 2026-01-15T12:00:00Z}";
        assert_eq!(of(leaving), is("deleted", Health::Changing));
        assert_eq!(
            of(&format!("{leaving}, status: {{allocation: {{}}}}")),
            is("deleted,allocated", Health::Changing)
        );
    }
}
