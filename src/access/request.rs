//! What is asked of the API server: a verb, and to what.

/// A request as an authorizer sees it (apiserver, `authorizer.Attributes`).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Request {
    /// `get`, `list`, `impersonate`, …
    pub verb: String,
    /// What it is about.
    pub to: Target,
}

/// What a request is about.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Target {
    /// Objects of a resource.
    Resource {
        /// The API group, empty for the core group.
        group: String,
        /// The resource's plural.
        resource: String,
        /// `exec`, `log`, …; empty for the object itself.
        subresource: String,
        /// The namespace; empty for a resource of the cluster, or for all namespaces at once.
        namespace: String,
        /// The object's name; empty where the request names none.
        name: String,
    },
    /// A path that is no resource, `/healthz`.
    Url(String),
}

impl Request {
    /// The namespace that it is about; empty where it is about none or about all.
    pub fn namespace(&self) -> &str {
        match &self.to {
            Target::Resource { namespace, .. } => namespace,
            Target::Url(_) => "",
        }
    }

    /// Whether a request of this verb can name an object. The server sees no name in what creates an object, and none in what deletes a
    /// collection (apiserver, `request.RequestInfoFactory`); a list names one by `metadata.name`.
    pub fn can_name(&self) -> bool {
        match &self.to {
            Target::Resource { subresource, .. } => match self.verb.as_str() {
                "create" => !subresource.is_empty(),
                verb => verb != "deletecollection",
            },
            Target::Url(_) => false,
        }
    }
}
