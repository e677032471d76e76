//! Sessions in containers of the demo cluster, in a real pseudo-terminal: the far side has the terminal, and kx has it again afterwards.

use crate::pty::Pty;
use crate::{NOT_TAKEN, TAKEN, kx};

/// The demo's pods of redis; with this configuration.
fn redis(config: &str) -> (Pty, tempfile::TempDir) {
    let (mut command, home) = kx(&["demo", "pods", "-n", "shop"]);
    let file = home.path().join("config.toml");
    std::fs::write(&file, config).unwrap();
    command.arg("--config");
    command.arg(&file);
    let mut pty = Pty::start(command, 120, 40);
    pty.wait("the shop's pods", |text| text.contains("redis-0") && text.contains("Running"));
    pty.send("/redis-0\r");
    pty.wait("redis alone", |text| text.contains("redis-0") && !text.contains("postgres"));
    (pty, home)
}

fn leave(mut pty: Pty) {
    pty.send(":q\r");
    assert!(pty.end().success());
    pty.until("the terminal is given back", |pty| pty.taken() == NOT_TAKEN);
}

#[test]
fn a_shell_has_the_terminal_and_kx_has_it_again() {
    let (mut pty, _home) = redis("");
    pty.send("s");
    // bash and ash are not there: said, and the next is taken.
    pty.wait("the shell's prompt", |text| text.contains("/ # "));
    let text = pty.text();
    assert!(
        text.contains("there is no bash in it") && text.contains("enter ~ . leaves it"),
        "{text}"
    );
    assert_eq!(pty.taken(), NOT_TAKEN, "the normal screen, and nothing of kx's is on");
    pty.send("hostname\r");
    pty.wait("the answer", |text| {
        text.contains("redis-0\n/ #") || text.matches("redis-0").count() > 1
    });
    // Ctrl-C goes to the far side.
    pty.send("something long\x03");
    pty.wait("that it went there", |text| text.contains("^C"));
    pty.send("exit 3\r");
    pty.wait("the exit code", |text| text.contains("ended: exit code 3"));
    pty.until("kx's own screen", |pty| pty.taken() == TAKEN);
    assert!(pty.text().contains("RESTARTS"), "the table as it was:\n{}", pty.text());
    leave(pty);
}

#[test]
fn a_session_that_hangs_can_be_left() {
    let (mut pty, _home) = redis("shells = [\"sh\"]\n");
    pty.send("s");
    pty.wait("the shell's prompt", |text| text.contains("/ # "));
    pty.send("sleep 600\r");
    pty.wait("that it was typed", |text| text.contains("sleep 600"));
    pty.send("~.");
    pty.wait("that it was left", |text| text.contains("left ") && text.contains("may go on"));
    // No key is lost to whoever read the terminal before.
    for _ in 0..3 {
        pty.send("?");
        pty.wait("help", |text| text.contains("move up"));
        pty.send("\x1b[27u");
        pty.wait("the table again", |text| text.contains("redis-0") && !text.contains("move up"));
    }
    leave(pty);
}

#[test]
fn what_a_command_wrote_can_be_read_before_kx_is_back() {
    let (mut pty, _home) = redis("");
    pty.send(":exec cat /etc/hostname\r");
    let text = pty.wait("its end", |text| text.contains("any key goes back to kx"));
    assert!(text.contains("it ended with exit code 0"), "{text}");
    assert_eq!(pty.taken(), NOT_TAKEN);
    pty.send("x");
    pty.wait("kx again", |text| text.contains("ended: exit code 0") && text.contains("RESTARTS"));
    assert_eq!(pty.taken(), TAKEN);
    leave(pty);
}

#[test]
fn without_a_shell_one_is_brought() {
    let (mut pty, _home) = redis("shells = [\"fish\", \"zsh\"]\n");
    pty.send("s");
    pty.wait("the form of debugging", |text| {
        text.contains("Debug pod/redis-0") && text.contains("ephemeralContainers")
    });
    pty.send("\r");
    pty.wait("the debug container's shell", |text| {
        text.contains("attach to debugger-") && text.contains("/ # ")
    });
    assert_eq!(pty.taken(), NOT_TAKEN);
    pty.send("exit\r");
    pty.wait("its end", |text| text.contains("any key goes back to kx"));
    pty.send("x");
    pty.until("kx's own screen", |pty| pty.taken() == TAKEN);
    leave(pty);
}

