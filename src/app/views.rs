//! The back-stack: opening pages and views, going back, and what is watched meanwhile.
//!
//! Every page of the view that is shown is watched, so that going back shows what is true at once. A view that is left keeps its
//! pages but not their Sources; those linger, so that coming back soon is instant too.

use crate::kinds::{Align, Column, Show, Value, modelled};
use crate::store::{Source, SourceId};

use super::browse::Browse;
use super::{App, Effect, Level, Page};
use std::sync::Arc;

/// The columns of a Source as far as they are known before its first answer.
pub(super) fn columns(source: &Source) -> Arc<[Column]> {
    let known = modelled(&source.resource.group, &source.resource.plural);
    known.map_or_else(|| Arc::from([]), |kind| with_namespace(source, &kind.columns))
}

/// The columns of a Source whose objects live in namespaces begin with that: it is sorted and filtered by like any other.
pub(super) fn with_namespace(source: &Source, columns: &Arc<[Column]>) -> Arc<[Column]> {
    if !source.resource.namespaced || columns.iter().any(|c| c.value == Value::Namespace) {
        return Arc::clone(columns);
    }
    let namespace = Column {
        align: Align::Left,
        show: Show::Always,
        priority: 190,
        ..Column::new("NAMESPACE", Value::Namespace)
    };
    std::iter::once(namespace).chain(columns.iter().cloned()).collect()
}

impl App {
    /// Opens a view: a page on a stack of its own.
    pub(super) fn open_view(&mut self, page: Page) {
        self.leave_view();
        let context = self.context_mut();
        context.awaiting = None;
        let gone = context.push_view(page);
        self.forget_logs(&gone);
        self.forget_files(&gone);
        self.enter_view();
    }

    /// Opens a page on the one in view.
    pub(super) fn push_page(&mut self, page: Page) {
        let context = self.context_mut();
        let at = context.at;
        match context.views.get_mut(at) {
            Some(pages) => pages.push(page),
            None => context.views.push(vec![page]),
        }
        self.enter_view();
    }

    /// Begins watching what the pages in view need.
    pub(super) fn enter_view(&mut self) {
        self.redraw = true;
        let now = self.now;
        let Some(context) = self.contexts.get_mut(&self.context) else { return };
        for page in context.pages_mut() {
            if let Page::Browse(browse) = page
                && browse.source_id().is_none()
            {
                let (id, new) = self.sources.acquire(&browse.source);
                if new {
                    self.store.open(id, columns(&browse.source));
                }
                browse.attach(&mut self.store, id, now);
            }
        }
        self.enter_maps();
    }

    /// Asks for the graph that the Maps in view show.
    fn enter_maps(&mut self) {
        let cluster = self.context.clone();
        let pages = self.context_mut().pages_mut().iter_mut();
        let mut new = 0;
        for page in pages {
            if let Page::Map(map) = page
                && map.open.is_none()
            {
                map.open = Some(cluster.clone());
                map.lay_out_again();
                new += 1;
            }
        }
        (0..new).for_each(|_| self.acquire_graph());
    }

    /// Lets go of what the pages in view need.
    pub(super) fn leave_view(&mut self) {
        let mut pages = match self.contexts.get_mut(&self.context) {
            Some(context) => context.views.get_mut(context.at).map(std::mem::take),
            None => None,
        };
        for page in pages.iter_mut().flatten() {
            self.release(page);
        }
        if let Some(context) = self.contexts.get_mut(&self.context)
            && let (Some(view), Some(pages)) = (context.views.get_mut(context.at), pages)
        {
            *view = pages;
        }
    }

    fn release(&mut self, page: &mut Page) {
        match page {
            Page::Browse(browse) => {
                if let Some(id) = browse.detach(&mut self.store) {
                    self.sources.release(id, self.now);
                }
            }
            Page::Manifest(manifest) => {
                // What was shown is not kept where nobody sees it.
                manifest.hide();
                if std::mem::take(&mut manifest.following) {
                    self.effects.push(Effect::Unfollow { id: manifest.id });
                }
            }
            Page::Map(map) => {
                self.release_parts(map);
                if let Some(cluster) = map.open.take() {
                    self.release_graph(&cluster);
                }
            }
            Page::Sheet(sheet) => self.leave_sheet(sheet),
            // They are read on while one looks elsewhere, so that nothing is missing.
            Page::Logs(_) | Page::Files(_) => {}
        }
    }

