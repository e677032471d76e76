//! The evaluator against a model of it that knows nothing but patterns and lists.

use std::sync::Arc;

use proptest::prelude::*;
use proptest::sample::{Index, select};
use regex::Regex;
use serde_json::{Value, json};

use super::super::*;

/// Whether a pattern's letters are a text; `any` is what stands for its star.
fn fits(pattern: &str, any: &str, text: &str) -> bool {
    let parts: Vec<String> = pattern.split('*').map(regex::escape).collect();
    Regex::new(&format!("^(?:{})$", parts.join(any))).unwrap().is_match(text)
}

fn texts<'a>(rule: &'a Value, field: &str) -> Vec<&'a str> {
    rule[field].as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

/// Whether one rule allows a request.
fn rule_allows(rule: &Value, request: &Request) -> bool {
    let some = |field: &str, is: &dyn Fn(&str) -> bool| texts(rule, field).into_iter().any(is);
    let word = |field: &str, text: &str| some(field, &|p| p == "*" || p == text);
    if !word("verbs", &request.verb) {
        return false;
    }
    match &request.to {
        Target::Url(path) => some("nonResourceURLs", &|p| fits(p, ".*", path)),
        Target::Resource { group, resource, subresource, name, .. } => {
            let mut whole = resource.clone();
            if !subresource.is_empty() {
                whole = format!("{resource}/{subresource}");
            }
            let names = texts(rule, "resourceNames");
            word("apiGroups", group)
                && some("resources", &|p| match p.strip_prefix("*/") {
                    Some(below) => p == whole || (!subresource.is_empty() && below == subresource),
                    None => p == "*" || p == whole,
                })
                && (names.is_empty() || names.contains(&name.as_str()))
        }
    }
}

/// Whether somebody of this name in these groups may do something, by looking through everything.
fn model(
    [roles, cluster_roles, bindings, cluster_bindings]: [&[Arc<Value>]; 4],
    (user, groups): (&str, &[String]),
    request: &Request,
) -> bool {
    let at = |object: &Value, field: &str| {
        object["metadata"][field].as_str().unwrap_or_default().to_owned()
    };
    let is = |subject: &Value, home: &str| {
        let name = subject["name"].as_str().unwrap_or_default();
        match subject["kind"].as_str() {
            Some("User") => name == user,
            Some("Group") => groups.iter().any(|group| group == name),
            Some("ServiceAccount") => {
                let own = subject["namespace"].as_str().unwrap_or(home);
                !own.is_empty() && user == format!("system:serviceaccount:{own}:{name}")
            }
            _ => false,
        }
    };
    let bound = |binding: &Value, home: &str| {
        let subjects = binding["subjects"].as_array().unwrap();
        let role = (&binding["roleRef"]["kind"], binding["roleRef"]["name"].as_str().unwrap());
        let role = match role.0.as_str() {
            Some("ClusterRole") => cluster_roles.iter().find(|r| at(r, "name") == role.1),
            Some("Role") => {
                roles.iter().find(|r| at(r, "name") == role.1 && at(r, "namespace") == home)
            }
            _ => None,
        };
        subjects.iter().any(|subject| is(subject, home))
            && role.is_some_and(|role| {
                role["rules"].as_array().unwrap().iter().any(|rule| rule_allows(rule, request))
            })
    };
    let namespace = request.namespace();
    cluster_bindings.iter().any(|binding| bound(binding, ""))
        || bindings.iter().any(|b| {
            !namespace.is_empty() && at(b, "namespace") == namespace && bound(b, namespace)
        })
}

fn some_of(all: &'static [&'static str]) -> impl Strategy<Value = Vec<&'static str>> {
    prop::collection::vec(select(all), 0..3)
}

fn rule() -> impl Strategy<Value = Value> {
    let resource = (
        some_of(&["get", "list", "create", "*"]),
        some_of(&["", "apps", "*"]),
        some_of(&["pods", "pods/exec", "*/exec", "*/scale", "*", "secrets", "*/*"]),
        some_of(&["a", "b"]),
    )
        .prop_map(|(verbs, groups, resources, names)| {
            json!({"verbs": verbs, "apiGroups": groups, "resources": resources, "resourceNames": names})
        });
    let url = (some_of(&["get", "*"]), some_of(&["/healthz", "/healthz/*", "/*", "*", "/a*"]))
        .prop_map(|(verbs, urls)| json!({"verbs": verbs, "nonResourceURLs": urls}));
    prop_oneof![3 => resource, 1 => url]
}

fn role(namespaces: &'static [&'static str]) -> impl Strategy<Value = Value> {
    (select(&["r0", "r1", "r2"][..]), select(namespaces), prop::collection::vec(rule(), 0..3)).prop_map(
        |(name, namespace, rules)| {
            json!({"metadata": {"name": name, "namespace": namespace}, "rules": rules})
        },
    )
}

