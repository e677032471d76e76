//! Objects, lists and watch events written in the shape the client asked for.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::route::{Include, Shape};
use crate::demo::object::Object;
use crate::demo::resource::Resource;
use crate::demo::table::{self, Column};
use crate::demo::value::At;

/// Writes objects of one resource in one shape.
#[derive(Debug, Clone)]
pub struct Writer {
    resource: Arc<Resource>,
    columns: Arc<[Column]>,
    shape: Shape,
    now: Timestamp,
}

impl Writer {
    /// A writer; `now` is the time that ages in Tables are counted to.
    pub fn new(resource: &Arc<Resource>, shape: Shape, now: Timestamp) -> Self {
        Self {
            resource: Arc::clone(resource),
            columns: table::columns(resource).into(),
            shape,
            now,
        }
    }

    /// Moves the time that ages are counted to.
    pub fn set_now(&mut self, now: Timestamp) {
        self.now = now;
    }

    /// One object alone, the answer to a GET or a write.
    pub fn single(&self, object: &Object) -> String {
        match self.shape {
            Shape::Plain => object.json().into_owned(),
            Shape::Partial => partial(&object.value()).to_string(),
            Shape::Table(_) => {
                let mut table = self.table(&object.rv().to_string(), true);
                table["rows"] = json!([self.row(object)]);
                table.to_string()
            }
        }
    }

    /// What stands before the items of a list. `rest` are the remaining items, if it is a page.
    pub fn head(&self, rv: u64, next: Option<(&str, usize)>) -> String {
        let mut metadata = json!({"resourceVersion": rv.to_string()});
        if let Some((token, rest)) = next {
            metadata["continue"] = json!(token);
            metadata["remainingItemCount"] = json!(rest);
        }
        let head = match self.shape {
            Shape::Plain => json!({"apiVersion": self.resource.api_version(),
                "kind": format!("{}List", self.resource.kind), "metadata": metadata}),
            Shape::Partial => json!({"apiVersion": "meta.k8s.io/v1",
                "kind": "PartialObjectMetadataList", "metadata": metadata}),
            Shape::Table(_) => {
                let mut table = self.table("", true);
                table["metadata"] = metadata;
                if let Value::Object(map) = &mut table {
                    map.remove("rows");
                }
                table
            }
        };
        let mut text = head.to_string();
        text.pop();
        let items =
            if matches!(self.shape, Shape::Table(_)) { ",\"rows\":[" } else { ",\"items\":[" };
        text.push_str(items);
        text
    }

    /// One item of a list.
    pub fn item(&self, object: &Object) -> String {
        match self.shape {
            Shape::Plain => object.json().into_owned(),
            Shape::Partial => partial(&object.value()).to_string(),
            Shape::Table(_) => self.row(object).to_string(),
        }
    }

    /// One watch event. The columns of a Table are only sent with the first.
    pub fn event(&self, kind: &str, object: &Object, first: bool) -> String {
        let body = match self.shape {
            Shape::Plain => {
                return format!("{{\"type\":\"{kind}\",\"object\":{}}}\n", object.json());
            }
            Shape::Partial => partial(&object.value()),
            Shape::Table(_) => {
                let mut table = self.table(&object.rv().to_string(), first);
                table["rows"] = json!([self.row(object)]);
                table
            }
        };
        format!("{{\"type\":\"{kind}\",\"object\":{body}}}\n")
    }

    /// A bookmark at this version; `end` marks the end of the initial events of a `WatchList`.
    pub fn bookmark(&self, rv: u64, end: bool, first: bool) -> String {
        let mut metadata = json!({"resourceVersion": rv.to_string(), "creationTimestamp": null});
        if end {
            metadata["annotations"] = json!({"k8s.io/initial-events-end": "true"});
        }
        let body = match self.shape {
            Shape::Plain => {
                json!({"kind": self.resource.kind, "apiVersion": self.resource.api_version(),
                "metadata": metadata})
            }
            Shape::Partial => {
                json!({"kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1",
                "metadata": metadata})
            }
            Shape::Table(_) => {
                let mut table = self.table(&rv.to_string(), first);
                let cells: Vec<Value> = self.columns.iter().map(|_| json!("")).collect();
                table["rows"] = json!([{"cells": cells, "object": {"kind": "PartialObjectMetadata",
                    "apiVersion": "meta.k8s.io/v1", "metadata": metadata}}]);
                table
            }
        };
        format!("{{\"type\":\"BOOKMARK\",\"object\":{body}}}\n")
    }

    fn table(&self, rv: &str, with_columns: bool) -> Value {
        let columns = if with_columns {
            Value::Array(self.columns.iter().map(Column::definition).collect())
        } else {
            Value::Null
        };
        json!({"kind": "Table", "apiVersion": "meta.k8s.io/v1", "metadata": {"resourceVersion": rv},
            "columnDefinitions": columns, "rows": []})
    }

    fn row(&self, object: &Object) -> Value {
        let value = object.value();
        let mut row = table::row(&self.columns, &value, self.now);
        match self.shape {
            Shape::Table(Include::Object) => row["object"] = value,
            Shape::Table(Include::Metadata) => row["object"] = partial(&value),
            _ => {}
        }
        row
    }
}

fn partial(value: &Value) -> Value {
    json!({"kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": value.at("/metadata")})
}
