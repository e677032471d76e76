//! Who asks, and what they may do: bearer tokens, impersonation, and RBAC over the stored roles and bindings.

use axum::http::{HeaderMap, header};
use serde_json::Value;

use super::status::Refusal;
use super::store::Store;
use super::value::At;

/// Somebody who was authenticated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// The user name.
    pub name: String,
    /// The groups, `system:authenticated` among them.
    pub groups: Vec<String>,
}

impl User {
    fn new(name: &str, groups: &[&str]) -> Self {
        let groups =
            groups.iter().copied().chain(["system:authenticated"]).map(str::to_owned).collect();
        Self { name: name.to_owned(), groups }
    }
}

/// One question: may somebody do this?
#[derive(Debug, Clone, Copy)]
pub struct Ask<'a> {
    /// API verb.
    pub verb: &'a str,
    /// API group.
    pub group: &'a str,
    /// Plural name, with `/subresource` where one is meant.
    pub resource: &'a str,
    /// The namespace; none is cluster-wide.
    pub namespace: Option<&'a str>,
    /// The object's name, if one is named.
    pub name: Option<&'a str>,
}

/// The users of the demo kubeconfig: name and groups. Their tokens are their names unless an option says otherwise.
const USERS: &[(&str, &[&str])] =
    &[("demo", &["system:masters"]), ("viewer", &["demo:viewers"]), ("team", &["demo:shop-team"])];

/// Finds who sent a request. `admin` is the token of the user `demo`; without one, `demo` is its token,
/// and who sends none at all is taken for `demo` too: kubectl sends no credentials over plain HTTP.
pub fn authenticate(
    headers: &HeaderMap,
    admin: Option<&str>,
    store: &Store,
) -> Result<User, Refusal> {
    let sent = headers.get(header::AUTHORIZATION).and_then(|v| v.to_str().ok());
    let token = match sent {
        Some(sent) => {
            sent.strip_prefix("Bearer ").map(str::trim).ok_or_else(Refusal::unauthorized)?
        }
        None if admin.is_none() => "demo",
        None => return Err(Refusal::unauthorized()),
    };
    let admin = admin.unwrap_or("demo");
    let name = match token {
        token if token == admin => "demo",
        "viewer" => "viewer",
        "team" => "team",
        _ => return Err(Refusal::unauthorized()),
    };
    let (name, groups) =
        USERS.iter().find(|(user, _)| *user == name).ok_or_else(Refusal::unauthorized)?;
    impersonate(User::new(name, groups), headers, store)
}

fn impersonate(user: User, headers: &HeaderMap, store: &Store) -> Result<User, Refusal> {
    let Some(name) = headers.get("Impersonate-User").and_then(|v| v.to_str().ok()) else {
        return Ok(user);
    };
    let ask = Ask {
        verb: "impersonate",
        group: "",
        resource: "users",
        namespace: None,
        name: Some(name),
    };
    allow(store, &user, &ask)?;
    let asked: Vec<&str> =
        headers.get_all("Impersonate-Group").iter().filter_map(|v| v.to_str().ok()).collect();
    let known = USERS.iter().find(|(user, _)| *user == name).map_or(&[][..], |(_, groups)| groups);
    Ok(User::new(name, if asked.is_empty() { known } else { &asked }))
}

/// Refuses what the user may not do, in the API server's words.
pub fn allow(store: &Store, user: &User, ask: &Ask<'_>) -> Result<(), Refusal> {
    if may(store, user, ask) {
        return Ok(());
    }
    let (plural, _) = ask.resource.split_once('/').unwrap_or((ask.resource, ""));
    let full = super::resource::join(plural, ask.group);
    let subject = ask.name.map_or_else(|| full.clone(), |name| format!("{full} \"{name}\""));
    let place = match ask.namespace {
        Some(namespace) => format!("in the namespace \"{namespace}\""),
        None => "at the cluster scope".to_owned(),
    };
    let mut refusal = Refusal::new(
        403,
        "Forbidden",
        format!(
            "{subject} is forbidden: User \"{}\" cannot {} resource \"{}\" in API group \"{}\" {place}",
            user.name, ask.verb, ask.resource, ask.group
        ),
    );
    refusal.details = serde_json::json!({"name": ask.name, "group": ask.group, "kind": plural});
    Err(refusal)
}

/// Whether any rule that binds the user allows it.
pub fn may(store: &Store, user: &User, ask: &Ask<'_>) -> bool {
    is_master(user) || rules(store, user, ask.namespace).iter().any(|rule| allows(rule, ask))
}

/// Members of `system:masters` may do everything, whatever the roles say.
pub fn is_master(user: &User) -> bool {
    user.groups.iter().any(|g| g == "system:masters")
}

/// All rules that bind the user, cluster-wide and in this namespace.
pub fn rules(store: &Store, user: &User, namespace: Option<&str>) -> Vec<Value> {
    let mut found = Vec::new();
    for binding in store.iter("clusterrolebindings.rbac.authorization.k8s.io", None) {
        let binding = binding.value();
        if binds(&binding, user) {
            found.extend(role_rules(store, &binding, None));
        }
    }
    if let Some(namespace) = namespace {
        for binding in store.iter("rolebindings.rbac.authorization.k8s.io", Some(namespace)) {
            let binding = binding.value();
            if binds(&binding, user) {
                found.extend(role_rules(store, &binding, Some(namespace)));
            }
        }
    }
    found
}

fn binds(binding: &Value, user: &User) -> bool {
    binding.items("/subjects").iter().any(|subject| match subject.text("/kind") {
        "User" => subject.text("/name") == user.name,
        "Group" => user.groups.iter().any(|g| g == subject.text("/name")),
        "ServiceAccount" => {
            user.name
                == format!(
                    "system:serviceaccount:{}:{}",
                    subject.text("/namespace"),
                    subject.text("/name")
                )
        }
        _ => false,
    })
}

fn role_rules(store: &Store, binding: &Value, namespace: Option<&str>) -> Vec<Value> {
    let name = binding.text("/roleRef/name");
    let role = match (binding.text("/roleRef/kind"), namespace) {
        ("Role", Some(namespace)) => {
            store.value("roles.rbac.authorization.k8s.io", &format!("{namespace}/{name}"))
        }
        _ => store.value("clusterroles.rbac.authorization.k8s.io", name),
    };
    role.map(|r| r.items("/rules").to_vec()).unwrap_or_default()
}

fn allows(rule: &Value, ask: &Ask<'_>) -> bool {
    let has = |member: &str, wanted: &str| {
        rule.items(member).iter().filter_map(Value::as_str).any(|v| v == "*" || v == wanted)
    };
    let resource = has("/resources", ask.resource)
        || ask
            .resource
            .split_once('/')
            .is_some_and(|(_, sub)| has("/resources", &format!("*/{sub}")));
    let names = rule.items("/resourceNames");
    let name =
        names.is_empty() || ask.name.is_some_and(|n| names.iter().any(|v| v.as_str() == Some(n)));
    resource && name && has("/verbs", ask.verb) && has("/apiGroups", ask.group)
}
