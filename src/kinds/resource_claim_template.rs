//! `ResourceClaimTemplates`: claims of devices that are made for each pod.

use crate::wire::{Meta, ObjectMeta};

use super::resource_claim::ClaimSpec;
use super::{Cell, Col, Info, Kind, Links, device_class, text};

/// This file's kind, for the registry.
pub struct This;

type C = Col<ResourceClaimTemplate>;

crate::message! {
    /// `resource.k8s.io/v1 ResourceClaimTemplate`.
    pub struct ResourceClaimTemplate {
        #[prost(message, required, tag = "1")]
        metadata: ObjectMeta,
        #[prost(message, required, tag = "2")]
        spec: TemplateSpec,
    }

    /// `resource.k8s.io/v1 ResourceClaimTemplateSpec`.
    pub struct TemplateSpec {
        #[prost(message, required, tag = "2")]
        spec: ClaimSpec,
    }
}

impl Meta for ResourceClaimTemplate {
    fn meta(&self) -> &ObjectMeta {
        &self.metadata
    }
}

impl Kind for This {
    type Object = ResourceClaimTemplate;
    const INFO: Info = Info::new(device_class::GROUP, "v1", "resourceclaimtemplates");
    const DOC: &'static str = "Claims of devices that are made for each pod";

    const COLUMNS: &'static [C] = &[
        C::name(),
        C::age(),
        C::text("CLASSES", |t, i| {
            Cell::shared_or_none(&text::join(t.spec.spec.classes().into_iter()), i)
        })
        .own()
        .status()
        .doc("the classes of the devices that its claims ask for"),
    ];

    fn links(t: &ResourceClaimTemplate, links: &mut Links<'_>) {
        t.spec.spec.links(links);
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::rows;
    use super::*;
    use crate::store::Relation;

    #[test]
    fn a_template_reads_as_kubectl_prints_it() {
        let template = rows::<This>(
            "
metadata: {name: gpu, namespace: shop, creationTimestamp: 2026-01-13T12:00:00Z}
spec:
  metadata: {labels: {app: train}}
  spec: {devices: {requests: [{name: a, exactly: {deviceClassName: gpu.example.com}},
    {name: b, firstAvailable: [{name: x, deviceClassName: big.example.com}]}]}}
",
        );
        assert_eq!(template.wide(), "NAME | AGE\ngpu | 2d");
        assert_eq!(template.own(), "CLASSES\nbig.example.com,gpu.example.com");
        assert_eq!(
            template.links(Relation::Uses),
            [
                "deviceclasses.resource.k8s.io /big.example.com",
                "deviceclasses.resource.k8s.io /gpu.example.com"
            ]
        );
        template.survive_damage();
        let nothing = rows::<This>("{metadata: {name: t}}");
        assert_eq!(nothing.own(), "CLASSES\n<none>");
        assert_eq!(nothing.links(Relation::Uses), [""; 0]);
    }
}
