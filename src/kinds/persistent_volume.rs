//! PersistentVolumes: storage that there is.

pub(super) mod describe;
mod source;

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};

use crate::describe::Describer;
use crate::store::{Health, Interner, Relation};
use crate::wire::{Meta, ObjectMeta, ObjectReference, Quantity, or_default};

use super::{Place, Cell, Col, Info, Kind, Links, text};

/// This file's kind, for the registry.
pub struct This;

type C = Col<Volume>;

crate::message! {
    /// `v1 PersistentVolume`.
    pub struct Volume {
        #[prost(message, required, tag = "1")]
        metadata: ObjectMeta,
        #[prost(message, required, tag = "2")]
        spec: VolumeSpec,
        #[prost(message, required, tag = "3")]
        status: VolumeStatus,
    }

    /// `v1 PersistentVolumeSource`, which says whose driver it is where it has one.
    pub struct Source {
        #[prost(message, optional, tag = "22")]
        csi: Option<Csi>,
    }

    /// `v1 CSIPersistentVolumeSource`.
    pub struct Csi {
        #[prost(string, tag = "1")]
        driver: String,
        #[prost(message, optional, tag = "6")]
        controller_publish_secret_ref: Option<SecretReference>,
        #[prost(message, optional, tag = "7")]
        node_stage_secret_ref: Option<SecretReference>,
        #[prost(message, optional, tag = "8")]
        node_publish_secret_ref: Option<SecretReference>,
        #[prost(message, optional, tag = "9")]
        controller_expand_secret_ref: Option<SecretReference>,
        #[prost(message, optional, tag = "10")]
        node_expand_secret_ref: Option<SecretReference>,
    }

    /// `v1 SecretReference`.
    pub struct SecretReference {
        #[prost(string, tag = "1")]
        name: String,
        #[prost(string, tag = "2")]
        namespace: String,
    }

    /// `v1 PersistentVolumeStatus`.
    pub struct VolumeStatus {
        #[prost(string, tag = "1")]
        phase: String,
        #[prost(string, tag = "3")]
        reason: String,
    }
}

/// `v1 PersistentVolumeSpec`: its source is a message of its own in protobuf, and merged into it in JSON.
#[derive(Clone, PartialEq, prost::Message)]
pub struct VolumeSpec {
    #[prost(btree_map = "string, message", tag = "1")]
    capacity: BTreeMap<String, Quantity>,
    #[prost(message, required, tag = "2")]
    source: Source,
    #[prost(string, repeated, tag = "3")]
    access_modes: Vec<String>,
    #[prost(message, optional, tag = "4")]
    claim_ref: Option<ObjectReference>,
    #[prost(string, tag = "5")]
    reclaim_policy: String,
    #[prost(string, tag = "6")]
    storage_class_name: String,
    #[prost(string, optional, tag = "8")]
    volume_mode: Option<String>,
    #[prost(string, optional, tag = "10")]
    volume_attributes_class_name: Option<String>,
}

impl<'de> Deserialize<'de> for VolumeSpec {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Default, Deserialize)]
        #[serde(default, rename_all = "camelCase")]
        struct Merged {
            #[serde(deserialize_with = "or_default")]
            capacity: BTreeMap<String, Quantity>,
            csi: Option<Csi>,
            #[serde(deserialize_with = "or_default")]
            access_modes: Vec<String>,
            claim_ref: Option<ObjectReference>,
            #[serde(deserialize_with = "or_default")]
            persistent_volume_reclaim_policy: String,
            #[serde(deserialize_with = "or_default")]
            storage_class_name: String,
            volume_mode: Option<String>,
            volume_attributes_class_name: Option<String>,
        }
        let m = Merged::deserialize(deserializer)?;
        Ok(Self {
            capacity: m.capacity,
            source: Source { csi: m.csi },
            access_modes: m.access_modes,
            claim_ref: m.claim_ref,
            reclaim_policy: m.persistent_volume_reclaim_policy,
            storage_class_name: m.storage_class_name,
            volume_mode: m.volume_mode,
            volume_attributes_class_name: m.volume_attributes_class_name,
        })
    }
}

impl Meta for Volume {
    fn meta(&self) -> &ObjectMeta {
        &self.metadata
    }
}

impl Kind for This {
    type Object = Volume;
    const INFO: Info = Info::new("", "v1", "persistentvolumes");
    const DOC: &'static str = "Storage that there is, given to a claim or waiting for one";

