//! What stands below an item.

use std::sync::Arc;

use rustc_hash::FxHashSet;

use crate::graph::NodeId;
use crate::kinds::Place;
use crate::store::{Health, Link, Relation, Str, To};

use super::super::item::{Child, Heading, Item};
use super::super::section::{self, Section};
use super::super::view::View;
use super::roots::{ZONE, is_control_plane, label};
use super::{Each, Tree};

impl Tree<'_> {
    /// Calls `each` with everything below an item, in no particular order; some perhaps twice.
    pub(in super::super) fn visit(&self, item: &Item, each: Each<'_>) {
        match item {
            Item::Row(node) => self.below(*node, each),
            Item::Missing { .. } => {}
            Item::Part { of, uses, .. } => self.used(*of, uses, each),
            Item::Heading(heading) => self.gathered(heading, each),
        }
    }

    fn gathered(&self, heading: &Heading, each: Each<'_>) {
        match heading {
            Heading::Namespace(namespace) => match self.view {
                View::Routes => self.routes(namespace, each),
                View::Releases => self.releases(namespace, each),
                View::Broken => self.broken(namespace, each),
                _ => self.workloads(namespace, each),
            },
            Heading::ControlPlane => self.machines(each, is_control_plane),
            Heading::Zone(zone) => self.machines(each, |labels| {
                !is_control_plane(labels) && label(labels, ZONE).map_or("", |zone| zone) == &**zone
            }),
            Heading::Called => self.called(each),
            Heading::Unscheduled => self.unscheduled(each),
            Heading::NoClass => self.of_no_class(each),
            Heading::Release { namespace, name, .. } => {
                self.released(namespace, name, each);
            }
            Heading::Subject(subject) => self.bindings(subject, each),
            Heading::Section { of, section } => section::visit(self.graph, *of, *section, each),
            Heading::Older { of } => {
                let owned = self.graph.owned(*of).filter(|node| self.is_older(*node));
                owned.for_each(|node| each(Child::row(node)));
            }
        }
    }

    /// Below a row: what it routes to, makes, runs, uses, and whatever else it means and nobody has.
    fn below(&self, node: NodeId, each: Each<'_>) {
        if let View::Around(root) = self.view
            && self.graph.get(node).is_some_and(|it| it.uid() == root.uid)
        {
            return sections(self, node, each);
        }
        let mut told: Vec<Str> = Vec::new();
        if *self.view != View::Broken {
            self.placed(node, &mut |child| {
                if let Item::Missing { why, .. } = &child.item {
                    told.push(why.clone());
                }
                each(child);
            });
        }
        self.missing(node, &mut |child| match &child.item {
            Item::Missing { why, .. } if told.contains(why) => {}
            _ => each(child),
        });
    }

    /// What stands below a row because of its place.
    fn placed(&self, node: NodeId, each: Each<'_>) {
        match self.place(node) {
            Some(Place::Route) => {
                self.attached(node, each);
                self.follow(node, Relation::RoutesTo, each);
            }
            Some(Place::Service) => self.behind(node, each),
            Some(Place::Scaler) => self.follow(node, Relation::Scales, each),
            Some(Place::Workload) => self.made(node, each),
            // There one comes from what the pod uses.
            Some(Place::Pod) if *self.view == View::Storage => {}
            Some(Place::Pod) => {
                (self.parts)(node).into_iter().for_each(|part| each(Child::plain(part)));
                section::visit(self.graph, node, Section::Uses, each);
            }
            Some(Place::Machine) => self.running(node, each),
            Some(Place::StorageClass) => self.of_class(node, each),
            Some(Place::Volume) => self.claims(node, each),
            Some(Place::Claim) => self.claimed(node, each),
            Some(Place::Account) => self.granted(node, each),
            Some(Place::Binding) => self.follow(node, Relation::Grants, each),
            Some(Place::Aside) if self.is_called(node) => {
                self.follow(node, Relation::RoutesTo, each);
            }
            Some(Place::Role | Place::Aside | Place::Outside) => {}
            None => {
                self.attached(node, each);
                self.follow(node, Relation::RoutesTo, each);
                self.follow(node, Relation::Manages, each);
                self.made(node, each);
                section::visit(self.graph, node, Section::Uses, each);
            }
        }
    }

    /// What a part of a row uses, of what the row uses: as the row's own links say it, which know whether that need be there.
    fn used(&self, of: NodeId, uses: &[Arc<Link>], each: Each<'_>) {
        for edge in self.graph.uses(of).filter(|edge| edge.relation() == Relation::Uses) {
            let own = edge.link();
            let same = |link: &Arc<Link>| {
                (&link.group, &link.resource, &link.to) == (&own.group, &own.resource, &own.to)
            };
            if uses.iter().any(same) {
                section::out(&edge, edge.relation().words(), each);
            }
        }
    }

    /// Where a row's links of one relation lead.
    pub(super) fn follow(&self, node: NodeId, relation: Relation, each: Each<'_>) {
        for edge in self.graph.uses(node).filter(|edge| edge.relation() == relation) {
            section::out(&edge, "", each);
        }
    }

    /// What says that it is part of a row: routes of a gateway.
    fn attached(&self, node: NodeId, each: Each<'_>) {
        for edge in self.graph.used_by(node).filter(|e| e.relation() == Relation::PartOf) {
            edge.sources().for_each(|route| each(Child::row(route)));
        }
    }

    /// Whether a route stands below a gateway of its own namespace; one of another namespace is not where people look for it.
    fn is_attached(&self, route: NodeId) -> bool {
        let namespace = |node| self.graph.get(node).map(|it| it.namespace().clone());
        let own = namespace(route);
        let part = self.graph.uses(route).filter(|e| e.relation() == Relation::PartOf);
        let mut gateways = part.flat_map(|edge| edge.targets());
        gateways.any(|to| to != route && self.is_route(to) && namespace(to) == own)
    }

    fn routes(&self, namespace: &str, each: Each<'_>) {
        let graph = self.graph;
        let mut routed = FxHashSet::default();
        for place in [Some(Place::Route), None] {
            for route in graph.at(place, namespace).filter(|node| self.is_route(*node)) {
                if !self.is_attached(route) {
                    each(Child::row(route));
                }
            }
        }
        for service in graph.at(Some(Place::Service), namespace) {
            let into = graph.used_by(service).filter(|e| e.relation() == Relation::RoutesTo);
            if into.flat_map(|edge| edge.sources()).any(|source| self.is_route(source)) {
                routed.insert(service);
            } else {
                each(Child::row(service));
            }
        }
    }

    /// What says that the API server sends requests to services: webhooks, aggregated APIs, conversions of custom resources.
    fn called(&self, each: Each<'_>) {
        let rows = self.graph.at(Some(Place::Aside), "").filter(|node| self.is_called(*node));
        rows.for_each(|node| each(Child::row(node)));
    }

    /// Whether that is in no namespace and sends requests somewhere: what does so in one is the endpoints of a service.
    fn is_called(&self, node: NodeId) -> bool {
        self.graph.get(node).is_some_and(|it| it.namespace().is_empty())
            && self.graph.uses(node).any(|edge| edge.relation() == Relation::RoutesTo)
    }

    /// The workloads behind a service, pods that no workload made, and what is missing.
    fn behind(&self, service: NodeId, each: Each<'_>) {
        let mut seen = FxHashSet::default();
        for edge in self.graph.uses(service).filter(|e| e.relation() == Relation::Selects) {
            for pod in edge.targets() {
                let top = self.top(pod);
                if seen.insert(top) {
                    each(Child::row(top));
                }
            }
            if let Some(why) = edge.why() {
                let item = Item::Missing { what: why.what().into(), why: why.to_string().into() };
                each(Child::plain(item));
            }
        }
    }

    /// What stands in a namespace by workload: autoscalers above what they scale, what nothing owns, and pods that nothing made.
    fn workloads(&self, namespace: &str, each: Each<'_>) {
        let graph = self.graph;
        let scaled = |node: NodeId| {
            let mut scales = graph.used_by(node).filter(|e| e.relation() == Relation::Scales);
            scales.any(|edge| edge.source_count() > 0)
        };
        graph.at(Some(Place::Scaler), namespace).for_each(|node| each(Child::row(node)));
        for workload in graph.at(Some(Place::Workload), namespace) {
            if self.top(workload) == workload && !scaled(workload) {
                each(Child::row(workload));
            }
        }
        for custom in graph.at(None, namespace).filter(|node| self.top(*node) == *node) {
            if graph.owned(custom).any(|owned| self.makes_or_is(owned)) && !scaled(custom) {
                each(Child::row(custom));
            }
        }
        let bare = graph.at(Some(Place::Pod), namespace).filter(|node| {
            self.owned_by_none(*node) || !graph.owners(*node).any(|owner| self.makes_pods(owner))
        });
        bare.for_each(|node| each(Child::row(node)));
    }

    fn makes_or_is(&self, node: NodeId) -> bool {
        matches!(self.place(node), Some(Place::Workload | Place::Pod))
            || self.place(node).is_none() && self.graph.owned_count(node) > 0
    }

    /// What a workload made; its revisions that run nothing stand together at the end.
    fn made(&self, node: NodeId, each: Each<'_>) {
        let mut older = false;
        for owned in self.graph.owned(node) {
            match self.place(owned) {
                Some(Place::Workload) if self.is_older(owned) => older = true,
                Some(Place::Workload | Place::Pod) | None => each(Child::row(owned)),
                Some(_) => {}
            }
        }
        if older {
            each(Child::plain(Item::Heading(Heading::Older { of: node })));
        }
    }

    /// Whether it is done and runs nothing: a ReplicaSet of an earlier revision, a job that ended long ago.
    fn is_older(&self, node: NodeId) -> bool {
        let idle = self
            .graph
            .get(node)
            .is_some_and(|it| it.health() == Health::Idle && it.place() == Some(Place::Workload));
        idle && self.graph.owned_count(node) == 0
    }

    fn machines(&self, each: Each<'_>, is_one: impl Fn(&[(Str, Str)]) -> bool) {
        for (labels, nodes) in self.graph.label_sets(Some(Place::Machine), "") {
            if is_one(labels) {
                nodes.for_each(|node| each(Child::row(node)));
            }
        }
    }

    /// The pods that a node runs.
    fn running(&self, node: NodeId, each: Each<'_>) {
        for edge in self.graph.used_by(node).filter(|e| e.relation() == Relation::RunsOn) {
            let pods = edge.sources().filter(|pod| self.place(*pod) == Some(Place::Pod));
            pods.for_each(|pod| each(Child::row(pod)));
        }
    }

    fn unscheduled(&self, each: Each<'_>) {
        for pod in self.graph.loose_pods() {
            if self.graph.get(pod).is_some_and(|pod| pod.health() != Health::Idle) {
                each(Child::row(pod));
            }
        }
    }

    /// The rows of a namespace that have broken links.
    fn broken(&self, namespace: &str, each: Each<'_>) {
        for edge in self.graph.broken() {
            let here = |node: &NodeId| {
                self.graph.get(*node).is_some_and(|node| **node.namespace() == *namespace)
            };
            edge.sources().filter(here).for_each(|node| each(Child::row(node)));
        }
    }

    /// What is missing of what a row means.
    fn missing(&self, node: NodeId, each: Each<'_>) {
        for edge in self.graph.uses(node) {
            if let Some(why) = edge.why() {
                let item = Item::Missing { what: why.what().into(), why: why.to_string().into() };
                let via = match &edge.link().to {
                    // The words of what is missing say that it selects.
                    To::Labels { .. } => "",
                    _ => edge.relation().words(),
                };
                each(Child { item, via });
            }
        }
    }
}

/// The relatives of the object whose surroundings are shown: those sections that have any.
fn sections(tree: &Tree<'_>, of: NodeId, each: Each<'_>) {
    for section in Section::ALL {
        if section::count(tree.graph, of, section) > 0 {
            each(Child::plain(Item::Heading(Heading::Section { of, section })));
        }
    }
}
