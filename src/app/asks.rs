//! Pages that are written to answer a question: who can do what, which events say the same, what is inside a row.

use std::sync::Arc;

use crate::access::{Asked, EVERY};
use crate::kinds::{Modelled, Resource, grouped_events, modelled};
use crate::sheet::Subject;
use crate::store::{Health, Scope, Source};

use super::action::Action;
use super::browse::{Browse, Parent};
use super::faces::whole;
use super::{About, App, Effect, Level, Page};

/// Why nothing of this resource rolls out; `None` where it does, or belongs to what does.
pub(super) fn refuses_rollout(resource: &Resource) -> Option<String> {
    let name = Action::Rollout.name();
    let kind = modelled(&resource.group, &resource.plural);
    let named = kind.is_some_and(|kind| kind.actions.contains(&name));
    (!named).then(|| format!("{name} is nothing for {}", resource.plural))
}

impl App {
    /// Answers a question about access.
    pub(super) fn ask_access(&mut self, asked: &Asked) {
        self.open_sheet(asked.subject(&self.namespaces_here()), None);
    }

    /// Shows events that say the same together, of these namespaces or of those in view.
    pub(super) fn group_events(&mut self, scope: Option<Scope>) {
        let names = match scope.unwrap_or_else(|| self.scope_here()) {
            Scope::All => Vec::new(),
            Scope::Namespaces(names) => names.iter().map(ToString::to_string).collect(),
        };
        self.open_sheet(grouped_events(names), None);
    }

    /// The namespaces in view; where those are all, all of them together and the one that the context names.
    fn namespaces_here(&self) -> Vec<String> {
        match self.scope_here() {
            Scope::Namespaces(names) => names.iter().map(ToString::to_string).collect(),
            Scope::All => {
                let context = self.setup.contexts.iter().find(|c| *c.name == *self.context);
                let named = context.and_then(|c| c.namespace.clone());
                std::iter::once(EVERY.to_owned()).chain(named).collect()
            }
        }
    }

    fn scope_here(&self) -> Scope {
        let scope = self.browse().filter(|b| b.source.resource.namespaced).map(|b| &b.source.scope);
        scope.unwrap_or(&self.context().scope).clone()
    }

    /// Why there is nothing to be seen inside objects of this resource; `None` where there is.
    pub(super) fn refuses_inside(&self, resource: &Resource) -> Option<String> {
        let Resource { group, plural, .. } = resource;
        if let Some(sheet) = self.sheet() {
            return match sheet.revealed() {
                None => Some("nothing is hidden here".to_owned()),
                Some(_) => self.refuses_values("secrets"),
            };
        }
        let kind = modelled(group, plural);
        match kind.filter(|kind| kind.sheet.is_some()) {
            Some(kind) if kind.mask.is_some() => self.refuses_values(kind.info.plural),
            Some(_) => None,
            None => Some(format!("of {plural} there is no more to say than describe and YAML do")),
        }
    }

    /// Why values of these, which are masked, are not shown here even to who asks; `None` where they are.
    fn refuses_values(&self, plural: &str) -> Option<String> {
        let masked = self.is_closed_here() && !self.setup.decode_in_read_only;
        // A guardrail is lifted by no flag.
        let way = if self.setup.read_only { "start it with --write, or set" } else { "set" };
        masked.then(|| {
            format!(
                "kx is read-only and shows no values of {plural}: {way} decode_in_read_only = true in config.toml"
            )
        })
    }

    /// Opens the page that is written for objects of this kind alone: a secret's values, a quota's use. In a text that hides something, shows it in its
    /// place, or hides it again.
    pub(super) fn look_inside(&mut self) {
        if let Some(manifest) = self.manifest_mut().filter(|manifest| manifest.can_reveal()) {
            if manifest.is_revealed() {
                return manifest.hide();
            }
            manifest.reveal();
            // It is followed anew, and what comes is shown whole.
            let id = manifest.id;
            if std::mem::take(&mut manifest.following) {
                self.effects.push(Effect::Unfollow { id });
            }
            return;
        }
        if let Some(Page::Sheet(sheet)) = self.page_mut()
            && let Some(revealed) = sheet.revealed()
        {
            return sheet.reveal(!revealed);
        }
        let Some(about) = self.about() else { return };
        let kind: Option<&Modelled> = modelled(&about.resource.group, &about.resource.plural);
        if let Some(sheet) = kind.and_then(|kind| kind.sheet) {
            let subject = sheet(&about.namespace, &about.name);
            self.open_sheet(subject, Some(about));
        }
    }

    /// Where a page shows parts that an action is for, the resource of their whole: the action is done to that.
    pub(super) fn whole_for(&self, browse: &Browse, action: Action) -> Option<Arc<Resource>> {
        let part = &browse.source.resource;
        let kind = modelled(&part.group, &part.plural)?;
        let (group, plural, _) = whole(browse)?;
        kind.actions.contains(&action.name()).then(|| self.resource(group, plural))?
    }

    /// Opens the page of a rollout.
    pub(super) fn open_rollout(&mut self) {
        let Some(about) = self.about() else { return };
        let subject = crate::rollout::subject(&about.resource, &about.namespace, &about.name);
        self.open_once(subject, about);
    }

    /// Why nothing is said of finalizers here: a row that is well is not being deleted.
    pub(super) fn refuses_finalizers(&self) -> Option<String> {
        let row = self.here()?.row;
        // Whatever is being deleted is at least changing, of every kind.
        (row.health < Health::Changing).then(|| {
            format!(
                "{} is not being deleted: there is nothing that its finalizers hold up",
                row.name
            )
        })
    }

    /// Opens the page that says why an object that is being deleted is still there.
    pub(super) fn open_finalizers(&mut self) {
        let Some(about) = self.about() else { return };
        let subject = crate::finalizers::subject(&about.resource, &about.namespace, &about.name);
        self.open_once(subject, about);
    }

    /// Opens the page of a subject, unless it is in view.
    fn open_once(&mut self, subject: Box<dyn Subject>, about: About) {
        let crumbs = subject.crumbs();
        let in_view = self
            .sheet()
            .is_some_and(|sheet| sheet.about.as_ref() == Some(&about) && sheet.crumbs() == crumbs);
        if !in_view {
            self.open_sheet(subject, Some(about));
        }
    }

    /// Goes down to the objects of the resource that this one defines: its name is that resource's full name.
    pub(super) fn open_defined(&mut self) {
        let Some(about) = self.about() else { return };
        let (plural, group) = about.name.split_once('.').unwrap_or((&about.name, ""));
        let Some(resource) = self.context().catalog.by_plural(group, plural) else {
            let message = format!("the cluster does not serve {} (yet)", about.name);
            return self.notify(Level::Warning, message);
        };
        let parent = Parent {
            name: about.name.clone(),
            namespace: String::new(),
            resource: about.resource.full_name().into_owned(),
        };
        let scope = self.context().scope.clone();
        let source = Source {
            cluster: self.context.clone(),
            scope: if resource.namespaced { scope } else { Scope::All },
            resource: Arc::clone(&resource),
            labels: String::new(),
            fields: String::new(),
        };
        let mut page = self.new_browse(source);
        page.parent = Some(parent);
        self.push_page(Page::Browse(page));
    }
}