/// Debugs the node under the cursor, up to its shell.
pub fn debug_a_node(pty: &mut Pty) {
    pty.wait("the nodes", |text| text.contains("control-plane"));
    pty.send("s");
    pty.wait("the form of debugging", |text| {
        text.contains("Debug node/") && text.contains("hostPID")
    });
    pty.send("\r");
    pty.wait("its shell", |text| text.contains("attach to debugger") && text.contains("/ # "));
}

#[test]
fn a_node_is_debugged_and_nothing_is_left_of_it() {
    let (mut pty, _home) = redis("");
    pty.send(":nodes\r");
    debug_a_node(&mut pty);
    pty.send("exit\r");
    pty.wait("its end", |text| text.contains("any key goes back to kx"));
    pty.send("x");
    pty.wait("that its pod is deleted", |text| text.contains("done: delete: pod/node-debugger-"));
    leave(pty);
}

#[test]
fn read_only_hands_nothing_over() {
    let (mut command, home) = kx(&["demo", "pods", "-n", "shop", "--read-only"]);
    let _ = home;
    command.env("TERM", "xterm-256color");
    let mut pty = Pty::start(command, 120, 40);
    pty.wait("the shop's pods", |text| text.contains("redis-0"));
    for keys in ["s", "a", ":exec ls\r", "D"] {
        pty.send(keys);
        pty.wait("that it is refused", |text| text.contains("kx is read-only"));
        pty.send("\x1b[27u\x1b[27u");
        pty.wait("that it is read", |text| !text.contains("kx is read-only"));
    }
    assert_eq!(pty.taken(), TAKEN);
    leave(pty);
}

#[test]
fn a_shell_in_the_pane_runs_on_while_one_looks_elsewhere() {
    let (mut pty, _home) = redis("shells = [\"sh\"]\n");
    pty.send("\x14");
    let text = pty.wait("the shell's prompt", |text| text.contains("/ # "));
    assert!(text.contains("redis-0") && text.contains("RESTARTS"), "below the table:\n{text}");
    assert_eq!(pty.taken(), TAKEN, "kx has the terminal all the while");
    pty.send("hostname\r");
    pty.wait("the answer", |text| text.lines().any(|line| line.trim() == "redis-0"));
    // The keys are the page's again, and the shell goes on.
    pty.send("\x1d\x1d");
    pty.send(":nodes\r");
    pty.wait("the nodes", |text| text.contains("control-plane") && text.contains("/ # "));
    pty.send("\x1d");
    pty.send("exit 3\r");
    pty.wait("the exit code", |text| {
        text.contains("enter closes this; sh in redis of redis-0 in shop ended: exit code 3")
    });
    pty.send("\r");
    pty.wait("that it is closed", |text| !text.contains("enter closes this"));
    leave(pty);
}

#[test]
fn a_command_in_several_pods_side_by_side() {
    let (mut command, _home) = kx(&["demo", "pods", "-n", "shop"]);
    command.env("TERM", "xterm-256color");
    let mut pty = Pty::start(command, 120, 40);
    pty.wait("the shop's pods", |text| text.contains("redis-0") && text.contains("Running"));
    pty.send("/redis\r");
    pty.wait("redis alone", |text| text.contains("redis-2") && !text.contains("postgres"));
    pty.send("\x01");
    pty.wait("that all are marked", |text| text.contains("3 marked"));
    pty.send(":exec hostname\r");
    let text = pty.wait("the end of it", |text| text.contains("exit code 0 in 3 of 3 places"));
    for pod in ["redis-0", "redis-1", "redis-2"] {
        assert!(text.contains(pod), "{text}");
    }
    pty.send("\x1d\x1d");
    leave(pty);
}

