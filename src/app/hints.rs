//! What stands in the header and the footer: where one is, and the keys that matter here.

use crate::kinds::{Drill, modelled};

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
            Action::Yaml,
            Action::Filter,
            Action::CommandLine,
            Action::Help,
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
            Action::ToggleManagedFields,
            Action::CopyYaml,
            Action::Help,
            Action::Escape,
        ],
    ),
    (Layer::Help, &[Action::Search, Action::Escape]),
    (Layer::Picker, &[Action::Accept, Action::Mark, Action::ToggleFavourite, Action::Escape]),
    (Layer::Prompt, &[Action::Accept, Action::Complete, Action::Escape]),
];

impl App {
    /// The keys that matter here, the most useful first; the footer shows as many as fit.
    pub fn hints(&self) -> Vec<Hint> {
        let layer = self.layer();
        let offered = OFFERED.iter().find(|(l, _)| *l == layer).map_or(&[][..], |(_, a)| a);
        let hint = |action: &Action| {
            let key = self.keymap.keys(layer, *action).into_iter().next()?;
            let what = match (action, self.browse()) {
                (Action::DrillDown, Some(browse)) => below(browse).to_owned(),
                _ => action.info().short.to_owned(),
            };
            self.refusal(*action).is_none().then_some(Hint { action: *action, key, what })
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
                Page::Manifest(manifest) => {
                    crumbs.push(manifest.name.clone());
                    crumbs.push("yaml".to_owned());
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
fn below(browse: &Browse) -> &'static str {
    let resource = &browse.source.resource;
    match modelled(&resource.group, &resource.plural).map(|kind| kind.drill) {
        Some(Drill::Rows { plural, .. }) => plural,
        _ => Action::Yaml.info().short,
    }
}
