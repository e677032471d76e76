//! The Map on a large cluster, from outside: how soon it opens, how soon a key shows while its graph fills, and what the graph costs in memory.

use std::time::{Duration, Instant};

use crate::process::Process;
use crate::{Setup, all_there, watched};

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

impl Opened {
    /// Says what it was, with the keys that waited longest.
    pub fn print(&self) {
        let mut keys = self.keys.clone();
        keys.sort_unstable();
        let at = |part: usize| keys.get(keys.len().saturating_sub(1) * part / 1000);
        println!(
            "first {:?}, all {:?}; {} keys: median {:?}, p90 {:?}, p99 {:?}, worst {:?}",
            self.first,
            self.all,
            keys.len(),
            at(500),
            at(900),
            at(990),
            at(1000)
        );
    }
}

/// Opens the Map in a fresh kx that shows namespaces.
pub fn open(setup: &Setup) -> anyhow::Result<Opened> {
    let mut pty = setup.kx_at(&["namespaces"], 120);
    watched(&pty, "the namespaces, live", is_live);
    let begin = Instant::now();
    pty.send(":map nodes\r");
    let first = watched(&pty, "the first line of the Map", has_node).duration_since(begin);
    let mut keys = Vec::new();
    // A letter on the command line shows whatever there is of the tree yet.
    pty.send(":");
    let mut letters = 0;
    while !is_live(&pty.text()) {
        let (key, wanted) = if letters < 20 { ("Z", letters + 1) } else { ("\x15", 0) };
        let since = Instant::now();
        pty.send(key);
        let shown = |text: &str| text.matches('Z').count() == wanted;
        keys.push(watched(&pty, "the letter", shown).duration_since(since));
        letters = wanted;
        std::thread::sleep(Duration::from_millis(17));
        anyhow::ensure!(begin.elapsed() < Duration::from_mins(2), "never live:\n{}", pty.text());
    }
    let all = begin.elapsed();
    // The allocator gives back what filling needed.
    std::thread::sleep(Duration::from_secs(3));
    let resident = Process(pty.pid()).resident();
    pty.send("\x15map workloads");
    std::thread::sleep(Duration::from_millis(100));
    let begin = Instant::now();
    pty.send("\r");
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
