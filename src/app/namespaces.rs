//! Whose rows are shown: one namespace, several, or all.

use crate::config::ContextState;
use crate::kinds::modelled;
use crate::store::{Scope, Str};

use super::browse::Browse;
use super::{App, Level};

impl App {
    /// What is remembered of the context in view.
    pub fn remembered(&self) -> Option<&ContextState> {
        self.setup.state.contexts.get(&*self.context)
    }

    fn remembered_mut(&mut self) -> &mut ContextState {
        self.setup.state.contexts.entry(self.context.to_string()).or_default()
    }

    /// The namespaces of the context in view as far as they are known: favourites, recents, then all others by name.
    pub fn namespace_names(&self) -> Vec<&str> {
        let mut names: Vec<&str> =
            self.remembered().map(|r| r.slots().collect()).unwrap_or_default();
        let table = self.context().namespaces.and_then(|id| self.store.table(id));
        let mut rest: Vec<&str> =
            table.map(|t| t.rows().map(|row| &*row.name).collect()).unwrap_or_default();
        if rest.is_empty()
            && let Scope::Namespaces(shown) = &self.context().scope
        {
            // Who may not list namespaces at least knows those that are shown.
            rest.extend(shown.iter().map(|name| &**name));
        }
        rest.sort_unstable();
        let mut seen: std::collections::HashSet<&str> = names.iter().copied().collect();
        names.extend(rest.into_iter().filter(|name| seen.insert(name)));
        names
    }

    /// New views show these namespaces from now on.
    pub(super) fn visit_scope(&mut self, scope: Scope) {
        if let Scope::Namespaces(names) = &scope {
            for name in names.iter().rev() {
                self.remembered_mut().visit(name);
            }
            self.save();
        }
        self.context_mut().scope = scope;
    }

    /// Shows the resource in view in other namespaces, with its filter and order.
    pub(super) fn show_scope(&mut self, scope: Scope) {
        self.visit_scope(scope.clone());
        let words = scope_words(&scope);
        let Some(browse) = self.browse() else {
            return self.notify(Level::Info, format!("namespaces: {words}"));
        };
        // Parts of one object, and what is in no namespace, do not change with it.
        let resource = &browse.source.resource;
        let part = modelled(&resource.group, &resource.plural)
            .is_some_and(|k| k.info.part_of.is_some() && k.info.view.is_none());
        if !resource.namespaced || part {
            return self.notify(Level::Info, format!("namespaces: {words}"));
        }
        let plain = browse.parent.is_none();
        if plain && browse.source.scope == scope {
            return;
        }
        let mut source = browse.source.clone();
        source.scope = scope;
        if !plain {
            // What was drilled down to belongs to one object; in other namespaces it is the whole resource that is meant.
            source.labels = String::new();
            source.fields = String::new();
        }
        let next = Browse {
            filter: browse.filter.clone(),
            order: browse.order.clone(),
            wide: browse.wide,
            ..Browse::new(source)
        };
        self.open_view(super::Page::Browse(next));
    }

    pub(super) fn show_namespace_slot(&mut self, slot: usize) {
        let name = self.remembered().and_then(|r| r.slots().nth(slot)).map(Str::from);
        if let Some(name) = name {
            self.show_scope(Scope::Namespaces(vec![name]));
        } else {
            let place = slot + 1;
            let message =
                format!("there is no namespace {place} among the favourites and recents yet");
            self.notify(Level::Info, message);
        }
    }

    /// The namespace that the row under the cursor is in, or is.
    fn namespace_here(&self) -> Option<Str> {
        let browse = self.browse()?;
        let row = browse.row(&self.store)?;
        if browse.source.resource.is("", "namespaces") {
            return Some(row.name.clone());
        }
        (!row.namespace.is_empty()).then(|| row.namespace.clone())
    }

    pub(super) fn show_namespace_of_row(&mut self) {
        match self.namespace_here() {
            Some(name) => self.show_scope(Scope::Namespaces(vec![name])),
            None => self.notify(Level::Info, "this row is in no namespace"),
        }
    }

    pub(super) fn toggle_favourite_of_row(&mut self) {
        match self.namespace_here() {
            Some(name) => self.toggle_favourite(&name),
            None => self.notify(Level::Info, "this row is in no namespace"),
        }
    }

    pub(super) fn toggle_favourite(&mut self, name: &str) {
        let is = self.remembered_mut().toggle(name);
        self.save();
        let words = if is { "is a favourite now" } else { "is no favourite any more" };
        self.notify(Level::Info, format!("{name} {words}"));
    }
}

/// Namespaces in words: `all`, `shop`, `shop, web`.
pub(super) fn scope_words(scope: &Scope) -> String {
    match scope {
        Scope::All => "all".to_owned(),
        Scope::Namespaces(names) => names.join(", "),
    }
}
