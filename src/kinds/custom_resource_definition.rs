//! `CustomResourceDefinitions`: resources that somebody added to the cluster.

use crate::store::{Health, Relation};
use crate::wire::{Meta, ObjectMeta, Present};

use super::admission::ClientConfig;
use super::condition::{self, Condition};
use super::{Cell, Col, Drill, Info, Kind, Links, text};

/// This file's kind, for the registry.
pub struct This;

type C = Col<Definition>;

crate::message! {
    /// `apiextensions.k8s.io/v1 CustomResourceDefinition`.
    pub struct Definition {
        #[prost(message, required, tag = "1")]
        metadata: ObjectMeta,
        #[prost(message, required, tag = "2")]
        spec: DefinitionSpec,
        #[prost(message, required, tag = "3")]
        status: DefinitionStatus,
    }

    /// `CustomResourceDefinitionSpec`.
    pub struct DefinitionSpec {
        #[prost(string, tag = "1")]
        group: String,
        #[prost(message, required, tag = "3")]
        names: Names,
        #[prost(string, tag = "4")]
        scope: String,
        #[prost(message, repeated, tag = "7")]
        versions: Vec<Version>,
        #[prost(message, optional, tag = "9")]
        conversion: Option<Conversion>,
    }

    /// `CustomResourceDefinitionNames`.
    pub struct Names {
        #[prost(string, repeated, tag = "3")]
        short_names: Vec<String>,
        #[prost(string, tag = "4")]
        kind: String,
        #[prost(string, repeated, tag = "6")]
        categories: Vec<String>,
    }

    /// `CustomResourceDefinitionVersion`, without the schema, which is most of it.
    pub struct Version {
        #[prost(string, tag = "1")]
        name: String,
        #[prost(bool, tag = "2")]
        served: bool,
        #[prost(bool, tag = "3")]
        storage: bool,
        #[prost(message, optional, tag = "5")]
        subresources: Option<Subresources>,
        #[prost(bool, tag = "7")]
        deprecated: bool,
    }

    /// `CustomResourceSubresources`.
    pub struct Subresources {
        #[prost(message, optional, tag = "1")]
        status: Option<Present>,
        #[prost(message, optional, tag = "2")]
        scale: Option<Present>,
    }

    /// `CustomResourceConversion`.
    pub struct Conversion {
        #[prost(string, tag = "1")]
        strategy: String,
        #[prost(message, optional, tag = "2")]
        webhook: Option<ConversionWebhook>,
    }

    /// `WebhookConversion`.
    pub struct ConversionWebhook {
        #[prost(message, optional, tag = "2")]
        client_config: Option<ClientConfig>,
    }

    /// `CustomResourceDefinitionStatus`.
    pub struct DefinitionStatus {
        #[prost(message, repeated, tag = "1")]
        conditions: Vec<Condition>,
        #[prost(string, repeated, tag = "3")]
        stored_versions: Vec<String>,
    }
}

impl Meta for Definition {
    fn meta(&self) -> &ObjectMeta {
        &self.metadata
    }
}

impl Kind for This {
    type Object = Definition;
    const INFO: Info = Info::new("apiextensions.k8s.io", "v1", "customresourcedefinitions");
    const DOC: &'static str = "Resources that somebody added to those of Kubernetes";

    const DRILL: Drill = Drill::Defined;

