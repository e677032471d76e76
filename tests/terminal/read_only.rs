//! Read-only, as an auditor would try it: whatever is asked for, by name or by any key, the server is asked for nothing but reads, and nothing
//! in the cluster is another byte afterwards.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;

use kx::app::{Action, Layer};
use kx::demo::{self, Clock, Demo, Options};
use serde_json::Value;

use crate::pty::Pty;

/// The escape key, in the encoding in which nothing that follows can be taken for a part of it (kitty's keyboard protocol).
const ESC: &str = "\x1b[27u";

/// A cluster in which nothing moves by itself, and kx on it, read-only and under audit.
struct Audited {
    runtime: tokio::runtime::Runtime,
    demo: Demo,
    home: tempfile::TempDir,
    pty: Pty,
    before: Vec<String>,
    typed: usize,
}

impl Audited {
    fn start() -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        let clock = Clock::screenshot();
        let demo = runtime.block_on(demo::start(Options { clock, ..Options::default() })).unwrap();
        let (mut command, home) = crate::kx(&[]);
        let config = home.path().join("config");
        std::fs::write(&config, demo.kubeconfig()).unwrap();
        command.args([
            "--read-only".as_ref(),
            "--kubeconfig".as_ref(),
            config.as_os_str(),
            "--audit-log".as_ref(),
            home.path().join("audit.jsonl").as_os_str(),
        ]);
        // What is opened in another program is closed at once.
        for name in ["PAGER", "VISUAL", "EDITOR"] {
            command.env(name, "true");
        }
        let before = objects(&demo);
        let pty = Pty::start(command, 160, 45);
        pty.wait("the demo's pods", |text| text.contains("pods") && text.contains("Running"));
        Self { runtime, demo, home, pty, before, typed: 0 }
    }

    /// Types, and waits until all of it was taken in.
    fn type_all(&mut self, keys: &str) {
        self.typed += 1;
        let mark = format!("mark-{}-end", self.typed);
        self.pty.send(&format!("{keys}{}:no /{mark}", ESC.repeat(6)));
        self.pty.wait("what was typed last", |text| text.contains(&mark));
        self.pty.send(ESC);
    }

    fn prove(self) {
        let Self { runtime, demo, home, pty, before, .. } = self;
        drop(pty);
        for asked in demo.asked() {
            assert!(is_review(&asked), "{asked}");
        }
        assert_eq!(before, objects(&demo), "something in the cluster is another");
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

/// Every object of every resource, as the server writes it.
fn objects(demo: &Demo) -> Vec<String> {
    let mut all = Vec::new();
    for root in ["/api/v1".to_owned()].into_iter().chain(groups(demo)) {
        let resources: Value = serde_json::from_str(&get(demo, &root)).unwrap();
        for resource in resources["resources"].as_array().unwrap() {
            let name = text(&resource["name"]);
            let lists = resource["verbs"].as_array().unwrap().iter().any(|verb| verb == "list");
            if lists && !name.contains('/') {
                let list: Value =
                    serde_json::from_str(&get(demo, &format!("{root}/{name}"))).unwrap();
                // What is measured is another number each time.
                if !root.contains("metrics.k8s.io") {
                    all.extend(list["items"].as_array().unwrap().iter().map(Value::to_string));
                }
            }
        }
    }
    assert!(all.len() > 300, "only {} objects", all.len());
    all
}

fn groups(demo: &Demo) -> Vec<String> {
    let groups: Value = serde_json::from_str(&get(demo, "/apis")).unwrap();
    let groups = groups["groups"].as_array().unwrap().iter();
    groups
        .map(|group| format!("/apis/{}", text(&group["preferredVersion"]["groupVersion"])))
        .collect()
}

fn get(demo: &Demo, path: &str) -> String {
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
    // These end kx, or give its terminal to another program, with all that is typed meanwhile.
    let leaves = [Action::Quit, Action::Suspend, Action::OpenInPager, Action::OpenInEditor];
    let (table, yaml) = (":deployments shop\r", ":deployments shop\ry");
    let others = [":cronjobs -A\r", ":nodes\r", ":pods shop\r", ":deployments shop\rd"];
    for &action in Action::ALL.iter().filter(|action| !leaves.contains(action)) {
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

/// Thousands of keys, whichever; the same each time.
#[test]
fn no_keys_do_anything_but_read() {
    let mut audited = Audited::start();
    let mut state = 0x5eed_u64;
    let mut random = move |below: usize| {
        // xorshift64 (Marsaglia, 2003)
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % below as u64) as usize
    };
    let lines = [
        "deploy -A",
        "no",
        "sts -A",
        "cj -A",
        "secrets -A",
        "po -A",
        "hpa -A",
        "map",
        "cluster",
        "undo",
        "delete",
        "restart",
    ];
    let special = [
        "\r", ESC, "\t", " ", "\x1b[A", "\x1b[B", "\x1b[C", "\x1b[D", "\x04", "\x0c", "\x01",
        "\x0b",
    ];
    for round in 0..400 {
        let mut keys = format!("{}:{}\r", ESC.repeat(4), lines[round % lines.len()]);
        for _ in 0..12 {
            match random(3) {
                0 => keys.push_str(special[random(special.len())]),
                _ => {
                    let key = char::from(b'!' + random(94) as u8);
                    // What leaves kx, gives its terminal away or writes a file here is another test's.
                    if !matches!(key, 'q' | ':' | 'p' | 'v' | 'E' | 'S') {
                        keys.push(key);
                    }
                }
            }
        }
        audited.type_all(&keys);
    }
    audited.prove();
}
