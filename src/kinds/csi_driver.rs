//! CSIDrivers: what a storage driver needs of the cluster.

use crate::wire::{Meta, ObjectMeta};

use super::{Cell, Col, Info, Kind, text};

/// This file's kind, for the registry.
pub struct This;

type C = Col<CsiDriver>;

crate::message! {
    /// `storage.k8s.io/v1 CSIDriver`.
    pub struct CsiDriver {
        #[prost(message, required, tag = "1")]
        metadata: ObjectMeta,
        #[prost(message, required, tag = "2")]
        spec: CsiDriverSpec,
    }

    /// `storage.k8s.io/v1 CSIDriverSpec`.
    pub struct CsiDriverSpec {
        #[prost(bool, optional, tag = "1")]
        attach_required: Option<bool>,
        #[prost(bool, tag = "2")]
        pod_info_on_mount: bool,
        #[prost(string, repeated, tag = "3")]
        volume_lifecycle_modes: Vec<String>,
        #[prost(bool, tag = "4")]
        storage_capacity: bool,
        #[prost(string, tag = "5")]
        fs_group_policy: String,
        #[prost(message, repeated, tag = "6")]
        token_requests: Vec<TokenRequest>,
        #[prost(bool, tag = "7")]
        requires_republish: bool,
    }

    /// `storage.k8s.io/v1 TokenRequest`.
    pub struct TokenRequest {
        #[prost(string, tag = "1")]
        audience: String,
    }
}

impl Meta for CsiDriver {
    fn meta(&self) -> &ObjectMeta {
        &self.metadata
    }
}

impl Kind for This {
    type Object = CsiDriver;
    const INFO: Info = Info::new("storage.k8s.io", "v1", "csidrivers");
    const DOC: &'static str = "Storage drivers, and what they need of the cluster";

    const COLUMNS: &'static [C] = &[
        C::name(),
        C::text("ATTACHREQUIRED", |d, i| text::bool(d.spec.attach_required != Some(false), i))
            .status()
            .doc("whether a volume must be attached to a node before it is mounted"),
        C::text("PODINFOONMOUNT", |d, i| text::bool(d.spec.pod_info_on_mount, i))
            .priority(110)
            .doc("whether it is told for which pod it mounts"),
        C::text("STORAGECAPACITY", |d, i| text::bool(d.spec.storage_capacity, i))
            .priority(120)
            .doc("whether the scheduler heeds how much room it has"),
        C::text("TOKENREQUESTS", |d, i| match d.spec.token_requests.as_slice() {
            [] => Cell::shared("<unset>", i),
            all => Cell::shared(&text::join(all.iter().map(|t| t.audience.as_str())), i),
        })
        .priority(100)
        .doc("for whom it gets tokens of the pods' service accounts"),
        C::text("REQUIRESREPUBLISH", |d, i| text::bool(d.spec.requires_republish, i))
            .priority(90)
            .doc("whether a mounted volume is published again and again"),
        C::text("MODES", |d, i| {
            let modes = d.spec.volume_lifecycle_modes.iter().map(String::as_str);
            Cell::shared_or_none(&text::join(modes), i)
        })
        .priority(130),
        C::age(),
        C::text("FSGROUP", |d, i| Cell::shared_or_none(&d.spec.fs_group_policy, i))
            .own_wide()
            .doc("whether the owner and the mode of its volumes are changed for a pod"),
    ];
}

#[cfg(test)]
mod tests {
    use super::super::testing::rows;
    use super::*;
    use crate::store::Health;

    #[test]
    fn a_driver_reads_as_kubectl_prints_it() {
        let driver = rows::<This>(
            "
metadata: {name: secrets-store.csi.k8s.io, creationTimestamp: 2026-01-13T12:00:00Z}
spec: {attachRequired: false, podInfoOnMount: true, storageCapacity: true, requiresRepublish: true, fsGroupPolicy: File,
  tokenRequests: [{audience: vault}, {audience: ''}], volumeLifecycleModes: [Persistent, Ephemeral]}
",
        );
        assert_eq!(
            driver.wide(),
            "NAME | ATTACHREQUIRED | PODINFOONMOUNT | STORAGECAPACITY | TOKENREQUESTS | REQUIRESREPUBLISH | MODES | AGE\n\
             secrets-store.csi.k8s.io | false | true | true | vault, | true | Persistent,Ephemeral | 2d"
        );
        assert_eq!(driver.own(), "FSGROUP\nFile");
        assert_eq!(driver.health(), Health::Idle);
        driver.survive_damage();
        let bare = rows::<This>("{metadata: {name: d}}");
        assert_eq!(
            bare.wide().lines().nth(1),
            Some("d | true | false | false | <unset> | false | <none> | <unknown>")
        );
    }
}
