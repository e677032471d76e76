//! Ingresses: which requests from outside go to which Service.

mod describe;

use std::collections::BTreeSet;

use serde::{Deserialize, Deserializer};

use crate::describe::Describer;
use crate::store::{Health, Interner, Needs, Relation};
use crate::wire::{Meta, ObjectMeta, TypedObjectReference};

use super::service::LoadBalancer;
use super::{Place, Cell, Col, Info, Kind, Links, text};

/// This file's kind, for the registry.
pub struct This;

type C = Col<Ingress>;

crate::message! {
    /// `networking.k8s.io/v1 Ingress`.
    pub struct Ingress {
        #[prost(message, required, tag = "1")]
        metadata: ObjectMeta,
        #[prost(message, required, tag = "2")]
        spec: IngressSpec,
        #[prost(message, required, tag = "3")]
        status: IngressStatus,
    }

    /// `networking.k8s.io/v1 IngressSpec`.
    pub struct IngressSpec {
        #[prost(message, optional, tag = "1")]
        default_backend: Option<Backend>,
        #[prost(message, repeated, tag = "2")]
        tls: Vec<Tls>,
        #[prost(message, repeated, tag = "3")]
        rules: Vec<Rule>,
        #[prost(string, optional, tag = "4")]
        ingress_class_name: Option<String>,
    }

    /// `networking.k8s.io/v1 IngressTLS`.
    pub struct Tls {
        #[prost(string, tag = "2")]
        secret_name: String,
    }

    /// `networking.k8s.io/v1 IngressRuleValue`.
    pub struct RuleValue {
        #[prost(message, optional, tag = "1")]
        http: Option<Http>,
    }

    /// `networking.k8s.io/v1 HTTPIngressRuleValue`.
    pub struct Http {
        #[prost(message, repeated, tag = "1")]
        paths: Vec<HttpPath>,
    }

    /// `networking.k8s.io/v1 HTTPIngressPath`.
    pub struct HttpPath {
        #[prost(message, required, tag = "2")]
        backend: Backend,
    }

    /// `networking.k8s.io/v1 IngressBackend`.
    pub struct Backend {
        #[prost(message, optional, tag = "3")]
        resource: Option<TypedObjectReference>,
        #[prost(message, optional, tag = "4")]
        service: Option<ServiceBackend>,
    }

    /// `networking.k8s.io/v1 IngressServiceBackend`.
    pub struct ServiceBackend {
        #[prost(string, tag = "1")]
        name: String,
        #[prost(message, required, tag = "2")]
        port: BackendPort,
    }

    /// `networking.k8s.io/v1 ServiceBackendPort`.
    pub struct BackendPort {
        #[prost(string, tag = "1")]
        name: String,
        #[prost(int32, tag = "2")]
        number: i32,
    }

    /// `networking.k8s.io/v1 IngressStatus`.
    pub struct IngressStatus {
        #[prost(message, required, tag = "1")]
        load_balancer: LoadBalancer,
    }
}

/// `networking.k8s.io/v1 IngressRule`: its value is a message of its own in protobuf, and merged into it in JSON.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Rule {
    #[prost(string, tag = "1")]
    host: String,
    #[prost(message, required, tag = "2")]
    value: RuleValue,
}

impl<'de> Deserialize<'de> for Rule {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Default, Deserialize)]
        #[serde(default)]
        struct Merged {
            #[serde(deserialize_with = "crate::wire::or_default")]
            host: String,
            http: Option<Http>,
        }
        let Merged { host, http } = Merged::deserialize(deserializer)?;
        Ok(Self { host, value: RuleValue { http } })
    }
}

impl Meta for Ingress {
    fn meta(&self) -> &ObjectMeta {
        &self.metadata
    }
}

impl Kind for This {
    type Object = Ingress;
    const INFO: Info = Info::new("networking.k8s.io", "v1", "ingresses");
    const DOC: &'static str = "Which requests from outside go to which service";
    const DESCRIBE: Option<&'static dyn Describer> = Some(&This);

