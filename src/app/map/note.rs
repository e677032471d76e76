//! What a line of the Map says beside a row's name.

use crate::graph::{Graph, NodeId};
use crate::kinds::{Cell, Column, Value, modelled};
use crate::store::{Relation, Row};

use super::super::App;

/// How many cells stand beside a name.
const CELLS: usize = 3;
/// How long a cell may be to stand there.
const LONGEST: usize = 32;

/// What stands between the parts of what is said.
const BETWEEN: &str = "  ";

impl App {
    /// What is worth saying of a row of the Map in a few words; of what an autoscaler scales, that too, unless it stands right `above` it.
    pub fn note(&self, node: NodeId, above: impl Fn() -> Option<NodeId>) -> String {
        let Some(graph) = self.feeds().map(|feeds| &feeds.graph) else { return String::new() };
        let mut text = self.own_note(node, BETWEEN);
        for scaler in scalers(graph, node).filter(|scaler| Some(*scaler) != above()) {
            let note = self.own_note(scaler, ", ");
            let what = self.node_row(scaler).map_or("", |(_, resource, _)| {
                resource.short_names.first().map_or(resource.singular.as_str(), String::as_str)
            });
            if !note.is_empty() {
                let gap = if text.is_empty() { "" } else { " · " };
                text = format!("{text}{gap}{what} {note}");
            }
        }
        text
    }

    fn own_note(&self, node: NodeId, between: &str) -> String {
        let Some((source, resource, row)) = self.node_row(node) else { return String::new() };
        let Some(table) = self.store.table(source) else { return String::new() };
        let parts = modelled(&resource.group, &resource.plural).map_or(&[][..], |kind| kind.note);
        if parts.is_empty() {
            return note(row, table.columns(), self.now);
        }
        let parts = parts.iter().filter_map(|part| written(part, row, table.columns(), self.now));
        parts.collect::<Vec<_>>().join(between)
    }
}

/// What sets how many replicas a row has.
fn scalers(graph: &Graph, node: NodeId) -> impl Iterator<Item = NodeId> {
    let edges = graph.used_by(node).filter(|edge| edge.relation() == Relation::Scales);
    edges.flat_map(|edge| edge.sources())
}

fn is_said(text: &str) -> bool {
    !matches!(text, "" | "<none>" | "<unset>" | "<unknown>" | "-")
}

/// A part with its columns filled in; `None` where one of them says nothing.
fn written(part: &str, row: &Row, columns: &[Column], now: i64) -> Option<String> {
    let mut out = String::new();
    let mut rest = part;
    while let Some((words, column)) = rest.split_once('{') {
        let (name, after) = column.split_once('}')?;
        let column = columns.iter().find(|column| column.name == name)?;
        let text = column.cell(row).text(now);
        if !is_said(&text) {
            return None;
        }
        out.push_str(words);
        out.push_str(&text);
        rest = after;
    }
    out.push_str(rest);
    Some(out)
}

/// What is worth saying of a row of which its kind does not say it: its status, then the cells that matter most.
fn note(row: &Row, columns: &[Column], now: i64) -> String {
    let text = |column: &Column| {
        let mut text = String::new();
        column.write(row, now, &mut text);
        text
    };
    let says = |text: &String| is_said(text) && text.chars().count() <= LONGEST;
    let is_own = |column: &&Column| {
        !matches!(column.value, Value::Name | Value::Namespace | Value::Age)
            && matches!(column.show, crate::kinds::Show::Always | crate::kinds::Show::Own)
    };
    let status = columns.iter().filter(|column| column.status && is_own(column));
    let mut rest: Vec<&Column> =
        columns.iter().filter(|column| !column.status).filter(is_own).collect();
    // A zero and a yes or no say little without their heading.
    rest.retain(|column| match column.cell(row) {
        Cell::Age(_) | Cell::Until(_) | Cell::Blank | Cell::Int(0) => false,
        Cell::CountAgo { count, .. } => count > 0,
        Cell::Text(text) => !matches!(&*text, "True" | "False" | "true" | "false"),
        _ => true,
    });
    rest.sort_by_key(|column| std::cmp::Reverse(column.priority));
    let status = status.map(&text).filter(says);
    let rest = rest.into_iter().map(|column| {
        let text = text(column);
        match column.cell(row) {
            Cell::Int(_) | Cell::CountAgo { .. } => {
                format!("{text} {}", column.name.to_lowercase())
            }
            _ => text,
        }
    });
    status.chain(rest.filter(says)).take(CELLS).collect::<Vec<_>>().join(BETWEEN)
}
