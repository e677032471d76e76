//! `LimitRanges`: how much one pod, container or claim of a namespace may ask for.

pub(super) mod describe;

use std::collections::BTreeMap;

use crate::describe::Describer;
use crate::wire::{Meta, ObjectMeta, Quantity};

use super::{Cell, Col, Info, Kind, text};

/// This file's kind, for the registry.
pub struct This;

type C = Col<LimitRange>;

crate::message! {
    /// `v1 LimitRange`.
    pub struct LimitRange {
        #[prost(message, required, tag = "1")]
        metadata: ObjectMeta,
        #[prost(message, required, tag = "2")]
        spec: LimitRangeSpec,
    }

    /// `v1 LimitRangeSpec`.
    pub struct LimitRangeSpec {
        #[prost(message, repeated, tag = "1")]
        limits: Vec<Item>,
    }

    /// `v1 LimitRangeItem`.
    pub struct Item {
        #[prost(string, tag = "1")]
        #[serde(rename = "type")]
        kind: String,
        #[prost(btree_map = "string, message", tag = "2")]
        max: Amounts,
        #[prost(btree_map = "string, message", tag = "3")]
        min: Amounts,
        #[prost(btree_map = "string, message", tag = "4")]
        default: Amounts,
        #[prost(btree_map = "string, message", tag = "5")]
        default_request: Amounts,
    }
}

type Amounts = BTreeMap<String, Quantity>;

impl Meta for LimitRange {
    fn meta(&self) -> &ObjectMeta {
        &self.metadata
    }
}

impl Kind for This {
    type Object = LimitRange;
    const INFO: Info = Info::new("", "v1", "limitranges");
    const DOC: &'static str =
        "How much one pod, container or claim may ask for, and what it gets without asking";

    const COLUMNS: &'static [C] = &[
        C::name(),
        C::created_at(),
        C::text("TYPES", |l, i| {
            let all = l.spec.limits.iter().map(|item| item.kind.as_str());
            Cell::shared_or_none(&text::join(all), i)
        })
        .own()
        .status()
        .doc("what it limits"),
        C::age().own(),
        C::text("MIN", |l, _| amounts(l, |item| &item.min)).own().priority(160),
        C::text("MAX", |l, _| amounts(l, |item| &item.max)).own().priority(170),
        C::text("DEFAULT REQUEST", |l, _| amounts(l, |item| &item.default_request)).own_wide(),
        C::text("DEFAULT LIMIT", |l, _| amounts(l, |item| &item.default)).own_wide(),
    ];
    const DESCRIBE: Option<&'static dyn Describer> = Some(&describe::Range);
}

/// One of the amounts of everything that it limits: `Container cpu=2,memory=1Gi; Pod cpu=4`.
fn amounts(l: &LimitRange, of: fn(&Item) -> &Amounts) -> Cell {
    let limited = l.spec.limits.iter().filter(|item| !of(item).is_empty());
    let all: Vec<_> = limited
        .map(|item| {
            let each: Vec<_> =
                of(item).iter().map(|(name, amount)| format!("{name}={}", amount.text)).collect();
            format!("{} {}", item.kind, each.join(","))
        })
        .collect();
    Cell::own_or_none(&all.join("; "))
}

#[cfg(test)]
mod tests {
    use super::super::testing::rows;
    use super::*;

    #[test]
    fn a_limit_range_reads_as_kubectl_prints_it() {
        let range = rows::<This>(
            "
metadata: {name: sizes, namespace: shop, creationTimestamp: 2026-01-13T12:00:00Z}
spec:
  limits:
  - {type: Container, max: {cpu: '2', memory: 1Gi}, min: {cpu: 10m}, default: {cpu: 500m}, defaultRequest: {cpu: 100m}}
  - {type: Pod, max: {cpu: '4'}}
",
        );
        assert_eq!(range.wide(), "NAME | CREATED AT\nsizes | 2026-01-13T12:00:00Z");
        assert_eq!(
            range.own(),
            "TYPES | AGE | MIN | MAX | DEFAULT REQUEST | DEFAULT LIMIT\n\
             Container,Pod | 2d | Container cpu=10m | Container cpu=2,memory=1Gi; Pod cpu=4 | Container cpu=100m | Container cpu=500m"
        );
        range.survive_damage();
    }
}
