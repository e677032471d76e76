//! The lab leaves nothing behind, even where the process that started it is killed.

use std::path::Path;
use std::process::{Command, Stdio};
use std::{env, fs, thread};

use crate::lab::process::{Daemon, Folder};
use crate::support::wait_until;

const VICTIM: &str = "KX_LAB_VICTIM";

/// Runs itself once more as a process of its own, which starts a daemon and is killed.
#[test]
fn nothing_outlives_a_killed_process() {
    if let Some(report) = env::var_os(VICTIM) {
        be_the_victim(Path::new(&report));
    }
    let place = tempfile::tempdir().unwrap();
    let report = place.path().join("report");
    let mut victim = Command::new(env::current_exe().unwrap())
        .args(["--exact", "orphans::nothing_outlives_a_killed_process"])
        .env(VICTIM, &report)
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    wait_until("the victim's report", || report.is_file());
    let folder = fs::read_to_string(&report).unwrap();
    let pid = fs::read_to_string(Path::new(&folder).join("pid")).unwrap();
    assert!(runs(&pid), "the daemon runs");

    victim.kill().unwrap();
    victim.wait().unwrap();
    wait_until("the daemon's end", || !runs(&pid));
    wait_until("the folder's end", || !Path::new(&folder).exists());
}

/// Starts a daemon in a folder, tells of them, and waits to be killed.
fn be_the_victim(report: &Path) -> ! {
    let folder = Folder::new().unwrap();
    let script = "trap '' TERM; echo $$ > pid.new; mv pid.new pid; while :; do sleep 1; done";
    let args = ["-c", script].map(str::to_owned);
    let _daemon = Daemon::spawn("stubborn", Path::new("/bin/sh"), &args, folder.path()).unwrap();
    wait_until("the daemon's pid", || folder.path().join("pid").is_file());
    let unfinished = report.with_extension("new");
    fs::write(&unfinished, folder.path().to_str().unwrap()).unwrap();
    fs::rename(&unfinished, report).unwrap();
    loop {
        thread::park();
    }
}

fn runs(pid: &str) -> bool {
    let probe = Command::new("kill").args(["-0", pid.trim()]).stderr(Stdio::null()).status();
    probe.unwrap().success()
}
