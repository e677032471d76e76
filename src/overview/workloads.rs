//! Workloads by health.

use crate::sheet::{Facts, Line, Span, Tone};
use crate::store::{Health, Row, Tally};

use super::wants::{self, Missing, WORKLOADS, missing, rows_of};
use super::write::{Columns, INDENT, aligned, command, heading, muted, number, state, text};

/// The section.
pub fn section(facts: &Facts<'_>, lines: &mut Vec<Line>) {
    lines.push(heading("Workloads", []));
    let mut table = Vec::new();
    let mut unknown = Vec::new();
    for (named, label) in WORKLOADS {
        let want = wants::all(named);
        match rows_of(facts, &want) {
            Ok(rows) => table.extend(by_health(label, named.1, &tally(&rows))),
            // What a cluster does not serve, it has none of.
            Err(Missing::Absent) => {}
            Err(why) => unknown.extend(missing(label, &want, &why)),
        }
    }
    lines.extend(aligned(table, &[false, true]));
    lines.extend(unknown);
}

fn tally(rows: &[&Row]) -> Tally {
    let mut tally = Tally::default();
    for row in rows {
        tally.add(row.health);
    }
    tally
}

/// A line for all rows of a resource, and below it one for each health that some have. What is not well is not folded away.
pub fn by_health(label: &str, plural: &str, tally: &Tally) -> Vec<Columns> {
    let there = || Tally::WORST_FIRST.into_iter().filter(|health| tally.get(*health) > 0);
    let mut states: Vec<Span> = Vec::new();
    for health in there() {
        if !states.is_empty() {
            states.push(text("  "));
        }
        states.push(state(health, tally.get(health).to_string()));
    }
    let name = Span::new(label, Tone::Label);
    let cells = vec![vec![name], vec![number(tally.total())], states];
    let head = Columns::new(INDENT, cells).go(command(format!("{plural} -A")));
    let well = tally.worst().is_none_or(|worst| worst < Health::Warning);
    let mut lines = vec![Columns { folded: well, ..head }];
    for health in there() {
        let cells =
            vec![vec![muted(health.word())], vec![state(health, tally.get(health).to_string())]];
        let go = format!("{plural} -A /health={}", health.word());
        lines.push(Columns::new(2 * INDENT, cells).go(command(go)));
    }
    lines
}
