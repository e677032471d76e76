//! Tables as the server sends them, with the objects themselves where rules want to read them.

use serde_json::Value;

use crate::kinds::Encoding;
use crate::kinds::relations::Rules;
use crate::wire::{PartialObjectMetadata, Table, TableRow, WholeObject};

/// An object, or a row of a Table that has it, and all of it where there are rules to read it.
pub(super) type With<T> = (T, Option<Value>);

/// Reads a row of a Table.
pub(super) fn row(
    bytes: &[u8],
    rules: Option<&Rules>,
) -> Result<With<TableRow>, serde_json::Error> {
    if rules.is_some()
        && let Ok(row) = serde_json::from_slice(bytes)
    {
        return Ok(split(row));
    }
    // What cannot be read whole (it is nested too deeply, say) is still a row.
    serde_json::from_slice(bytes).map(|row| (row, None))
}

/// Reads a Table: what stands around its rows, and these. `None` where it is none.
pub(super) fn table(bytes: &[u8], rules: Option<&Rules>) -> Option<(Table, Vec<With<TableRow>>)> {
    if rules.is_some()
        && let Ok(Table { kind, metadata, column_definitions, rows }) =
            serde_json::from_slice::<Table<WholeObject>>(bytes)
    {
        let table = Table { kind, metadata, column_definitions, rows: Vec::new() };
        return Some((table, rows.into_iter().map(split).collect()));
    }
    let mut table: Table = serde_json::from_slice(bytes).ok()?;
    let rows = std::mem::take(&mut table.rows).into_iter().map(|row| (row, None)).collect();
    Some((table, rows))
}

/// Reads an object that came without a Table. What cannot be read is an object without a name.
pub(super) fn object(
    encoding: Encoding,
    bytes: &[u8],
    rules: Option<&Rules>,
) -> With<PartialObjectMetadata> {
    if rules.is_some()
        && encoding == Encoding::Json
        && let Ok(WholeObject { partial, value }) = serde_json::from_slice(bytes)
    {
        return (partial, Some(value));
    }
    (super::projector::metadata(encoding, bytes).unwrap_or_default(), None)
}

fn split(row: TableRow<WholeObject>) -> With<TableRow> {
    let WholeObject { partial, value } = row.object;
    (TableRow { cells: row.cells, object: partial }, Some(value))
}
