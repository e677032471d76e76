//! Going from context to context, and what their clusters say.

use std::sync::Arc;

use crate::kinds::catalog::Catalog;
use crate::nearest::nearest;
use crate::store::{Delta, Scope, Source, SourceId, Str};

use super::context::{Connection, Context};
use super::views::with_namespace;
use super::{App, ClusterNews, ContextInfo, Effect, Level, ObjectId, ObjectNews, Over, Page};

impl App {
    /// Brings a context into view; its pages are as they were left. Never waits: what is not known yet arrives when it arrives.
    pub(super) fn enter_context(&mut self, name: &str) {
        let name = Str::from(name);
        let namespace = self.setup.contexts.iter().find(|c| *c.name == *name);
        let namespace = namespace.and_then(|c| c.namespace.clone());
        self.context = name.clone();
        let context = self
            .contexts
            .entry(name.clone())
            .or_insert_with(|| Context::new(&name, namespace.as_deref()));
        if matches!(context.connection, Connection::Idle | Connection::Failed { .. }) {
            context.connection = Connection::Connecting;
            self.effects.push(Effect::Connect { cluster: name });
        }
        self.watch_namespaces();
        self.enter_view();
    }

    /// Goes to another context.
    pub(super) fn switch_context(&mut self, name: &str) -> Result<(), String> {
        if !self.setup.contexts.iter().any(|c| c.name == name) {
            let near = nearest(name, self.setup.contexts.iter().map(|c| c.name.as_str()));
            let hint = match (near.is_empty(), self.setup.contexts.is_empty()) {
                (false, _) => format!("; did you mean {}?", near.join(", ")),
                (true, true) => {
                    self.contexts_error.clone().map(|e| format!(": {e}")).unwrap_or_default()
                }
                (true, false) => "; :ctx shows all".to_owned(),
            };
            return Err(format!("there is no context {name:?}{hint}"));
        }
        if *self.context == *name {
            return Ok(());
        }
        self.leave_context();
        self.enter_context(name);
        if self.context().views.is_empty() && self.context().awaiting.is_none() {
            let pods = super::Show { resource: "pods".to_owned(), ..super::Show::default() };
            self.show(pods)?;
        }
        Ok(())
    }

    fn leave_context(&mut self) {
        self.leave_view();
        self.over.clear();
        self.pending.clear();
        if let Some(id) = self.context_mut().namespaces.take() {
            self.sources.release(id, self.now);
        }
    }

    /// Keeps the namespaces of the context in view, for the picker and for completion.
    fn watch_namespaces(&mut self) {
        let context = self.context();
        if context.namespaces.is_some() {
            return;
        }
        let Some(resource) = context.catalog.by_plural("", "namespaces") else { return };
        let source = Source {
            cluster: self.context.clone(),
            resource: Arc::clone(&resource),
            scope: Scope::All,
            labels: String::new(),
            fields: String::new(),
        };
        let (id, new) = self.sources.acquire(&source);
        if new {
            let kind = crate::kinds::modelled(&resource.group, &resource.plural);
            self.store
                .open(id, kind.map_or_else(|| Arc::from([]), |kind| Arc::clone(&kind.columns)));
        }
        self.context_mut().namespaces = Some(id);
    }

    /// A cluster says something.
    pub(super) fn cluster_news(&mut self, name: &str, news: ClusterNews) {
        let Some(context) = self.contexts.get_mut(name) else { return };
        self.redraw |= *self.context == *name;
        match news {
            ClusterNews::Connecting => {
                // While an attempt is under way, why the last one failed is still the best answer.
                if context.connection == Connection::Idle {
                    context.connection = Connection::Connecting;
                }
            }
            ClusterNews::Connected(info) => {
                context.connection = Connection::Connected;
                context.info = Some(info);
                self.permits.forget(name);
            }
            ClusterNews::Failed { why, hint, retry_at } => {
                context.connection = Connection::Failed { why, hint, retry_at };
            }
            ClusterNews::Catalog(catalog) => self.catalog_read(name, catalog),
        }
    }

    fn catalog_read(&mut self, name: &str, catalog: Arc<Catalog>) {
        let Some(context) = self.contexts.get_mut(name) else { return };
        context.catalog = catalog;
        context.discovered = true;
        self.start_forwards(name);
        if *self.context != *name {
            return;
        }
        let awaited = self.context_mut().awaiting.take();
        if let Some(show) = awaited {
            let typed = show.resource.clone();
            if let Err(message) = self.show(show) {
                self.notify(Level::Error, message);
                // There is nothing to go back to when this was the first thing asked for.
                if self.page().is_none() {
                    self.show_first(super::Show::default());
                }
                if self.over.is_empty() {
                    self.open_command_line(&typed);
                }
            }
        }
        self.feed_graph();
        self.sheets_served_anew();
        if self.prompt().is_some() {
            self.suggest();
        }
    }

    pub(super) fn contexts_read(&mut self, contexts: Result<Vec<ContextInfo>, String>) {
        self.redraw = true;
        match contexts {
            Ok(contexts) => {
                self.setup.contexts = contexts;
                self.contexts_error = None;
            }
            Err(why) => self.contexts_error = Some(why),
        }
        self.refill_picker();
    }

    /// Why the contexts could not be listed, where they could not.
    pub fn contexts_error(&self) -> Option<&str> {
        self.contexts_error.as_deref()
    }

    /// Takes in what a watch said.
    pub(super) fn take_in(&mut self, id: SourceId, delta: Delta) {
        let Some(source) = self.sources.get(id) else { return };
        let cluster = source.cluster.clone();
        let (mut delta, columns) = match delta {
            Delta::Columns(columns) => (Delta::Columns(with_namespace(source, &columns)), true),
            delta => (delta, false),
        };
        self.fill_joined(source, &mut delta);
        if let Some(table) = self.store.table(id) {
            self.ways.hear(&delta, table.columns());
        }
        self.join_delta(id, &delta);
        self.graph_delta(&cluster, id, &delta);
        self.store.apply(id, delta, self.now);
        if let Some(context) = self.contexts.get_mut(&cluster) {
            if columns {
                for page in context.pages_mut() {
                    if let Page::Browse(browse) = page
                        && browse.source_id() == Some(id)
                    {
                        browse.columns_changed(&mut self.store, self.now);
                    }
                }
            }
            let names = context.namespaces == Some(id);
            if names
                && *self.context == *cluster
                && self.over.iter().any(|o| matches!(o, Over::Picker(_)))
            {
                self.refill_picker();
                self.redraw = true;
            }
        }
        self.redraw |= self.browse().is_some_and(|browse| browse.source_id() == Some(id));
    }

    pub(super) fn object_news(&mut self, id: ObjectId, news: ObjectNews) {
        let now = self.now;
        let top = self.manifest().map(|manifest| manifest.id);
        let pages = self.context_mut().pages_mut().iter_mut();
        let mut found = pages.filter_map(|page| match page {
            Page::Manifest(manifest) if manifest.id == id => Some(manifest),
            _ => None,
        });
        if let Some(manifest) = found.next() {
            manifest.hear(news, now);
        } else {
            self.answered_by_object(id, news);
        }
        self.redraw |= top == Some(id);
    }
}
