//! What happens in the pane of sessions: keys and the mouse go there, and what is written there comes here.

use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::Position;

use crate::change::Target;
use crate::keymap::Key;
use crate::session::pane::{Screen, reported, sent};
use crate::session::{Ended, Place, What};
use crate::store::Str;

use super::super::action::Action;
use super::super::session::{SessionId, SessionNews, words};
use super::super::{App, Effect, Level};
use super::{Over, Panes, Tab};

/// How many lines the wheel scrolls by.
const WHEEL: isize = 3;

/// The size of the pane before anything was drawn.
const FIRST: (u16, u16) = (80, 12);

impl App {
    /// The pane of sessions.
    pub fn panes(&self) -> &Panes {
        &self.panes
    }

    /// How many columns and lines a screen in the pane has.
    pub(in crate::app) fn pane_size(&self) -> (u16, u16) {
        let area = self.layout.sessions.first().map(|(_, area)| *area);
        area.filter(|area| !area.is_empty()).map_or(FIRST, |area| (area.width, area.height))
    }

    /// A session begins in the pane.
    pub(in crate::app) fn add_pane(
        &mut self,
        id: SessionId,
        cluster: Str,
        place: Place,
        what: What,
    ) {
        let (columns, lines) = self.pane_size();
        let screen = Screen::new(columns, lines);
        self.panes.add(Tab { id, cluster, place, what, screen, over: None, row: None });
    }

    /// Runs a command in the pods of several objects, side by side.
    pub(in crate::app) fn exec_in_all(
        &mut self,
        words: &[String],
        targets: Vec<Target>,
        container: Option<&str>,
    ) {
        let row = self.panes.next_row;
        self.panes.next_row = row.wrapping_add(1);
        let cluster = self.context.clone();
        let size = self.pane_size();
        let first = self.panes.tabs.len();
        for target in targets {
            let id = self.new_session();
            let container = container.unwrap_or_default().to_owned();
            let (namespace, pod) = (target.namespace.clone(), target.name.clone());
            let place = Place { namespace, pod, container: container.clone() };
            self.add_pane(id, cluster.clone(), place, What::Command(words.to_vec()));
            if let Some(tab) = self.panes.tabs.last_mut() {
                tab.row = Some(row);
            }
            let (cluster, words) = (cluster.clone(), words.to_vec());
            self.effects.push(Effect::RunIn { id, cluster, target, container, words, size });
        }
        self.panes.current = first;
        (self.panes.tiled, self.panes.zoomed) = (true, true);
    }

    /// Something is heard of a session in the pane.
    pub(in crate::app) fn pane_news(&mut self, id: SessionId, news: SessionNews) {
        let in_view = self.panes.tab().is_some_and(|tab| tab.id == id);
        let shown = self.panes.shown() && (in_view || self.panes.tiled());
        match news {
            SessionNews::Output(bytes) => {
                let Some(tab) = self.panes.get_mut(id) else { return };
                let answer = tab.screen.write(&bytes);
                self.type_into(id, answer);
                self.redraw |= shown;
            }
            SessionNews::Ended { ended, ran } => {
                self.redraw = true;
                self.pane_ended(id, &ended, &ran);
            }
            SessionNews::Failed(why) => {
                self.redraw = true;
                self.pane_ended(id, &Ended::Failed(why), "");
            }
            SessionNews::At(place) => {
                self.redraw |= shown;
                if let Some(tab) = self.panes.get_mut(id) {
                    tab.place = place;
                }
            }
            SessionNews::Pod(_) | SessionNews::Waits(_) | SessionNews::Runs(_) => {}
        }
    }

    fn pane_ended(&mut self, id: SessionId, ended: &Ended, ran: &str) {
        let Some(tab) = self.panes.get_mut(id) else { return };
        let (level, text) = words(&tab.what, &tab.place, ended, ran);
        let (cluster, place) = (tab.cluster.clone(), tab.place.clone());
        let (shell, tab_row) = (matches!(tab.what, What::Shell(_)), tab.row);
        // What a command wrote is to be read; a shell that was left has nothing more to say.
        let done = match ended {
            Ended::Code(0) => shell,
            Ended::Left | Ended::NoShell(_) => true,
            _ => false,
        };
        if done {
            self.panes.remove(id);
        } else {
            let brief = match ended {
                Ended::Code(code) => format!("exit code {code}"),
                Ended::Failed(why) | Ended::Cut(why) => why.clone(),
                Ended::Left | Ended::NoShell(_) => String::new(),
            };
            let well = *ended == Ended::Code(0);
            tab.over = Some(Over { words: text.clone(), brief, well });
        }
        match tab_row {
            None => self.notify(level, text),
            // One word for all of them, when the last is over.
            Some(row) => {
                if let Some((well, text)) = self.panes.row_over(row) {
                    self.notify(if well { Level::Info } else { Level::Warning }, text);
                }
            }
        }
        if let Ended::NoShell(_) = ended {
            self.offer_debug(&cluster, &place);
        }
        self.clean_up(&cluster, &place);
    }

