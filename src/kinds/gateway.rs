//! Gateways: where traffic comes in, and which routes may hang there.

use std::fmt::Write as _;

use crate::describe::Field;
use crate::store::{Health, Interner, Relation};
use crate::wire::{Meta as _, WholeObject};

use super::custom::{at, text};
use super::gateway_api::{GROUP, Reference, Verdict, names, pending, refer, verdict, worst};
use super::{By, Cell, Col, Drill, Info, Kind, Links, Place};

/// This file's kind, for the registry.
pub struct This;

type C = Col<WholeObject>;

impl Kind for This {
    type Object = WholeObject;
    const INFO: Info = Info::new(GROUP, "v1", "gateways").since(&["v1beta1"]);
    const DOC: &'static str = "Where traffic comes in: addresses and ports on which routes hang";

    const PLACE: Place = Place::Route;
    const DRILL: Drill =
        Drill::Rows { group: GROUP, plural: "httproutes", by: By::Link(Relation::PartOf) };

    const COLUMNS: &'static [C] = &[
        C::name(),
        C::text("CLASS", |g, i| text(at(g, "spec.gatewayClassName"), i)).priority(130),
        C::text("ADDRESS", |g, i| {
            addresses(g).next().map_or(Cell::Blank, |address| text(address, i))
        })
        .priority(150),
        C::text("PROGRAMMED", |g, i| {
            let conditions = at(g, "status.conditions").list();
            let mut programmed = conditions.filter(|c| c.key("type").str() == "Programmed");
            programmed.next().map_or(Cell::Blank, |c| text(c.key("status"), i))
        })
        .status(),
        C::age(),
        C::text("LISTENERS", listeners)
            .own()
            .priority(140)
            .doc("the ports on which it listens"),
        C::number("ROUTES", routes)
            .own()
            .priority(120)
            .doc("how many routes hang on its listeners, counted for each"),
        C::text("REASON", |g, i| match said(g) {
            (Health::Ok, _) => Cell::None,
            (_, reason) => Cell::shared_or_none(reason, i),
        })
        .own()
        .priority(110)
        .doc("what is wrong with it or with one of its listeners"),
        C::text("ADDRESSES", |g, _| {
            Cell::own_or_none(&super::text::join(addresses(g).map(Field::str)))
        })
        .own_wide()
        .doc("all its addresses"),
        C::text("TLS", |g, i| {
            Cell::shared_or_none(&names(certificates(g), &g.meta().namespace), i)
        })
        .own_wide()
        .doc("the secrets with its certificates"),
    ];

    fn health(g: &WholeObject) -> Health {
        said(g).0
    }

    fn links(g: &WholeObject, links: &mut Links<'_>) {
        let class = at(g, "spec.gatewayClassName").str();
        links.cluster(Relation::ServedBy, GROUP, "gatewayclasses", class);
        let client = Reference::read(at(g, "spec.tls.backend.clientCertificateRef"), SECRET);
        let of_ports = at(g, "spec.tls.frontend.perPort").list().map(|port| port.key("tls"));
        let frontends = std::iter::once(at(g, "spec.tls.frontend.default")).chain(of_ports);
        let authorities = frontends.flat_map(|tls| tls.at("validation.caCertificateRefs").list());
        let authorities = authorities.map(|ca| Reference::read(ca, ("", "ConfigMap")));
        let settings = Reference::read(at(g, "spec.infrastructure.parametersRef"), ("", ""));
        let all = certificates(g).chain([client, settings]).chain(authorities);
        refer(Relation::Uses, all, links);
    }
}

/// What a `certificateRef` means where it does not say it.
const SECRET: (&str, &str) = ("", "Secret");

fn addresses(g: &WholeObject) -> impl Iterator<Item = Field<'_>> {
    let all = at(g, "status.addresses").list().map(|address| address.key("value"));
    all.filter(|address| address.is_some())
}

fn certificates(g: &WholeObject) -> impl Iterator<Item = Reference<'_>> {
    let listeners = at(g, "spec.listeners").list();
    let all = listeners.flat_map(|listener| listener.at("tls.certificateRefs").list());
    all.map(|certificate| Reference::read(certificate, SECRET))
}

/// `80/HTTP,443/HTTPS`; several hosts may share a port.
fn listeners(g: &WholeObject, interner: &mut Interner) -> Cell {
    let mut ports = Vec::new();
    for listener in at(g, "spec.listeners").list() {
        let port = (listener.key("port").int(), listener.key("protocol").str());
        if !ports.contains(&port) {
            ports.push(port);
        }
    }
    let mut all = String::new();
    for (port, protocol) in ports {
        let comma = if all.is_empty() { "" } else { "," };
        // Writing to a String cannot fail.
        let _ = write!(all, "{comma}{port}/{protocol}");
    }
    Cell::shared_or_none(&all, interner)
}

/// A route on two listeners counts for both: the status does not say which routes they are.
fn routes(g: &WholeObject, _: &mut Interner) -> Cell {
    let listeners = at(g, "status.listeners");
    let count = |listener: Field<'_>| listener.key("attachedRoutes").int();
    if !listeners.is_some() {
        return Cell::None;
    }
    Cell::Int(listeners.list().map(count).fold(0, i64::saturating_add))
}

