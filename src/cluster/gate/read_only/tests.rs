//! What passes in read-only mode, by table and against a model.

use http::{HeaderMap, HeaderName, HeaderValue, Method, Uri};
use proptest::prelude::*;

use super::refusal;

fn refused(method: &Method, path: &str) -> bool {
    refusal(method, &path.parse::<Uri>().unwrap(), &HeaderMap::new()).is_some()
}

#[test]
fn reads_pass() {
    for path in [
        "/",
        "/version",
        "/api",
        "/api/",
        "/apis/apps/v1",
        "/api/v1/pods?watch=true&labelSelector=exec",
        "/api/v1/namespaces/default/pods/web-0/log?follow=true",
        "/api/v1/namespaces/default/pods/exec",
        "/api/v1/namespaces/default/pods/exec/log",
        "/api/v1/namespaces/default/pods/proxy/status",
        "/api/v1/namespaces/exec/pods/attach",
        "/api/v1/namespaces/proxy",
        "/api/v1/namespaces/proxy/status",
        "/api/v1/namespaces/portforward/services",
        "/api/v1/namespaces/api/pods/proxy",
        "/api/v1/nodes/proxy",
        "/apis/example.org/v1/proxy",
        "/apis/example.org/v1/namespaces/a/attach/exec",
        "/apis/rbac.authorization.k8s.io/v1/clusterroles/system%3Anode-proxy",
        "/apis/rbac.authorization.k8s.io/v1/clusterroles/system:node-proxy",
        "/api/v1/watch/namespaces/default/pods",
        "/openapi/v3/apis/apps/v1",
        "/k8s/clusters/c-1/api/v1/namespaces/default/pods/exec",
    ] {
        // A resource that is itself called `proxy` looks like the old verb: refused to be safe.
        let like_a_verb = path == "/apis/example.org/v1/proxy";
        assert_eq!(refused(&Method::GET, path), like_a_verb, "GET {path}");
    }
    for path in [
        "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
        "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews?dryRun=All",
        "/apis/authorization.k8s.io/v1/subjectaccessreviews",
        "/apis/authorization.k8s.io/v1/namespaces/a/localsubjectaccessreviews",
        "/apis/authentication.k8s.io/v1/selfsubjectreviews",
    ] {
        assert!(!refused(&Method::POST, path), "POST {path}");
        assert!(refused(&Method::PUT, path), "PUT {path}");
        assert!(refused(&Method::DELETE, path), "DELETE {path}");
    }
}

#[test]
fn everything_else_is_refused() {
    for path in [
        "/api/v1/namespaces/default/pods/web-0/exec?command=sh",
        "/api/v1/namespaces/default/pods/web-0/attach",
        "/api/v1/namespaces/default/pods/web-0/portforward",
        "/api/v1/namespaces/default/pods/web-0/proxy",
        "/api/v1/namespaces/default/pods/web-0/proxy/some/path",
        "/api/v1/namespaces/default/services/http:web:80/proxy/",
        "/api/v1/nodes/n1/proxy/run/default/web-0/c",
        "/api/v1/proxy/nodes/n1",
        "/api/v1/namespaces/exec/pods/exec/exec",
        "/api/v1/namespaces/default/pods/web-0/e%78ec",
        "/api/v1/namespaces/default/pods/web-0/%65%78%65%63",
        "/api/v1/namespaces/default/pods/web-0/EXEC",
        "/api/v1/namespaces/default/pods/web-0%2Fexec",
        "/api/v1/namespaces/default/pods/web-0/%2565xec",
        "/api/v1/namespaces/default/pods/web-0//exec",
        "//api/v1/namespaces/default/pods/web-0/exec",
        "/api/v1/namespaces//pods/web-0/exec",
        "/api/v1/namespaces/default/pods/x/../web-0/exec",
        "/api/v1/namespaces/default/pods/x/%2e%2e/web-0/exec",
        "/api/v1/namespaces/default/pods/web-0/exec;x=1",
        "/api/v1/namespaces/default/pods/web-0/exec%00",
        "/api/v1/namespaces/default/pods/web-0/exec/",
        "/k8s/clusters/c-1/api/v1/namespaces/default/pods/web-0/exec",
        "/apis/subresources.kubevirt.io/v1/namespaces/a/virtualmachineinstances/vm/portforward",
    ] {
        assert!(refused(&Method::GET, path), "GET {path}");
        assert!(refused(&Method::HEAD, path), "HEAD {path}");
    }
    for path in [
        "/api/v1/namespaces/default/pods",
        "/api/v1/namespaces/default/pods/web-0/eviction",
        "/apis/example.org/v1/selfsubjectaccessreviews",
        "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews/x",
        "/apis/authorization.k8s.io/v1/namespaces/a/selfsubjectaccessreviews",
        "/apis/authorization.k8s.io/v1/localsubjectaccessreviews",
        "/apis/authentication.k8s.io/v1/tokenreviews",
        "/api/v1/namespaces/a/serviceaccounts/x/token",
    ] {
        assert!(refused(&Method::POST, path), "POST {path}");
    }
    for method in ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "CONNECT", "TRACE", "get", "WATCH"]
    {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        assert!(refused(&method, "/api/v1/namespaces/default/pods/web-0"), "{method}");
    }
}

