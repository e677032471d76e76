//! GRPCRoutes: which gRPC calls of a gateway go to which service.

use crate::store::Health;
use crate::wire::WholeObject;

use super::gateway_api::{GROUP, ROUTE_COLUMNS, route_health, route_links};
use super::{Col, Info, Kind, Links, Place};

/// This file's kind, for the registry.
pub struct This;

impl Kind for This {
    type Object = WholeObject;
    // It has had this shape since it came (`apis/v1alpha2`, `GRPCRoute`).
    const INFO: Info = Info::new(GROUP, "v1", "grpcroutes").since(&["v1alpha2"]);
    const DOC: &'static str = "Which gRPC calls that a gateway takes go to which service";

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
    use crate::store::Relation;

    #[test]
    fn a_route_reads_as_the_server_prints_it() {
        let route = json_rows::<This>(
            "
metadata: {name: calls, namespace: shop, creationTimestamp: 2026-01-13T12:00:00Z}
spec:
  parentRefs: [{name: edge}]
  rules: [{matches: [{method: {service: shop.Cart}}], backendRefs: [{name: cart, port: 9000}]}]
status: {parents: [{parentRef: {name: edge}, conditions: [{type: Accepted, status: 'False', reason: NotAllowedByListeners}]}]}
",
        );
        assert_eq!(route.wide(), "NAME | HOSTNAMES | AGE\ncalls |  | 2d");
        assert_eq!(
            route.own(),
            "STATUS | PARENTS | BACKENDS\nNotAllowedByListeners | edge | cart"
        );
        assert_eq!(route.health(), Health::Broken);
        assert_eq!(route.links(Relation::RoutesTo), ["services shop/cart"]);
        route.survive_damage();
    }
}