/// What is said of it; a listener that does not work leaves the others working.
fn said(g: &WholeObject) -> Verdict<'_> {
    let generation = g.meta().generation;
    let own = verdict(at(g, "status.conditions"), generation).unwrap_or_else(pending);
    let listeners = at(g, "status.listeners").list();
    let listeners = listeners.filter_map(|l| verdict(l.key("conditions"), generation));
    let listeners = listeners.map(|(health, reason)| (health.min(Health::Warning), reason));
    worst(std::iter::once(own).chain(listeners)).unwrap_or_else(pending)
}

#[cfg(test)]
mod tests {
    use super::super::testing::json_rows;
    use super::*;

    const GATEWAY: &str = "
metadata: {name: edge, namespace: infra, creationTimestamp: 2026-01-13T12:00:00Z, generation: 2}
spec:
  gatewayClassName: public
  infrastructure: {parametersRef: {group: '', kind: ConfigMap, name: tuning}}
  tls:
    backend: {clientCertificateRef: {name: client}}
    frontend:
      default: {validation: {caCertificateRefs: [{group: '', kind: ConfigMap, name: ca}]}}
      perPort: [{port: 8443, tls: {validation: {caCertificateRefs: [{group: '', kind: ConfigMap, name: partners, namespace: prod}]}}}]
  listeners:
  - {name: http, port: 80, protocol: HTTP}
  - {name: a, port: 443, protocol: HTTPS, hostname: a.example.org, tls: {certificateRefs: [{name: tls}]}}
  - {name: b, port: 443, protocol: HTTPS, hostname: b.example.org, tls: {certificateRefs: [{group: '', kind: Secret, name: tls}, {name: other, namespace: prod}]}}
status:
  addresses: [{type: IPAddress, value: 192.0.2.1}, {type: Hostname, value: lb.example.org}]
  conditions: [{type: Accepted, status: 'True', reason: Accepted, observedGeneration: 2}, {type: Programmed, status: 'True', reason: Programmed, observedGeneration: 2}]
  listeners:
  - {name: http, attachedRoutes: 3, conditions: [{type: Programmed, status: 'True', reason: Programmed}, {type: Conflicted, status: 'False', reason: NoConflicts}]}
  - {name: a, attachedRoutes: 2, conditions: [{type: ResolvedRefs, status: 'True', reason: ResolvedRefs}]}
";

    #[test]
    fn a_gateway_reads_as_the_server_prints_it() {
        let gateway = json_rows::<This>(GATEWAY);
        assert_eq!(
            gateway.wide(),
            "NAME | CLASS | ADDRESS | PROGRAMMED | AGE\nedge | public | 192.0.2.1 | True | 2d"
        );
        assert_eq!(
            gateway.own(),
            "LISTENERS | ROUTES | REASON | ADDRESSES | TLS\n\
             80/HTTP,443/HTTPS | 5 | <none> | 192.0.2.1,lb.example.org | prod/other,tls"
        );
        assert_eq!(gateway.health(), Health::Ok);
        gateway.survive_damage();
    }

    #[test]
    fn it_is_linked_to_its_class_its_certificates_and_its_settings() {
        let gateway = json_rows::<This>(GATEWAY);
        assert_eq!(
            gateway.links(Relation::ServedBy),
            ["gatewayclasses.gateway.networking.k8s.io /public"]
        );
        assert_eq!(
            gateway.links(Relation::Uses),
            [
                "configmaps infra/ca",
                "configmaps infra/tuning",
                "configmaps prod/partners",
                "secrets infra/client",
                "secrets infra/tls",
                "secrets prod/other",
            ]
        );
    }

    #[test]
    fn a_listener_that_does_not_work_is_worth_a_warning() {
        let told = |from: &str, to: &str| {
            let gateway = json_rows::<This>(&GATEWAY.replacen(from, to, 1));
            (gateway.text("REASON"), gateway.health())
        };
        let is = |text: &str, health| (text.to_owned(), health);
        assert_eq!(
            told("'True', reason: ResolvedRefs", "'False', reason: InvalidCertificateRef"),
            is("InvalidCertificateRef", Health::Warning)
        );
        assert_eq!(
            told("'False', reason: NoConflicts", "'True', reason: ProtocolConflict"),
            is("ProtocolConflict", Health::Warning)
        );
        assert_eq!(
            told("'True', reason: Programmed", "'False', reason: AddressNotUsable"),
            is("AddressNotUsable", Health::Broken)
        );
        assert_eq!(
            told("'True', reason: Programmed", "'False', reason: Pending"),
            is("Pending", Health::Changing)
        );
        assert_eq!(told("generation: 2}", "generation: 3}"), is("Pending", Health::Changing));
    }

    #[test]
    fn a_gateway_that_nobody_serves_yet_waits() {
        let bare = json_rows::<This>("{metadata: {name: g}}");
        assert_eq!(bare.wide().lines().nth(1), Some("g |  |  |  | <unknown>"));
        assert_eq!(
            bare.own().lines().nth(1),
            Some("<none> | <none> | Pending | <none> | <none>")
        );
        assert_eq!(bare.health(), Health::Changing);
        assert!(bare.rows[0].links.is_empty());
    }
}
