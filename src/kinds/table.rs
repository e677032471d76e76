//! Resources that no kind models: the columns and rows that their server prints (`meta.k8s.io/v1 Table`).

use std::borrow::Cow;
use std::sync::Arc;

use serde_json::Value as Json;

use crate::store::{Health, Interner, Row, Str, Uid};
use crate::wire::{ColumnDefinition, ObjectMeta, PartialObjectMetadata, TableRow, Time};

use super::column::{Align, Column, Show, Value};
use super::links::Links;
use super::{Cell, age, words};

/// How the server's columns become those of rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    columns: Arc<[Column]>,
    /// What is done with each cell that the server sends, in its order.
    uses: Vec<Use>,
    /// Which of the server's cells tells the health.
    status: Option<usize>,
}

/// What is done with a cell of the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Use {
    /// The row itself knows it better: its name, its age.
    Row,
    /// It is kept as it is.
    Keep,
    /// It is the age of something when the server wrote it, and grows since.
    Age,
}

/// Headings under which resources tell their state, the most telling first.
const STATUS: [&str; 11] = [
    "STATUS",
    "PHASE",
    "STATE",
    "HEALTH STATUS",
    "HEALTH",
    "READY",
    "AVAILABLE",
    "CONDITION",
    "SYNC STATUS",
    "SYNCED",
    "ESTABLISHED",
];

impl Layout {
    /// The layout of a Table with these columns.
    pub fn new(definitions: &[ColumnDefinition]) -> Self {
        let headings: Vec<String> = definitions.iter().map(|d| d.name.to_uppercase()).collect();
        let status =
            STATUS.iter().find_map(|name| headings.iter().position(|heading| heading == name));
        let mut columns = Vec::with_capacity(definitions.len() + 1);
        let mut uses = Vec::with_capacity(definitions.len());
        let mut cells = 0;
        let named = |d: &ColumnDefinition, heading: &str| d.format == "name" || heading == "NAME";
        if !definitions.iter().zip(&headings).any(|(d, heading)| named(d, heading)) {
            columns.push(Column { priority: Column::KEEP, ..Column::new("NAME", Value::Name) });
        }
        for (index, (definition, heading)) in definitions.iter().zip(headings).enumerate() {
            let is_age = heading == "AGE";
            let (value, handling) = if named(definition, &heading) {
                (Value::Name, Use::Row)
            } else if is_age && matches!(definition.data_type.as_str(), "string" | "date") {
                (Value::Age, Use::Row)
            } else {
                cells += 1;
                let handling = if definition.data_type == "date" { Use::Age } else { Use::Keep };
                (Value::Cell(cells - 1), handling)
            };
            uses.push(handling);
            let mut column = column(definition, heading, value);
            if status == Some(index) {
                column.status = true;
                column.priority = 200;
            }
            columns.push(column);
        }
        Self { columns: columns.into(), uses, status }
    }

    /// The same for rows whose health is known: where no column of the server tells it, it is told beside the name.
    #[must_use]
    pub fn with_health(mut self) -> Self {
        if self.status.is_none() {
            let named = |column: Column| {
                let status = column.value == Value::Name;
                Column { status, ..column }
            };
            self.columns = self.columns.iter().cloned().map(named).collect();
        }
        self
    }

    /// The layout where the server prints no Table: what every object has.
    pub fn metadata() -> Self {
        let definition = |name: &str, data_type: &str| ColumnDefinition {
            name: name.into(),
            data_type: data_type.into(),
            ..ColumnDefinition::default()
        };
        Self::new(&[definition("Name", "string"), definition("Age", "date")])
    }

    /// The columns of the rows.
    pub fn columns(&self) -> &Arc<[Column]> {
        &self.columns
    }

    /// One row as the server printed it at `received` (seconds since the Unix epoch).
    pub fn row(&self, row: &TableRow, received: i64, interner: &mut Interner) -> Row {
        let values = self.uses.iter().enumerate().filter(|(_, used)| **used != Use::Row);
        let cells = values
            .map(|(index, used)| match (row.cells.get(index), used) {
                (Some(Json::String(text)), Use::Age) => since(text, received, interner),
                (Some(value), _) => cell(value, interner),
                (None, _) => Cell::Blank,
            })
            .collect();
        let said = self.status.and_then(|index| row.cells.get(index)).and_then(Json::as_str);
        let meta = &row.object.metadata;
        let health = said.map_or(Health::Idle, words::health);
        let going = if meta.deletion_timestamp.is_some() { Health::Changing } else { Health::Idle };
        Row { cells, health: health.max(going), ..bare(meta, interner) }
    }

    /// The row of an object of which only the metadata is known.
    pub fn bare(&self, object: &PartialObjectMetadata, interner: &mut Interner) -> Row {
        let cells = self.uses.iter().filter(|used| **used != Use::Row).map(|_| Cell::Blank);
        Row { cells: cells.collect(), ..bare(&object.metadata, interner) }
    }
}

/// A row with what every object has, and no cells.
pub fn bare(meta: &ObjectMeta, interner: &mut Interner) -> Row {
    Row {
        uid: uid(meta),
        namespace: interner.str(&meta.namespace),
        name: Str::from(meta.name.as_str()),
        created: meta.creation_timestamp.and_then(Time::unix).unwrap_or(age::UNKNOWN),
        health: Health::Idle,
        labels: interner.labels(&meta.labels),
        cells: Box::default(),
        links: Links::new(meta, interner).finish(),
    }
}

