//! Rows that stop being well by the passing of time alone: a lease that nobody renews.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::kinds::{Cell, Column, Value};

use super::row::{Health, Row};
use super::slab::{Slab, Slot};

/// How a row is doing whose time is over, unless it is worse.
const OVER: Health = Health::Warning;

/// When rows stop being well. Entries may be out of date: they lead to a look, no more.
#[derive(Default)]
pub(super) struct Lapses {
    /// The cell that says until when a row is well; of most Sources none does, and then nothing is kept.
    cell: Option<u16>,
    due: BinaryHeap<Reverse<(i64, Slot)>>,
}

impl Lapses {
    pub fn new(columns: &[Column]) -> Self {
        let cell = |column: &Column| match column.value {
            Value::Cell(cell) if column.lapses => Some(cell),
            _ => None,
        };
        Self { cell: columns.iter().find_map(cell), due: BinaryHeap::new() }
    }

    /// Takes in the row that a slot holds now.
    pub fn note(&mut self, slot: Slot, slab: &Slab) {
        // Nearly every Source ends here.
        if self.cell.is_none() {
            return;
        }
        let until = slab.get(slot).and_then(|row| self.until(row));
        self.due.extend(until.map(|until| Reverse((until, slot))));
    }

    /// Forgets all slots.
    pub fn clear(&mut self) {
        self.due.clear();
    }

    /// When the next row may stop being well.
    pub fn next(&self) -> Option<i64> {
        self.due.peek().map(|Reverse((at, _))| *at)
    }

    /// A row whose time is over and whose health does not say so yet, as it is then. Gives each once.
    pub fn take(&mut self, slab: &Slab, now: i64) -> Option<Row> {
        while self.next().is_some_and(|at| at <= now) {
            let Reverse((_, slot)) = self.due.pop()?;
            let Some(row) = slab.get(slot) else { continue };
            if row.health < OVER && self.until(row).is_some_and(|until| until <= now) {
                return Some(Row { health: OVER, ..row.clone() });
            }
        }
        None
    }

    fn until(&self, row: &Row) -> Option<i64> {
        match row.cells.get(usize::from(self.cell?)) {
            Some(Cell::Until(at)) => Some(*at),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::fixture::{NOW, bare};
    use super::super::{Change, Delta, Filter, SourceId, Store, ViewSpec};
    use super::*;

    fn lease(name: &str, until: i64) -> Row {
        Row { health: Health::Ok, cells: [Cell::Until(until)].into(), ..bare("shop", name) }
    }

    #[test]
    fn a_row_stops_being_well_when_its_time_is_over_and_is_well_again_when_it_is_renewed() {
        let name = Column::new("NAME", Value::Name);
        let expired = Column { lapses: true, ..Column::new("EXPIRED", Value::Cell(0)) };
        let columns: Arc<[Column]> = [name, expired].into();
        let (id, mut store) = (SourceId(1), Store::default());
        store.open(id, Arc::clone(&columns));
        let bad = Filter::parse("health>=warning", &columns).unwrap();
        let spec = || ViewSpec { filter: bad.clone(), ..ViewSpec::default() };
        let view = store.open_view(id, spec(), NOW);
        let seen = |store: &Store| {
            let rows = store.view(view).unwrap().rows().map(|row| row.name.to_string());
            rows.collect::<Vec<_>>()
        };
        let rows = vec![lease("gone", NOW - 5), lease("late", NOW + 10), lease("live", NOW + 60)];
        store.apply(id, Delta::Reset(rows), NOW);
        assert_eq!(seen(&store), ["gone"], "it was over when it came");
        assert_eq!(store.next_change(), Some(NOW + 10));
        assert!(!store.tick(NOW + 9));
        assert!(store.tick(NOW + 10));
        assert_eq!(seen(&store), ["gone", "late"]);
        assert_eq!(store.table(id).unwrap().health().get(Health::Warning), 2);
        assert_eq!(store.view(view).unwrap().health().get(Health::Warning), 2);
        let renewed =
            vec![Change::Put(lease("late", NOW + 30)), Change::Put(lease("live", NOW + 90))];
        store.apply(id, Delta::Batch(renewed), NOW + 11);
        assert_eq!(seen(&store), ["gone"]);
        store.tick(NOW + 60);
        assert_eq!(
            seen(&store),
            ["gone", "late"],
            "what was renewed since is not over at its old time"
        );
        let gone = store.table(id).unwrap().rows().next().unwrap().uid;
        store.apply(id, Delta::Batch(vec![Change::Remove(gone)]), NOW + 61);
        store.tick(NOW + 90);
        assert_eq!(seen(&store), ["late", "live"]);
        assert_eq!(store.next_change(), None, "all is over");
    }
}
