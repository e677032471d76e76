//! `ResourceQuotas`: how much a namespace may use.

pub(super) mod describe;
mod usage;

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::describe::Describer;
use crate::store::Health;
use crate::wire::{Meta, ObjectMeta, Quantity};

use super::bars::{BEYOND, share, state};
use super::{Cell, Col, Drill, Info, Kind, SheetFn, text};

/// This file's kind, for the registry.
pub struct This;

type C = Col<ResourceQuota>;

crate::message! {
    /// `v1 ResourceQuota`.
    pub struct ResourceQuota {
        #[prost(message, required, tag = "1")]
        metadata: ObjectMeta,
        #[prost(message, required, tag = "2")]
        spec: QuotaSpec,
        #[prost(message, required, tag = "3")]
        status: QuotaStatus,
    }

    /// `v1 ResourceQuotaSpec`.
    pub struct QuotaSpec {
        #[prost(btree_map = "string, message", tag = "1")]
        hard: BTreeMap<String, Quantity>,
        #[prost(string, repeated, tag = "2")]
        scopes: Vec<String>,
        #[prost(message, optional, tag = "3")]
        scope_selector: Option<ScopeSelector>,
    }

    /// `v1 ScopeSelector`.
    pub struct ScopeSelector {
        #[prost(message, repeated, tag = "1")]
        match_expressions: Vec<ScopeRequirement>,
    }

    /// `v1 ScopedResourceSelectorRequirement`.
    pub struct ScopeRequirement {
        #[prost(string, tag = "1")]
        scope_name: String,
        #[prost(string, tag = "2")]
        operator: String,
        #[prost(string, repeated, tag = "3")]
        values: Vec<String>,
    }

    /// `v1 ResourceQuotaStatus`.
    pub struct QuotaStatus {
        #[prost(btree_map = "string, message", tag = "1")]
        hard: BTreeMap<String, Quantity>,
        #[prost(btree_map = "string, message", tag = "2")]
        used: BTreeMap<String, Quantity>,
    }
}

impl Meta for ResourceQuota {
    fn meta(&self) -> &ObjectMeta {
        &self.metadata
    }
}

impl Kind for This {
    type Object = ResourceQuota;
    const INFO: Info = Info::new("", "v1", "resourcequotas");
    const DOC: &'static str = "How much of everything a namespace may use, and how much it does";
    const DRILL: Drill = Drill::Sheet;
    const SHEET: Option<SheetFn> = Some(usage::subject);

    const COLUMNS: &'static [C] = &[
        C::name(),
        C::text("REQUEST", |q, _| amounts(q, false)).priority(150),
        C::text("LIMIT", |q, _| amounts(q, true)).priority(140),
        C::age(),
        C::text("MOST USED", |q, _| match worst(q) {
            Some((resource, BEYOND)) => Cell::Text(format!(">100% {resource}").into()),
            Some((resource, share)) => Cell::Text(format!("{}% {resource}", share / 100).into()),
            None => Cell::None,
        })
        .own()
        .status()
        .doc("the resource that is nearest to its limit, or beyond it"),
        C::text("SCOPES", |q, i| Cell::shared_or_none(&scopes(&q.spec), i))
            .own_wide()
            .doc("the pods that count, where not all do"),
    ];
    const DESCRIBE: Option<&'static dyn Describer> = Some(&describe::Quota);

    fn health(q: &ResourceQuota) -> Health {
        match worst(q) {
            Some((_, share)) => state(share),
            // Nobody has counted yet.
            None if q.status.hard.is_empty() && !q.spec.hard.is_empty() => Health::Changing,
            None => Health::Idle,
        }
    }
}

/// `cpu: 1/2, pods: 3/10`: limits in one column, everything else in the other (printers.go, `printResourceQuota`).
fn amounts(q: &ResourceQuota, limits: bool) -> Cell {
    let used = |resource| q.status.used.get(resource).map_or("0", |used| used.text.as_str());
    let chosen = q.status.hard.iter().filter(|(name, _)| name.starts_with("limits.") == limits);
    let all: Vec<_> =
        chosen.map(|(name, hard)| format!("{name}: {}/{}", used(name), hard.text)).collect();
    if all.is_empty() { Cell::Blank } else { Cell::Text(all.join(", ").into()) }
}

