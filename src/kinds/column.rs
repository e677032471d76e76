//! Columns: what a table shows of a kind, and how.

use std::borrow::Cow;

use crate::store::{Interner, Row};
use crate::wire::{Meta, Time};

use super::cell::Cell;

/// A column as the store, the screens and `kx get` see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// The heading, in capitals as kubectl prints it.
    pub name: Cow<'static, str>,
    /// Where the value comes from.
    pub value: Value,
    /// Numbers stand right.
    pub align: Align,
    /// The cell that stands after the name in some rows, `standard (default)`; only a NAME column has one.
    pub note: Option<u16>,
    /// When it is shown.
    pub show: Show,
    /// Who gives way on a narrow screen: the column with the lowest number goes first; [`Column::KEEP`] never does.
    pub priority: u8,
    /// Whether the row's health glyph stands before it; one column at most.
    pub status: bool,
    /// Whether the row stops being well when its [`Cell::Until`] is over; one column at most.
    pub lapses: bool,
    /// Whether the rows of another resource tell it: it is shown only where somebody asks for it, since that has its price.
    pub joined: bool,
    /// What it says, for help; empty where the name does.
    pub doc: Cow<'static, str>,
}

/// Where a column's value comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value {
    /// The row's name.
    Name,
    /// The row's namespace.
    Namespace,
    /// The time since the row's creation.
    Age,
    /// The row's cell of this index.
    Cell(u16),
}

/// Which side a column's values stand on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Align {
    /// Text.
    #[default]
    Left,
    /// Numbers.
    Right,
}

/// When a column is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Show {
    /// `kubectl get` shows it.
    #[default]
    Always,
    /// `kubectl get -o wide` shows it.
    Wide,
    /// `kubectl get -o wide` shows it, and kx always.
    WideAlways,
    /// kx shows it, kubectl does not.
    Own,
    /// kx shows it among the wide columns, kubectl does not.
    OwnWide,
}

impl Column {
    /// The priority of a column that never gives way.
    pub const KEEP: u8 = u8::MAX;

    /// A column of text that kubectl always shows.
    pub const fn new(name: &'static str, value: Value) -> Self {
        Self {
            name: Cow::Borrowed(name),
            value,
            align: Align::Left,
            note: None,
            show: Show::Always,
            priority: 100,
            status: false,
            lapses: false,
            joined: false,
            doc: Cow::Borrowed(""),
        }
    }

    /// The row's value in this column.
    pub fn cell(&self, row: &Row) -> Cell {
        match self.value {
            Value::Name => Cell::Text(row.name.clone()),
            Value::Namespace => Cell::Text(row.namespace.clone()),
            Value::Age => Cell::Age(row.created),
            Value::Cell(i) => row.cells.get(usize::from(i)).cloned().unwrap_or_default(),
        }
    }

    /// Appends the row's value in this column as a person reads it, without a copy.
    pub fn write(&self, row: &Row, now: i64, out: &mut String) {
        match self.value {
            Value::Name => {
                out.push_str(&row.name);
                if let Some(Cell::Text(note)) =
                    self.note.and_then(|i| row.cells.get(usize::from(i)))
                {
                    out.push(' ');
                    out.push_str(note);
                }
            }
            Value::Namespace => out.push_str(&row.namespace),
            Value::Age => super::age::write_since(row.created, now, out),
            Value::Cell(i) => match row.cells.get(usize::from(i)) {
                Some(cell) => cell.write(now, out),
                None => Cell::None.write(now, out),
            },
        }
    }
}

/// How a kind makes a cell of an object.
pub type CellFn<T> = fn(&T, &mut Interner) -> Cell;

/// A column of a modelled kind: how it looks, and how its cell is made.
pub struct Col<T: 'static> {
    name: &'static str,
    doc: &'static str,
    /// `None` for a cell of its own, whose index the registry gives.
    value: Option<Value>,
    align: Align,
    show: Show,
    priority: u8,
    status: bool,
    lapses: bool,
    joined: bool,
    pub(super) cell: Option<CellFn<T>>,
}

impl<T> Col<T> {
    const fn new(name: &'static str, value: Option<Value>, cell: Option<CellFn<T>>) -> Self {
        Self {
            name,
            doc: "",
            value,
            align: Align::Left,
            show: Show::Always,
            priority: 100,
            status: false,
            lapses: false,
            joined: false,
            cell,
        }
    }

