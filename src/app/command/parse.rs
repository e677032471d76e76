//! Typed text becomes a command.

use crate::store::{Scope, Selector};

use super::super::prompt::Complaint;
use super::table::{COMMANDS, complain};
use super::words::{Word, words};
use super::{Command, Show, exec, express};

/// The namespaces that these words name, with commas or without; `None` where there is no word. `all` and `*` are all of them.
pub(super) fn scope<'a>(words: impl Iterator<Item = &'a str>) -> Option<Scope> {
    let mut names: Vec<&str> =
        words.flat_map(|word| word.split(',')).map(str::trim).filter(|n| !n.is_empty()).collect();
    if names.is_empty() {
        return None;
    }
    if names.iter().any(|name| matches!(*name, "all" | "*")) {
        return Some(Scope::All);
    }
    names.sort_unstable();
    names.dedup();
    Some(Scope::Namespaces(names.into_iter().map(Into::into).collect()))
}

/// Parses a line; nothing in it is lower-cased.
///
/// # Errors
/// Says what is wrong, and where.
pub fn parse(line: &str) -> Result<Option<Command>, Complaint> {
    if let Some(command) = exec::parse(line) {
        return command.map(Some);
    }
    if let Some(command) = express::parse(line) {
        return Ok(Some(command));
    }
    let (words, filter) = words(line)?;
    let Some((first, rest)) = words.split_first() else { return Ok(None) };
    if let Some(command) = COMMANDS.iter().find(|c| c.names.contains(&first.text.as_str())) {
        let mut args = rest.to_vec();
        match filter {
            // What would be a filter after a resource is a path here.
            Some(Word { text, at }) if command.takes_path() => {
                args.push(Word { text: format!("/{text}"), at });
            }
            Some(filter) => return complain(&filter, format!("{} takes no filter", first.text)),
            None => {}
        }
        return (command.make)(&args).map(Some);
    }
    show(first, rest, filter).map(|show| Some(Command::Show(show)))
}

fn show(first: &Word, rest: &[Word], filter: Option<Word>) -> Result<Show, Complaint> {
    let mut show = Show {
        resource: first.text.clone(),
        at: first.at.clone(),
        filter: filter.map(|word| word.text),
        ..Show::default()
    };
    let mut namespaces: Vec<String> = Vec::new();
    let mut all = false;
    let mut rest = rest.iter();
    while let Some(word) = rest.next() {
        let text = word.text.as_str();
        if let Some(context) = text.strip_prefix('@') {
            if context.is_empty() {
                return complain(word, "the name of a context must follow @".to_owned());
            }
            show.context = Some(context.to_owned());
            continue;
        }
        if !text.starts_with('-') {
            namespaces.push(text.to_owned());
            continue;
        }
        let (flag, inline) = split_flag(text);
        if matches!(flag, "-A" | "--all-namespaces") {
            all = true;
            continue;
        }
        let mut value =
            || match inline.map(str::to_owned).or_else(|| rest.next().map(|w| w.text.clone())) {
                Some(value) if !value.is_empty() => Ok(value),
                _ => complain(word, format!("a value must follow {flag}")),
            };
        match flag {
            "-n" | "--namespace" => namespaces.push(value()?),
            "-l" | "--selector" => {
                let labels = value()?;
                if let Err(error) = Selector::parse(&labels) {
                    return complain(word, error.to_string());
                }
                if !show.labels.is_empty() {
                    show.labels.push(',');
                }
                show.labels.push_str(&labels);
            }
            "--field-selector" => show.fields = value()?,
            "--context" => show.context = Some(value()?),
            _ => {
                let flags = "-n NAMESPACE, -A, -l SELECTOR, --field-selector, --context";
                return complain(word, format!("there is no flag {flag}; there are {flags}"));
            }
        }
    }
    show.scope = if all { Some(Scope::All) } else { scope(namespaces.iter().map(String::as_str)) };
    Ok(show)
}