    const PLACE: Place = Place::Volume;

    const UNBIND: Option<fn(&mut serde_json::Value)> = Some(|copy| {
        super::unbind::without(copy, &[&["spec", "claimRef"]]);
        super::unbind::without_annotations(copy, &["pv.kubernetes.io/bound"]);
    });
    const COLUMNS: &'static [C] = &[
        C::name(),
        C::number("CAPACITY", |v, i| Cell::shared_quantity(v.spec.capacity.get("storage"), i))
            .priority(170),
        C::text("ACCESS MODES", |v, i| Cell::shared(&access_modes(&v.spec.access_modes), i))
            .priority(110),
        C::text("RECLAIM POLICY", |v, i| Cell::shared(&v.spec.reclaim_policy, i))
            .priority(120)
            .doc("what becomes of it when its claim is deleted"),
        C::text("STATUS", |v, i| Cell::shared(phase(&v.metadata, &v.status.phase), i)).status(),
        C::text("CLAIM", claim).priority(190),
        C::text("STORAGECLASS", |v, i| Cell::shared(class(v), i)).priority(150),
        C::text("VOLUMEATTRIBUTESCLASS", |v, i| {
            or_unset(v.spec.volume_attributes_class_name.as_deref(), i)
        })
        .priority(30),
        C::text("REASON", |v, i| Cell::shared(&v.status.reason, i)).priority(100),
        C::age(),
        C::text("VOLUMEMODE", |v, i| or_unset(v.spec.volume_mode.as_deref(), i)).wide(),
        C::text("DRIVER", |v, i| Cell::shared_or_none(driver(v), i))
            .own_wide()
            .doc("the CSI driver that provides it"),
    ];
    const DESCRIBE: Option<&'static dyn Describer> = Some(&describe::Volume);

    fn health(v: &Volume) -> Health {
        match v.status.phase.as_str() {
            "Bound" | "Available" => Health::Ok,
            // Its data is kept until somebody looks at it.
            "Released" if v.spec.reclaim_policy == "Retain" => Health::Idle,
            "Failed" => Health::Broken,
            _ => Health::Changing,
        }
    }

    fn links(v: &Volume, links: &mut Links<'_>) {
        if let Some(claim) = &v.spec.claim_ref {
            let claims = ("", "persistentvolumeclaims");
            // Another claim of the same name is not its claim; who reserves a volume knows no UID yet.
            if claim.uid.is_empty() {
                links.in_namespace(Relation::BoundTo, claims, &claim.namespace, &claim.name);
            } else {
                let name = (claim.namespace.as_str(), claim.name.as_str());
                links.uid(Relation::BoundTo, claims, &claim.uid, name);
            }
        }
        // The class of a volume that people made is often but a word that claims say too.
        links.optional(true, |links| {
            links.cluster(Relation::ServedBy, STORAGE, "storageclasses", class(v));
        });
        let attributes = v.spec.volume_attributes_class_name.as_deref().unwrap_or_default();
        links.cluster(Relation::ServedBy, STORAGE, "volumeattributesclasses", attributes);
        links.cluster(Relation::ServedBy, STORAGE, "csidrivers", driver(v));
        if let Some(csi) = &v.spec.source.csi {
            let all = [
                &csi.controller_publish_secret_ref,
                &csi.node_stage_secret_ref,
                &csi.node_publish_secret_ref,
                &csi.controller_expand_secret_ref,
                &csi.node_expand_secret_ref,
            ];
            let all = all.into_iter().flatten().map(|s| (s.namespace.as_str(), s.name.as_str()));
            for (namespace, name) in all.collect::<std::collections::BTreeSet<_>>() {
                links.in_namespace(Relation::Uses, ("", "secrets"), namespace, name);
            }
        }
    }
}

const STORAGE: &str = "storage.k8s.io";

/// Where volumes and claims named their class before there was a field for it; it still comes first.
pub(super) const CLASS: &str = "volume.beta.kubernetes.io/storage-class";

fn class(v: &Volume) -> &str {
    v.metadata.annotations.get(CLASS).unwrap_or(&v.spec.storage_class_name)
}

fn driver(v: &Volume) -> &str {
    v.spec.source.csi.as_ref().map_or("", |csi| csi.driver.as_str())
}

