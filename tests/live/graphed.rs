//! A real cluster in the graph, by kx's own watches.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Instant;

use tokio::sync::mpsc;

use kx::cluster::{Client, discovery, watch};
use kx::graph::{Graph, NodeId};
use kx::kinds::{Catalog, Resource};
use kx::store::{Change, Delta, Freshness, Health, Scope, Source, SourceId, Str, Uid};

use crate::support::PATIENCE;

/// Everything that a cluster serves, watched into a graph as the program does it.
pub struct Watching {
    pub graph: Graph,
    pub catalog: Catalog,
    resources: Vec<Arc<Resource>>,
    rows: BTreeMap<(SourceId, Uid), (Str, Str)>,
    live: BTreeSet<SourceId>,
    deltas: mpsc::Receiver<(SourceId, Delta)>,
    _tasks: Vec<watch::Task>,
}

impl Watching {
    /// Watches every resource that `wanted` wants, until all is there.
    pub async fn start(client: &Client, wanted: impl Fn(&Resource) -> bool) -> Self {
        let catalog = discovery::discover(client).await.unwrap().catalog;
        let mut graph = Graph::new(&catalog);
        let (sender, deltas) = mpsc::channel(64);
        let watched = catalog.iter().filter(|r| r.can("watch") && wanted(r));
        let resources: Vec<Arc<Resource>> = watched.cloned().collect();
        let mut tasks = Vec::new();
        for (number, resource) in (0..).zip(&resources) {
            let source = Source {
                cluster: "lab".into(),
                resource: Arc::clone(resource),
                scope: Scope::All,
                labels: String::new(),
                fields: String::new(),
            };
            graph.open(SourceId(number), &source);
            tasks.push(watch::spawn(client.clone(), SourceId(number), source, sender.clone()));
        }
        let (rows, live) = (BTreeMap::new(), BTreeSet::new());
        let mut all = Self { graph, catalog, resources, rows, live, deltas, _tasks: tasks };
        all.until("everything is live", |all| all.live.len() == all.resources.len()).await;
        all
    }

    /// Takes in what comes until `ready`; panics if that never comes.
    pub async fn until(&mut self, what: &str, ready: impl Fn(&Self) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        while !ready(self) {
            let left = deadline.saturating_duration_since(Instant::now());
            let Ok(delta) = tokio::time::timeout(left, self.deltas.recv()).await else {
                panic!("{what}: not within {PATIENCE:?}; broken: {:?}", self.broken());
            };
            let (id, delta) = delta.unwrap();
            self.take(id, &delta);
        }
    }

    fn take(&mut self, id: SourceId, delta: &Delta) {
        self.graph.apply(id, delta);
        match delta {
            Delta::State(Freshness::Live { .. }) => drop(self.live.insert(id)),
            Delta::State(_) | Delta::Columns(_) => {}
            Delta::Reset(_) => panic!("nothing is listed again here"),
            Delta::Batch(changes) => {
                for change in changes {
                    match change {
                        Change::Put(row) => {
                            let name = (row.namespace.clone(), row.name.clone());
                            self.rows.insert((id, row.uid), name);
                        }
                        Change::Remove(uid) => drop(self.rows.remove(&(id, *uid))),
                    }
                }
            }
        }
    }

    /// The objects of a resource.
    pub fn of(&self, resource: &Resource) -> Vec<NodeId> {
        let is = |id: &SourceId| self.resources[id.0 as usize].full_name() == resource.full_name();
        let rows = self.rows.iter().filter(|((id, _), _)| is(id));
        let node = |(namespace, name): &(Str, Str)| {
            self.graph.named(&resource.group, &resource.plural, namespace, name)
        };
        rows.map(|(_, name)| node(name).unwrap()).collect()
    }

    pub fn node(&self, resource: &str, namespace: &str, name: &str) -> Option<NodeId> {
        let resource = self.catalog.resolve(resource).unwrap();
        self.graph.named(&resource.group, &resource.plural, namespace, name)
    }

    /// Where an object's links lead: `routes to service app/web`.
    pub fn reached(&self, resource: &str, namespace: &str, name: &str) -> BTreeSet<String> {
        let node = self.node(resource, namespace, name).unwrap();
        let edges = self.graph.uses(node);
        let to = |relation: &str, target: NodeId| {
            let target = self.graph.get(target).unwrap();
            format!("{relation} {} {}/{}", target.singular(), target.namespace(), target.name())
        };
        let reached = edges
            .flat_map(|edge| edge.targets().map(move |target| (edge.relation().words(), target)));
        reached.map(|(relation, target)| to(relation, target)).collect()
    }

    pub fn health(&self, resource: &str, namespace: &str, name: &str) -> Health {
        self.graph.get(self.node(resource, namespace, name).unwrap()).unwrap().health()
    }

    /// Why links are broken.
    pub fn broken(&self) -> Vec<String> {
        self.graph.broken().map(|edge| edge.why().unwrap().to_string()).collect()
    }
}