    /// A key goes into the session in view.
    pub(in crate::app) fn type_key(&mut self, key: Key) {
        let Some(tab) = self.panes.tab() else { return };
        let id = tab.id;
        if tab.over.is_some() {
            if key.is_enter() {
                self.close_pane(id);
            }
            return;
        }
        let bytes = sent(key, tab.screen.shown().application_cursor());
        if let Some(tab) = self.panes.get_mut(id) {
            tab.screen.follow();
        }
        self.type_into(id, bytes.unwrap_or_default());
    }

    /// Pasted text goes into the session in view.
    pub(in crate::app) fn paste_into_pane(&mut self, text: &str) {
        let Some(tab) = self.panes.tab() else { return };
        // Who pastes what holds the end of a paste would type what comes after it.
        let text = text.replace("\x1b[201~", "").replace("\r\n", "\r").replace('\n', "\r");
        let bracketed = tab.screen.shown().bracketed_paste();
        let text = if bracketed { format!("\x1b[200~{text}\x1b[201~") } else { text };
        self.type_into(tab.id, text.into_bytes());
    }

    fn type_into(&mut self, id: SessionId, bytes: Vec<u8>) {
        if !bytes.is_empty() {
            self.effects.push(Effect::TypeIntoSession { id, bytes });
        }
    }

    /// The mouse over the pane; whether it was.
    pub(in crate::app) fn mouse_in_pane(&mut self, event: MouseEvent) -> bool {
        let at = Position { x: event.column, y: event.row };
        let down = matches!(event.kind, MouseEventKind::Down(MouseButton::Left));
        if let Some(index) = self.layout.session_tab(at).filter(|_| down) {
            self.redraw = true;
            if index < self.panes.tabs.len() {
                self.panes.current = index;
                self.panes.focused = true;
            }
            return true;
        }
        let Some((index, area)) = self.layout.session_at(at).filter(|_| self.panes.shown()) else {
            if down {
                self.redraw |= self.panes.focused;
                self.panes.focused = false;
            }
            return false;
        };
        self.redraw = true;
        let focused = self.panes.focused && self.panes.current == index;
        let Some(tab) = self.panes.tabs.get_mut(index) else { return true };
        let id = tab.id;
        let place = (event.column - area.x, event.row - area.y);
        if let Some(bytes) = reported(event, place, tab.screen.shown()).filter(|_| focused) {
            self.type_into(id, bytes);
            return true;
        }
        match event.kind {
            MouseEventKind::ScrollUp => tab.screen.scroll(WHEEL),
            MouseEventKind::ScrollDown => tab.screen.scroll(-WHEEL),
            _ if down => (self.panes.focused, self.panes.current) = (true, index),
            _ => {}
        }
        true
    }

    /// Performs an action of the pane; whether it was one.
    pub(in crate::app) fn act_in_panes(&mut self, action: Action) -> bool {
        let lines = isize::try_from(self.pane_size().1).unwrap_or(1).max(2) - 1;
        match action {
            Action::SessionFocus if self.panes.tabs.is_empty() => {
                self.notify(Level::Info, "no session is open in the pane");
            }
            Action::SessionFocus => {
                self.panes.focused = !self.panes.focused();
                self.panes.shown = true;
            }
            Action::SessionHide => {
                self.panes.shown = !self.panes.shown();
                self.panes.focused = false;
            }
            Action::SessionZoom => self.panes.zoomed = !self.panes.zoomed,
            Action::TileSessions => self.panes.tiled = !self.panes.tiled,
            Action::NextSession => self.panes.step(true),
            Action::PreviousSession => self.panes.step(false),
            Action::CloseSession => {
                if let Some(id) = self.panes.tab().map(|tab| tab.id) {
                    self.close_pane(id);
                }
            }
            Action::PageUp | Action::PageDown if self.panes.focused() => {
                let by = if action == Action::PageUp { lines } else { -lines };
                if let Some(tab) = self.panes.tabs.get_mut(self.panes.current) {
                    tab.screen.scroll(by);
                }
            }
            _ => return false,
        }
        true
    }

    /// Closes a session as the person does who closes a terminal's window.
    fn close_pane(&mut self, id: SessionId) {
        let Some(tab) = self.panes.remove(id) else { return };
        self.effects.push(Effect::CloseSession { id });
        if tab.over.is_none() {
            let text = format!("{} closed; what runs there may go on", tab.title());
            self.notify(Level::Info, text);
            self.clean_up(&tab.cluster, &tab.place);
        }
    }

    /// Gives the sessions that are seen the size that they have there.
    pub(in crate::app) fn settle_panes(&mut self) {
        if !self.panes.shown() {
            return;
        }
        for (index, area) in &self.layout.sessions {
            let Some(tab) = self.panes.tabs.get_mut(*index).filter(|_| !area.is_empty()) else {
                continue;
            };
            if tab.screen.resize(area.width, area.height) {
                let (columns, lines) = (area.width, area.height);
                self.effects.push(Effect::ResizeSession { id: tab.id, columns, lines });
            }
        }
    }
}
