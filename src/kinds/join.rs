//! Columns whose values the rows of another resource tell: what the pods of a node request of it.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use rustc_hash::FxHashMap;

use crate::store::{Relation, Row, Str, To, Uid};

use super::{Cell, Column, Value, modelled};

/// Sums over the rows of another resource that refer to a row by its name. They cost a watch of these rows, so that they are told only where
/// somebody asks for the columns.
pub struct Join {
    /// The group and the plural of the resource whose rows tell.
    pub of: (&'static str, &'static str),
    /// Which of its objects count, as a field selector.
    pub fields: &'static str,
    /// How they refer to the row.
    pub by: Relation,
    /// The columns.
    pub columns: &'static [Joined],
}

/// A joined column.
pub struct Joined {
    /// Its name, among the kind's columns.
    pub column: &'static str,
    /// What it says.
    pub tells: Tells,
}

/// What a joined column says of the rows that tell it.
#[derive(Clone, Copy)]
pub enum Tells {
    /// How many there are.
    Count,
    /// The numbers in this column of theirs, summed up, and what the sum is.
    Sum(&'static str, fn(i64) -> Cell),
    /// The amounts by name in the column `asked` of theirs (`gpu=2,nic=1`), summed up name by name, each before how much the row says itself in
    /// its column `room` that there is: `gpu 2/8`. One column of a kind at most.
    Each {
        /// Their column.
        asked: &'static str,
        /// The row's own column.
        room: &'static str,
    },
}

impl Join {
    /// The most columns that one has.
    pub const MOST: usize = 4;
}

type Amounts = [i64; Join::MOST];

/// The sums of a join, brought up to date row by row.
pub struct Sums {
    join: &'static Join,
    /// What each row adds, and to whom.
    parts: FxHashMap<Uid, Part>,
    totals: FxHashMap<Str, Sum>,
}

struct Part {
    to: Str,
    amounts: Amounts,
    /// Its amounts by name; most rows have none.
    named: Option<Str>,
}

#[derive(Default)]
struct Sum {
    amounts: Amounts,
    named: BTreeMap<Box<str>, i64>,
}

impl Sums {
    /// Those of no rows.
    pub fn new(join: &'static Join) -> Self {
        Self { join, parts: FxHashMap::default(), totals: FxHashMap::default() }
    }

    /// Forgets all rows.
    pub fn clear(&mut self) {
        self.parts.clear();
        self.totals.clear();
    }

    /// Takes a row in that is not in yet; whom it tells of.
    pub fn take_in(&mut self, row: &Row) -> Option<Str> {
        let part = self.part(row)?;
        let to = part.to.clone();
        self.totals.entry(to.clone()).or_default().add(&part, 1);
        self.parts.insert(row.uid, part);
        Some(to)
    }

    /// Takes a row out, if it is in; whom it told of.
    pub fn take_out(&mut self, uid: Uid) -> Option<Str> {
        let part = self.parts.remove(&uid)?;
        if let Some(sum) = self.totals.get_mut(&part.to) {
            sum.add(&part, -1);
            if sum.amounts == Amounts::default() && sum.named.is_empty() {
                self.totals.remove(&part.to);
            }
        }
        Some(part.to)
    }

    /// Writes the sums into a row that has these columns, or nothing where they are not `whole`; whether that changed it.
    pub fn write(&self, columns: &[Column], whole: bool, row: &mut Row) -> bool {
        let none = Sum::default();
        let sum = self.totals.get(&row.name).unwrap_or(&none);
        let mut changed = false;
        for (joined, amount) in self.join.columns.iter().zip(sum.amounts) {
            let cell = match joined.tells {
                _ if !whole => Cell::Blank,
                Tells::Count => Cell::Int(amount),
                Tells::Sum(_, cell) => cell(amount),
                Tells::Each { room, .. } => sum.of_room(text_of(columns, room, row)),
            };
            let there = cell_of(columns, joined.column);
            if let Some(there) = there.and_then(|i| row.cells.get_mut(i)) {
                changed |= *there != cell;
                *there = cell;
            }
        }
        changed
    }

    /// Whom a row tells of, and what.
    fn part(&self, row: &Row) -> Option<Part> {
        let of = row.links.iter().find(|link| link.relation == self.join.by)?;
        let To::Name { name, .. } = &of.to else { return None };
        let columns = &modelled(self.join.of.0, self.join.of.1)?.columns;
        let mut part = Part { to: name.clone(), amounts: Amounts::default(), named: None };
        for (amount, joined) in part.amounts.iter_mut().zip(self.join.columns) {
            match joined.tells {
                Tells::Count => *amount = 1,
                Tells::Sum(column, _) => {
                    let cell = cell_of(columns, column).and_then(|i| row.cells.get(i));
                    *amount = cell.map_or(0, number);
                }
                Tells::Each { asked, .. } => part.named = text_of(columns, asked, row).cloned(),
            }
        }
        Some(part)
    }
}

impl Sum {
    /// Adds what a row tells, or takes it away again (`sign` -1).
    fn add(&mut self, part: &Part, sign: i64) {
        for (sum, amount) in self.amounts.iter_mut().zip(part.amounts) {
            *sum = sum.saturating_add(amount.saturating_mul(sign));
        }
        for (name, amount) in part.named.iter().flat_map(|text| named(text)) {
            let amount = amount.parse().unwrap_or(0i64).saturating_mul(sign);
            match self.named.entry(name.into()) {
                Entry::Vacant(entry) => {
                    if amount != 0 {
                        entry.insert(amount);
                    }
                }
                Entry::Occupied(mut entry) => {
                    *entry.get_mut() = entry.get().saturating_add(amount);
                    if *entry.get() == 0 {
                        entry.remove();
                    }
                }
            }
        }
    }

    /// `gpu 2/8, nic 0/1`: all that there is, and what is asked for although it is not there.
    fn of_room(&self, room: Option<&Str>) -> Cell {
        let room = room.map_or("", |room| &**room);
        let mut all: BTreeMap<&str, (i64, &str)> = BTreeMap::new();
        all.extend(named(room).map(|(name, amount)| (name, (0, amount))));
        for (name, asked) in &self.named {
            all.entry(name).or_insert((0, "0")).0 = *asked;
        }
        let all: Vec<String> =
            all.into_iter().map(|(name, (asked, has))| format!("{name} {asked}/{has}")).collect();
        Cell::own_or_none(&all.join(", "))
    }
}

/// The amounts in `gpu=2,nic=1`, as they stand there.
pub fn named(text: &str) -> impl Iterator<Item = (&str, &str)> {
    text.split(',').filter_map(|one| one.split_once('='))
}

/// The cell of a column among those of its rows.
fn cell_of(columns: &[Column], name: &str) -> Option<usize> {
    let column = columns.iter().find(|column| column.name == name)?;
    match column.value {
        Value::Cell(i) => Some(usize::from(i)),
        _ => None,
    }
}

fn text_of<'a>(columns: &[Column], name: &str, row: &'a Row) -> Option<&'a Str> {
    match row.cells.get(cell_of(columns, name)?) {
        Some(Cell::Text(text)) => Some(text),
        _ => None,
    }
}

fn number(cell: &Cell) -> i64 {
    match cell {
        Cell::Int(n) | Cell::Millicores(n) | Cell::Bytes(n) => *n,
        _ => 0,
    }
}
