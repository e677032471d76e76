//! `exec`: a command in a container of what is under the cursor. Its words are not kx's: nothing in them is a filter or a flag.

use super::super::action::Action;
use super::super::prompt::Complaint;
use super::words::plain;
use super::{Command, CommandInfo};

/// Runs a command in a container.
pub(super) const EXEC: CommandInfo = CommandInfo {
    names: &["exec"],
    args: "[-c CONTAINER] COMMAND…",
    doc: "run a command in a container of the pod, or of a ready one of the workload or service; in those of all marked rows, side by side",
    refuses: |app| app.refusal(Action::Shell),
    make: |_| Err(Complaint { message: NOTHING.to_owned(), at: 0..0 }),
};

const NOTHING: &str = "name a command: exec [-c CONTAINER] COMMAND…";

/// The command of this line, where it is one of these.
pub(super) fn parse(line: &str) -> Option<Result<Command, Complaint>> {
    let first = line.split_whitespace().next()?;
    EXEC.names.contains(&first).then(|| of(line))
}

fn of(line: &str) -> Result<Command, Complaint> {
    let words = plain(line)?;
    let end = line.len();
    let complain = |message: &str| Complaint { message: message.to_owned(), at: end..end };
    let mut words = words.into_iter().skip(1).peekable();
    let mut container = None;
    while let Some(flag) = words.next_if(|word| matches!(&*word.text, "-c" | "--container")) {
        let Some(name) = words.next() else {
            return Err(Complaint {
                message: "a container must follow -c".to_owned(),
                at: flag.at,
            });
        };
        container = Some(name.text);
    }
    // As kubectl's users write it.
    words.next_if(|word| word.text == "--");
    let words: Vec<String> = words.map(|word| word.text).collect();
    if words.is_empty() {
        return Err(complain(NOTHING));
    }
    Ok(Command::Exec { words, container })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn exec(line: &str) -> (Vec<String>, Option<String>) {
        match Command::parse(line) {
            Ok(Some(Command::Exec { words, container })) => (words, container),
            other => panic!("{line}: {other:?}"),
        }
    }

    #[test]
    fn words_are_the_commands_own() {
        assert_eq!(exec("exec cat /etc/hosts -n").0, ["cat", "/etc/hosts", "-n"]);
        assert_eq!(exec("exec sh -c 'echo \"a b\"'").0, ["sh", "-c", "echo \"a b\""]);
        assert_eq!(
            exec(" exec -c main -- ls -c x"),
            (["ls", "-c", "x"].map(str::to_owned).to_vec(), Some("main".to_owned()))
        );
        for nothing in ["exec", "exec -c", "exec -c main", "exec --"] {
            assert!(Command::parse(nothing).is_err(), "{nothing}");
        }
    }

    proptest! {
        #[test]
        fn any_line_is_a_command_or_a_complaint_inside(line in "exec( (-c|--|/[a-z]|'|\"|[a-z=é]{0,4}))*") {
            if let Err(complaint) = Command::parse(&line) {
                prop_assert!(line.get(complaint.at).is_some());
            }
        }
    }
}
