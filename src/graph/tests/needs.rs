//! Links that need more of their target than its being there: ports, endpoints that are ready.

use proptest::prelude::*;

use super::*;
use crate::kinds::{Cell, Ports};
use crate::store::{Needs, Port};

const SERVICES: SourceId = SourceId(0);
const SLICES: SourceId = SourceId(1);
const OTHERS: SourceId = SourceId(2);

fn cluster() -> Graph {
    let slices = ("discovery.k8s.io", "endpointslices");
    watching(&[("", "services"), slices, ("networking.k8s.io", "ingresses")])
}

fn service(name: &str, ports: &[(i32, &str)]) -> Row {
    let ports = Ports::new("".into(), ports.iter().copied());
    Row { cells: [Cell::Blank, Cell::Ports(Arc::new(ports))].into(), ..row("shop", name) }
}

/// An ingress that needs something of the service `web`.
fn needing(name: &str, needs: Needs) -> Row {
    let to = To::Name { namespace: "shop".into(), name: "web".into() };
    let needs = Some(Arc::new(needs));
    linked(row("shop", name), [Link { needs, ..link(Relation::RoutesTo, "", "services", to) }])
}

/// A slice of endpoints of the service `web`.
fn slice(name: &str, health: Health) -> Row {
    let to = To::Name { namespace: "shop".into(), name: "web".into() };
    let row = linked(row("shop", name), [link(Relation::PartOf, "", "services", to)]);
    Row { health, ..row }
}

#[test]
fn a_port_that_the_service_does_not_have_is_missed_until_it_has_it() {
    let mut graph = cluster();
    graph.put(SERVICES, &service("web", &[(80, "http"), (53, "")]));
    for (name, port) in [("a", ("", 80)), ("b", ("http", 0)), ("c", ("", 53))] {
        graph.put(OTHERS, &needing(name, Needs::port(port.0, port.1)));
    }
    assert_eq!(broken(&graph), [""; 0]);
    graph.put(OTHERS, &needing("d", Needs::port("", 8443)));
    let mut two = Needs::port("", 9);
    two.take(&Needs::port("grpc", 0));
    two.take(&Needs::port("http", 0));
    graph.put(OTHERS, &needing("e", two));
    assert_eq!(
        broken(&graph),
        [
            "ingress shop/d: service web in shop has no port 8443",
            "ingress shop/e: service web in shop has no ports 9, grpc",
        ]
    );
    let before = graph.generation();
    graph.put(SERVICES, &service("web", &[(8443, "http"), (9, "grpc")]));
    assert!(graph.generation() > before, "who looked before must look again");
    assert_eq!(
        broken(&graph),
        [
            "ingress shop/a: service web in shop has no port 80",
            "ingress shop/c: service web in shop has no port 53"
        ]
    );
    graph.put(SERVICES, &row("shop", "web"));
    assert_eq!(broken(&graph), [""; 0], "nobody knows what ports an external name has");
    graph.remove(SERVICES, Uid::of_name("shop", "web"));
    assert_eq!(graph.broken_count(), 5, "it is not there at all");
    assert!(broken(&graph)[0].ends_with("no service web in shop"));
    let optional = needing("d", Needs::port("", 1));
    let optional = optional.links.iter().map(|l| Link { optional: true, ..(**l).clone() });
    let optional = linked(row("shop", "d"), optional.collect::<Vec<_>>());
    graph.put(SERVICES, &service("web", &[(2, "")]));
    graph.put(OTHERS, &optional);
    assert!(!broken(&graph).iter().any(|why| why.contains("shop/d")), "it can do without");
}

#[test]
fn who_needs_endpoints_is_broken_while_none_is_ready() {
    let mut graph = cluster();
    graph.put(SERVICES, &service("web", &[(443, "")]));
    graph.put(OTHERS, &needing("hook", Needs::port("", 443).and_endpoints()));
    graph.put(OTHERS, &needing("plain", Needs::port("", 443)));
    let nothing = ["ingress shop/hook: service web in shop has no ready endpoints"];
    assert_eq!(broken(&graph), nothing);
    for (health, is_broken) in [
        (Health::Idle, true),
        (Health::Ok, false),
        (Health::Broken, true),
        (Health::Warning, false),
    ] {
        graph.put(SLICES, &slice("web-1", health));
        assert_eq!(!broken(&graph).is_empty(), is_broken, "{health:?}");
    }
    graph.put(SLICES, &slice("web-2", Health::Broken));
    assert_eq!(broken(&graph), [""; 0], "one slice of two is enough");
    graph.remove(SLICES, Uid::of_name("shop", "web-1"));
    assert_eq!(broken(&graph), nothing);
    graph.set_freshness(SLICES, &LOADING);
    assert_eq!(broken(&graph), [""; 0], "nobody knows all slices");
}

