//! `CertificateSigningRequests`: who asked for a certificate, and whether it was given.

mod describe;
mod request;

use serde::Deserialize;

use crate::describe::Describer;
use crate::store::Health;
use crate::wire::{self, Meta, ObjectMeta};

use super::{Cell, Col, Info, Kind, text};

/// This file's kind, for the registry.
pub struct This;

type C = Col<Request>;

crate::message! {
    /// `certificates.k8s.io/v1 CertificateSigningRequest`.
    pub struct Request {
        #[prost(message, required, tag = "1")]
        metadata: ObjectMeta,
        #[prost(message, required, tag = "2")]
        spec: RequestSpec,
        #[prost(message, required, tag = "3")]
        status: RequestStatus,
    }

    /// `certificates.k8s.io/v1 CertificateSigningRequestSpec`.
    pub struct RequestSpec {
        #[prost(string, tag = "2")]
        username: String,
        #[prost(string, repeated, tag = "5")]
        usages: Vec<String>,
        #[prost(string, tag = "7")]
        signer_name: String,
        #[prost(int32, optional, tag = "8")]
        expiration_seconds: Option<i32>,
    }

    /// `certificates.k8s.io/v1 CertificateSigningRequestCondition`.
    pub struct RequestCondition {
        #[prost(string, tag = "1")]
        #[serde(rename = "type")]
        kind: String,
        #[prost(string, tag = "2")]
        reason: String,
    }
}

/// `certificates.k8s.io/v1 CertificateSigningRequestStatus`.
#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(default)]
pub struct RequestStatus {
    #[prost(message, repeated, tag = "1")]
    #[serde(deserialize_with = "wire::or_default")]
    conditions: Vec<RequestCondition>,
    /// Only whether there is one is of interest; in JSON it stays in base64.
    #[prost(bytes = "vec", tag = "2")]
    #[serde(deserialize_with = "wire::text_bytes")]
    certificate: Vec<u8>,
}

impl Meta for Request {
    fn meta(&self) -> &ObjectMeta {
        &self.metadata
    }
}

impl Kind for This {
    type Object = Request;
    const INFO: Info = Info::new("certificates.k8s.io", "v1", "certificatesigningrequests");
    const DOC: &'static str = "Who asked for a certificate, and whether it was given";
    const ACTIONS: &'static [&'static str] = &["approve", "deny"];

    const COLUMNS: &'static [C] = &[
        C::name(),
        C::age(),
        C::text("SIGNERNAME", |r, i| Cell::shared_or_none(&r.spec.signer_name, i)).priority(140),
        C::text("REQUESTOR", |r, i| Cell::shared(&r.spec.username, i)).priority(150),
        C::number("REQUESTEDDURATION", |r, _| {
            r.spec.expiration_seconds.map_or(Cell::None, |s| Cell::Duration(s.into()))
        })
        .priority(60),
        C::text("CONDITION", |r, i| Cell::shared(&condition(&r.status), i)).status(),
        C::text("REASON", |r, i| {
            let reasons = r.status.conditions.iter().map(|c| c.reason.as_str());
            Cell::shared_or_none(&text::join(reasons.filter(|reason| !reason.is_empty())), i)
        })
        .own()
        .priority(70)
        .doc("what was said when it was decided"),
        C::text("USAGES", |r, i| {
            Cell::shared_or_none(&text::join(r.spec.usages.iter().map(String::as_str)), i)
        })
        .own_wide()
        .doc("what the certificate shall be good for"),
    ];
    const DESCRIBE: Option<&'static dyn Describer> = Some(&describe::Request);

    fn health(r: &Request) -> Health {
        if r.status.has("Denied") || r.status.has("Failed") {
            Health::Broken
        } else if r.status.certificate.is_empty() {
            // It waits for an approver, or for its signer.
            Health::Changing
        } else {
            Health::Ok
        }
    }
}

impl RequestStatus {
    fn has(&self, kind: &str) -> bool {
        self.conditions.iter().any(|c| c.kind == kind)
    }
}

/// `Approved,Issued`: what was decided, then what came of it (printers.go, `extractCSRStatus`).
fn condition(status: &RequestStatus) -> String {
    let decided = match (status.has("Denied"), status.has("Approved")) {
        (true, _) => "Denied",
        (false, true) => "Approved",
        (false, false) => "Pending",
    };
    let failed = if status.has("Failed") { ",Failed" } else { "" };
    let issued = if status.certificate.is_empty() { "" } else { ",Issued" };
    format!("{decided}{failed}{issued}")
}

#[cfg(test)]
mod tests {
    use super::super::testing::rows;
    use super::*;

    #[test]
    fn a_request_reads_as_kubectl_prints_it() {
        let request = rows::<This>(
            "
metadata: {name: csr-1, creationTimestamp: 2026-01-13T12:00:00Z}
spec: {request: AAAA, signerName: kubernetes.io/kube-apiserver-client, username: alice, expirationSeconds: 86400, usages: [client auth, digital signature]}
status: {conditions: [{type: Approved, status: 'True', reason: KubectlApprove}], certificate: AAAA}
",
        );
        assert_eq!(
            request.wide(),
            "NAME | AGE | SIGNERNAME | REQUESTOR | REQUESTEDDURATION | CONDITION\n\
             csr-1 | 2d | kubernetes.io/kube-apiserver-client | alice | 24h | Approved,Issued"
        );
        assert_eq!(
            request.own(),
            "REASON | USAGES\nKubectlApprove | client auth,digital signature"
        );
        assert_eq!(request.health(), Health::Ok);
        request.survive_damage();
    }

    #[test]
    fn health_is_what_was_decided() {
        let of = |status: &str| {
            let request = rows::<This>(&format!("{{metadata: {{name: r}}, status: {status}}}"));
            (request.text("CONDITION"), request.health())
        };
        let is = |text: &str, health| (text.to_owned(), health);
        assert_eq!(of("{certificate: null}"), is("Pending", Health::Changing));
        assert_eq!(of("{conditions: [{type: Approved}]}"), is("Approved", Health::Changing));
        assert_eq!(of("{conditions: [{type: Denied}]}"), is("Denied", Health::Broken));
        assert_eq!(
            of("{conditions: [{type: Approved}, {type: Failed}]}"),
            is("Approved,Failed", Health::Broken)
        );
        assert_eq!(
            rows::<This>("{metadata: {name: r}}").wide().lines().nth(1),
            Some("r | <unknown> | <none> |  | <none> | Pending")
        );
    }
}
