//! Releases of Helm: from a command, or a row, to a page about one of them.

use crate::helm::{About, Page, subject};
use crate::kinds::modelled;
use crate::store::{Row, Scope};

use super::browse::Order;
use super::command::{HelmCommand, HelmWhat, Show};
use super::{App, Page as View};

impl App {
    /// Shows what was asked of a release.
    pub(super) fn helm(&mut self, command: HelmCommand) -> Result<(), String> {
        let HelmCommand { what, name, namespace, revision } = command;
        let (about, with) = match name {
            None => self.releases_in_view()?,
            Some(name) => {
                let namespace = namespace.or_else(|| self.one_namespace()).ok_or_else(|| {
                    format!("in which namespace is {name}? say it with -n NAMESPACE")
                })?;
                (About { namespace, name, revision: None }, None)
            }
        };
        let about = About { revision: revision.or(about.revision), ..about };
        match what {
            HelmWhat::History => self.helm_history(&about),
            HelmWhat::Page(page) => {
                let page = match page {
                    Page::Diff(None) => Page::Diff(with),
                    page => page,
                };
                self.open_sheet(subject(page, about), None);
                Ok(())
            }
        }
    }

    /// The release of Helm that the page in view is about, or the revision where it is about one, as an object of its table.
    pub(super) fn release_in_view(&self) -> Option<super::About> {
        let View::Sheet(sheet) = self.page()? else { return None };
        let About { namespace, name, revision } = sheet.release()?.clone();
        let (plural, name) = match revision {
            Some(revision) => ("revisions", format!("{name}.v{revision}")),
            None => ("releases", name),
        };
        let resource = self.context().catalog.by_plural("helm.sh", plural)?;
        Some(super::About { resource, namespace, name })
    }

    fn helm_history(&mut self, about: &About) -> Result<(), String> {
        self.push_show(Show {
            resource: "revisions.helm.sh".to_owned(),
            scope: Some(Scope::Namespaces(vec![about.namespace.as_str().into()])),
            labels: format!("name={}", about.name),
            ..Show::default()
        })?;
        let now = self.now;
        if let Some((browse, store)) = self.browse_mut() {
            let order = Order { column: "REVISION".to_owned(), descending: true };
            browse.order_by(order, store, now);
        }
        Ok(())
    }

    /// The revision under the cursor, and the other one where two of one release are marked.
    fn releases_in_view(&self) -> Result<(About, Option<i64>), String> {
        let none = || "there is no release of Helm under the cursor; name one".to_owned();
        let browse = self.browse().ok_or_else(none)?;
        let resource = &browse.source.resource;
        let is_helm = modelled(&resource.group, &resource.plural)
            .is_some_and(|kind| kind.info.group == "helm.sh");
        let row = browse.row(&self.store).filter(|_| is_helm).ok_or_else(none)?;
        let table = browse.source_id().and_then(|id| self.store.table(id));
        let marked = browse.marks.iter().filter_map(|uid| table.and_then(|table| table.get(uid)));
        let mut marked: Vec<&Row> = marked.collect();
        marked.sort_by_key(|row| number(row));
        match marked.as_slice() {
            [older, newer] if label(older, "name") == label(newer, "name") => {
                Ok((about(newer).ok_or_else(none)?, number(older)))
            }
            _ => {
                let about = about(row).ok_or_else(none)?;
                // A row of a release stands for whichever revision is its newest.
                let revision = about.revision.filter(|_| resource.plural == "revisions");
                Ok((About { revision, ..about }, None))
            }
        }
    }

    /// The namespace of the context, where that is one.
    pub(super) fn one_namespace(&self) -> Option<String> {
        match &self.context().scope {
            Scope::Namespaces(names) if names.len() == 1 => names.first().map(ToString::to_string),
            _ => None,
        }
    }
}

fn label<'a>(row: &'a Row, key: &str) -> Option<&'a str> {
    row.labels.iter().find(|(name, _)| &**name == key).map(|(_, value)| &**value)
}

fn number(row: &Row) -> Option<i64> {
    label(row, "version")?.parse().ok()
}

fn about(row: &Row) -> Option<About> {
    let (namespace, name) = (row.namespace.to_string(), label(row, "name")?.to_owned());
    Some(About { namespace, name, revision: number(row) })
}
