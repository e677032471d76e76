//! Rights that lead to more than they say.

use super::rule::{ALL, Rule};

const RBAC: &str = "rbac.authorization.k8s.io";

/// Verb, group, resource, subresource, and what it comes to.
const DANGERS: [(&str, &str, &str, &str, &str); 24] = [
    ("escalate", RBAC, "roles", "", "writes any right into roles"),
    ("escalate", RBAC, "clusterroles", "", "writes any right into roles"),
    ("bind", RBAC, "roles", "", "binds any role"),
    ("bind", RBAC, "clusterroles", "", "binds any role"),
    ("impersonate", "", "users", "", "acts as others"),
    ("impersonate", "", "groups", "", "acts as others"),
    ("impersonate", "", "serviceaccounts", "", "acts as others"),
    ("impersonate", "authentication.k8s.io", "uids", "", "acts as others"),
    ("impersonate", "authentication.k8s.io", "userextras", "", "acts as others"),
    ("get", "", "secrets", "", "reads secrets"),
    ("list", "", "secrets", "", "reads secrets"),
    ("watch", "", "secrets", "", "reads secrets"),
    ("create", "", "pods", "exec", "runs commands in pods"),
    ("get", "", "pods", "exec", "runs commands in pods"),
    ("create", "", "pods", "attach", "runs commands in pods"),
    ("get", "", "pods", "attach", "runs commands in pods"),
    ("update", "", "pods", "ephemeralcontainers", "runs commands in pods"),
    ("patch", "", "pods", "ephemeralcontainers", "runs commands in pods"),
    ("create", "", "serviceaccounts", "token", "makes tokens of service accounts"),
    ("get", "", "nodes", "proxy", "reaches the kubelets"),
    ("create", "", "nodes", "proxy", "reaches the kubelets"),
    ("approve", "certificates.k8s.io", "signers", "", "signs certificates"),
    ("sign", "certificates.k8s.io", "signers", "", "signs certificates"),
    (
        "update",
        "certificates.k8s.io",
        "certificatesigningrequests",
        "approval",
        "signs certificates",
    ),
];

/// What a rule comes to beyond what it says, each once; `everything` alone where it is that.
pub fn dangers(rule: &Rule) -> Vec<&'static str> {
    let all = |list: &[String]| list.iter().any(|one| one == ALL);
    let (verbs, groups, resources) = (all(&rule.verbs), all(&rule.groups), all(&rule.resources));
    if verbs && groups && resources {
        return vec!["everything"];
    }
    let mut found = Vec::new();
    for (verb, group, resource, subresource, what) in DANGERS {
        if !found.contains(&what) && rule.covers(verb, group, resource, subresource) {
            found.push(what);
        }
    }
    // A part of impersonation alone, `impersonate:user-info`, is a verb of its own.
    let acts = "acts as others";
    if !found.contains(&acts) && rule.verbs.iter().any(|verb| verb.starts_with("impersonate:")) {
        found.push(acts);
    }
    if verbs && (!rule.resources.is_empty() || !rule.urls.is_empty()) {
        found.push("any verb");
    }
    if resources && !rule.verbs.is_empty() && !rule.groups.is_empty() {
        found.push("any resource");
    }
    found
}
