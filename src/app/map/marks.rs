//! Marked rows of the Map: what an action is about when it is about many.

use std::collections::HashSet;
use std::sync::Arc;

use crate::graph::{Graph, NodeId};
use crate::kinds::Resource;
use crate::map::Item;
use crate::store::{Row, Uid};

use super::super::App;
use super::super::action::Action;
use super::MapPage;

impl MapPage {
    /// Performs an action of marking; whether it was one. Only rows bear marks; what gathers them is folded instead.
    pub(super) fn mark(&mut self, action: Action, graph: &Graph) -> bool {
        let uid = |item: &Item| Some(graph.get(item.row()?)?.uid());
        match action {
            Action::Mark => match self.line().and_then(|line| uid(&line.item)) {
                Some(uid) => self.marks.toggle(uid),
                None => return false,
            },
            Action::MarkRange => {
                let here = self.cursor();
                let is_anchor = |uid: Option<Uid>| uid.is_some() && uid == self.marks.anchor();
                let from = self.lines().iter().position(|line| is_anchor(uid(&line.item)));
                let (from, to) = from.map_or((here, here), |from| (from.min(here), from.max(here)));
                let range = self.lines().get(from..=to).unwrap_or_default();
                let marked: Vec<Uid> = range.iter().filter_map(|line| uid(&line.item)).collect();
                let anchor = self.line().and_then(|line| uid(&line.item));
                self.marks.extend(marked, anchor);
            }
            Action::MarkAll => {
                let marked: Vec<Uid> =
                    self.lines().iter().filter_map(|line| uid(&line.item)).collect();
                self.marks.extend(marked, None);
            }
            Action::ClearMarks => self.marks.clear(),
            _ => return false,
        }
        true
    }

    /// Whether the row of a line is marked.
    pub fn is_marked(&self, graph: &Graph, item: &Item) -> bool {
        let node = item.row().filter(|_| !self.marks.is_empty()).and_then(|node| graph.get(node));
        node.is_some_and(|node| self.marks.contains(node.uid()))
    }

    /// The marked rows that are there, each once: in the order in which they stand, then those that are folded away.
    pub(super) fn marked(&self, graph: &Graph) -> Vec<NodeId> {
        if self.marks.is_empty() {
            return Vec::new();
        }
        let (mut marked, mut seen) = (Vec::new(), HashSet::new());
        let shown = self.lines().iter().filter(|line| self.is_marked(graph, &line.item));
        let hidden = self.marks.iter().filter_map(|uid| graph.with_uid(uid));
        for node in shown.filter_map(|line| line.item.row()).chain(hidden) {
            if seen.insert(node) {
                marked.push(node);
            }
        }
        marked
    }
}

impl App {
    /// The rows that an action on the Map in view is about: the marked ones, else the one under the cursor.
    pub(in super::super) fn chosen_nodes(&self) -> Vec<(&Arc<Resource>, &Row)> {
        let (Some(map), Some(feeds)) = (self.map(), self.feeds()) else { return Vec::new() };
        let mut nodes = map.marked(&feeds.graph);
        if nodes.is_empty() {
            nodes.extend(map.line().and_then(|line| line.item.whole()));
        }
        let rows = nodes.into_iter().filter_map(|node| self.node_row(node));
        rows.map(|(_, resource, row)| (resource, row)).collect()
    }

    /// The resource of the rows that an action on the Map in view is about; where marked rows are of several, of one of them.
    pub(in super::super) fn chosen_resource(&self) -> Option<&Arc<Resource>> {
        let (map, feeds) = (self.map()?, self.feeds()?);
        let marked = map.marks.iter().find_map(|uid| feeds.graph.with_uid(uid));
        let node = marked.or_else(|| map.line()?.item.whole())?;
        Some(self.node_row(node)?.1)
    }
}
