//! Pickers: a list to choose from, narrowed by typing.

use std::collections::BTreeSet;

use nucleo_matcher::pattern::{AtomKind, CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

use super::action::Action;
use super::browse::moved;
use super::line::Line;

/// A list to choose from.
#[derive(Clone, Debug)]
pub struct Picker {
    /// What is chosen.
    pub choice: Choice,
    /// What is typed to narrow the list.
    pub query: Line,
    /// Everything that can be chosen.
    pub items: Vec<Item>,
    /// What the query leaves, best first.
    pub shown: Vec<Hit>,
    /// Where the cursor is in `shown`.
    pub cursor: usize,
    /// The names marked to be chosen together.
    pub marked: BTreeSet<String>,
}

/// What a picker chooses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// The namespaces whose rows are shown: one, several, or all.
    Namespaces,
    /// The context.
    Contexts,
    /// The container of a pod that a session is opened in.
    Containers,
    /// A run of this session.
    Runs,
    /// A copy of this session.
    Copies,
    /// What is done with a file that a copy found to be there already.
    Existing,
}

impl Choice {
    /// Whether an action of lists to choose from means something in this one.
    pub fn offers(self, action: Action) -> bool {
        match action {
            Action::Mark => self.several(),
            Action::ToggleFavourite => self == Self::Namespaces,
            _ => true,
        }
    }

    /// The heading.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Namespaces => "Namespaces",
            Self::Contexts => "Contexts",
            Self::Containers => "Containers",
            Self::Runs => "Changes of this session",
            Self::Copies => "Copies of this session",
            Self::Existing => "It is there already",
        }
    }

    /// Whether several can be chosen together.
    pub const fn several(self) -> bool {
        matches!(self, Self::Namespaces)
    }
}

/// Something that can be chosen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Item {
    /// Its name; that of "all namespaces" is empty.
    pub name: String,
    /// What is said beside it.
    pub note: String,
    /// Whether it is a favourite.
    pub favourite: bool,
    /// Whether it was used before.
    pub recent: bool,
    /// Whether it is what is shown now.
    pub current: bool,
}

impl Item {
    /// How it is called on the screen.
    pub fn label(&self) -> &str {
        if self.name.is_empty() { "all namespaces" } else { &self.name }
    }
}

/// An item that the query leaves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hit {
    /// Which item.
    pub item: usize,
    /// The bytes of its label that the query matches, in order.
    pub matched: Vec<u32>,
}

impl Picker {
    /// An open picker with the cursor on what is shown now.
    pub fn new(choice: Choice, items: Vec<Item>) -> Self {
        let mut picker = Self {
            choice,
            query: Line::default(),
            items: Vec::new(),
            shown: Vec::new(),
            cursor: 0,
            marked: BTreeSet::new(),
        };
        picker.refill(items);
        let current = |hit: &Hit| picker.items[hit.item].current;
        picker.cursor = picker.shown.iter().position(current).unwrap_or(0);
        picker
    }

    /// The item under the cursor.
    pub fn here(&self) -> Option<&Item> {
        self.items.get(self.shown.get(self.cursor)?.item)
    }

    /// What is chosen by accepting now: the marked names, else the one under the cursor.
    pub fn chosen(&self) -> Vec<String> {
        if self.marked.is_empty() {
            self.here().map(|item| item.name.clone()).into_iter().collect()
        } else {
            self.marked.iter().cloned().collect()
        }
    }

    /// Other items; the cursor stays on its name.
    pub(super) fn refill(&mut self, items: Vec<Item>) {
        let here = self.here().map(|item| item.name.clone());
        self.items = items;
        self.narrow();
        let same = |hit: &Hit| Some(&self.items[hit.item].name) == here.as_ref();
        if let Some(at) = self.shown.iter().position(same) {
            self.cursor = at;
        }
    }

    fn narrow(&mut self) {
        let query = self.query.text().trim();
        self.shown = if query.is_empty() {
            (0..self.items.len()).map(|item| Hit { item, matched: Vec::new() }).collect()
        } else {
            let labels: Vec<&str> = self.items.iter().map(Item::label).collect();
            hits(query, &labels)
        };
        self.cursor = self.cursor.min(self.shown.len().saturating_sub(1));
    }

    /// Types text.
    pub(super) fn insert(&mut self, text: &str) {
        self.query.insert(text);
        self.cursor = 0;
        self.narrow();
    }

    /// Performs an action that is about the picker alone; whether it was one.
    pub(super) fn act(&mut self, action: Action, height: usize) -> bool {
        if let Some(to) = moved(action, self.cursor, self.shown.len(), height) {
            self.cursor = to;
            return true;
        }
        if self.query.edit(action) {
            self.narrow();
            return true;
        }
        if action == Action::Mark && self.choice.several() {
            // "all" is not one of several.
            let name = self.here().map(|item| item.name.clone()).filter(|name| !name.is_empty());
            if let Some(name) = name
                && !self.marked.remove(&name)
            {
                self.marked.insert(name);
            }
            self.cursor = (self.cursor + 1).min(self.shown.len().saturating_sub(1));
            return true;
        }
        false
    }
}

/// The labels that a query matches loosely, best first, and where.
pub(super) fn hits(query: &str, labels: &[&str]) -> Vec<Hit> {
    let mut matcher = Matcher::new(Config::DEFAULT);
    let case = CaseMatching::Ignore;
    let pattern = Pattern::new(query, case, Normalization::Smart, AtomKind::Fuzzy);
    let (mut buffer, mut at) = (Vec::new(), Vec::new());
    let mut found = Vec::new();
    for (item, label) in labels.iter().enumerate() {
        at.clear();
        let text = Utf32Str::new(label, &mut buffer);
        let Some(score) = pattern.indices(text, &mut matcher, &mut at) else { continue };
        at.sort_unstable();
        at.dedup();
        found.push((score, Hit { item, matched: bytes(label, &at) }));
    }
    // What begins with the query, or is it, is what was meant, however the rest scores.
    found.sort_by_key(|(score, hit)| {
        let label = labels[hit.item];
        (label != query, !label.starts_with(query), std::cmp::Reverse(*score), hit.item)
    });
    found.into_iter().map(|(_, hit)| hit).collect()
}

/// Where the characters of these numbers begin, in bytes.
fn bytes(label: &str, characters: &[u32]) -> Vec<u32> {
    let mut wanted = characters.iter().copied().peekable();
    let mut out = Vec::with_capacity(characters.len());
    for (number, (byte, _)) in (0u32..).zip(label.char_indices()) {
        if wanted.next_if_eq(&number).is_some() {
            out.push(byte as u32);
        }
    }
    out
}
