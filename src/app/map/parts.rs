//! The parts of the rows that are open in a Map: containers, watched only while their pod is open.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;

use crate::graph::Graph;
use crate::kinds;
use crate::map::Item;
use crate::store::{Health, Link, Relation, Row, Scope, Source, SourceId, Str, Uid};

use super::super::views::columns;
use super::super::{App, Page};
use super::MapPage;

/// Of how many open rows the parts are watched, those on the screen first.
const MOST: usize = 24;

/// The parts of one row.
#[derive(Debug)]
pub(in super::super) struct Parts {
    source: SourceId,
    /// What one of them is, `container`.
    what: &'static str,
    seen: Option<u64>,
    known: Vec<Part>,
}

/// A part: its name, how it is doing, and what it uses.
type Part = (Str, Health, Arc<[Arc<Link>]>);

/// The parts of all open rows.
pub(in super::super) type AllParts = BTreeMap<Uid, Parts>;

/// The parts of a row as items, as far as they are known.
pub(super) fn items(parts: &AllParts, graph: &Graph, of: crate::graph::NodeId) -> Vec<Item> {
    let known = graph.get(of).and_then(|node| parts.get(&node.uid()));
    let items = known.into_iter().flat_map(|parts| {
        parts.known.iter().map(|(name, health, uses)| Item::Part {
            of,
            what: parts.what,
            name: name.clone(),
            health: *health,
            uses: Arc::clone(uses),
        })
    });
    items.collect()
}

fn part(row: &Row) -> Part {
    let uses = row.links.iter().filter(|link| link.relation == Relation::Uses).cloned().collect();
    (row.name.clone(), row.health, uses)
}

/// What the parts of a resource's objects are: plural and singular.
pub(super) fn kind_of(group: &str, plural: &str) -> Option<(&'static str, &'static str)> {
    let kind = kinds::all().iter().find(|kind| kind.info.part_of == Some((group, plural)))?;
    let plural = kind.info.plural;
    Some((plural, plural.strip_suffix('s').unwrap_or(plural)))
}

impl App {
    /// Watches the parts of the rows that are open in the Map in view, and takes in what is known of them.
    pub(in super::super) fn settle_parts(&mut self) {
        let wanted = self.open_wholes();
        let mut all = match self.page_mut() {
            Some(Page::Map(map)) => std::mem::take(&mut map.parts),
            _ => return,
        };
        let mut changed = false;
        let gone: Vec<Uid> = all.keys().filter(|uid| !wanted.contains_key(uid)).copied().collect();
        for parts in gone.iter().filter_map(|uid| all.remove(uid)) {
            self.sources.release(parts.source, self.now);
        }
        for (uid, (source, what)) in wanted {
            let Entry::Vacant(entry) = all.entry(uid) else { continue };
            let (id, new) = self.sources.acquire(&source);
            if new {
                self.store.open(id, columns(&source));
            }
            entry.insert(Parts { source: id, what, seen: None, known: Vec::new() });
        }
        for parts in all.values_mut() {
            let Some(table) = self.store.table(parts.source) else { continue };
            if parts.seen.replace(table.generation()) != Some(table.generation()) {
                let known: Vec<Part> = table.rows().map(part).collect();
                changed |= parts.known != known;
                parts.known = known;
            }
        }
        if let Some(Page::Map(map)) = self.page_mut() {
            map.parts = all;
            if changed {
                map.lay_out_again();
            }
        }
        self.redraw |= changed;
    }

    /// The open rows of the Map in view that have parts: where these come from, and what one of them is.
    fn open_wholes(&self) -> BTreeMap<Uid, (Source, &'static str)> {
        let (Some(map), Some(feeds)) = (self.map(), self.feeds()) else { return BTreeMap::new() };
        let mut wanted = BTreeMap::new();
        let open = map.lines().iter().skip(map.first()).chain(map.lines().iter().take(map.first()));
        for node in open.filter(|line| line.open).filter_map(|line| line.item.row()) {
            let Some(node) = feeds.graph.get(node) else { continue };
            let Some((plural, what)) = kind_of(node.group(), node.plural()) else { continue };
            let Some(resource) = self.resource("", plural) else { continue };
            let scope = Scope::Namespaces(vec![node.namespace().clone()]);
            let mut source = self.source(resource, scope);
            source.fields = format!("metadata.name={}", node.name());
            wanted.insert(node.uid(), (source, what));
            if wanted.len() == MOST {
                break;
            }
        }
        wanted
    }

    /// Lets go of the parts that a Map watches.
    pub(in super::super) fn release_parts(&mut self, map: &mut MapPage) {
        for (_, parts) in std::mem::take(&mut map.parts) {
            self.sources.release(parts.source, self.now);
        }
    }
}
