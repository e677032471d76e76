//! Read-only, as an auditor would try it: whatever is asked for, by name or by any key, the server is asked for nothing but reads, and nothing
//! in the cluster is another byte afterwards.

use std::collections::BTreeSet;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::time::{Duration, Instant};

use kx::app::{Action, Layer};
use kx::demo::{self, Clock, Demo, Options};
use serde_json::Value;

use crate::TAKEN;
use crate::drawn::{Drawn, LEAVES};
use crate::pty::{PATIENCE, Pty};

/// The escape key, in the encoding in which nothing that follows can be taken for a part of it (kitty's keyboard protocol).
pub const ESC: &str = "\x1b[27u";

/// A cluster in which nothing moves by itself, and kx on it, read-only and under audit.
struct Audited {
    runtime: tokio::runtime::Runtime,
    demo: Demo,
    home: tempfile::TempDir,
    pty: Pty,
    before: Vec<(String, String)>,
    typed: usize,
    /// How often what was typed left kx, which was begun again.
    begun_again: usize,
    /// How often what was typed suspended kx, which was continued.
    suspended: usize,
}

impl Audited {
    fn start() -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        let clock = Clock::screenshot();
        let demo = runtime.block_on(demo::start(Options { clock, ..Options::default() })).unwrap();
        let home = tempfile::tempdir().unwrap();
        std::fs::write(home.path().join("config"), demo.kubeconfig()).unwrap();
        let before = objects(&demo);
        let pty = explore(home.path());
        Self { runtime, demo, home, pty, before, typed: 0, begun_again: 0, suspended: 0 }
    }

    /// Types, and waits until all of it was taken in.
    fn type_all(&mut self, keys: &str) {
        self.typed += 1;
        let mark = format!("mark-{}-end", self.typed);
        let asks = format!("{}:no /{mark}", ESC.repeat(6));
        self.pty.send(&format!("{keys}{asks}"));
        let deadline = Instant::now() + PATIENCE;
        let mut asked = Instant::now();
        // Where kx does not have the terminal, what is typed is only echoed there.
        while self.pty.taken() != TAKEN || !self.pty.text().contains(&mark) {
            assert!(Instant::now() < deadline, "never saw {mark}:\n{}", self.pty.text());
            if let Some(status) = self.pty.ended() {
                // What it says at the end comes after that.
                std::thread::sleep(Duration::from_millis(if status.success() { 0 } else { 500 }));
                assert!(status.success(), "it ended with {status:?}:\n{}", self.pty.text());
                self.pty = explore(self.home.path());
                self.begun_again += 1;
                return;
            }
            if self.pty.is_stopped() {
                crate::kill(&self.pty, rustix::process::Signal::CONT);
                self.suspended += 1;
            }
            // What was typed while kx had no terminal is gone.
            if asked.elapsed() > PATIENCE / 12 {
                asked = Instant::now();
                self.pty.send(&asks);
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        self.pty.send(ESC);
    }

    /// The actions that were asked for where they could have been, and those of them that were refused, by the log.
    fn reached(&self) -> (BTreeSet<Action>, BTreeSet<Action>) {
        let log = std::fs::read_to_string(self.home.path().join("log")).unwrap();
        let of = |word: &str| {
            let named = log.lines().filter(|line| line.contains(word));
            let named = named.filter_map(|line| line.rsplit_once("action=")?.1.split(' ').next());
            named.filter_map(Action::parse).collect()
        };
        (of("asked for an action"), of("refused an action"))
    }

    fn prove(self) {
        let Self { runtime, demo, home, pty, before, .. } = self;
        drop(pty);
        for asked in demo.asked() {
            assert!(is_review(&asked), "{asked}");
        }
        let after = objects(&demo);
        assert_eq!(before.len(), after.len(), "there are others than before");
        for ((path, before), (_, after)) in before.iter().zip(&after) {
            assert!(before == after, "{path} is another: it was\n{before}\nand is\n{after}");
        }
        let lines = audit(&home.path().join("audit.jsonl"));
        assert!(lines.len() > 50, "only {} requests were written down", lines.len());
        for line in lines {
            let asked = format!("{} {}", text(&line["verb"]), text(&line["path"]));
            assert!(line["verb"] == "GET" || is_review(&asked), "{line}");
        }
        runtime.shutdown_background();
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

/// Reviews are posted and store nothing.
fn is_review(asked: &str) -> bool {
    asked.starts_with("POST /apis/auth")
        && ["selfsubjectaccessreviews", "selfsubjectrulesreviews", "subjectaccessreviews"]
            .iter()
            .any(|review| asked.ends_with(review))
}

fn audit(path: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(path).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// kx on the cluster of this folder, read-only and under audit, with its home there.
fn explore(home: &Path) -> Pty {
    let mut command = portable_pty::CommandBuilder::new(env!("CARGO_BIN_EXE_kx"));
    let file = |name: &str| home.join(name).display().to_string();
    command.args([
        "--read-only",
        "--kubeconfig",
        &file("config"),
        "--audit-log",
        &file("audit.jsonl"),
    ]);
    command.args(["--log-file", &file("log"), "--log-level", "debug"]);
    command.env_clear();
    command.env("TERM", "xterm-256color");
    command.env("HOME", home);
    command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
    // What is opened in another program is closed at once.
    for name in ["PAGER", "VISUAL", "EDITOR"] {
        command.env(name, "true");
    }
    // What is saved is saved there.
    command.cwd(home);
    let pty = Pty::start(command, 160, 45);
    pty.wait("the demo's pods", |text| text.contains("pods") && text.contains("Running"));
    pty
}

/// Every list of every resource, byte by byte as the server writes it, by its path.
fn objects(demo: &Demo) -> Vec<(String, String)> {
    let mut all = Vec::new();
    let mut many = 0;
    for root in ["/api/v1".to_owned()].into_iter().chain(groups(demo)) {
        let resources: Value = serde_json::from_str(&get(demo, &root)).unwrap();
        for resource in resources["resources"].as_array().unwrap() {
            let name = text(&resource["name"]);
            let lists = resource["verbs"].as_array().unwrap().iter().any(|verb| verb == "list");
            // What is measured is another number each time.
            if lists && !name.contains('/') && !root.contains("metrics.k8s.io") {
                let path = format!("{root}/{name}");
                let list = get(demo, &path);
                let read: Value = serde_json::from_str(&list).unwrap();
                many += read["items"].as_array().unwrap().len();
                all.push((path, list));
            }
        }
    }
    assert!(many > 300, "only {many} objects");
    all
}

fn groups(demo: &Demo) -> Vec<String> {
    let groups: Value = serde_json::from_str(&get(demo, "/apis")).unwrap();
    let groups = groups["groups"].as_array().unwrap().iter();
    groups
        .map(|group| format!("/apis/{}", text(&group["preferredVersion"]["groupVersion"])))
        .collect()
}

/// What the demo's server answers to a plain request.
pub fn get(demo: &Demo, path: &str) -> String {
    let mut stream = TcpStream::connect(demo.addr()).unwrap();
    let request = format!(
        "GET {path} HTTP/1.0\r\nHost: demo\r\nAuthorization: Bearer demo\r\nAccept: application/json\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.0 200"), "{path}: {answer}");
    answer.split_once("\r\n\r\n").unwrap().1.to_owned()
}

/// By its name, on a page of each sort.
#[test]
fn no_action_does_anything_but_read() {
    let mut audited = Audited::start();
    let (table, yaml) = (":deployments shop\r", ":deployments shop\ry");
    let others = [":cronjobs -A\r", ":nodes\r", ":pods shop\r", ":deployments shop\rd"];
    for &action in Action::ALL.iter().filter(|action| !LEAVES.contains(action)) {
        if !Layer::PAGES.iter().any(|layer| action.is_in(*layer)) {
            continue;
        }
        // What would write is asked for on pages of each sort.
        let more = if action.info().writes { &others[..] } else { &[] };
        let pages = [table, yaml].into_iter().chain(more.iter().copied());
        // Whatever it opens is agreed to, and left.
        let keys: String =
            pages.map(|page| format!("{page}:{action}\r\r{}", ESC.repeat(3))).collect();
        audited.type_all(&keys);
    }
    audited.prove();
}

/// Says which seed it was, where it fails.
struct Seed(u64);

impl Drop for Seed {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("the seed is {}: KX_FUZZ_SEED={} types the same keys again", self.0, self.0);
        }
    }
}

fn set(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|value| value.parse().expect("a number"))
}

