//! EndpointSlices: where a service's traffic really goes.

mod describe;

use crate::describe::Describer;
use crate::store::{Health, Relation};
use crate::wire::{Meta, ObjectMeta, ObjectReference};

use super::{Cell, Col, Info, Kind, Links, text};

/// This file's kind, for the registry.
pub struct This;

type C = Col<EndpointSlice>;

crate::message! {
    /// `discovery.k8s.io/v1 EndpointSlice`.
    pub struct EndpointSlice {
        #[prost(message, required, tag = "1")]
        metadata: ObjectMeta,
        #[prost(message, repeated, tag = "2")]
        endpoints: Vec<Endpoint>,
        #[prost(message, repeated, tag = "3")]
        ports: Vec<Port>,
        #[prost(string, tag = "4")]
        address_type: String,
    }

    /// `discovery.k8s.io/v1 Endpoint`.
    pub struct Endpoint {
        #[prost(string, repeated, tag = "1")]
        addresses: Vec<String>,
        #[prost(message, required, tag = "2")]
        conditions: Conditions,
        #[prost(message, optional, tag = "4")]
        target_ref: Option<ObjectReference>,
    }

    /// `discovery.k8s.io/v1 EndpointConditions`.
    pub struct Conditions {
        #[prost(bool, optional, tag = "1")]
        ready: Option<bool>,
        #[prost(bool, optional, tag = "3")]
        terminating: Option<bool>,
    }

    /// `discovery.k8s.io/v1 EndpointPort`.
    pub struct Port {
        #[prost(string, optional, tag = "1")]
        name: Option<String>,
        #[prost(int32, optional, tag = "3")]
        port: Option<i32>,
    }
}

impl Meta for EndpointSlice {
    fn meta(&self) -> &ObjectMeta {
        &self.metadata
    }
}

/// The label that names the slice's service (KEP-752).
const SERVICE: &str = "kubernetes.io/service-name";

impl Kind for This {
    type Object = EndpointSlice;
    const INFO: Info = Info::new("discovery.k8s.io", "v1", "endpointslices");
    const DOC: &'static str = "The addresses behind a service, and whether they are ready";
    const DESCRIBE: Option<&'static dyn Describer> = Some(&This);
    const ENDPOINTS: bool = true;

    const COLUMNS: &'static [C] = &[
        C::name(),
        C::text("ADDRESSTYPE", |s, i| Cell::shared(&s.address_type, i)).priority(110),
        C::text("PORTS", |s, i| Cell::shared(&ports(&s.ports), i)).priority(150),
        C::text("ENDPOINTS", |s, _| {
            let addresses = s.endpoints.iter().flat_map(|e| &e.addresses).map(String::as_str);
            Cell::Text(text::first_three(addresses).into())
        })
        .priority(160),
        C::age(),
        C::number("READY", |s, _| {
            let count = |n| u32::try_from(n).unwrap_or(u32::MAX);
            Cell::Ratio(count(ready(s)), count(s.endpoints.len()))
        })
        .own()
        .status()
        .doc("endpoints that take traffic, of all"),
        C::text("SERVICE", |s, i| Cell::shared_or_none(service(s), i)).own_wide(),
    ];

    fn health(s: &EndpointSlice) -> Health {
        let leaving = |e: &&Endpoint| e.conditions.terminating == Some(true);
        let staying = s.endpoints.len() - s.endpoints.iter().filter(leaving).count();
        match ready(s) {
            _ if s.endpoints.is_empty() => Health::Idle,
            0 => Health::Broken,
            ready if ready >= staying => Health::Ok,
            _ => Health::Warning,
        }
    }

    fn links(s: &EndpointSlice, links: &mut Links<'_>) {
        links.name(Relation::PartOf, "", "services", service(s));
        for target in s.endpoints.iter().filter_map(|e| e.target_ref.as_ref()) {
            links.object(Relation::RoutesTo, target);
        }
    }
}

fn service(s: &EndpointSlice) -> &str {
    s.metadata.labels.get(SERVICE).map_or("", String::as_str)
}

/// An endpoint that does not say counts as ready (discovery/v1 `EndpointConditions`).
fn ready(s: &EndpointSlice) -> usize {
    s.endpoints.iter().filter(|e| e.conditions.ready.unwrap_or(true)).count()
}

/// The first three port numbers; a port without one stands for its name, or for all ports (printers.go, `formatDiscoveryPorts`).
fn ports(ports: &[Port]) -> String {
    let one = |p: &Port| match (p.port, &p.name) {
        (Some(port), _) => port.to_string(),
        (None, Some(name)) => name.clone(),
        (None, None) => "*".to_owned(),
    };
    let all: Vec<_> = ports.iter().map(one).collect();
    text::first_three(all.iter().map(String::as_str))
}

#[cfg(test)]
mod tests {
    use super::super::testing::rows;
    use super::*;

    #[test]
    fn a_slice_reads_as_kubectl_prints_it() {
        let slice = rows::<This>(
            "
metadata: {name: web-x, namespace: shop, creationTimestamp: 2026-01-13T12:00:00Z, labels: {kubernetes.io/service-name: web}}
addressType: IPv4
ports: [{port: 80}, {name: http}, {}, {port: 81}, {port: 82}]
endpoints:
- {addresses: [10.0.0.1], conditions: {ready: true}, targetRef: {kind: Pod, namespace: shop, name: web-0, uid: u-0}}
- {addresses: [10.0.0.2]}
- {addresses: [10.0.0.3, 10.0.0.4], conditions: {ready: false}}
",
        );
        assert_eq!(
            slice.wide(),
            "NAME | ADDRESSTYPE | PORTS | ENDPOINTS | AGE\n\
             web-x | IPv4 | 80,http,* + 2 more... | 10.0.0.1,10.0.0.2,10.0.0.3 + 1 more... | 2d"
        );
        assert_eq!(slice.own(), "READY | SERVICE\n2/3 | web");
        assert_eq!(slice.health(), Health::Warning);
        assert_eq!(slice.links(Relation::PartOf), ["services shop/web"]);
        assert_eq!(slice.links(Relation::RoutesTo), ["Pod shop/web-0 by uid"]);
        slice.survive_damage();
    }

    #[test]
    fn health_counts_who_takes_traffic() {
        let of = |endpoints: &str| rows::<This>(&format!("{{endpoints: [{endpoints}]}}")).health();
        let leaving = "{addresses: [a], conditions: {ready: false, terminating: true}}";
        assert_eq!(of(""), Health::Idle);
        assert_eq!(of("{addresses: [a]}"), Health::Ok);
        assert_eq!(of(&format!("{{addresses: [a]}}, {leaving}")), Health::Ok);
        assert_eq!(of(leaving), Health::Broken);
        let empty = rows::<This>("{metadata: {name: e}}");
        assert_eq!(empty.wide().lines().nth(1), Some("e |  | <unset> | <unset> | <unknown>"));
    }
}
