//! `jq`: an expression over the lines of logs. All that follows is the expression: nothing in it is a filter or a flag.

use super::super::action::Action;
use super::super::prompt::Complaint;
use super::{Command, CommandInfo};

/// Shows what an expression makes of lines.
pub(super) const EXPRESS: CommandInfo = CommandInfo {
    names: &["jq"],
    args: "[EXPRESSION]",
    doc: "in logs, show what a jq expression makes of lines of JSON instead of them, and leave those out for which it gives nothing; without one, ask",
    refuses: |app| match app.logs() {
        Some(_) => None,
        None => Some("only lines of logs are evaluated: open logs first".to_owned()),
    },
    make: |_| Err(Complaint { message: String::new(), at: 0..0 }),
};

/// The command of this line, where it is this one.
pub(super) fn parse(line: &str) -> Option<Command> {
    let line = line.trim();
    let (first, expression) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    if !EXPRESS.names.contains(&first) {
        return None;
    }
    Some(match expression.trim() {
        "" => Command::Action(Action::Express),
        expression => Command::Express(expression.to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_that_follows_is_the_expression() {
        let parse = |line| Command::parse(line).unwrap().unwrap();
        assert_eq!(parse(" jq .a /b -n 'c"), Command::Express(".a /b -n 'c".to_owned()));
        assert_eq!(parse("jq"), Command::Action(Action::Express));
    }
}
