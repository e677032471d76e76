//! The graphs of the clusters: each is there while a page asks for it, fed by Sources of its own that cover the whole cluster.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::graph::{Graph, NodeId};
use crate::kinds::relations::Relations;
use crate::kinds::{Place, Resource, modelled};
use crate::map::Section;
use crate::store::{Delta, Freshness, Row, Scope, Source, SourceId, Str, drop_aside};

use super::feeding::Feeding;
use super::go::Here;
use super::sources::LINGER;
use super::views::columns;
use super::{App, Browse};

/// A cluster's graph and what feeds it.
pub struct Feeds {
    /// The graph.
    pub graph: Graph,
    /// Its Sources, each with its resource, by group and plural.
    sources: BTreeMap<(Str, Str), (SourceId, Arc<Resource>)>,
    /// Those of them that are not only lingering.
    held: BTreeSet<SourceId>,
    /// What the graph has not taken in yet.
    pub(super) feeding: Feeding,
    /// How many pages need it.
    users: u32,
    /// Since when none does, seconds since the Unix epoch.
    idle_since: i64,
}

/// How much of a graph is there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// How many resources are watched for it.
    pub all: usize,
    /// How many of them are live, or refused for good.
    pub known: usize,
    /// How many may not be read.
    pub refused: usize,
    /// How many show what was, and may not be any more.
    pub stale: usize,
}

impl Feeds {
    /// The Source that has a resource's rows.
    pub fn source(&self, group: &str, plural: &str) -> Option<(SourceId, &Arc<Resource>)> {
        let (id, resource) = self.sources.get(&(group.into(), plural.into()))?;
        Some((*id, resource))
    }

    fn has(&self, id: SourceId) -> bool {
        self.sources.values().any(|(known, _)| *known == id)
    }
}

/// Whether the graph wants the rows of a resource: kx models it, or is told what it refers to.
fn wanted(resource: &Resource, relations: &Relations) -> bool {
    let listed = resource.verbs.is_empty() || resource.can("list") && resource.can("watch");
    let wanted = match modelled(&resource.group, &resource.plural) {
        Some(kind) => kind.place != Place::Outside,
        None => relations.knows(resource),
    };
    listed && wanted
}

impl App {
    /// One more page needs the graph of the context in view.
    pub(super) fn acquire_graph(&mut self) {
        let cluster = self.context.clone();
        let catalog = Arc::clone(&self.context().catalog);
        let feeds = self.graphs.entry(cluster).or_insert_with(|| Feeds {
            graph: Graph::new(&catalog),
            sources: BTreeMap::new(),
            held: BTreeSet::new(),
            feeding: Feeding::default(),
            users: 0,
            idle_since: 0,
        });
        feeds.users += 1;
        if feeds.users == 1 {
            // Those that linger from before are taken again, one by one.
            self.feed_graph();
        }
    }

    /// Watches for the graph of the context in view what its cluster serves and nobody watches for it yet.
    pub(super) fn feed_graph(&mut self) {
        let cluster = self.context.clone();
        let catalog = Arc::clone(&self.context().catalog);
        let Some(feeds) = self.graphs.get_mut(&cluster).filter(|feeds| feeds.users > 0) else {
            return;
        };
        feeds.graph.learn(&catalog);
        let relations = match &self.setup.relations {
            Some(relations) => relations,
            None => Relations::built_in(),
        };
        for resource in catalog.iter().filter(|resource| wanted(resource, relations)) {
            let key = (Str::from(resource.group.as_str()), Str::from(resource.plural.as_str()));
            let source = Source {
                cluster: cluster.clone(),
                resource: Arc::clone(resource),
                scope: Scope::All,
                labels: String::new(),
                fields: String::new(),
            };
            let before = feeds.sources.get(&key).map(|(id, _)| *id);
            if before.is_some_and(|id| feeds.held.contains(&id)) {
                continue;
            }
            let (id, new) = self.sources.acquire(&source);
            feeds.held.insert(id);
            if new {
                self.store.open(id, columns(&source));
            }
            if before == Some(id) {
                continue;
            }
            if let Some(before) = before {
                feeds.feeding.close(&feeds.graph, before);
            }
            feeds.graph.open(id, &source);
            feeds.feeding.put(id);
            feeds.sources.insert(key, (id, Arc::clone(resource)));
        }
        // Where there is little, it is there at once.
        feeds.feeding.step(&mut feeds.graph, &self.store);
    }

    /// A page of this context needs its graph no more; the Sources linger.
    pub(super) fn release_graph(&mut self, cluster: &str) {
        let Some(feeds) = self.graphs.get_mut(cluster) else { return };
        feeds.users = feeds.users.saturating_sub(1);
        if feeds.users == 0 {
            feeds.idle_since = self.now;
            for id in std::mem::take(&mut feeds.held) {
                self.sources.release(id, self.now);
            }
        }
    }

