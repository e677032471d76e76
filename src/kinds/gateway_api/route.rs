//! Routes of the Gateway API: what hangs on gateways and says which backend gets a request. They differ in what they match, not in this.

use crate::describe::Field;
use crate::kinds::custom::{at, text};
use crate::kinds::{Cell, Col, Links};
use crate::store::{Health, Relation};
use crate::wire::{Meta as _, WholeObject};

use super::{GROUP, Reference, Verdict, names, pending, refer, verdict, worst};

type C = Col<WholeObject>;

/// What a `parentRef` and a `backendRef` mean where they do not say it.
const PARENT: (&str, &str) = (GROUP, "Gateway");
const BACKEND: (&str, &str) = ("", "Service");

/// The columns of a route: the CRD's, then what it hangs on, where its requests go, and whether that works.
pub(in crate::kinds) const COLUMNS: &[C] = &[
    C::name(),
    C::text("HOSTNAMES", |r, i| text(at(r, "spec.hostnames"), i)).priority(190),
    C::age(),
    C::text("STATUS", |r, i| match attached(r) {
        None => Cell::None,
        Some((Health::Ok, _)) => Cell::shared("Accepted", i),
        Some((_, reason)) => Cell::shared_or_none(reason, i),
    })
    .own()
    .status()
    .doc("whether its parents take its requests, and the worst reason where not"),
    C::text("PARENTS", |r, i| Cell::shared_or_none(&names(parents(r), &r.meta().namespace), i))
        .own()
        .priority(130)
        .doc("the gateways that it hangs on"),
    C::text("BACKENDS", |r, i| {
        let backends = rules(r).flat_map(|rule| rule.key("backendRefs").list());
        let backends = backends.map(|b| Reference::read(b, BACKEND));
        Cell::shared_or_none(&names(backends, &r.meta().namespace), i)
    })
    .own()
    .priority(110)
    .doc("the services that it sends requests to"),
];

/// What the worst of its parents says; a route without parents gets no requests.
pub(in crate::kinds) fn health(route: &WholeObject) -> Health {
    attached(route).map_or(Health::Idle, |(health, _)| health)
}

pub(in crate::kinds) fn links(route: &WholeObject, links: &mut Links<'_>) {
    refer(Relation::PartOf, parents(route), links);
    let backends = || rules(route).flat_map(|rule| rule.key("backendRefs").list());
    let of_rules = rules(route).flat_map(|rule| rule.key("filters").list());
    let of_backends = backends().flat_map(|backend| backend.key("filters").list());
    let filters: Vec<Field<'_>> = of_rules.chain(of_backends).collect();
    let filters = || filters.iter().copied();
    // What gets a copy of a request, and what is asked whether it may pass, get traffic too.
    let others =
        filters().flat_map(|f| [f.at("requestMirror.backendRef"), f.at("externalAuth.backendRef")]);
    let backends = backends().chain(others).map(|field| Reference::read(field, BACKEND));
    refer(Relation::RoutesTo, backends, links);
    let extensions = filters().map(|f| Reference::read(f.key("extensionRef"), ("", "")));
    refer(Relation::Uses, extensions, links);
}

fn rules(route: &WholeObject) -> impl Iterator<Item = Field<'_>> {
    at(route, "spec.rules").list()
}

fn parents(route: &WholeObject) -> impl Iterator<Item = Reference<'_>> {
    at(route, "spec.parentRefs").list().map(|parent| Reference::read(parent, PARENT))
}

/// How it is doing on its parents: the worst that is said of any, each by as many controllers as care for it. What is said of a parent that
/// it no longer names does not matter. `None` where it has no parents.
fn attached(route: &WholeObject) -> Option<Verdict<'_>> {
    let (own, generation) = (route.meta().namespace.as_str(), route.meta().generation);
    let said = at(route, "status.parents").list();
    worst(at(route, "spec.parentRefs").list().map(|parent| {
        let of_it = said.clone().filter(|said| is_same(parent, said.key("parentRef"), own));
        let verdicts = of_it.filter_map(|said| verdict(said.key("conditions"), generation));
        worst(verdicts).unwrap_or_else(pending)
    }))
}

/// Whether two references name the same parent, and the same of its listeners.
fn is_same(a: Field<'_>, b: Field<'_>, own: &str) -> bool {
    let of = |parent| Reference::read(parent, PARENT);
    of(a).within(own) == of(b).within(own)
        && a.key("sectionName").str() == b.key("sectionName").str()
        && a.key("port").int() == b.key("port").int()
}
