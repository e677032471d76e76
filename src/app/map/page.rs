//! What the Map page keeps: what is open, where the person is, and what was laid out.

use std::collections::HashSet;

use crate::graph::{Graph, NodeId};
use crate::map::{self, Census, Heading, Item, Line, Section, Tree, View, Weight};
use crate::store::Str;

use super::super::browse::Marks;
use super::super::reader::Search;
use super::parts::{self, AllParts};
use super::weights::Weights;
use super::work::{Scan, Seeking, Sifting};

/// Up to how many rows the first level is open from the start.
const SMALL: usize = 3_000;
/// Up to how many relatives a section is open from the start.
const FEW: usize = 12;
/// Up to how many items that are looked at the Map follows every change at once; beyond it, it waits for the next second.
const AT_ONCE: usize = 3_000;
/// For how many items more it waits a second longer.
const A_SECOND: usize = 100_000;

/// The Map page.
#[derive(Debug)]
pub struct MapPage {
    /// How the architecture is looked at.
    pub view: View,
    /// Whether only what is not well is shown.
    pub problems: bool,
    /// The search.
    pub search: Search,
    /// The marked rows.
    pub marks: Marks,
    /// The section to open first, where the surroundings of an object are shown.
    pub focus: Option<Section>,
    /// The parts of the rows that are open.
    pub(super) parts: AllParts,
    /// The context whose graph it has asked for.
    pub(in super::super) open: Option<Str>,
    opened: HashSet<u64>,
    closed: HashSet<u64>,
    lines: Vec<Line>,
    pub(super) weights: Weights,
    /// How many items were looked at since it was laid out, and when that was.
    looked: usize,
    laid_at: i64,
    census: Census,
    /// The graph's generation that was counted and weighed.
    seen: Option<u64>,
    /// The graph's generation that is laid out.
    laid: Option<u64>,
    /// When it may be laid out again, for a change of the graph alone; seconds since the Unix epoch.
    next: i64,
    /// The search through what is not open.
    pub(super) seeking: Option<Seeking>,
    /// The search through what is open.
    pub(super) scanning: Option<Scan>,
    pub(super) sifting: Sifting,
    /// Whether what is looked through may be looked through by a step more.
    pub(super) may_sift: bool,
    cursor: usize,
    /// The line under the cursor, wherever it moves.
    at: Option<u64>,
    first: usize,
}

impl MapPage {
    /// A page of a view of which nothing is known yet.
    pub fn new(view: View) -> Self {
        Self {
            view,
            problems: false,
            search: Search::default(),
            marks: Marks::default(),
            focus: None,
            parts: AllParts::new(),
            open: None,
            opened: HashSet::new(),
            closed: HashSet::new(),
            lines: Vec::new(),
            weights: Weights::default(),
            looked: 0,
            laid_at: 0,
            census: Census::default(),
            seen: None,
            laid: None,
            next: 0,
            seeking: None,
            scanning: None,
            sifting: Sifting::default(),
            may_sift: false,
            cursor: 0,
            at: None,
            first: 0,
        }
    }

    /// The lines that are open.
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// Where the cursor is among the lines.
    pub fn cursor(&self) -> usize {
        self.cursor
    }

    /// Which line stands first on the screen.
    pub fn first(&self) -> usize {
        self.first
    }

    /// The line under the cursor.
    pub fn line(&self) -> Option<&Line> {
        self.lines.get(self.cursor)
    }

    /// The graph's generation that is laid out.
    pub(super) fn laid(&self) -> Option<u64> {
        self.laid
    }

    /// The row of the line that a line stands below.
    pub fn above(&self, at: usize) -> Option<NodeId> {
        let depth = self.lines.get(at)?.depth;
        let mut before = self.lines.get(..at)?.iter().rev();
        before.find(|line| line.depth < depth)?.item.row()
    }

    /// How everything below a line is doing, as far as is known; `None` where it was not asked yet.
    pub fn weight(&self, line: &Line) -> Option<&Weight> {
        self.weights.get(line)
    }

    /// Shows another view; what was open in the one before is forgotten.
    pub(super) fn look(&mut self, view: View) {
        let (search, open) = (std::mem::take(&mut self.search), self.open.take());
        let parts = std::mem::take(&mut self.parts);
        let (problems, marks) = (self.problems, std::mem::take(&mut self.marks));
        *self = Self { problems, search, marks, parts, open, ..Self::new(view) };
    }

    /// What is laid out is not what is asked for any more.
    pub(in super::super) fn lay_out_again(&mut self) {
        self.laid = None;
    }

    /// When the graph is laid out again; `None` where it has not changed.
    pub(in super::super) fn next_wake(&self, graph: &Graph, now: i64) -> Option<i64> {
        (self.laid != Some(graph.generation())).then_some(self.next.max(now + 1))
    }

