//! What webhooks and admission policies have in common.

pub(super) mod describe;
mod scope;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::fmt::{Debug, Write};

use prost::Message;
use serde::{Deserialize, Deserializer};

use crate::store::{Interner, Needs, Relation};
use crate::wire::{self, LabelSelector, Meta, ObjectMeta};

use super::{Cell, Col, Links, rbac, text};

/// The group of webhooks and admission policies.
pub(super) const GROUP: &str = "admissionregistration.k8s.io";

/// A struct whose second field Go embeds (`NamedRuleWithOperations`): field 2 in protobuf, no field at all in JSON. What else the struct has
/// is skipped.
#[derive(Clone, PartialEq, Message)]
pub struct Second<T: Message + Default + Debug> {
    #[prost(message, required, tag = "2")]
    inner: T,
}

impl<'de, T: Message + Default + Debug + Deserialize<'de>> Deserialize<'de> for Second<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::deserialize(deserializer).map(|inner| Self { inner })
    }
}

/// `RuleWithOperations`, which embeds its rule: field 2 in protobuf, beside the operations in JSON.
#[derive(Clone, PartialEq, Message, Deserialize)]
#[serde(default)]
pub struct Operated {
    #[prost(string, repeated, tag = "1")]
    #[serde(deserialize_with = "wire::or_default")]
    operations: Vec<String>,
    #[prost(message, required, tag = "2")]
    #[serde(flatten)]
    rule: Rule,
}

crate::message! {
    /// `admissionregistration.k8s.io/v1 ValidatingWebhookConfiguration` and `MutatingWebhookConfiguration`.
    pub struct Webhooks {
        #[prost(message, required, tag = "1")]
        metadata: ObjectMeta,
        #[prost(message, repeated, tag = "2")]
        webhooks: Vec<Webhook>,
    }

    /// `ValidatingWebhook` and `MutatingWebhook`, as far as they are the same.
    pub struct Webhook {
        #[prost(message, required, tag = "2")]
        client_config: ClientConfig,
        #[prost(message, repeated, tag = "3")]
        rules: Vec<Operated>,
        #[prost(string, tag = "4")]
        failure_policy: String,
        #[prost(message, optional, tag = "5")]
        namespace_selector: Option<LabelSelector>,
        #[prost(string, tag = "6")]
        side_effects: String,
        #[prost(int32, optional, tag = "7")]
        timeout_seconds: Option<i32>,
    }

    /// `WebhookClientConfig`, of admission and of apiextensions: the same numbers in both.
    pub struct ClientConfig {
        #[prost(message, optional, tag = "1")]
        service: Option<ServiceReference>,
        #[prost(string, tag = "3")]
        url: String,
    }

    /// `ServiceReference`, likewise.
    pub struct ServiceReference {
        #[prost(string, tag = "1")]
        namespace: String,
        #[prost(string, tag = "2")]
        name: String,
        #[prost(int32, tag = "4")]
        port: i32,
    }

    /// `Rule`.
    pub struct Rule {
        #[prost(string, repeated, tag = "1")]
        api_groups: Vec<String>,
        #[prost(string, repeated, tag = "3")]
        resources: Vec<String>,
    }

    /// `MatchResources`.
    pub struct MatchResources {
        #[prost(message, optional, tag = "1")]
        namespace_selector: Option<LabelSelector>,
        #[prost(message, optional, tag = "2")]
        object_selector: Option<LabelSelector>,
        #[prost(message, repeated, tag = "3")]
        resource_rules: Vec<Second<Operated>>,
        #[prost(message, repeated, tag = "4")]
        exclude_resource_rules: Vec<Second<Operated>>,
    }

    /// `ParamKind`.
    pub struct ParamKind {
        #[prost(string, tag = "1")]
        api_version: String,
        #[prost(string, tag = "2")]
        kind: String,
    }

    /// `ValidatingAdmissionPolicyBinding` and `MutatingAdmissionPolicyBinding`.
    pub struct Binding {
        #[prost(message, required, tag = "1")]
        metadata: ObjectMeta,
        #[prost(message, required, tag = "2")]
        spec: BindingSpec,
    }

    /// Their specs; only the validating one has actions.
    pub struct BindingSpec {
        #[prost(string, tag = "1")]
        policy_name: String,
        #[prost(message, optional, tag = "2")]
        param_ref: Option<ParamRef>,
        #[prost(message, optional, tag = "3")]
        match_resources: Option<MatchResources>,
        #[prost(string, repeated, tag = "4")]
        validation_actions: Vec<String>,
    }

    /// `ParamRef`.
    pub struct ParamRef {
        #[prost(string, tag = "1")]
        name: String,
        #[prost(string, tag = "2")]
        namespace: String,
        #[prost(message, optional, tag = "3")]
        selector: Option<LabelSelector>,
    }
}