/// The resource of which the largest share is used, and that share in hundredths of a percent. What may not be used at all and is not,
/// is no worry.
fn worst(q: &ResourceQuota) -> Option<(&str, i128)> {
    let of = |name: &String, hard: &Quantity| {
        let used = q.status.used.get(name).map_or(Some(0), Quantity::nanos)?;
        share(used, hard.nanos()?)
    };
    let all = q.status.hard.iter();
    let shares = all.filter_map(|(name, hard)| Some((name.as_str(), of(name, hard)?)));
    // The first of equals.
    shares.min_by_key(|(_, share)| Reverse(*share))
}

/// `BestEffort,PriorityClass in (high)`.
fn scopes(spec: &QuotaSpec) -> String {
    let requirements = spec.scope_selector.iter().flat_map(|s| &s.match_expressions);
    let requirements: Vec<_> = requirements
        .map(|r| {
            let values = text::join(r.values.iter().map(String::as_str));
            match r.operator.as_str() {
                "In" => format!("{} in ({values})", r.scope_name),
                "NotIn" => format!("{} notin ({values})", r.scope_name),
                "DoesNotExist" => format!("!{}", r.scope_name),
                _ => r.scope_name.clone(),
            }
        })
        .collect();
    text::join(spec.scopes.iter().chain(&requirements).map(String::as_str))
}

#[cfg(test)]
mod tests {
    use super::super::testing::rows;
    use super::*;

    #[test]
    fn a_quota_reads_as_kubectl_prints_it() {
        let quota = rows::<This>(
            "
metadata: {name: team, namespace: shop, creationTimestamp: 2026-01-13T12:00:00Z}
spec:
  hard: {pods: '10'}
  scopes: [NotTerminating]
  scopeSelector: {matchExpressions: [{scopeName: PriorityClass, operator: In, values: [high, low]}, {scopeName: BestEffort, operator: Exists}]}
status:
  hard: {requests.cpu: '2', pods: '10', limits.memory: 4Gi, limits.cpu: '4', secrets: '0'}
  used: {requests.cpu: 500m, pods: '9', limits.memory: 1Gi}
",
        );
        assert_eq!(
            quota.wide(),
            "NAME | REQUEST | LIMIT | AGE\n\
             team | pods: 9/10, requests.cpu: 500m/2, secrets: 0/0 | limits.cpu: 0/4, limits.memory: 1Gi/4Gi | 2d"
        );
        assert_eq!(
            quota.own(),
            "MOST USED | SCOPES\n90% pods | NotTerminating,PriorityClass in (high,low),BestEffort"
        );
        assert_eq!(quota.health(), Health::Warning);
        quota.survive_damage();
    }

    #[test]
    fn health_is_how_near_the_limit_is() {
        let of = |status: &str| {
            let quota = rows::<This>(&format!("{{spec: {{hard: {{pods: '1'}}}}, status: {status}}}"));
            (quota.text("MOST USED"), quota.health())
        };
        let is = |text: &str, health| (text.to_owned(), health);
        assert_eq!(of("{}"), is("<none>", Health::Changing));
        assert_eq!(of("{hard: {pods: '0'}, used: {pods: '0'}}"), is("<none>", Health::Idle));
        assert_eq!(of("{hard: {pods: '9'}}"), is("0% pods", Health::Ok));
        assert_eq!(
            of("{hard: {cpu: '1', pods: '3'}, used: {cpu: '1', pods: '3'}}"),
            is("100% cpu", Health::Broken)
        );
        assert_eq!(
            of("{hard: {cpu: '1'}, used: {cpu: 999m}}"),
            is("99% cpu", Health::Warning),
            "nothing is at its limit before it is"
        );
        assert_eq!(of("{hard: {cpu: '1'}, used: {cpu: 799m}}"), is("79% cpu", Health::Ok));
        assert_eq!(of("{hard: {cpu: '2'}, used: {cpu: 2500m}}"), is("125% cpu", Health::Broken));
        assert_eq!(
            of("{hard: {pods: '0'}, used: {pods: '3'}}"),
            is(">100% pods", Health::Broken)
        );
        assert_eq!(of("{hard: {cpu: much}, used: {cpu: more}}"), is("<none>", Health::Idle));
        assert_eq!(rows::<This>("{metadata: {name: q}}").health(), Health::Idle);
    }
}