/// `shop/data-db-0`; nothing where no claim has it.
fn claim(v: &Volume, _: &mut Interner) -> Cell {
    v.spec.claim_ref.as_ref().map_or(Cell::Blank, |claim| {
        Cell::Text(format!("{}/{}", claim.namespace, claim.name).into())
    })
}

/// The STATUS of volumes and of claims.
pub(super) fn phase<'a>(meta: &ObjectMeta, phase: &'a str) -> &'a str {
    if meta.deletion_timestamp.is_some() { "Terminating" } else { phase }
}

/// `RWO,RWX`, each once and always in this order; unknown ones are left out (core helpers, `GetAccessModesAsString`).
pub(super) fn access_modes(modes: &[String]) -> String {
    const SHORT: [(&str, &str); 4] = [
        ("ReadWriteOnce", "RWO"),
        ("ReadOnlyMany", "ROX"),
        ("ReadWriteMany", "RWX"),
        ("ReadWriteOncePod", "RWOP"),
    ];
    let there = SHORT.iter().filter(|(long, _)| modes.iter().any(|mode| mode == long));
    text::join(there.map(|(_, short)| *short))
}

/// What kubectl prints for a field that nobody set.
pub(super) fn or_unset(text: Option<&str>, interner: &mut Interner) -> Cell {
    Cell::shared(text.unwrap_or("<unset>"), interner)
}

#[cfg(test)]
mod tests {
    use super::super::testing::rows;
    use super::*;

    const VOLUME: &str = "
metadata: {name: pvc-1, creationTimestamp: 2026-01-13T12:00:00Z}
spec: {capacity: {storage: 10Gi}, accessModes: [ReadWriteOncePod, ReadWriteOnce, Odd], persistentVolumeReclaimPolicy: Retain, storageClassName: fast, volumeMode: Block,
  claimRef: {kind: PersistentVolumeClaim, apiVersion: v1, namespace: shop, name: data-db-0, uid: u}, csi: {driver: ebs.csi.aws.com, volumeHandle: v, nodeStageSecretRef: {name: key, namespace: csi}, nodePublishSecretRef: {name: key, namespace: csi}}}
status: {phase: Bound}
";

    #[test]
    fn a_volume_reads_as_kubectl_prints_it() {
        let volume = rows::<This>(VOLUME);
        assert_eq!(
            volume.wide(),
            "NAME | CAPACITY | ACCESS MODES | RECLAIM POLICY | STATUS | CLAIM | STORAGECLASS | VOLUMEATTRIBUTESCLASS | REASON | AGE | VOLUMEMODE\n\
             pvc-1 | 10Gi | RWO,RWOP | Retain | Bound | shop/data-db-0 | fast | <unset> |  | 2d | Block"
        );
        assert_eq!(volume.own(), "DRIVER\nebs.csi.aws.com");
        assert_eq!(volume.health(), Health::Ok);
        assert_eq!(
            volume.links(Relation::BoundTo),
            ["persistentvolumeclaims shop/data-db-0 by uid"]
        );
        assert_eq!(
            volume.links(Relation::ServedBy),
            ["storageclasses.storage.k8s.io /fast if any", "csidrivers.storage.k8s.io /ebs.csi.aws.com"]
        );
        assert_eq!(volume.links(Relation::Uses), ["secrets csi/key"]);
        volume.survive_damage();
    }

    #[test]
    fn a_volume_of_nobody() {
        let bare = rows::<This>("{metadata: {name: v}}");
        assert_eq!(
            bare.wide().lines().nth(1),
            Some("v | 0 |  |  |  |  |  | <unset> |  | <unknown> | <unset>")
        );
        assert!(bare.rows[0].links.is_empty());
        let reserved = rows::<This>("{spec: {claimRef: {namespace: shop, name: later}}}");
        assert_eq!(reserved.links(Relation::BoundTo), ["persistentvolumeclaims shop/later"]);
        assert_eq!(reserved.text("CLAIM"), "shop/later");
    }

    #[test]
    fn health_is_its_phase() {
        let of = |phase: &str, policy: &str| {
            let volume = VOLUME.replace("Bound", phase).replace("Retain", policy);
            rows::<This>(&volume).health()
        };
        assert_eq!(of("Available", "Retain"), Health::Ok);
        assert_eq!(of("Released", "Retain"), Health::Idle);
        assert_eq!(of("Released", "Delete"), Health::Changing);
        assert_eq!(of("Failed", "Delete"), Health::Broken);
        assert_eq!(of("Pending", "Delete"), Health::Changing);
    }
}
