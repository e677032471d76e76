//! kx on a large cluster, measured from outside: `cargo bench --bench cluster [-- PODS…] [map]`; with `map` the Map alone.
//!
//! A real API server holds the pods. kx runs in a pseudo-terminal and is watched as a person would watch it: when the first row stands on
//! the screen, when all of them are there, how soon a key shows. A bare reader that only receives the same bytes runs beside it, so
//! that ratios mean something on a noisy machine. Prints the table of `docs/performance.md`.

#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a report on stdout, with the tests' helpers"
)]

#[path = "../../tests/lab/mod.rs"]
mod lab;
mod map;
mod process;
#[path = "../../tests/terminal/pty.rs"]
mod pty;
mod reader;
mod report;
mod wire;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use lab::{Lab, Options};
use portable_pty::CommandBuilder;
use process::Process;
use pty::Pty;
use report::Report;
use wire::{Link, Proxy};

const NODES: usize = 200;
const NAMESPACES: usize = 50;
/// Runs of what is quick; the median is reported.
const RUNS: usize = 5;

fn main() -> anyhow::Result<()> {
    let sizes: Vec<usize> = std::env::args().skip(1).filter_map(|arg| arg.parse().ok()).collect();
    let only_map = std::env::args().skip(1).any(|arg| arg == "map");
    let sizes = if sizes.is_empty() { vec![20_000, 100_000] } else { sizes };
    let lab = Lab::start(&Options::bare())?;
    let mut filled = 0;
    for pods in sizes {
        lab.fill(filled, pods.saturating_sub(filled), NODES, NAMESPACES)?;
        filled = filled.max(pods);
        process::children_stand_behind();
        if only_map {
            let full = Setup::new(&lab, Link::FULL)?;
            for _ in 0..RUNS {
                map::open(&full)?.print();
            }
            continue;
        }
        let mut report = Report::new(pods);
        measure(&lab, pods, &mut report)?;
        report.print();
    }
    Ok(())
}

fn measure(lab: &Lab, pods: usize, report: &mut Report) -> anyhow::Result<()> {
    let full = Setup::new(lab, Link::FULL)?;
    for _ in 0..RUNS {
        let bare = reader::all(&full.kubeconfig)?;
        let run = start(&full, pods);
        report.full(&run, &bare);
    }
    let slow = Setup::new(lab, Link::ORDINARY)?;
    for _ in 0..2 {
        let bare = reader::all(&slow.kubeconfig)?;
        let run = start(&slow, pods);
        report.throttled(&run, &bare);
    }
    idle(&full, pods, report);
    under_changes(lab, &full, pods, report)?;
    for _ in 0..RUNS {
        report.map(map::open(&full)?);
    }
    report.counts(map::with_counts(&full, pods));
    Ok(())
}

/// A way to the API server: a counting proxy and a kubeconfig that leads through it.
struct Setup {
    proxy: Proxy,
    kubeconfig: PathBuf,
    home: tempfile::TempDir,
}

impl Setup {
    fn new(lab: &Lab, link: Link) -> anyhow::Result<Self> {
        let url = lab.url();
        let server = url.trim_start_matches("https://").to_owned();
        let proxy = Proxy::start(&server, link)?;
        let home = tempfile::tempdir()?;
        let kubeconfig = home.path().join("kubeconfig");
        let text = std::fs::read_to_string(lab.kubeconfig("admin"))?;
        std::fs::write(&kubeconfig, text.replace(&server, &proxy.addr().to_string()))?;
        Ok(Self { proxy, kubeconfig, home })
    }

    fn kx(&self) -> Pty {
        self.kx_at(&["pods", "-A"], 120)
    }

    fn kx_at(&self, args: &[&str], columns: u16) -> Pty {
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_kx"));
        command.args(args);
        command.env_clear();
        command.env("TERM", "xterm-256color");
        command.env("HOME", self.home.path());
        command.env("KUBECONFIG", &self.kubeconfig);
        let pty = Pty::start(command, columns, 40);
        // A person's kx shares no cores with the API server. Here it does, and as a session of its own: the kernel shares out time by session,
        // and lets one that has slept wait for hundreds of milliseconds (sched(7), autogroup). Without the right to it the figures are worse.
        let _ = std::fs::write(format!("/proc/{}/autogroup", pty.pid()), "-10");
        pty
    }
}