impl Meta for Webhooks {
    fn meta(&self) -> &ObjectMeta {
        &self.metadata
    }
}

impl Meta for Binding {
    fn meta(&self) -> &ObjectMeta {
        &self.metadata
    }
}

type C = Col<Webhooks>;

/// The columns of both kinds of webhook configurations.
pub(super) const WEBHOOKS: &[C] = &[
    C::name(),
    C::number("WEBHOOKS", |w, _| count(w.webhooks.len())).status(),
    C::age(),
    C::text("ON FAILURE", |w, i| distinct(w.webhooks.iter().map(|h| &h.failure_policy), i))
        .own()
        .priority(160)
        .doc("what becomes of requests when a webhook does not answer: Fail refuses them"),
    C::text("CALLS", |w, i| {
        let all: BTreeSet<_> = w.webhooks.iter().map(|h| h.client_config.address()).collect();
        Cell::shared_or_none(&text::join(all.iter().map(String::as_str)), i)
    })
    .own()
    .priority(170)
    .doc("the services that are asked"),
    C::text("MATCHES", |w, i| {
        Cell::shared_or_none(&matched(w.webhooks.iter().flat_map(|h| &h.rules)), i)
    })
    .own()
    .priority(130)
    .doc("the resources for which they are asked"),
    C::text("OPERATIONS", |w, i| {
        distinct(w.webhooks.iter().flat_map(|h| &h.rules).flat_map(|rule| &rule.operations), i)
    })
    .own_wide()
    .doc("what must be done to these resources that they are asked"),
    C::text("NAMESPACES", |w, i| {
        let all: BTreeSet<_> =
            w.webhooks.iter().map(|h| chosen(h.namespace_selector.as_ref())).collect();
        Cell::shared_or_none(&all.into_iter().collect::<Vec<_>>().join("; "), i)
    })
    .own_wide()
    .doc("the namespaces in which they are asked, by their labels"),
    C::text("SIDE EFFECTS", |w, i| distinct(w.webhooks.iter().map(|h| &h.side_effects), i))
        .own_wide()
        .doc("whether being asked changes anything: only None and NoneOnDryRun can be asked in a dry run"),
    C::number("TIMEOUT", |w, _| {
        let longest = w.webhooks.iter().filter_map(|h| h.timeout_seconds).max();
        longest.map_or(Cell::None, |seconds| Cell::Duration(seconds.into()))
    })
    .own_wide()
    .doc("how long a request may wait for the slowest of them"),
];

/// The services that webhooks call, each once.
pub(super) fn webhook_links(webhooks: &Webhooks, links: &mut Links<'_>) {
    for webhook in &webhooks.webhooks {
        webhook.client_config.links(Relation::RoutesTo, links);
    }
}

impl ClientConfig {
    /// `namespace/name` of its service, or its URL.
    pub(super) fn address(&self) -> String {
        match &self.service {
            Some(service) => format!("{}/{}", service.namespace, service.name),
            None => self.url.clone(),
        }
    }

    /// The service that it names; a URL is no object.
    pub(super) fn links(&self, relation: Relation, links: &mut Links<'_>) {
        if let Some(ServiceReference { namespace, name, port }) = &self.service {
            // The API server sends to it, and what it asks for waits for an answer.
            links.needing(Needs::port("", *port).and_endpoints(), |links| {
                links.in_namespace(relation, ("", "services"), namespace, name);
            });
        }
    }
}

/// The resources that some rules match, each once.
fn matched<'a>(rules: impl Iterator<Item = &'a Operated>) -> String {
    let all: BTreeSet<_> = rules
        .map(|operated| &operated.rule)
        .flat_map(|rule| rule.resources.iter().map(move |resource| (resource, rule)))
        .flat_map(|(resource, rule)| rule.api_groups.iter().map(move |g| rbac::within(resource, g)))
        .collect();
    if all.is_empty() { String::new() } else { text::first_three(all.iter().map(String::as_str)) }
}

/// The MATCHES column of policies.
pub(super) fn matches(constraints: Option<&MatchResources>, interner: &mut Interner) -> Cell {
    let rules = constraints.iter().flat_map(|c| &c.resource_rules).map(|named| &named.inner);
    Cell::shared_or_none(&matched(rules), interner)
}

/// The OPERATIONS column of policies.
pub(super) fn operations(constraints: Option<&MatchResources>, interner: &mut Interner) -> Cell {
    let rules = constraints.iter().flat_map(|c| &c.resource_rules).map(|named| &named.inner);
    distinct(rules.flat_map(|rule| &rule.operations), interner)
}

