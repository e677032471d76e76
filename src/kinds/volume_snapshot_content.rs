//! VolumeSnapshotContents: snapshots as their storage has them, given to a VolumeSnapshot.

use crate::store::{Health, Relation};
use crate::wire::WholeObject;

use super::custom::{at, int, text};
use super::volume_snapshot::{self, GROUP};
use super::{Col, Info, Kind, Links, Place};

/// This file's kind, for the registry.
pub struct This;

type C = Col<WholeObject>;

impl Kind for This {
    type Object = WholeObject;
    const INFO: Info = Info::new(GROUP, "v1", "volumesnapshotcontents");
    const DOC: &'static str = "A snapshot of a volume as its storage has it, given to a VolumeSnapshot";

    const PLACE: Place = Place::Volume;

    const COLUMNS: &'static [C] = &[
        C::name(),
        C::text("READYTOUSE", |c, i| text(at(c, "status.readyToUse"), i)).status(),
        C::number("RESTORESIZE", |c, _| int(at(c, "status.restoreSize")))
            .priority(140)
            .doc("how large a volume that is made of it must be, in bytes"),
        C::text("DELETIONPOLICY", |c, i| text(at(c, POLICY), i))
            .priority(120)
            .doc("what becomes of it when its snapshot is deleted"),
        C::text("DRIVER", |c, i| text(at(c, DRIVER), i)).priority(110),
        C::text("VOLUMESNAPSHOTCLASS", |c, i| text(at(c, CLASS), i)).priority(100),
        C::text("VOLUMESNAPSHOT", |c, i| text(at(c, "spec.volumeSnapshotRef.name"), i)).priority(160),
        C::text("VOLUMESNAPSHOTNAMESPACE", |c, i| text(at(c, "spec.volumeSnapshotRef.namespace"), i))
            .priority(150),
        C::age(),
        C::text("ERROR", |c, _| volume_snapshot::error(c))
            .own()
            .priority(90)
            .doc("what went wrong last"),
        C::text("HANDLE", |c, i| {
            let given = at(c, "spec.source.snapshotHandle");
            let made = at(c, "status.snapshotHandle");
            text(if made.is_some() { made } else { given }, i)
        })
        .own_wide()
        .doc("what the storage calls it"),
    ];

    fn health(c: &WholeObject) -> Health {
        volume_snapshot::health(c)
    }

    fn links(c: &WholeObject, links: &mut Links<'_>) {
        let snapshot = at(c, "spec.volumeSnapshotRef");
        let field = |name| snapshot.key(name).str();
        let resource = (GROUP, "volumesnapshots");
        let (namespace, name, uid) = (field("namespace"), field("name"), field("uid"));
        // What is retained outlives its snapshot.
        links.optional(at(c, POLICY).str() == "Retain", |links| {
            // Another snapshot of the same name is not its snapshot; who brings a content along knows no UID yet.
            if uid.is_empty() {
                links.in_namespace(Relation::BoundTo, resource, namespace, name);
            } else {
                links.uid(Relation::BoundTo, resource, uid, (namespace, name));
            }
        });
        links.cluster(Relation::ServedBy, GROUP, "volumesnapshotclasses", at(c, CLASS).str());
        // Not every driver has such an object.
        links.optional(true, |links| {
            links.cluster(Relation::ServedBy, "storage.k8s.io", "csidrivers", at(c, DRIVER).str());
        });
    }
}

const CLASS: &str = "spec.volumeSnapshotClassName";
const DRIVER: &str = "spec.driver";
const POLICY: &str = "spec.deletionPolicy";

#[cfg(test)]
mod tests {
    use super::super::testing::json_rows;
    use super::*;

    const CONTENT: &str = "
metadata: {name: content-1, creationTimestamp: 2026-01-13T12:00:00Z}
spec: {driver: ebs.csi.aws.com, deletionPolicy: Delete, volumeSnapshotClassName: daily, volumeSnapshotRef: {namespace: shop, name: monday, uid: s1}, source: {volumeHandle: vol-1}}
status: {readyToUse: true, restoreSize: 10737418240, snapshotHandle: snap-1}
";

    #[test]
    fn a_content_reads_as_the_server_prints_it() {
        let content = json_rows::<This>(CONTENT);
        assert_eq!(
            content.wide(),
            "NAME | READYTOUSE | RESTORESIZE | DELETIONPOLICY | DRIVER | VOLUMESNAPSHOTCLASS | VOLUMESNAPSHOT | VOLUMESNAPSHOTNAMESPACE | AGE\n\
             content-1 | true | 10737418240 | Delete | ebs.csi.aws.com | daily | monday | shop | 2d"
        );
        assert_eq!(content.own(), "ERROR | HANDLE\n<none> | snap-1");
        assert_eq!(content.health(), Health::Ok);
        assert_eq!(
            content.links(Relation::BoundTo),
            ["volumesnapshots.snapshot.storage.k8s.io shop/monday by uid"]
        );
        assert_eq!(
            content.links(Relation::ServedBy),
            [
                "volumesnapshotclasses.snapshot.storage.k8s.io /daily",
                "csidrivers.storage.k8s.io /ebs.csi.aws.com if any"
            ]
        );
        content.survive_damage();
    }

    #[test]
    fn what_is_retained_may_be_alone() {
        let text = CONTENT.replace("Policy: Delete", "Policy: Retain").replace(", uid: s1", "");
        let content = json_rows::<This>(&text);
        assert_eq!(
            content.links(Relation::BoundTo),
            ["volumesnapshots.snapshot.storage.k8s.io shop/monday if any"]
        );
        let bare = json_rows::<This>("{metadata: {name: c}}");
        assert_eq!(bare.wide().lines().nth(1), Some("c |  |  |  |  |  |  |  | <unknown>"));
        assert_eq!(bare.own().lines().nth(1), Some("<none> | "));
        assert_eq!(bare.health(), Health::Changing);
    }
}