    const COLUMNS: &'static [C] = &[
        C::name(),
        C::created_at(),
        C::text("STATUS", |d, i| Cell::shared(state(d).0, i)).own().status(),
        C::age().own(),
        C::text("KIND", |d, _| Cell::own_or_none(&d.spec.names.kind)).own().priority(170),
        C::text("GROUP", |d, i| Cell::shared(&d.spec.group, i)).own().priority(120),
        C::text("SCOPE", |d, i| Cell::shared(&d.spec.scope, i)).own().priority(150),
        C::text("VERSIONS", |d, i| Cell::shared_or_none(&versions(d), i))
            .own()
            .priority(160)
            .doc("* is stored, (brackets) are not served, ! is deprecated"),
        C::text("SUBRESOURCES", |d, i| Cell::shared_or_none(&subresources(d), i))
            .own()
            .priority(90)
            .doc("what can be written apart from the rest, in any version"),
        C::text("CONVERSION", |d, i| Cell::shared_or_none(&conversion(d), i))
            .own_wide()
            .doc("how objects of one version become those of another, and by whom"),
        C::text("CONDITIONS", |d, i| Cell::shared_or_none(&conditions(d), i))
            .own_wide()
            .doc("every condition that is true, and with ! those that are not"),
        C::text("STORED", |d, i| {
            let all = d.status.stored_versions.iter().map(String::as_str);
            Cell::shared_or_none(&text::join(all), i)
        })
        .own_wide()
        .doc("versions in which objects may still lie in the store"),
        C::text("SHORT NAMES", |d, _| {
            let all = d.spec.names.short_names.iter().map(String::as_str);
            Cell::own_or_none(&text::join(all))
        })
        .own_wide(),
        C::text("CATEGORIES", |d, i| {
            let all = d.spec.names.categories.iter().map(String::as_str);
            Cell::shared_or_none(&text::join(all), i)
        })
        .own_wide(),
    ];

    fn health(d: &Definition) -> Health {
        state(d).1
    }

    fn links(d: &Definition, links: &mut Links<'_>) {
        let webhook = d.spec.conversion.as_ref().and_then(|c| c.webhook.as_ref());
        if let Some(config) = webhook.and_then(|w| w.client_config.as_ref()) {
            config.links(Relation::RoutesTo, links);
        }
    }
}

/// What its conditions come to, in a word. Conditions of apiextensions/v1; what is wrong comes before what is well.
fn state(d: &Definition) -> (&str, Health) {
    let of = |kind| condition::find(&d.status.conditions, kind);
    let is = |kind, status| of(kind).filter(|c| c.status == status);
    if is("Terminating", "True").is_some() {
        return ("Terminating", Health::Changing);
    }
    match of("Established") {
        None => ("Pending", Health::Changing),
        Some(c) if c.status == "True" => {
            if let Some(names) = is("NamesAccepted", "False") {
                (names.reason_or("NamesNotAccepted"), Health::Warning)
            } else if is("NonStructuralSchema", "True").is_some() {
                ("NonStructuralSchema", Health::Warning)
            } else if let Some(policy) = is("KubernetesAPIApprovalPolicyConformant", "False") {
                (policy.reason_or("NotApproved"), Health::Warning)
            } else {
                ("Established", Health::Ok)
            }
        }
        // It is served in a few seconds.
        Some(c) if c.reason == "Installing" => ("Installing", Health::Changing),
        Some(c) => match is("NamesAccepted", "False") {
            Some(names) => (names.reason_or("NamesNotAccepted"), Health::Broken),
            None => (c.reason_or("NotEstablished"), Health::Broken),
        },
    }
}

/// `v2*,v1,(v1beta1)`.
fn versions(d: &Definition) -> String {
    let one = |v: &Version| {
        let star = if v.storage { "*" } else { "" };
        let old = if v.deprecated { "!" } else { "" };
        if v.served { format!("{}{star}{old}", v.name) } else { format!("({}){star}{old}", v.name) }
    };
    let all: Vec<_> = d.spec.versions.iter().map(one).collect();
    text::join(all.iter().map(String::as_str))
}

/// `status,scale`: what some version has.
fn subresources(d: &Definition) -> String {
    let all = || d.spec.versions.iter().filter_map(|v| v.subresources.as_ref());
    let status = all().any(|s| s.status.is_some()).then_some("status");
    let scale = all().any(|s| s.scale.is_some()).then_some("scale");
    text::join(status.into_iter().chain(scale))
}