fn subject() -> impl Strategy<Value = Value> {
    select(vec![
        json!({"kind": "User", "name": "jane"}),
        json!({"kind": "User", "name": "system:serviceaccount:n0:web"}),
        json!({"kind": "Group", "name": "system:authenticated"}),
        json!({"kind": "Group", "name": "system:serviceaccounts"}),
        json!({"kind": "Group", "name": "system:serviceaccounts:n1"}),
        json!({"kind": "ServiceAccount", "name": "web"}),
        json!({"kind": "ServiceAccount", "name": "web", "namespace": "n1"}),
        json!({"kind": "Robot", "name": "jane"}),
    ])
}

fn binding(namespaces: &'static [&'static str]) -> impl Strategy<Value = Value> {
    (
        select(namespaces),
        select(&["Role", "ClusterRole", "Other"][..]),
        select(&["r0", "r1", "r2"][..]),
        prop::collection::vec(subject(), 0..3),
    )
        .prop_map(|(namespace, kind, name, subjects)| {
            json!({
                "metadata": {"name": "b", "namespace": namespace},
                "roleRef": {"kind": kind, "name": name},
                "subjects": subjects,
            })
        })
}

/// Roles are unique by namespace and name, as a server keeps them.
fn unique(all: Vec<Value>) -> Vec<Arc<Value>> {
    let mut kept: Vec<Arc<Value>> = Vec::new();
    for one in all {
        if !kept.iter().any(|known| known["metadata"] == one["metadata"]) {
            kept.push(Arc::new(one));
        }
    }
    kept
}

fn request() -> impl Strategy<Value = Request> {
    let resource = (
        select(&["", "apps"][..]),
        select(&["pods", "secrets", "deployments"][..]),
        select(&["", "exec", "scale"][..]),
        select(&["", "n0", "n1"][..]),
        select(&["", "a", "c"][..]),
    )
        .prop_map(|(group, resource, subresource, namespace, name)| {
            let [group, resource, subresource, namespace, name] =
                [group, resource, subresource, namespace, name].map(str::to_owned);
            Target::Resource { group, resource, subresource, namespace, name }
        });
    let url = select(&["/healthz", "/healthz/etcd", "/a", "/ab"][..])
        .prop_map(|p| Target::Url(p.to_owned()));
    (select(&["get", "list", "create", "bind"][..]), prop_oneof![4 => resource, 1 => url])
        .prop_map(|(verb, to)| Request { verb: verb.to_owned(), to })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn the_evaluator_is_the_model(
        roles in prop::collection::vec(role(&["n0", "n1"]), 0..4),
        cluster_roles in prop::collection::vec(role(&[""]), 0..4),
        bindings in prop::collection::vec(binding(&["n0", "n1"]), 0..5),
        cluster_bindings in prop::collection::vec(binding(&[""]), 0..3),
        requests in prop::collection::vec(request(), 1..12),
        who in any::<Index>(),
    ) {
        let [roles, cluster_roles] = [roles, cluster_roles].map(unique);
        let [bindings, cluster_bindings] =
            [bindings, cluster_bindings].map(|all| all.into_iter().map(Arc::new).collect::<Vec<_>>());
        let policy = Policy::new(&roles, &cluster_roles, &bindings, &cluster_bindings);
        let everybody = [Who::user("jane"), Who::user("joe"), Who::account("n0", "web"), Who::account("n1", "web")];
        let identity = everybody[who.index(everybody.len())].identity();
        let user = identity.user.clone().unwrap();
        for request in requests {
            prop_assert_eq!(
                policy.allows(&identity, &request),
                model([&roles, &cluster_roles, &bindings, &cluster_bindings], (&user, &identity.groups), &request),
                "{:?} {:?}", identity, request
            );
        }
    }

    #[test]
    fn any_json_is_a_policy_that_grants_nothing_by_accident(text in "[\\[\\]{}:,\"a-z0-9]{0,80}") {
        let value = serde_json::from_str(&text).unwrap_or(Value::Null);
        let list = [Arc::new(json!({"metadata": value, "rules": value, "roleRef": value, "subjects": value}))];
        let policy = Policy::new(&list, &list, &list, &list);
        let to = Target::Url("/".to_owned());
        let request = Request { verb: "get".to_owned(), to };
        let allowed = policy.allows(&Who::user("jane").identity(), &request);
        prop_assert!(!allowed);
    }

    #[test]
    fn a_subject_is_found_again_by_its_word(name in "[^/\\s'\"]{1,12}", namespace in "[a-z]{1,5}") {
        for who in [Who::user(&name), Who::Group(name.clone()), Who::account(&namespace, &name)] {
            prop_assert_eq!(Who::parse(&who.word()), Some(who));
        }
    }
}
