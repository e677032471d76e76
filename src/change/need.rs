//! What somebody must be allowed to do for an action: a verb on a resource, as an authorizer sees it.

use crate::access::{Request, Target as To};

use super::Target;

/// A verb, and what it is done to, given the object that an action is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Need {
    /// `get`, `patch`, …
    pub verb: &'static str,
    /// The subresource; empty for objects themselves.
    pub subresource: &'static str,
    of: Of,
}

/// Whose resource it is, and how far it reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Of {
    /// The object itself, by its name.
    Object,
    /// Its collection: the request names no object.
    Collection,
    /// Objects of another group and resource, in its namespace.
    Beside(&'static str, &'static str),
    /// Objects of another group and resource, in all namespaces.
    Everywhere(&'static str, &'static str),
}

impl Need {
    /// This verb on the object itself.
    pub const fn object(verb: &'static str) -> Self {
        Self { verb, subresource: "", of: Of::Object }
    }

    /// This verb on a subresource of the object.
    pub const fn sub(verb: &'static str, subresource: &'static str) -> Self {
        Self { verb, subresource, of: Of::Object }
    }

    /// Another object like it.
    pub const fn another() -> Self {
        Self { verb: "create", subresource: "", of: Of::Collection }
    }

    /// This verb on objects of another resource in the same namespace.
    pub const fn beside(verb: &'static str, group: &'static str, resource: &'static str) -> Self {
        Self { verb, subresource: "", of: Of::Beside(group, resource) }
    }

    /// This verb on a subresource of objects of another resource in the same namespace.
    pub const fn beside_sub(
        verb: &'static str,
        group: &'static str,
        resource: &'static str,
        subresource: &'static str,
    ) -> Self {
        Self { verb, subresource, of: Of::Beside(group, resource) }
    }

    /// This verb on objects of another resource, in all namespaces at once.
    pub const fn everywhere(
        verb: &'static str,
        group: &'static str,
        resource: &'static str,
    ) -> Self {
        Self { verb, subresource: "", of: Of::Everywhere(group, resource) }
    }

    /// The request that somebody must be allowed, for this object.
    pub fn request(&self, target: &Target) -> Request {
        let resource = &target.resource;
        let own = (resource.group.as_str(), resource.plural.as_str());
        let namespace = if resource.namespaced { target.namespace.as_str() } else { "" };
        let (of, namespace, name) = match self.of {
            // A namespace is in itself, as the server sees it (apiserver, `request.RequestInfoFactory`).
            Of::Object if resource.is("", "namespaces") => {
                (own, target.name.as_str(), &*target.name)
            }
            Of::Object => (own, namespace, target.name.as_str()),
            Of::Collection => (own, namespace, ""),
            Of::Beside(group, plural) => ((group, plural), namespace, ""),
            Of::Everywhere(group, plural) => ((group, plural), "", ""),
        };
        let ((group, plural), subresource) = (of, self.subresource);
        let [group, resource, subresource, namespace, name] =
            [group, plural, subresource, namespace, name].map(str::to_owned);
        let to = To::Resource { group, resource, subresource, namespace, name };
        Request { verb: self.verb.to_owned(), to }
    }

    /// Verb and subresource, `update scale`.
    pub fn words(&self) -> String {
        format!("{} {}", self.verb, self.subresource).trim_end().to_owned()
    }
}

/// That the object is read.
pub const GET: Need = Need::object("get");
/// That it is read and patched: what most actions need.
pub(super) const PATCH: &[Need] = &[GET, Need::object("patch")];
