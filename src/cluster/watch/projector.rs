//! From objects to changes of rows.

use std::collections::HashMap;

use rustc_hash::FxBuildHasher;

use super::ask::Model;
use super::newest::Newest;
use super::tables::{self, With};
use crate::kinds::relations::Rules;
use crate::kinds::table::{Layout, bare, uid};
use crate::kinds::{Cell, Column, Encoding, Value};
use crate::store::{Change, Health, Interner, Row, Str, Uid};
use crate::wire::{ColumnDefinition, Event, PartialObjectMetadata, Table, TableRow, Version, What};

use std::sync::Arc;

/// The annotation on the bookmark that ends the initial events (KEP-3157).
const INITIAL_END: &str = "k8s.io/initial-events-end";
/// After how many changes strings that no row holds any more are dropped.
const SWEEP: u32 = 50_000;

/// Makes changes of rows from the objects of one collection.
pub(super) struct Projector {
    model: Model,
    /// What is known of objects whose rows the server makes.
    rules: Option<Arc<Rules>>,
    interner: Interner,
    layout: Option<Layout>,
    /// Columns that nobody has been told of.
    fresh: Option<Arc<[Column]>>,
    /// Rows of a Table that came before its columns.
    held: Vec<With<TableRow>>,
    /// The parts shown of each object, where parts are shown.
    parts: HashMap<Uid, Vec<Uid>, FxBuildHasher>,
    /// The rows of which only the newest of each identity is shown, where that is so.
    newest: Newest,
    rows: Vec<Row>,
    unreadable: u64,
    changes: u32,
}

/// What an event meant beyond its changes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Heard {
    /// The version from which the watch can go on; empty where the event had none.
    pub(super) version: String,
    /// Whether everything there is has been sent.
    pub(super) initial_end: bool,
}

impl Projector {
    pub(super) fn new(model: Model, rules: Option<Arc<Rules>>) -> Self {
        Self {
            model,
            rules,
            interner: Interner::default(),
            layout: None,
            fresh: None,
            held: Vec::new(),
            parts: HashMap::default(),
            newest: Newest::default(),
            rows: Vec::new(),
            unreadable: 0,
            changes: 0,
        }
    }

    /// Everything is about to be told anew: which objects there were is forgotten, for some of them may be gone unheard.
    pub(super) fn begin(&mut self) {
        self.parts.clear();
        self.newest.clear();
    }

    /// Columns that have changed since the last call.
    pub(super) fn fresh_columns(&mut self) -> Option<Arc<[Column]>> {
        self.fresh.take()
    }

    /// Whether the columns have changed since [`Projector::fresh_columns`].
    pub(super) fn has_fresh_columns(&self) -> bool {
        self.fresh.is_some()
    }

    /// One object of a list.
    pub(super) fn item(&mut self, encoding: Encoding, bytes: &[u8], out: &mut Vec<Change>) {
        self.count();
        let Model::Kind(kind) = self.model else {
            let object = tables::object(encoding, bytes, self.rules.as_deref());
            return self.known(&object, out);
        };
        match kind.decode(encoding, bytes, &mut self.interner, &mut self.rows) {
            Err(error) => {
                self.rows.clear();
                self.placeholder(encoding, bytes, &error.to_string(), out);
            }
            Ok(()) if kind.info.part_of.is_some() => self.replace_parts(encoding, bytes, out),
            Ok(()) => out.extend(self.rows.drain(..).map(Change::Put)),
        }
    }

    /// The `columnDefinitions` of a Table.
    pub(super) fn columns(&mut self, bytes: &[u8], now: i64, out: &mut Vec<Change>) {
        match serde_json::from_slice::<Vec<ColumnDefinition>>(bytes) {
            Ok(definitions) => self.lay_out(Layout::new(&definitions)),
            Err(error) => {
                tracing::warn!(%error, "the columns of a table cannot be read");
                self.lay_out(Layout::metadata());
            }
        }
        for row in std::mem::take(&mut self.held) {
            self.table_row(&row, now, out);
        }
    }

