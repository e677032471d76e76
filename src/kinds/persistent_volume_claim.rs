//! PersistentVolumeClaims: storage that pods ask for.

mod describe;

use std::collections::BTreeMap;

use crate::describe::Describer;
use crate::store::{Health, Relation};
use crate::wire::{Meta, ObjectMeta, Quantity, TypedObjectReference};

use super::status_condition::{Condition, holds};
use super::persistent_volume::{CLASS, access_modes, or_unset, phase};
use super::pod::spec::Resources;
use super::{Place, Cell, Col, Info, Kind, Links};

/// This file's kind, for the registry.
pub struct This;

type C = Col<Claim>;

crate::message! {
    /// `v1 PersistentVolumeClaim`.
    pub struct Claim {
        #[prost(message, required, tag = "1")]
        metadata: ObjectMeta,
        #[prost(message, required, tag = "2")]
        spec: ClaimSpec,
        #[prost(message, required, tag = "3")]
        status: ClaimStatus,
    }

    /// `v1 PersistentVolumeClaimSpec`.
    pub struct ClaimSpec {
        #[prost(message, required, tag = "2")]
        resources: Resources,
        #[prost(string, tag = "3")]
        volume_name: String,
        #[prost(string, tag = "5")]
        storage_class_name: String,
        #[prost(string, optional, tag = "6")]
        volume_mode: Option<String>,
        #[prost(message, optional, tag = "7")]
        data_source: Option<TypedObjectReference>,
        #[prost(message, optional, tag = "8")]
        data_source_ref: Option<TypedObjectReference>,
        #[prost(string, optional, tag = "9")]
        volume_attributes_class_name: Option<String>,
    }

    /// `v1 PersistentVolumeClaimStatus`.
    pub struct ClaimStatus {
        #[prost(string, tag = "1")]
        phase: String,
        #[prost(string, repeated, tag = "2")]
        access_modes: Vec<String>,
        #[prost(btree_map = "string, message", tag = "3")]
        capacity: BTreeMap<String, Quantity>,
        #[prost(message, repeated, tag = "4")]
        conditions: Vec<Condition>,
    }
}

impl Meta for Claim {
    fn meta(&self) -> &ObjectMeta {
        &self.metadata
    }
}

impl Kind for This {
    type Object = Claim;
    const INFO: Info = Info::new("", "v1", "persistentvolumeclaims");
    const DOC: &'static str = "Storage that pods ask for, and the volume they were given";
    const ACTIONS: &'static [&'static str] = &["expand"];

    const PLACE: Place = Place::Claim;

    const UNBIND: Option<fn(&mut serde_json::Value)> = Some(|copy| {
        super::unbind::without(copy, &[&["spec", "volumeName"]]);
        super::unbind::without_annotations(copy, &["pv.kubernetes.io/", "volume.kubernetes.io/", "volume.beta.kubernetes.io/storage-provisioner"]);
    });
    const COLUMNS: &'static [C] = &[
        C::name(),
        C::text("STATUS", |c, i| Cell::shared(phase(&c.metadata, &c.status.phase), i)).status(),
        C::text("VOLUME", |c, _| match c.spec.volume_name.as_str() {
            "" => Cell::Blank,
            name => Cell::Text(name.into()),
        })
        .priority(110),
        C::number("CAPACITY", |c, i| {
            if bound(c) { Cell::shared_quantity(c.status.capacity.get("storage"), i) } else { Cell::Blank }
        })
        .priority(170),
        C::text("ACCESS MODES", |c, i| {
            let modes = if bound(c) { &*c.status.access_modes } else { &[] };
            Cell::shared(&access_modes(modes), i)
        })
        .priority(120),
        C::text("STORAGECLASS", |c, i| Cell::shared(class(c), i)).priority(150),
        C::text("VOLUMEATTRIBUTESCLASS", |c, i| {
            or_unset(c.spec.volume_attributes_class_name.as_deref(), i)
        })
        .priority(30),
        C::age(),
        C::text("VOLUMEMODE", |c, i| or_unset(c.spec.volume_mode.as_deref(), i)).wide(),
        C::number("REQUEST", |c, i| {
            let request = c.spec.resources.requests.get("storage");
            request.map_or(Cell::None, |q| Cell::shared_quantity(Some(q), i))
        })
        .own_wide()
        .doc("how much it asks for"),
        C::text("CONDITION", |c, i| Cell::shared_or_none(condition(c).map_or("", |(_, kind)| kind), i))
            .own()
            .priority(60)
            .doc("what happens to its volume, or what went wrong there"),
    ];
    const DESCRIBE: Option<&'static dyn Describer> = Some(&describe::Claim);

    fn health(c: &Claim) -> Health {
        match c.status.phase.as_str() {
            "Bound" => condition(c).map_or(Health::Ok, |(health, _)| health),
            "Lost" => Health::Broken,
            _ => Health::Changing,
        }
    }

    fn links(c: &Claim, links: &mut Links<'_>) {
        let spec = &c.spec;
        match c.status.phase.as_str() {
            // Its volume went, or went to another, which only its phase tells (pv_controller.go, `syncBoundClaim`).
            "Lost" => links.lost(Relation::BoundTo, ("", "persistentvolumes"), &spec.volume_name),
            _ => links.cluster(Relation::BoundTo, "", "persistentvolumes", &spec.volume_name),
        }
        // Who has a volume needs the class no more, and the class of volumes that people made is often but a word that claims say too.
        let waits = !matches!(c.status.phase.as_str(), "Bound" | "Lost");
        links.optional(!waits, |links| {
            links.cluster(Relation::ServedBy, STORAGE, "storageclasses", class(c));
        });
        let attributes = spec.volume_attributes_class_name.as_deref().unwrap_or_default();
        links.cluster(Relation::ServedBy, STORAGE, "volumeattributesclasses", attributes);
        // The older field says the same where both are there.
        if let Some(source) = spec.data_source_ref.as_ref().or(spec.data_source.as_ref()) {
            links.typed(Relation::Uses, source);
        }
    }
}

