//! Devices by zone: what device plugins and others offer on the nodes beside CPU and memory, and what of it pods request.

use std::collections::BTreeMap;

use crate::kinds::amounts;
use crate::sheet::{Span, Tone};
use crate::store::Row;
use crate::wire::Quantity;

use super::cells::at;
use super::wants::{NODES, PODS};
use super::write::{Columns, INDENT, bar, command, muted, number, term, text};

/// How much of one device there is, on how many nodes, and how much of it is requested.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Stock {
    nodes: usize,
    has: i128,
    requested: i128,
}

/// The devices of each zone.
#[derive(Default)]
pub struct Devices<'a>(BTreeMap<&'a str, BTreeMap<&'a str, Stock>>);

impl<'a> Devices<'a> {
    /// Those that nodes offer, and that their pods request; `zone_of` says in which zone a node is.
    pub fn of(
        nodes: &[&'a Row],
        pods: &[&'a Row],
        zone_of: impl Fn(&str) -> Option<&'a str>,
    ) -> Self {
        let mut devices = Self::default();
        let offered = at(NODES, "DEVICES");
        for row in nodes {
            for (name, amount) in amounts(offered.text(row)) {
                let Some(stock) = devices.stock(name, zone_of(&row.name)) else { continue };
                stock.nodes += 1;
                stock.has += units(amount);
            }
        }
        let [node, requested] = ["NODE", "DEVICES/R"].map(|column| at(PODS, column));
        for row in pods {
            for (name, amount) in amounts(requested.text(row)) {
                let Some(stock) = devices.stock(name, zone_of(node.text(row))) else { continue };
                stock.requested += units(amount);
            }
        }
        devices
    }

    fn stock(&mut self, name: &'a str, zone: Option<&'a str>) -> Option<&mut Stock> {
        Some(self.0.entry(name).or_default().entry(zone?).or_default())
    }

    /// A line for each zone that has a device, and where several have it one for all; nothing where there are none. Where it is not `known` what
    /// pods request, only what there is.
    pub fn table(&self, known: bool) -> Vec<Columns> {
        let mut table = Vec::new();
        for (name, zones) in &self.0 {
            let mut all = Stock::default();
            for (zone, stock) in zones {
                let shown = if zone.is_empty() { "no zone" } else { zone };
                let go = format!("nodes /{} {}", term("zone", zone), has(name));
                table.push(line(name, shown, *stock, known).go(command(go)));
                all.nodes += stock.nodes;
                all.has += stock.has;
                all.requested += stock.requested;
            }
            if zones.len() > 1 {
                let go = format!("nodes /{}", has(name));
                table.push(line(name, "all", all, known).go(command(go)));
            }
        }
        if !table.is_empty() {
            let heads = ["device", "zone", "nodes", if known { "requested" } else { "there are" }];
            let heads = heads.map(|head| vec![muted(head)]).to_vec();
            table.insert(0, Columns::new(INDENT, heads));
        }
        table
    }
}

/// The term of a filter that lets nodes pass which offer a device.
fn has(name: &str) -> String {
    format!("devices~\"{name}=\"")
}

/// How many whole ones a quantity means.
fn units(amount: &str) -> i128 {
    Quantity { text: amount.to_owned() }.value().unwrap_or_default().into()
}

fn line(name: &str, zone: &str, stock: Stock, known: bool) -> Columns {
    let Stock { nodes, has, requested } = stock;
    let share = if known {
        vec![bar(requested, has), text(format!(" {requested}/{has}"))]
    } else {
        vec![text(has.to_string())]
    };
    let cells = vec![
        vec![Span::new(name, Tone::Label)],
        vec![Span::new(zone, Tone::Label)],
        vec![number(nodes)],
        share,
    ];
    Columns::new(INDENT, cells)
}