    /// One row of a Table.
    pub(super) fn row(&mut self, bytes: &[u8], now: i64, out: &mut Vec<Change>) {
        self.count();
        match tables::row(bytes, self.rules.as_deref()) {
            Ok(row) if self.layout.is_none() => self.held.push(row),
            Ok(row) => self.table_row(&row, now, out),
            Err(error) => {
                self.placeholder(Encoding::Json, bytes, &error.to_string(), out);
            }
        }
    }

    /// The end of a list: what still waits for columns does without.
    pub(super) fn finish(&mut self, now: i64, out: &mut Vec<Change>) {
        if matches!(self.model, Model::Served) && self.layout.is_none() {
            self.lay_out(Layout::metadata());
        }
        for row in std::mem::take(&mut self.held) {
            self.table_row(&row, now, out);
        }
    }

    /// One event of a watch other than an error.
    pub(super) fn event(
        &mut self,
        encoding: Encoding,
        event: &Event<'_>,
        now: i64,
        out: &mut Vec<Change>,
    ) -> Heard {
        if matches!(self.model, Model::Served) {
            return self.table_event(encoding, event, now, out);
        }
        match event.what {
            What::Bookmark | What::Error => {
                let meta = metadata(encoding, event.object).unwrap_or_default().metadata;
                Heard {
                    initial_end: meta.annotations.contains_key(INITIAL_END),
                    version: meta.resource_version,
                }
            }
            What::Deleted => {
                let Some(object) = metadata(encoding, event.object) else {
                    return Heard::default();
                };
                self.gone(uid(&object.metadata), out);
                Heard { version: object.metadata.resource_version, initial_end: false }
            }
            What::Added | What::Modified => {
                self.item(encoding, event.object, out);
                Heard { version: version(encoding, event.object), initial_end: false }
            }
        }
    }

    fn table_event(
        &mut self,
        encoding: Encoding,
        event: &Event<'_>,
        now: i64,
        out: &mut Vec<Change>,
    ) -> Heard {
        let table = tables::table(event.object, self.rules.as_deref());
        let is_table = |table: &Table| encoding == Encoding::Json && table.kind == "Table";
        let Some((table, rows)) = table.filter(|(table, _)| is_table(table)) else {
            // The server sends the objects themselves.
            let object = tables::object(encoding, event.object, self.rules.as_deref());
            match event.what {
                What::Deleted => self.gone(uid(&object.0.metadata), out),
                What::Added | What::Modified => self.known(&object, out),
                What::Bookmark | What::Error => {}
            }
            let meta = object.0.metadata;
            return Heard {
                initial_end: meta.annotations.contains_key(INITIAL_END),
                version: meta.resource_version,
            };
        };
        if !table.column_definitions.is_empty() {
            self.lay_out(Layout::new(&table.column_definitions));
        }
        let mut heard =
            Heard { version: table.metadata.resource_version.clone(), initial_end: false };
        for row in &rows {
            let meta = &row.0.object.metadata;
            if !meta.resource_version.is_empty() {
                heard.version.clone_from(&meta.resource_version);
            }
            match event.what {
                What::Deleted => self.gone(uid(meta), out),
                What::Added | What::Modified => {
                    self.count();
                    self.table_row(row, now, out);
                }
                What::Bookmark | What::Error => {
                    heard.initial_end |= meta.annotations.contains_key(INITIAL_END);
                }
            }
        }
        heard
    }

    fn lay_out(&mut self, mut layout: Layout) {
        if self.rules.as_ref().is_some_and(|rules| rules.tell_health()) {
            layout = layout.with_health();
        }
        if self.layout.as_ref() != Some(&layout) {
            self.fresh = Some(Arc::clone(layout.columns()));
            self.layout = Some(layout);
        }
    }

    fn table_row(&mut self, (row, whole): &With<TableRow>, now: i64, out: &mut Vec<Change>) {
        if let Some(layout) = &self.layout {
            let row = layout.row(row, now, &mut self.interner);
            self.put(row, whole.as_ref(), out);
        }
    }

