//! HTTPRoutes: which HTTP requests of a gateway go to which service.

use crate::store::Health;
use crate::wire::WholeObject;

use super::gateway_api::{GROUP, ROUTE_COLUMNS, route_health, route_links};
use super::{Col, Info, Kind, Links, Place};

/// This file's kind, for the registry.
pub struct This;

impl Kind for This {
    type Object = WholeObject;
    const INFO: Info = Info::new(GROUP, "v1", "httproutes").since(&["v1beta1"]);
    const DOC: &'static str = "Which HTTP requests that a gateway takes go to which service";

    const PLACE: Place = Place::Route;

    const COLUMNS: &'static [Col<WholeObject>] = ROUTE_COLUMNS;

    fn health(route: &WholeObject) -> Health {
        route_health(route)
    }

    fn links(route: &WholeObject, links: &mut Links<'_>) {
        route_links(route, links);
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::json_rows;
    use super::*;
    use crate::store::{Link, Needs, Relation, To};

    const ROUTE: &str = "
metadata: {name: shop, namespace: shop, creationTimestamp: 2026-01-13T12:00:00Z, generation: 3}
spec:
  hostnames: [shop.example.org, '*.shop.example.org']
  parentRefs:
  - {group: gateway.networking.k8s.io, kind: Gateway, name: edge, namespace: infra, sectionName: https}
  - {group: '', kind: Service, name: mesh}
  rules:
  - filters:
    - {type: RequestMirror, requestMirror: {backendRef: {name: canary, port: 80}}}
    - {type: ExtensionRef, extensionRef: {group: traefik.io, kind: Middleware, name: auth}}
    backendRefs:
    - {name: web, port: 80, weight: 9}
    - {group: '', kind: Service, name: web, namespace: shop, port: 80}
    - {name: reviews, namespace: prod, port: 80, filters: [{type: RequestMirror, requestMirror: {backendRef: {kind: Service, name: audit, namespace: prod}}}]}
  - backendRefs: [{group: multicluster.x-k8s.io, kind: ServiceImport, name: far, port: 80}]
status:
  parents:
  - parentRef: {group: gateway.networking.k8s.io, kind: Gateway, name: edge, namespace: infra, sectionName: https}
    controllerName: example.org/gateway
    conditions: [{type: Accepted, status: 'True', reason: Accepted, observedGeneration: 3}, {type: ResolvedRefs, status: 'True', reason: ResolvedRefs, observedGeneration: 3}]
  - parentRef: {group: '', kind: Service, name: mesh, namespace: shop}
    controllerName: example.org/mesh
    conditions: [{type: Accepted, status: 'True', reason: Accepted}]
  - parentRef: {name: before}
    conditions: [{type: Accepted, status: 'False', reason: NoMatchingParent}]
";

    #[test]
    fn a_route_reads_as_the_server_prints_it() {
        let route = json_rows::<This>(ROUTE);
        assert_eq!(
            route.wide(),
            "NAME | HOSTNAMES | AGE\nshop | [\"shop.example.org\",\"*.shop.example.org\"] | 2d"
        );
        assert_eq!(
            route.own(),
            "STATUS | PARENTS | BACKENDS\nAccepted | infra/edge,mesh | far,prod/reviews,web"
        );
        assert_eq!(route.health(), Health::Ok, "what is said of a parent of before is no matter");
        route.survive_damage();
    }

    #[test]
    fn links_lead_to_parents_backends_and_mirrors_in_any_namespace_and_group() {
        let route = json_rows::<This>(ROUTE);
        assert_eq!(
            route.links(Relation::PartOf),
            ["services shop/mesh", "gateways.gateway.networking.k8s.io infra/edge"]
        );
        assert_eq!(
            route.links(Relation::RoutesTo),
            [
                "services prod/audit",
                "services prod/reviews",
                "services shop/canary",
                "services shop/web",
                "ServiceImport.multicluster.x-k8s.io shop/far"
            ]
        );
        assert_eq!(route.links(Relation::Uses), ["Middleware.traefik.io shop/auth"]);
        let to = |link: &&std::sync::Arc<Link>| match &link.to {
            To::Name { name, .. } => link.relation == Relation::RoutesTo && **name == *"canary",
            _ => false,
        };
        let canary = route.rows[0].links.iter().find(to).unwrap();
        assert_eq!(canary.needs.as_deref(), Some(&Needs::port("", 80)));
    }

    #[test]
    fn health_is_the_worst_that_is_said_of_a_parent() {
        let told = |from: &str, to: &str| {
            let route = json_rows::<This>(&ROUTE.replacen(from, to, 1));
            (route.text("STATUS"), route.health())
        };
        let is = |text: &str, health| (text.to_owned(), health);
        let lost = "status: 'False', reason: BackendNotFound";
        assert_eq!(
            told("status: 'True', reason: ResolvedRefs", lost),
            is("BackendNotFound", Health::Broken)
        );
        assert_eq!(
            told("status: 'True', reason: Accepted", "status: Unknown, reason: Pending"),
            is("Pending", Health::Changing)
        );
        assert_eq!(told("generation: 3}", "generation: 4}"), is("Pending", Health::Changing));
        assert_eq!(
            told("sectionName: https}", "sectionName: http}"),
            is("Pending", Health::Changing),
            "nobody has said anything of that listener"
        );
        assert_eq!(
            told("type: ResolvedRefs, status", "type: PartiallyInvalid, status"),
            is("ResolvedRefs", Health::Warning)
        );
    }

    #[test]
    fn a_route_may_hang_on_nothing_and_be_of_any_shape() {
        let bare = json_rows::<This>("{metadata: {name: r}}");
        assert_eq!(bare.wide().lines().nth(1), Some("r |  | <unknown>"));
        assert_eq!(bare.own().lines().nth(1), Some("<none> | <none> | <none>"));
        assert!(bare.health() == Health::Idle && bare.rows[0].links.is_empty());
        let odd = json_rows::<This>(
            "{metadata: {name: r, namespace: shop}, spec: {hostnames: 7, parentRefs: [7, {name: 7}, {name: edge}], \
             rules: [{backendRefs: [7, {name: 7}], filters: none}, 7]}, status: {parents: [7, {conditions: 7}]}}",
        );
        assert_eq!(odd.wide().lines().nth(1), Some("r | 7 | <unknown>"));
        assert_eq!(odd.links(Relation::PartOf), ["gateways.gateway.networking.k8s.io shop/edge"]);
        assert_eq!(odd.links(Relation::RoutesTo), [""; 0]);
        assert_eq!(odd.health(), Health::Changing);
    }
}
