//! What is a read.
//!
//! The path is taken apart as the API server does it (apiserver, `endpoints/request/requestinfo.go`), so that a pod
//! named `exec` stays readable and the `exec` of a pod does not. Where a path could mean one thing to a proxy on
//! the way and another to the server, it is refused: no honest request needs one.

use http::{HeaderMap, Method, Uri, header};

use crate::guardrail::Pattern;

const NOT_A_GET: &str = "it may change the cluster";
const CONNECTS: &str = "it opens a connection into a workload";
const UPGRADES: &str = "it asks for a two-way connection";
const AMBIGUOUS: &str = "its path is ambiguous";
const DISGUISED: &str = "its headers ask for another method";

/// Subresources through which a GET acts on a workload (RBAC calls the verb `get` or `create`).
const CONNECTING: [&[u8]; 4] = [b"exec", b"attach", b"portforward", b"proxy"];

/// POSTs that store nothing: (group, resource, whether it is namespaced).
const REVIEWS: [(&[u8], &[u8], bool); 5] = [
    (b"authorization.k8s.io", b"selfsubjectaccessreviews", false),
    (b"authorization.k8s.io", b"selfsubjectrulesreviews", false),
    (b"authorization.k8s.io", b"subjectaccessreviews", false),
    (b"authorization.k8s.io", b"localsubjectaccessreviews", true),
    (b"authentication.k8s.io", b"selfsubjectreviews", false),
];

/// Why a request is not a read; none if it is one.
pub fn refusal(method: &Method, uri: &Uri, headers: &HeaderMap) -> Option<&'static str> {
    if disguised(headers) {
        return Some(DISGUISED);
    }
    let Some(parts) = parts(uri.path()) else { return Some(AMBIGUOUS) };
    match *method {
        Method::GET | Method::HEAD => {
            if upgrades(headers) {
                Some(UPGRADES)
            } else if connects(&parts) {
                Some(CONNECTS)
            } else {
                None
            }
        }
        Method::POST if is_review(&parts) => None,
        _ => Some(NOT_A_GET),
    }
}

/// Some servers and proxies let a header replace the method.
fn disguised(headers: &HeaderMap) -> bool {
    ["x-http-method-override", "x-http-method", "x-method-override"]
        .iter()
        .any(|name| headers.contains_key(*name))
}

/// Websockets and SPDY carry anything in both directions once they are open.
fn upgrades(headers: &HeaderMap) -> bool {
    let connection = headers.get_all(header::CONNECTION).iter();
    headers.contains_key(header::UPGRADE)
        || headers.keys().any(|name| name.as_str().starts_with("sec-websocket-"))
        || connection
            .into_iter()
            .any(|value| value.as_bytes().to_ascii_lowercase().windows(7).any(|w| w == b"upgrade"))
}

/// The decoded segments of a path; none if it is ambiguous.
fn parts(path: &str) -> Option<Vec<Vec<u8>>> {
    let path = path.strip_prefix('/')?;
    let path = path.strip_suffix('/').unwrap_or(path);
    if path.is_empty() {
        return Some(Vec::new());
    }
    path.split('/').map(segment).collect()
}

/// One decoded segment; none where servers and proxies may disagree about it.
fn segment(raw: &str) -> Option<Vec<u8>> {
    let mut decoded = Vec::with_capacity(raw.len());
    let mut bytes = raw.bytes();
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'%' => hex(bytes.next()?)? << 4 | hex(bytes.next()?)?,
            byte => byte,
        });
    }
    let odd = decoded.is_empty() // doubled slash
        || decoded == b"."
        || decoded == b".."
        // An encoded slash, something encoded twice, a slash of Windows, a parameter of a segment.
        || decoded.iter().any(|byte| matches!(byte, b'/' | b'%' | b'\\' | b';' | b'?' | b'#') || byte.is_ascii_control());
    (!odd).then_some(decoded)
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).map(|digit| digit as u8)
}

