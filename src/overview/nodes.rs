//! Nodes by state and by zone, with what their pods request of what they have.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::sheet::{Facts, Line, Span, Tone, Want};
use crate::store::{Health, Row, Uid};

use super::cells::at;
use super::devices::Devices;
use super::wants::{self, Missing, NODES, PODS, missing, rows_of};
use super::write::{
    Columns, INDENT, aligned, bar, command, cores, heading, memory, muted, number, state, term,
    text,
};

/// What nodes have, and what of it is requested: millicores, bytes, pods.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Room {
    nodes: usize,
    has: [i128; 3],
    requested: [i128; 3],
}

/// The section.
pub fn section(facts: &Facts<'_>, lines: &mut Vec<Line>) {
    let want = wants::all(NODES);
    let nodes = match rows_of(facts, &want) {
        Ok(nodes) => nodes,
        Err(why) => {
            lines.push(heading("Nodes", []));
            return lines.extend(missing("Nodes", &want, &why));
        }
    };
    let all = heading("Nodes", [text("  "), number(nodes.len())]);
    lines.push(all.go(command("nodes")));
    let states = states(&nodes);
    lines.extend(aligned(states, &[false, true]));
    let pods = pods(facts);
    let of_nodes = pods.as_deref().unwrap_or_default();
    lines.extend(aligned(table(&zones(&nodes, of_nodes), pods.is_ok()), &[false, true]));
    let zone = at(NODES, "ZONE");
    let in_zone: FxHashMap<&str, &str> =
        nodes.iter().map(|row| (&*row.name, zone.text(row))).collect();
    let devices = Devices::of(&nodes, of_nodes, |node| in_zone.get(node).copied());
    lines.extend(aligned(devices.table(pods.is_ok()), &[false, false, true]));
    if let Err(unknown) = &pods {
        let (want, why) = &**unknown;
        lines.extend(missing("Requested", want, why));
    }
}

/// A line for each state.
fn states(nodes: &[&Row]) -> Vec<Columns> {
    let status = at(NODES, "STATUS");
    let mut states: BTreeMap<(std::cmp::Reverse<Health>, &str), usize> = BTreeMap::new();
    for row in nodes {
        *states.entry((std::cmp::Reverse(row.health), status.text(row))).or_default() += 1;
    }
    let line = |((health, status), count): ((std::cmp::Reverse<Health>, &str), usize)| {
        let go = format!("nodes /health={} {}", health.0.word(), term("status", status));
        Columns::new(INDENT, vec![vec![state(health.0, status)], vec![number(count)]])
            .go(command(go))
    };
    states.into_iter().map(line).collect()
}

/// The pods that still need room: those that are not over.
fn pods<'a>(facts: &Facts<'a>) -> Result<Vec<&'a Row>, Box<(Want, Missing)>> {
    let read = |want| rows_of(facts, &want).map_err(|why| Box::new((want, why)));
    let mut over: FxHashSet<Uid> = FxHashSet::default();
    for phase in ["Succeeded", "Failed"] {
        over.extend(read(wants::in_phase(phase))?.iter().map(|row| row.uid));
    }
    let mut pods = read(wants::all(PODS))?;
    if !over.is_empty() {
        pods.retain(|row| !over.contains(&row.uid));
    }
    Ok(pods)
}

/// The room of each zone, in order of its name.
fn zones<'a>(nodes: &[&'a Row], pods: &[&Row]) -> BTreeMap<&'a str, Room> {
    let [zone, cpu, mem, most] = ["ZONE", "CPU", "MEM", "PODS"].map(|column| at(NODES, column));
    let mut zones: Vec<(&str, Room)> = Vec::new();
    let mut of_node: FxHashMap<&str, usize> = FxHashMap::default();
    for row in nodes {
        let name = zone.text(row);
        let index = zones.iter().position(|(known, _)| *known == name).unwrap_or_else(|| {
            zones.push((name, Room::default()));
            zones.len() - 1
        });
        of_node.insert(&row.name, index);
        let room = &mut zones[index].1;
        room.nodes += 1;
        for (sum, column) in room.has.iter_mut().zip([cpu, mem, most]) {
            *sum += i128::from(column.number(row));
        }
    }
    let [node, cpu, mem] = ["NODE", "CPU/R", "MEM/R"].map(|column| at(PODS, column));
    for row in pods {
        // A pod without a node takes no room yet.
        let Some((_, room)) = of_node.get(node.text(row)).and_then(|at| zones.get_mut(*at)) else {
            continue;
        };
        let requests = [cpu.number(row), mem.number(row), 1];
        for (sum, request) in room.requested.iter_mut().zip(requests) {
            *sum += i128::from(request);
        }
    }
    zones.into_iter().collect()
}

fn table(zones: &BTreeMap<&str, Room>, known: bool) -> Vec<Columns> {
    let mut all = Room::default();
    for room in zones.values() {
        all.nodes += room.nodes;
        for at in 0..3 {
            all.has[at] += room.has[at];
            all.requested[at] += room.requested[at];
        }
    }
    let heads = ["zone", "nodes", "cpu requested", "memory requested", "pods"];
    let mut table = vec![Columns::new(INDENT, heads.map(|head| vec![muted(head)]).to_vec())];
    let several = zones.len() > 1;
    for (zone, room) in zones {
        let name = if zone.is_empty() { "no zone" } else { zone };
        let go = format!("nodes /{}", term("zone", zone));
        table.push(line(name, room, known).go(command(go)));
    }
    if several {
        table.push(line("all", &all, known).go(command("nodes")));
    }
    table
}

fn line(name: &str, room: &Room, known: bool) -> Columns {
    let label = Span::new(name, Tone::Label);
    let [[cpu, mem, pods], [has_cpu, has_mem, has_pods]] = [room.requested, room.has];
    let amount = |part, whole, words: String| {
        if known { vec![bar(part, whole), text(format!(" {words}"))] } else { vec![text(words)] }
    };
    let (words_cpu, words_mem, words_pods) = if known {
        let cpu = format!("{}/{}", cores(cpu), cores(has_cpu));
        (cpu, memory(mem, has_mem), format!("{pods}/{has_pods}"))
    } else {
        let mem = memory(0, has_mem);
        let mem = mem.split_once('/').map_or(mem.as_str(), |(_, whole)| whole);
        (format!("of {}", cores(has_cpu)), format!("of {mem}"), format!("of {has_pods}"))
    };
    Columns::new(
        INDENT,
        vec![
            vec![label],
            vec![number(room.nodes)],
            amount(cpu, has_cpu, words_cpu),
            amount(mem, has_mem, words_mem),
            amount(pods, has_pods, words_pods),
        ],
    )
}
