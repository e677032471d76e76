//! Pods by health, and those that wait, have failed or do not work, by reason.

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;

use crate::sheet::{Facts, Line};
use crate::store::{Health, Row, Tally, Uid};

use super::cells::{At, at};
use super::wants::{self, PODS, missing, rows_of};
use super::workloads::by_health;
use super::write::{Columns, INDENT, aligned, command, heading, muted, number, state, term};

/// The section.
pub fn section(facts: &Facts<'_>, lines: &mut Vec<Line>) {
    lines.push(heading("Pods", []));
    let mut table = Vec::new();
    let mut unknown = Vec::new();
    let mut elsewhere: FxHashSet<Uid> = FxHashSet::default();
    let mut by_phase = Vec::new();
    for phase in wants::PHASES {
        let want = wants::in_phase(phase);
        match rows_of(facts, &want) {
            Ok(rows) => {
                elsewhere.extend(rows.iter().map(|row| row.uid));
                by_phase.push((phase, rows));
            }
            Err(why) => unknown.extend(missing(phase, &want, &why)),
        }
    }
    let want = wants::all(PODS);
    match rows_of(facts, &want) {
        Ok(rows) => {
            let (tally, broken) = look(&rows, &elsewhere);
            let mut all = by_health("all", PODS.1, &tally);
            // The reasons below say what is not well.
            all.iter_mut().for_each(|line| line.folded = true);
            table.extend(all);
            if by_phase.len() == wants::PHASES.len() {
                table.extend(reasons("Running, broken", "Running", Some(Health::Broken), &broken));
            }
        }
        // What phases say of themselves is said already.
        Err(why) => unknown = missing("all", &want, &why),
    }
    for (phase, rows) in by_phase.iter().filter(|(phase, _)| *phase != "Succeeded") {
        table.extend(reasons(phase, phase, None, rows));
    }
    lines.extend(aligned(table, &[false, true]));
    lines.extend(unknown);
}

/// How all pods are doing, and those that run but do not work.
fn look<'a>(rows: &[&'a Row], elsewhere: &FxHashSet<Uid>) -> (Tally, Vec<&'a Row>) {
    let mut tally = Tally::default();
    let mut broken = Vec::new();
    for row in rows {
        tally.add(row.health);
        if row.health == Health::Broken && !elsewhere.contains(&row.uid) {
            broken.push(*row);
        }
    }
    (tally, broken)
}

/// A line for pods of a phase (and health), and one below it for each of their reasons, the most frequent first.
fn reasons(label: &str, phase: &str, only: Option<Health>, rows: &[&Row]) -> Vec<Columns> {
    let status: At = at(PODS, "STATUS");
    let pods = format!("pods -A --field-selector status.phase={phase}");
    let also = only.map_or_else(String::new, |health| format!("health={}", health.word()));
    let go = if also.is_empty() { pods.clone() } else { format!("{pods} /{also}") };
    let name = crate::sheet::Span::new(label, crate::sheet::Tone::Label);
    let mut lines =
        vec![Columns::new(INDENT, vec![vec![name], vec![number(rows.len())]]).go(command(go))];
    let mut found: BTreeMap<&str, (usize, Health)> = BTreeMap::new();
    for row in rows {
        let (count, worst) = found.entry(status.text(row)).or_default();
        *count += 1;
        *worst = row.health.max(*worst);
    }
    let mut found: Vec<_> = found.into_iter().collect();
    found.sort_by_key(|(_, (count, _))| std::cmp::Reverse(*count));
    for (reason, (count, worst)) in found {
        let filter = [also.clone(), term("status", reason)].join(" ");
        let words = if reason.is_empty() { "no reason" } else { reason };
        let cells = vec![vec![state(worst, words)], vec![number(count)]];
        let go = format!("{pods} /{}", filter.trim());
        lines.push(Columns::new(2 * INDENT, cells).go(command(go)));
    }
    if rows.is_empty()
        && let Some(line) = lines.first_mut()
    {
        line.cells = vec![line.cells.first().cloned().unwrap_or_default(), vec![muted("0")]];
    }
    lines
}
