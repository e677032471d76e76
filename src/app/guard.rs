//! Guardrails at work: what they refuse, what they want to be typed first, and their colour.

use crate::change::{Change, Target};
use crate::guardrail::{Guardrail, Guardrails};
use crate::store::Scope;

use super::action::Action;
use super::may::LOOKED_AT;
use super::{App, Page};

impl App {
    /// What is forbidden, or wants to be confirmed.
    pub fn guardrails(&self) -> &Guardrails {
        &self.setup.guardrails
    }

    /// Whether what writes is refused in the context in view.
    pub fn read_only(&self) -> bool {
        self.setup.read_only || self.setup.guardrails.read_only(&self.context).is_some()
    }

    /// Why nothing at all may be changed in the context in view.
    pub(super) fn is_closed(&self) -> Option<String> {
        self.closed_in(&self.context)
    }

    /// Why nothing at all may be changed in a context.
    pub(super) fn closed_in(&self, context: &str) -> Option<String> {
        if self.setup.read_only {
            return Some("kx is read-only: start it with --write to change things".to_owned());
        }
        let rail = self.setup.guardrails.read_only(context)?;
        Some(format!("{context} is read-only by {}", rail.words()))
    }

    /// Whether the object in view, or under the cursor, is where only reads pass.
    pub(super) fn is_closed_here(&self) -> bool {
        if self.read_only() {
            return true;
        }
        let about = self.about().or_else(|| self.release_in_view());
        let namespace = about.map(|about| about.namespace).unwrap_or_default();
        let mut rails = self.setup.guardrails.of(&self.context);
        rails.any(|rail| rail.read_only && rail.namespace.matches(&namespace))
    }

    /// Why something must not be done anywhere in the context in view.
    pub(super) fn forbidden_everywhere(&self, action: &str) -> Option<String> {
        let mut rails = self.setup.guardrails.of(&self.context);
        let rail = rails.find(|rail| rail.is_of_all() && rail.forbid.has(action))?;
        Some(format!("{action} is forbidden in {} by {}", self.context, rail.words()))
    }

    /// Why a guardrail forbids this to what is marked, or to what the cursor is on.
    pub(super) fn guarded(&self, action: Action) -> Option<String> {
        if !action.info().writes || self.setup.guardrails.of(&self.context).next().is_none() {
            return None;
        }
        if action == Action::Undo {
            // What an entry of the journal did is known once it is read: the form asks then.
            let change = crate::change::undoing(self.last_report()?).ok()?;
            return self.guarded_changes(std::slice::from_ref(&change));
        }
        self.guarded_targets(action.name(), &self.subjects(LOOKED_AT))
    }

    /// Why a guardrail forbids this to one of these objects.
    pub(super) fn guarded_targets(&self, action: &str, targets: &[Target]) -> Option<String> {
        let rails = &self.setup.guardrails;
        targets.iter().find_map(|target| rails.forbids(&self.context, target, &[action]))
    }

    /// Why a guardrail forbids one of these changes.
    pub(super) fn guarded_changes(&self, changes: &[Change]) -> Option<String> {
        self.setup.guardrails.forbids_some(&self.context, changes)
    }

    /// What must be typed before this is done to these objects.
    pub(super) fn word_for(&self, action: &str, targets: &[Target]) -> Option<String> {
        let rails = &self.setup.guardrails;
        targets.iter().find_map(|target| rails.confirms(&self.context, target, &[action]))?;
        word(targets.iter())
    }

    /// What must be typed before these changes are made.
    pub(super) fn word_for_changes(&self, changes: &[Change]) -> Option<String> {
        self.setup.guardrails.confirms_some(&self.context, changes)?;
        // What follows another was not chosen by itself.
        word(changes.iter().filter(|change| change.deed.follows().is_none()).map(|c| &c.target))
    }

    /// The guardrail that gives the context in view its colour.
    pub fn tint(&self) -> Option<&Guardrail> {
        let one = |namespace: &str| vec![namespace.to_owned()];
        let scope = |scope: &Scope| match scope {
            Scope::All => Vec::new(),
            Scope::Namespaces(names) => names.iter().map(ToString::to_string).collect(),
        };
        let namespaces: Vec<String> = match self.page() {
            _ if self.setup.guardrails.of(&self.context).all(Guardrail::is_of_all) => Vec::new(),
            Some(Page::Browse(browse)) => scope(&browse.source.scope),
            Some(Page::Manifest(manifest)) => one(&manifest.namespace),
            Some(Page::Files(files)) => one(&files.files.place.namespace),
            Some(Page::Logs(_)) => scope(&self.context().scope),
            Some(Page::Sheet(sheet)) => match &sheet.about {
                Some(about) => one(&about.namespace),
                None => scope(&self.context().scope),
            },
            Some(Page::Map(_)) | None => Vec::new(),
        };
        self.setup.guardrails.tint(&self.context, &namespaces)
    }

    /// The context has the colour of its guardrail.
    pub(super) fn settle_tint(&mut self) {
        let wanted = self.tint().and_then(|rail| rail.tint);
        if self.tinted.as_ref().map(|(tint, _)| *tint) == wanted {
            return;
        }
        self.tinted = wanted.map(|tint| (tint, self.theme.tinted(tint, self.setup.depth)));
        self.redraw = true;
    }

    /// Another theme is used from now on.
    pub(super) fn paint(&mut self, theme: crate::theme::Theme) {
        self.theme = theme;
        self.tinted = None;
    }
}

/// What is typed to confirm: the name of one object, the number of several.
pub(super) fn word<'a>(targets: impl Iterator<Item = &'a Target>) -> Option<String> {
    let targets: Vec<&Target> = targets.collect();
    match targets.as_slice() {
        [] => None,
        [one] => Some(one.name.clone()),
        all => Some(all.len().to_string()),
    }
}
