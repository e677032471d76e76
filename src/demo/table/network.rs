//! Tables of services, ingresses, endpoints and policies.

use serde_json::{Value, json};

use super::Spec;
use super::text::{age, map, name, or, or_none, selector};
use crate::demo::value::At;

const SERVICES: &[Spec] = &[
    ("Name", "string", 0, name),
    ("Type", "string", 0, |s, _| json!(s.text("/spec/type"))),
    ("Cluster-IP", "string", 0, |s, _| or(s.at("/spec/clusterIPs/0"), "<none>")),
    ("External-IP", "string", 0, |s, _| json!(external(s))),
    ("Port(s)", "string", 0, |s, _| ports(s)),
    ("Age", "string", 0, age),
    ("Selector", "string", 1, |s, _| map(s.at("/spec/selector"))),
];

const INGRESSES: &[Spec] = &[
    ("Name", "string", 0, name),
    ("Class", "string", 0, |i, _| or(i.at("/spec/ingressClassName"), "<none>")),
    ("Hosts", "string", 0, |i, _| json!(hosts(i))),
    ("Address", "string", 0, |i, _| json!(addresses(i).join(","))),
    ("Ports", "string", 0, |i, _| {
        json!(if i.items("/spec/tls").is_empty() { "80" } else { "80, 443" })
    }),
    ("Age", "string", 0, age),
];

const CLASSES: &[Spec] = &[
    ("Name", "string", 0, name),
    ("Controller", "string", 0, |c, _| json!(c.text("/spec/controller"))),
    ("Parameters", "string", 0, |c, _| match c.at("/spec/parameters") {
        Value::Null => json!("<none>"),
        p => json!(format!("{}.{}/{}", p.text("/kind"), p.text("/apiGroup"), p.text("/name"))),
    }),
    ("Age", "string", 0, age),
];

const ENDPOINTS: &[Spec] = &[
    ("Name", "string", 0, name),
    ("Endpoints", "string", 0, |e, _| json!(endpoints(e))),
    ("Age", "string", 0, age),
];

const SLICES: &[Spec] = &[
    ("Name", "string", 0, name),
    ("AddressType", "string", 0, |s, _| json!(s.text("/addressType"))),
    ("Ports", "string", 0, |s, _| json!(slice_ports(s))),
    ("Endpoints", "string", 0, |s, _| json!(slice_endpoints(s))),
    ("Age", "string", 0, age),
];

const POLICIES: &[Spec] = &[
    ("Name", "string", 0, name),
    ("Pod-Selector", "string", 0, |p, _| selector(p.at("/spec/podSelector"))),
    ("Age", "string", 0, age),
];

/// The columns of network resources.
pub fn columns(id: &str) -> Option<&'static [Spec]> {
    Some(match id {
        "services" => SERVICES,
        "ingresses.networking.k8s.io" => INGRESSES,
        "ingressclasses.networking.k8s.io" => CLASSES,
        "endpoints" => ENDPOINTS,
        "endpointslices.discovery.k8s.io" => SLICES,
        "networkpolicies.networking.k8s.io" => POLICIES,
        _ => return None,
    })
}

/// Addresses of the load balancer, sorted, each once.
fn addresses(object: &Value) -> Vec<&str> {
    let mut found: Vec<&str> = object
        .items("/status/loadBalancer/ingress")
        .iter()
        .map(|i| if i.has("/ip") { i.text("/ip") } else { i.text("/hostname") })
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}

fn external(service: &Value) -> String {
    let own: Vec<&str> =
        service.items("/spec/externalIPs").iter().filter_map(Value::as_str).collect();
    let mut all = match service.text("/spec/type") {
        "ExternalName" => return service.text("/spec/externalName").to_owned(),
        "LoadBalancer" => addresses(service),
        _ => Vec::new(),
    };
    all.extend(own);
    match (all.is_empty(), service.text("/spec/type")) {
        (true, "LoadBalancer") => "<pending>".to_owned(),
        (true, _) => "<none>".to_owned(),
        _ => all.join(","),
    }
}

fn ports(service: &Value) -> Value {
    let ports: Vec<String> = service
        .items("/spec/ports")
        .iter()
        .map(|p| match p.num("/nodePort") {
            0 => format!("{}/{}", p.num("/port"), p.text("/protocol")),
            node => format!("{}:{node}/{}", p.num("/port"), p.text("/protocol")),
        })
        .collect();
    or_none(&ports.join(","))
}

fn hosts(ingress: &Value) -> String {
    let rules = ingress.items("/spec/rules");
    let hosts: Vec<&str> = rules
        .iter()
        .take(3)
        .map(|r| if r.text("/host").is_empty() { "*" } else { r.text("/host") })
        .collect();
    match (hosts.is_empty(), rules.len().saturating_sub(3)) {
        (true, _) => "*".to_owned(),
        (_, 0) => hosts.join(","),
        (_, more) => format!("{} + {more} more...", hosts.join(",")),
    }
}

/// The first three of a list, and how many more there are.
fn some(all: &[String]) -> String {
    match all.len() {
        0 => "<none>".to_owned(),
        1..=3 => all.join(","),
        more => format!("{} + {} more...", all[..3].join(","), more - 3),
    }
}

fn endpoints(object: &Value) -> String {
    let all: Vec<String> = object
        .items("/subsets")
        .iter()
        .flat_map(|s| {
            s.items("/ports").iter().flat_map(move |p| {
                s.items("/addresses")
                    .iter()
                    .map(move |a| format!("{}:{}", a.text("/ip"), p.num("/port")))
            })
        })
        .collect();
    some(&all)
}

fn slice_ports(slice: &Value) -> String {
    let all: Vec<String> =
        slice.items("/ports").iter().map(|p| p.num("/port").to_string()).collect();
    match all.len() {
        0 => "<unset>".to_owned(),
        _ => some(&all),
    }
}

fn slice_endpoints(slice: &Value) -> String {
    let all: Vec<String> = slice
        .items("/endpoints")
        .iter()
        .flat_map(|e| e.items("/addresses"))
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect();
    match all.len() {
        0 => "<unset>".to_owned(),
        _ => some(&all),
    }
}
