//! IPAddresses: which service has which address.

mod describe;

use crate::describe::Describer;
use crate::store::{Interner, Relation};
use crate::wire::{Meta, ObjectMeta};

use super::{Cell, Col, Info, Kind, Links, Place};

/// This file's kind, for the registry.
pub struct This;

type C = Col<IpAddress>;

crate::message! {
    /// `networking.k8s.io/v1 IPAddress`.
    pub struct IpAddress {
        #[prost(message, required, tag = "1")]
        metadata: ObjectMeta,
        #[prost(message, required, tag = "2")]
        spec: AddressSpec,
    }

    /// `networking.k8s.io/v1 IPAddressSpec`.
    pub struct AddressSpec {
        #[prost(message, optional, tag = "1")]
        parent_ref: Option<ParentReference>,
    }

    /// `networking.k8s.io/v1 ParentReference`.
    pub struct ParentReference {
        #[prost(string, tag = "1")]
        group: String,
        #[prost(string, tag = "2")]
        resource: String,
        #[prost(string, tag = "3")]
        namespace: String,
        #[prost(string, tag = "4")]
        name: String,
    }
}

impl Meta for IpAddress {
    fn meta(&self) -> &ObjectMeta {
        &self.metadata
    }
}

impl Kind for This {
    type Object = IpAddress;
    const INFO: Info = Info::new("networking.k8s.io", "v1", "ipaddresses").since(&["v1beta1"]);
    const DOC: &'static str = "The addresses that services have, one object each";
    // There is one for every address of a service, which says it itself.
    const PLACE: Place = Place::Outside;
    const DESCRIBE: Option<&'static dyn Describer> = Some(&This);

    const COLUMNS: &'static [C] =
        &[C::name(), C::text("PARENTREF", parent).status(), C::age().own()];

    fn links(a: &IpAddress, links: &mut Links<'_>) {
        if let Some(ParentReference { group, resource, namespace, name }) = &a.spec.parent_ref {
            let resource = (group.as_str(), resource.as_str());
            links.in_namespace(Relation::PartOf, resource, namespace, name);
        }
    }
}

/// `services/shop/web` (printers.go, `printIPAddress`).
fn parent(a: &IpAddress, _: &mut Interner) -> Cell {
    let Some(ParentReference { group, resource, namespace, name }) = &a.spec.parent_ref else {
        return Cell::None;
    };
    let resource = match group.as_str() {
        "" => resource.to_lowercase(),
        group => format!("{resource}.{group}").to_lowercase(),
    };
    let parts = [resource.as_str(), namespace.as_str(), name.as_str()];
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    Cell::Text(parts.join("/").into())
}

#[cfg(test)]
mod tests {
    use super::super::testing::rows;
    use super::*;

    #[test]
    fn an_address_reads_as_kubectl_prints_it() {
        let address = rows::<This>(
            "
metadata: {name: 10.96.0.10, creationTimestamp: 2026-01-13T12:00:00Z}
spec: {parentRef: {resource: services, namespace: kube-system, name: kube-dns}}
",
        );
        assert_eq!(address.wide(), "NAME | PARENTREF\n10.96.0.10 | services/kube-system/kube-dns");
        assert_eq!(address.own(), "AGE\n2d");
        assert_eq!(address.links(Relation::PartOf), ["services kube-system/kube-dns"]);
        address.survive_damage();
        assert_eq!(rows::<This>("{metadata: {name: a}}").text("PARENTREF"), "<none>");
        let odd =
            rows::<This>("{spec: {parentRef: {group: example.com, resource: Things, name: a}}}");
        assert_eq!(odd.text("PARENTREF"), "things.example.com/a");
    }
}
