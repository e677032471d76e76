//! What roles and their bindings have in common, in a namespace or in the cluster.

pub(super) mod describe;
mod rules;

use crate::store::{Interner, Relation};
use crate::wire::{Meta, ObjectMeta};

use super::{Cell, Col, Links, text};

/// The group of roles and bindings.
pub(super) const GROUP: &str = "rbac.authorization.k8s.io";

crate::message! {
    /// `rbac/v1 PolicyRule`.
    pub struct PolicyRule {
        #[prost(string, repeated, tag = "1")]
        verbs: Vec<String>,
        #[prost(string, repeated, tag = "2")]
        api_groups: Vec<String>,
        #[prost(string, repeated, tag = "3")]
        resources: Vec<String>,
        #[prost(string, repeated, tag = "4")]
        resource_names: Vec<String>,
        #[prost(string, repeated, tag = "5")]
        #[serde(rename = "nonResourceURLs")]
        non_resource_urls: Vec<String>,
    }

    /// `rbac/v1 RoleBinding` and `ClusterRoleBinding`.
    pub struct Binding {
        #[prost(message, required, tag = "1")]
        metadata: ObjectMeta,
        #[prost(message, repeated, tag = "2")]
        subjects: Vec<Subject>,
        #[prost(message, required, tag = "3")]
        role_ref: RoleRef,
    }

    /// `rbac/v1 RoleRef`.
    pub struct RoleRef {
        #[prost(string, tag = "2")]
        kind: String,
        #[prost(string, tag = "3")]
        name: String,
    }

    /// `rbac/v1 Subject`.
    pub struct Subject {
        #[prost(string, tag = "1")]
        kind: String,
        #[prost(string, tag = "3")]
        name: String,
        #[prost(string, tag = "4")]
        namespace: String,
    }
}

impl Meta for Binding {
    fn meta(&self) -> &ObjectMeta {
        &self.metadata
    }
}

type C = Col<Binding>;

/// The columns of both kinds of bindings.
pub(super) const BINDING: &[C] = &[
    C::name(),
    C::text("ROLE", |b, i| Cell::shared(&format!("{}/{}", b.role_ref.kind, b.role_ref.name), i))
        .status(),
    C::age(),
    C::text("USERS", |b, i| of_kind(b, "User", i)).wide(),
    C::text("GROUPS", |b, i| of_kind(b, "Group", i)).wide(),
    C::text("SERVICEACCOUNTS", |b, i| of_kind(b, "ServiceAccount", i)).wide(),
    C::text("SUBJECTS", |b, i| {
        let all: Vec<_> = b.subjects.iter().map(Subject::short).collect();
        Cell::shared_or_none(&all.join(", "), i)
    })
    .own()
    .priority(170)
    .doc("whom it grants the role to"),
];

/// The cell of a column that lists one kind of subjects, empty where there are none.
fn of_kind(binding: &Binding, kind: &str, interner: &mut Interner) -> Cell {
    let all: Vec<_> =
        binding.subjects.iter().filter(|s| s.kind == kind).map(Subject::full).collect();
    if all.is_empty() { Cell::Blank } else { Cell::shared(&all.join(", "), interner) }
}

/// How the server names the user that a service account is (apiserver, `authentication/serviceaccount`).
const ACCOUNT: &str = "system:serviceaccount:";

impl Subject {
    /// The subject among others of its kind.
    fn full(&self) -> String {
        match self.kind.as_str() {
            "ServiceAccount" => format!("{}/{}", self.namespace, self.name),
            _ => self.name.clone(),
        }
    }

    /// The subject among all: `user alice`, `sa shop/web`.
    fn short(&self) -> String {
        let kind = match self.kind.as_str() {
            "ServiceAccount" => "sa".to_owned(),
            other => other.to_lowercase(),
        };
        format!("{kind} {}", self.full())
    }

    /// Namespace and name of the service account that it is, whether it says so or names the account's user.
    fn account(&self) -> Option<(&str, &str)> {
        match self.kind.as_str() {
            "ServiceAccount" => Some((&self.namespace, &self.name)),
            "User" => self.name.strip_prefix(ACCOUNT)?.split_once(':'),
            _ => None,
        }
    }
}

/// A binding's role and its subjects. Users and groups are no objects: links to them lead nowhere, and tell who they are.
pub(super) fn links(binding: &Binding, links: &mut Links<'_>) {
    let role = &binding.role_ref;
    match role.kind.as_str() {
        "ClusterRole" => links.cluster(Relation::Grants, GROUP, "clusterroles", &role.name),
        _ => links.name(Relation::Grants, GROUP, "roles", &role.name),
    }
    for (namespace, name) in binding.subjects.iter().filter_map(Subject::account) {
        links.in_namespace(Relation::GrantsTo, ("", "serviceaccounts"), namespace, name);
    }
    let others = binding.subjects.iter().filter(|s| s.account().is_none());
    for subject in others.filter(|s| matches!(s.kind.as_str(), "User" | "Group")) {
        links.optional(true, |links| {
            links.cluster(Relation::GrantsTo, GROUP, &subject.kind, &subject.name);
        });
    }
}

/// How many rules a role has.
pub(super) fn count(rules: &[PolicyRule]) -> Cell {
    Cell::Int(i64::try_from(rules.len()).unwrap_or(i64::MAX))
}

/// What a role allows, in one line: `get,list pods,deployments.apps; * *.*`. It says the beginning of what is long.
pub(super) fn summary(rules: &[PolicyRule]) -> Cell {
    const SHOWN: usize = 3;
    let mut parts: Vec<_> = rules.iter().take(SHOWN).map(PolicyRule::summary).collect();
    if rules.len() > SHOWN {
        parts.push(format!("{} more...", rules.len() - SHOWN));
    }
    Cell::own_or_none(&parts.join("; "))
}

impl PolicyRule {
    fn summary(&self) -> String {
        let verbs = text::join(self.verbs.iter().map(String::as_str));
        let mut what: Vec<String> = self
            .resources
            .iter()
            .flat_map(|resource| self.api_groups.iter().map(move |group| within(resource, group)))
            .collect();
        match self.resource_names.as_slice() {
            [] => {}
            [name] => what.iter_mut().for_each(|w| *w = format!("{w}/{name}")),
            _ => what.iter_mut().for_each(|w| w.push_str("/...")),
        }
        let all = what.iter().chain(&self.non_resource_urls).map(String::as_str);
        format!("{verbs} {}", text::first_three(all))
    }
}

/// A resource with its group, as kubectl takes it: `deployments.apps`, `pods`.
pub(super) fn within(resource: &str, group: &str) -> String {
    if group.is_empty() { resource.to_owned() } else { format!("{resource}.{group}") }
}
