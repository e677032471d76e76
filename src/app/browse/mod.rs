//! The table page: which rows of a Source, in which order, and where the person is in them.

mod cursor;
mod filter;
mod marks;
mod order;

use std::sync::Arc;

pub use cursor::Cursor;
pub(super) use cursor::moved;
pub use filter::FilterLine;
pub use marks::Marks;
pub use order::Order;
pub(super) use order::cell_text;

use crate::kinds::{Column, Show, Value};
use crate::store::{Row, Scope, Source, SourceId, Store, Uid, View, ViewId, ViewSpec, Within};

use super::action::Action;

/// A table page.
#[derive(Debug)]
pub struct Browse {
    /// What is watched for it.
    pub source: Source,
    /// Which of the Source's rows it is about.
    pub within: Within,
    /// What it was opened from, for the way back to be read: `web` of `deployments › web › replicasets`.
    pub parent: Option<Parent>,
    /// Where the person is.
    pub cursor: Cursor,
    /// The marked rows.
    pub marks: Marks,
    /// The filter.
    pub filter: FilterLine,
    /// The order that the person asked for; `None` is namespace, then name.
    pub order: Option<Order>,
    /// Whether the wide columns are shown.
    pub wide: bool,
    /// The wide columns that the last frame had room for though nobody asked for them, as indices into the Source's columns.
    pub(super) extra: Vec<usize>,
    /// The chosen column, as its name: the server may change the columns.
    pub(super) column: Option<String>,
    /// `None` while the page is not on the stack in view: then nothing is watched for it.
    pub(super) open: Option<Open>,
}

/// The row that a page was opened from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parent {
    /// The object's name.
    pub name: String,
    /// Its namespace, empty where it is cluster-scoped.
    pub namespace: String,
    /// Its resource's full name.
    pub resource: String,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Open {
    source: SourceId,
    view: ViewId,
}

impl Browse {
    /// A page of a Source's rows.
    pub fn new(source: Source) -> Self {
        Self {
            source,
            within: Within::All,
            parent: None,
            cursor: Cursor::default(),
            marks: Marks::default(),
            filter: FilterLine::default(),
            order: None,
            wide: false,
            extra: Vec::new(),
            column: None,
            open: None,
        }
    }

    /// The Source in the store, while the page is open.
    pub fn source_id(&self) -> Option<SourceId> {
        self.open.map(|open| open.source)
    }