    /// Goes back to the page before, as it was left.
    pub(super) fn back(&mut self) {
        let context = self.context_mut();
        let at = context.at;
        let popped = context.views.get_mut(at).filter(|pages| pages.len() > 1).and_then(Vec::pop);
        match popped {
            Some(mut page) => {
                self.release(&mut page);
                self.forget_logs(std::slice::from_ref(&page));
                self.forget_files(&[page]);
            }
            None => self.notify(Level::Info, self.at_the_root()),
        }
    }

    /// What is said where there is no page to go back to.
    fn at_the_root(&self) -> String {
        let keys = |action| self.keymap.keys(super::Layer::Browse, action).into_iter().next();
        let older = keys(super::Action::HistoryBack).filter(|_| self.context().at > 0);
        let older = older.map(|key| format!("{key} goes to the view before, ")).unwrap_or_default();
        format!("this is the first page: {older}:q leaves kx")
    }

    /// Goes to the view opened before or after.
    pub(super) fn step_view(&mut self, forward: bool) {
        let at = self.context().at;
        let to = if forward { at.checked_add(1) } else { at.checked_sub(1) };
        self.go_to_view(
            to,
            if forward { "there is no later view" } else { "there is no earlier view" },
        );
    }

    /// Goes to the view shown before.
    pub(super) fn last_view(&mut self) {
        let to = self.context().last;
        self.go_to_view(to, "there is no other view yet");
    }

    fn go_to_view(&mut self, to: Option<usize>, nothing: &str) {
        let waited = self.context_mut().awaiting.take().is_some();
        self.leave_view();
        if !self.context_mut().go_to_view(to) && !waited {
            self.notify(Level::Info, nothing);
        }
        self.enter_view();
    }

    /// Tries again at once what failed or stands still.
    pub(super) fn retry(&mut self) {
        let name = self.context.clone();
        if !matches!(self.context().connection, super::Connection::Connected) {
            self.effects.push(Effect::Connect { cluster: name });
            return self.notify(Level::Info, "connecting …");
        }
        let failed = match self.page() {
            Some(Page::Manifest(manifest)) => {
                let failed = matches!(
                    manifest.state,
                    super::ObjectState::Failed(_) | super::ObjectState::Deleted
                );
                if failed && let Some(manifest) = self.manifest_mut() {
                    manifest.state = super::ObjectState::Loading;
                    manifest.following = false;
                    let id = manifest.id;
                    self.effects.push(Effect::Unfollow { id });
                }
                failed
            }
            Some(Page::Map(_)) => self.feed_again(),
            Some(Page::Sheet(_)) => self.ask_sheet_again(),
            Some(Page::Logs(_)) => self.read_logs_again(),
            Some(Page::Files(_)) => self.list_files_again(),
            _ => self.watch_again(),
        };
        if failed {
            self.notify(Level::Info, "trying again …");
        } else {
            self.notify(
                Level::Info,
                "every change is shown as it happens; there is nothing to fetch",
            );
        }
    }

    /// Watches the Source in view anew where it is stale or was refused; whether it is.
    fn watch_again(&mut self) -> bool {
        use crate::store::Freshness;
        let Some(id) = self.browse().and_then(Browse::source_id) else { return false };
        let failed = self.store.table(id).is_some_and(|table| {
            matches!(table.freshness(), Freshness::Stale { .. } | Freshness::Refused { .. })
        });
        if failed {
            self.renew(id);
        }
        failed
    }

    /// Watches anew what the graph in view is fed by, where it is stale or was refused; whether anything is.
    fn feed_again(&mut self) -> bool {
        let failed = self.failed_feeds();
        failed.iter().for_each(|id| self.renew(*id));
        !failed.is_empty()
    }

    /// Begins anew with a Source: the rows there were go, since nobody would say which of them are gone.
    pub(super) fn renew(&mut self, old: SourceId) {
        let Some((new, watched)) = self.sources.renew(old) else { return };
        if watched {
            self.effects.push(Effect::Unwatch { id: old });
        }
        let Some(context) = self.contexts.get_mut(&self.context) else { return };
        if context.namespaces == Some(old) {
            context.namespaces = Some(new);
        }
        if let Some(source) = self.sources.get(new) {
            self.store.open(new, columns(source));
        }
        for page in context.pages_mut() {
            if let Page::Browse(browse) = page
                && browse.source_id() == Some(old)
            {
                browse.detach(&mut self.store);
                browse.attach(&mut self.store, new, self.now);
            }
        }
        self.sheets_renewed(old, new);
        self.store.close(old);
        self.refeed(old, new);
    }
}
