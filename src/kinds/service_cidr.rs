//! ServiceCIDRs: where services get their addresses from.

mod describe;

use crate::describe::Describer;
use crate::store::Health;
use crate::wire::{Meta, ObjectMeta};

use super::status_condition::Condition;
use super::{Cell, Col, Info, Kind, text};

/// This file's kind, for the registry.
pub struct This;

type C = Col<ServiceCidr>;

crate::message! {
    /// `networking.k8s.io/v1 ServiceCIDR`.
    pub struct ServiceCidr {
        #[prost(message, required, tag = "1")]
        metadata: ObjectMeta,
        #[prost(message, required, tag = "2")]
        spec: CidrSpec,
        #[prost(message, required, tag = "3")]
        status: CidrStatus,
    }

    /// `networking.k8s.io/v1 ServiceCIDRSpec`.
    pub struct CidrSpec {
        #[prost(string, repeated, tag = "1")]
        cidrs: Vec<String>,
    }

    /// `networking.k8s.io/v1 ServiceCIDRStatus`.
    pub struct CidrStatus {
        #[prost(message, repeated, tag = "1")]
        conditions: Vec<Condition>,
    }
}

impl Meta for ServiceCidr {
    fn meta(&self) -> &ObjectMeta {
        &self.metadata
    }
}

impl Kind for This {
    type Object = ServiceCidr;
    const INFO: Info = Info::new("networking.k8s.io", "v1", "servicecidrs").since(&["v1beta1"]);
    const DOC: &'static str = "The ranges of addresses that services get theirs from";
    const DESCRIBE: Option<&'static dyn Describer> = Some(&This);

    const COLUMNS: &'static [C] = &[
        C::name(),
        C::text("CIDRS", |s, i| {
            Cell::shared(&text::join(s.spec.cidrs.iter().map(String::as_str)), i)
        })
        .priority(160),
        C::age(),
        C::text("READY", |s, i| match ready(s) {
            Some(c) if c.status != "True" && !c.reason.is_empty() => {
                Cell::shared(&format!("{} ({})", c.status, c.reason), i)
            }
            Some(c) => Cell::shared(&c.status, i),
            None => Cell::shared("Unknown", i),
        })
        .own()
        .status()
        .doc("whether services get addresses of it"),
    ];

    fn health(s: &ServiceCidr) -> Health {
        match ready(s).map(|c| c.status.as_str()) {
            Some("True") => Health::Ok,
            Some("False") => Health::Warning,
            // Nobody has looked yet.
            _ => Health::Changing,
        }
    }
}

fn ready(s: &ServiceCidr) -> Option<&Condition> {
    s.status.conditions.iter().find(|c| c.kind == "Ready")
}

#[cfg(test)]
mod tests {
    use super::super::testing::rows;
    use super::*;

    #[test]
    fn a_range_reads_as_kubectl_prints_it() {
        let range = rows::<This>(
            "
metadata: {name: kubernetes, creationTimestamp: 2026-01-13T12:00:00Z}
spec: {cidrs: [10.96.0.0/12, 'fd00::/108']}
status: {conditions: [{type: Ready, status: 'True'}]}
",
        );
        assert_eq!(range.wide(), "NAME | CIDRS | AGE\nkubernetes | 10.96.0.0/12,fd00::/108 | 2d");
        assert_eq!((range.own().as_str(), range.health()), ("READY\nTrue", Health::Ok));
        range.survive_damage();
        let leaving = rows::<This>(
            "{status: {conditions: [{type: Ready, status: 'False', reason: Terminating}]}}",
        );
        assert_eq!(leaving.own(), "READY\nFalse (Terminating)");
        assert_eq!(leaving.health(), Health::Warning);
        let bare = rows::<This>("{metadata: {name: a}}");
        assert_eq!((bare.own().as_str(), bare.health()), ("READY\nUnknown", Health::Changing));
    }
}
