use std::collections::BTreeMap;
use std::sync::Arc;

use super::*;
use crate::store::{Freshness, Health, Row};

const ID: SourceId = SourceId(0);
const LIVE: Freshness = Freshness::Live { limited_to: None };

fn row(number: usize, health: Health) -> Row {
    let name = format!("pod-{number}");
    Row {
        uid: Uid::of_name("shop", &name),
        namespace: "shop".into(),
        name: name.as_str().into(),
        created: 0,
        health,
        labels: Arc::new([]),
        cells: Box::default(),
        links: Box::default(),
    }
}

fn rows(range: std::ops::Range<usize>, health: Health) -> Vec<Row> {
    range.map(|number| row(number, health)).collect()
}

struct World {
    store: Store,
    relists: Relists,
}

impl World {
    fn new() -> Self {
        let mut store = Store::default();
        store.open(ID, Arc::new([]));
        Self { store, relists: Relists::default() }
    }

    fn hear(&mut self, delta: Delta) {
        if let Some(delta) = self.relists.hear(ID, delta) {
            self.store.apply(ID, delta, 0);
        }
    }

    /// Takes in what waits; how many rows were there at least meanwhile, and how many steps it took.
    fn settle(&mut self) -> (usize, usize) {
        let (mut least, mut steps) = (usize::MAX, 0);
        while let Some((id, delta)) = self.relists.next(&self.store) {
            if let Delta::Batch(changes) = &delta {
                assert!(changes.len() <= PORTION);
            }
            self.store.apply(id, delta, 0);
            steps += 1;
            least = least.min(self.store.table(ID).unwrap().len());
        }
        (least, steps)
    }

    fn table(&self) -> BTreeMap<String, Health> {
        let rows = self.store.table(ID).unwrap().rows();
        rows.map(|row| (row.name.to_string(), row.health)).collect()
    }
}

fn expected(range: std::ops::Range<usize>, health: Health) -> BTreeMap<String, Health> {
    range.map(|number| (format!("pod-{number}"), health)).collect()
}

#[test]
fn a_long_list_comes_in_portions_and_what_is_gone_goes_last() {
    let mut world = World::new();
    world.hear(Delta::Reset(rows(0..4_500, Health::Ok)));
    assert!(world.table().is_empty(), "it waits");
    world.settle();
    world.hear(Delta::Reset(rows(1_500..6_000, Health::Broken)));
    world.hear(Delta::State(LIVE));
    assert_ne!(world.store.table(ID).unwrap().freshness(), &LIVE, "not before its rows");
    let (least, steps) = world.settle();
    assert!(least >= 4_500 && steps == 5 + 2 + 1, "{least} {steps}");
    assert_eq!(world.table(), expected(1_500..6_000, Health::Broken));
    assert_eq!(world.store.table(ID).unwrap().freshness(), &LIVE);
}

#[test]
fn what_comes_meanwhile_comes_after_it() {
    let mut world = World::new();
    world.hear(Delta::Reset(rows(0..3_000, Health::Ok)));
    world.relists.next(&world.store).map(|(id, delta)| world.store.apply(id, delta, 0)).unwrap();
    world.hear(Delta::Batch(vec![Change::Remove(row(2_500, Health::Ok).uid)]));
    world.hear(Delta::Batch(vec![Change::Put(row(5_000, Health::Ok))]));
    world.settle();
    let mut all = expected(0..3_000, Health::Ok);
    all.remove("pod-2500");
    all.insert("pod-5000".into(), Health::Ok);
    assert_eq!(world.table(), all);

    // Another list before the first is taken in.
    world.hear(Delta::Reset(rows(0..2_000, Health::Broken)));
    world.hear(Delta::Reset(rows(1_000..2_500, Health::Changing)));
    world.hear(Delta::Reset(rows(0..10, Health::Ok)));
    world.hear(Delta::Reset(rows(5..1_900, Health::Changing)));
    world.settle();
    assert_eq!(world.table(), expected(5..1_900, Health::Changing));
}

#[test]
fn a_short_list_and_what_others_say_wait_for_nothing() {
    let mut world = World::new();
    world.hear(Delta::Reset(rows(0..1_000, Health::Ok)));
    assert_eq!(world.table().len(), 1_000);
    world.hear(Delta::Reset(rows(0..1_001, Health::Ok)));
    assert!(!world.relists.is_over());
    assert!(world.relists.hear(SourceId(1), Delta::State(LIVE)).is_some());
    world.settle();
    assert!(world.relists.is_over());
}