    /// Brings the lines into agreement with the graph, and the cursor with the lines. A change of the graph alone waits for the next second.
    pub(in super::super) fn settle(&mut self, graph: &Graph, now: i64, height: usize) {
        let changed = self.laid != Some(graph.generation());
        let lays_out = changed && (self.laid.is_none() || now >= self.next);
        if lays_out && self.lay_out(graph, now) {
            // Counted from when it was laid out: messages that change nothing put nothing off.
            let sifted = std::mem::take(&mut self.sifting.looked);
            (self.looked, self.laid_at) = (sifted + self.lines.len() + self.census.looked(), now);
        }
        if let Some(at) = self.at
            && self.lines.get(self.cursor).is_none_or(|line| line.key != at)
            && let Some(cursor) = self.lines.iter().position(|line| line.key == at)
        {
            self.cursor = cursor;
        }
        self.cursor = self.cursor.min(self.lines.len().saturating_sub(1));
        self.at = self.lines.get(self.cursor).map(|line| line.key);
        let height = height.max(1);
        self.first = self.first.min(self.cursor).max((self.cursor + 1).saturating_sub(height));
        self.first = self.first.min(self.lines.len().saturating_sub(height));
        let seen = self.first..(self.first + height + 1).min(self.lines.len());
        let seen = self.lines.get(seen).unwrap_or_default();
        self.looked += self.weights.weigh(&Tree::new(graph, &self.view), seen, &self.census);
        if self.looked > AT_ONCE {
            self.next = self.laid_at + 1 + (self.looked / A_SECOND) as i64;
        }
    }

    /// Lays out what is open, unless that takes more than may be looked at now.
    fn lay_out(&mut self, graph: &Graph, now: i64) -> bool {
        if self.problems && self.sifting.unfinished && !std::mem::take(&mut self.may_sift) {
            return false;
        }
        // What was found out holds until the next layout is due, whatever is opened meanwhile.
        let holds = self.sifting.unfinished || now < self.next;
        if !(self.problems && holds) && self.seen != Some(graph.generation()) {
            self.weights.age();
            self.census = Census::of(graph);
            self.seen = Some(graph.generation());
            self.sifting = Sifting::default();
        }
        if !self.problems {
            self.sifting = Sifting::default();
        }
        let parts = |node| parts::items(&self.parts, graph, node);
        let tree = Tree::new(graph, &self.view).with_parts(&parts);
        let (opened, closed, focus) = (&self.opened, &self.closed, self.focus);
        let is_open = |line: &Line| {
            opened.contains(&line.key)
                || !closed.contains(&line.key) && open_at_first(&tree, line, focus)
        };
        let census = &self.census;
        let lines = if self.problems {
            self.sifting.step(&tree, census, |keep| map::lay_out(&tree, &is_open, keep))
        } else {
            map::lay_out(&tree, &is_open, &|_| true)
        };
        if self.sifting.unfinished {
            return false;
        }
        self.lines = lines;
        self.weights.keep(&self.lines);
        self.laid = self.seen;
        self.next = now;
        true
    }

    /// Whether anything stands below a line.
    pub fn can_open(&self, graph: &Graph, line: &Line) -> bool {
        let parts = |node| parts::items(&self.parts, graph, node);
        let tree = || Tree::new(graph, &self.view).with_parts(&parts);
        // Parts are read when their row is opened.
        let has_parts = || {
            let node = line.item.row().and_then(|node| graph.get(node));
            node.is_some_and(|node| parts::kind_of(node.group(), node.plural()).is_some())
        };
        line.open || !line.again && (has_parts() || tree().has_children(&line.item))
    }

    /// Opens or closes a line.
    pub(super) fn set_open(&mut self, key: u64, open: bool) {
        let (to, from) = if open {
            (&mut self.opened, &mut self.closed)
        } else {
            (&mut self.closed, &mut self.opened)
        };
        from.remove(&key);
        to.insert(key);
        self.laid = None;
    }

    /// Goes to a line by its place.
    pub(in super::super) fn go(&mut self, cursor: usize) {
        self.cursor = cursor.min(self.lines.len().saturating_sub(1));
        self.at = self.lines.get(self.cursor).map(|line| line.key);
    }

    /// Goes to a line by its key, wherever it will be laid out.
    pub(super) fn seek(&mut self, key: u64) {
        self.at = Some(key);
    }

    /// Scrolls by lines, as the mouse wheel does; the cursor stays in view.
    pub(in super::super) fn scroll(&mut self, lines: isize, height: usize) {
        let last = self.lines.len().saturating_sub(height);
        self.first = self.first.saturating_add_signed(lines).min(last);
        let below = (self.first + height).saturating_sub(1);
        self.go(self.cursor.clamp(self.first, below.max(self.first)));
    }

    /// What is said that there is none of, where nothing is shown.
    pub(in super::super) fn things(&self) -> &'static str {
        match self.view {
            View::Broken => "references that lead nowhere",
            _ if self.problems => "problems",
            View::Around(_) => "rows of this object any more",
            _ => "rows",
        }
    }

    /// Goes to a line on the screen.
    pub(in super::super) fn click(&mut self, line: usize) {
        self.go(self.first.saturating_add(line));
    }
}

/// Whether a line is open before anybody opened or closed it.
fn open_at_first(tree: &Tree<'_>, line: &Line, focus: Option<Section>) -> bool {
    let small = tree.graph.len() <= SMALL;
    match (tree.view, line.depth) {
        (View::Around(_), 0) => true,
        (View::Around(_), 1) => match (&line.item, focus) {
            (Item::Heading(Heading::Section { section, .. }), Some(focus)) => *section == focus,
            (item, None) => tree.children(item).len() <= FEW,
            _ => false,
        },
        (View::Broken, 0 | 1) => true,
        (View::Nodes, 0) => true,
        (View::Access, _) => false,
        (_, 0) => small,
        _ => false,
    }
}

#[cfg(test)]
mod tests;
