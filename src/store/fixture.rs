//! Rows for the store's tests.

use std::sync::Arc;

use crate::kinds::{Align, Cell, Column, Value};

use super::row::{Health, Labels, Row, Str, Uid};

/// A point in time that tests call now.
pub const NOW: i64 = 1_700_000_000;

/// Columns of every type.
pub fn columns() -> Arc<[Column]> {
    let mut columns = vec![Column::new("NAME", Value::Name)];
    let names = ["READY", "STATUS", "RESTARTS", "CPU", "MEM", "IP", "LAST SEEN", "PORT(S)", "TOOK"];
    for (name, i) in names.into_iter().zip(0..) {
        columns.push(Column::new(name, Value::Cell(i)));
    }
    columns[3].align = Align::Right;
    columns.push(Column::new("AGE", Value::Age));
    columns.into()
}

/// A row without cells, created at [`NOW`].
pub fn bare(namespace: &str, name: &str) -> Row {
    Row {
        uid: Uid::of_name(namespace, name),
        namespace: namespace.into(),
        name: name.into(),
        created: NOW,
        health: Health::Ok,
        labels: Labels::default(),
        cells: Box::default(),
        links: Box::default(),
    }
}

/// A broken pod, an hour old.
pub fn crashing() -> Row {
    Row {
        created: NOW - 3600,
        health: Health::Broken,
        labels: [(Str::from("app"), Str::from("web")), (Str::from("tier"), Str::from("front"))]
            .into(),
        cells: [
            Cell::Ratio(1, 2),
            Cell::Text("CrashLoopBackOff".into()),
            Cell::CountAgo { count: 7, at: NOW - 300 },
            Cell::Millicores(1500),
            Cell::Bytes(21 << 20),
            Cell::Text("10.0.0.12".into()),
            Cell::Age(NOW - 120),
            Cell::None,
            Cell::Duration(95),
        ]
        .into(),
        ..bare("shop", "web-7688cfc66b-m2fpd")
    }
}
