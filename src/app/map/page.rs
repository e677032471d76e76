//! What the Map page keeps: what is open, where the person is, and what was laid out.

use std::collections::{HashMap, HashSet};

use crate::graph::{Graph, NodeId};
use crate::map::{self, Census, Heading, Item, Line, Section, Tree, View, Weighing, Weight};
use crate::store::Str;

use super::super::browse::Marks;
use super::super::reader::Search;
use super::parts::{self, AllParts};
use super::work::{STEP, Scan, Seeking, Sifting};

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
    weights: HashMap<u64, Weight>,
    /// The lines that were weighed since the graph was counted; of the others the weights are those of before, if there are any.
    fresh: HashSet<u64>,
    /// The line that is being weighed, by key, as far as that has come.
    weighing: Option<(u64, Weighing)>,
    /// Whether lines on the screen are still to be weighed.
    pub(super) unweighed: bool,
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
            weights: HashMap::new(),
            fresh: HashSet::new(),
            weighing: None,
            unweighed: false,
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
        self.weights.get(&line.key)
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
        self.weigh(graph, self.first..self.first + height + 1);
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
            self.fresh.clear();
            self.weighing = None;
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
        if self.weights.len() > self.lines.len() {
            let there: HashSet<u64> = self.lines.iter().map(|line| line.key).collect();
            self.weights.retain(|key, _| there.contains(key));
        }
        self.laid = self.seen;
        self.next = now;
        true
    }

    /// Weighs the lines that will be seen, as far as a step goes.
    fn weigh(&mut self, graph: &Graph, seen: std::ops::Range<usize>) {
        let Self { lines, weights, fresh, weighing, census, .. } = self;
        let tree = Tree::new(graph, &self.view);
        let (mut left, mut unweighed) = (STEP, false);
        let lines = lines.get(seen.start..seen.end.min(lines.len())).unwrap_or_default();
        for line in lines {
            if fresh.contains(&line.key) {
                continue;
            }
            if left == 0 {
                unweighed = true;
                break;
            }
            let at_it = weighing.take().filter(|(key, _)| *key == line.key);
            let new = || Weighing::new(&tree, &line.item, census);
            let mut at_it = at_it.map_or_else(new, |(_, weighing)| weighing);
            let (looked, weight) = at_it.step(&tree, left);
            left = left.saturating_sub(looked.max(1));
            self.looked += looked;
            if let Some(weight) = weight {
                weights.insert(line.key, weight);
                fresh.insert(line.key);
            } else {
                (*weighing, unweighed) = (Some((line.key, at_it)), true);
                break;
            }
        }
        self.unweighed = unweighed;
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
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::kinds::{Catalog, Resource};
    use crate::store::{Freshness, Health, Link, Relation, Row, Scope, Source, SourceId, To, Uid};

    /// The rows of this resource come to be known to a graph.
    fn open(graph: &mut Graph, id: u32, plural: &str, kind: &str) {
        let resource = Resource { plural: plural.into(), kind: kind.into(), ..Resource::default() };
        let source = Source {
            cluster: "c".into(),
            resource: resource.into(),
            scope: Scope::All,
            labels: String::new(),
            fields: String::new(),
        };
        graph.open(SourceId(id), &source);
    }

    /// A graph of so many pods, which are all there.
    fn graph(pods: usize) -> Graph {
        let mut graph = Graph::new(&Catalog::default());
        open(&mut graph, 0, "pods", "Pod");
        (0..pods).for_each(|i| graph.put(SourceId(0), &pod(&i.to_string())));
        graph.set_freshness(SourceId(0), &Freshness::Live { limited_to: None });
        graph
    }

    fn pod(name: &str) -> Row {
        Row {
            uid: Uid::of_name("ns", name),
            namespace: "ns".into(),
            name: name.into(),
            created: 0,
            health: Health::Ok,
            labels: Arc::new([]),
            cells: Box::default(),
            links: Box::default(),
        }
    }

    #[test]
    fn no_step_counts_more_than_it_may() {
        const NODES: usize = 50;
        const PODS: usize = 400;
        let mut graph = Graph::new(&Catalog::default());
        open(&mut graph, 0, "pods", "Pod");
        open(&mut graph, 1, "nodes", "Node");
        for node in 0..NODES {
            let name = format!("n{node}");
            let row = Row { namespace: "".into(), ..pod(&name) };
            graph.put(SourceId(1), &row);
            let runs = Arc::new(Link {
                relation: Relation::RunsOn,
                group: "".into(),
                resource: "nodes".into(),
                to: To::Name { namespace: "".into(), name: name.as_str().into() },
                optional: false,
                needs: None,
            });
            for i in 0..PODS {
                let pod = pod(&format!("{name}-{i}"));
                graph.put(SourceId(0), &Row { links: [Arc::clone(&runs)].into(), ..pod });
            }
        }
        for id in [0, 1] {
            graph.set_freshness(SourceId(id), &Freshness::Live { limited_to: None });
        }
        let mut page = MapPage::new(View::Nodes);
        let (mut steps, mut before) = (0, None);
        loop {
            page.settle(&graph, 0, 100);
            let looked = page.looked;
            if let Some(before) = before {
                assert!(looked - before <= STEP + PODS, "{looked} after {before}");
            } else {
                // The first lays out as well: a line for each node, and one for their zone.
                assert!(looked <= NODES + 1 + STEP + PODS, "{looked}");
            }
            (steps, before) = (steps + 1, Some(looked));
            if page.busy().is_none() {
                break;
            }
            assert_eq!(page.busy(), Some("counting"));
            assert!(steps < 100, "it never ends");
        }
        assert!(steps > 10, "{steps} steps");
        let total = |line: &Line| page.weight(line).map(|weight| weight.leaves.total());
        assert_eq!(page.lines().len(), NODES + 1);
        assert_eq!(total(&page.lines()[0]), Some(NODES * PODS), "the zone");
        assert!(page.lines()[1..].iter().all(|line| total(line) == Some(PODS)));
        // What was counted is shown until it is counted anew.
        graph.put(SourceId(0), &pod("more"));
        page.settle(&graph, 9, 100);
        assert_eq!(page.busy(), Some("counting"));
        assert_eq!(page.weight(&page.lines()[0]).map(|w| w.leaves.total()), Some(NODES * PODS));
    }

    #[test]
    fn what_is_typed_is_looked_for_by_steps() {
        let graph = graph(3 * STEP);
        let mut page = MapPage::new(View::Workloads);
        page.settle(&graph, 0, 20);
        page.set_open(page.lines()[0].key, true);
        page.settle(&graph, 0, 20);
        assert!(page.lines().len() > 3 * STEP);
        let last = page.lines().len() - 1;
        let name = page.lines()[last].item.words(&graph).1;
        page.type_search(&format!(r"\b{name}$"), &graph);
        assert_eq!((page.busy(), page.cursor()), (Some("searching"), 0));
        let mut steps = 1;
        while page.busy().is_some() {
            page.scan_on(&graph);
            steps += 1;
        }
        assert_eq!((steps, page.cursor()), (4, last));
        page.type_search("nowhere", &graph);
        (0..4).for_each(|_| page.scan_on(&graph));
        assert_eq!((page.busy(), page.cursor()), (None, last), "it stays where it was");
    }

    #[test]
    fn a_large_cluster_that_never_rests_is_followed_all_the_same() {
        let mut graph = graph(2 * A_SECOND);
        let mut page = MapPage::new(View::Workloads);
        page.settle(&graph, 0, 20);
        let total = |page: &MapPage| {
            page.line().and_then(|line| page.weight(line)).map(|weight| weight.leaves.total())
        };
        assert_eq!(total(&page), Some(2 * A_SECOND));
        for second in 0..4 {
            graph.put(SourceId(0), &pod(&format!("more-{second}")));
            page.settle(&graph, second, 20);
            page.settle(&graph, second, 20);
        }
        assert_eq!(total(&page), Some(2 * A_SECOND + 4), "after three seconds it is due");
    }
}
