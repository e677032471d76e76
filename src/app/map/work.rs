//! What takes the Map longer than a key may wait: it is done by steps, between which keys and changes are heard.

use std::cell::{Cell, RefCell};

use rustc_hash::FxHashMap;

use crate::graph::Graph;
use crate::map::{Census, Found, Item, Search, Step, Tree, Weighing};
use crate::store::Health;

use super::super::{App, Level};
use super::MapPage;

/// How many items are looked at in a step: a few milliseconds' worth.
pub(super) const STEP: usize = 2_000;

/// A search through what is not open.
#[derive(Debug)]
pub(super) struct Seeking {
    search: Search,
    /// The graph's generation when it began.
    since: u64,
    /// Whether it looks for the second time, because the graph changed during the first.
    again: bool,
}

/// A search through the lines that are open.
#[derive(Debug)]
pub(super) struct Scan {
    /// The line that it began at, and whether it goes on downwards from there.
    pub from: usize,
    pub forward: bool,
    /// Whether it goes on through what is not open where no line is found.
    pub closed_too: bool,
    /// How many lines were looked at, and of how many.
    at: usize,
    of: usize,
    /// What was laid out then.
    laid: Option<u64>,
}

/// Finds out which items are not well, while only those are to be shown.
#[derive(Debug, Default)]
pub(super) struct Sifting {
    /// Items by key, with whether they are unwell.
    known: FxHashMap<u64, bool>,
    /// The item that it was at, by key, as far as it has come.
    pending: Option<(u64, Weighing)>,
    /// Whether some are not known yet.
    pub unfinished: bool,
    /// How many items were looked at.
    pub looked: usize,
}

impl Sifting {
    /// Calls `with` with what tells whether an item is to be kept. Once that has looked at enough items, it keeps none that it does not know.
    pub fn step<T>(
        &mut self,
        tree: &Tree<'_>,
        census: &Census,
        with: impl FnOnce(&dyn Fn(&Item) -> bool) -> T,
    ) -> T {
        let known = RefCell::new(std::mem::take(&mut self.known));
        let pending = RefCell::new(self.pending.take());
        let (looked, unfinished) = (Cell::new(0), Cell::new(false));
        let result = with(&|item| {
            let key = item.key(tree.graph, 0);
            if let Some(unwell) = known.borrow().get(&key) {
                return *unwell;
            }
            if looked.get() >= STEP {
                unfinished.set(true);
                return false;
            }
            let at_it = pending.borrow_mut().take().filter(|(at, _)| *at == key);
            let mut weighing =
                at_it.map_or_else(|| Weighing::new(tree, item, census), |(_, weighing)| weighing);
            let (items, weight) = weighing.step(tree, STEP - looked.get());
            looked.set(looked.get() + items.max(1));
            let Some(weight) = weight else {
                *pending.borrow_mut() = Some((key, weighing));
                unfinished.set(true);
                return false;
            };
            let unwell = weight.worst().is_some_and(|worst| worst >= Health::Changing);
            known.borrow_mut().insert(key, unwell);
            unwell
        });
        self.known = known.into_inner();
        self.pending = pending.into_inner();
        self.unfinished = unfinished.get();
        self.looked += looked.get();
        result
    }
}

impl MapPage {
    /// What it is busy with, in a word.
    pub(in super::super) fn busy(&self) -> Option<&'static str> {
        if self.seeking.is_some() || self.scanning.is_some() {
            Some("searching")
        } else if self.sifting.unfinished {
            Some("looking for problems")
        } else {
            self.weights.unfinished.then_some("counting")
        }
    }

    /// Looks for what the search means among the lines that are open, by steps of which this is the first.
    pub(super) fn scan(&mut self, graph: &Graph, from: usize, forward: bool, closed_too: bool) {
        let (of, laid) = (self.lines().len(), self.laid());
        self.scanning = Some(Scan { from, forward, closed_too, at: 0, of, laid });
        self.scan_on(graph);
    }

    /// Goes on with that search by a step.
    pub(super) fn scan_on(&mut self, graph: &Graph) {
        let Some(mut scan) = self.scanning.take() else { return };
        if (scan.of, scan.laid) != (self.lines().len(), self.laid()) {
            (scan.at, scan.of, scan.laid) = (0, self.lines().len(), self.laid());
        }
        let until = scan.of.min(scan.at + STEP);
        let place = |at: usize| {
            let step = if scan.forward { at } else { scan.of - at };
            (scan.from + step) % scan.of
        };
        let is_it =
            |at: &usize| self.lines().get(place(*at)).is_some_and(|line| self.matches(graph, line));
        if let Some(found) = (scan.at..until).find(is_it) {
            self.go(place(found));
        } else if until < scan.of {
            self.scanning = Some(Scan { at: until, ..scan });
        } else if scan.closed_too {
            self.find_closed(graph);
        }
    }

    /// Looks for what the search means in what is not open; what it finds comes with a later step.
    pub(in super::super) fn find_closed(&mut self, graph: &Graph) {
        let search = Search::new(&Tree::new(graph, &self.view));
        self.seeking = Some(Seeking { search, since: graph.generation(), again: false });
    }

    /// Goes on with the search by a step. An error says that nothing is found.
    fn seek_on(&mut self, graph: &Graph) -> Result<(), String> {
        let Some(mut seeking) = self.seeking.take() else { return Ok(()) };
        let tree = Tree::new(graph, &self.view);
        let step = seeking.search.step(&tree, STEP, &|item| {
            let (what, name) = item.words(graph);
            self.search.is_match(&format!("{what} {name}"))
        });
        match step {
            Step::More => self.seeking = Some(seeking),
            Step::Found(Found { way, key }) => {
                way.into_iter().for_each(|key| self.set_open(key, true));
                self.seek(key);
            }
            // What came meanwhile may have come where it had been looked already.
            Step::Nothing if !seeking.again && seeking.since != graph.generation() => {
                self.find_closed(graph);
                if let Some(seeking) = &mut self.seeking {
                    seeking.again = true;
                }
            }
            Step::Nothing => return Err(self.search.nothing()),
        }
        Ok(())
    }
}

impl App {
    /// What kx is busy with, in a word: there is more to do, which is done by steps.
    pub fn busy(&self) -> Option<&'static str> {
        match self.logs() {
            Some(logs) => logs.busy(),
            None => self.map()?.busy(),
        }
    }

    /// Does a step of what is done by steps.
    pub(in super::super) fn step(&mut self) {
        if self.pay() || self.relist_on() || self.feed_on() {
            return;
        }
        if let Some(logs) = self.logs_mut() {
            let result = logs.step();
            self.redraw = true;
            if let Err(why) = result {
                self.notify(Level::Warning, why);
            }
            return;
        }
        let Some((map, graph)) = self.map_mut() else { return };
        map.may_sift = true;
        map.scan_on(graph);
        let result = map.seek_on(graph);
        self.redraw |= map.seeking.is_none() && map.scanning.is_none();
        if let Err(why) = result {
            self.notify(Level::Warning, why);
        }
    }
}