#[test]
fn what_is_lost_is_broken_whether_it_is_there_or_not() {
    let mut graph = cluster();
    let claim = |name: &str, service: &str| {
        let to = To::Name { namespace: "".into(), name: service.into() };
        let needs = Some(Arc::new(Needs { lost: true, ..Needs::default() }));
        linked(row("shop", name), [Link { needs, ..link(Relation::BoundTo, "", "services", to) }])
    };
    graph.put(SERVICES, &row("", "there"));
    for (name, service) in [("a", "there"), ("b", "gone"), ("c", "")] {
        graph.put(OTHERS, &claim(name, service));
    }
    assert_eq!(
        broken(&graph),
        [
            "ingress shop/a: lost service there: that is another's now",
            "ingress shop/b: lost service gone: it is gone",
            "ingress shop/c: lost the service that it had",
        ]
    );
}

#[test]
fn a_need_costs_a_link_a_pointer_and_a_row_nothing() {
    assert_eq!(size_of::<Option<Arc<Needs>>>(), size_of::<usize>());
    assert_eq!(size_of::<Cell>(), 24);
    // Of each of these there is one for each pod.
    assert!(size_of::<super::super::nodes::Entry>() <= 88);
    assert!(size_of::<Row>() <= 112);
}

#[derive(Clone, Debug)]
enum Step {
    Service(Option<Vec<i32>>),
    Slice(u8, Option<Health>),
    Needs(u8, Option<(Vec<i32>, bool)>),
    Known(bool),
}

fn any_step() -> impl Strategy<Value = Step> {
    let ports = || prop::collection::vec(1..4, 0..3);
    let health = prop::sample::select(&[Health::Ok, Health::Broken, Health::Idle][..]);
    prop_oneof![
        prop::option::of(ports()).prop_map(Step::Service),
        (0..3u8, prop::option::of(health)).prop_map(|(slice, health)| Step::Slice(slice, health)),
        (0..3u8, prop::option::of((ports(), any::<bool>())))
            .prop_map(|(name, needs)| Step::Needs(name, needs)),
        any::<bool>().prop_map(Step::Known),
    ]
}

proptest! {
    #[test]
    fn a_history_breaks_what_a_look_from_scratch_finds_broken(steps in prop::collection::vec(any_step(), 1..40)) {
        let mut graph = cluster();
        let (mut has, mut slices, mut wanted, mut known) =
            (None::<Vec<i32>>, [None; 3], [const { None }; 3], true);
        for step in steps {
            match step {
                Step::Service(ports) => {
                    match &ports {
                        Some(ports) => {
                            let all: Vec<_> = ports.iter().map(|port| (*port, "")).collect();
                            graph.put(SERVICES, &service("web", &all));
                        }
                        None => graph.remove(SERVICES, Uid::of_name("shop", "web")),
                    }
                    has = ports;
                }
                Step::Slice(at, health) => {
                    let name = at.to_string();
                    match health {
                        Some(health) => graph.put(SLICES, &slice(&name, health)),
                        None => graph.remove(SLICES, Uid::of_name("shop", &name)),
                    }
                    slices[usize::from(at)] = health;
                }
                Step::Needs(at, needs) => {
                    let name = at.to_string();
                    match &needs {
                        Some((ports, endpoints)) => {
                            let ports = ports.iter().map(|port| Port::Number(*port)).collect();
                            let needs = Needs { ports, endpoints: *endpoints, lost: false };
                            graph.put(OTHERS, &needing(&name, needs));
                        }
                        None => graph.remove(OTHERS, Uid::of_name("shop", &name)),
                    }
                    wanted[usize::from(at)] = needs;
                }
                Step::Known(is) => {
                    graph.set_freshness(SLICES, if is { &LIVE } else { &LOADING });
                    known = is;
                }
            }
            let ready = slices.contains(&Some(Health::Ok));
            let is_broken = |(ports, endpoints): &(Vec<i32>, bool)| match &has {
                None => true,
                Some(has) => ports.iter().any(|port| !has.contains(port)) || *endpoints && known && !ready,
            };
            let expected = wanted.iter().flatten().filter(|needs| is_broken(needs)).count();
            let found = broken(&graph).into_iter().filter(|why| why.starts_with("ingress"));
            prop_assert_eq!(found.count(), expected);
        }
    }
}
