//! Endpoints: what stood behind services before there were EndpointSlices, and what some still read.

mod describe;

use crate::describe::Describer;
use crate::store::{Health, Interner, Relation};
use crate::wire::{Meta, ObjectMeta, ObjectReference};

use super::{Cell, Col, Info, Kind, Links, Place, text};

/// This file's kind, for the registry.
pub struct This;

type C = Col<Endpoints>;

crate::message! {
    /// `v1 Endpoints`.
    pub struct Endpoints {
        #[prost(message, required, tag = "1")]
        metadata: ObjectMeta,
        #[prost(message, repeated, tag = "2")]
        subsets: Vec<Subset>,
    }

    /// `v1 EndpointSubset`.
    pub struct Subset {
        #[prost(message, repeated, tag = "1")]
        addresses: Vec<Address>,
        #[prost(message, repeated, tag = "2")]
        not_ready_addresses: Vec<Address>,
        #[prost(message, repeated, tag = "3")]
        ports: Vec<Port>,
    }

    /// `v1 EndpointAddress`.
    pub struct Address {
        #[prost(string, tag = "1")]
        ip: String,
        #[prost(message, optional, tag = "2")]
        target_ref: Option<ObjectReference>,
    }

    /// `v1 EndpointPort`.
    pub struct Port {
        #[prost(int32, tag = "2")]
        port: i32,
    }
}

impl Meta for Endpoints {
    fn meta(&self) -> &ObjectMeta {
        &self.metadata
    }
}

impl Kind for This {
    type Object = Endpoints;
    const INFO: Info = Info::new("", "v1", "endpoints");
    const DOC: &'static str =
        "The addresses behind a service in one object, which EndpointSlices replace";
    // The slices say the same, and are what the graph goes by.
    const PLACE: Place = Place::Outside;
    const DESCRIBE: Option<&'static dyn Describer> = Some(&This);

    const COLUMNS: &'static [C] = &[
        C::name(),
        C::text("ENDPOINTS", endpoints_of).priority(160),
        C::age(),
        C::number("READY", |e, _| {
            let (ready, all) = counts(e);
            Cell::Ratio(ready, all)
        })
        .own()
        .status()
        .doc("addresses that take traffic, of all"),
    ];

    fn health(e: &Endpoints) -> Health {
        match counts(e) {
            (_, 0) => Health::Idle,
            (0, _) => Health::Broken,
            (ready, all) if ready == all => Health::Ok,
            _ => Health::Warning,
        }
    }

    fn links(e: &Endpoints, links: &mut Links<'_>) {
        // They have their service's name; others have used them for what Leases are for now.
        links.optional(true, |links| {
            links.name(Relation::PartOf, "", "services", &e.metadata.name);
        });
        let all = e.subsets.iter().flat_map(|s| s.addresses.iter().chain(&s.not_ready_addresses));
        for target in all.filter_map(|address| address.target_ref.as_ref()) {
            links.object(Relation::RoutesTo, target);
        }
    }
}

/// How many addresses are ready, and how many there are.
fn counts(e: &Endpoints) -> (u32, u32) {
    let count = |of: fn(&Subset) -> &Vec<Address>| {
        let all: usize = e.subsets.iter().map(|subset| of(subset).len()).sum();
        u32::try_from(all).unwrap_or(u32::MAX)
    };
    let ready = count(|subset| &subset.addresses);
    (ready, ready.saturating_add(count(|subset| &subset.not_ready_addresses)))
}

/// `10.0.0.1:80,10.0.0.2:80`: every ready address with every port, three of them (printers.go, `formatEndpoints`).
fn endpoints_of(e: &Endpoints, _: &mut Interner) -> Cell {
    if e.subsets.is_empty() {
        return Cell::None;
    }
    let mut all = Vec::new();
    for Subset { addresses, ports, .. } in &e.subsets {
        if ports.is_empty() {
            all.extend(addresses.iter().map(|address| address.ip.clone()));
        }
        for Port { port } in ports {
            let at = |Address { ip, .. }: &Address| {
                if ip.contains(':') { format!("[{ip}]:{port}") } else { format!("{ip}:{port}") }
            };
            all.extend(addresses.iter().map(at));
        }
    }
    if all.is_empty() {
        return Cell::Blank;
    }
    Cell::Text(text::first_three(all.iter().map(String::as_str)).into())
}

#[cfg(test)]
mod tests {
    use super::super::testing::rows;
    use super::*;

    #[test]
    fn endpoints_read_as_kubectl_prints_them() {
        let web = rows::<This>(
            "
metadata: {name: web, namespace: shop, creationTimestamp: 2026-01-13T12:00:00Z}
subsets:
- addresses: [{ip: 10.0.0.1, targetRef: {kind: Pod, namespace: shop, name: web-0, uid: u-0}}, {ip: 'fd00::1'}]
  notReadyAddresses: [{ip: 10.0.0.9}]
  ports: [{name: http, port: 80}, {port: 443}]
- {addresses: [{ip: 10.0.0.3}]}
",
        );
        assert_eq!(
            web.wide(),
            "NAME | ENDPOINTS | AGE\n\
             web | 10.0.0.1:80,[fd00::1]:80,10.0.0.1:443 + 2 more... | 2d"
        );
        assert_eq!(web.own(), "READY\n3/4");
        assert_eq!(web.health(), Health::Warning);
        assert_eq!(web.links(Relation::PartOf), ["services shop/web if any"]);
        assert_eq!(web.links(Relation::RoutesTo), ["Pod shop/web-0 by uid"]);
        web.survive_damage();
    }

    #[test]
    fn where_there_is_none_kubectl_says_so_only_without_a_subset() {
        let of = |subsets: &str| {
            let row = rows::<This>(&format!("{{metadata: {{name: a}}, subsets: {subsets}}}"));
            (row.text("ENDPOINTS"), row.health())
        };
        assert_eq!(of("[]"), ("<none>".to_owned(), Health::Idle));
        let none_ready = "[{notReadyAddresses: [{ip: 10.0.0.1}], ports: [{port: 1}]}]";
        assert_eq!(of(none_ready), (String::new(), Health::Broken));
    }
}
