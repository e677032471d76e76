//! VolumeSnapshots: what a claim's volume held at some moment.

use crate::store::{Health, Relation};
use crate::wire::WholeObject;

use super::custom::{at, quantity, since, text};
use super::{Cell, Col, Info, Kind, Links, Place};

/// This file's kind, for the registry.
pub struct This;

type C = Col<WholeObject>;

/// The group of snapshots of volumes.
pub(super) const GROUP: &str = "snapshot.storage.k8s.io";

impl Kind for This {
    type Object = WholeObject;
    const INFO: Info = Info::new(GROUP, "v1", "volumesnapshots");
    const DOC: &'static str = "What a claim's volume held at some moment";

    /// It asks for its content as a claim does for a volume.
    const PLACE: Place = Place::Claim;

    const COLUMNS: &'static [C] = &[
        C::name(),
        C::text("READYTOUSE", |s, i| text(at(s, "status.readyToUse"), i)).status(),
        C::text("SOURCEPVC", |s, i| text(at(s, CLAIM), i)).priority(160),
        C::text("SOURCESNAPSHOTCONTENT", |s, i| text(at(s, SOURCE), i)).priority(60),
        C::number("RESTORESIZE", |s, i| quantity(at(s, "status.restoreSize"), i))
            .priority(150)
            .doc("how large a volume that is made of it must be"),
        C::text("SNAPSHOTCLASS", |s, i| text(at(s, CLASS), i)).priority(120),
        C::text("SNAPSHOTCONTENT", |s, i| text(at(s, CONTENT), i)).priority(70),
        C::number("CREATIONTIME", |s, _| since(at(s, "status.creationTime")))
            .priority(140)
            .doc("how long ago the snapshot was taken"),
        C::age(),
        C::text("ERROR", |s, _| error(s)).own().priority(110).doc("what went wrong last"),
    ];

    fn health(s: &WholeObject) -> Health {
        health(s)
    }

    fn links(s: &WholeObject, links: &mut Links<'_>) {
        links.cluster(Relation::ServedBy, GROUP, "volumesnapshotclasses", at(s, CLASS).str());
        // It outlives its claim.
        links.optional(true, |links| {
            links.name(Relation::About, "", "persistentvolumeclaims", at(s, CLAIM).str());
        });
        let (source, content) = (at(s, SOURCE).str(), at(s, CONTENT).str());
        links.cluster(Relation::BoundTo, GROUP, "volumesnapshotcontents", source);
        if content != source {
            links.cluster(Relation::BoundTo, GROUP, "volumesnapshotcontents", content);
        }
    }
}

const CLASS: &str = "spec.volumeSnapshotClassName";
const CLAIM: &str = "spec.source.persistentVolumeClaimName";
const SOURCE: &str = "spec.source.volumeSnapshotContentName";
const CONTENT: &str = "status.boundVolumeSnapshotContentName";

/// How a snapshot or its content is doing: an error counts until the next try has succeeded (external-snapshotter, `apis/volumesnapshot/v1`).
pub(super) fn health(s: &WholeObject) -> Health {
    if at(s, "status.error").is_map() {
        Health::Broken
    } else if at(s, "status.readyToUse").flag() {
        Health::Ok
    } else {
        Health::Changing
    }
}

/// What went wrong, in its first line.
pub(super) fn error(s: &WholeObject) -> Cell {
    Cell::own_or_none(at(s, "status.error.message").str().lines().next().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::super::testing::json_rows;
    use super::*;

    const SNAPSHOT: &str = "
metadata: {name: monday, namespace: shop, creationTimestamp: 2026-01-13T12:00:00Z}
spec: {volumeSnapshotClassName: daily, source: {persistentVolumeClaimName: data}}
status: {boundVolumeSnapshotContentName: content-1, readyToUse: true, restoreSize: 10Gi, creationTime: 2026-01-14T12:00:00Z}
";

    #[test]
    fn a_snapshot_reads_as_the_server_prints_it() {
        let snapshot = json_rows::<This>(SNAPSHOT);
        assert_eq!(
            snapshot.wide(),
            "NAME | READYTOUSE | SOURCEPVC | SOURCESNAPSHOTCONTENT | RESTORESIZE | SNAPSHOTCLASS | SNAPSHOTCONTENT | CREATIONTIME | AGE\n\
             monday | true | data |  | 10Gi | daily | content-1 | 24h | 2d"
        );
        assert_eq!(snapshot.own(), "ERROR\n<none>");
        assert_eq!(snapshot.health(), Health::Ok);
        assert_eq!(
            snapshot.links(Relation::ServedBy),
            ["volumesnapshotclasses.snapshot.storage.k8s.io /daily"]
        );
        assert_eq!(snapshot.links(Relation::About), ["persistentvolumeclaims shop/data if any"]);
        assert_eq!(
            snapshot.links(Relation::BoundTo),
            ["volumesnapshotcontents.snapshot.storage.k8s.io /content-1"]
        );
        snapshot.survive_damage();
    }

    #[test]
    fn one_that_failed_is_broken_and_one_that_is_not_ready_is_under_way() {
        let failed = json_rows::<This>(
            "
metadata: {name: import, namespace: shop}
spec: {source: {volumeSnapshotContentName: content-1}}
status: {boundVolumeSnapshotContentName: content-1, readyToUse: false, restoreSize: 0, error: {message: \"no such\\nsnapshot\"}}
",
        );
        assert_eq!(
            failed.wide().lines().nth(1),
            Some("import | false |  | content-1 | 0 |  | content-1 |  | <unknown>")
        );
        assert_eq!((failed.health(), failed.text("ERROR")), (Health::Broken, "no such".into()));
        assert_eq!(failed.links(Relation::BoundTo).len(), 1, "source and content are the same");
        let waiting = json_rows::<This>("{metadata: {name: s}, spec: 7, status: {error: null}}");
        assert_eq!(waiting.health(), Health::Changing);
        assert!(waiting.rows[0].links.is_empty());
    }
}
