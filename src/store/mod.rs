//! Rows of everything watched, with cached orders and filters.
//!
//! [`Store`] is owned by the loop and does no IO. A [`Table`] is one Source's rows; a [`View`] is what one page shows of them: some of the rows,
//! in some order, kept up to date by every [`Delta`]. Selection and marks go by [`Uid`], positions are looked up when they are needed.

mod ahead;
mod bits;
mod cache;
mod filter;
mod intern;
mod key;
mod lapse;
mod link;
mod natural;
mod needs;
mod order;
mod row;
mod selector;
mod slab;
mod sort;
mod source;
mod table;
mod tally;
mod threads;
mod view;
mod within;

use std::sync::Arc;

use rustc_hash::FxHashMap;

pub use filter::{Filter, FilterError};
pub use intern::Interner;
pub use link::{Link, Op, Relation, Requirement, Selector, To};
pub use needs::{Needs, Port};
pub use row::{Health, Labels, Row, Str, Uid};
pub use selector::SelectorError;
pub use sort::Sort;
pub use source::{Change, Delta, Freshness, Scope, Source, SourceId};
pub use table::Table;
pub use tally::Tally;
pub(crate) use threads::drop_aside;
pub use view::{View, ViewId, ViewSpec};
pub use within::Within;

use crate::kinds::Column;
use cache::Cache;

/// Up to how many changes are taken in one by one: each costs a search; many at once cost a pass over the order.
const FEW: usize = 16;

/// Everything watched, and what each page shows of it.
#[derive(Default)]
pub struct Store {
    tables: FxHashMap<SourceId, Table>,
    views: FxHashMap<ViewId, Cache>,
    next_view: u64,
}

impl Store {
    /// Makes room for a Source; its first Delta may come. Opening an open one changes nothing.
    pub fn open(&mut self, id: SourceId, columns: Arc<[Column]>) {
        self.tables.entry(id).or_insert_with(|| Table::new(columns));
    }

    /// Forgets a Source and every view of it.
    pub fn close(&mut self, id: SourceId) {
        self.views.retain(|_, cache| cache.source != id);
        if let Some(table) = self.tables.remove(&id) {
            table.drop_aside();
        }
    }

    /// The rows of a Source; `None` where it is not open.
    pub fn table(&self, id: SourceId) -> Option<&Table> {
        self.tables.get(&id)
    }

    /// Takes in what a cluster changed; `now` is in seconds since the Unix epoch. Deltas of a closed Source are dropped.
    pub fn apply(&mut self, id: SourceId, delta: Delta, now: i64) {
        let Some(table) = self.tables.get_mut(&id) else { return };
        let comes = !matches!(delta, Delta::State(_));
        let caches = self.views.values_mut().filter(|cache| cache.source == id);
        match delta {
            Delta::State(freshness) => table.set_freshness(freshness),
            Delta::Columns(columns) => {
                let old = table.set_columns(columns);
                caches.for_each(|cache| cache.set_columns(&old, table, now));
            }
            Delta::Reset(rows) => {
                table.reset(rows);
                caches.for_each(|cache| cache.rebuild(table, now));
            }
            Delta::Batch(changes) if changes.len() <= FEW.max(table.len() / 2048) => {
                let mut caches: Vec<_> = caches.collect();
                for change in changes {
                    if let Some(touched) = table.change(change) {
                        for cache in &mut caches {
                            cache.change(table, &touched, now);
                        }
                    }
                }
            }
            Delta::Batch(changes) => {
                let touched = table.change_many(changes);
                caches.for_each(|cache| cache.change_many(table, &touched, now));
            }
        }
        if comes {
            self.lapse(id, now);
        }
    }

    /// Lets the health of a Source's rows change whose time is over; whether any did.
    fn lapse(&mut self, id: SourceId, now: i64) -> bool {
        let Some(table) = self.tables.get_mut(&id) else { return false };
        let mut changed = false;
        while let Some(touched) = table.lapse(now) {
            changed = true;
            for cache in self.views.values_mut().filter(|cache| cache.source == id) {
                cache.change(table, &touched, now);
            }
        }
        changed
    }

    /// Opens a view of an open Source; a view of a closed one shows nothing.
    pub fn open_view(&mut self, source: SourceId, spec: ViewSpec, now: i64) -> ViewId {
        let id = ViewId(self.next_view);
        self.next_view += 1;
        let mut cache = Cache::new(source, spec);
        if let Some(table) = self.tables.get(&source) {
            cache.rebuild(table, now);
        }
        self.views.insert(id, cache);
        id
    }

    /// Forgets a view.
    pub fn close_view(&mut self, id: ViewId) {
        self.views.remove(&id);
    }

    /// What a page sees; `None` where its Source has been closed.
    pub fn view(&self, id: ViewId) -> Option<View<'_>> {
        let cache = self.views.get(&id)?;
        Some(View { table: self.tables.get(&cache.source)?, cache })
    }

    /// Gives a view another filter, parsed against its table's columns.
    pub fn set_filter(&mut self, id: ViewId, filter: Filter, now: i64) {
        if let Some((cache, table)) = self.cache(id) {
            cache.set_filter(table, filter, now);
        }
    }

    /// Gives a view another order. Rows whose time has come enter and leave with it.
    pub fn set_sort(&mut self, id: ViewId, sort: Option<Sort>, now: i64) {
        if let Some((cache, table)) = self.cache(id) {
            cache.tick(table, now);
            cache.set_sort(table, sort);
        }
    }

    /// When the next row may enter or leave some view, or stop being well, by the passing of time alone (`age<2h`, a lease), in seconds since the Unix
    /// epoch; `None` where neither looks at time.
    pub fn next_change(&self) -> Option<i64> {
        let views = self.views.values().filter_map(Cache::next_change);
        views.chain(self.tables.values().filter_map(Table::next_lapse)).min()
    }

    /// Lets rows enter and leave, and stop being well, by the passing of time; costs nothing where none is due. True where something changed.
    pub fn tick(&mut self, now: i64) -> bool {
        let over = |(id, table): (&SourceId, &Table)| {
            table.next_lapse().is_some_and(|at| at <= now).then_some(*id)
        };
        let over: Vec<SourceId> = self.tables.iter().filter_map(over).collect();
        let mut changed = false;
        for id in over {
            changed |= self.lapse(id, now);
        }
        for cache in self.views.values_mut() {
            if let Some(table) = self.tables.get(&cache.source) {
                changed |= cache.tick(table, now);
            }
        }
        changed
    }

    fn cache(&mut self, id: ViewId) -> Option<(&mut Cache, &Table)> {
        let cache = self.views.get_mut(&id)?;
        let table = self.tables.get(&cache.source)?;
        Some((cache, table))
    }
}

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod tests;
