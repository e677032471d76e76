//! Services: a stable address for pods that come and go.

mod describe;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::describe::Describer;
use crate::store::Health;
use crate::wire::{LabelSelector, Meta, ObjectMeta};

use super::{Place, By, Cell, Col, Drill, Info, Kind, Links, Ports, Recreation, text};

/// This file's kind, for the registry.
pub struct This;

type C = Col<Service>;

crate::message! {
    /// `v1 Service`.
    pub struct Service {
        #[prost(message, required, tag = "1")]
        metadata: ObjectMeta,
        #[prost(message, required, tag = "2")]
        spec: ServiceSpec,
        #[prost(message, required, tag = "3")]
        status: ServiceStatus,
    }

    /// `v1 ServiceSpec`.
    pub struct ServiceSpec {
        #[prost(message, repeated, tag = "1")]
        ports: Vec<Port>,
        #[prost(btree_map = "string, string", tag = "2")]
        selector: BTreeMap<String, String>,
        #[prost(string, tag = "4")]
        #[serde(rename = "type")]
        kind: String,
        #[prost(string, repeated, tag = "5")]
        #[serde(rename = "externalIPs")]
        external_ips: Vec<String>,
        #[prost(string, tag = "10")]
        external_name: String,
        #[prost(string, repeated, tag = "18")]
        #[serde(rename = "clusterIPs")]
        cluster_ips: Vec<String>,
    }

    /// `v1 ServicePort`.
    pub struct Port {
        #[prost(string, tag = "1")]
        name: String,
        #[prost(string, tag = "2")]
        protocol: String,
        #[prost(int32, tag = "3")]
        port: i32,
        #[prost(int32, tag = "5")]
        node_port: i32,
    }

    /// `v1 ServiceStatus`.
    pub struct ServiceStatus {
        #[prost(message, required, tag = "1")]
        load_balancer: LoadBalancer,
    }

    /// `v1 LoadBalancerStatus`; `networking.k8s.io/v1 IngressLoadBalancerStatus` has the same numbers.
    pub struct LoadBalancer {
        #[prost(message, repeated, tag = "1")]
        ingress: Vec<Ingress>,
    }

    /// `v1 LoadBalancerIngress`.
    pub struct Ingress {
        #[prost(string, tag = "1")]
        ip: String,
        #[prost(string, tag = "2")]
        hostname: String,
    }
}

impl Meta for Service {
    fn meta(&self) -> &ObjectMeta {
        &self.metadata
    }
}

impl Kind for This {
    type Object = Service;
    const INFO: Info = Info::new("", "v1", "services");
    const DOC: &'static str = "A stable name and address for pods that come and go";
    const HAS_LOGS: bool = true;
    const RECREATION: Option<Recreation> =
        Some(Recreation::new("between the two nobody reaches it, and its address may be another one"));

    const PLACE: Place = Place::Service;
    const DESCRIBE: Option<&'static dyn Describer> = Some(&This);
    const DRILL: Drill = Drill::Rows { group: "", plural: "pods", by: By::Selector };

    const ACTIONS: &'static [&'static str] = &["shell"];

    const UNBIND: Option<fn(&mut serde_json::Value)> = Some(|copy| {
        super::unbind::without(copy, &[&["spec", "clusterIP"], &["spec", "clusterIPs"], &["spec", "healthCheckNodePort"]]);
        let ports = copy.pointer_mut("/spec/ports").and_then(serde_json::Value::as_array_mut);
        ports.into_iter().flatten().for_each(|port| super::unbind::without(port, &[&["nodePort"]]));
    });
    const COLUMNS: &'static [C] = &[
        C::name(),
        C::text("TYPE", |s, i| Cell::shared(&s.spec.kind, i)).status(),
        C::text("CLUSTER-IP", |s, _| {
            s.spec.cluster_ips.first().map_or(Cell::None, |ip| Cell::Text(ip.as_str().into()))
        })
        .priority(140),
        C::text("EXTERNAL-IP", external_ip).priority(150),
        C::text("PORT(S)", offered).priority(170),
        C::age(),
        C::text("SELECTOR", |s, i| Cell::shared_or_none(&text::labels(&s.spec.selector), i))
            .wide()
            .doc("the labels of the pods it sends traffic to"),
    ];

    /// Whether pods stand behind it a service does not know; only a load balancer has a state of its own.
    fn health(s: &Service) -> Health {
        match s.spec.kind.as_str() {
            "LoadBalancer" if s.status.load_balancer.addresses().is_empty() && s.spec.external_ips.is_empty() => {
                Health::Changing
            }
            "LoadBalancer" => Health::Ok,
            _ => Health::Idle,
        }
    }

    fn links(s: &Service, links: &mut Links<'_>) {
        // A service without a selector has its endpoints from elsewhere; it does not select everything.
        if !s.spec.selector.is_empty() && s.spec.kind != EXTERNAL {
            let match_labels = s.spec.selector.clone();
            let selector = LabelSelector { match_labels, match_expressions: Vec::new() };
            links.selects("", "pods", &selector);
        }
    }
}

