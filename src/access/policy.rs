//! All that roles and bindings grant.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::Value;

use super::request::Request;
use super::rule::Rule;
use super::who::{Identity, Who};

/// All that roles and bindings grant, in the order of the bindings: those of the cluster first.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    grants: Vec<Grant>,
}

/// What one binding grants.
#[derive(Clone, Debug)]
pub struct Grant {
    /// The binding's namespace, in which alone it grants anything; empty for a `ClusterRoleBinding`, which grants it everywhere.
    pub namespace: String,
    /// The binding's name.
    pub binding: String,
    /// The role's kind, `Role` or `ClusterRole`.
    pub role_kind: String,
    /// The role's name.
    pub role: String,
    /// To whom.
    pub subjects: Vec<Who>,
    /// What; `None` where there is no such role.
    pub rules: Option<Arc<[Rule]>>,
}

impl Policy {
    /// What these Roles, `ClusterRoles`, `RoleBindings` and `ClusterRoleBindings` grant. A role that takes in others by their labels has
    /// their rules written into it by a controller, so its own are all there is to it.
    pub fn new(
        roles: &[Arc<Value>],
        cluster_roles: &[Arc<Value>],
        role_bindings: &[Arc<Value>],
        cluster_role_bindings: &[Arc<Value>],
    ) -> Self {
        let known: HashMap<(&str, &str), Arc<[Rule]>> = roles
            .iter()
            .map(|role| ((namespace(role), name(role)), rules(role)))
            .chain(cluster_roles.iter().map(|role| (("", name(role)), rules(role))))
            .collect();
        let grant = |binding: &Arc<Value>, namespace: &str| {
            let reference = &binding["roleRef"];
            let text = |field: &str| reference[field].as_str().unwrap_or_default();
            let home = match text("kind") {
                "ClusterRole" => Some(""),
                // Only a binding in a namespace can name a role of it.
                "Role" if !namespace.is_empty() => Some(namespace),
                _ => None,
            };
            Grant {
                namespace: namespace.to_owned(),
                binding: name(binding).to_owned(),
                role_kind: text("kind").to_owned(),
                role: text("name").to_owned(),
                subjects: (binding["subjects"].as_array().into_iter().flatten())
                    .filter_map(|subject| Who::read(subject, namespace))
                    .collect(),
                rules: home.and_then(|home| known.get(&(home, text("name"))).cloned()),
            }
        };
        let everywhere = cluster_role_bindings.iter().map(|binding| grant(binding, ""));
        // One without a namespace is none that a server has; it must not grant anything everywhere.
        let there = role_bindings.iter().filter(|binding| !namespace(binding).is_empty());
        let there = there.map(|binding| grant(binding, namespace(binding)));
        Self { grants: everywhere.chain(there).collect() }
    }

    /// Everything that is granted.
    pub fn grants(&self) -> &[Grant] {
        &self.grants
    }

    /// Whether somebody may do something (kubernetes, `plugin/pkg/auth/authorizer/rbac`).
    pub fn allows(&self, identity: &Identity, request: &Request) -> bool {
        identity.is_master()
            || self.grants.iter().any(|grant| {
                grant.reaches(request.namespace())
                    && grant.to(identity).is_some()
                    && grant.rules().iter().any(|rule| rule.allows(request))
            })
    }

    /// What is granted to somebody, with the subject by which it is.
    pub fn of<'a>(&'a self, identity: &'a Identity) -> impl Iterator<Item = (&'a Grant, &'a Who)> {
        self.grants.iter().filter_map(|grant| Some((grant, grant.to(identity)?)))
    }
}

impl Grant {
    /// Whether it counts for requests in this namespace; an empty one is the cluster, or all namespaces at once.
    pub fn reaches(&self, namespace: &str) -> bool {
        self.namespace.is_empty() || self.namespace == namespace
    }

    /// The first of its subjects that somebody is.
    pub fn to(&self, identity: &Identity) -> Option<&Who> {
        self.subjects.iter().find(|who| identity.is(who))
    }

    /// Its rules; none where there is no such role.
    pub fn rules(&self) -> &[Rule] {
        self.rules.as_deref().unwrap_or_default()
    }

    /// The binding's kind.
    pub fn binding_kind(&self) -> &'static str {
        if self.namespace.is_empty() { "ClusterRoleBinding" } else { "RoleBinding" }
    }
}

fn name(object: &Value) -> &str {
    object["metadata"]["name"].as_str().unwrap_or_default()
}

fn namespace(object: &Value) -> &str {
    object["metadata"]["namespace"].as_str().unwrap_or_default()
}

fn rules(role: &Value) -> Arc<[Rule]> {
    role["rules"].as_array().into_iter().flatten().map(Rule::read).collect()
}
