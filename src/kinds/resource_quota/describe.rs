//! What a `ResourceQuota` says of itself, in kubectl's words.

use crate::describe::{About, Amount, Describer, Field, Piece, Writer, meta, muted};
use crate::sheet::Want;

/// Describes a quota.
pub struct Quota;

impl Describer for Quota {
    fn events(&self, _about: &About<'_>) -> Vec<Want> {
        Vec::new()
    }

    fn write(&self, about: &About<'_>, w: &mut Writer) {
        meta::name_and_namespace(about, w);
        scopes(about.object, 0, " * ", w);
        w.headings(0, &["Resource", "Used", "Hard"]);
        usage(about.object, 0, true, w);
    }
}

/// What a quota's scope matches, in kubectl's words; nothing for those that say it by their name.
const SCOPES: [(&str, &str); 4] = [
    (
        "Terminating",
        "Matches all pods that have an active deadline. These pods have a limited lifespan on a node before being actively terminated by the system.",
    ),
    (
        "NotTerminating",
        "Matches all pods that do not have an active deadline. These pods usually include long running pods whose container command is not expected to terminate.",
    ),
    (
        "BestEffort",
        "Matches all pods that do not have resource requirements set. These pods have a best effort quality of service.",
    ),
    (
        "NotBestEffort",
        "Matches all pods that have at least one resource requirement set. These pods have a burstable or guaranteed quality of service.",
    ),
];

/// The scopes of a quota, and what they match, each with `bullet` before it.
pub fn scopes(quota: Field<'_>, indent: u16, bullet: &str, w: &mut Writer) {
    let mut scopes = quota.at("spec.scopes").strs();
    if scopes.is_empty() {
        return;
    }
    scopes.sort_unstable();
    w.field(indent, "Scopes", scopes.join(", "));
    for scope in scopes {
        for (_, text) in SCOPES.iter().filter(|(name, _)| *name == scope) {
            w.line(indent, [muted(format!("{bullet}{text}"))]);
        }
    }
}

/// What is used of each resource of a quota, and what may be.
///
/// `same_units` writes what is used in the units of what may be, as kubectl does for one quota, and does not for those of a namespace.
pub fn usage(quota: Field<'_>, indent: u16, same_units: bool, w: &mut Writer) {
    let used = quota.at("status.used");
    for (resource, hard) in quota.at("status.hard").map() {
        let hard = Amount::of(hard);
        let mut used = Amount::of(used.key(resource));
        if same_units {
            used = used.as_written_like(hard);
        }
        w.line(
            indent,
            [Piece::from(resource), Piece::from(used.to_string()), Piece::from(hard.to_string())],
        );
    }
}
