//! The requests of a watch: what is asked for, in which encoding, in which portions.

use std::fmt::Write as _;

use http::header::{ACCEPT, ACCEPT_ENCODING};
use http::{HeaderValue, Request};

use crate::cluster::Error;
use crate::kinds::{Modelled, Resource, modelled};
use crate::store::Source;

/// One collection: a resource in one namespace or in all, with selectors.
#[derive(Clone)]
pub(super) struct Ask {
    pub(super) resource: Resource,
    pub(super) model: Model,
    path: String,
    selectors: String,
}

/// Who makes rows of the objects.
#[derive(Clone, Copy)]
pub(super) enum Model {
    /// A kind of kx.
    Kind(&'static Modelled),
    /// The server, which prints them as a Table.
    Served,
}

/// What the answer may look like, best first; a server that has none of these answers 406.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Accept {
    Protobuf,
    Table,
    Metadata,
    Json,
}

/// A portion of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Portion {
    /// At most so many objects.
    pub(super) limit: u32,
    /// Whether it may come packed.
    pub(super) packed: bool,
}

impl Ask {
    /// The collection of `source` in one namespace, or in all. Parts are asked for by the objects they are parts of.
    pub(super) fn new(source: &Source, namespace: Option<&str>) -> Self {
        let shown = &*source.resource;
        let model = modelled(&shown.group, &shown.plural)
            .filter(|kind| kind.info.version == shown.version)
            .map_or(Model::Served, Model::Kind);
        let mut resource = shown.clone();
        if let Model::Kind(Modelled { info, .. }) = model
            && let Some((group, plural)) = info.part_of
        {
            group.clone_into(&mut resource.group);
            plural.clone_into(&mut resource.plural);
        }
        let mut selectors = String::new();
        for (name, value) in [("labelSelector", &source.labels), ("fieldSelector", &source.fields)]
        {
            if !value.is_empty() {
                let _ = write!(selectors, "&{name}={}", encoded(value));
            }
        }
        let namespace = namespace.filter(|_| resource.namespaced);
        Self { path: resource.path(namespace), resource, model, selectors }
    }

    /// What is asked for first.
    pub(super) fn accept(&self) -> Accept {
        match self.model {
            Model::Kind(_) => Accept::Protobuf,
            Model::Served => Accept::Table,
        }
    }

    /// The next `portion` of the list; `next` is empty for the first one.
    pub(super) fn page(
        &self,
        accept: Accept,
        portion: Portion,
        next: &str,
    ) -> Result<Request<Vec<u8>>, Error> {
        let mut uri = format!("{}?limit={}{}", self.path, portion.limit, self.selectors);
        if !next.is_empty() {
            let _ = write!(uri, "&continue={}", encoded(next));
        }
        let mut request = get(&uri, accept.list())?;
        if !portion.packed {
            request.headers_mut().insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        }
        Ok(request)
    }

    /// A watch from `version` on. The server ends it after `seconds`.
    pub(super) fn watch(
        &self,
        accept: Accept,
        version: &str,
        seconds: u64,
    ) -> Result<Request<Vec<u8>>, Error> {
        self.stream(
            accept,
            &format!("&resourceVersion={}&timeoutSeconds={seconds}", encoded(version)),
        )
    }

    /// A watch that begins with everything there is, at least as new as `version` (KEP-3157).
    pub(super) fn watch_list(
        &self,
        accept: Accept,
        version: &str,
        seconds: u64,
    ) -> Result<Request<Vec<u8>>, Error> {
        let version = encoded(version);
        self.stream(
            accept,
            &format!(
                "&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&resourceVersion={version}&timeoutSeconds={seconds}"
            ),
        )
    }

    fn stream(&self, accept: Accept, further: &str) -> Result<Request<Vec<u8>>, Error> {
        let Self { path, selectors, .. } = self;
        get(
            &format!("{path}?watch=true&allowWatchBookmarks=true{further}{selectors}"),
            accept.watch(),
        )
    }
}

impl Accept {
    /// What to ask for where this was refused.
    pub(super) fn weaker(self) -> Option<Self> {
        match self {
            Self::Table => Some(Self::Metadata),
            Self::Protobuf | Self::Metadata => Some(Self::Json),
            Self::Json => None,
        }
    }

    fn list(self) -> &'static str {
        match self {
            Self::Metadata => {
                "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json"
            }
            other => other.watch(),
        }
    }

    fn watch(self) -> &'static str {
        match self {
            Self::Protobuf => "application/vnd.kubernetes.protobuf,application/json",
            Self::Table => "application/json;as=Table;g=meta.k8s.io;v=v1,application/json",
            Self::Metadata => {
                "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json"
            }
            Self::Json => "application/json",
        }
    }
}

/// A GET of path and query.
pub(in crate::cluster) fn get(uri: &str, accept: &'static str) -> Result<Request<Vec<u8>>, Error> {
    let request = Request::get(uri).header(ACCEPT, accept).body(Vec::new());
    request.map_err(|error| Error::Request { problem: error.to_string() })
}

/// A value as it stands in a query (RFC 3986).
pub(in crate::cluster) fn encoded(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for byte in value.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                out.push(char::from(byte));
            }
            _ => {
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    out
}
