//! Looks for an item that is not open: the way down to it, step by step.

use std::vec::IntoIter;

use rustc_hash::FxHashSet;

use super::item::Item;
use super::tree::Tree;

/// How many items are looked at before the search gives up.
const MOST: usize = 400_000;
/// How deep it is looked.
const DEEPEST: usize = 12;

/// The first item found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The keys of the items on the way to it, the uppermost first: what must be open for it to be seen.
    pub way: Vec<u64>,
    /// Its own key.
    pub key: u64,
}

/// How far a search has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// There is more to look through.
    More,
    /// This is the first item that it looks for.
    Found(Found),
    /// There is none, or none near enough.
    Nothing,
}

/// A search through a whole tree, open or not, in the order in which it would be laid out. Between two steps the graph may change: what is gone by
/// then is not found, and what came may be.
#[derive(Debug)]
pub struct Search {
    /// The items that are still to be looked at, level by level down to where it is.
    levels: Vec<Level>,
    left: usize,
    /// What was looked below already: its children need not be looked at again on another way.
    seen: FxHashSet<u64>,
}

/// Items below one other.
#[derive(Debug)]
struct Level {
    rest: IntoIter<Item>,
    /// The item that they are below, and its key; at the root there is none.
    above: Option<(Item, u64)>,
}

impl Search {
    /// A search that begins at the roots.
    pub fn new(tree: &Tree<'_>) -> Self {
        let roots: Vec<Item> = tree.roots().into_iter().map(|child| child.item).collect();
        let levels = vec![Level { rest: roots.into_iter(), above: None }];
        Self { levels, left: MOST, seen: FxHashSet::default() }
    }

    /// Looks at so many items more, or a few more than that: at all children of one item together.
    pub fn step(&mut self, tree: &Tree<'_>, items: usize, is_it: &dyn Fn(&Item) -> bool) -> Step {
        let is_there = |item: &Item| item.row().is_none_or(|node| tree.graph.get(node).is_some());
        let mut looked = 0;
        while looked < items {
            let Some(level) = self.levels.last_mut() else { return Step::Nothing };
            let above = level.above.as_ref().map_or(0, |(_, key)| *key);
            let whole = level.above.as_ref().is_none_or(|(item, _)| is_there(item));
            let Some(item) = level.rest.next().filter(|_| whole) else {
                self.levels.pop();
                continue;
            };
            let Some(left) = self.left.checked_sub(1) else { return Step::Nothing };
            self.left = left;
            looked += 1;
            let key = item.key(tree.graph, above);
            if is_there(&item) && is_it(&item) {
                let ways = self.levels.iter().filter_map(|level| level.above.as_ref());
                if ways.clone().all(|(item, _)| is_there(item)) {
                    return Step::Found(Found { way: ways.map(|(_, key)| *key).collect(), key });
                }
            }
            let fresh = self.seen.insert(item.key(tree.graph, 0));
            let is_above =
                |level: &Level| level.above.as_ref().is_some_and(|(above, _)| *above == item);
            if !fresh || self.levels.len() > DEEPEST || self.levels.iter().any(is_above) {
                continue;
            }
            let children: Vec<Item> =
                tree.children(&item).into_iter().map(|child| child.item).collect();
            if !children.is_empty() {
                // They were all put in order, which takes longer than looking at them.
                looked += children.len();
                self.levels.push(Level { rest: children.into_iter(), above: Some((item, key)) });
            }
        }
        Step::More
    }
}

/// Finds the first item that `is_it` at once; `None` where there is none, or none near enough.
pub fn find(tree: &Tree<'_>, is_it: &dyn Fn(&Item) -> bool) -> Option<Found> {
    match Search::new(tree).step(tree, usize::MAX, is_it) {
        Step::Found(found) => Some(found),
        Step::More | Step::Nothing => None,
    }
}