/// One start of kx: how long, how many bytes, how much memory.
pub struct Run {
    /// From the start of the process to the first row on the screen.
    pub first: Duration,
    /// To all rows, live.
    pub all: Duration,
    /// Bytes that came from the server, TLS included.
    pub received: u64,
    /// Resident memory with all rows shown.
    pub resident: u64,
}

fn start(setup: &Setup, pods: usize) -> Run {
    let before = setup.proxy.received();
    let begin = Instant::now();
    let pty = setup.kx();
    let first = watched(&pty, "the first row", |text| text.contains("svc-")).duration_since(begin);
    let all = all_there(&pty, pods).duration_since(begin);
    let received = setup.proxy.received() - before;
    let resident = Process(pty.pid()).resident();
    Run { first, all, received, resident }
}

fn all_there(pty: &Pty, pods: usize) -> Instant {
    let count = report::thousands(pods as u64);
    watched(pty, "all rows, live", |text| {
        let mut lines = text.lines();
        let head = [lines.next(), lines.next(), lines.next()];
        head.iter().flatten().any(|line| line.contains(&count))
            && head.iter().flatten().any(|line| line.contains("live"))
    })
}

/// When the screen first was as it should be, to the millisecond.
fn watched(pty: &Pty, what: &str, mut is: impl FnMut(&str) -> bool) -> Instant {
    let deadline = Instant::now() + Duration::from_mins(2);
    loop {
        let text = pty.text();
        if is(&text) {
            return Instant::now();
        }
        assert!(Instant::now() < deadline, "never saw {what}; the screen is:\n{text}");
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// Nothing changes: what kx does all the same.
fn idle(setup: &Setup, pods: usize, report: &mut Report) {
    const WHILE: Duration = Duration::from_secs(20);
    let pty = setup.kx();
    all_there(&pty, pods);
    // What follows a start (discovery, the first pause of the allocator) is over by then.
    std::thread::sleep(Duration::from_secs(3));
    let process = Process(pty.pid());
    let before = (process.cpu(), setup.proxy.requests(), pty.written());
    std::thread::sleep(WHILE);
    let after = (process.cpu(), setup.proxy.requests(), pty.written());
    report.idle(
        after.0.saturating_sub(before.0).as_secs_f64() / WHILE.as_secs_f64(),
        after.1 - before.1,
        after.2 - before.2,
    );
}

/// From a key to the frame that shows it, while a thousand pods a second change.
fn under_changes(lab: &Lab, setup: &Setup, pods: usize, report: &mut Report) -> anyhow::Result<()> {
    let mut pty = setup.kx();
    all_there(&pty, pods);
    let mut churn = lab.churn(pods, NODES, NAMESPACES, 1000, 30)?;
    std::thread::sleep(Duration::from_secs(3));
    let mut times = Vec::new();
    let end = Instant::now() + Duration::from_secs(20);
    let mut keys = ["j", "k"].iter().cycle();
    while Instant::now() < end {
        let Some(key) = keys.next() else { break };
        let Some(took) = press(&mut pty, key, Duration::from_secs(10)) else {
            anyhow::bail!("the cursor does not move:\n{}", pty.text());
        };
        times.push(took);
        std::thread::sleep(Duration::from_millis(37));
    }
    churn.wait()?;
    report.keys(times);
    Ok(())
}

/// How long it took until a key had moved the cursor; `None` where it does not move.
fn press(pty: &mut Pty, key: &str, patience: Duration) -> Option<Duration> {
    let before = cursor(pty);
    let begin = Instant::now();
    pty.send(key);
    while cursor(pty) == before {
        if begin.elapsed() > patience {
            return None;
        }
        std::thread::sleep(Duration::from_micros(200));
    }
    Some(begin.elapsed())
}

/// The line of the cursor's accent.
fn cursor(pty: &Pty) -> Option<usize> {
    pty.text().lines().position(|line| line.contains('▌'))
}
