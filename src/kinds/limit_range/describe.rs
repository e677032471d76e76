//! What a `LimitRange` says of itself, in kubectl's words.

use std::collections::BTreeSet;

use crate::describe::{About, Amount, Describer, Field, Piece, Writer, meta, muted};
use crate::sheet::Want;

/// Describes a `LimitRange`.
pub struct Range;

impl Describer for Range {
    fn events(&self, _about: &About<'_>) -> Vec<Want> {
        Vec::new()
    }

    fn write(&self, about: &About<'_>, w: &mut Writer) {
        meta::name_and_namespace(about, w);
        headings(0, w);
        limits(about.object, 0, w);
    }
}

const LIMITS: [(&str, &str); 5] = [
    ("Min", "min"),
    ("Max", "max"),
    ("Default Request", "defaultRequest"),
    ("Default Limit", "default"),
    ("Max Limit/Request Ratio", "maxLimitRequestRatio"),
];

/// The headings of [`limits`].
pub fn headings(indent: u16, w: &mut Writer) {
    let names: Vec<_> = ["Type", "Resource"].into_iter().chain(LIMITS.map(|(name, _)| name)).collect();
    w.plain_headings(indent, &names);
    let dashes: Vec<_> = names.iter().map(|name| "-".repeat(name.len())).collect();
    w.plain_headings(indent, &dashes.iter().map(String::as_str).collect::<Vec<_>>());
}

/// The limits of a `LimitRange`, a line for each type and resource. kubectl writes the resources of a type in random order.
pub fn limits(range: Field<'_>, indent: u16, w: &mut Writer) {
    for limit in range.at("spec.limits").list() {
        let resources: BTreeSet<_> = LIMITS
            .iter()
            .flat_map(|(_, field)| limit.key(field).map())
            .map(|(resource, _)| resource)
            .collect();
        for resource in resources {
            let bounds = LIMITS.map(|(_, field)| {
                let bound = limit.key(field).key(resource);
                if bound.is_some() { Piece::from(Amount::of(bound).to_string()) } else { muted("-") }
            });
            let what = [Piece::from(limit.key("type")), Piece::from(resource)];
            w.line(indent, what.into_iter().chain(bounds));
        }
    }
}
