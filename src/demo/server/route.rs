//! What a request asks for: its path, query, verb and the shape of the answer it accepts.

use axum::http::{HeaderMap, Method, Uri, header};

/// A request for a resource, as its path says it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Route {
    /// API group.
    pub group: String,
    /// API version.
    pub version: String,
    /// Namespace, if the path has one.
    pub namespace: Option<String>,
    /// Plural name of the resource.
    pub plural: String,
    /// Name of the object.
    pub name: Option<String>,
    /// Subresource.
    pub sub: Option<String>,
}

impl Route {
    /// Reads `/api/v1/…` and `/apis/GROUP/VERSION/…`; none where the path is something else.
    pub fn parse(path: &str) -> Option<Self> {
        let parts: Vec<String> = path.split('/').filter(|p| !p.is_empty()).map(decode).collect();
        let mut parts = parts.into_iter();
        let mut route = Self::default();
        match parts.next()?.as_str() {
            "api" => route.version = parts.next()?,
            "apis" => {
                route.group = parts.next()?;
                route.version = parts.next()?;
            }
            _ => return None,
        }
        let rest: Vec<String> = parts.collect();
        let rest: Vec<&str> = rest.iter().map(String::as_str).collect();
        match rest.as_slice() {
            // The object and its own subresources, not something inside the namespace.
            ["namespaces", name] => route.fill("namespaces", Some(name), None),
            ["namespaces", name, sub @ ("status" | "finalize")] => {
                route.fill("namespaces", Some(name), Some(sub));
            }
            ["namespaces", namespace, plural, tail @ ..] => {
                route.namespace = Some((*namespace).to_owned());
                route.fill(plural, tail.first().copied(), tail.get(1).copied());
            }
            [plural, tail @ ..] => route.fill(plural, tail.first().copied(), tail.get(1).copied()),
            [] => return None,
        }
        Some(route)
    }

    fn fill(&mut self, plural: &str, name: Option<&str>, sub: Option<&str>) {
        plural.clone_into(&mut self.plural);
        self.name = name.map(str::to_owned);
        self.sub = sub.map(str::to_owned);
    }
}

/// Decodes `%XX` in one path segment or query part.
pub fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut index = 0;
    while index < bytes.len() {
        let hex = (bytes[index] == b'%')
            .then(|| bytes.get(index + 1..index + 3))
            .flatten()
            .and_then(|h| std::str::from_utf8(h).ok())
            .and_then(|h| u8::from_str_radix(h, 16).ok());
        out.push(hex.unwrap_or(bytes[index]));
        index += if hex.is_some() { 3 } else { 1 };
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// The query of a request; names may repeat.
#[derive(Debug, Clone, Default)]
pub struct Query(Vec<(String, String)>);

impl Query {
    /// Reads the query of a URI.
    pub fn of(uri: &Uri) -> Self {
        let pairs = uri.query().unwrap_or_default().split('&').filter(|p| !p.is_empty());
        let plain = |text: &str| decode(&text.replace('+', " "));
        Self(
            pairs
                .map(|pair| {
                    let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
                    (plain(name), plain(value))
                })
                .collect(),
        )
    }

    /// The value of a parameter, empty if it is not there.
    pub fn get(&self, name: &str) -> &str {
        self.all(name).next().unwrap_or_default()
    }

    /// Every value of a repeated parameter.
    pub fn all<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(n, _)| n == name).map(|(_, v)| v.as_str())
    }

    /// Whether a boolean parameter is on; `?follow` alone means yes, as in Go.
    pub fn on(&self, name: &str) -> bool {
        self.all(name).next().is_some_and(|v| matches!(v, "true" | "1" | "" | "True" | "t"))
    }

    /// A numeric parameter.
    pub fn number(&self, name: &str) -> Option<u64> {
        self.get(name).parse().ok()
    }
}

/// The shape in which objects are answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// The objects themselves.
    Plain,
    /// `meta.k8s.io/v1` Table with what `includeObject` asks for.
    Table(Include),
    /// Only metadata.
    Partial,
}

/// What a Table row carries besides its cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Include {
    /// Nothing.
    None,
    /// The metadata (the default).
    Metadata,
    /// The whole object.
    Object,
}

/// Chooses the first acceptable shape; none where only what we do not speak (protobuf, CBOR) is acceptable.
pub fn shape(headers: &HeaderMap, query: &Query) -> Option<Shape> {
    let accept = headers.get(header::ACCEPT).and_then(|a| a.to_str().ok()).unwrap_or("*/*");
    accept.split(',').find_map(|part| {
        let mut words = part.split(';').map(str::trim);
        let media = words.next().unwrap_or_default();
        if !matches!(media, "application/json" | "*/*" | "application/*" | "") {
            return None;
        }
        let parameter = |name: &str| {
            part.split(';')
                .filter_map(|w| w.trim().split_once('='))
                .find(|(n, _)| *n == name)
                .map(|(_, v)| v)
        };
        match (parameter("as"), parameter("v")) {
            (None, _) => Some(Shape::Plain),
            (Some("Table"), Some("v1")) => Some(Shape::Table(match query.get("includeObject") {
                "None" => Include::None,
                "Object" => Include::Object,
                _ => Include::Metadata,
            })),
            (Some("PartialObjectMetadata" | "PartialObjectMetadataList"), Some("v1")) => {
                Some(Shape::Partial)
            }
            _ => None,
        }
    })
}

/// The API verb of a request on a resource, as access rules name it.
pub fn verb(method: &Method, route: &Route, query: &Query) -> &'static str {
    match (method.as_str(), route.name.is_some()) {
        ("GET" | "HEAD", true) => "get",
        ("GET" | "HEAD", false) if query.on("watch") => "watch",
        ("GET" | "HEAD", false) => "list",
        ("POST", _) => "create",
        ("PUT", _) => "update",
        ("PATCH", _) => "patch",
        ("DELETE", true) => "delete",
        ("DELETE", false) => "deletecollection",
        _ => "unknown",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_read_as_the_api_server_reads_them() {
        let read = |path: &str| {
            let r = Route::parse(path).unwrap_or_default();
            (
                r.group,
                r.namespace.unwrap_or_default(),
                r.plural,
                r.name.unwrap_or_default(),
                r.sub.unwrap_or_default(),
            )
        };
        let own = |a: &str, b: &str, c: &str, d: &str, e: &str| {
            (a.to_owned(), b.to_owned(), c.to_owned(), d.to_owned(), e.to_owned())
        };
        assert_eq!(read("/api/v1/namespaces"), own("", "", "namespaces", "", ""));
        assert_eq!(read("/api/v1/namespaces/shop"), own("", "", "namespaces", "shop", ""));
        assert_eq!(read("/api/v1/namespaces/shop/pods"), own("", "shop", "pods", "", ""));
        assert_eq!(
            read("/api/v1/namespaces/shop/pods/a%2Db/log"),
            own("", "shop", "pods", "a-b", "log")
        );
        assert_eq!(read("/apis/apps/v1/deployments"), own("apps", "", "deployments", "", ""));
        assert_eq!(Route::parse("/api/v1"), None);
        assert_eq!(Route::parse("/version"), None);
    }
}
