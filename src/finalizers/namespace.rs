//! What is left in a namespace that is being deleted, by what the namespace controller says in its conditions
//! (kube-controller-manager, `pkg/controller/namespace/deletion`).

use crate::describe::Field;
use crate::sheet::Want;

/// The most objects of a resource that are read for what holds them; of more, only the number is said.
const MOST: i64 = 500;

/// A resource of which something is left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Left {
    pub(super) group: String,
    pub(super) plural: String,
    /// How many, as the controller counted last.
    pub(super) count: i64,
}

/// The message of a condition that holds.
pub(super) fn message<'f>(namespace: Field<'f>, kind: &str) -> Option<&'f str> {
    let conditions = namespace.at("status.conditions");
    let mut conditions = conditions.list();
    let found = conditions.find(|condition| {
        condition.key("type").str() == kind && condition.key("status").str() == "True"
    });
    found.map(|condition| condition.key("message").str())
}

/// What is left: `Some resources are remaining: pods. has 2 resource instances, boats.sea.example has 1 resource instances`.
pub(super) fn left(namespace: Field<'_>) -> Vec<Left> {
    let message = message(namespace, "NamespaceContentRemaining").unwrap_or_default();
    counted(message, " has ")
        .map(|(name, count)| {
            let (plural, group) = name.split_once('.').unwrap_or((name, ""));
            Left { group: group.to_owned(), plural: plural.to_owned(), count }
        })
        .collect()
}

/// Which finalizers hold it: `Some content in the namespace has finalizers remaining: example.com/a in 2 resource instances`.
pub(super) fn holding(namespace: Field<'_>) -> Vec<(&str, i64)> {
    counted(message(namespace, "NamespaceFinalizersRemaining").unwrap_or_default(), " in ")
        .collect()
}

/// The names and numbers of `WORDS: NAME<between>NUMBER resource instances, …`.
fn counted<'m>(message: &'m str, between: &'static str) -> impl Iterator<Item = (&'m str, i64)> {
    let list = message.split_once(": ").map_or("", |(_, list)| list);
    list.split(", ").filter_map(move |part| {
        let (name, rest) = part.rsplit_once(between)?;
        let count = rest.split(' ').next()?.parse().ok()?;
        Some((name.trim(), count))
    })
}

/// The objects of a resource that are left, where they are few enough to be read.
pub(super) fn want(namespace: &str, left: &Left) -> Option<Want> {
    (left.count <= MOST).then(|| Want::Objects {
        group: left.group.clone(),
        resource: left.plural.clone(),
        namespace: namespace.to_owned(),
        labels: String::new(),
        fields: String::new(),
    })
}

/// All that must be known of what is left.
pub(super) fn wants(namespace: Field<'_>) -> Vec<Want> {
    let name = namespace.at("metadata.name").str();
    left(namespace).iter().filter_map(|left| want(name, left)).collect()
}

/// The APIs that the controller could not ask, as `version.group` (the name of their `APIService`):
/// `… unable to retrieve the complete list of server APIs: metrics.k8s.io/v1beta1: stale GroupVersion discovery: metrics.k8s.io/v1beta1`.
pub(super) fn unasked(namespace: Field<'_>) -> Vec<String> {
    let message = message(namespace, "NamespaceDeletionDiscoveryFailure").unwrap_or_default();
    let mut found: Vec<String> = Vec::new();
    for word in message.split([' ', ',']) {
        let Some((group, version)) = word.trim_end_matches([':', '.']).split_once('/') else {
            continue;
        };
        let is_version = version.starts_with('v')
            && version.len() > 1
            && version.bytes().skip(1).all(|b| b.is_ascii_alphanumeric())
            && version.as_bytes()[1].is_ascii_digit();
        let name = format!("{version}.{group}");
        if is_version && group.contains('.') && !found.contains(&name) {
            found.push(name);
        }
    }
    found
}