impl LoadBalancer {
    /// Its addresses, sorted, each once.
    pub(super) fn addresses(&self) -> BTreeSet<&str> {
        let all = self.ingress.iter().map(|i| if i.ip.is_empty() { i.hostname.as_str() } else { i.ip.as_str() });
        all.filter(|address| !address.is_empty()).collect()
    }
}

/// printers.go, `getServiceExternalIP`, as `-o wide` shows it: nothing clipped.
fn external_ip(s: &Service, interner: &mut crate::store::Interner) -> Cell {
    let external = s.spec.external_ips.iter().map(String::as_str);
    match s.spec.kind.as_str() {
        "ClusterIP" | "NodePort" => Cell::own_or_none(&text::join(external)),
        "LoadBalancer" => match text::join(s.status.load_balancer.addresses().into_iter().chain(external)) {
            none if none.is_empty() => Cell::shared("<pending>", interner),
            some => Cell::Text(some.into()),
        },
        "ExternalName" => Cell::Text(s.spec.external_name.as_str().into()),
        _ => Cell::shared("<unknown>", interner),
    }
}

/// Its ports. What an external name stands for has what ports it has, whatever the service says.
fn offered(s: &Service, interner: &mut crate::store::Interner) -> Cell {
    let text = ports(&s.spec.ports);
    if text.is_empty() || s.spec.kind == EXTERNAL {
        return Cell::shared_or_none(&text, interner);
    }
    let all = s.spec.ports.iter().map(|p| (p.port, p.name.as_str()));
    Cell::Ports(Arc::new(Ports::new(interner.str(&text), all)))
}

const EXTERNAL: &str = "ExternalName";

/// `80/TCP,443:30443/TCP`.
fn ports(ports: &[Port]) -> String {
    let one = |p: &Port| match p.node_port {
        1.. => format!("{}:{}/{}", p.port, p.node_port, p.protocol),
        _ => format!("{}/{}", p.port, p.protocol),
    };
    let all: Vec<_> = ports.iter().map(one).collect();
    text::join(all.iter().map(String::as_str))
}

#[cfg(test)]
mod tests {
    use super::super::testing::rows;
    use super::*;
    use crate::store::{Port, Relation};

    #[test]
    fn a_service_reads_as_kubectl_prints_it() {
        let service = rows::<This>(
            "
metadata: {name: web, namespace: shop, creationTimestamp: 2026-01-13T12:00:00Z}
spec:
  type: LoadBalancer
  clusterIPs: [10.96.0.7, 'fd00::7']
  externalIPs: [192.0.2.1]
  selector: {app: web, tier: front}
  ports: [{name: http, port: 80, protocol: TCP}, {port: 443, protocol: TCP, nodePort: 30443}]
status: {loadBalancer: {ingress: [{hostname: zzz-a-long-name.elb.example.org}, {ip: 203.0.113.9}, {ip: 203.0.113.9}, {}]}}
",
        );
        assert_eq!(
            service.wide(),
            "NAME | TYPE | CLUSTER-IP | EXTERNAL-IP | PORT(S) | AGE | SELECTOR\n\
             web | LoadBalancer | 10.96.0.7 | 203.0.113.9,zzz-a-long-name.elb.example.org,192.0.2.1 | 80/TCP,443:30443/TCP | 2d | app=web,tier=front"
        );
        assert_eq!(service.links(Relation::Selects).len(), 1);
        assert_eq!(service.health(), Health::Ok);
        let ports = service.rows[0].cells.iter().find_map(|cell| match cell {
            Cell::Ports(ports) => Some(ports),
            _ => None,
        });
        let has = |port| ports.unwrap().has(&port);
        assert!(has(Port::Number(443)) && has(Port::Name("http".into())));
        assert!(!has(Port::Number(8443)) && !has(Port::Name("https".into())));
        service.survive_damage();
    }

    #[test]
    fn external_addresses_by_type() {
        let of = |spec: &str| {
            let service = rows::<This>(&format!("{{metadata: {{name: s}}, spec: {spec}}}"));
            (service.text("EXTERNAL-IP"), service.health())
        };
        let is = |text: &str, health| (text.to_owned(), health);
        assert_eq!(of("{type: ClusterIP}"), is("<none>", Health::Idle));
        assert_eq!(
            of("{type: NodePort, externalIPs: [1.1.1.1, 2.2.2.2]}"),
            is("1.1.1.1,2.2.2.2", Health::Idle)
        );
        assert_eq!(of("{type: LoadBalancer}"), is("<pending>", Health::Changing));
        assert_eq!(of("{type: LoadBalancer, externalIPs: [1.1.1.1]}"), is("1.1.1.1", Health::Ok));
        assert_eq!(
            of("{type: ExternalName, externalName: example.org}"),
            is("example.org", Health::Idle)
        );
        assert_eq!(of("{type: Odd}"), is("<unknown>", Health::Idle));
        let bare = rows::<This>("{metadata: {name: s}}");
        assert_eq!(
            bare.wide().lines().nth(1),
            Some("s |  | <none> | <unknown> | <none> | <unknown> | <none>")
        );
        assert!(bare.rows[0].links.is_empty(), "no selector selects nothing");
    }
}