/// The identity of an object.
pub fn uid(meta: &ObjectMeta) -> Uid {
    if meta.uid.is_empty() {
        Uid::of_name(&meta.namespace, &meta.name)
    } else {
        Uid::new(&meta.uid)
    }
}

fn column(definition: &ColumnDefinition, heading: String, value: Value) -> Column {
    let number = matches!(definition.data_type.as_str(), "integer" | "number");
    let right = number || matches!(value, Value::Age);
    let wide = definition.priority > 0;
    Column {
        name: Cow::Owned(heading),
        value,
        align: if right { Align::Right } else { Align::Left },
        note: None,
        show: if wide { Show::Wide } else { Show::Always },
        priority: match value {
            Value::Name => Column::KEEP,
            Value::Age => 180,
            _ if wide => 50,
            _ => 100,
        },
        status: false,
        lapses: false,
        joined: false,
        doc: Cow::Owned(definition.description.clone()),
    }
}

/// A value as kubectl prints it (cli-runtime `printers/tableprinter.go`): nothing for null, one line of text.
fn cell(value: &Json, interner: &mut Interner) -> Cell {
    match value {
        Json::Null => Cell::Blank,
        Json::Number(number) => match number.as_i64() {
            Some(number) => Cell::Int(number),
            None => Cell::Text(interner.str(&number.to_string())),
        },
        Json::String(text) => words::ratio(text)
            .map_or_else(|| Cell::Text(one_line(text, interner)), |(a, b)| Cell::Ratio(a, b)),
        other => Cell::Text(interner.str(&other.to_string())),
    }
}

fn one_line(text: &str, interner: &mut Interner) -> Str {
    match text.find(['\n', '\r', '\x0c']) {
        Some(end) => interner.str(&format!("{}...", &text[..end])),
        None => interner.str(text),
    }
}

/// A date column holds the age of a date, as text.
fn since(text: &str, received: i64, interner: &mut Interner) -> Cell {
    match age::parse(text) {
        Some(seconds) => Cell::Age(received.saturating_sub(seconds)),
        None if text == "<unknown>" => Cell::Age(age::UNKNOWN),
        None => Cell::Text(one_line(text, interner)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Table;

    const CERTIFICATES: &str = r#"{"kind":"Table","columnDefinitions":[
        {"name":"Name","type":"string","format":"name","description":"","priority":0},
        {"name":"Ready","type":"string","priority":0},
        {"name":"Secret","type":"string","priority":1},
        {"name":"Renewals","type":"integer","priority":0},
        {"name":"Renewed","type":"date","priority":0},
        {"name":"Age","type":"date","priority":0}],
        "rows":[
        {"cells":["web","False",null,3,"5m","9d"],"object":{"metadata":{"name":"web","namespace":"shop",
          "uid":"0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0","creationTimestamp":"2026-01-15T12:00:00Z"}}},
        {"cells":["api","True","two\nlines",4],"object":{"metadata":{"name":"api","namespace":"shop"}}}]}"#;

    #[test]
    fn a_table_becomes_columns_and_rows() {
        let table: Table = serde_json::from_str(CERTIFICATES).unwrap();
        let layout = Layout::new(&table.column_definitions);
        let columns = layout.columns();
        let names: Vec<&str> = columns.iter().map(|c| &*c.name).collect();
        assert_eq!(names, ["NAME", "READY", "SECRET", "RENEWALS", "RENEWED", "AGE"]);
        assert_eq!(columns.iter().position(|c| c.status), Some(1));
        assert_eq!((columns[2].show, columns[3].align), (Show::Wide, Align::Right));
        let mut interner = Interner::default();
        let now = 1_768_478_400 + 600;
        let text = |row: &Row| -> Vec<String> {
            columns.iter().map(|column| column.cell(row).text(now)).collect()
        };
        let web = layout.row(&table.rows[0], now - 60, &mut interner);
        assert_eq!(text(&web), ["web", "False", "", "3", "6m", "10m"], "ages go on by themselves");
        assert_eq!(web.health, Health::Broken);
        let api = layout.row(&table.rows[1], now, &mut interner);
        assert_eq!(text(&api), ["api", "True", "two...", "4", "", "<unknown>"]);
        assert_eq!(api.health, Health::Ok);
        assert_ne!(api.uid, web.uid);
    }

    #[test]
    fn without_a_table_there_are_names_and_ages() {
        let layout = Layout::metadata();
        let names: Vec<&str> = layout.columns().iter().map(|c| &*c.name).collect();
        assert_eq!(names, ["NAME", "AGE"]);
        let row = layout.bare(&PartialObjectMetadata::default(), &mut Interner::default());
        assert_eq!((row.created, row.cells.len()), (age::UNKNOWN, 0));
        let told = |layout: Layout| layout.columns().iter().position(|c| c.status);
        assert_eq!(told(layout.clone()), None);
        assert_eq!(told(layout.with_health()), Some(0), "health is told beside the name");
    }
}
