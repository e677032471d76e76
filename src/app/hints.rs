//! What stands in the header and the footer: where one is, and the keys that matter here.

use crate::change::{Of, offer};
use crate::kinds::{Drill, modelled};
use crate::map::View;
use crate::store::Row;

use super::action::Action;
use super::browse::Browse;
use super::namespaces::scope_words;
use super::{App, Layer, Page};

/// A key that matters here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// The action.
    pub action: Action,
    /// Its shortest key.
    pub key: String,
    /// What it does here, a word or two: enter on a deployment says `replicasets`.
    pub what: String,
}

/// The actions that the footer offers in each layer, the most useful first.
const OFFERED: &[(Layer, &[Action])] = &[
    (
        Layer::Browse,
        &[
            Action::DrillDown,
            Action::Filter,
            Action::Describe,
            Action::Logs,
            Action::Shell,
            Action::LookInside,
            Action::Yaml,
            Action::Surroundings,
            Action::CommandLine,
            Action::Help,
            Action::Scale,
            Action::Rollout,
            Action::Restart,
            Action::SuspendWork,
            Action::Trigger,
            Action::Mark,
            Action::ToggleWide,
            Action::Namespaces,
            Action::Contexts,
        ],
    ),
    (
        Layer::Manifest,
        &[
            Action::Search,
            Action::NextMatch,
            Action::Fold,
            Action::Describe,
            Action::LookInside,
            Action::ToggleManagedFields,
            Action::CopyYaml,
            Action::Help,
            Action::Escape,
        ],
    ),
    (
        Layer::Map,
        &[
            Action::OpenRow,
            Action::Fold,
            Action::NextView,
            Action::ToggleProblems,
            Action::Search,
            Action::Yaml,
            Action::Describe,
            Action::Surroundings,
            Action::Help,
        ],
    ),
    (
        Layer::Sheet,
        &[
            Action::DrillDown,
            Action::CopyUrl,
            Action::RestartForward,
            Action::StopForward,
            Action::KeepForward,
            Action::RemoveForward,
            Action::Search,
            Action::NextMatch,
            Action::Fold,
            Action::LookInside,
            Action::RollbackPrevious,
            Action::Restart,
            Action::Yaml,
            Action::Undo,
            Action::CopyText,
            Action::Help,
            Action::Escape,
        ],
    ),
    (
        Layer::Logs,
        &[
            Action::Filter,
            Action::Search,
            Action::ToggleFollow,
            Action::NextError,
            Action::GraverOnly,
            Action::ToggleHistogram,
            Action::TakeApart,
            Action::ToggleWrap,
            Action::PreviousLogs,
            Action::ReadFrom,
            Action::Mark,
            Action::Save,
            Action::Help,
            Action::Escape,
        ],
    ),
    (
        Layer::Session,
        &[
            Action::SessionFocus,
            Action::SessionZoom,
            Action::TileSessions,
            Action::NextSession,
            Action::CloseSession,
            Action::SessionHide,
            Action::Help,
        ],
    ),
    (
        Layer::Files,
        &[
            Action::OpenFile,
            Action::ParentFolder,
            Action::Download,
            Action::Upload,
            Action::Filter,
            Action::Mark,
            Action::Copies,
            Action::Retry,
            Action::Help,
            Action::Escape,
        ],
    ),
    (
        Layer::Form,
        &[Action::Accept, Action::NextField, Action::NextOption, Action::PageDown, Action::Escape],
    ),
    (Layer::Run, &[Action::Retry, Action::Cancel, Action::Quit, Action::Escape]),
    (
        Layer::Editor,
        &[
            Action::Accept,
            Action::Complete,
            Action::Suggest,
            Action::Escape,
            Action::NextProblem,
            Action::UndoEdit,
            Action::Search,
            Action::Replace,
            Action::Help,
        ],
    ),
    (Layer::Help, &[Action::Search, Action::Escape]),
    (Layer::Picker, &[Action::Accept, Action::Mark, Action::ToggleFavourite, Action::Escape]),
    (Layer::Prompt, &[Action::Accept, Action::Complete, Action::Escape]),
];

/// What looking inside does in YAML that hides something.
const REVEAL: &str = "values";
const HIDE: &str = "hide values";

/// What enter does on a line that leads somewhere.
const OPEN: &str = "open";

