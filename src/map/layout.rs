//! What is open of a tree, line by line.

use super::item::{Child, Item};
use super::tree::Tree;

/// How deep the tree may be opened.
const DEEPEST: u16 = 40;
/// How many lines may be open.
const MOST: usize = 200_000;

/// A line of the Map.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What stands on it.
    pub item: Item,
    /// How it belongs to what stands above it, in words; empty where that goes without saying.
    pub via: &'static str,
    /// Tells it from every other line, as long as the objects on the way to it live.
    pub key: u64,
    /// How many items it stands below.
    pub depth: u16,
    /// Bit d: below the item at depth d more of its siblings follow.
    pub guides: u64,
    /// Whether it is the last below its item.
    pub last: bool,
    /// Whether what is below it is laid out.
    pub open: bool,
    /// Whether it stands above itself, so that it cannot be opened again.
    pub again: bool,
}

/// Lays out what is open. `is_open` is asked with a line whose `open` is not set yet; `keep` may leave items out.
pub fn lay_out(
    tree: &Tree<'_>,
    is_open: &dyn Fn(&Line) -> bool,
    keep: &dyn Fn(&Item) -> bool,
) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut layout = Layout { tree, is_open, keep, above: Vec::new(), lines: &mut lines };
    layout.add(tree.roots(), 0, 0);
    lines
}

struct Layout<'a, 't> {
    tree: &'a Tree<'t>,
    is_open: &'a dyn Fn(&Line) -> bool,
    keep: &'a dyn Fn(&Item) -> bool,
    /// The items on the way here.
    above: Vec<Item>,
    lines: &'a mut Vec<Line>,
}

impl Layout<'_, '_> {
    fn add(&mut self, children: Vec<Child>, above: u64, guides: u64) {
        let depth = self.above.len() as u16;
        let kept: Vec<Child> = children.into_iter().filter(|c| (self.keep)(&c.item)).collect();
        let count = kept.len();
        for (i, Child { item, via }) in kept.into_iter().enumerate() {
            if self.lines.len() >= MOST {
                return;
            }
            let last = i + 1 == count;
            let again = self.above.contains(&item);
            let mut line = Line {
                key: item.key(self.tree.graph, above),
                item,
                via,
                depth,
                guides,
                last,
                open: false,
                again,
            };
            line.open = !again && depth < DEEPEST && (self.is_open)(&line);
            let (key, open, item) = (line.key, line.open, line.item.clone());
            self.lines.push(line);
            if open {
                let guides = if last { guides } else { guides | 1 << depth };
                let children = self.tree.children(&item);
                self.above.push(item);
                self.add(children, key, guides);
                self.above.pop();
            }
        }
    }
}
