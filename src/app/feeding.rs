//! What the graph takes in by steps, between which keys and changes are heard: a table that was there before it, one that is listed anew, one that goes.

use std::collections::VecDeque;

use crate::graph::Graph;
use crate::store::{Delta, Freshness, SourceId, Store, Table, Uid};

use super::App;

#[cfg(test)]
mod tests;

/// A few milliseconds' worth of rows.
const STEP: usize = 1_000;

/// Something that is done by steps.
enum Work {
    /// The rows of a Source's table are put into the graph; those before this place are.
    Put { id: SourceId, at: usize },
    /// Of these rows, those are taken out of the graph that the Source's table has no more; all of them where the Source is to be closed.
    Take { id: SourceId, rows: Vec<Uid>, closes: bool },
}

impl Work {
    /// The Source that is not whole in the graph until this is done.
    fn source(&self) -> Option<SourceId> {
        match self {
            Self::Put { id, .. } | Self::Take { id, closes: false, .. } => Some(*id),
            Self::Take { closes: true, .. } => None,
        }
    }
}

/// The steps that a graph still needs, in order.
pub(super) struct Feeding {
    works: VecDeque<Work>,
    /// How many rows are taken in a step.
    most: usize,
}

impl Default for Feeding {
    fn default() -> Self {
        Self { works: VecDeque::new(), most: STEP }
    }
}

impl Feeding {
    /// Whether nothing is left.
    pub fn is_over(&self) -> bool {
        self.works.is_empty()
    }

    /// Whether the graph has not all rows of a Source yet, or some that are gone.
    pub fn is_behind(&self, id: SourceId) -> bool {
        self.works.iter().any(|work| work.source() == Some(id))
    }

    /// A Source has rows already.
    pub fn put(&mut self, id: SourceId) {
        self.works.push_back(Work::Put { id, at: 0 });
    }

    /// A Source goes.
    pub fn close(&mut self, graph: &Graph, id: SourceId) {
        self.forget(id);
        self.works.push_back(Work::Take { id, rows: graph.members(id), closes: true });
    }

    fn forget(&mut self, id: SourceId) {
        self.works.retain(|work| work.source() != Some(id));
    }

    /// Takes in what a watch says, at once where that is little; before the store takes it.
    pub fn hear(&mut self, graph: &mut Graph, id: SourceId, delta: &Delta) {
        match delta {
            Delta::Reset(rows) if rows.len().max(graph.told(id)) > self.most => {
                self.forget(id);
                self.works.push_back(Work::Put { id, at: 0 });
                self.works.push_back(Work::Take { id, rows: graph.members(id), closes: false });
                // Until that is done nobody knows what is not there.
                graph.set_freshness(id, &Freshness::Loading { received: 0, remaining: None });
            }
            // Only a graph that has all rows knows what is not there; it is told when it has.
            Delta::State(Freshness::Live { .. }) if self.is_behind(id) => {}
            delta => graph.apply(id, delta),
        }
    }

    /// Does a step.
    pub fn step(&mut self, graph: &mut Graph, store: &Store) {
        let mut left = self.most;
        while left > 0 {
            let Some(work) = self.works.front_mut() else { return };
            let done = match work {
                Work::Put { id, at } => {
                    let table = store.table(*id);
                    for row in table.into_iter().flat_map(|table| table.portion(*at, left)) {
                        graph.put(*id, row);
                    }
                    let places = table.map_or(0, Table::places);
                    let taken = places.saturating_sub(*at).min(left);
                    (*at, left) = (*at + taken, left - taken);
                    *at >= places
                }
                Work::Take { id, rows, closes } => {
                    let table = store.table(*id).filter(|_| !*closes);
                    for uid in rows.drain(rows.len().saturating_sub(left)..) {
                        left -= 1;
                        if table.is_none_or(|table| table.get(uid).is_none()) {
                            graph.remove(*id, uid);
                        }
                    }
                    if *closes && rows.is_empty() {
                        graph.close(*id);
                    }
                    rows.is_empty()
                }
            };
            if !done {
                return;
            }
            let whole = self.works.pop_front().and_then(|work| work.source());
            if let Some(id) = whole.filter(|id| !self.is_behind(*id))
                && let Some(table) = store.table(id)
            {
                graph.set_freshness(id, table.freshness());
            }
        }
    }
}

impl App {
    /// Whether there is more to do that is done by steps.
    pub fn has_steps(&self) -> bool {
        self.busy().is_some() || self.owes() || !self.relists.is_over() || self.is_feeding()
    }

    fn is_feeding(&self) -> bool {
        self.graphs.values().any(|feeds| !feeds.feeding.is_over())
    }

    /// Does a step for each graph that needs one; whether one did.
    pub(super) fn feed_on(&mut self) -> bool {
        let mut any = false;
        for feeds in self.graphs.values_mut().filter(|feeds| !feeds.feeding.is_over()) {
            feeds.feeding.step(&mut feeds.graph, &self.store);
            any = true;
        }
        self.redraw |= any && (self.map().is_some() || self.counts_beside());
        any
    }
}
