//! What follows from every message: what must be watched, what is let go, and when to wake.

use crate::sheet::Answer;
use crate::store::{SourceId, Str};

use super::context::Connection;
use super::{App, Effect, ObjectId, Over, Page};

impl App {
    /// Brings everything into agreement after a message.
    pub(super) fn settle(&mut self) {
        self.let_go();
        self.count_beside();
        self.tell_events();
        self.follow_joins();
        // What the pages want is acquired before it is watched.
        self.follow_sheets();
        self.settle_panes();
        let size = self.editor_size();
        if let Some(Over::Editor(editor)) =
            self.over.iter_mut().rev().find(|over| matches!(over, Over::Editor(_)))
        {
            editor.settle(size);
        }
        let height = self.layout.height();
        if let Some((browse, store)) = self.browse_mut() {
            browse.settle(store, height);
        } else if let Some(reader) = self.reader_mut() {
            reader.settle(height);
        } else if self.logs().is_some() {
            let (size, now) = ((height, usize::from(self.layout.body.width)), self.now);
            if let Some(logs) = self.logs_mut() {
                logs.settle(size, now);
            }
        } else if let Some(files) = self.files_mut() {
            files.settle(height);
        } else {
            let now = self.now;
            if let Some((map, graph)) = self.map_mut() {
                map.settle(graph, now, height);
            }
            self.settle_parts();
            if let Some((map, graph)) = self.map_mut() {
                map.settle(graph, now, height);
            }
        }
        let contexts = &self.contexts;
        let connected = |name: &str| {
            contexts.get(name).is_some_and(|context| context.connection == Connection::Connected)
        };
        for (id, source) in self.sources.start(connected) {
            self.effects.push(Effect::Watch { id, source });
        }
        self.follow();
        self.follow_logs();
        self.follow_files();
        self.ask_about_copies();
        self.settle_ways();
    }

    /// Takes an answer in that no page waits for; whether it was one.
    pub(super) fn heard_own(&mut self, id: ObjectId, answer: &Answer) -> bool {
        self.heard_permit(id, answer) || self.heard_scale(id, answer)
    }

    /// Follows the object in view.
    fn follow(&mut self) {
        let context = self.context_mut();
        let (connected, cluster) =
            (context.connection == Connection::Connected, context.name.clone());
        let mut effects = Vec::new();
        for page in context.pages_mut() {
            if let Page::Manifest(m) = page
                && connected
                && !std::mem::replace(&mut m.following, true)
            {
                effects.push(Effect::Follow {
                    id: m.id,
                    cluster: cluster.clone(),
                    resource: m.resource.clone(),
                    namespace: m.namespace.clone(),
                    name: m.name.clone(),
                });
            } else if let Page::Manifest(m) = page
                && !connected
            {
                m.following = false;
            }
        }
        self.effects.append(&mut effects);
    }

    /// Lets go of what has lingered long enough: Sources, then connections that nothing needs.
    fn let_go(&mut self) {
        self.forget_graphs();
        let expired: Vec<(SourceId, bool)> = self.sources.expire(self.now);
        for (id, watched) in &expired {
            self.unfeed(*id);
            self.unjoin(*id);
            self.store.close(*id);
            if *watched {
                self.effects.push(Effect::Unwatch { id: *id });
            }
        }
        let copies = &self.copies;
        let copying =
            |name: &Str| copies.iter().any(|copy| copy.cluster == *name && !copy.is_over());
        // What was made for a session there is still to be deleted.
        let owing: Vec<Str> =
            self.contexts.keys().filter(|name| self.has_left_in(name)).cloned().collect();
        for (name, context) in &mut self.contexts {
            let needed = *name == self.context
                || self.sources.any_of(name)
                || context.reads_logs()
                || copying(name)
                || owing.contains(name);
            if !needed && context.connection != Connection::Idle {
                context.connection = Connection::Idle;
                self.effects.push(Effect::Disconnect { cluster: name.clone() });
            }
        }
    }

    /// The time of [`App::next_wake`] has come.
    pub(super) fn wake(&mut self) {
        self.redraw = true;
        self.store.tick(self.now);
        if self.notice.as_ref().is_some_and(|notice| notice.until <= self.now) {
            self.notice = None;
        }
    }

    /// When something on the screen changes by the passing of time alone, or something is to be let go: seconds since the Unix
    /// epoch, later than `now`; `None` where nothing does.
    pub fn next_wake(&self, now: i64) -> Option<i64> {
        let notice = self.notice.as_ref().map(|notice| notice.until);
        let page = match self.page() {
            Some(Page::Browse(_)) => self.next_age(now),
            Some(Page::Manifest(manifest)) => manifest.reader.next_wake(now),
            Some(Page::Sheet(sheet)) => sheet.next_wake(now),
            Some(Page::Logs(logs)) => logs.next_wake(now),
            Some(Page::Files(_)) => None,
            Some(Page::Map(map)) => self.feeds().and_then(|feeds| map.next_wake(&feeds.graph, now)),
            None => None,
        };
        let next = [
            notice,
            page,
            self.store.next_change(),
            self.sources.next_expiry(),
            self.next_word(now),
            self.permits.next_wake(),
            self.next_told(),
        ];
        next.into_iter().flatten().min().map(|at| at.max(now + 1))
    }

    /// When a cell on the screen changes its text.
    fn next_age(&self, now: i64) -> Option<i64> {
        let browse = self.browse()?;
        let view = browse.view(&self.store)?;
        let columns = browse.columns(&self.store);
        let shown = browse.shown_columns(&self.store);
        let first = browse.cursor.first();
        // The frame may show one line more than the layout before it.
        let rows = view.slice(first..first + self.layout.height() + 1);
        let changes = rows.flat_map(|row| shown.iter().map(move |c| (row, *c)));
        changes
            .filter_map(|(row, c)| columns[c].cell(row).changes_in(now))
            .min()
            .map(|s| now.saturating_add(s))
    }

    /// When the words about the page's state change: they tell how long ago, and how soon.
    fn next_word(&self, now: i64) -> Option<i64> {
        self.page_state().since().map(|since| {
            now.saturating_add(crate::kinds::age::changes_in(now.saturating_sub(since)))
        })
    }
}
