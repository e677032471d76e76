//! What Sources tell the graph.

use crate::kinds::Resource;
use crate::store::{Change, Delta, Freshness, Row, Scope, Source, SourceId, Uid};

use super::Graph;
use super::bag::Bag;
use super::resource::{Covers, ResourceId};

/// A Source that feeds the graph, and the rows that it has told of.
pub(super) struct Feed {
    resource: ResourceId,
    scope: Scope,
    /// A label or field selector keeps the server from telling all.
    partial: bool,
    covers: Covers,
    members: Bag,
}

impl Graph {
    /// Makes room for a Source; its first Delta may come. Opening an open one changes nothing.
    pub fn open(&mut self, id: SourceId, source: &Source) {
        let partial = !source.labels.is_empty() || !source.fields.is_empty();
        self.open_scope(id, &source.resource, source.scope.clone(), partial);
    }

    fn open_scope(&mut self, id: SourceId, resource: &Resource, scope: Scope, partial: bool) {
        if self.feeds.contains_key(&id) {
            return;
        }
        let (resource, shift) = self.resources.learn(resource, false);
        let (covers, members) = Default::default();
        self.feeds.insert(id, Feed { resource, scope, partial, covers, members });
        self.relink(shift);
    }

    /// Forgets a Source, and the rows that no other one has.
    pub fn close(&mut self, id: SourceId) {
        let Some(feed) = self.feeds.remove(&id) else { return };
        self.resources.uncover(feed.resource, &feed.covers);
        self.generation += 1;
        for slot in feed.members.iter() {
            self.release(slot);
        }
    }

    /// Takes in what a cluster changed, as the store does. Deltas of a Source that is not open are dropped.
    pub fn apply(&mut self, id: SourceId, delta: &Delta) {
        match delta {
            // What rows link to does not hang on their columns.
            Delta::Columns(_) => {}
            Delta::Reset(rows) => self.reset(id, rows),
            Delta::Batch(changes) => {
                for change in changes {
                    match change {
                        Change::Put(row) => self.put(id, row),
                        Change::Remove(uid) => self.remove(id, *uid),
                    }
                }
            }
            Delta::State(freshness) => self.set_freshness(id, freshness),
        }
    }

    /// A Source has this row.
    pub fn put(&mut self, id: SourceId, row: &Row) {
        let Some(resource) = self.feeds.get(&id).map(|feed| feed.resource) else { return };
        let slot = self.take_in(resource, row);
        self.hold(id, slot);
    }

    /// A Source has this row no more; it stays while another one has it.
    pub fn remove(&mut self, id: SourceId, uid: Uid) {
        let Some(feed) = self.feeds.get_mut(&id) else { return };
        if let Some(slot) = self.nodes.find(feed.resource, uid)
            && feed.members.remove(slot)
        {
            self.release(slot);
        }
    }

    /// A Source has these rows and no others.
    pub fn reset<'r>(&mut self, id: SourceId, rows: impl IntoIterator<Item = &'r Row>) {
        let Some(feed) = self.feeds.get_mut(&id) else { return };
        let before = std::mem::take(&mut feed.members);
        let resource = feed.resource;
        for row in rows {
            let slot = self.take_in(resource, row);
            if before.contains(slot) {
                if let Some(feed) = self.feeds.get_mut(&id) {
                    feed.members.insert(slot);
                }
            } else {
                self.hold(id, slot);
            }
        }
        let now = self.feeds.get(&id).map(|feed| &feed.members);
        let gone: Vec<u32> =
            before.iter().filter(|slot| !now.is_some_and(|now| now.contains(*slot))).collect();
        for slot in gone {
            self.release(slot);
        }
    }

    /// How many rows a Source has told of.
    pub fn told(&self, id: SourceId) -> usize {
        self.feeds.get(&id).map_or(0, |feed| feed.members.len())
    }

    /// The rows that a Source has told of, in no particular order.
    pub fn members(&self, id: SourceId) -> Vec<Uid> {
        let slots = self.feeds.get(&id).into_iter().flat_map(|feed| feed.members.iter());
        slots.filter_map(|slot| Some(self.nodes.get(slot)?.uid)).collect()
    }

    /// How far a Source can be trusted. Only one that is live knows what is not there.
    pub fn set_freshness(&mut self, id: SourceId, freshness: &Freshness) {
        let Some(feed) = self.feeds.get_mut(&id) else { return };
        let covers = match (freshness, &feed.scope) {
            _ if feed.partial => Covers::Nothing,
            (Freshness::Live { limited_to: Some(only) }, _) => Covers::Namespaces(only.to_vec()),
            (Freshness::Live { limited_to: None }, Scope::All) => Covers::All,
            (Freshness::Live { limited_to: None }, Scope::Namespaces(all)) => {
                Covers::Namespaces(all.clone())
            }
            _ => Covers::Nothing,
        };
        if covers != feed.covers {
            self.resources.uncover(feed.resource, &feed.covers);
            self.resources.cover(feed.resource, &covers);
            feed.covers = covers;
            self.generation += 1;
        }
    }

    pub(super) fn feed_bytes(&self) -> usize {
        super::bytes::map(&self.feeds)
            + self.feeds.values().map(|f| f.members.bytes()).sum::<usize>()
    }

    fn hold(&mut self, id: SourceId, slot: u32) {
        if let Some(feed) = self.feeds.get_mut(&id)
            && feed.members.insert(slot)
            && let Some(node) = self.nodes.get_mut(slot)
        {
            node.held = node.held.saturating_add(1);
        }
    }

    fn release(&mut self, slot: u32) {
        let Some(node) = self.nodes.get_mut(slot) else { return };
        node.held = node.held.saturating_sub(1);
        if node.held == 0 {
            self.take_out(slot);
        }
    }
}
