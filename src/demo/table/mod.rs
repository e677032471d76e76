//! The server's Tables: columns and cells as `kubectl get` shows them (`pkg/printers/internalversion`).

mod access;
mod cluster;
mod config;
mod jsonpath;
mod network;
mod pod;
mod text;
mod workload;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::resource::Resource;

/// Where a cell comes from.
#[derive(Debug, Clone)]
enum Cell {
    Made(fn(&Value, Timestamp) -> Value),
    Path(String),
}

/// One column of a Table.
#[derive(Debug, Clone)]
pub struct Column {
    name: String,
    kind: String,
    format: String,
    description: String,
    priority: i64,
    cell: Cell,
}

/// The shorthand in which the built-in columns are declared: name, type, priority, cell.
type Spec = (&'static str, &'static str, i64, fn(&Value, Timestamp) -> Value);

impl Column {
    fn built_in(&(name, kind, priority, cell): &Spec) -> Self {
        Self {
            name: name.to_owned(),
            kind: kind.to_owned(),
            format: if name == "Name" { "name".to_owned() } else { String::new() },
            description: String::new(),
            priority,
            cell: Cell::Made(cell),
        }
    }

    fn custom(column: &Value) -> Self {
        use super::value::At;
        Self {
            name: column.text("/name").to_owned(),
            kind: column.text("/type").to_owned(),
            format: column.text("/format").to_owned(),
            description: column.text("/description").to_owned(),
            priority: column.num("/priority"),
            cell: Cell::Path(column.text("/jsonPath").to_owned()),
        }
    }

    /// Its entry in `columnDefinitions`.
    pub fn definition(&self) -> Value {
        json!({"name": self.name, "type": self.kind, "format": self.format,
            "description": self.description, "priority": self.priority})
    }

    fn cell(&self, object: &Value, now: Timestamp) -> Value {
        match &self.cell {
            Cell::Made(make) => make(object, now),
            Cell::Path(path) => jsonpath::cell(object, path, &self.kind, now),
        }
    }
}

const PLAIN: &[Spec] = &[("Name", "string", 0, text::name), ("Age", "string", 0, text::age)];

/// The columns of a resource; name and age where nothing better is known.
pub fn columns(resource: &Resource) -> Vec<Column> {
    if resource.custom {
        let mut columns = vec![Column::built_in(&PLAIN[0])];
        columns.extend(resource.columns.iter().map(Column::custom));
        if resource.columns.is_empty() {
            columns.push(Column::built_in(&PLAIN[1]));
        }
        return columns;
    }
    let id = resource.id();
    let specs = [
        pod::columns,
        workload::columns,
        network::columns,
        config::columns,
        cluster::columns,
        access::columns,
    ]
    .iter()
    .find_map(|family| family(&id))
    .unwrap_or(PLAIN);
    specs.iter().map(Column::built_in).collect()
}

/// The row of an object, without the object itself.
pub fn row(columns: &[Column], object: &Value, now: Timestamp) -> Value {
    let cells: Vec<Value> = columns.iter().map(|column| column.cell(object, now)).collect();
    json!({"cells": cells})
}
