//! kx in a real pseudo-terminal: it leaves the terminal as it found it, however it ends.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on ends")]

mod applied;
mod crash;
mod drawn;
mod ended;
mod expressions;
mod pty;
mod read_only;
mod session;

use std::path::Path;

use portable_pty::CommandBuilder;
use pty::Pty;

const NOT_TAKEN: [bool; 4] = [false; 4];
const TAKEN: [bool; 4] = [true; 4];

fn kx(args: &[&str]) -> (CommandBuilder, tempfile::TempDir) {
    let home = tempfile::tempdir().unwrap();
    (command(home.path(), args), home)
}

/// kx, with its home in this folder.
fn command(home: &Path, args: &[&str]) -> CommandBuilder {
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_kx"));
    command.args(args);
    command.env_clear();
    command.env("TERM", "xterm-256color");
    command.env("HOME", home);
    command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command
}

fn demo(columns: u16, lines: u16) -> (Pty, tempfile::TempDir) {
    let (command, home) = kx(&["demo"]);
    let pty = Pty::start(command, columns, lines);
    pty.wait("the demo's pods", |text| text.contains("pods") && text.contains("Running"));
    assert_eq!(pty.taken(), TAKEN);
    (pty, home)
}

fn kill(pty: &Pty, signal: rustix::process::Signal) {
    let pid = rustix::process::Pid::from_raw(pty.pid()).unwrap();
    rustix::process::kill_process(pid, signal).unwrap();
}

#[test]
fn quitting_gives_the_terminal_back() {
    let (mut pty, _home) = demo(120, 40);
    pty.send(":q\r");
    assert!(pty.end().success());
    pty.until("the terminal is given back", |pty| pty.taken() == NOT_TAKEN);
}

#[test]
fn signals_give_the_terminal_back() {
    for signal in [rustix::process::Signal::TERM, rustix::process::Signal::INT] {
        let (mut pty, _home) = demo(80, 24);
        kill(&pty, signal);
        let status = pty.end();
        assert_eq!(i32::try_from(status.exit_code()).unwrap(), 128 + signal.as_raw(), "{status:?}");
        pty.until("the terminal is given back", |pty| pty.taken() == NOT_TAKEN);
    }
}

#[test]
fn a_panic_gives_the_terminal_back_and_then_speaks() {
    let mut example = std::env::current_exe().unwrap();
    example.pop();
    example.set_file_name("examples");
    let mut command = CommandBuilder::new(example.join("panics"));
    command.env("TERM", "xterm-256color");
    let mut pty = Pty::start(command, 80, 24);
    let status = pty.end();
    assert!(!status.success());
    pty.wait("the panic's message on the normal screen", |text| text.contains("on purpose"));
    assert_eq!(pty.taken(), NOT_TAKEN);
}

#[test]
fn ctrl_z_stops_and_fg_comes_back() {
    let (mut pty, _home) = demo(80, 24);
    pty.send("\x1a");
    pty.until("kx is stopped", Pty::is_stopped);
    pty.until("the terminal is given back", |pty| pty.taken() == NOT_TAKEN);
    kill(&pty, rustix::process::Signal::CONT);
    pty.until("the terminal is taken again", |pty| pty.taken() == TAKEN);
    pty.wait("the table again", |text| text.contains("Running"));
    pty.send(":q\r");
    assert!(pty.end().success());
}

/// The demo's deployments, with this editor.
fn editing(editor: &str) -> (Pty, tempfile::TempDir) {
    let (mut command, home) = kx(&["demo", "deployments"]);
    command.env("EDITOR", editor);
    let pty = Pty::start(command, 120, 40);
    pty.wait("the demo's deployments", |text| text.contains("UP-TO-DATE") && text.contains("shop"));
    (pty, home)
}

/// The texts of the drafts that are kept.
fn drafts(home: &tempfile::TempDir) -> Vec<String> {
    let folder = home.path().join(".local/share/kx/drafts");
    let files = std::fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap().path());
    let texts = files.filter(|path| path.extension().is_some_and(|e| e == "yaml"));
    texts.map(|path| std::fs::read_to_string(path).unwrap()).collect()
}