impl App {
    /// The keys that matter here, the most useful first; the footer shows as many as fit.
    pub fn hints(&self) -> Vec<Hint> {
        let layer = self.layer();
        let offered = OFFERED.iter().find(|(l, _)| *l == layer).map_or(&[][..], |(_, a)| a);
        let hint = |action: &Action| {
            let key = self.keymap.keys(layer, *action).into_iter().next()?;
            let what = match (action, self.page()) {
                (Action::DrillDown, Some(Page::Browse(browse))) => {
                    below(browse, browse.row(&self.store)).to_owned()
                }
                (Action::LookInside, Some(Page::Manifest(manifest))) if manifest.can_reveal() => {
                    if manifest.is_revealed() { HIDE } else { REVEAL }.to_owned()
                }
                (Action::LookInside, Some(Page::Sheet(sheet))) => {
                    if sheet.revealed()? { HIDE } else { REVEAL }.to_owned()
                }
                (Action::Accept, _) if layer == Layer::Form => self.form()?.verb(),
                (Action::Accept, _) if layer == Layer::Editor => "review".to_owned(),
                (Action::NextProblem, _) => {
                    let some = self.editor().is_some_and(|editor| !editor.problems.is_empty());
                    some.then(|| action.info().short.to_owned())?
                }
                // Where a line leads nowhere, enter folds, and that has a hint of its own.
                (Action::DrillDown, Some(Page::Sheet(sheet))) => {
                    sheet.go().map(|_| OPEN)?.to_owned()
                }
                // Its key copies the URL here.
                (Action::CopyText, Some(Page::Sheet(sheet))) if sheet.forward().is_some() => None?,
                // Elsewhere it would be some change of before.
                (Action::Undo, Some(Page::Sheet(sheet))) => {
                    sheet.entry().map(|_| action.info().short)?.to_owned()
                }
                _ => action.info().short.to_owned(),
            };
            if layer == Layer::Run && !self.run_offers(*action) {
                return None;
            }
            let listed = self.picker().filter(|_| layer == Layer::Picker);
            if listed.is_some_and(|picker| !picker.choice.offers(*action)) {
                return None;
            }
            // A page that is about no object has nothing to change.
            let nothing = action.info().writes
                && *action != Action::Undo
                && self.sheet().is_some_and(|sheet| sheet.about.is_none());
            // What the server offers of objects is known once it was asked.
            let unknown = offer(action.name()).is_some_and(|o| matches!(o.of, Of::Subresource(_)))
                && !self.context().discovered;
            let idle = nothing || unknown || self.form().is_some_and(|form| !form.offers(*action));
            (!idle && self.refusal(*action).is_none()).then_some(Hint {
                action: *action,
                key,
                what,
            })
        };
        let mut hints: Vec<Hint> = offered.iter().filter_map(hint).collect();
        // Where enter shows the YAML, a second key for it says nothing.
        hints.dedup_by(|b, a| a.what == b.what);
        hints
    }

    /// The way here, the oldest first: `deployments`, `web`, `replicasets`.
    pub fn crumbs(&self) -> Vec<String> {
        let context = self.context();
        let mut crumbs = Vec::new();
        if let Some(show) = &context.awaiting {
            return vec![show.resource.clone()];
        }
        for page in context.pages() {
            match page {
                Page::Browse(browse) => {
                    crumbs.extend(browse.parent.as_ref().map(|parent| parent.name.clone()));
                    crumbs.push(browse.title().to_owned());
                }
                Page::Map(map) => match &map.view {
                    View::Around(root) => {
                        crumbs.push(root.name.to_string());
                        crumbs.push("map".to_owned());
                    }
                    view => crumbs.extend(["map".to_owned(), view.name().to_owned()]),
                },
                Page::Manifest(manifest) => {
                    crumbs.push(manifest.name.clone());
                    crumbs.push("yaml".to_owned());
                }
                Page::Sheet(sheet) => crumbs.extend(sheet.crumbs()),
                Page::Files(files) => crumbs.extend(files.crumbs()),
                Page::Logs(logs) => {
                    crumbs.push(logs.title.clone());
                    crumbs.push("logs".to_owned());
                }
            }
        }
        crumbs
    }

    /// The namespaces in view, in words: `all`, `shop`, `shop, web`.
    pub fn scope_words(&self) -> String {
        let scope = self.browse().filter(|b| b.source.resource.namespaced).map(|b| &b.source.scope);
        scope_words(scope.unwrap_or(&self.context().scope))
    }

    /// Whether rows of more than one namespace may be in view, so that the namespace must stand beside each.
    pub fn several_namespaces(&self) -> bool {
        self.browse().is_some_and(Browse::several_namespaces)
    }
}

/// What enter leads to.
fn below(browse: &Browse, row: Option<&Row>) -> &'static str {
    let resource = &browse.source.resource;
    let kind = modelled(&resource.group, &resource.plural);
    if row.zip(kind).is_some_and(|(row, kind)| (kind.command)(row).is_some()) {
        return Action::DrillDown.info().short;
    }
    match kind.map(|kind| kind.drill) {
        Some(Drill::Rows { plural, .. }) => plural,
        Some(Drill::Sheet) => Action::LookInside.info().short,
        Some(Drill::Defined) => "objects",
        Some(Drill::Yaml) | None => Action::Yaml.info().short,
    }
}
