//! Tables of roles and bindings.

use serde_json::{Value, json};

use super::Spec;
use super::text::{age, created, join, name};
use crate::demo::value::At;

const ROLES: &[Spec] = &[("Name", "string", 0, name), ("Created At", "date", 0, created)];

const BINDINGS: &[Spec] = &[
    ("Name", "string", 0, name),
    ("Role", "string", 0, |b, _| {
        json!(format!("{}/{}", b.text("/roleRef/kind"), b.text("/roleRef/name")))
    }),
    ("Age", "string", 0, age),
    ("Users", "string", 1, |b, _| subjects(b, "User")),
    ("Groups", "string", 1, |b, _| subjects(b, "Group")),
    ("ServiceAccounts", "string", 1, |b, _| subjects(b, "ServiceAccount")),
];

/// The columns of RBAC resources.
pub fn columns(id: &str) -> Option<&'static [Spec]> {
    Some(match id {
        "roles.rbac.authorization.k8s.io" | "clusterroles.rbac.authorization.k8s.io" => ROLES,
        "rolebindings.rbac.authorization.k8s.io"
        | "clusterrolebindings.rbac.authorization.k8s.io" => BINDINGS,
        _ => return None,
    })
}

fn subjects(binding: &Value, kind: &str) -> Value {
    let names: Vec<String> = binding
        .items("/subjects")
        .iter()
        .filter(|s| s.text("/kind") == kind)
        .map(|s| match (kind, s.text("/namespace")) {
            ("ServiceAccount", namespace) => format!("{namespace}/{}", s.text("/name")),
            _ => s.text("/name").to_owned(),
        })
        .collect();
    join(names.iter().map(String::as_str))
}
