use std::collections::BTreeSet;
use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::kinds::{Catalog, Resource};
use crate::store::{Change, Health, Link, Relation, Row, Scope, Source, To};

const PODS: SourceId = SourceId(0);
const LIVE: Freshness = Freshness::Live { limited_to: None };

fn source() -> Source {
    let resource = Resource {
        version: "v1".into(),
        plural: "pods".into(),
        singular: "pod".into(),
        kind: "Pod".into(),
        ..Resource::default()
    };
    Source {
        cluster: "c".into(),
        resource: resource.into(),
        scope: Scope::All,
        labels: String::new(),
        fields: String::new(),
    }
}

/// A pod, whose health says which of its versions this is.
fn pod(number: u8, version: u8) -> Row {
    let name = format!("pod-{number}");
    let link = Link {
        relation: Relation::Uses,
        group: "".into(),
        resource: "pods".into(),
        to: To::Name { namespace: "shop".into(), name: "missing".into() },
        optional: false,
        needs: None,
    };
    Row {
        uid: Uid::of_name("shop", &name),
        namespace: "shop".into(),
        name: name.as_str().into(),
        created: 0,
        health: if version.is_multiple_of(2) { Health::Ok } else { Health::Broken },
        labels: Arc::new([]),
        cells: Box::default(),
        links: [Arc::new(link)].into(),
    }
}

struct World {
    store: Store,
    graph: Graph,
    feeding: Feeding,
}

impl World {
    fn new() -> Self {
        let (mut store, mut graph) = (Store::default(), Graph::new(&Catalog::default()));
        store.open(PODS, Arc::new([]));
        store.apply(PODS, Delta::Reset((0..7).map(|number| pod(number, 0)).collect()), 0);
        store.apply(PODS, Delta::State(LIVE), 0);
        graph.open(PODS, &source());
        let mut feeding = Feeding { most: 2, ..Feeding::default() };
        feeding.put(PODS);
        Self { store, graph, feeding }
    }

    fn hear(&mut self, delta: Delta) {
        self.feeding.hear(&mut self.graph, PODS, &delta);
        self.store.apply(PODS, delta, 0);
    }

    fn step(&mut self) {
        self.feeding.step(&mut self.graph, &self.store);
    }

    fn in_graph(&self) -> BTreeSet<(Uid, Health)> {
        let health = |uid| {
            let node = self.graph.find("", "pods", uid).and_then(|id| self.graph.get(id));
            Some((uid, node?.health()))
        };
        self.graph.members(PODS).into_iter().filter_map(health).collect()
    }

    fn in_table(&self) -> BTreeSet<(Uid, Health)> {
        let table = self.store.table(PODS).into_iter().flat_map(Table::rows);
        table.map(|row| (row.uid, row.health)).collect()
    }

    /// Whether the graph knows that what all pods refer to is not there.
    fn knows(&self) -> bool {
        self.graph.broken().next().is_some()
    }
}

#[derive(Clone, Debug)]
enum Heard {
    Put(u8, u8),
    Remove(u8),
    Reset(Vec<(u8, u8)>),
    Live,
    Stale,
    Step,
}

fn heard() -> impl Strategy<Value = Heard> {
    prop_oneof![
        3 => (0..12u8, any::<u8>()).prop_map(|(number, version)| Heard::Put(number, version)),
        2 => (0..12u8).prop_map(Heard::Remove),
        1 => prop::collection::btree_map(0..12u8, any::<u8>(), 0..12)
            .prop_map(|rows| Heard::Reset(rows.into_iter().collect())),
        1 => Just(Heard::Live),
        1 => Just(Heard::Stale),
        4 => Just(Heard::Step),
    ]
}

proptest! {
    #[test]
    fn in_the_end_the_graph_has_what_the_table_has(steps in prop::collection::vec(heard(), 0..60)) {
        let mut world = World::new();
        for step in steps {
            match step {
                Heard::Put(number, version) => {
                    world.hear(Delta::Batch(vec![Change::Put(pod(number, version))]));
                }
                Heard::Remove(number) => {
                    world.hear(Delta::Batch(vec![Change::Remove(pod(number, 0).uid)]));
                }
                Heard::Reset(rows) => {
                    let rows = rows.into_iter().map(|(number, version)| pod(number, version));
                    world.hear(Delta::Reset(rows.collect()));
                }
                Heard::Live => world.hear(Delta::State(LIVE)),
                Heard::Stale => world.hear(Delta::State(Freshness::Loading { received: 1, remaining: None })),
                Heard::Step => world.step(),
            }
            if !world.feeding.is_behind(PODS) {
                prop_assert_eq!(world.in_graph(), world.in_table());
            }
        }
        let mut steps = 0;
        while !world.feeding.is_over() {
            world.step();
            steps += 1;
            prop_assert!(steps < 60, "it does not end");
        }
        prop_assert_eq!(world.in_graph(), world.in_table());
        let live = world.store.table(PODS).is_some_and(|table| *table.freshness() == LIVE);
        prop_assert_eq!(world.knows(), live && !world.in_table().is_empty());
    }
}

#[test]
fn nothing_is_known_to_be_missing_before_all_rows_are_in() {
    let mut world = World::new();
    assert!(!world.knows());
    for _ in 0..3 {
        world.step();
        assert!(world.feeding.is_behind(PODS) && !world.knows());
    }
    world.step();
    assert!(world.feeding.is_over() && world.knows());
    world.hear(Delta::Reset((3..9).map(|number| pod(number, 1)).collect()));
    world.hear(Delta::State(LIVE));
    assert!(!world.knows(), "rows that are gone still stand there");
}

#[test]
fn what_goes_goes_by_steps() {
    let mut world = World::new();
    (0..4).for_each(|_| world.step());
    world.feeding.close(&world.graph, PODS);
    world.step();
    assert_eq!(world.graph.members(PODS).len(), 5);
    (0..3).for_each(|_| world.step());
    assert!(world.feeding.is_over());
    assert_eq!((world.graph.told(PODS), world.knows()), (0, false));
}
