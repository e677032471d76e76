//! The page of a folder in a container: what it holds, in an order, narrowed by a filter, with marks.

mod act;
mod go;
mod open;

use std::cmp::Ordering;
use std::collections::BTreeSet;

use crate::files::{Entry, Files, RemotePath, shown};

use super::reader::Search;
use super::{About, ObjectId};

pub(in crate::app) use open::Through;

/// The page of a folder in a container.
#[derive(Debug)]
pub struct FilesPage {
    /// What is read for it is called so between app and runtime.
    pub id: ObjectId,
    /// The container's filesystem.
    pub files: Files,
    /// The folder.
    pub folder: RemotePath,
    /// How reading it goes.
    pub state: FilesState,
    /// What a name must say to be shown.
    pub filter: Search,
    /// The order.
    pub sort: SortBy,
    /// Whether the order is turned round.
    pub reversed: bool,
    /// The pod.
    pub(super) about: Option<About>,
    /// Whether it is being read, or was.
    asked: bool,
    entries: Vec<Entry>,
    /// Whether there are more than were read.
    more: bool,
    /// The entries that are shown, in their order.
    shown: Vec<usize>,
    marks: BTreeSet<Vec<u8>>,
    /// Which of those that are shown the cursor is on, and which is the first on the screen.
    cursor: usize,
    first: usize,
    height: usize,
    /// The name that the cursor goes to once it is there.
    wanted: Option<Vec<u8>>,
}

/// How reading a folder goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FilesState {
    /// It is being read.
    Loading,
    /// It is what was in it when it was read.
    Listed,
    /// It cannot be read: why.
    Failed(String),
}

/// By what a folder is sorted. Folders come first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SortBy {
    /// By name.
    #[default]
    Name,
    /// By size, the largest first.
    Size,
    /// By the time of the last change, the newest first.
    Modified,
}

/// What is heard of a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FilesNews {
    /// What it holds.
    Listed {
        /// Its entries.
        entries: Vec<Entry>,
        /// Whether there are more.
        more: bool,
    },
    /// It cannot be read.
    Failed {
        /// Why.
        why: String,
        /// The program that the container does not have, where that is why.
        program: Option<String>,
    },
}

impl FilesPage {
    /// A folder of which nothing is known yet.
    pub fn new(id: ObjectId, files: Files, folder: RemotePath) -> Self {
        Self {
            id,
            files,
            folder,
            state: FilesState::Loading,
            filter: Search::default(),
            sort: SortBy::default(),
            reversed: false,
            about: None,
            asked: false,
            entries: Vec::new(),
            more: false,
            shown: Vec::new(),
            marks: BTreeSet::new(),
            cursor: 0,
            first: 0,
            height: 1,
            wanted: None,
        }
    }

    /// What is shown, from the top of the folder.
    pub fn shown(&self) -> impl ExactSizeIterator<Item = &Entry> {
        self.shown.iter().map(|at| &self.entries[*at])
    }

    /// How many entries are shown, how many there are, and whether there are more than were read.
    pub fn counts(&self) -> (usize, usize, bool) {
        (self.shown.len(), self.entries.len(), self.more)
    }

    /// Which of those that are shown the cursor is on.
    pub fn cursor(&self) -> usize {
        self.cursor
    }

    /// Which of those that are shown is the first on the screen.
    pub fn first(&self) -> usize {
        self.first
    }

    /// The entry under the cursor.
    pub fn here(&self) -> Option<&Entry> {
        self.shown.get(self.cursor).map(|at| &self.entries[*at])
    }

    /// Whether this name is marked.
    pub fn is_marked(&self, name: &[u8]) -> bool {
        self.marks.contains(name)
    }

    /// The marked entries, or the one under the cursor.
    pub fn chosen(&self) -> Vec<&Entry> {
        if self.marks.is_empty() {
            return self.here().into_iter().collect();
        }
        self.entries.iter().filter(|entry| self.marks.contains(&entry.name)).collect()
    }

    /// The words of the way here.
    pub fn crumbs(&self) -> Vec<String> {
        match self.folder.name() {
            Some(name) => vec![shown(name)],
            None => vec![self.files.place.pod.clone(), self.files.place.container.clone()],
        }
    }

    /// Takes in what the folder holds.
    pub(super) fn hear(&mut self, entries: Vec<Entry>, more: bool) {
        let here = self.wanted.take().or_else(|| self.here().map(|entry| entry.name.clone()));
        self.entries = entries;
        self.more = more;
        self.state = FilesState::Listed;
        let entries = &self.entries;
        self.marks.retain(|name| entries.iter().any(|entry| entry.name == *name));
        self.lay_out(here);
    }

    /// Only names that say this are shown.
    pub(super) fn set_filter(&mut self, pattern: &str) {
        self.filter.set(pattern);
        let here = self.here().map(|entry| entry.name.clone());
        self.lay_out(here);
    }

    /// Chooses and orders what is shown; the cursor stays on this name where it is shown.
    fn lay_out(&mut self, here: Option<Vec<u8>>) {
        let entries = &self.entries;
        let keeps = |entry: &Entry| {
            self.filter.pattern().is_empty() || self.filter.is_match(&shown(&entry.name))
        };
        self.shown = (0..entries.len()).filter(|at| keeps(&entries[*at])).collect();
        let (sort, reversed) = (self.sort, self.reversed);
        self.shown.sort_by(|a, b| order(&entries[*a], &entries[*b], sort, reversed));
        let at = here.and_then(|name| self.shown.iter().position(|at| entries[*at].name == name));
        self.cursor = at.unwrap_or(self.cursor).min(self.shown.len().saturating_sub(1));
    }

    /// Keeps the cursor in view.
    pub(super) fn settle(&mut self, height: usize) {
        self.height = height.max(1);
        let last = self.shown.len().saturating_sub(self.height);
        self.first = self
            .first
            .min(self.cursor)
            .max((self.cursor + 1).saturating_sub(self.height))
            .min(last);
    }
}

fn order(a: &Entry, b: &Entry, sort: SortBy, reversed: bool) -> Ordering {
    let by = match sort {
        SortBy::Name => Ordering::Equal,
        SortBy::Size => b.size.cmp(&a.size),
        SortBy::Modified => b.modified.cmp(&a.modified),
    };
    let by = by.then_with(|| a.name.cmp(&b.name));
    let by = if reversed { by.reverse() } else { by };
    b.is_folder.cmp(&a.is_folder).then(by)
}
