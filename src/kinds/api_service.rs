//! `APIServices`: who serves a group and version of the API.

use crate::store::{Health, Needs, Relation};
use crate::wire::{Meta, ObjectMeta};

use super::condition::{self, Condition};
use super::{Cell, Col, Info, Kind, Links};

/// This file's kind, for the registry.
pub struct This;

type C = Col<ApiService>;

crate::message! {
    /// `apiregistration.k8s.io/v1 APIService`.
    pub struct ApiService {
        #[prost(message, required, tag = "1")]
        metadata: ObjectMeta,
        #[prost(message, required, tag = "2")]
        spec: ApiServiceSpec,
        #[prost(message, required, tag = "3")]
        status: ApiServiceStatus,
    }

    /// `apiregistration.k8s.io/v1 APIServiceSpec`.
    pub struct ApiServiceSpec {
        #[prost(message, optional, tag = "1")]
        service: Option<ServiceReference>,
        #[prost(bool, tag = "4")]
        #[serde(rename = "insecureSkipTLSVerify")]
        insecure_skip_tls_verify: bool,
        #[prost(int32, tag = "7")]
        group_priority_minimum: i32,
        #[prost(int32, tag = "8")]
        version_priority: i32,
    }

    /// `apiregistration.k8s.io/v1 ServiceReference`.
    pub struct ServiceReference {
        #[prost(string, tag = "1")]
        namespace: String,
        #[prost(string, tag = "2")]
        name: String,
        #[prost(int32, tag = "3")]
        port: i32,
    }

    /// `apiregistration.k8s.io/v1 APIServiceStatus`.
    pub struct ApiServiceStatus {
        #[prost(message, repeated, tag = "1")]
        conditions: Vec<Condition>,
    }
}

impl Meta for ApiService {
    fn meta(&self) -> &ObjectMeta {
        &self.metadata
    }
}

impl Kind for This {
    type Object = ApiService;
    const INFO: Info = Info::new("apiregistration.k8s.io", "v1", "apiservices");
    const DOC: &'static str =
        "Who serves a group of the API: the API server itself, or a service behind it";

    // kube-aggregator, `registry/apiservice/etcd`.
    const COLUMNS: &'static [C] = &[
        C::name(),
        C::text("SERVICE", |s, i| match &s.spec.service {
            Some(service) => Cell::shared(&format!("{}/{}", service.namespace, service.name), i),
            None => Cell::shared("Local", i),
        })
        .priority(150),
        C::text("AVAILABLE", |s, i| match available(s) {
            Some(c) if c.status != "True" && !c.reason.is_empty() => {
                Cell::shared(&format!("{} ({})", c.status, c.reason), i)
            }
            Some(c) => Cell::shared(&c.status, i),
            None => Cell::shared("Unknown", i),
        })
        .status(),
        C::age(),
        C::text("WHY", |s, _| match available(s) {
            Some(c) if c.status != "True" => c.told(),
            _ => Cell::None,
        })
        .own()
        .priority(60)
        .doc("why it is not available"),
        C::text("TLS", |s, i| match (&s.spec.service, s.spec.insecure_skip_tls_verify) {
            (None, _) => Cell::None,
            (Some(_), true) => Cell::shared("unverified", i),
            (Some(_), false) => Cell::shared("verified", i),
        })
        .own_wide()
        .doc("whether the service's certificate is verified"),
        C::number("GROUP PRIORITY", |s, _| Cell::Int(s.spec.group_priority_minimum.into()))
            .own_wide(),
        C::number("VERSION PRIORITY", |s, _| Cell::Int(s.spec.version_priority.into())).own_wide(),
    ];

    fn health(s: &ApiService) -> Health {
        match available(s).map(|c| c.status.as_str()) {
            Some("True") => Health::Ok,
            Some("False") => Health::Broken,
            // Nobody has looked yet.
            _ => Health::Changing,
        }
    }

    fn links(s: &ApiService, links: &mut Links<'_>) {
        if let Some(service) = &s.spec.service {
            let to = (service.namespace.as_str(), service.name.as_str());
            // An API that nobody answers for keeps namespaces from being deleted.
            links.needing(Needs::port("", service.port).and_endpoints(), |links| {
                links.in_namespace(Relation::RoutesTo, ("", "services"), to.0, to.1);
            });
        }
    }
}

fn available(s: &ApiService) -> Option<&Condition> {
    condition::find(&s.status.conditions, "Available")
}

#[cfg(test)]
mod tests {
    use super::super::testing::rows;
    use super::*;

    #[test]
    fn an_api_service_reads_as_kubectl_prints_it() {
        let broken = rows::<This>(
            "
metadata: {name: v1beta1.metrics.k8s.io, creationTimestamp: 2026-01-13T12:00:00Z}
spec: {group: metrics.k8s.io, version: v1beta1, groupPriorityMinimum: 100, versionPriority: 15, insecureSkipTLSVerify: true, service: {namespace: kube-system, name: metrics-server, port: 443}}
status: {conditions: [{type: Available, status: 'False', reason: MissingEndpoints, message: 'no endpoints are there '}]}
",
        );
        assert_eq!(
            broken.wide(),
            "NAME | SERVICE | AVAILABLE | AGE\n\
             v1beta1.metrics.k8s.io | kube-system/metrics-server | False (MissingEndpoints) | 2d"
        );
        assert_eq!(
            broken.own(),
            "WHY | TLS | GROUP PRIORITY | VERSION PRIORITY\n\
             no endpoints are there | unverified | 100 | 15"
        );
        assert_eq!(broken.health(), Health::Broken);
        assert_eq!(broken.links(Relation::RoutesTo), ["services kube-system/metrics-server"]);
        let needs = broken.rows[0].links[0].needs.as_deref();
        assert_eq!(needs, Some(&Needs::port("", 443).and_endpoints()));
        broken.survive_damage();
    }

    #[test]
    fn local_ones_are_there_once_somebody_looked() {
        let of = |status: &str| {
            let service = rows::<This>(&format!("{{metadata: {{name: v1.}}, status: {status}}}"));
            (service.wide().lines().nth(1).map(str::to_owned), service.health())
        };
        assert_eq!(
            of("{conditions: [{type: Available, status: 'True', reason: Local, message: all well}]}"),
            (Some("v1. | Local | True | <unknown>".to_owned()), Health::Ok)
        );
        assert_eq!(
            of("{}"),
            (Some("v1. | Local | Unknown | <unknown>".to_owned()), Health::Changing)
        );
        let bare = rows::<This>("{status: {conditions: [{type: Available, status: 'False'}]}}");
        assert_eq!(bare.text("AVAILABLE"), "False");
        assert!(bare.rows[0].links.is_empty());
    }
}