    const PLACE: Place = Place::Route;

    const COLUMNS: &'static [C] = &[
        C::name(),
        C::text("CLASS", |g, i| {
            g.spec.ingress_class_name.as_deref().map_or(Cell::None, |class| Cell::shared(class, i))
        })
        .priority(130),
        C::text("HOSTS", hosts).priority(190),
        C::text("ADDRESS", |g, i| {
            Cell::shared(&text::join(g.status.load_balancer.addresses().into_iter()), i)
        })
        .status()
        .priority(150),
        C::text("PORTS", |g, i| Cell::shared(ports(g), i)).priority(120),
        C::age(),
        C::text("BACKENDS", |g, i| {
            Cell::shared_or_none(&text::join(services(g).into_iter()), i)
        })
        .own()
        .priority(110)
        .doc("the services that it sends requests to"),
        C::text("TLS", |g, i| Cell::shared_or_none(&text::join(secrets(g).into_iter()), i))
            .own_wide()
            .doc("the secrets with its certificates"),
    ];

    /// Until its controller has given it an address, nobody reaches it.
    fn health(g: &Ingress) -> Health {
        if g.status.load_balancer.addresses().is_empty() { Health::Changing } else { Health::Ok }
    }

    fn links(g: &Ingress, links: &mut Links<'_>) {
        links.cluster(Relation::ServedBy, "networking.k8s.io", "ingressclasses", class(g));
        let services: BTreeSet<_> = backends(g)
            .filter_map(|b| b.service.as_ref())
            .map(|to| (to.name.as_str(), to.port.name.as_str(), to.port.number))
            .collect();
        for (service, port, number) in services {
            links.needing(Needs::port(port, number), |links| {
                links.name(Relation::RoutesTo, "", "services", service);
            });
        }
        for resource in backends(g).filter_map(|b| b.resource.as_ref()) {
            links.typed(Relation::RoutesTo, resource);
        }
        for secret in secrets(g) {
            links.name(Relation::Uses, "", "secrets", secret);
        }
    }
}

/// Where an Ingress named its class before there was a field for it; controllers still heed it.
const CLASS: &str = "kubernetes.io/ingress.class";

fn class(g: &Ingress) -> &str {
    let old = || g.metadata.annotations.get(CLASS).map(String::as_str);
    g.spec.ingress_class_name.as_deref().or_else(old).unwrap_or_default()
}

fn backends(g: &Ingress) -> impl Iterator<Item = &Backend> {
    let paths = g.spec.rules.iter().filter_map(|r| r.value.http.as_ref()).flat_map(|h| &h.paths);
    g.spec.default_backend.iter().chain(paths.map(|path| &path.backend))
}

fn services(g: &Ingress) -> BTreeSet<&str> {
    backends(g).filter_map(|b| b.service.as_ref()).map(|service| service.name.as_str()).collect()
}

fn secrets(g: &Ingress) -> BTreeSet<&str> {
    g.spec.tls.iter().map(|t| t.secret_name.as_str()).filter(|name| !name.is_empty()).collect()
}

/// The first three hosts (printers.go, `formatHosts`). What is beyond them is counted from the fourth rule, whichever rules have a host.
fn hosts(g: &Ingress, interner: &mut Interner) -> Cell {
    const SHOWN: usize = 3;
    let rules = &g.spec.rules;
    let named = || rules.iter().map(|r| r.host.as_str()).filter(|host| !host.is_empty());
    let mut shown = text::join(named().take(SHOWN));
    if shown.is_empty() {
        "*".clone_into(&mut shown);
    }
    let third = rules.iter().enumerate().filter(|(_, r)| !r.host.is_empty()).nth(SHOWN - 1);
    if third.is_some_and(|(at, _)| at + 1 < rules.len()) {
        shown = format!("{shown} + {} more...", rules.len() - SHOWN);
    }
    Cell::shared(&shown, interner)
}