const STORAGE: &str = "storage.k8s.io";

/// Whether it has a volume, of which its status then tells.
fn bound(c: &Claim) -> bool {
    !c.spec.volume_name.is_empty()
}

fn class(c: &Claim) -> &str {
    c.metadata.annotations.get(CLASS).unwrap_or(&c.spec.storage_class_name)
}

/// The worst of its conditions that says something is going on.
fn condition(c: &Claim) -> Option<(Health, &str)> {
    let of = |kinds: &[&'static str], health| {
        let kind = kinds.iter().find(|kind| holds(&c.status.conditions, kind).is_some())?;
        Some((health, *kind))
    };
    of(&["ControllerResizeError", "NodeResizeError", "ModifyVolumeError"], Health::Warning)
        .or_else(|| of(&["Resizing", "FileSystemResizePending", "ModifyingVolume"], Health::Changing))
}

#[cfg(test)]
mod tests {
    use super::super::testing::rows;
    use super::*;

    const CLAIM: &str = "
metadata: {name: data-db-0, namespace: shop, creationTimestamp: 2026-01-13T12:00:00Z}
spec: {volumeName: pvc-1, storageClassName: fast, volumeMode: Filesystem, volumeAttributesClassName: gold, accessModes: [ReadWriteOnce], resources: {requests: {storage: 20Gi}},
  dataSource: {apiGroup: snapshot.storage.k8s.io, kind: VolumeSnapshot, name: monday}, dataSourceRef: {apiGroup: snapshot.storage.k8s.io, kind: VolumeSnapshot, name: monday, namespace: backup}}
status: {phase: Bound, accessModes: [ReadWriteMany, ReadWriteOnce], capacity: {storage: 10Gi}, conditions: [{type: FileSystemResizePending, status: 'True'}]}
";

    #[test]
    fn a_claim_reads_as_kubectl_prints_it() {
        let claim = rows::<This>(CLAIM);
        assert_eq!(
            claim.wide(),
            "NAME | STATUS | VOLUME | CAPACITY | ACCESS MODES | STORAGECLASS | VOLUMEATTRIBUTESCLASS | AGE | VOLUMEMODE\n\
             data-db-0 | Bound | pvc-1 | 10Gi | RWO,RWX | fast | gold | 2d | Filesystem"
        );
        assert_eq!(claim.own(), "REQUEST | CONDITION\n20Gi | FileSystemResizePending");
        assert_eq!(claim.health(), Health::Changing, "a pod must mount it anew");
        assert_eq!(claim.links(Relation::BoundTo), ["persistentvolumes /pvc-1"]);
        assert_eq!(
            claim.links(Relation::ServedBy),
            ["storageclasses.storage.k8s.io /fast if any", "volumeattributesclasses.storage.k8s.io /gold"]
        );
        assert_eq!(
            claim.links(Relation::Uses),
            ["VolumeSnapshot.snapshot.storage.k8s.io backup/monday"]
        );
        claim.survive_damage();
    }

    #[test]
    fn an_unbound_claim_has_nothing_yet() {
        let bare = rows::<This>(
            "{metadata: {name: c, annotations: {volume.beta.kubernetes.io/storage-class: old}}, spec: {storageClassName: new}, status: {phase: Pending, capacity: {storage: 1Gi}}}",
        );
        assert_eq!(
            bare.wide().lines().nth(1),
            Some("c | Pending |  |  |  | old | <unset> | <unknown> | <unset>")
        );
        assert_eq!(bare.health(), Health::Changing);
        assert_eq!(
            bare.links(Relation::ServedBy),
            ["storageclasses.storage.k8s.io /old"],
            "without it nobody makes its volume"
        );
    }

    #[test]
    fn a_lost_claim_says_so_of_its_volume() {
        for volume in ["pvc-1", ""] {
            let lost = rows::<This>(&format!(
                "{{metadata: {{name: c}}, spec: {{volumeName: '{volume}'}}, status: {{phase: Lost}}}}"
            ));
            assert_eq!(lost.health(), Health::Broken);
            assert_eq!(lost.links(Relation::BoundTo), [format!("persistentvolumes /{volume}")]);
            let needs = lost.rows[0].links[0].needs.as_ref().unwrap();
            assert!(needs.lost, "{volume}");
        }
    }

    #[test]
    fn health_is_its_phase_and_its_volumes() {
        let health = |from: &str, to: &str| rows::<This>(&CLAIM.replace(from, to)).health();
        assert_eq!(health("FileSystemResizePending", "NodeResizeError"), Health::Warning);
        assert_eq!(health("'True'", "'False'"), Health::Ok);
        assert_eq!(health("Bound", "Lost"), Health::Broken);
        let leaving = rows::<This>(
            &CLAIM.replace("name: data-db-0", "name: d, deletionTimestamp: 2026-01-15T11:00:00Z"),
        );
        assert_eq!(leaving.text("STATUS"), "Terminating");
    }
}