/// `None`, `Webhook sea/converter`.
fn conversion(d: &Definition) -> String {
    let Some(conversion) = &d.spec.conversion else { return String::new() };
    let config = conversion.webhook.as_ref().and_then(|w| w.client_config.as_ref());
    let address = config.map(ClientConfig::address).unwrap_or_default();
    format!("{} {address}", conversion.strategy).trim().to_owned()
}

/// `Established,!NamesAccepted`.
fn conditions(d: &Definition) -> String {
    let one = |c: &Condition| match c.status.as_str() {
        "True" => c.kind.clone(),
        _ => format!("!{}", c.kind),
    };
    let all: Vec<_> = d.status.conditions.iter().map(one).collect();
    text::join(all.iter().map(String::as_str))
}

#[cfg(test)]
mod tests {
    use super::super::testing::rows;
    use super::*;

    #[test]
    fn a_definition_reads_as_kubectl_prints_it() {
        let crd = rows::<This>(
            "
metadata: {name: boats.sea.example, creationTimestamp: 2026-01-13T12:00:00Z}
spec:
  group: sea.example
  scope: Namespaced
  names: {plural: boats, kind: Boat, shortNames: [bo, bt], categories: [all]}
  versions:
  - {name: v2, served: true, storage: true, subresources: {scale: {specReplicasPath: .spec.replicas}, status: {}}, schema: {openAPIV3Schema: {type: object}}}
  - {name: v1, served: true, storage: false}
  - {name: v1beta1, served: false, storage: false, deprecated: true, subresources: {status: {}}}
  conversion: {strategy: Webhook, webhook: {clientConfig: {service: {namespace: sea, name: converter}}}}
status:
  storedVersions: [v1, v2]
  conditions: [{type: NamesAccepted, status: 'True', reason: NoConflicts}, {type: Established, status: 'True', reason: InitialNamesAccepted}]
",
        );
        assert_eq!(crd.wide(), "NAME | CREATED AT\nboats.sea.example | 2026-01-13T12:00:00Z");
        assert_eq!(
            crd.own(),
            "STATUS | AGE | KIND | GROUP | SCOPE | VERSIONS | SUBRESOURCES | CONVERSION | CONDITIONS | STORED | SHORT NAMES | CATEGORIES\n\
             Established | 2d | Boat | sea.example | Namespaced | v2*,v1,(v1beta1)! | status,scale | Webhook sea/converter | NamesAccepted,Established | v1,v2 | bo,bt | all"
        );
        assert_eq!(crd.health(), Health::Ok);
        assert_eq!(crd.links(Relation::RoutesTo), ["services sea/converter"]);
        crd.survive_damage();
    }

    #[test]
    fn what_is_wrong_is_said_and_shown() {
        let of = |conditions: &str| {
            let crd = rows::<This>(&format!("{{status: {{conditions: [{conditions}]}}}}"));
            (crd.text("STATUS"), crd.health())
        };
        let is = |text: &str, health| (text.to_owned(), health);
        let up = "{type: Established, status: 'True'}";
        let down = "{type: Established, status: 'False', reason: NotAccepted}";
        let taken = "{type: NamesAccepted, status: 'False', reason: KindConflict}";
        assert_eq!(of(""), is("Pending", Health::Changing));
        assert_eq!(of(up), is("Established", Health::Ok));
        assert_eq!(of(down), is("NotAccepted", Health::Broken));
        assert_eq!(of(&format!("{taken}, {down}")), is("KindConflict", Health::Broken));
        assert_eq!(of(&format!("{taken}, {up}")), is("KindConflict", Health::Warning));
        assert_eq!(
            of("{type: Established, status: 'False', reason: Installing}"),
            is("Installing", Health::Changing)
        );
        assert_eq!(
            of(&format!("{up}, {{type: NonStructuralSchema, status: 'True'}}")),
            is("NonStructuralSchema", Health::Warning)
        );
        assert_eq!(
            of(&format!("{up}, {{type: Terminating, status: 'True'}}")),
            is("Terminating", Health::Changing)
        );
    }
}