#[test]
fn what_the_editor_made_is_shown_as_the_server_would_store_it_and_then_sent() {
    let (mut pty, home) = editing("sed -i 's/^spec:/spec:\\n  minReadySeconds: 7/'");
    pty.send("e");
    pty.wait("the difference", |text| text.contains("+   minReadySeconds: 7"));
    assert_eq!(pty.taken(), TAKEN);
    assert_eq!(drafts(&home).len(), 1);
    pty.send("\r");
    pty.wait("that it is done", |text| text.contains("done: edit: deployment/"));
    pty.until("the draft is gone", |_| drafts(&home).is_empty());
    pty.send(":q\r");
    assert!(pty.end().success());
}

#[test]
fn a_text_that_is_left_unchanged_is_not_sent() {
    let (mut pty, home) = editing("true");
    pty.send("e");
    pty.wait("that nothing is sent", |text| text.contains("nothing was changed"));
    assert!(drafts(&home).is_empty());
    pty.send(":q\r");
    assert!(pty.end().success());
}

#[test]
fn a_text_with_a_mistake_is_kept_and_gone_on_with() {
    // The first time it makes a mistake, the second time it corrects it.
    let (mut pty, home) =
        editing("sed -i -e '/^# kx:/!s/^bad: .*/good: 1/' -e 's/^spec:/bad: [\\nspec:/'");
    pty.send("e");
    let text = pty.wait("the mistake", |text| text.contains("edit on"));
    assert!(text.contains("line "), "{text}");
    pty.send("\x1b");
    pty.wait("where the draft is", |text| text.contains("the draft is kept in"));
    assert!(drafts(&home)[0].contains("bad: ["));
    pty.send("e");
    pty.wait("the draft of before", |text| text.contains("go on with it"));
    pty.send("\x1b");
    pty.wait("that it is left", |text| !text.contains("go on with it"));
    pty.send(":drafts\r");
    pty.wait("the list of drafts", |text| text.contains("edit deployment/"));
    pty.send("q:q\r");
    assert!(pty.end().success());
    assert_eq!(drafts(&home).len(), 1);
}

#[test]
fn it_follows_the_terminals_size_down_to_nothing_and_back() {
    let (mut pty, _home) = demo(120, 40);
    for (columns, lines) in [(20, 5), (2, 1), (250, 80), (60, 15)] {
        pty.resize(columns, lines);
        if columns >= 20 {
            pty.wait("something in the new size", |text| !text.trim().is_empty());
        }
    }
    pty.wait("the table in the last size", |text| text.contains("Running"));
    pty.send(":q\r");
    assert!(pty.end().success());
}

#[test]
fn pasted_text_is_text_and_never_keys() {
    let (mut pty, _home) = demo(120, 40);
    // Were this typed, `:q` and the line end would leave kx.
    pty.send("\x1b[200~:q\r:q!\r\nq\n\x1b[201~");
    pty.send("/");
    pty.send("\x1b[200~no such\npod\x1b[201~");
    pty.wait("the pasted filter", |text| text.contains("no such"));
    pty.send("\x1b\x1b");
    pty.send(":q\r");
    assert!(pty.end().success());
}

#[test]
fn without_a_cluster_it_says_what_it_looked_for() {
    let (command, _home) = kx(&[]);
    let mut pty = Pty::start(command, 100, 20);
    let status = pty.end();
    assert!(!status.success());
    pty.wait("what was looked for", |text| text.contains("no kubeconfig"));
    assert_eq!(pty.taken(), NOT_TAKEN);
}

#[test]
fn without_a_home_folder_the_demo_runs() {
    let (mut command, _home) = kx(&["demo"]);
    command.env_remove("HOME");
    let mut pty = Pty::start(command, 100, 30);
    pty.wait("the demo's pods", |text| text.contains("Running"));
    pty.send(":q\r");
    assert!(pty.end().success());
}

#[test]
fn a_cluster_that_cannot_be_reached_can_be_left() {
    let (mut command, home) = kx(&[]);
    // Port 1 of loopback: refused at once.
    let kubeconfig = home.path().join("config");
    std::fs::write(
        &kubeconfig,
        "apiVersion: v1\nkind: Config\ncurrent-context: gone\n\
         clusters: [{name: c, cluster: {server: 'http://127.0.0.1:1'}}]\n\
         contexts: [{name: gone, context: {cluster: c}}]\n",
    )
    .unwrap();
    command.env("KUBECONFIG", &kubeconfig);
    let mut pty = Pty::start(command, 100, 30);
    pty.wait("why it is not there", |text| {
        text.contains("127.0.0.1:1") || text.contains("refused")
    });
    pty.send(":q\r");
    pty.end();
    pty.until("the terminal is given back", |pty| pty.taken() == NOT_TAKEN);
}