/// Minutes of keys, whichever; the same of the same seed, of which a slow machine types fewer. `KX_FUZZ_SEED` and `KX_FUZZ_SECONDS` say others.
#[test]
fn no_keys_do_anything_but_read() {
    let seed = Seed(set("KX_FUZZ_SEED").unwrap_or(0x5eed));
    let time = Duration::from_secs(set("KX_FUZZ_SECONDS").unwrap_or(120));
    let mut audited = Audited::start();
    let mut drawn = Drawn::new(seed.0);
    let (began, mut rounds, mut typed) = (Instant::now(), 0, 0);
    // However slow the machine is, each action is asked for by its name some times.
    while rounds < 400 || began.elapsed() < time {
        let (keys, many) = drawn.round();
        audited.type_all(&keys);
        (rounds, typed) = (rounds + 1, typed + many);
    }
    let (begun_again, suspended) = (audited.begun_again, audited.suspended);
    audited.type_all("");
    let (reached, refused) = audited.reached();
    println!(
        "{typed} keys, words and commands in {rounds} rounds ({} different keys); {} of {} actions were asked for where they could be done, \
         {} of them refused; kx was begun again {begun_again} times and continued {suspended} times",
        drawn.keys(),
        reached.len(),
        Action::ALL.len(),
        refused.len()
    );
    let missed = |action: &&Action| action.is_in(Layer::Browse) && !reached.contains(action);
    let missed: Vec<&Action> = drawn.named().iter().filter(missed).collect();
    assert!(missed.is_empty(), "never asked for in a table: {missed:?}");
    let writes = Action::ALL.iter().filter(|a| a.info().writes && a.is_in(Layer::Browse));
    for action in writes {
        assert!(refused.contains(action), "{action} was never refused");
    }
    audited.prove();
}
