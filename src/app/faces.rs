//! The faces of an object, its YAML and its describe, and the page of the cluster.

use std::sync::Arc;

use crate::kinds::modelled;
use crate::sheet::Subject;
use crate::store::{Relation, Row, To};

use super::action::Action;
use super::browse::{Browse, Parent};
use super::command::ObjectCommand;
use super::go::Here;
use super::manifest::Manifest;
use super::perform::not_found;
use super::{About, App, Level, ObjectId, Page, SheetPage};

impl App {
    /// The object that the page in view is about, or that the row under the cursor is, or is a part of.
    pub fn about(&self) -> Option<About> {
        match self.page()? {
            Page::Manifest(manifest) => Some(manifest.about()),
            Page::Sheet(sheet) => sheet.about.clone(),
            Page::Logs(_) => None,
            Page::Files(files) => files.about.clone(),
            Page::Map(_) => {
                let Here { resource, row, .. } = self.here()?;
                let (namespace, name) = (row.namespace.to_string(), row.name.to_string());
                Some(About { resource: Arc::clone(resource), namespace, name })
            }
            Page::Browse(browse) => {
                let row = browse.row(&self.store)?;
                if let Some(object) = self.viewed(browse, row) {
                    return Some(object);
                }
                let (resource, namespace, name) = match whole(browse) {
                    Some((group, plural, parent)) => (
                        self.resource(group, plural)?,
                        parent.namespace.clone(),
                        parent.name.clone(),
                    ),
                    None => (
                        Arc::clone(&browse.source.resource),
                        row.namespace.to_string(),
                        row.name.to_string(),
                    ),
                };
                Some(About { resource, namespace, name })
            }
        }
    }

    /// The object that a row of a view is made of; `None` where it is no view's.
    fn viewed(&self, browse: &Browse, row: &Row) -> Option<About> {
        let resource = &browse.source.resource;
        modelled(&resource.group, &resource.plural)?.info.view?;
        let link = row.links.iter().find(|link| link.relation == Relation::PartOf)?;
        let (To::Uid { namespace, name, .. } | To::Name { namespace, name }) = &link.to else {
            return None;
        };
        let resource = self.context().catalog.named(&link.group, &link.resource)?;
        Some(About { resource, namespace: namespace.to_string(), name: name.to_string() })
    }

    pub(super) fn open_yaml(&mut self) {
        let Some(about) = self.about_or_say() else { return };
        if self.below_is(|page| page.manifest().is_some_and(|m| m.about() == about)) {
            return self.back();
        }
        let part = self.here().filter(|here| here.browse.and_then(whole).is_some());
        let part = part.map(|here| here.row.name.to_string());
        self.yaml(about, part.as_deref());
    }

    /// Opens the YAML of an object, at one of its parts.
    fn yaml(&mut self, about: About, part: Option<&str>) {
        let id = ObjectId::next(&mut self.next_object);
        let mut page = Manifest::new(id, about.resource, &about.namespace, &about.name);
        if let Some(part) = part {
            page.reader.type_search(&format!("name: {}$", regex::escape(part)));
        }
        self.push_page(Page::Manifest(page));
    }

    pub(super) fn open_describe(&mut self) {
        let Some(about) = self.about_or_say() else { return };
        if self.below_is(|page| page.sheet().is_some_and(|s| s.about.as_ref() == Some(&about))) {
            return self.back();
        }
        self.describe(about);
    }

    /// Opens the describe of an object.
    pub(super) fn describe(&mut self, about: About) {
        let subject = crate::describe::subject(&about.resource, &about.namespace, &about.name);
        self.open_sheet(subject, Some(about));
    }

    /// Shows the object that was named on the command line.
    pub(super) fn show_object(&mut self, command: ObjectCommand) -> Result<(), String> {
        let ObjectCommand { face, resource, name, namespace } = command;
        let context = self.context();
        let resource = context.catalog.resolve(&resource).map_err(|error| {
            if context.discovered {
                not_found(&error)
            } else {
                format!("{} has not said yet what it serves", context.name)
            }
        })?;
        let kind = modelled(&resource.group, &resource.plural);
        if kind.is_some_and(|kind| kind.info.view.is_some()) {
            return Err(format!("{} are no objects of the server", resource.plural));
        }
        if !resource.verbs.is_empty() && !resource.can("get") {
            return Err(format!("the server gives no single one of its {}", resource.plural));
        }
        let namespace = match namespace {
            Some(_) if !resource.namespaced => {
                return Err(format!("{} live in no namespace", resource.plural));
            }
            None if !resource.namespaced => String::new(),
            namespace => namespace
                .or_else(|| self.one_namespace())
                .ok_or_else(|| format!("in which namespace is {name}? say it with -n NAMESPACE"))?,
        };
        let about = About { resource, namespace, name };
        match face {
            Action::Yaml => self.yaml(about, None),
            Action::Rollout => {
                if let Some(why) = super::asks::refuses_rollout(&about.resource) {
                    return Err(why);
                }
                let About { resource, namespace, name } = &about;
                let subject = crate::rollout::subject(resource, namespace, name);
                self.open_sheet(subject, Some(about));
            }
            Action::Finalizers => {
                let About { resource, namespace, name } = &about;
                let subject = crate::finalizers::subject(resource, namespace, name);
                self.open_sheet(subject, Some(about));
            }
            _ => self.describe(about),
        }
        Ok(())
    }

    /// Opens the page of a subject on the page in view; the next [`App::update`] begins to read what it wants.
    pub fn open_sheet(&mut self, subject: Box<dyn Subject>, about: Option<About>) {
        self.push_page(Page::Sheet(SheetPage::new(subject, about)));
    }

    /// Opens the cluster's own page.
    pub(super) fn open_cluster(&mut self) {
        let subject = crate::overview::subject();
        let crumbs = subject.crumbs();
        // Where it is in view, there is nothing to open.
        if !self.sheet().is_some_and(|s| s.about.is_none() && s.crumbs() == crumbs) {
            self.open_sheet(subject, None);
        }
    }

    fn about_or_say(&mut self) -> Option<About> {
        let about = self.about();
        if about.is_none() && self.sheet().is_some() {
            self.notify(Level::Info, "this page is not about one object");
        }
        about
    }

    /// Whether the page below the one in view is so: then one face leads back to the other, and the way back stays short.
    fn below_is(&self, is: impl Fn(&Page) -> bool) -> bool {
        let pages = self.context().pages();
        self.reader().is_some() && pages.len().checked_sub(2).is_some_and(|i| is(&pages[i]))
    }
}

/// Where a page shows the parts of an object: its resource's group and plural, and the object.
pub(super) fn whole(browse: &Browse) -> Option<(&'static str, &'static str, &Parent)> {
    let resource = &browse.source.resource;
    let info = modelled(&resource.group, &resource.plural)?.info;
    // A row of a view says itself what it is made of.
    let (group, plural) = info.part_of.filter(|_| info.view.is_none())?;
    Some((group, plural, browse.parent.as_ref()?))
}
