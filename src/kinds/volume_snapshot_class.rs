//! VolumeSnapshotClasses: how snapshots of volumes are made.

use crate::store::Relation;
use crate::wire::{Meta as _, WholeObject};

use super::custom::{at, text};
use super::volume_snapshot::GROUP;
use super::{By, Cell, Col, Drill, Info, Kind, Links, Place};

/// This file's kind, for the registry.
pub struct This;

type C = Col<WholeObject>;

impl Kind for This {
    type Object = WholeObject;
    const INFO: Info = Info::new(GROUP, "v1", "volumesnapshotclasses");
    const DOC: &'static str = "How snapshots of volumes are made, and what becomes of them";

    const PLACE: Place = Place::StorageClass;
    const DRILL: Drill =
        Drill::Rows { group: GROUP, plural: "volumesnapshots", by: By::Link(Relation::ServedBy) };

    const COLUMNS: &'static [C] = &[
        C::name(),
        C::text("DRIVER", |c, i| text(at(c, "driver"), i)).status(),
        C::text("DELETIONPOLICY", |c, i| text(at(c, "deletionPolicy"), i))
            .priority(150)
            .doc("what becomes of a snapshot's content when the snapshot is deleted"),
        C::age(),
        C::text("DEFAULT", |c, i| match c.meta().annotations.get(IS_DEFAULT) {
            Some(is) if is == "true" => Cell::shared("true", i),
            _ => Cell::None,
        })
        .own()
        .priority(120)
        .doc("whether it serves its driver's snapshots that name no class"),
    ];

    fn links(c: &WholeObject, links: &mut Links<'_>) {
        // Not every driver has such an object.
        links.optional(true, |links| {
            links.cluster(Relation::ServedBy, "storage.k8s.io", "csidrivers", at(c, "driver").str());
        });
        let parameters = at(c, "parameters");
        for secret in SECRETS {
            let part = |part: &str| parameters.key(&format!("{secret}-{part}")).str();
            let (name, namespace) = (part("name"), part("namespace"));
            // A name may be made anew for each snapshot: `${volumesnapshotcontent.name}`.
            if !name.contains('$') && !namespace.contains('$') {
                links.in_namespace(Relation::Uses, ("", "secrets"), namespace, name);
            }
        }
    }
}

const IS_DEFAULT: &str = "snapshot.storage.kubernetes.io/is-default-class";

/// The parameters by which drivers get a secret, without `-name` and `-namespace` (external-snapshotter, `pkg/utils`).
const SECRETS: [&str; 2] =
    ["csi.storage.k8s.io/snapshotter-secret", "csi.storage.k8s.io/snapshotter-list-secret"];

#[cfg(test)]
mod tests {
    use super::super::testing::json_rows;
    use super::*;

    #[test]
    fn a_class_reads_as_the_server_prints_it() {
        let class = json_rows::<This>(
            "
metadata: {name: daily, creationTimestamp: 2026-01-13T12:00:00Z, annotations: {snapshot.storage.kubernetes.io/is-default-class: 'true'}}
driver: ebs.csi.aws.com
deletionPolicy: Delete
parameters:
  csi.storage.k8s.io/snapshotter-secret-name: creds
  csi.storage.k8s.io/snapshotter-secret-namespace: infra
  csi.storage.k8s.io/snapshotter-list-secret-name: '${volumesnapshotcontent.name}'
  csi.storage.k8s.io/snapshotter-list-secret-namespace: infra
",
        );
        assert_eq!(
            class.wide(),
            "NAME | DRIVER | DELETIONPOLICY | AGE\ndaily | ebs.csi.aws.com | Delete | 2d"
        );
        assert_eq!(class.own(), "DEFAULT\ntrue");
        assert_eq!(
            class.links(Relation::ServedBy),
            ["csidrivers.storage.k8s.io /ebs.csi.aws.com if any"]
        );
        assert_eq!(class.links(Relation::Uses), ["secrets infra/creds"]);
        class.survive_damage();
        let bare = json_rows::<This>("{metadata: {name: c}, parameters: 7}");
        assert_eq!(bare.wide().lines().nth(1), Some("c |  |  | <unknown>"));
        assert!(bare.rows[0].links.is_empty());
    }
}
