//! `VolumeAttributesClasses`: what can be changed of volumes that are there already.

mod describe;

use std::collections::BTreeMap;

use crate::describe::Describer;
use crate::store::Relation;
use crate::wire::{Meta, ObjectMeta};

use super::{Cell, Col, Info, Kind, Links, text};

/// This file's kind, for the registry.
pub struct This;

type C = Col<VolumeAttributesClass>;

crate::message! {
    /// `storage.k8s.io/v1 VolumeAttributesClass`.
    pub struct VolumeAttributesClass {
        #[prost(message, required, tag = "1")]
        metadata: ObjectMeta,
        #[prost(string, tag = "2")]
        driver_name: String,
        #[prost(btree_map = "string, string", tag = "3")]
        parameters: BTreeMap<String, String>,
    }
}

impl Meta for VolumeAttributesClass {
    fn meta(&self) -> &ObjectMeta {
        &self.metadata
    }
}

impl Kind for This {
    type Object = VolumeAttributesClass;
    const INFO: Info = Info::new("storage.k8s.io", "v1", "volumeattributesclasses");
    const DOC: &'static str = "How volumes are changed, without being made anew, for claims that name it";

    const COLUMNS: &'static [C] = &[
        C::name(),
        C::text("DRIVERNAME", |c, i| Cell::shared(&c.driver_name, i)).status(),
        C::age(),
        C::text("PARAMETERS", |c, i| Cell::shared_or_none(&text::labels(&c.parameters), i))
            .own()
            .priority(110)
            .doc("what the driver is told, as it understands it"),
    ];
    const DESCRIBE: Option<&'static dyn Describer> = Some(&describe::Class);

    fn links(c: &VolumeAttributesClass, links: &mut Links<'_>) {
        // Drivers that are no longer installed, or register no CSIDriver, are none's fault.
        links.optional(true, |links| {
            links.cluster(Relation::ServedBy, "storage.k8s.io", "csidrivers", &c.driver_name);
        });
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::rows;
    use super::*;

    #[test]
    fn a_class_reads_as_kubectl_prints_it() {
        let class = rows::<This>(
            "
metadata: {name: gold, creationTimestamp: 2026-01-13T12:00:00Z}
driverName: disk.csi.example
parameters: {iops: '9000', throughput: 500Mi}
",
        );
        assert_eq!(class.wide(), "NAME | DRIVERNAME | AGE\ngold | disk.csi.example | 2d");
        assert_eq!(class.own(), "PARAMETERS\niops=9000,throughput=500Mi");
        class.survive_damage();
        let bare = rows::<This>("{metadata: {name: c}}");
        assert_eq!(bare.wide().lines().nth(1), Some("c |  | <unknown>"));
        assert!(bare.rows[0].links.is_empty());
    }
}
