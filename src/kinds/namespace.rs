//! Namespaces: the walls inside a cluster.

mod describe;

use crate::describe::Describer;
use crate::store::Health;
use crate::wire::{Meta, ObjectMeta};

use super::{By, Cell, Col, Drill, Info, Kind};

/// This file's kind, for the registry.
pub struct This;

type C = Col<Namespace>;

crate::message! {
    /// `v1 Namespace`.
    pub struct Namespace {
        #[prost(message, required, tag = "1")]
        metadata: ObjectMeta,
        #[prost(message, required, tag = "3")]
        status: NamespaceStatus,
    }

    /// `v1 NamespaceStatus`.
    pub struct NamespaceStatus {
        #[prost(string, tag = "1")]
        phase: String,
    }
}

impl Meta for Namespace {
    fn meta(&self) -> &ObjectMeta {
        &self.metadata
    }
}

impl Kind for This {
    type Object = Namespace;
    const INFO: Info = Info::new("", "v1", "namespaces");
    const DOC: &'static str =
        "Walls inside the cluster: names, quotas and access rules end at them";
    const HAS_LOGS: bool = true;
    const DRILL: Drill = Drill::Rows { group: "", plural: "pods", by: By::Namespace };

    const UNBIND: Option<fn(&mut serde_json::Value)> = Some(|copy| {
        super::unbind::without(copy, &[&["spec", "finalizers"], &["metadata", "labels", "kubernetes.io/metadata.name"]]);
    });
    const COLUMNS: &'static [C] = &[
        C::name(),
        C::text("STATUS", |n, i| Cell::Text(i.str(&n.status.phase))).status(),
        C::age(),
    ];
    const DESCRIBE: Option<&'static dyn Describer> = Some(&describe::Namespace);

    fn health(namespace: &Namespace) -> Health {
        match namespace.status.phase.as_str() {
            "Active" => Health::Ok,
            _ => Health::Changing,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::rows;
    use super::*;

    #[test]
    fn a_namespace_reads_as_kubectl_prints_it() {
        let active = rows::<This>(
            "{metadata: {name: shop, creationTimestamp: 2026-01-05T12:00:00Z}, status: {phase: Active}}",
        );
        assert_eq!(active.wide(), "NAME | STATUS | AGE\nshop | Active | 10d");
        assert_eq!(active.health(), Health::Ok);
        active.survive_damage();
        let leaving = rows::<This>("{metadata: {name: shop}, status: {phase: Terminating}}");
        assert_eq!(leaving.health(), Health::Changing);
    }
}