    /// A row, with what the rules find in its object.
    fn put(&mut self, mut row: Row, whole: Option<&serde_json::Value>, out: &mut Vec<Change>) {
        if let (Some(rules), Some(object)) = (&self.rules, whole) {
            rules.apply(object, &mut row, &mut self.interner);
        }
        out.push(Change::Put(row));
    }

    /// An object of which the server sent no Table.
    fn known(&mut self, (object, whole): &With<PartialObjectMetadata>, out: &mut Vec<Change>) {
        if self.layout.is_none() {
            self.lay_out(Layout::metadata());
        }
        if let Some(layout) = &self.layout {
            let row = layout.bare(object, &mut self.interner);
            self.put(row, whole.as_ref(), out);
        }
    }

    fn gone(&mut self, uid: Uid, out: &mut Vec<Change>) {
        if self.newest.gone(uid, out) {
            return;
        }
        match self.parts.remove(&uid) {
            Some(parts) => out.extend(parts.into_iter().map(Change::Remove)),
            None => out.push(Change::Remove(uid)),
        }
    }

    /// The parts of one object take the place of those it had.
    fn replace_parts(&mut self, encoding: Encoding, bytes: &[u8], out: &mut Vec<Change>) {
        let object = metadata(encoding, bytes).unwrap_or_default();
        if let Some(rank) = self.model.info().and_then(|info| info.view).and_then(|v| v.newest) {
            return self.newest.put(uid(&object.metadata), self.rows.drain(..), rank, out);
        }
        let now: Vec<Uid> = self.rows.iter().map(|row| row.uid).collect();
        let before = self.parts.insert(uid(&object.metadata), now.clone()).unwrap_or_default();
        out.extend(self.rows.drain(..).map(Change::Put));
        out.extend(before.into_iter().filter(|uid| !now.contains(uid)).map(Change::Remove));
    }

    /// A row for an object that cannot be decoded: it must not be missing.
    fn placeholder(&mut self, encoding: Encoding, bytes: &[u8], why: &str, out: &mut Vec<Change>) {
        self.unreadable += 1;
        tracing::warn!(why, count = self.unreadable, "an object cannot be decoded");
        let text = Cell::Text(self.interner.str("Unreadable"));
        let mut row = match metadata(encoding, bytes).filter(|o| !o.metadata.name.is_empty()) {
            Some(object) => bare(&object.metadata, &mut self.interner),
            None => Row {
                uid: Uid::of_name("", "\0unreadable"),
                name: Str::from(format!("<{} unreadable>", self.unreadable)),
                ..bare(&PartialObjectMetadata::default().metadata, &mut self.interner)
            },
        };
        let columns: &[Column] = match (&self.model, &self.layout) {
            (Model::Kind(kind), _) => &kind.columns,
            (Model::Served, Some(layout)) => layout.columns(),
            (Model::Served, None) => &[],
        };
        let cell = |column: &Column| match column.value {
            Value::Cell(_) if column.status => Some(text.clone()),
            Value::Cell(_) => Some(Cell::Blank),
            _ => None,
        };
        row.cells = columns.iter().filter_map(cell).collect();
        row.health = Health::Broken;
        out.push(Change::Put(row));
    }

    fn count(&mut self) {
        self.changes += 1;
        if self.changes >= SWEEP {
            self.changes = 0;
            self.interner.sweep();
        }
    }
}

pub(super) fn metadata(encoding: Encoding, bytes: &[u8]) -> Option<PartialObjectMetadata> {
    match encoding {
        Encoding::Protobuf => prost::Message::decode(bytes).ok(),
        Encoding::Json => serde_json::from_slice(bytes).ok(),
    }
}

fn version(encoding: Encoding, bytes: &[u8]) -> String {
    match encoding {
        Encoding::Protobuf => <Version as prost::Message>::decode(bytes).ok(),
        Encoding::Json => serde_json::from_slice::<Version>(bytes).ok(),
    }
    .unwrap_or_default()
    .text()
}
