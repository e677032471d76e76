//! RuntimeClasses: what runs a pod's containers.

use std::collections::BTreeMap;

use crate::wire::{LabelSelector, Meta, ObjectMeta};

use super::{Cell, Col, Info, Kind, Links, text};

/// This file's kind, for the registry.
pub struct This;

type C = Col<RuntimeClass>;

crate::message! {
    /// `node.k8s.io/v1 RuntimeClass`.
    pub struct RuntimeClass {
        #[prost(message, required, tag = "1")]
        metadata: ObjectMeta,
        #[prost(string, tag = "2")]
        handler: String,
        #[prost(message, required, tag = "4")]
        scheduling: Scheduling,
    }

    /// `node.k8s.io/v1 Scheduling`.
    pub struct Scheduling {
        #[prost(btree_map = "string, string", tag = "1")]
        node_selector: BTreeMap<String, String>,
    }
}

impl Meta for RuntimeClass {
    fn meta(&self) -> &ObjectMeta {
        &self.metadata
    }
}

impl Kind for This {
    type Object = RuntimeClass;
    const INFO: Info = Info::new("node.k8s.io", "v1", "runtimeclasses");
    const DOC: &'static str = "What runs the containers of pods that name it";

    const COLUMNS: &'static [C] = &[
        C::name(),
        C::text("HANDLER", |c, i| Cell::shared(&c.handler, i))
            .status()
            .doc("its name in the configuration of each node's container runtime"),
        C::age(),
        C::text("NODES", |c, i| {
            Cell::shared_or_none(&text::labels(&c.scheduling.node_selector), i)
        })
        .own()
        .priority(110)
        .doc("the labels of the nodes that have it; <none> means every node"),
    ];

    fn links(c: &RuntimeClass, links: &mut Links<'_>) {
        if !c.scheduling.node_selector.is_empty() {
            let match_labels = c.scheduling.node_selector.clone();
            let selector = LabelSelector { match_labels, match_expressions: Vec::new() };
            links.selects("", "nodes", &selector);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::rows;
    use super::*;
    use crate::store::{Health, Relation};

    #[test]
    fn a_class_reads_as_kubectl_prints_it() {
        let class = rows::<This>(
            "
metadata: {name: gvisor, creationTimestamp: 2026-01-13T12:00:00Z}
handler: runsc
scheduling: {nodeSelector: {sandbox: gvisor, arch: amd64}}
",
        );
        assert_eq!(class.wide(), "NAME | HANDLER | AGE\ngvisor | runsc | 2d");
        assert_eq!(class.own(), "NODES\narch=amd64,sandbox=gvisor");
        assert_eq!(class.health(), Health::Idle);
        assert_eq!(class.links(Relation::Selects).len(), 1);
        class.survive_damage();
        let bare = rows::<This>("{metadata: {name: c}}");
        assert_eq!(bare.wide().lines().nth(1), Some("c |  | <unknown>"));
        assert!(bare.rows[0].links.is_empty());
    }
}
