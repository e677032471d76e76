//! What rows say, found by the names of their columns.

use crate::kinds::{Cell, Value, modelled};
use crate::store::Row;

use super::wants::Named;

/// Where the cells of a column are.
#[derive(Clone, Copy, Debug)]
pub struct At(Option<usize>);

/// The column of this name of a modelled kind. One that there is not is empty in every row.
pub fn at((group, plural): Named, column: &str) -> At {
    let kind = modelled(group, plural);
    let column = kind.and_then(|kind| kind.columns.iter().find(|c| c.name == column));
    At(column.and_then(|column| match column.value {
        Value::Cell(at) => Some(usize::from(at)),
        _ => None,
    }))
}

impl At {
    /// The cell.
    pub fn cell(self, row: &Row) -> &Cell {
        self.0.and_then(|at| row.cells.get(at)).unwrap_or(&Cell::None)
    }

    /// Its text, empty where it is no text.
    pub fn text(self, row: &Row) -> &str {
        match self.cell(row) {
            Cell::Text(text) => text,
            Cell::Ports(ports) => ports.text(),
            _ => "",
        }
    }

    /// Its number: a count, millicores, bytes, a point in time or a length of time; 0 where it is none.
    pub fn number(self, row: &Row) -> i64 {
        match self.cell(row) {
            Cell::Int(n)
            | Cell::Millicores(n)
            | Cell::Bytes(n)
            | Cell::Age(n)
            | Cell::Until(n)
            | Cell::Duration(n) => *n,
            _ => 0,
        }
    }
}
