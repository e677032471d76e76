//! The Gateway API as far as the demo cluster has it: a class, a gateway, and the routes that hang on it.

use serde_json::{Value, json};

use super::World;
use super::custom::{Definition, define_one};
use super::history::must;

const GROUP: &str = "gateway.networking.k8s.io";
/// The namespace and the name of the gateway.
const GATEWAY: (&str, &str) = ("platform", "edge");
const CONTROLLER: &str = "io.cilium/gateway-controller";

/// Defines its resources, with the columns of its own definitions (gateway-api, `config/crd/standard`).
pub fn define(world: &mut World) {
    let of_type =
        |name: &str, path: &str| json!({"name": name, "type": "string", "jsonPath": path});
    let condition = |kind: &str| format!(".status.conditions[?(@.type==\"{kind}\")].status");
    let age = json!({"name": "Age", "type": "date", "jsonPath": ".metadata.creationTimestamp"});
    let definition = |kind, plural, short, namespaced| Definition {
        group: GROUP,
        version: "v1",
        kind,
        plural,
        short,
        categories: &["gateway-api"],
        namespaced,
    };
    let columns = json!([
        of_type("Controller", ".spec.controllerName"),
        of_type("Accepted", &condition("Accepted")),
        age,
        {"name": "Description", "type": "string", "jsonPath": ".spec.description", "priority": 1}
    ]);
    define_one(world, &definition("GatewayClass", "gatewayclasses", &["gc"], false), &columns);
    let columns = json!([
        of_type("Class", ".spec.gatewayClassName"),
        of_type("Address", ".status.addresses[*].value"),
        of_type("Programmed", &condition("Programmed")),
        age
    ]);
    define_one(world, &definition("Gateway", "gateways", &["gtw"], true), &columns);
    let columns = json!([of_type("Hostnames", ".spec.hostnames"), age]);
    define_one(world, &definition("HTTPRoute", "httproutes", &[], true), &columns);
}

/// Creates the gateway and its routes, one of which leads to a service that is not there any more.
pub fn fill(world: &mut World) {
    let said = |kind: &str, reason: &str| condition(world, (kind, "True"), reason);
    let class = json!({"apiVersion": format!("{GROUP}/v1"), "kind": "GatewayClass", "metadata": {"name": "cilium"},
        "spec": {"controllerName": CONTROLLER, "description": "what comes from outside, by cilium"},
        "status": {"conditions": [said("Accepted", "Accepted")]}});
    let routes = [
        (
            "shop",
            "storefront",
            "m.shop.example.org",
            &[("/", "web"), ("/api/catalog", "catalog")][..],
        ),
        ("shop", "experiments", "try.shop.example.org", &[("/", "web-canary")][..]),
        ("staging", "preview", "preview.shop.example.org", &[("/", "web")][..]),
    ];
    let listener = |name: &str, port: i64, protocol: &str| json!({"name": name, "port": port, "protocol": protocol, "allowedRoutes": {"namespaces": {"from": "All"}}});
    let mut https = listener("https", 443, "HTTPS");
    https["tls"] = json!({"mode": "Terminate", "certificateRefs": [{"group": "", "kind": "Secret", "name": "edge-tls"}]});
    let status = |name: &str, attached: usize| {
        json!({"name": name, "attachedRoutes": attached, "supportedKinds": [{"group": GROUP, "kind": "HTTPRoute"}],
            "conditions": [said("Accepted", "Accepted"), said("Programmed", "Programmed"), said("ResolvedRefs", "ResolvedRefs")]})
    };
    let (namespace, name) = GATEWAY;
    let secret = json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "edge-tls", "namespace": namespace}, "type": "kubernetes.io/tls",
        "stringData": {"tls.crt": "demo certificate, signs nothing", "tls.key": "demo key, opens nothing"}});
    let gateway = json!({"apiVersion": format!("{GROUP}/v1"), "kind": "Gateway", "metadata": {"name": name, "namespace": namespace},
        "spec": {"gatewayClassName": "cilium", "listeners": [listener("http", 80, "HTTP"), https]},
        "status": {"addresses": [{"type": "IPAddress", "value": "203.0.113.20"}],
            "conditions": [said("Accepted", "Accepted"), said("Programmed", "Programmed")],
            "listeners": [status("http", 0), status("https", routes.len())]}});
    let routes =
        routes.map(|(namespace, name, host, paths)| route(world, (namespace, name), host, paths));
    for object in [class, secret, gateway].into_iter().chain(routes) {
        must(world.create(object));
    }
}

fn route(
    world: &World,
    (namespace, name): (&str, &str),
    host: &str,
    paths: &[(&str, &str)],
) -> Value {
    let parent = json!({"group": GROUP, "kind": "Gateway", "namespace": GATEWAY.0, "name": GATEWAY.1, "sectionName": "https"});
    let rule = |(path, service): &(&str, &str)| {
        json!({"matches": [{"path": {"type": "PathPrefix", "value": path}}],
            "backendRefs": [{"group": "", "kind": "Service", "name": service, "port": 80, "weight": 1}]})
    };
    let there = |(_, service): &(&str, &str)| {
        world.store.get("services", &format!("{namespace}/{service}")).is_some()
    };
    let resolved = if paths.iter().all(there) {
        condition(world, ("ResolvedRefs", "True"), "ResolvedRefs")
    } else {
        condition(world, ("ResolvedRefs", "False"), "BackendNotFound")
    };
    json!({"apiVersion": format!("{GROUP}/v1"), "kind": "HTTPRoute", "metadata": {"name": name, "namespace": namespace},
        "spec": {"parentRefs": [parent], "hostnames": [host], "rules": paths.iter().map(rule).collect::<Vec<_>>()},
        "status": {"parents": [{"parentRef": parent, "controllerName": CONTROLLER,
            "conditions": [condition(world, ("Accepted", "True"), "Accepted"), resolved]}]}})
}

fn condition(world: &World, (kind, status): (&str, &str), reason: &str) -> Value {
    json!({"type": kind, "status": status, "reason": reason, "message": "", "observedGeneration": 1,
        "lastTransitionTime": world.stamp()})
}
