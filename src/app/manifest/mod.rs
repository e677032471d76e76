//! The YAML page: one object, live.

mod search;
mod yaml;

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

use serde_json::Value;

pub use search::Search;
pub use yaml::{YamlLine, emit as yaml};

use crate::kinds::Resource;

use super::action::Action;
use super::browse::moved;
use super::effect::ObjectId;
use super::msg::ObjectNews;

/// For how many seconds a line that changed stays marked.
pub const MARKED_FOR: i64 = 10;

/// How many columns left and right scroll by.
const SCROLL: usize = 8;

/// The YAML page.
#[derive(Debug)]
pub struct Manifest {
    /// The object's short name between the app and the runtime.
    pub id: ObjectId,
    /// The object's resource.
    pub resource: Arc<Resource>,
    /// Its namespace, empty where it is cluster-scoped.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// What is known of it.
    pub state: ObjectState,
    /// Whether metadata.managedFields is shown.
    pub managed_fields: bool,
    /// The search.
    pub search: Search,
    /// How many columns are scrolled off to the left.
    pub left: usize,
    value: Option<Value>,
    text: String,
    lines: Vec<YamlLine>,
    folded: HashSet<u64>,
    changed: HashMap<u64, i64>,
    /// The lines that folds leave, as indices into `lines`.
    visible: Vec<usize>,
    /// The cursor, as an index into `visible`.
    cursor: usize,
    first: usize,
    pub(super) following: bool,
}

/// What is known of a followed object.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ObjectState {
    /// It is being read.
    #[default]
    Loading,
    /// What is shown is what the server has.
    Live,
    /// It was deleted; what is shown is how it was last.
    Deleted,
    /// It cannot be read, or not any more.
    Failed(String),
}

impl Manifest {
    /// The page of an object of which nothing is known yet.
    pub fn new(id: ObjectId, resource: Arc<Resource>, namespace: &str, name: &str) -> Self {
        Self {
            id,
            resource,
            namespace: namespace.to_owned(),
            name: name.to_owned(),
            state: ObjectState::Loading,
            managed_fields: false,
            search: Search::default(),
            left: 0,
            value: None,
            text: String::new(),
            lines: Vec::new(),
            folded: HashSet::new(),
            changed: HashMap::new(),
            visible: Vec::new(),
            cursor: 0,
            first: 0,
            following: false,
        }
    }

    /// The YAML, as it is copied.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Its lines, folded or not.
    pub fn lines(&self) -> &[YamlLine] {
        &self.lines
    }

    /// The lines that folds leave, as indices into [`Manifest::lines`], in order.
    pub fn visible(&self) -> &[usize] {
        &self.visible
    }

    /// Where the cursor is, as an index into [`Manifest::visible`].
    pub fn cursor(&self) -> usize {
        self.cursor
    }

    /// What stands in the first line of the screen, as an index into [`Manifest::visible`].
    pub fn first(&self) -> usize {
        self.first
    }

    /// Whether what stands below a line is folded away.
    pub fn is_folded(&self, line: usize) -> bool {
        self.lines.get(line).is_some_and(|l| l.is_foldable(line) && self.folded.contains(&l.path))
    }

    /// Whether a line changed a moment ago.
    pub fn is_changed(&self, line: usize, now: i64) -> bool {
        let at = self.lines.get(line).and_then(|l| self.changed.get(&l.path));
        at.is_some_and(|at| now.saturating_sub(*at) < MARKED_FOR)
    }

    /// The matches of the search in a line, as ranges of bytes.
    pub fn matches(&self, line: usize) -> impl Iterator<Item = Range<usize>> {
        self.search.in_line(line)
    }

    /// When the next mark of a change goes.
    pub(super) fn next_wake(&self, now: i64) -> Option<i64> {
        self.changed.values().map(|at| at + MARKED_FOR).filter(|until| *until > now).min()
    }

    /// Takes in what is heard of the object.
    pub(super) fn hear(&mut self, news: ObjectNews, now: i64) {
        match news {
            ObjectNews::Value(value) => {
                let first = self.value.is_none();
                self.state = ObjectState::Live;
                self.value = Some(value);
                let before: HashMap<u64, (u64, u64)> =
                    self.lines.iter().map(|l| (l.path, (l.hash(), l.parent))).collect();
                self.write();
                self.changed.retain(|_, at| now.saturating_sub(*at) < MARKED_FOR);
                if !first {
                    self.mark_changes(before, now);
                } else if let Some(line) = self.search.next(0, true, true) {
                    // It was opened in search of something.
                    self.go_to_line(line);
                }
            }
            ObjectNews::Deleted => self.state = ObjectState::Deleted,
            ObjectNews::Failed(why) => self.state = ObjectState::Failed(why),
        }
    }

    fn mark_changes(&mut self, mut before: HashMap<u64, (u64, u64)>, now: i64) {
        for line in &self.lines {
            let same = before.remove(&line.path).is_some_and(|(hash, _)| hash == line.hash());
            if !same {
                self.changed.insert(line.path, now);
            }
        }
        // What is left was taken away: the line above it says so.
        for (_, parent) in before.into_values() {
            self.changed.insert(parent, now);
        }
    }