/// The lines of the journal, by what they are of.
fn journal(home: &tempfile::TempDir) -> Vec<(String, Vec<serde_json::Value>)> {
    let path = home.path().join(".local/share/kx/journal.jsonl");
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let mut all: Vec<(String, Vec<serde_json::Value>)> = Vec::new();
    for line in text.lines() {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        let id = line["id"].as_str().unwrap().to_owned();
        match all.iter_mut().find(|(known, _)| *known == id) {
            Some((_, lines)) => lines.push(line),
            None => all.push((id, vec![line])),
        }
    }
    all
}

#[test]
fn what_was_opened_is_in_the_journal_with_its_end() {
    let (mut pty, home) = redis("shells = [\"sh\"]\n");
    pty.send(":exec cat /etc/hostname\r");
    pty.wait("its end", |text| text.contains("any key goes back to kx"));
    pty.send("x");
    pty.wait("kx again", |text| text.contains("RESTARTS"));
    pty.send("s");
    pty.wait("the shell's prompt", |text| text.contains("/ # "));
    pty.send("exit 3\r");
    pty.wait("the exit code", |text| text.contains("ended: exit code 3"));
    pty.send(":port-forward :6379\r");
    pty.until("the forward is in it", |_| journal(&home).len() == 3);
    pty.send("\x14");
    pty.wait("a shell in the pane", |text| text.contains("shell redis-0") && text.contains("/ # "));
    // The keys go to kx again, and the shell goes on.
    pty.send("\x1d\x1d");
    pty.send(":journal\r");
    pty.wait("all of them on the page", |text| {
        let parts = ["cat /etc/hostname in redis", "exit code 0", "shell in redis", "exit code 3"];
        parts.iter().all(|part| text.contains(part))
            && text.contains("forward a port to 6379")
            && text.matches("under way").count() == 2
    });
    pty.send(":q\r");
    pty.wait("the question", |text| text.contains("Leave kx?"));
    pty.send("\x03");
    assert!(pty.end().success());

    let all = journal(&home);
    let told = |at: usize| {
        let (_, lines) = &all[at];
        let [begun, ended] = lines.as_slice() else { panic!("{lines:?}") };
        assert_eq!(begun["result"], "sending");
        assert_eq!(begun["context"], ended["context"]);
        assert_eq!((&begun["action"], &begun["name"]), (&ended["action"], &ended["name"]));
        let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
        (text(&ended["action"]), text(&ended["result"]), text(&ended["message"]))
    };
    let left = "left; what runs there may go on";
    let wanted = [
        ("cat /etc/hostname in redis", "cat: exit code 0"),
        ("shell in redis", "sh: exit code 3"),
        ("forward a port to 6379", "stopped"),
        ("shell in redis", left),
    ];
    assert_eq!(all.len(), wanted.len());
    for (at, (action, message)) in wanted.into_iter().enumerate() {
        assert_eq!(told(at), (action.to_owned(), "done".to_owned(), message.to_owned()));
    }
    let body = &all[0].1[0]["body"];
    assert_eq!(body["command"], serde_json::json!(["cat", "/etc/hostname"]));
    assert_eq!(all[0].1[0]["path"], "/api/v1/namespaces/shop/pods/redis-0/exec");
}

#[test]
fn commands_are_not_kept_where_that_is_wanted() {
    let (mut pty, home) = redis("keep_commands = false\n");
    pty.send(":exec cat --password hunter2\r");
    pty.wait("its end", |text| text.contains("any key goes back to kx"));
    pty.send("x");
    pty.wait("kx again", |text| text.contains("RESTARTS"));
    pty.send(":namespaces\r");
    pty.wait("another page", |text| text.contains("kube-system"));
    pty.send(":journal\r");
    pty.wait("the command without its words", |text| {
        text.contains("cat … in redis (2 words not kept)") && text.contains("exit code 1")
    });
    leave(pty);
    let mut folders = vec![home.path().to_owned()];
    let mut read = String::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                read.push_str(&String::from_utf8_lossy(&std::fs::read(path).unwrap()));
            }
        }
    }
    assert!(read.contains("2 words not kept") && !read.contains("hunter2"), "{read}");
    assert!(read.contains("journal") && !read.contains("exec cat"), "{read}");
}
