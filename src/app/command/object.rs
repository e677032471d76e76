//! The commands that show an object by its name, as kubectl's words name it: `deploy web`, `deploy/web`.

use super::super::action::Action;
use super::super::prompt::Complaint;
use super::table::possible;
use super::words::Word;
use super::{Command, CommandInfo};

/// An object that is to be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectCommand {
    /// What to show of it: [`Action::Describe`], [`Action::Yaml`], [`Action::Rollout`] or [`Action::Finalizers`].
    pub face: Action,
    /// Its resource, by any of its names.
    pub resource: String,
    /// Its name.
    pub name: String,
    /// Its namespace; `None` for that of the context.
    pub namespace: Option<String>,
}

/// A command that shows an object in a way of its own, which is an action too.
const fn face(
    names: &'static [&'static str],
    doc: &'static str,
    make: fn(&[Word]) -> Result<Command, Complaint>,
) -> CommandInfo {
    let args = "[RESOURCE NAME|RESOURCE/NAME] [-n NAMESPACE]";
    CommandInfo { names, args, doc, refuses: possible, make }
}

/// The describe of an object.
pub(super) const DESCRIBE: CommandInfo = face(
    &["describe"],
    "describe an object as kubectl does; without a name, the one under the cursor",
    |args| of(args, Action::Describe),
);
/// The YAML of an object.
pub(super) const YAML: CommandInfo =
    face(&["yaml"], "show an object as YAML; without a name, the one under the cursor", |args| {
        of(args, Action::Yaml)
    });
/// The rollout of a workload.
pub(super) const ROLLOUT: CommandInfo = face(
    &["rollout"],
    "follow the rollout of a workload: how far it is, and why it is stuck; without a name, of the one under the cursor",
    |args| of(args, Action::Rollout),
);
/// What holds an object that is being deleted.
pub(super) const FINALIZERS: CommandInfo = face(
    &["finalizers"],
    "why an object that is being deleted is still there; without a name, the one under the cursor",
    |args| of(args, Action::Finalizers),
);

fn of(args: &[Word], face: Action) -> Result<Command, Complaint> {
    let mut named: Vec<(&Word, &str)> = Vec::new();
    let mut namespace = None;
    let mut rest = args.iter();
    while let Some(word) = rest.next() {
        let (flag, inline) = match word.text.split_once('=') {
            Some((flag, value)) if flag.starts_with("--") => (flag, Some(value)),
            _ => (word.text.as_str(), None),
        };
        match flag {
            "-n" | "--namespace" => {
                let value = inline.or_else(|| rest.next().map(|word| word.text.as_str()));
                let Some(value) = value.filter(|value| !value.is_empty()) else {
                    return complain(word, format!("a value must follow {flag}"));
                };
                namespace = Some(value.to_owned());
            }
            flag if flag.starts_with('-') => {
                return complain(word, format!("there is no flag {flag}; there is -n NAMESPACE"));
            }
            _ => match word.text.split_once('/') {
                Some((resource, name)) => named.extend([(word, resource), (word, name)]),
                None => named.push((word, &word.text)),
            },
        }
    }
    match named.as_slice() {
        [] if namespace.is_none() => Ok(Command::Action(face)),
        [(_, resource), (_, name)] if !resource.is_empty() && !name.is_empty() => {
            let (resource, name) = ((*resource).to_owned(), (*name).to_owned());
            Ok(Command::Object(ObjectCommand { face, resource, name, namespace }))
        }
        [_, _, (more, _), ..] => {
            complain(more, format!("one object is enough; {:?} is too much", more.text))
        }
        [(word, _), ..] => complain(word, "name the object too: RESOURCE NAME".to_owned()),
        [] => Err(Complaint {
            message: "name an object: RESOURCE NAME".to_owned(),
            at: args.first().map_or(0..0, |word| word.at.clone()),
        }),
    }
}

fn complain<T>(word: &Word, message: String) -> Result<T, Complaint> {
    Err(Complaint { message, at: word.at.clone() })
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn objects_are_named_as_kubectl_names_them() {
        let named = |line: &str| match parse(line) {
            Ok(Some(Command::Object(c))) => (c.face, c.resource, c.name, c.namespace),
            other => panic!("{line}: {other:?}"),
        };
        let web = |face, namespace: Option<&str>| {
            (face, "deploy".to_owned(), "web".to_owned(), namespace.map(str::to_owned))
        };
        assert_eq!(named("describe deploy web"), web(Action::Describe, None));
        assert_eq!(named("describe deploy/web -n shop"), web(Action::Describe, Some("shop")));
        assert_eq!(named("yaml -n shop deploy web"), web(Action::Yaml, Some("shop")));
        assert_eq!(named("yaml deploy/web --namespace=shop"), web(Action::Yaml, Some("shop")));
        assert_eq!(parse("describe"), Ok(Some(Command::Action(Action::Describe))));
    }

    #[test]
    fn a_complaint_says_where() {
        let at = |line: &str| parse(line).map_err(|c| line[c.at].to_owned()).unwrap_err();
        assert_eq!(at("describe deploy"), "deploy");
        assert_eq!(at("describe deploy/"), "deploy/");
        assert_eq!(at("describe deploy web more"), "more");
        assert_eq!(at("describe deploy/web db"), "db");
        assert_eq!(at("yaml deploy web -n"), "-n");
        assert_eq!(at("yaml deploy web -x"), "-x");
        assert_eq!(at("yaml -n shop"), "-n");
    }

    proptest! {
        #[test]
        fn any_words_are_a_command_or_a_complaint_inside(line in "(yaml|describe)( (-n|-n=x|--namespace=?|[a-z/]{0,4}|'))*") {
            if let Err(complaint) = parse(&line) {
                prop_assert!(line.get(complaint.at).is_some());
            }
        }
    }
}
