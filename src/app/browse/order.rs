//! The order of a page's rows, by a column's name: a server may change its columns.

use crate::kinds::{Align, Cell, Column, Value};
use crate::store::{Sort, Store};

use super::super::action::Action;
use super::Browse;

/// The order that the person asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// The column's name.
    pub column: String,
    /// From the largest, the latest in the alphabet, the oldest.
    pub descending: bool,
}

impl Default for Order {
    fn default() -> Self {
        Self { column: "NAME".to_owned(), descending: false }
    }
}

impl From<&str> for Order {
    /// By the column of this name, the least first.
    fn from(column: &str) -> Self {
        Self { column: column.to_owned(), descending: false }
    }
}

impl Order {
    /// The order by a column; where it is that already, it is turned round.
    pub(super) fn by(column: &Column, before: Option<&Self>) -> Self {
        match before.filter(|order| order.column == column.name) {
            Some(order) => order.clone().reversed(),
            None => {
                Self { column: column.name.clone().into_owned(), descending: largest_first(column) }
            }
        }
    }

    pub(super) fn reversed(mut self) -> Self {
        self.descending = !self.descending;
        self
    }

    /// The order in terms of the columns there are; `None` where its column is none of them.
    pub(super) fn resolve(&self, columns: &[Column]) -> Option<Sort> {
        let column = columns.iter().position(|c| c.name == self.column)?;
        Some(Sort { column, descending: self.descending })
    }
}

/// Of numbers the largest are what one looks for; of ages the youngest, of text the first.
fn largest_first(column: &Column) -> bool {
    column.align == Align::Right && column.value != Value::Age
}

/// The column that a sorting action means, `None` where it is no such action.
pub(super) fn column_for(
    page: &Browse,
    action: Action,
    store: &Store,
) -> Result<Option<usize>, String> {
    let columns = page.columns(store);
    let find = |what: &str, is: &dyn Fn(&Column) -> bool| match columns.iter().position(is) {
        Some(column) => Ok(Some(column)),
        None => Err(format!("{} have no column {what} to sort by", page.title())),
    };
    match action {
        Action::SortByName => find("NAME", &|c| c.value == Value::Name),
        Action::SortByNamespace => {
            if !page.source.resource.namespaced {
                return Err(format!("{} live in no namespace", page.title()));
            }
            find("NAMESPACE", &|c| c.value == Value::Namespace)
        }
        Action::SortByStatus => find("STATUS", &|c| c.status),
        Action::SortByAge => find("AGE", &|c| c.value == Value::Age),
        Action::SortBySelectedColumn => match page.column(store) {
            Some(column) => Ok(Some(column)),
            None => Err("no column is chosen: choose one with left and right".to_owned()),
        },
        Action::SortByNextColumn | Action::SortByPreviousColumn => {
            let shown = page.shown_columns(store);
            let name = page.order.as_ref().map_or("NAME", |order| order.column.as_str());
            let at = shown.iter().position(|c| columns[*c].name == name).unwrap_or(0);
            let step = if action == Action::SortByNextColumn { 1 } else { shown.len().max(1) - 1 };
            Ok(shown.get((at + step) % shown.len().max(1)).copied())
        }
        _ => Ok(None),
    }
}

/// The text of a cell, as it is copied.
pub(in super::super) fn cell_text(column: &Column, row: &crate::store::Row, now: i64) -> String {
    match column.cell(row) {
        Cell::None | Cell::Blank => String::new(),
        cell => cell.text(now),
    }
}
