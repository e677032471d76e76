//! `FlowSchemas`: which requests have which priority at the API server.

use crate::store::{Health, Relation};
use crate::wire::{Meta, ObjectMeta};

use super::condition::{self, Condition};
use super::{Cell, Col, Info, Kind, Links};

/// This file's kind, for the registry.
pub struct This;

type C = Col<FlowSchema>;

/// The group of flow schemas and priority levels.
pub(super) const GROUP: &str = "flowcontrol.apiserver.k8s.io";

crate::message! {
    /// `flowcontrol.apiserver.k8s.io/v1 FlowSchema`.
    pub struct FlowSchema {
        #[prost(message, required, tag = "1")]
        metadata: ObjectMeta,
        #[prost(message, required, tag = "2")]
        spec: FlowSchemaSpec,
        #[prost(message, required, tag = "3")]
        status: FlowSchemaStatus,
    }

    /// `flowcontrol.apiserver.k8s.io/v1 FlowSchemaSpec`.
    pub struct FlowSchemaSpec {
        #[prost(message, required, tag = "1")]
        priority_level_configuration: LevelReference,
        #[prost(int32, tag = "2")]
        matching_precedence: i32,
        #[prost(message, optional, tag = "3")]
        distinguisher_method: Option<DistinguisherMethod>,
    }

    /// `flowcontrol.apiserver.k8s.io/v1 PriorityLevelConfigurationReference`.
    pub struct LevelReference {
        #[prost(string, tag = "1")]
        name: String,
    }

    /// `flowcontrol.apiserver.k8s.io/v1 FlowDistinguisherMethod`.
    pub struct DistinguisherMethod {
        #[prost(string, tag = "1")]
        #[serde(rename = "type")]
        kind: String,
    }

    /// `flowcontrol.apiserver.k8s.io/v1 FlowSchemaStatus`.
    pub struct FlowSchemaStatus {
        #[prost(message, repeated, tag = "1")]
        conditions: Vec<Condition>,
    }
}

impl Meta for FlowSchema {
    fn meta(&self) -> &ObjectMeta {
        &self.metadata
    }
}

impl Kind for This {
    type Object = FlowSchema;
    const INFO: Info = Info::new(GROUP, "v1", "flowschemas");
    const DOC: &'static str = "Which requests to the API server have which priority";

    const COLUMNS: &'static [C] = &[
        C::name(),
        C::text("PRIORITYLEVEL", |f, i| Cell::shared(level(f), i)).priority(170),
        C::number("MATCHINGPRECEDENCE", |f, _| Cell::Int(f.spec.matching_precedence.into()))
            .priority(150)
            .doc("the schema with the lowest number that matches a request decides"),
        C::text("DISTINGUISHERMETHOD", |f, i| match &f.spec.distinguisher_method {
            Some(method) => Cell::shared(&method.kind, i),
            None => Cell::None,
        })
        .priority(60)
        .doc("by what requests of one schema are kept apart"),
        C::age(),
        C::text("MISSINGPL", |f, i| Cell::shared(dangling(f).unwrap_or("?"), i))
            .status()
            .doc("whether its priority level does not exist"),
    ];

    fn health(f: &FlowSchema) -> Health {
        match dangling(f) {
            Some("True") => Health::Broken,
            Some("False") => Health::Ok,
            _ => Health::Idle,
        }
    }

    fn links(f: &FlowSchema, links: &mut Links<'_>) {
        links.cluster(Relation::Uses, GROUP, "prioritylevelconfigurations", level(f));
    }
}

fn level(f: &FlowSchema) -> &str {
    &f.spec.priority_level_configuration.name
}

fn dangling(f: &FlowSchema) -> Option<&str> {
    condition::find(&f.status.conditions, "Dangling").map(|c| c.status.as_str())
}

#[cfg(test)]
mod tests {
    use super::super::testing::rows;
    use super::*;

    #[test]
    fn a_flow_schema_reads_as_kubectl_prints_it() {
        let schema = rows::<This>(
            "
metadata: {name: probes, creationTimestamp: 2026-01-13T12:00:00Z}
spec: {priorityLevelConfiguration: {name: exempt}, matchingPrecedence: 2, distinguisherMethod: {type: ByUser}}
status: {conditions: [{type: Dangling, status: 'True', reason: NotFound}]}
",
        );
        assert_eq!(
            schema.wide(),
            "NAME | PRIORITYLEVEL | MATCHINGPRECEDENCE | DISTINGUISHERMETHOD | AGE | MISSINGPL\n\
             probes | exempt | 2 | ByUser | 2d | True"
        );
        assert_eq!(schema.health(), Health::Broken);
        assert_eq!(
            schema.links(Relation::Uses),
            ["prioritylevelconfigurations.flowcontrol.apiserver.k8s.io /exempt"]
        );
        schema.survive_damage();
        let new = rows::<This>("{metadata: {name: f}}");
        assert_eq!(new.wide().lines().nth(1), Some("f |  | 0 | <none> | <unknown> | ?"));
        assert_eq!(new.health(), Health::Idle);
    }
}
