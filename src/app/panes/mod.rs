//! The pane of sessions: several, as tabs or side by side, which go on while somebody looks elsewhere.

mod act;

use crate::session::pane::Screen;
use crate::session::{Place, What};
use crate::store::Str;

use super::session::SessionId;

/// The pane of sessions.
#[derive(Debug, Default)]
pub struct Panes {
    tabs: Vec<Tab>,
    current: usize,
    /// Whether it is seen; what runs in it runs on when it is not.
    shown: bool,
    /// Whether what is typed goes into it.
    focused: bool,
    /// Whether it has the whole screen.
    zoomed: bool,
    /// Whether all are seen side by side.
    tiled: bool,
    /// How many commands were run in several places.
    next_row: u32,
}

/// A session in the pane.
#[derive(Debug)]
pub struct Tab {
    /// What it is called.
    pub(super) id: SessionId,
    /// The context's name.
    pub(super) cluster: Str,
    /// Where.
    pub(super) place: Place,
    /// What was asked for.
    pub(super) what: What,
    /// What it shows.
    pub screen: Screen,
    /// How it ended; `None` while it goes on.
    pub over: Option<Over>,
    /// The command in several places that it is one of.
    pub(super) row: Option<u32>,
}

/// How a session ended.
#[derive(Clone, Debug)]
pub struct Over {
    /// In words.
    pub words: String,
    /// In few of them, for where little room is.
    pub brief: String,
    /// Whether all went well.
    pub well: bool,
}

impl Tab {
    /// What was asked for.
    pub fn what(&self) -> &What {
        &self.what
    }

    /// The heading: what runs where.
    pub fn title(&self) -> String {
        let Place { pod, container, .. } = &self.place;
        let slash = if container.is_empty() { "" } else { "/" };
        let what = match &self.what {
            What::Shell(_) => "shell",
            What::Command(words) => words.first().map_or("command", String::as_str),
            What::Attach => "attach",
        };
        format!("{what} {pod}{slash}{container}")
    }
}

impl Panes {
    /// The sessions, in the order of their tabs.
    pub fn tabs(&self) -> &[Tab] {
        &self.tabs
    }

    /// Which tab is in view.
    pub fn current(&self) -> usize {
        self.current
    }

    /// The session in view.
    pub fn tab(&self) -> Option<&Tab> {
        self.tabs.get(self.current)
    }

    /// Whether there is something to see.
    pub fn shown(&self) -> bool {
        self.shown && !self.tabs.is_empty()
    }

    /// Whether what is typed goes into it.
    pub fn focused(&self) -> bool {
        self.shown() && self.focused
    }

    /// Whether it has the whole screen.
    pub fn zoomed(&self) -> bool {
        self.zoomed
    }

    /// Whether all are seen side by side.
    pub fn tiled(&self) -> bool {
        self.tiled && self.tabs.len() > 1
    }

    /// How many go on.
    pub fn going_on(&self) -> usize {
        self.tabs.iter().filter(|tab| tab.over.is_none()).count()
    }

    fn get_mut(&mut self, id: SessionId) -> Option<&mut Tab> {
        self.tabs.iter_mut().find(|tab| tab.id == id)
    }

    /// Puts a session into view, with the keys.
    fn add(&mut self, tab: Tab) {
        self.current = self.tabs.len();
        self.tabs.push(tab);
        (self.shown, self.focused) = (true, true);
    }

    /// Takes one out; the next comes into view.
    fn remove(&mut self, id: SessionId) -> Option<Tab> {
        let at = self.tabs.iter().position(|tab| tab.id == id)?;
        let tab = self.tabs.remove(at);
        if at < self.current || self.current == self.tabs.len() {
            self.current = self.current.saturating_sub(1);
        }
        if self.tabs.is_empty() {
            *self = Self { next_row: self.next_row, ..Self::default() };
        }
        Some(tab)
    }

    /// What became of a command in several places, once it is over everywhere.
    fn row_over(&self, row: u32) -> Option<(bool, String)> {
        let of: Vec<&Tab> = self.tabs.iter().filter(|tab| tab.row == Some(row)).collect();
        let over: Vec<&Over> = of.iter().filter_map(|tab| tab.over.as_ref()).collect();
        let command = match &of.first()?.what {
            What::Command(words) => words.join(" "),
            What::Shell(_) | What::Attach => return None,
        };
        let well = over.iter().filter(|over| over.well).count();
        let words = format!("{command}: exit code 0 in {well} of {} places", of.len());
        (over.len() == of.len()).then_some((well == of.len(), words))
    }

    fn step(&mut self, on: bool) {
        let count = self.tabs.len().max(1);
        self.current = (self.current + if on { 1 } else { count - 1 }) % count;
    }
}