    /// The NAME column. It never gives way.
    pub const fn name() -> Self {
        Self::new("NAME", Some(Value::Name), None).priority(Column::KEEP)
    }

    /// What stands after the name where this cell is text: it is read with the name, and is no part of it.
    #[must_use]
    pub const fn note(mut self, cell: CellFn<T>) -> Self {
        self.cell = Some(cell);
        self
    }

    /// The AGE column.
    pub const fn age() -> Self {
        let mut col = Self::new("AGE", Some(Value::Age), None).priority(180);
        col.align = Align::Right;
        col
    }

    /// A column of text.
    pub const fn text(name: &'static str, cell: CellFn<T>) -> Self {
        Self::new(name, None, Some(cell))
    }

    /// A column of numbers, right-aligned.
    pub const fn number(name: &'static str, cell: CellFn<T>) -> Self {
        let mut col = Self::text(name, cell);
        col.align = Align::Right;
        col
    }

    /// A column of numbers among the wide ones that the rows of another resource tell; see [`Kind::JOIN`](super::Kind::JOIN).
    pub const fn joined(name: &'static str) -> Self {
        let mut col = Self::number(name, |_, _| Cell::Blank).own_wide();
        col.joined = true;
        col
    }

    /// It is text after all.
    #[must_use]
    pub const fn left(mut self) -> Self {
        self.align = Align::Left;
        self
    }

    /// The row's health glyph stands before it, and it stays longest.
    #[must_use]
    pub const fn status(mut self) -> Self {
        self.status = true;
        self.priority(200)
    }

    /// The row stops being well when its [`Cell::Until`] is over, and says so without anything being heard of it.
    #[must_use]
    pub const fn lapses(mut self) -> Self {
        self.lapses = true;
        self
    }

    /// Only `-o wide` shows it.
    #[must_use]
    pub const fn wide(mut self) -> Self {
        self.show = Show::Wide;
        self.priority(50)
    }

    /// Only `-o wide` shows it, but kx always.
    #[must_use]
    pub const fn wide_always(mut self) -> Self {
        self.show = Show::WideAlways;
        self
    }

    /// kx shows it, kubectl does not.
    #[must_use]
    pub const fn own(mut self) -> Self {
        self.show = Show::Own;
        self
    }

    /// kx shows it among the wide columns, kubectl does not.
    #[must_use]
    pub const fn own_wide(mut self) -> Self {
        self.show = Show::OwnWide;
        self.priority(40)
    }

    /// Who gives way first; see [`Column::priority`].
    #[must_use]
    pub const fn priority(mut self, priority: u8) -> Self {
        self.priority = priority;
        self
    }

    /// What the column says, for help.
    #[must_use]
    pub const fn doc(mut self, doc: &'static str) -> Self {
        self.doc = doc;
        self
    }

    /// The column as everyone else sees it; `next` numbers the cells.
    pub(super) fn column(&self, next: &mut u16) -> Column {
        let cell = self.cell.map(|_| {
            *next += 1;
            *next - 1
        });
        Column {
            name: Cow::Borrowed(self.name),
            value: self.value.unwrap_or(Value::Cell(cell.unwrap_or(u16::MAX))),
            align: self.align,
            note: cell.filter(|_| self.value.is_some()),
            show: self.show,
            priority: self.priority,
            status: self.status,
            lapses: self.lapses,
            joined: self.joined,
            doc: Cow::Borrowed(self.doc),
        }
    }
}

impl<T: Meta> Col<T> {
    /// The CREATED AT column, which the server prints where it has no columns for a resource (apiserver, `registry/rest/table.go`). An AGE
    /// column of kx's own says the same in fewer letters, so this one gives way first.
    pub const fn created_at() -> Self {
        let cell = |object: &T, _: &mut Interner| {
            let created = object.meta().creation_timestamp.and_then(Time::unix);
            let created = created.and_then(|seconds| jiff::Timestamp::from_second(seconds).ok());
            created.map_or(Cell::None, |time| Cell::Text(time.to_string().into()))
        };
        Self::text("CREATED AT", cell).priority(20)
    }
}