    /// What it sees; `None` while it is not open.
    pub fn view<'a>(&self, store: &'a Store) -> Option<View<'a>> {
        store.view(self.open?.view)
    }

    /// The Source's columns, shown or not.
    pub fn columns<'a>(&self, store: &'a Store) -> &'a [Column] {
        self.open.and_then(|open| store.table(open.source)).map_or(&[], |table| table.columns())
    }

    /// Whether a column may be shown: the namespace where there may be several, the wide ones where they are asked for.
    pub fn shows(&self, column: &Column) -> bool {
        if column.value == Value::Namespace {
            return self.several_namespaces();
        }
        self.wide || matches!(column.show, Show::Always | Show::WideAlways | Show::Own)
    }

    /// Whether its rows may be of more than one namespace.
    pub fn several_namespaces(&self) -> bool {
        self.source.resource.namespaced
            && match &self.source.scope {
                Scope::All => true,
                Scope::Namespaces(names) => names.len() > 1,
            }
    }

    /// The chosen column, as an index into the Source's columns.
    pub fn column(&self, store: &Store) -> Option<usize> {
        let name = self.column.as_deref()?;
        self.columns(store).iter().position(|column| column.name == name)
    }

    /// The row under the cursor.
    pub fn row<'a>(&self, store: &'a Store) -> Option<&'a Row> {
        self.view(store)?.row(self.cursor.position())
    }

    /// The rows an action is about, in the order shown: the marked ones, hidden by the filter or not, else the one under the cursor.
    pub fn chosen<'a>(&self, store: &'a Store) -> Vec<&'a Row> {
        if self.marks.is_empty() {
            return self.row(store).into_iter().collect();
        }
        let Some(view) = self.view(store) else { return Vec::new() };
        let shown: Vec<&Row> = view.rows().filter(|row| self.marks.contains(row.uid)).collect();
        if shown.len() == self.marks.len() {
            return shown;
        }
        let mut hidden: Vec<&Row> = (self.marks.iter())
            .filter(|uid| view.position(*uid).is_none())
            .filter_map(|uid| view.table().get(uid))
            .collect();
        hidden.sort_by(|a, b| (&a.namespace, &a.name).cmp(&(&b.namespace, &b.name)));
        [shown, hidden].concat()
    }

    /// The page comes into view: its Source is in the store by this id.
    pub(super) fn attach(&mut self, store: &mut Store, source: SourceId, now: i64) {
        let spec = ViewSpec { within: self.within.clone(), ..ViewSpec::default() };
        let view = store.open_view(source, spec, now);
        self.open = Some(Open { source, view });
        self.cursor.seek();
        self.columns_changed(store, now);
    }

    /// The page goes out of view; the id of the Source that it needed.
    pub(super) fn detach(&mut self, store: &mut Store) -> Option<SourceId> {
        let open = self.open.take()?;
        store.close_view(open.view);
        Some(open.source)
    }

    /// The Source's columns are known, or others now: what depends on them is made anew.
    pub(super) fn columns_changed(&mut self, store: &mut Store, now: i64) {
        let Some(open) = self.open else { return };
        self.filter.apply(store, open.source, open.view, now);
        self.apply_order(store, now);
    }

    fn apply_order(&self, store: &mut Store, now: i64) {
        let Some(open) = self.open else { return };
        let sort = self.order.as_ref().and_then(|order| order.resolve(self.columns(store)));
        store.set_sort(open.view, sort, now);
    }

    /// What is typed in the filter changed.
    pub(super) fn type_filter(&mut self, text: &str, store: &mut Store, now: i64) {
        let Some(open) = self.open else { return };
        self.filter.set(text);
        self.filter.apply(store, open.source, open.view, now);
        self.settle(store, 1);
    }

    /// Brings the cursor and the first line into agreement with the rows; `height` is that of the table's body in lines.
    pub(super) fn settle(&mut self, store: &Store, height: usize) {
        if let Some(view) = self.view(store) {
            self.cursor.settle(view, height);
            self.marks.settle(view.table());
        }
    }

    /// Orders so, as if somebody had asked for it.
    pub(super) fn order_by(&mut self, order: Order, store: &mut Store, now: i64) {
        self.order = Some(order);
        self.apply_order(store, now);
    }

    /// Orders by a column; by the same again turns the order round.
    pub(super) fn sort_by(&mut self, column: usize, store: &mut Store, now: i64) {
        let Some(column) = self.columns(store).get(column) else { return };
        self.order = Some(Order::by(column, self.order.as_ref()));
        self.apply_order(store, now);
    }

    /// Moves to a row by its place in the table's body.
    pub(super) fn click(&mut self, line: usize, store: &Store) -> Option<Uid> {
        let view = self.view(store)?;
        let position = self.cursor.first().checked_add(line)?;
        let uid = view.row(position)?.uid;
        self.cursor.go(position, view);
        Some(uid)
    }

    /// Scrolls by lines, as the mouse wheel does.
    pub(super) fn scroll(&mut self, lines: isize, store: &Store, height: usize) {
        if let Some(view) = self.view(store) {
            self.cursor.scroll(lines, view, height);
        }
    }

    /// Performs an action that is about this page alone; whether it was one. An error says why nothing happened.
    pub(super) fn act(
        &mut self,
        action: Action,
        store: &mut Store,
        (height, now): (usize, i64),
    ) -> Result<bool, String> {
        if let Some(view) = self.view(store)
            && (self.cursor.act(action, view, height) || self.marks.act(action, view, &self.cursor))
        {
            if action == Action::Mark {
                self.cursor.act(Action::Down, view, height);
            }
            return Ok(true);
        }
        match action {
            Action::ToggleWide => {
                self.wide = !self.wide;
                self.extra.clear();
                if self.column(store).is_some_and(|c| !self.shows(&self.columns(store)[c])) {
                    self.column = None;
                }
            }
            Action::Left => self.step_column(store, false),
            Action::Right => self.step_column(store, true),
            Action::ReverseSort => {
                let order = self.order.take().unwrap_or_default();
                self.order = Some(order.reversed());
                self.apply_order(store, now);
            }
            _ => match order::column_for(self, action, store)? {
                Some(column) => self.sort_by(column, store, now),
                None => return Ok(false),
            },
        }
        Ok(true)
    }

    /// The columns that may be shown, as indices into the Source's columns, in order.
    pub fn shown_columns(&self, store: &Store) -> Vec<usize> {
        let columns = self.columns(store).iter().enumerate();
        let shown = |i: usize, column| self.shows(column) || self.extra.contains(&i);
        columns.filter(|(i, column)| shown(*i, column)).map(|(i, _)| i).collect()
    }

    /// The wide columns that the last frame had room for though nobody asked for them.
    pub fn extra(&self) -> &[usize] {
        &self.extra
    }

    fn step_column(&mut self, store: &Store, right: bool) {
        let shown = self.shown_columns(store);
        let at = self.column(store).and_then(|column| shown.iter().position(|c| *c == column));
        let next = match (at, right) {
            (None, true) => 0,
            (None, false) => shown.len().saturating_sub(1),
            (Some(at), true) => at + 1,
            (Some(0), false) => return self.column = None,
            (Some(at), false) => at - 1,
        };
        // Beyond the last column there is none: the choice is taken back, so that the keys go round.
        self.column = shown.get(next).map(|c| self.columns(store)[*c].name.clone().into_owned());
    }

    /// The words for it in the way back: `pods`.
    pub fn title(&self) -> &str {
        &self.source.resource.plural
    }

    /// What its rows are called with their group where the plural alone is not enough to find it again.
    pub fn resource(&self) -> Arc<crate::kinds::Resource> {
        Arc::clone(&self.source.resource)
    }
}
