//! One rule of a role.

use serde_json::Value;

use super::request::{Request, Target};

/// Every one: of verbs, groups, resources and URLs.
pub(super) const ALL: &str = "*";

/// `rbac/v1 PolicyRule`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rule {
    /// `get`, `*`.
    pub verbs: Vec<String>,
    /// API groups; the core group is empty.
    pub groups: Vec<String>,
    /// `pods`, `pods/log`, `*/scale`, `*`.
    pub resources: Vec<String>,
    /// The only objects that it is about; empty for all.
    pub names: Vec<String>,
    /// Paths that are no resources.
    pub urls: Vec<String>,
}

impl Rule {
    /// Reads a rule; what is missing or of another shape is empty, and an empty list allows nothing.
    pub fn read(rule: &Value) -> Self {
        Self {
            verbs: texts(&rule["verbs"]),
            groups: texts(&rule["apiGroups"]),
            resources: texts(&rule["resources"]),
            names: texts(&rule["resourceNames"]),
            urls: texts(&rule["nonResourceURLs"]),
        }
    }

    /// Whether it allows a request (kubernetes, `rbac/v1/evaluation_helpers.go`).
    pub fn allows(&self, request: &Request) -> bool {
        let named = |name: &String| self.names.is_empty() || self.names.contains(name);
        let name = match &request.to {
            Target::Resource { name, .. } => Some(name),
            Target::Url(_) => None,
        };
        self.allows_some(request) && name.is_none_or(named)
    }

    /// Whether it allows a request for some object at least: the request's name is not looked at.
    pub fn allows_some(&self, request: &Request) -> bool {
        match &request.to {
            Target::Resource { group, resource, subresource, .. } => {
                self.covers(&request.verb, group, resource, subresource)
            }
            Target::Url(path) => {
                has(&self.verbs, &request.verb) && self.urls.iter().any(|url| reaches(url, path))
            }
        }
    }

    /// Whether it allows a verb on some object of a resource.
    pub fn covers(&self, verb: &str, group: &str, resource: &str, subresource: &str) -> bool {
        has(&self.verbs, verb)
            && has(&self.groups, group)
            && self.resources.iter().any(|rule| is_of(rule, resource, subresource))
    }
}

/// Whether a list has this word or stands for every word.
fn has(list: &[String], word: &str) -> bool {
    list.iter().any(|one| one == ALL || one == word)
}

/// Whether a rule's resource is the wanted one. `*` is every resource with all that lies below it, `*/scale` one thing below each.
fn is_of(rule: &str, resource: &str, subresource: &str) -> bool {
    if rule == ALL {
        return true;
    }
    if subresource.is_empty() {
        return rule == resource;
    }
    let below = |above: &str| rule.strip_prefix(above)?.strip_prefix('/');
    below(resource) == Some(subresource) || below(ALL) == Some(subresource)
}

/// Whether a rule's URL is this path, or the beginning of it where it ends in `*`.
fn reaches(url: &str, path: &str) -> bool {
    url == ALL || url == path || (url.ends_with('*') && path.starts_with(url.trim_end_matches('*')))
}

/// The texts of a list; what is no text is left out.
pub(super) fn texts(list: &Value) -> Vec<String> {
    let all = list.as_array().into_iter().flatten();
    all.filter_map(|one| one.as_str().map(str::to_owned)).collect()
}
