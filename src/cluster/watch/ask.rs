//! The requests of a watch: what is asked for, in which encoding, in which portions.

use std::fmt::Write as _;
use std::sync::Arc;

use http::header::{ACCEPT, ACCEPT_ENCODING};
use http::{HeaderValue, Request};

use crate::cluster::{Client, Error};
use crate::kinds::relations::Rules;
use crate::kinds::{Info, Modelled, Resource, modelled};
use crate::store::Source;

/// One collection: a resource in one namespace or in all, with selectors.
#[derive(Clone)]
pub(super) struct Ask {
    pub(super) resource: Resource,
    pub(super) model: Model,
    /// What is known of its objects, where the server makes the rows.
    pub(super) rules: Option<Arc<Rules>>,
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

impl Model {
    fn of(shown: &Resource) -> Self {
        modelled(&shown.group, &shown.plural)
            .filter(|kind| kind.info.models(&shown.version))
            .map_or(Self::Served, Self::Kind)
    }

    /// Which resource the kind models, and of which objects its rows are.
    pub(super) fn info(self) -> Option<&'static Info> {
        match self {
            Self::Kind(kind) => Some(&kind.info),
            Self::Served => None,
        }
    }
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

/// The most rows in a portion that come with their objects: these are large, and the server holds a portion in memory.
const WHOLE: u32 = 1_000;

impl Ask {
    /// The collection of `source` in one namespace, or in all. Parts are asked for by the objects they are parts of.
    pub(super) fn new(source: &Source, namespace: Option<&str>, client: &Client) -> Self {
        let model = Model::of(&source.resource);
        let rules = match model {
            Model::Kind(_) => None,
            Model::Served => client.relations().rules(&source.resource),
        };
        let objects = model.info().and_then(|info| info.part_of);
        Self { rules, ..Self::of(source, namespace, model, objects) }
    }

    /// The second collection that the rows of `source` are made of, where there is one.
    pub(super) fn also(source: &Source, namespace: Option<&str>) -> Option<Self> {
        let model = Model::of(&source.resource);
        let also = model.info().and_then(|info| info.view).and_then(|view| view.also)?;
        Some(Self::of(source, namespace, model, Some(also)))
    }

    fn of(
        source: &Source,
        namespace: Option<&str>,
        model: Model,
        objects: Option<(&str, &str)>,
    ) -> Self {
        let mut resource = (*source.resource).clone();
        if let Some((group, plural)) = objects {
            group.clone_into(&mut resource.group);
            plural.clone_into(&mut resource.plural);
        }
        let (labels, fields) = match model.info().and_then(|info| info.view) {
            Some(view) => view.selectors(&source.labels, &source.fields),
            None => (source.labels.clone(), source.fields.clone()),
        };
        let mut selectors = String::new();
        for (name, value) in [("labelSelector", &labels), ("fieldSelector", &fields)] {
            if !value.is_empty() {
                let _ = write!(selectors, "&{name}={}", encoded(value));
            }
        }
        let namespace = namespace.filter(|_| resource.namespaced);
        Self { path: resource.path(namespace), resource, model, rules: None, selectors }
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
        let include = self.include(accept);
        let limit = if include.is_empty() { portion.limit } else { portion.limit.min(WHOLE) };
        let mut uri = format!("{}?limit={limit}{}{include}", self.path, self.selectors);
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
        let (Self { path, selectors, .. }, include) = (self, self.include(accept));
        get(
            &format!("{path}?watch=true&allowWatchBookmarks=true{further}{selectors}{include}"),
            accept.watch(),
        )
    }

    /// Rules read the objects themselves; without them a row needs only its object's metadata, which is what a Table has unasked.
    fn include(&self, accept: Accept) -> &'static str {
        let whole = accept == Accept::Table && self.rules.is_some();
        if whole { "&includeObject=Object" } else { "" }
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
