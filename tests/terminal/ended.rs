//! kx ended from outside, while what it made for a session is still there: that is deleted in the short time there is, or named.

use std::time::{Duration, Instant};

use kx::demo::{self, Demo, Mischief, Options};
use rustix::process::Signal;
use serde_json::Value;

use crate::pty::Pty;
use crate::read_only::get;
use crate::session::debug_a_node;
use crate::{NOT_TAKEN, kill, kx};

/// A cluster, and kx on it, in whose terminal a pod on a node is debugged.
struct Debugging {
    runtime: tokio::runtime::Runtime,
    demo: Demo,
    _home: tempfile::TempDir,
    pty: Pty,
}

impl Debugging {
    fn start() -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        let demo = runtime.block_on(demo::start(Options::default())).unwrap();
        let (mut command, home) = kx(&["nodes", "--write", "--kubeconfig"]);
        let config = home.path().join("kubeconfig");
        std::fs::write(&config, demo.kubeconfig()).unwrap();
        command.arg(&config);
        let pty = Pty::start(command, 200, 40);
        let mut debugging = Self { runtime, demo, _home: home, pty };
        debug_a_node(&mut debugging.pty);
        assert_eq!(debugging.debuggers(), 1);
        debugging
    }

    /// How many pods for debugging there are that nobody deletes.
    fn debuggers(&self) -> usize {
        let list: Value = serde_json::from_str(&get(&self.demo, "/api/v1/pods")).unwrap();
        let there = list["items"].as_array().unwrap().iter().filter(|pod| {
            let name = pod["metadata"]["name"].as_str().unwrap();
            name.starts_with("node-debugger-") && pod["metadata"]["deletionTimestamp"].is_null()
        });
        there.count()
    }

    fn end(self) {
        self.runtime.shutdown_background();
    }
}

#[test]
fn a_signal_leaves_no_pod_behind() {
    for signal in [Signal::TERM, Signal::HUP] {
        let mut debugging = Debugging::start();
        kill(&debugging.pty, signal);
        let status = debugging.pty.end();
        assert_eq!(i32::try_from(status.exit_code()).unwrap(), 128 + signal.as_raw(), "{status:?}");
        assert_eq!(debugging.debuggers(), 0);
        debugging.pty.until("the terminal is given back", |pty| pty.taken() == NOT_TAKEN);
        let text = debugging.pty.text();
        assert!(!text.contains("is left"), "{text}");
        debugging.end();
    }
}

#[test]
fn a_terminal_that_is_closed_leaves_no_pod_behind() {
    let mut debugging = Debugging::start();
    debugging.pty.hang_up();
    // By whichever of the two it hears of it: the signal, or what can be read no more.
    let status = debugging.pty.end();
    assert!([1, 129].contains(&status.exit_code()), "{status:?}");
    assert_eq!(debugging.debuggers(), 0);
    debugging.end();
}

#[test]
fn where_it_cannot_be_deleted_in_time_it_is_named_and_kx_ends() {
    let mut debugging = Debugging::start();
    debugging.demo.faults().on("delete", "pods", None, Mischief::Hang);
    let began = Instant::now();
    kill(&debugging.pty, Signal::TERM);
    assert_eq!(debugging.pty.end().exit_code(), 143);
    assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
    debugging.pty.wait("what is left", |text| {
        let text = text.replace('\n', "");
        text.contains("kx: pod/node-debugger-")
            && text.contains("is left: kubectl --context=")
            && text.contains("delete pod node-debugger-")
    });
    assert_eq!(debugging.debuggers(), 1);
    debugging.end();
}

#[test]
fn a_second_signal_ends_at_once() {
    // The time may be over before the second comes, where the machine is busy.
    let by_the_second = (0..5).any(|_| {
        let mut debugging = Debugging::start();
        debugging.demo.faults().on("delete", "pods", None, Mischief::Hang);
        kill(&debugging.pty, Signal::TERM);
        let deletes = |debugging: &Debugging| {
            debugging.demo.asked().iter().any(|asked| asked.starts_with("DELETE"))
        };
        while !deletes(&debugging) && debugging.pty.ended().is_none() {
            std::thread::sleep(Duration::from_millis(5));
        }
        if debugging.pty.ended().is_some() {
            debugging.end();
            return false;
        }
        kill(&debugging.pty, Signal::INT);
        let code = debugging.pty.end().exit_code();
        assert!([130, 143].contains(&code), "{code}");
        debugging.end();
        code == 130
    });
    assert!(by_the_second);
}
