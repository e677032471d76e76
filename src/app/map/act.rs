//! What can be done on the Map page.

use crate::graph::Graph;
use crate::map::Line;

use super::super::action::Action;
use super::super::browse::moved;
use super::MapPage;

impl MapPage {
    /// Performs an action that is about this page alone; whether it was one. An error says why nothing happened.
    pub(in super::super) fn act(
        &mut self,
        action: Action,
        graph: &Graph,
        height: usize,
    ) -> Result<bool, String> {
        // Who does something else waits for nothing more.
        self.seeking = None;
        self.scanning = None;
        if let Some(to) = moved(action, self.cursor(), self.lines().len(), height) {
            self.go(to);
            return Ok(true);
        }
        if self.mark(action, graph) {
            return Ok(true);
        }
        match action {
            Action::Right => self.unfold(graph),
            Action::Left => self.fold(),
            Action::Fold | Action::Mark => match self.line() {
                Some(line) if line.open => self.fold(),
                Some(_) => self.unfold(graph),
                None => {}
            },
            Action::FoldAll => {
                let open: Vec<u64> =
                    self.lines().iter().filter(|line| line.open).map(|line| line.key).collect();
                open.into_iter().for_each(|key| self.set_open(key, false));
                self.go(0);
            }
            Action::UnfoldAll => {
                // One level below the line under the cursor: everything would be the whole cluster.
                self.unfold(graph);
                let below = self.below();
                below.into_iter().for_each(|key| self.set_open(key, true));
            }
            Action::NextView => self.look(self.view.step(true)),
            Action::PreviousView => self.look(self.view.step(false)),
            Action::ToggleProblems => {
                self.problems = !self.problems;
                self.lay_out_again();
            }
            Action::NextMatch | Action::PreviousMatch => {
                return self.next_match(graph, action == Action::NextMatch).map(|()| true);
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn unfold(&mut self, graph: &Graph) {
        let Some(line) = self.line() else { return };
        if line.open {
            self.go(self.cursor() + 1);
        } else if self.can_open(graph, line) {
            self.set_open(line.key, true);
        }
    }

    /// Folds what is open; elsewhere, goes to the line above.
    fn fold(&mut self) {
        let Some(line) = self.line() else { return };
        if line.open {
            return self.set_open(line.key, false);
        }
        let depth = line.depth;
        let above = self.lines().get(..self.cursor()).unwrap_or_default();
        if let Some(at) = above.iter().rposition(|line| line.depth < depth) {
            self.go(at);
        }
    }

    /// The lines right below the one under the cursor.
    fn below(&self) -> Vec<u64> {
        let Some(line) = self.line() else { return Vec::new() };
        let after = self.lines().get(self.cursor() + 1..).unwrap_or_default();
        let below = after.iter().take_while(|other| other.depth > line.depth);
        below.filter(|other| other.depth == line.depth + 1).map(|other| other.key).collect()
    }

    /// Takes in what is typed as a search.
    pub(in super::super) fn type_search(&mut self, text: &str, graph: &Graph) {
        self.search.set(text);
        self.seeking = None;
        self.scanning = None;
        if !text.is_empty() {
            self.scan(graph, self.cursor(), true, false);
        }
    }

    /// Whether the search finds a line.
    pub fn matches(&self, graph: &Graph, line: &Line) -> bool {
        let (what, name) = line.item.words(graph);
        self.search.is_match(&format!("{what} {name}"))
    }

    /// Goes to the next line that the search finds; where none is open, it opens the way to one.
    fn next_match(&mut self, graph: &Graph, forward: bool) -> Result<(), String> {
        if self.search.pattern().is_empty() {
            return Err(self.search.nothing());
        }
        let (here, lines) = (self.cursor(), self.lines().len().max(1));
        let from = if forward { here + 1 } else { here + lines - 1 };
        self.scan(graph, from, forward, true);
        Ok(())
    }
}
