//! The commands about releases of Helm: which page or table, of which revision.

use super::super::prompt::Complaint;
use super::table::possible;
use super::words::Word;
use super::{Command, CommandInfo};
use crate::helm::Page;

/// What is asked of a release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HelmCommand {
    /// What to show of it.
    pub what: HelmWhat,
    /// The release's name; `None` for the one under the cursor.
    pub name: Option<String>,
    /// Its namespace; `None` for that of the context.
    pub namespace: Option<String>,
    /// The revision; `None` for the newest.
    pub revision: Option<i64>,
}

/// What can be shown of a release.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HelmWhat {
    /// The table of its revisions.
    History,
    /// A page about a revision.
    Page(Page),
}

/// The page of a release.
pub(super) const STATUS: CommandInfo =
    info(&["helm-status"], "how a release of Helm is doing, and what belongs to it", |args| {
        of(args, HelmWhat::Page(Page::Status))
    });
/// The table of its revisions.
pub(super) const HISTORY: CommandInfo =
    info(&["helm-history"], "the revisions of a release of Helm", |args| {
        of(args, HelmWhat::History)
    });
/// The values that it was given.
pub(super) const VALUES: CommandInfo =
    info(&["helm-values"], "the values that a release of Helm was given", |args| {
        of(args, HelmWhat::Page(Page::Values))
    });
/// All its values.
pub(super) const ALL_VALUES: CommandInfo = info(
    &["helm-all-values"],
    "the values of a release of Helm with the defaults of its chart",
    |args| of(args, HelmWhat::Page(Page::AllValues)),
);
/// Its notes.
pub(super) const NOTES: CommandInfo =
    info(&["helm-notes"], "the notes of a release of Helm", |args| {
        of(args, HelmWhat::Page(Page::Notes))
    });
/// What it rendered.
pub(super) const MANIFEST: CommandInfo =
    info(&["helm-manifest"], "what a release of Helm rendered", |args| {
        of(args, HelmWhat::Page(Page::Manifest))
    });
/// What changed in it.
pub(super) const DIFF: CommandInfo = CommandInfo {
    names: &["helm-diff"],
    args: "[NAME] [-n NAMESPACE] [--revision N] [--with N]",
    doc: "what changed in a release of Helm since the revision before, or between two marked ones",
    refuses: possible,
    make: |args| of(args, HelmWhat::Page(Page::Diff(None))),
};

const fn info(
    names: &'static [&'static str],
    doc: &'static str,
    make: fn(&[Word]) -> Result<Command, Complaint>,
) -> CommandInfo {
    CommandInfo {
        names,
        args: "[NAME] [-n NAMESPACE] [--revision N]",
        doc,
        refuses: possible,
        make,
    }
}

fn of(args: &[Word], what: HelmWhat) -> Result<Command, Complaint> {
    let mut command = HelmCommand { what, name: None, namespace: None, revision: None };
    let mut rest = args.iter();
    while let Some(word) = rest.next() {
        if !word.text.starts_with('-') {
            if command.name.is_some() {
                let message = format!("one release is enough; {:?} is too much", word.text);
                return complain(word, message);
            }
            command.name = Some(word.text.clone());
            continue;
        }
        let (flag, inline) = match word.text.split_once('=') {
            Some((flag, value)) => (flag, Some(value.to_owned())),
            None => (word.text.as_str(), None),
        };
        let value = inline.or_else(|| rest.next().map(|word| word.text.clone()));
        let Some(value) = value.filter(|value| !value.is_empty()) else {
            return complain(word, format!("a value must follow {flag}"));
        };
        let number = || match value.parse::<i64>() {
            Ok(number) if number > 0 => Ok(number),
            _ => complain(word, format!("{value:?} is no revision; revisions are numbered from 1")),
        };
        match (flag, &mut command.what) {
            ("-n" | "--namespace", _) => command.namespace = Some(value),
            ("--revision", _) => command.revision = Some(number()?),
            ("--with", HelmWhat::Page(Page::Diff(with))) => *with = Some(number()?),
            _ => {
                return complain(
                    word,
                    format!("there is no flag {flag}; there are -n NAMESPACE and --revision N"),
                );
            }
        }
    }
    Ok(Command::Helm(command))
}

fn complain<T>(word: &Word, message: String) -> Result<T, Complaint> {
    Err(Complaint { message, at: word.at.clone() })
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::*;

    fn parsed(line: &str) -> HelmCommand {
        match parse(line) {
            Ok(Some(Command::Helm(command))) => command,
            other => panic!("{line}: {other:?}"),
        }
    }

    #[test]
    fn release_namespace_and_revisions() {
        let command = parsed("helm-diff web -n shop --revision=3 --with 1");
        assert_eq!(command.what, HelmWhat::Page(Page::Diff(Some(1))));
        assert_eq!((command.name.as_deref(), command.revision), (Some("web"), Some(3)));
        assert_eq!(command.namespace.as_deref(), Some("shop"));
        assert_eq!(parsed("helm-history").name, None);
    }

    #[test]
    fn a_complaint_says_where() {
        let at = |line: &str| parse(line).map_err(|c| line[c.at].to_owned()).unwrap_err();
        assert_eq!(at("helm-values a b"), "b");
        assert_eq!(at("helm-values a --revision zero"), "--revision");
        assert_eq!(at("helm-values a --revision 0"), "--revision");
        assert_eq!(at("helm-values a --with 1"), "--with");
        assert_eq!(at("helm-values -n"), "-n");
    }
}
