//! Releases of Helm: rolled back and uninstalled as Helm 3 does it (`helm.sh/helm/v3/pkg/action`), step by step, each step a change of its own.
//!
//! One thing is other than there, and is meant: where a hook of a rollback fails, Helm goes without a word in the record. The new revision stays
//! `pending-rollback` for ever, and every upgrade is refused because another operation seems to be under way. Here the record says that it failed, and
//! why, as Helm itself has it where an object is refused.

mod apply;
mod hook;
mod merge;
mod plan;
mod plan_lines;
mod rolling;
mod step;
mod uninstall;

use crate::helm::{About, read};
use crate::kinds::Resource;
use crate::sheet::{Facts, Line, Sheet};
use crate::store::Row;

use super::{Proposal, Target};

/// Whether these are releases, or revisions of them.
pub(super) fn are_releases(targets: &[Target]) -> bool {
    targets.first().is_some_and(|target| is_helm(&target.resource))
}

fn is_helm(resource: &Resource) -> bool {
    resource.group == "helm.sh"
}

/// Goes back to a revision that is chosen, or to the one before.
pub(super) fn rollback(targets: Vec<Target>, previous: bool) -> Box<dyn Proposal> {
    Box::new(rolling::Rolling::new(targets, previous))
}

/// Takes releases away.
pub(super) fn uninstall(targets: Vec<Target>) -> Box<dyn Proposal> {
    Box::new(uninstall::Uninstalling::new(targets))
}

/// How a run is taken back: by going back to the revision that the release had before, where there is one.
#[derive(Clone, Debug)]
#[expect(clippy::struct_field_names, reason = "it is what `Deed::takes_back` says")]
pub(super) struct Back {
    /// The release.
    release: Target,
    /// The revision that it had; or why nothing leads back.
    to: Result<i64, &'static str>,
    /// What the run itself takes back, by its id in the journal.
    takes_back: Option<String>,
}

impl Back {
    /// The page that takes the change of this id back, and with it its whole run.
    fn proposal(&self, id: &str) -> Result<Box<dyn Proposal>, String> {
        match self.to {
            Ok(revision) => {
                let rolling = rolling::Rolling::to_revision(self.release.clone(), revision, id);
                Ok(Box::new(rolling))
            }
            Err(why) => Err(format!("release {} of Helm: {why}", self.release.name)),
        }
    }
}

/// What is written of releases, one below the other.
fn sheet(targets: &[Target], lines_of: impl Fn(&Target) -> Vec<Line>) -> Sheet {
    let mut lines = Vec::new();
    for target in targets {
        if !lines.is_empty() {
            lines.push(Line::default());
        }
        lines.extend(lines_of(target));
    }
    Sheet { lines, changes_in: None }
}

/// The release of a row, and the revision where it is one of a revision.
fn about(target: &Target) -> About {
    let (mut name, mut revision) = (target.name.clone(), None);
    if target.resource.plural == "revisions"
        && let Some((release, number)) = target.name.rsplit_once(".v")
        && let Ok(number) = number.parse()
    {
        (name, revision) = (release.to_owned(), Some(number));
    }
    About { namespace: target.namespace.clone(), name, revision }
}

/// The revisions of a release, the newest first.
fn revisions<'a>(about: &About, facts: &Facts<'a>) -> Result<Vec<&'a Row>, String> {
    let rows = read::rows(about, facts).known();
    rows.map_err(|why| {
        why.unwrap_or_else(|| format!("the revisions of {} are being read", about.name))
    })
}

/// What Helm's labels say of a revision's status.
fn status(row: &Row) -> &str {
    let label = row.labels.iter().find(|(key, _)| &**key == "status");
    label.map_or("", |(_, value)| value)
}
