//! Which role paints a cell: what is well stays quiet, what is not stands out.

use crate::kinds::{Cell, Column, Value};
use crate::store::{Health, Row};
use crate::theme::Role;

use super::super::glyph;

/// The role that paints a row's cell in a column.
pub fn role(column: &Column, row: &Row) -> Role {
    if column.status {
        // The glyph says that all is well; the word need not shout it.
        return match row.health {
            Health::Ok => Role::Text,
            health => glyph::role(health),
        };
    }
    match column.value {
        Value::Name => match row.health {
            Health::Broken => Role::Broken,
            _ => Role::Name,
        },
        Value::Namespace | Value::Age => Role::Muted,
        Value::Cell(i) => match row.cells.get(usize::from(i)) {
            Some(Cell::Ratio(a, b)) if a < b && row.health > Health::Ok => glyph::role(row.health),
            Some(Cell::Age(_)) => Role::Muted,
            Some(Cell::Until(_)) => glyph::role(row.health),
            Some(cell) if !super::is_nothing(cell) => Role::Text,
            _ => Role::Muted,
        },
    }
}
