//! kx killed from one moment to the next: what was typed and what was under way is there for the next one.

use std::time::{Duration, Instant};

use kx::demo::{self, Demo, Mischief, Options};
use rustix::process::Signal;

use crate::pty::{PATIENCE, Pty};
use crate::{command, kill};

/// A cluster, and the home of whoever explores it.
struct Crashing {
    runtime: tokio::runtime::Runtime,
    demo: Demo,
    home: tempfile::TempDir,
}

impl Crashing {
    fn new() -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        let demo = runtime.block_on(demo::start(Options::default())).unwrap();
        let home = tempfile::tempdir().unwrap();
        std::fs::write(home.path().join("kubeconfig"), demo.kubeconfig()).unwrap();
        Self { runtime, demo, home }
    }

    /// kx on the shop's Deployments.
    fn start(&self) -> Pty {
        let mut command = command(self.home.path(), &["deploy", "-n", "shop", "--write"]);
        command.arg("--kubeconfig");
        command.arg(self.home.path().join("kubeconfig"));
        let mut pty = Pty::start(command, 160, 45);
        pty.wait("the shop's deployments", |text| text.contains("UP-TO-DATE"));
        pty.send("/cart\r");
        pty.wait("one of them", |text| text.contains("cart") && !text.contains("checkout"));
        pty
    }

    fn crash(mut pty: Pty) {
        kill(&pty, Signal::KILL);
        assert!(!pty.end().success());
    }
}

#[test]
fn what_was_typed_is_there_for_the_next() {
    let crashing = Crashing::new();
    let mut pty = crashing.start();
    pty.send("Y");
    pty.wait("its text", |text| text.contains("edit deployment/cart"));
    pty.send("# typed before the crash\r");
    pty.wait("what is typed", |text| text.contains("# typed before the crash"));
    let data = crashing.home.path().join(".local/share/kx/drafts");
    let kept = || {
        let files = std::fs::read_dir(&data).into_iter().flatten().flatten();
        let texts = files.filter_map(|file| std::fs::read_to_string(file.path()).ok());
        texts.filter(|text| text.contains("# typed before the crash")).count()
    };
    // It is kept within a second; a busy machine may take longer.
    pty.until("it is kept", |_| kept() > 0);
    Crashing::crash(pty);

    let mut pty = crashing.start();
    pty.send(":drafts\r");
    pty.wait("the draft", |text| text.contains("deployment/cart"));
    pty.send("jj\r");
    pty.wait("its text, as it was typed", |text| {
        text.contains("edit deployment/cart") && text.contains("# typed before the crash")
    });
    Crashing::crash(pty);
    crashing.runtime.shutdown_background();
}

#[test]
fn what_was_under_way_is_in_the_journal_of_the_next() {
    let crashing = Crashing::new();
    crashing.demo.faults().on("update", "deployments/scale", None, Mischief::Hang);
    let mut pty = crashing.start();
    pty.send("+");
    let deadline = Instant::now() + PATIENCE;
    while !crashing.demo.asked().iter().any(|asked| asked.starts_with("PUT")) {
        assert!(Instant::now() < deadline, "it was never sent:\n{}", pty.text());
        std::thread::sleep(Duration::from_millis(20));
    }
    Crashing::crash(pty);

    let mut pty = crashing.start();
    pty.send(":journal\r");
    pty.wait("the change and what is known of it", |text| {
        text.contains("scale by 1 more") && text.contains("never ended")
    });
    pty.send("/scale\r\r");
    pty.wait("how it was before, and that nobody knows", |text| {
        text.contains("look at the object") && text.contains("PUT") && text.contains("replicas")
    });
    Crashing::crash(pty);
    crashing.runtime.shutdown_background();
}