/// The WHERE column of policies and bindings: which namespaces and objects are meant, and what is left out.
pub(super) fn bounds(constraints: Option<&MatchResources>, interner: &mut Interner) -> Cell {
    let Some(constraints) = constraints else { return Cell::None };
    let asks = |selector: &Option<LabelSelector>| {
        let selector = selector.as_ref()?;
        let asks = !selector.match_labels.is_empty() || !selector.match_expressions.is_empty();
        asks.then(|| chosen(Some(selector)))
    };
    let except: Vec<_> = constraints.exclude_resource_rules.iter().map(|r| &r.inner).collect();
    let except = (!except.is_empty()).then(|| matched(except.into_iter()));
    let parts = [
        asks(&constraints.namespace_selector).map(|text| format!("namespaces {text}")),
        asks(&constraints.object_selector).map(|text| format!("objects {text}")),
        except.map(|text| format!("not {text}")),
    ];
    let parts: Vec<_> = parts.into_iter().flatten().collect();
    Cell::shared_or_none(&parts.join("; "), interner)
}

/// What a selector chooses; one that asks for nothing chooses all.
fn chosen(selector: Option<&LabelSelector>) -> String {
    match selector.map(text::selector) {
        Some(Some(text)) if !text.is_empty() => text,
        Some(None) => "<invalid>".to_owned(),
        _ => "all".to_owned(),
    }
}

/// The PARAMKIND column of policies.
pub(super) fn param_kind(kind: Option<&ParamKind>, interner: &mut Interner) -> Cell {
    match kind {
        Some(ParamKind { api_version, kind }) => {
            Cell::shared(&format!("{api_version}/{kind}"), interner)
        }
        None => Cell::shared("<unset>", interner),
    }
}

impl Binding {
    /// The POLICYNAME column.
    pub(super) fn policy(&self, interner: &mut Interner) -> Cell {
        Cell::shared(&self.spec.policy_name, interner)
    }

    /// The PARAMREF column (printers.go, `printValidatingAdmissionPolicyBinding`).
    pub(super) fn param(&self) -> Cell {
        let text = match &self.spec.param_ref {
            Some(ParamRef { name, namespace, .. }) if !name.is_empty() => {
                let namespace = if namespace.is_empty() { "*" } else { namespace };
                format!("{namespace}/{name}")
            }
            Some(ParamRef { selector: Some(selector), .. }) => in_go(selector),
            _ => "<unset>".to_owned(),
        };
        Cell::Text(text.into())
    }

    /// The ACTIONS column.
    pub(super) fn actions(&self, interner: &mut Interner) -> Cell {
        let all = self.spec.validation_actions.iter().map(String::as_str);
        Cell::shared_or_none(&text::join(all), interner)
    }

    /// The MATCHES column: what it narrows the policy to.
    pub(super) fn matches(&self, interner: &mut Interner) -> Cell {
        matches(self.spec.match_resources.as_ref(), interner)
    }

    /// The WHERE column.
    pub(super) fn bounds(&self, interner: &mut Interner) -> Cell {
        bounds(self.spec.match_resources.as_ref(), interner)
    }

    /// The policy of the kind `plural` that it puts into force.
    pub(super) fn links(&self, plural: &str, links: &mut Links<'_>) {
        links.cluster(Relation::Uses, GROUP, plural, &self.spec.policy_name);
    }
}

/// A selector as Go prints the struct, which is what the server's Table has.
fn in_go(selector: &LabelSelector) -> String {
    let mut out = "&LabelSelector{MatchLabels:map[string]string{".to_owned();
    // Writing to a String cannot fail.
    for (key, value) in &selector.match_labels {
        let _ = write!(out, "{key}: {value},");
    }
    out.push_str("},MatchExpressions:[]LabelSelectorRequirement{");
    for r in &selector.match_expressions {
        let values = r.values.join(" ");
        let _ = write!(
            out,
            "LabelSelectorRequirement{{Key:{},Operator:{},Values:[{values}],}},",
            r.key, r.operator
        );
    }
    out.push_str("},}");
    out
}

/// Values without their repetitions, in alphabetical order.
fn distinct<'a>(values: impl Iterator<Item = &'a String>, interner: &mut Interner) -> Cell {
    let all: BTreeSet<_> = values.map(String::as_str).filter(|v| !v.is_empty()).collect();
    Cell::shared_or_none(&text::join(all.into_iter()), interner)
}

/// How many there are.
pub(super) fn count(len: usize) -> Cell {
    Cell::Int(i64::try_from(len).unwrap_or(i64::MAX))
}
