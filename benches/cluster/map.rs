//! The Map on a large cluster, from outside: how soon it opens, how soon a key shows while its graph fills, and what the graph costs in memory.

use std::time::{Duration, Instant};

use crate::process::Process;
use crate::{Setup, all_there, press, watched};

/// One opening of the Map by a kx that knows nothing of the cluster's pods yet.
pub struct Opened {
    /// From the last key of `:map nodes` to the first line of the tree on the screen.
    pub first: Duration,
    /// To the whole graph, live.
    pub all: Duration,
    /// From keys to their frames, while it filled.
    pub keys: Vec<Duration>,
    /// Resident memory with the whole graph.
    pub resident: u64,
    /// From the last key of `:map workloads` to its first line, the graph being there.
    pub again: Duration,
}

/// Opens the Map in a fresh kx that shows namespaces.
pub fn open(setup: &Setup) -> anyhow::Result<Opened> {
    let mut pty = setup.kx_at(&["namespaces"], 120);
    watched(&pty, "the namespaces, live", is_live);
    let begin = Instant::now();
    pty.send(":map nodes\r");
    let first = watched(&pty, "the first line of the Map", has_node).duration_since(begin);
    let mut keys = Vec::new();
    let mut which = ["j", "k"].iter().cycle();
    while !is_live(&pty.text()) {
        let Some(key) = which.next() else { break };
        // Where the tree has one line yet, the cursor cannot move.
        if let Some(took) = press(&mut pty, key, Duration::from_secs(2)) {
            keys.push(took);
        }
        std::thread::sleep(Duration::from_millis(17));
        anyhow::ensure!(begin.elapsed() < Duration::from_mins(2), "never live:\n{}", pty.text());
    }
    let all = begin.elapsed();
    // The allocator gives back what filling needed.
    std::thread::sleep(Duration::from_secs(3));
    let resident = Process(pty.pid()).resident();
    let begin = Instant::now();
    pty.send(":map workloads\r");
    let team = |text: &str| text.contains("team-0") && !has_node(text);
    let again = watched(&pty, "another view of the Map", team).duration_since(begin);
    Ok(Opened { first, all, keys, resident, again })
}

/// Resident memory with all pods in a table on a wide screen, where the pane beside it counts what stands around the row: the graph is there then.
pub fn with_counts(setup: &Setup, pods: usize) -> u64 {
    let pty = setup.kx_at(&["pods", "-A"], 200);
    all_there(&pty, pods);
    watched(&pty, "the counts beside the table", counted);
    std::thread::sleep(Duration::from_secs(5));
    Process(pty.pid()).resident()
}

fn counted(text: &str) -> bool {
    text.contains("around it")
}

fn is_live(text: &str) -> bool {
    text.lines().next().is_some_and(|line| line.contains("live"))
}

fn has_node(text: &str) -> bool {
    text.lines().skip(2).any(|line| line.contains("zone-a"))
}