#[test]
fn no_header_opens_the_gate() {
    for (name, value) in [
        ("upgrade", "websocket"),
        ("upgrade", "SPDY/3.1"),
        ("connection", "keep-alive, Upgrade"),
        ("sec-websocket-key", "x"),
        ("x-http-method-override", "DELETE"),
    ] {
        let headers = HeaderMap::from_iter([(
            HeaderName::from_static(name),
            HeaderValue::from_static(value),
        )]);
        let uri = Uri::from_static("/api/v1/pods");
        assert!(refusal(&Method::GET, &uri, &headers).is_some(), "{name}: {value}");
    }
}

/// A request as a person means it, written in one of many ways.
#[derive(Debug, Clone)]
struct Meant {
    group: Option<String>,
    namespace: Option<String>,
    resource: String,
    name: Option<String>,
    subresource: Option<String>,
}

const WORDS: [&str; 12] = [
    "exec",
    "attach",
    "portforward",
    "proxy",
    "log",
    "status",
    "pods",
    "nodes",
    "namespaces",
    "watch",
    "api",
    "apis",
];

fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(&WORDS[..]).prop_map(str::to_owned),
        "[a-z][a-z0-9.-]{0,8}[a-z0-9]"
    ]
}

/// Resources of real clusters. None is called `proxy` or `watch`, which the server takes for verbs.
fn plural() -> impl Strategy<Value = String> {
    prop::sample::select(
        &["pods", "nodes", "services", "deployments", "widgets", "exec", "attach"][..],
    )
    .prop_map(str::to_owned)
}

fn meant() -> impl Strategy<Value = Meant> {
    // A namespace named after the subresources of namespaces is told apart by position, as the server does it.
    let namespace = word();
    (
        prop::option::of("[a-z]{1,6}\\.(org|k8s\\.io)"),
        prop::option::of(namespace),
        plural(),
        prop::option::of((word(), prop::option::of(word()))),
    )
        .prop_map(|(group, namespace, resource, name)| {
            let (name, subresource) = name.map_or((None, None), |(name, sub)| (Some(name), sub));
            Meant { group, namespace, resource, name, subresource }
        })
}

impl Meant {
    fn segments(&self) -> Vec<String> {
        let mut parts = match &self.group {
            None => vec!["api".to_owned(), "v1".to_owned()],
            Some(group) => vec!["apis".to_owned(), group.clone(), "v1".to_owned()],
        };
        if let Some(namespace) = &self.namespace {
            parts.extend(["namespaces".to_owned(), namespace.clone()]);
        }
        parts.push(self.resource.clone());
        parts.extend(self.name.clone());
        parts.extend(self.subresource.clone());
        parts
    }

    fn connects(&self) -> bool {
        self.subresource
            .as_deref()
            .is_some_and(|sub| ["exec", "attach", "portforward", "proxy"].contains(&sub))
    }
}

/// Writes a segment with some of its letters percent-encoded or in the other case.
fn disguise(segment: &str, encode: u64, case: u64) -> String {
    segment
        .chars()
        .enumerate()
        .map(|(i, c)| {
            let c = if case >> (i % 64) & 1 == 1 { c.to_ascii_uppercase() } else { c };
            if encode >> (i % 64) & 1 == 1 { format!("%{:02x}", c as u32) } else { c.to_string() }
        })
        .collect()
}

proptest! {
    /// However a connecting request is written, it does not pass.
    #[test]
    fn no_spelling_opens_a_connection(
        meant in meant(), encode: u64, case: u64, slashes in 0usize..4, at in 0usize..8, query in "[a-z=&%]{0,8}",
        word in prop::sample::select(&["exec", "attach", "portforward", "proxy"][..]),
    ) {
        let mut meant = meant;
        meant.name.get_or_insert_with(|| "web-0".to_owned());
        meant.subresource = Some(word.to_owned());
        let mut path = String::new();
        for (i, segment) in meant.segments().iter().enumerate() {
            path.push_str(&"/".repeat(1 + if i == at { slashes } else { 0 }));
            path.push_str(&disguise(segment, encode.rotate_left(i as u32 * 7), case.rotate_left(i as u32 * 5)));
        }
        if !query.is_empty() {
            path = format!("{path}?{query}");
        }
        prop_assert!(meant.connects());
        prop_assert!(refused(&Method::GET, &path), "GET {path}");
        prop_assert!(refused(&Method::POST, &path), "POST {path}");
    }

    /// Every honest read passes, whatever its objects are called.
    #[test]
    fn every_read_passes_and_every_connection_does_not(meant in meant(), encode: u64) {
        let path: String = meant
            .segments()
            .iter()
            .map(|segment| format!("/{}", disguise(segment, encode, 0)))
            .collect();
        prop_assert_eq!(refused(&Method::GET, &path), meant.connects(), "GET {}", path);
    }

    /// Anything can be asked of the gate.
    #[test]
    fn any_path_gets_an_answer(path in "/[ -~]{0,60}", method in "[A-Z]{1,8}") {
        if let (Ok(uri), Ok(method)) = (path.parse::<Uri>(), Method::from_bytes(method.as_bytes())) {
            let refused = refusal(&method, &uri, &HeaderMap::new()).is_some();
            prop_assert!(refused || [Method::GET, Method::HEAD, Method::POST].contains(&method));
        }
    }
}
