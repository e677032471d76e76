//! jq expressions over logs in a real pseudo-terminal: what does not end ends a process of its own, and kx goes on.

use crate::kx;
use crate::pty::Pty;

/// The processes that kx started, by what they were started with.
fn children(pty: &Pty) -> Vec<String> {
    let mut found = Vec::new();
    for folder in std::fs::read_dir("/proc").unwrap().flatten() {
        let read =
            |file: &str| std::fs::read_to_string(folder.path().join(file)).unwrap_or_default();
        let stat = read("stat");
        let parent =
            stat.rsplit_once(") ").and_then(|(_, rest)| rest.split(' ').nth(1)?.parse().ok());
        if parent == Some(pty.pid()) {
            found.push(read("cmdline").replace('\0', " "));
        }
    }
    found
}

#[test]
fn results_stand_in_the_place_of_lines_and_what_does_not_end_harms_nothing() {
    let (command, _home) = kx(&["demo", "deploy", "-n", "shop"]);
    let mut pty = Pty::start(command, 120, 30);
    pty.wait("the shop", |text| text.contains("catalog") && text.contains("live"));
    pty.send("/^catalog$\r");
    pty.wait("one row", |text| text.contains("catalog") && !text.contains("postgres"));
    pty.send("l");
    pty.wait("lines", |text| text.contains("INF request  path=") || text.contains("app=catalog"));
    pty.send("J");
    pty.wait("the question", |text| text.contains("jq over lines of JSON"));
    pty.send("\"<\" + .level + \">\"\r");
    pty.wait("results", |text| text.contains("<info>") && text.contains("jq \"<\""));
    assert_eq!(children(&pty).len(), 1, "{:?}", children(&pty));

    pty.send("J\x15select(.level == \"error\") | .level\r");
    pty.wait("only what is chosen", |text| {
        text.contains("jq select") && text.contains(" of ") && !text.contains("<info>")
    });

    pty.send("J\x15def f: 1 + f; f\r");
    pty.wait("that it goes too deep", |text| {
        text.contains("goes too deep") && text.contains("lines are shown as written")
    });
    pty.send("J\x15last(repeat(.))\r");
    // Keys are answered meanwhile.
    pty.send("#");
    pty.wait("that it does not end", |text| text.contains("does not end"));
    pty.wait("the lines as they were", |text| text.contains("app=catalog"));
    pty.until("nothing of it goes on", |pty| children(pty).is_empty());
    pty.send(":q\r");
    assert!(pty.end().success());
}
