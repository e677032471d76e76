//! The figures, beside the budgets of the design.

use std::time::Duration;

use crate::Run;
use crate::map::Opened;
use crate::reader::Bare;

/// Everything measured for one number of pods.
pub struct Report {
    pods: usize,
    full: Vec<Pair>,
    throttled: Vec<Pair>,
    idle: Option<(f64, u64, usize)>,
    keys: Vec<Duration>,
    maps: Vec<Opened>,
    counted: Option<u64>,
}

struct Pair {
    first: f64,
    all: f64,
    bare: f64,
    received: f64,
    resident: f64,
    unpacked: f64,
}

const MB: f64 = 1e6;
const MIB: f64 = (1 << 20) as f64;

impl Report {
    /// Nothing yet.
    pub fn new(pods: usize) -> Self {
        Self {
            pods,
            full: Vec::new(),
            throttled: Vec::new(),
            idle: None,
            keys: Vec::new(),
            maps: Vec::new(),
            counted: None,
        }
    }

    /// A start at full speed, and the bare reader's run before it.
    pub fn full(&mut self, run: &Run, bare: &Bare) {
        self.full.push(pair(run, bare));
    }

    /// A start over the ordinary link.
    pub fn throttled(&mut self, run: &Run, bare: &Bare) {
        self.throttled.push(pair(run, bare));
    }

    /// Share of a core, sends and bytes to the terminal while nothing changed.
    pub fn idle(&mut self, core: f64, requests: u64, bytes: usize) {
        self.idle = Some((core, requests, bytes));
    }

    /// From keys to their frames.
    pub fn keys(&mut self, mut times: Vec<Duration>) {
        times.sort();
        self.keys = times;
    }

    /// An opening of the Map.
    pub fn map(&mut self, opened: Opened) {
        self.maps.push(opened);
    }

    /// Resident memory with what the pane beside the table counts.
    pub fn counts(&mut self, resident: u64) {
        self.counted = Some(resident);
    }

    /// Prints the table.
    pub fn print(&self) {
        println!("\n### {} pods\n", thousands(self.pods as u64));
        println!("| What | Median | Range | Budget |\n|---|---|---|---|");
        let budget = |large: &str, small: &str| {
            if self.pods >= 100_000 { large.to_owned() } else { small.to_owned() }
        };
        row("first row, full speed", &self.full, |p| p.first, "s", &budget("≤ 0.15 s", "≤ 0.15 s"));
        row("all rows, full speed", &self.full, |p| p.all, "s", "");
        row("bare reader of the same bytes", &self.full, |p| p.bare, "s", "");
        row("all rows over the bare reader", &self.full, |p| p.all / p.bare, "×", "≤ 1.25 ×");
        row("bytes unpacked", &self.full, |p| p.unpacked, "MB", "");
        row("resident memory", &self.full, |p| p.resident, "MiB", &budget("≤ 120 MiB", "≤ 45 MiB"));
        row("first row, 100 Mbit/s and 40 ms", &self.throttled, |p| p.first, "s", "");
        row(
            "all rows, 100 Mbit/s and 40 ms",
            &self.throttled,
            |p| p.all,
            "s",
            &budget("≤ 6 s", ""),
        );
        row("bare reader, 100 Mbit/s and 40 ms", &self.throttled, |p| p.bare, "s", "");
        row(
            "bytes received, 100 Mbit/s and 40 ms",
            &self.throttled,
            |p| p.received,
            "MB",
            &budget("≤ 30 MB", ""),
        );
        row("bytes received, full speed", &self.full, |p| p.received, "MB", "");
        if let Some((core, requests, bytes)) = self.idle {
            println!("| idle: share of a core | {:.2} % | | < 0.2 % |", core * 100.0);
            println!("| idle: sends to the server | {requests} | | 0 |");
            println!("| idle: bytes to the terminal | {bytes} | | 0 |");
        }
        keys("key to frame, 1,000 changes a second", &self.keys, "≤ 16 ms");
        row("Map by node, first line", &self.maps, |m| m.first.as_secs_f64(), "s", "");
        row("Map by node, whole graph", &self.maps, |m| m.all.as_secs_f64(), "s", "");
        let again = |m: &Opened| m.again.as_secs_f64() * 1e3;
        row("Map by workload, the graph being there", &self.maps, again, "ms", "");
        let resident = |m: &Opened| m.resident as f64 / MIB;
        row("resident memory with the Map and its graph", &self.maps, resident, "MiB", "");
        let filling = self.maps.iter().flat_map(|map| &map.keys).copied();
        let mut filling: Vec<Duration> = filling.collect();
        filling.sort();
        keys("key to frame, while the graph fills", &filling, "≤ 16 ms");
        if let Some(counted) = self.counted {
            let counted = counted as f64 / MIB;
            println!("| resident memory, counts beside the table | {counted:.1} MiB | | |");
        }
    }
}

fn pair(run: &Run, bare: &Bare) -> Pair {
    Pair {
        first: run.first.as_secs_f64(),
        all: run.all.as_secs_f64(),
        bare: bare.all.as_secs_f64(),
        received: run.received as f64 / MB,
        resident: run.resident as f64 / MIB,
        unpacked: bare.unpacked as f64 / MB,
    }
}

/// Median, p99 and worst of what is sorted.
fn keys(what: &str, times: &[Duration], budget: &str) {
    let at = |share: f64| {
        let index = ((times.len() as f64 * share) as usize).min(times.len().saturating_sub(1));
        times.get(index).map_or(0.0, |t| t.as_secs_f64() * 1e3)
    };
    if times.is_empty() {
        return;
    }
    println!("| {what}: median | {:.1} ms | {} keys | |", at(0.5), times.len());
    println!("| {what}: p99 | {:.1} ms | worst {:.1} ms | {budget} |", at(0.99), at(1.0));
}

fn row<T>(what: &str, pairs: &[T], value: impl Fn(&T) -> f64, unit: &str, budget: &str) {
    let mut values: Vec<f64> = pairs.iter().map(value).collect();
    values.sort_by(f64::total_cmp);
    let (Some(least), Some(most)) = (values.first(), values.last()) else { return };
    println!(
        "| {what} | {:.2} {unit} | {least:.2}–{most:.2} | {budget} |",
        values[values.len() / 2]
    );
}

/// `12,400`.
pub fn thousands(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}
