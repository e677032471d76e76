//! A resource that an API server serves, as discovery describes it.

use std::borrow::Cow;

/// A resource as discovery describes it (`meta/v1 APIResource`, `apidiscovery.k8s.io/v2 APIResourceDiscovery`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Resource {
    /// The API group, empty for the core group.
    pub group: String,
    /// The version that kx uses.
    pub version: String,
    /// The name in paths, `deployments`.
    pub plural: String,
    /// `deployment`.
    pub singular: String,
    /// `Deployment`.
    pub kind: String,
    /// Whether its objects live in namespaces.
    pub namespaced: bool,
    /// `deploy`.
    pub short_names: Vec<String>,
    /// `all`.
    pub categories: Vec<String>,
    /// `get`, `list`, `watch`, …
    pub verbs: Vec<String>,
    /// `scale`, `status`, `log`, …
    pub subresources: Vec<String>,
}

impl Resource {
    /// `apps/v1`, or `v1` in the core group.
    pub fn api_version(&self) -> Cow<'_, str> {
        if self.group.is_empty() {
            Cow::Borrowed(&self.version)
        } else {
            Cow::Owned(format!("{}/{}", self.group, self.version))
        }
    }

    /// `deployments.apps`, or `pods` in the core group: unique among a server's resources.
    pub fn full_name(&self) -> Cow<'_, str> {
        if self.group.is_empty() {
            Cow::Borrowed(&self.plural)
        } else {
            Cow::Owned(format!("{}.{}", self.plural, self.group))
        }
    }

    /// The path of its collection, in one namespace or in all.
    pub fn path(&self, namespace: Option<&str>) -> String {
        let root = if self.group.is_empty() { "/api/" } else { "/apis/" };
        let api_version = self.api_version();
        match namespace.filter(|_| self.namespaced) {
            Some(ns) => format!("{root}{api_version}/namespaces/{ns}/{}", self.plural),
            None => format!("{root}{api_version}/{}", self.plural),
        }
    }

    /// The path of one object.
    pub fn object_path(&self, namespace: &str, name: &str) -> String {
        let namespace = (!namespace.is_empty()).then_some(namespace);
        format!("{}/{name}", self.path(namespace))
    }

    /// Whether the server offers this verb on it.
    pub fn can(&self, verb: &str) -> bool {
        self.verbs.iter().any(|v| v == verb)
    }

    /// Whether it is this resource, whatever its version.
    pub fn is(&self, group: &str, plural: &str) -> bool {
        self.group == group && self.plural == plural
    }
}
