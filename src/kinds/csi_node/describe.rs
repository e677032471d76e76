//! What a `CSINode` says of the drivers of its node, in kubectl's words.

use crate::describe::{About, Describer, Writer, date, heading, meta, strong};

/// Describes a `CSINode`.
pub struct Drivers;

impl Describer for Drivers {
    fn write(&self, about: &About<'_>, w: &mut Writer) {
        let object = about.object;
        let node = about.to("", "nodes", "", about.name());
        w.field(0, "Name", strong(about.name())).go(node);
        meta::labels_and_annotations(about, w);
        w.field(0, "CreationTimestamp", date(object.at("metadata.creationTimestamp")));
        w.section(0, "Spec");
        let drivers = object.at("spec.drivers");
        if drivers.is_some() {
            w.section(2, "Drivers");
        }
        for driver in drivers.list() {
            let name = driver.key("name").str();
            w.line(4, [heading(format!("{name}:"))])
                .go(about.to("storage.k8s.io", "csidrivers", "", name));
            w.field(6, "Node ID", driver.key("nodeID"));
            let count = driver.at("allocatable.count");
            if count.is_some() {
                w.section(6, "Allocatables");
                w.field(8, "Count", count.int());
            }
            let keys = driver.key("topologyKeys");
            if keys.is_some() {
                w.field(6, "Topology Keys", format!("[{}]", keys.joined(" ")));
            }
        }
    }
}
