//! How what stands below the Map's lines is doing: weighed by steps, for the lines that are seen.

use std::collections::{HashMap, HashSet};

use crate::map::{Census, Line, Tree, Weighing, Weight};

use super::work::STEP;

/// The weights of lines, by their keys.
#[derive(Debug, Default)]
pub(super) struct Weights {
    known: HashMap<u64, Weight>,
    /// The lines that were weighed since the graph was counted; of the others the weights are those of before, if there are any.
    fresh: HashSet<u64>,
    /// The line that is being weighed, by key, as far as that has come.
    pending: Option<(u64, Weighing)>,
    /// Whether lines on the screen are still to be weighed.
    pub unfinished: bool,
}

impl Weights {
    /// The weight of a line, as far as it is known.
    pub fn get(&self, line: &Line) -> Option<&Weight> {
        self.known.get(&line.key)
    }

    /// The graph was counted anew: every line is to be weighed again.
    pub fn age(&mut self) {
        self.fresh.clear();
        self.pending = None;
    }

    /// Forgets the weights of lines that are not laid out any more, where there are many.
    pub fn keep(&mut self, lines: &[Line]) {
        if self.known.len() > lines.len() {
            let there: HashSet<u64> = lines.iter().map(|line| line.key).collect();
            self.known.retain(|key, _| there.contains(key));
        }
    }

    /// Weighs lines, as far as a step goes; how many items were looked at.
    pub fn weigh(&mut self, tree: &Tree<'_>, lines: &[Line], census: &Census) -> usize {
        let (mut left, mut all) = (STEP, 0);
        self.unfinished = false;
        for line in lines {
            if self.fresh.contains(&line.key) {
                continue;
            }
            if left == 0 {
                self.unfinished = true;
                break;
            }
            let pending = self.pending.take().filter(|(key, _)| *key == line.key);
            let new = || Weighing::new(tree, &line.item, census);
            let mut weighing = pending.map_or_else(new, |(_, weighing)| weighing);
            let (looked, weight) = weighing.step(tree, left);
            left = left.saturating_sub(looked.max(1));
            all += looked;
            let Some(weight) = weight else {
                (self.pending, self.unfinished) = (Some((line.key, weighing)), true);
                break;
            };
            self.known.insert(line.key, weight);
            self.fresh.insert(line.key);
        }
        all
    }
}