/// `--flag=value`, `-nvalue`, `-n`.
fn split_flag(text: &str) -> (&str, Option<&str>) {
    if text.starts_with("--") {
        return text.split_once('=').map_or((text, None), |(flag, value)| (flag, Some(value)));
    }
    let end = text.char_indices().nth(2).map_or(text.len(), |(at, _)| at);
    let (flag, value) = text.split_at(end);
    let value = value.strip_prefix('=').unwrap_or(value);
    (flag, (!value.is_empty()).then_some(value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::change::edit::Aim;
    use proptest::prelude::*;

    fn shown(line: &str) -> Show {
        match parse(line) {
            Ok(Some(Command::Show(show))) => show,
            other => panic!("{line}: {other:?}"),
        }
    }

    #[expect(clippy::unnecessary_wraps, reason = "compared with an optional scope")]
    fn names(names: &[&str]) -> Option<Scope> {
        Some(Scope::Namespaces(names.iter().map(|n| (*n).into()).collect()))
    }

    #[test]
    fn resources_with_namespaces_labels_filter_and_context() {
        assert_eq!(shown("deploy kube-system").scope, names(&["kube-system"]));
        assert_eq!(shown("po -n b,a -nc").scope, names(&["a", "b", "c"]));
        assert_eq!(shown("po -A -l app=Web").labels, "app=Web");
        assert_eq!(shown("po -A").scope, Some(Scope::All));
        assert_eq!(shown("po all").scope, Some(Scope::All));
        assert_eq!(shown("po --namespace=x").scope, names(&["x"]));
        assert_eq!(shown("po -l 'a in (b, c)' -l d").labels, "a in (b, c),d");
        assert_eq!(shown("po kube /web app ").filter.as_deref(), Some("web app"));
        assert_eq!(shown("po @Lab").context.as_deref(), Some("Lab"));
        assert_eq!(shown("certificates.cert-manager.io").resource, "certificates.cert-manager.io");
        assert_eq!(shown("PO").resource, "PO");
    }

    #[test]
    fn commands() {
        assert_eq!(parse("ctx"), Ok(Some(Command::Context(None))));
        assert_eq!(parse(" ctx  lab "), Ok(Some(Command::Context(Some("lab".into())))));
        assert_eq!(parse("ns"), Ok(Some(Command::Namespaces(None))));
        assert_eq!(parse("ns b a"), Ok(Some(Command::Namespaces(names(&["a", "b"])))));
        assert_eq!(parse("cluster"), Ok(Some(Command::Cluster)));
        assert_eq!(parse("pulse"), Ok(Some(Command::Cluster)));
        let raw =
            |path: &str, beginning: &str| Ok(Some(Command::Raw(path.into(), beginning.into())));
        assert_eq!(parse("raw /readyz/etcd?verbose"), raw("/readyz/etcd?verbose", ""));
        assert_eq!(parse("raw /metrics etcd_"), raw("/metrics", "etcd_"));
        assert_eq!(parse("raw"), raw("", ""));
        assert_eq!(parse("q!"), Ok(Some(Command::Quit)));
        assert_eq!(
            parse("events-grouped a,b"),
            Ok(Some(Command::GroupedEvents(names(&["a", "b"]))))
        );
        assert_eq!(parse("files /var/a b"), Ok(Some(Command::Files(Some("/var/a b".into())))));
        assert_eq!(parse("files"), Ok(Some(Command::Files(None))));
        let text = |file: &str| Ok(Some(Command::Text(Aim::Apply, Some(file.to_owned()))));
        assert_eq!(parse("apply /tmp/all.yaml"), text("/tmp/all.yaml"));
        assert_eq!(parse("apply dir/all.yaml"), text("dir/all.yaml"));
        assert_eq!(parse("  "), Ok(None));
    }

    #[test]
    fn questions_about_access() {
        use crate::access::{Asked, Who};
        let asked = |line: &str| match parse(line) {
            Ok(Some(Command::Access(asked))) => asked,
            other => panic!("{line}: {other:?}"),
        };
        assert_eq!(asked("access"), Asked::Subjects { namespace: String::new() });
        assert_eq!(
            asked("access 'user/Jane Doe' -n shop"),
            Asked::Rights { who: Who::user("Jane Doe"), namespace: "shop".to_owned() }
        );
        let can = |what: &str, namespace: &str, name: &str| {
            let [verb, what, namespace, name] = ["get", what, namespace, name].map(str::to_owned);
            Asked::WhoCan { verb, what, namespace, name }
        };
        assert_eq!(asked("who-can get secrets -n shop db"), can("secrets", "shop", "db"));
        assert_eq!(asked("who-can get /healthz/etcd"), can("/healthz/etcd", "", ""));
        assert_eq!(asked("can-i"), Asked::CanI { namespaces: Vec::new() });
    }

    #[test]
    fn a_complaint_says_where() {
        let at = |line: &str| parse(line).map_err(|c| line[c.at].to_owned()).unwrap_err();
        assert_eq!(at("po -x"), "-x");
        assert_eq!(at("po -n"), "-n");
        assert_eq!(at("po -l 'a b"), "'a b");
        assert_eq!(at("po @"), "@");
        assert_eq!(at("ctx a b"), "b");
        assert_eq!(at("po -l a=b=c"), "-l");
        assert_eq!(at("access jane"), "jane");
        assert_eq!(at("who-can get"), "get");
        assert_eq!(at("who-can get pods -x"), "-x");
        assert_eq!(at("who-can"), "");
        assert_eq!(at("access /x"), "/x");
    }

    proptest! {
        #[test]
        fn any_line_is_a_command_or_a_complaint_inside_it(line in ".*") {
            if let Err(complaint) = parse(&line) {
                prop_assert!(line.get(complaint.at).is_some());
            }
        }

        #[test]
        fn any_flags_are_a_command_or_a_complaint(line in "po( (-[nlAx=é]{0,3}|--[a-z=]{0,9}|@?[a-z,]{0,3}|['\"/]))*") {
            let _ = parse(&line);
        }
    }
}