/// A request as the API server understands its path.
struct Resource<'a> {
    /// `proxy` and `watch` may stand before the resource (long deprecated).
    verb: Option<&'a [u8]>,
    subresource: Option<&'a [u8]>,
}

fn resource(parts: &[Vec<u8>]) -> Option<Resource<'_>> {
    let mut rest = match parts.first()?.to_ascii_lowercase().as_slice() {
        b"api" => parts.get(2..)?,
        b"apis" => parts.get(3..)?,
        _ => return None,
    };
    let mut verb = None;
    if let [first, ..] = rest
        && (first.eq_ignore_ascii_case(b"proxy") || first.eq_ignore_ascii_case(b"watch"))
    {
        verb = Some(first.as_slice());
        rest = &rest[1..];
    }
    // What stands behind a namespace is a resource of its own, unless it is a subresource of the namespace.
    if let [first, _, third, ..] = rest
        && first.eq_ignore_ascii_case(b"namespaces")
        && !third.eq_ignore_ascii_case(b"status")
        && !third.eq_ignore_ascii_case(b"finalize")
    {
        rest = &rest[2..];
    }
    Some(Resource { verb, subresource: rest.get(2).map(Vec::as_slice) })
}

/// Where a request leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// Into this namespace, or to the Namespace itself.
    Namespace(String),
    /// To what is in no namespace.
    Cluster,
    /// Nobody can say: it is taken for any namespace.
    Unknown,
}

impl Place {
    /// Whether it is, or may be, in one of these namespaces.
    pub(super) fn is_in(&self, namespaces: &Pattern) -> bool {
        match self {
            Self::Namespace(name) => namespaces.matches(name),
            Self::Cluster => false,
            Self::Unknown => true,
        }
    }
}

/// Where the path of a request leads, as the API server reads it. Exact to the letter: what is only like a path of the API leads anywhere.
pub(super) fn place(uri: &Uri) -> Place {
    let Some(parts) = parts(uri.path()) else { return Place::Unknown };
    let parts: Option<Vec<&str>> =
        parts.iter().map(|part| std::str::from_utf8(part).ok()).collect();
    let Some(["api", _, rest @ ..] | ["apis", _, _, rest @ ..]) = parts.as_deref() else {
        return Place::Unknown;
    };
    match rest {
        ["namespaces", name, ..] => Place::Namespace((*name).to_owned()),
        // Which namespace is made stands in the body.
        ["namespaces"] | [] => Place::Unknown,
        [first, ..] if first.eq_ignore_ascii_case("namespaces") => Place::Unknown,
        [first, ..] if first.eq_ignore_ascii_case("proxy") => Place::Unknown,
        [first, ..] if first.eq_ignore_ascii_case("watch") => Place::Unknown,
        // No resource of namespaces is written without naming one.
        _ => Place::Cluster,
    }
}

fn connects(parts: &[Vec<u8>]) -> bool {
    // Behind a gateway (Rancher's `/k8s/clusters/ID/api/…`) the API may begin anywhere. Otherwise it begins at the
    // beginning, and a namespace called `api` is only a namespace.
    let plain = parts.first().is_some_and(|first| matches!(first.as_slice(), b"api" | b"apis"));
    let starts = if plain { 1 } else { parts.len() };
    (0..starts).filter_map(|start| resource(&parts[start..])).any(|resource| {
        resource.verb.is_some_and(|verb| verb.eq_ignore_ascii_case(b"proxy"))
            || resource
                .subresource
                .is_some_and(|sub| CONNECTING.iter().any(|word| sub.eq_ignore_ascii_case(word)))
    })
}

/// Exact to the letter: whatever is only like a review is a write.
fn is_review(parts: &[Vec<u8>]) -> bool {
    let parts: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
    REVIEWS.iter().any(|(group, resource, namespaced)| match parts.as_slice() {
        [b"apis", g, _, r] => !namespaced && g == group && r == resource,
        [b"apis", g, _, b"namespaces", _, r] => *namespaced && g == group && r == resource,
        _ => false,
    })
}

#[cfg(test)]
mod tests;