/// What an Ingress listens on follows from whether it has certificates (printers.go, `formatPorts`).
fn ports(g: &Ingress) -> &'static str {
    if g.spec.tls.is_empty() { "80" } else { "80, 443" }
}

#[cfg(test)]
mod tests {
    use super::super::testing::rows;
    use super::*;
    use crate::store::Port;

    #[test]
    fn an_ingress_reads_as_kubectl_prints_it() {
        let ingress = rows::<This>(
            "
metadata: {name: front, namespace: shop, creationTimestamp: 2026-01-13T12:00:00Z}
spec:
  ingressClassName: nginx
  defaultBackend: {service: {name: fallback, port: {number: 80}}}
  tls: [{hosts: [a.example.org], secretName: tls}, {hosts: [b.example.org]}]
  rules:
  - {host: a.example.org, http: {paths: [{path: /, backend: {service: {name: web}}}, {path: /api, backend: {service: {name: api, port: {number: 8443}}}}, {path: /rpc, backend: {service: {name: api, port: {name: grpc}}}}]}}
  - {host: b.example.org, http: {paths: [{path: /, backend: {service: {name: web}}}, {path: /img, backend: {resource: {apiGroup: example.com, kind: Bucket, name: img}}}]}}
status: {loadBalancer: {ingress: [{hostname: lb.example.org}, {ip: 203.0.113.9}]}}
",
        );
        assert_eq!(
            ingress.wide(),
            "NAME | CLASS | HOSTS | ADDRESS | PORTS | AGE\n\
             front | nginx | a.example.org,b.example.org | 203.0.113.9,lb.example.org | 80, 443 | 2d"
        );
        assert_eq!(ingress.own(), "BACKENDS | TLS\napi,fallback,web | tls");
        assert_eq!(ingress.health(), Health::Ok);
        assert_eq!(
            ingress.links(Relation::RoutesTo),
            ["services shop/api", "services shop/fallback", "services shop/web", "Bucket.example.com shop/img"]
        );
        let needs = |at: usize| ingress.rows[0].links[at].needs.clone().map(|needs| needs.ports.clone());
        assert_eq!(needs(1), Some(vec![Port::Number(8443), Port::Name("grpc".into())]), "of one link");
        assert_eq!((needs(2), needs(3)), (Some(vec![Port::Number(80)]), None));
        assert_eq!(ingress.links(Relation::Uses), ["secrets shop/tls"]);
        assert_eq!(ingress.links(Relation::ServedBy), ["ingressclasses.networking.k8s.io /nginx"]);
        ingress.survive_damage();
    }

    #[test]
    fn without_an_address_or_a_class() {
        let old = rows::<This>(
            "{metadata: {name: i, annotations: {kubernetes.io/ingress.class: traefik}}}",
        );
        assert_eq!(old.wide().lines().nth(1), Some("i | <none> | * |  | 80 | <unknown>"));
        assert_eq!(old.links(Relation::ServedBy), ["ingressclasses.networking.k8s.io /traefik"]);
        assert_eq!(old.health(), Health::Changing);
    }

    #[test]
    fn many_hosts() {
        let of = |hosts: &[&str]| {
            let rules: Vec<_> = hosts.iter().map(|host| format!("{{host: '{host}'}}")).collect();
            rows::<This>(&format!("{{spec: {{rules: [{}]}}}}", rules.join(", "))).text("HOSTS")
        };
        assert_eq!(of(&["", ""]), "*");
        assert_eq!(of(&["a", "b", "c"]), "a,b,c");
        assert_eq!(of(&["a", "", "b", "c"]), "a,b,c");
        assert_eq!(of(&["a", "b", "c", ""]), "a,b,c + 1 more...");
        assert_eq!(of(&["a", "", "b", "c", "d"]), "a,b,c + 2 more...");
    }
}
