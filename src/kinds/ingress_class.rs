//! IngressClasses: who serves Ingresses, and how.

mod describe;

use crate::describe::Describer;
use crate::store::{Interner, Relation};
use crate::wire::{Meta, ObjectMeta};

use super::{Cell, Col, Info, Kind, Links, text};

/// This file's kind, for the registry.
pub struct This;

type C = Col<IngressClass>;

crate::message! {
    /// `networking.k8s.io/v1 IngressClass`.
    pub struct IngressClass {
        #[prost(message, required, tag = "1")]
        metadata: ObjectMeta,
        #[prost(message, required, tag = "2")]
        spec: IngressClassSpec,
    }

    /// `networking.k8s.io/v1 IngressClassSpec`.
    pub struct IngressClassSpec {
        #[prost(string, tag = "1")]
        controller: String,
        #[prost(message, optional, tag = "2")]
        parameters: Option<Parameters>,
    }

    /// `networking.k8s.io/v1 IngressClassParametersReference`.
    pub struct Parameters {
        #[prost(string, optional, tag = "1")]
        api_group: Option<String>,
        #[prost(string, tag = "2")]
        kind: String,
        #[prost(string, tag = "3")]
        name: String,
        /// Set where the scope is `Namespace`.
        #[prost(string, tag = "5")]
        namespace: String,
    }
}

impl Meta for IngressClass {
    fn meta(&self) -> &ObjectMeta {
        &self.metadata
    }
}

impl Kind for This {
    type Object = IngressClass;
    const INFO: Info = Info::new("networking.k8s.io", "v1", "ingressclasses");
    const DOC: &'static str = "Which controller serves ingresses, and with which settings";
    const DESCRIBE: Option<&'static dyn Describer> = Some(&This);

    const COLUMNS: &'static [C] = &[
        C::name()
            .note(|c, i| text::default_mark(&c.metadata, &[IS_DEFAULT], i))
            .doc("(default) serves ingresses that name no class"),
        C::text("CONTROLLER", |c, i| Cell::shared(&c.spec.controller, i)).status(),
        C::text("PARAMETERS", parameters).priority(120),
        C::age(),
    ];

    fn links(c: &IngressClass, links: &mut Links<'_>) {
        if let Some(p) = &c.spec.parameters {
            let resource = (p.api_group.as_deref().unwrap_or_default(), p.kind.as_str());
            links.in_namespace(Relation::Uses, resource, &p.namespace, &p.name);
        }
    }
}

const IS_DEFAULT: &str = "ingressclass.kubernetes.io/is-default-class";

/// `IngressParameters.k8s.example.com/external`.
fn parameters(c: &IngressClass, _: &mut Interner) -> Cell {
    let Some(Parameters { api_group, kind, name, .. }) = &c.spec.parameters else {
        return Cell::None;
    };
    Cell::Text(match api_group {
        Some(group) => format!("{kind}.{group}/{name}").into(),
        None => format!("{kind}/{name}").into(),
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::rows;
    use super::*;

    #[test]
    fn a_class_reads_as_kubectl_prints_it() {
        let class = rows::<This>(
            "
metadata: {name: nginx, creationTimestamp: 2026-01-13T12:00:00Z, annotations: {ingressclass.kubernetes.io/is-default-class: 'true'}}
spec: {controller: k8s.io/ingress-nginx, parameters: {apiGroup: example.com, kind: Tuning, name: fast, scope: Namespace, namespace: edge}}
",
        );
        assert_eq!(
            class.wide(),
            "NAME | CONTROLLER | PARAMETERS | AGE\n\
             nginx (default) | k8s.io/ingress-nginx | Tuning.example.com/fast | 2d"
        );
        assert_eq!(&*class.rows[0].name, "nginx");
        assert_eq!(class.links(Relation::Uses), ["Tuning.example.com edge/fast"]);
        class.survive_damage();
    }

    #[test]
    fn parameters_may_be_of_the_core_group_or_none() {
        let core = rows::<This>(
            "{metadata: {name: c}, spec: {parameters: {kind: ConfigMap, name: a, scope: Cluster}}}",
        );
        assert_eq!(core.wide().lines().nth(1), Some("c |  | ConfigMap/a | <unknown>"));
        assert_eq!(core.links(Relation::Uses), ["ConfigMap /a"]);
        let bare = rows::<This>(
            "{metadata: {name: c, annotations: {ingressclass.kubernetes.io/is-default-class: 'false'}}}",
        );
        assert_eq!(bare.wide().lines().nth(1), Some("c |  | <none> | <unknown>"));
        assert!(bare.rows[0].links.is_empty());
    }
}