    /// Writes the YAML anew.
    fn write(&mut self) {
        let here = self.visible.get(self.cursor).and_then(|l| self.lines.get(*l)).map(|l| l.path);
        let Some(value) = &self.value else { return };
        self.text = yaml::emit(value, self.managed_fields);
        self.lines = yaml::lines(&self.text);
        self.search.find(&self.lines);
        self.fold_lines();
        // The cursor stays on its line where that is still there.
        if let Some(at) =
            here.and_then(|path| self.visible.iter().position(|l| self.lines[*l].path == path))
        {
            self.first = (self.first + at).saturating_sub(self.cursor);
            self.cursor = at;
        }
    }

    fn fold_lines(&mut self) {
        self.visible.clear();
        let mut line = 0;
        while line < self.lines.len() {
            self.visible.push(line);
            line = if self.is_folded(line) { self.lines[line].end } else { line + 1 };
        }
        self.cursor = self.cursor.min(self.visible.len().saturating_sub(1));
    }

    /// The line under the cursor, as an index into the lines.
    fn here(&self) -> usize {
        self.visible.get(self.cursor).copied().unwrap_or(0)
    }

    /// Goes to a line, and unfolds what hides it.
    fn go_to_line(&mut self, line: usize) {
        let above: Vec<u64> = (self.lines.iter().enumerate().take(line))
            .filter(|(i, l)| l.end > line && l.is_foldable(*i))
            .map(|(_, l)| l.path)
            .collect();
        let mut unfolded = false;
        for path in above {
            unfolded |= self.folded.remove(&path);
        }
        if unfolded {
            self.fold_lines();
        }
        self.cursor = self.visible.partition_point(|l| *l < line);
    }

    /// Searches while the search is typed: from the cursor on.
    pub(super) fn type_search(&mut self, pattern: &str) {
        self.search.set(pattern);
        self.search.find(&self.lines);
        if let Some(line) = self.search.next(self.here(), true, true) {
            self.go_to_line(line);
        }
    }

    /// Goes to a line of the screen, as the mouse does.
    pub(super) fn click(&mut self, line: usize) {
        self.cursor = (self.first + line).min(self.visible.len().saturating_sub(1));
    }

    /// Scrolls by lines; the cursor stays on the screen.
    pub(super) fn scroll(&mut self, lines: isize, height: usize) {
        let last = self.visible.len().saturating_sub(height);
        self.first = self.first.saturating_add_signed(lines).min(last);
        self.cursor = self.cursor.clamp(self.first, self.first + height.max(1) - 1);
        self.cursor = self.cursor.min(self.visible.len().saturating_sub(1));
    }

    /// Keeps the cursor on the screen.
    pub(super) fn settle(&mut self, height: usize) {
        self.first = self.first.min(self.visible.len().saturating_sub(height)).min(self.cursor);
        self.first = self.first.max((self.cursor + 1).saturating_sub(height));
    }

    /// Performs an action that is about this page alone; whether it was one.
    pub(super) fn act(&mut self, action: Action, height: usize) -> Result<bool, String> {
        if let Some(to) = moved(action, self.cursor, self.visible.len(), height) {
            self.cursor = to;
            return Ok(true);
        }
        match action {
            Action::Left => self.left = self.left.saturating_sub(SCROLL),
            Action::Right => {
                let longest = self.lines.iter().map(|l| l.text.len()).max().unwrap_or(0);
                self.left = (self.left + SCROLL).min(longest.saturating_sub(1));
            }
            Action::NextMatch | Action::PreviousMatch => {
                let forward = action == Action::NextMatch;
                let to = self.search.next(self.here(), forward, false);
                self.go_to_line(to.ok_or_else(|| self.search.nothing())?);
            }
            Action::Fold => {
                let here = self.here();
                // On a line with nothing below it, what it stands in is folded.
                let line = (0..=here).rev().find(|i| {
                    self.lines.get(*i).is_some_and(|l| l.is_foldable(*i) && l.end > here)
                });
                if let Some(line) = line {
                    let path = self.lines[line].path;
                    if !self.folded.remove(&path) {
                        self.folded.insert(path);
                    }
                    self.fold_lines();
                    self.cursor = self.visible.partition_point(|l| *l < line);
                }
            }
            Action::FoldAll => {
                let here = self.here();
                let foldable = self.lines.iter().enumerate().filter(|(i, l)| l.is_foldable(*i));
                self.folded = foldable.map(|(_, l)| l.path).collect();
                self.fold_lines();
                self.cursor = self.visible.partition_point(|l| *l <= here).saturating_sub(1);
            }
            Action::UnfoldAll => {
                let here = self.here();
                self.folded.clear();
                self.fold_lines();
                self.cursor = here;
            }
            Action::ToggleManagedFields => {
                self.managed_fields = !self.managed_fields;
                self.write();
            }
            _ => return Ok(false),
        }
        Ok(true)
    }
}
