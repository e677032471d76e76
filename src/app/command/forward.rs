//! `forwards` and `port-forward`.

use crate::forward::{Spec, Wanted};

use super::super::action::Action;
use super::super::prompt::Complaint;
use super::table::possible;
use super::words::Word;
use super::{Command, CommandInfo};

/// Lists the port forwards.
pub(super) const FORWARDS: CommandInfo = CommandInfo {
    names: &["forwards", "pf", "portforwards"],
    args: "",
    doc: "list the port forwards: where each leads, and what passes",
    refuses: possible,
    make: |args| match args.first() {
        None => Ok(Command::Forwards),
        Some(word) => complain(word, "nothing can follow here"),
    },
};

/// Forwards a port.
pub(super) const PORT_FORWARD: CommandInfo = CommandInfo {
    names: &["port-forward"],
    args: "[[LOCAL:]REMOTE] [--address ADDRESS]",
    doc: "forward a port of this machine to the pod, or to a ready one of the workload or service; without a port, ask",
    refuses: |app| app.refusal(Action::PortForward),
    make: port_forward,
};

fn port_forward(args: &[Word]) -> Result<Command, Complaint> {
    let (mut spec, mut address) = (None, None);
    let mut args = args.iter();
    while let Some(word) = args.next() {
        let text = word.text.as_str();
        let inline = text.strip_prefix("--address=");
        if let Some(value) = inline.or(if text == "--address" { Some("") } else { None }) {
            let value = if inline.is_some() {
                Some(value)
            } else {
                args.next().map(|word| word.text.as_str())
            };
            let Some(value) = value.filter(|value| !value.is_empty()) else {
                return complain(word, "an address must follow --address");
            };
            if let Err(why) = Wanted::check_address(value) {
                return complain(word, &why);
            }
            address = Some(value.to_owned());
        } else if spec.is_some() {
            return complain(word, "one port at a time: a forward has a line of its own");
        } else {
            match Spec::parse(text) {
                Ok(read) => spec = Some(read),
                Err(why) => return complain(word, &why),
            }
        }
    }
    Ok(Command::PortForward { spec, address })
}

fn complain<T>(word: &Word, message: &str) -> Result<T, Complaint> {
    Err(Complaint { message: message.to_owned(), at: word.at.clone() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forward::{Local, Remote};

    #[test]
    fn ports_and_address() {
        let parse =
            |line: &str| Command::parse(line).map_err(|complaint| line[complaint.at].to_owned());
        let spec = |local, remote| Some(Spec { local, remote });
        let forward = |spec, address: Option<&str>| {
            Ok(Some(Command::PortForward { spec, address: address.map(str::to_owned) }))
        };
        assert_eq!(parse("port-forward"), forward(None, None));
        assert_eq!(
            parse("port-forward 8080:http --address 0.0.0.0"),
            forward(spec(Local::Exactly(8080), Remote::Name("http".into())), Some("0.0.0.0"))
        );
        assert_eq!(
            parse("port-forward --address=::1 80"),
            forward(spec(Local::Same, Remote::Number(80)), Some("::1"))
        );
        assert_eq!(parse("pf"), Ok(Some(Command::Forwards)));
        for (line, at) in [
            ("port-forward 1 2", "2"),
            ("port-forward 0", "0"),
            ("port-forward --address", "--address"),
            ("pf x", "x"),
        ] {
            assert_eq!(parse(line), Err(at.to_owned()), "{line}");
        }
    }
}
