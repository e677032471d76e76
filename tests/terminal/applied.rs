//! A file that makes its own namespace and its own kind, applied as a person does it.

use crate::kx;
use crate::pty::Pty;

/// The text of all documents, with a name of their own.
fn all() -> String {
    include_str!("../fixtures/applied.yaml").replace("NAME", "own")
}

/// Words as they are read, wherever the lines of the screen end.
fn says(screen: &str, words: &str) -> bool {
    screen.split_whitespace().collect::<Vec<_>>().join(" ").contains(words)
}

#[test]
fn a_file_with_its_own_namespace_and_kind_is_shown_and_applied_by_one_key() {
    let (command, home) = kx(&["demo", "namespaces"]);
    let file = home.path().join("all.yaml");
    std::fs::write(&file, all()).unwrap();
    let mut pty = Pty::start(command, 180, 110);
    pty.wait("the demo's namespaces", |text| text.contains("kube-system"));
    pty.send(&format!(":apply {}\r", file.display()));
    pty.wait("what the server says of each, and why it says nothing of two", |text| {
        let needed = [
            "before namespace/x-applied-own and customresourcedefinition/widgets.own.example.org is there",
            "before namespace/x-applied-own is there",
        ];
        let words = |needed| format!("the server cannot say what it would store {needed}");
        text.matches("The server would make this:").count() == 2
            && needed.iter().all(|needed| says(text, &words(needed)))
            && text.contains("enter apply")
    });
    pty.send("\r");
    pty.wait("that all of it is done", |text| text.contains("all 4 done"));
    pty.send("\x1b[27u:cm x-applied-own\r");
    pty.wait("what is stored", |text| text.contains("two") && text.contains("live"));
    pty.send(":q\r");
    assert!(pty.end().success());
}

/// Nobody can ask the server about it yet, and its schemas are known all the same.
#[test]
fn a_field_that_no_schema_knows_is_told_with_its_line() {
    let (command, home) = kx(&["demo", "namespaces"]);
    let file = home.path().join("all.yaml");
    std::fs::write(&file, all().replace("data: {a: b}", "dota: {a: b}")).unwrap();
    let mut pty = Pty::start(command, 180, 110);
    pty.wait("the demo's namespaces", |text| text.contains("kube-system"));
    pty.send(&format!(":apply {}\r", file.display()));
    let line = all().lines().position(|line| line.starts_with("data:")).unwrap() + 1;
    let words = format!("line {line}: there is no field dota; did you mean data?");
    pty.wait("what is known of it", |text| text.contains(&words));
    // What a person leaves is kept.
    pty.send("\x1b[27u");
    pty.wait("where the text is", |text| text.contains("the draft is kept in"));
    pty.send(":q\r");
    assert!(pty.end().success());
}
