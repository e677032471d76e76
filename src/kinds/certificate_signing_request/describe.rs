//! What a `CertificateSigningRequest` asks for, in kubectl's words.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::describe::{About, Describer, Field, Piece, Writer, date, label, meta, state, strong, toned};
use crate::kinds::age;
use crate::store::Health;

use super::request;

/// Describes a request.
pub struct Request;

impl Describer for Request {
    fn write(&self, about: &About<'_>, w: &mut Writer) {
        let (object, spec) = (about.object, about.object.key("spec"));
        w.field(0, "Name", strong(about.name()));
        w.field(0, "Labels", meta::set_or_none(object.at("metadata.labels")));
        w.field(0, "Annotations", meta::set_or_none(object.at("metadata.annotations")));
        w.field(0, "CreationTimestamp", date(object.at("metadata.creationTimestamp")));
        w.field(0, "Requesting User", spec.key("username"));
        if spec.key("signerName").has_any() {
            w.field(0, "Signer", spec.key("signerName"));
        }
        if let Some(seconds) = spec.key("expirationSeconds").opt_int() {
            let mut duration = String::new();
            age::write(seconds, &mut duration);
            w.field(0, "Requested Duration", duration);
        }
        w.field(0, "Status", status(object.key("status")));
        w.section(0, "Subject");
        let pem = STANDARD.decode(spec.key("request").str()).unwrap_or_default();
        let Some(request) = request::read(&String::from_utf8_lossy(&pem)) else {
            let words = "the request cannot be read: it is no PKCS#10 in PEM";
            w.line(0, [Piece::default(), toned(words, Health::Warning)]);
            return;
        };
        part("Common Name", [request.common_name], w);
        part("Serial Number", [request.serial_number], w);
        for (title, values) in request.parts {
            part(title, values, w);
        }
        if !request.names.is_empty() {
            w.section(0, "Subject Alternative Names");
        }
        for (title, values) in request.names {
            part(title, values, w);
        }
    }
}

/// `Approved,Issued` (kubectl `extractCSRStatus`).
fn status(status: Field<'_>) -> Piece {
    let has = |kind: &str| status.key("conditions").list().any(|c| c.key("type").str() == kind);
    let mut piece = state(if has("Denied") {
        "Denied"
    } else if has("Approved") {
        "Approved"
    } else {
        "Pending"
    });
    if has("Failed") {
        piece = piece.and(",").and(state("Failed"));
    }
    if status.key("certificate").has_any() {
        piece = piece.and(",").and(state("Issued"));
    }
    piece
}

/// Values of one part, one below the other in the third column.
fn part(title: &str, values: impl IntoIterator<Item = String>, w: &mut Writer) {
    for (n, value) in values.into_iter().enumerate() {
        let title = if n == 0 { label(format!("{title}:")) } else { Piece::default() };
        w.line(0, [Piece::default(), title, value.into()]);
    }
}
