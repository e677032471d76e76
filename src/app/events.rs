//! The events about the row under the cursor: their list, and how many there are before somebody goes there.

use crate::store::{Freshness, Health, Scope, Source, SourceId, Str};

use super::browse::Parent;
use super::go::Here;
use super::sources::LINGER;
use super::views::columns;
use super::{App, Level, Page};

/// The events that are counted beside a table, or above a Map.
#[derive(Debug)]
pub(super) struct Told {
    source: Source,
    /// Since when the cursor is there.
    since: i64,
    /// Once it has stayed.
    id: Option<SourceId>,
}

impl App {
    /// The events about the row under the cursor, and whose they are. `None` where no row is there; an error where the cluster serves no events.
    fn events_here(&self) -> Option<Result<(Source, Parent), &'static str>> {
        let Here { resource, row, .. } = self.here()?;
        let fields =
            format!("involvedObject.name={},involvedObject.kind={}", row.name, resource.kind);
        let parent = Parent {
            name: row.name.to_string(),
            namespace: row.namespace.to_string(),
            resource: resource.full_name().into_owned(),
        };
        // What is said about objects in no namespace lies in `default`, as kubelets and controllers write it.
        let scope = if row.namespace.is_empty() {
            Scope::All
        } else {
            Scope::Namespaces(vec![Str::clone(&row.namespace)])
        };
        let Some(events) = self.resource("", "events") else {
            return Some(Err("this cluster serves no events"));
        };
        let source = Source { fields, ..self.source(events, scope) };
        Some(Ok((source, parent)))
    }

    /// Shows the events about the row under the cursor.
    pub(super) fn go_to_events(&mut self) {
        match self.events_here() {
            None => {}
            Some(Err(why)) => self.notify(Level::Warning, why),
            Some(Ok((source, parent))) => {
                let mut page = self.new_browse(source);
                page.parent = Some(parent);
                self.push_page(Page::Browse(page));
            }
        }
    }

    /// The events about a row are counted, beside a table and above a Map, once the cursor stays there; whoever only passes asks the server for nothing.
    pub(super) fn tell_events(&mut self) {
        let wanted = self.events_wanted();
        if self.told.as_ref().map(|told| &told.source) != wanted.as_ref() {
            if let Some(id) = self.told.take().and_then(|told| told.id) {
                // It does not linger: there would be one for every row that somebody looked at.
                self.sources.release(id, self.now.saturating_sub(LINGER));
            }
            self.told = wanted.map(|source| Told { source, since: self.now, id: None });
        }
        let Some(told) = self.told.as_mut().filter(|t| t.id.is_none() && self.now > t.since) else {
            return;
        };
        let (id, new) = self.sources.acquire(&told.source);
        told.id = Some(id);
        if new {
            self.store.open(id, columns(&told.source));
        }
    }

    fn events_wanted(&self) -> Option<Source> {
        let there = match self.map() {
            Some(_) => self.setup.counts && self.over.is_empty() && self.context().discovered,
            None => self.counts_beside() && self.is_table_live(),
        };
        if !there || self.here()?.resource.plural == "events" {
            return None;
        }
        self.events_here()?.ok().map(|(source, _)| source)
    }

    /// When the cursor has stayed long enough.
    pub(super) fn next_told(&self) -> Option<i64> {
        let told = self.told.as_ref().filter(|told| told.id.is_none())?;
        Some(told.since.saturating_add(1))
    }

    /// How many events there are about the row under the cursor, and how many of them are warnings; `None` as long as that is not known.
    pub fn events_about(&self) -> Option<(usize, usize)> {
        let table = self.store.table(self.told.as_ref()?.id?)?;
        matches!(table.freshness(), Freshness::Live { .. }).then(|| {
            let warnings = table.rows().filter(|row| row.health >= Health::Warning).count();
            (table.len(), warnings)
        })
    }
}