    /// The pane beside the table needs the graph too: it counts what stands around a row before somebody goes there. What is watched for that
    /// must not delay the table itself.
    pub(super) fn count_beside(&mut self) {
        let here = self.counts_beside();
        let held = self.counted.as_ref().is_some_and(|cluster| *cluster == self.context);
        let wanted = here && (held || self.is_table_live());
        if held == wanted || (!wanted && self.counted.is_none()) {
            return;
        }
        if let Some(cluster) = self.counted.take() {
            self.release_graph(&cluster);
        }
        if wanted {
            self.acquire_graph();
            self.counted = Some(self.context.clone());
        }
    }

    /// Whether the pane beside the table is there to count.
    pub(super) fn counts_beside(&self) -> bool {
        self.setup.counts && self.peek && self.layout.beside && self.over.is_empty()
    }

    /// Whether the cluster has said what it serves, and the table in view is all there.
    pub(super) fn is_table_live(&self) -> bool {
        let table = self.browse().and_then(Browse::source_id).and_then(|id| self.store.table(id));
        self.context().discovered
            && table.is_some_and(|table| matches!(table.freshness(), Freshness::Live { .. }))
    }

    /// A Source has lingered long enough.
    pub(super) fn unfeed(&mut self, id: SourceId) {
        for feeds in self.graphs.values_mut() {
            if feeds.has(id) {
                feeds.feeding.close(&feeds.graph, id);
                feeds.sources.retain(|_, (known, _)| *known != id);
            }
        }
    }

    /// Lets go of the graphs that no page has needed for as long as Sources linger.
    pub(super) fn forget_graphs(&mut self) {
        let now = self.now;
        let needed =
            |feeds: &Feeds| feeds.users > 0 || now.saturating_sub(feeds.idle_since) < LINGER;
        for (_, feeds) in self.graphs.extract_if(.., |_, feeds| !needed(feeds)) {
            drop_aside(feeds);
        }
    }

    /// A Source goes by another id from now on, and begins anew.
    pub(super) fn refeed(&mut self, old: SourceId, new: SourceId) {
        for feeds in self.graphs.values_mut() {
            let found = feeds.sources.values_mut().find(|(id, _)| *id == old);
            if let (Some((id, _)), Some(source)) = (found, self.sources.get(new)) {
                *id = new;
                if feeds.held.remove(&old) {
                    feeds.held.insert(new);
                }
                feeds.feeding.close(&feeds.graph, old);
                feeds.graph.open(new, source);
            }
        }
    }

    /// Hands on to a cluster's graph what a watch says; before the store takes it.
    pub(super) fn graph_delta(&mut self, cluster: &str, id: SourceId, delta: &Delta) {
        if let Some(feeds) = self.graphs.get_mut(cluster)
            && feeds.has(id)
        {
            feeds.feeding.hear(&mut feeds.graph, id, delta);
            self.redraw |= self.map().is_some() && *self.context == *cluster;
        }
    }

    /// The graph of the context in view, while a page asks for it.
    pub fn feeds(&self) -> Option<&Feeds> {
        self.graphs.get(&self.context)
    }

    /// The row of a node of the graph, with its Source and its resource.
    pub fn node_row(&self, node: NodeId) -> Option<(SourceId, &Arc<Resource>, &Row)> {
        let feeds = self.feeds()?;
        let node = feeds.graph.get(node)?;
        let (id, resource) = feeds.source(node.group(), node.plural())?;
        Some((id, resource, self.store.table(id)?.get(node.uid())?))
    }

    /// The Sources of the graph in view that are stale or were refused.
    pub(super) fn failed_feeds(&self) -> Vec<SourceId> {
        let failed = |id: &SourceId| {
            let freshness = self.store.table(*id).map(crate::store::Table::freshness);
            matches!(freshness, Some(Freshness::Stale { .. } | Freshness::Refused { .. }))
        };
        let ids = self.feeds().into_iter().flat_map(|feeds| feeds.held.iter().copied());
        ids.filter(failed).collect()
    }

    /// How many relatives of each sort the row under the cursor has, where the graph is there; those it has none of are left out.
    pub fn relatives(&self) -> Vec<(Section, usize)> {
        let node = self.here().and_then(|Here { resource, row, .. }| {
            let graph = &self.feeds()?.graph;
            Some((graph, graph.find(&resource.group, &resource.plural, row.uid)?))
        });
        let Some((graph, node)) = node else { return Vec::new() };
        let all = Section::ALL.into_iter().map(|section| (section, section.count(graph, node)));
        all.filter(|(_, count)| *count > 0).collect()
    }

    /// How much of the graph in view is there.
    pub fn progress(&self) -> Progress {
        let mut progress = Progress::default();
        let all = self.feeds().into_iter().flat_map(|feeds| {
            feeds.sources.values().map(|(id, _)| (id, feeds.feeding.is_behind(*id)))
        });
        for (id, behind) in all {
            progress.all += 1;
            if behind {
                continue;
            }
            match self.store.table(*id).map(crate::store::Table::freshness) {
                Some(Freshness::Live { .. }) => progress.known += 1,
                Some(Freshness::Refused { .. }) => {
                    progress.known += 1;
                    progress.refused += 1;
                }
                Some(Freshness::Stale { .. }) => progress.stale += 1,
                Some(Freshness::Loading { .. }) | None => {}
            }
        }
        progress
    }
}
