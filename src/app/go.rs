//! From row to row: what belongs to it, what it belongs to, where a written line leads.

use std::sync::Arc;

use crate::change::journal;
use crate::kinds::{By, Drill, Resource, modelled};
use crate::sheet::Go;
use crate::store::{Link, Relation, Row, Scope, Selector, Source, Str, To, Within};

use super::browse::{Browse, Order, Parent};
use super::command::{Command, Show};
use super::{App, Level, Page, SheetPage};

/// A resource of a kind that no discovery knows: the parts of an object.
fn part(plural: &str) -> Option<Resource> {
    let kind = modelled("", plural)?;
    kind.info.part_of?;
    let singular = plural.strip_suffix('s').unwrap_or(plural);
    Some(Resource {
        version: kind.info.version.to_owned(),
        plural: plural.to_owned(),
        singular: singular.to_owned(),
        kind: singular.to_owned(),
        namespaced: true,
        ..Resource::default()
    })
}

/// A row under the cursor.
#[derive(Clone, Copy)]
pub(super) struct Here<'a> {
    /// What it is one of.
    pub resource: &'a Arc<Resource>,
    /// The row.
    pub row: &'a Row,
    /// The table in which it stands, where it stands in one.
    pub browse: Option<&'a Browse>,
}

impl App {
    /// The resource of this group and plural, or the parts that kx makes of another.
    pub(super) fn resource(&self, group: &str, plural: &str) -> Option<Arc<Resource>> {
        let served = self.context().catalog.by_plural(group, plural);
        served.or_else(|| part(plural).map(Arc::new))
    }

    pub(super) fn source(&self, resource: Arc<Resource>, scope: Scope) -> Source {
        let scope = if resource.namespaced { scope } else { Scope::All };
        let (labels, fields) = (String::new(), String::new());
        Source { cluster: self.context.clone(), resource, scope, labels, fields }
    }

    /// Shows what was asked for on the command line of the terminal.
    pub(super) fn show_first(&mut self, mut show: Show) {
        if show.resource.is_empty() {
            "pods".clone_into(&mut show.resource);
        }
        let name = show.resource.clone();
        if let Err(message) = self.show(show) {
            self.notify(Level::Error, format!("{name}: {message}"));
            let pods = Show { resource: "pods".to_owned(), ..Show::default() };
            let _ = self.show(pods);
        }
    }

    /// Opens a view of a resource. An error says why there is none.
    pub(super) fn show(&mut self, show: Show) -> Result<(), String> {
        if let Some(name) = &show.context
            && **name != *self.context
        {
            let show = Show { context: None, ..show.clone() };
            self.switch_context(name)?;
            // The person waits for this view, not for those left there before.
            return self.show(show);
        }
        let context = self.context();
        let resource = match context.catalog.resolve(&show.resource) {
            Ok(resource) => resource,
            Err(_) if !context.discovered => {
                self.leave_view();
                self.context_mut().awaiting = Some(show);
                return Ok(());
            }
            Err(error) => return Err(super::perform::not_found(&error)),
        };
        let browse = self.browse_of(&show, resource)?;
        if let Some(scope) = show.scope {
            self.visit_scope(scope);
        }
        self.open_view(Page::Browse(browse));
        Ok(())
    }

    /// Opens a table on the page in view, so that escape comes back to that.
    pub(super) fn push_show(&mut self, show: Show) -> Result<(), String> {
        match self.context().catalog.resolve(&show.resource) {
            Ok(resource) if show.context.is_none() => {
                let browse = self.browse_of(&show, resource)?;
                self.push_page(Page::Browse(browse));
                Ok(())
            }
            _ => self.perform(Command::Show(show)),
        }
    }

    /// The table that was asked for.
    fn browse_of(&self, show: &Show, resource: Arc<Resource>) -> Result<Browse, String> {
        if !resource.namespaced && matches!(show.scope, Some(Scope::Namespaces(_))) {
            return Err(format!("{} live in no namespace", resource.plural));
        }
        if !resource.verbs.is_empty() && !resource.can("list") {
            return Err(format!("{} cannot be listed: the server offers no list", resource.plural));
        }
        let scope = show.scope.clone().unwrap_or_else(|| self.context().scope.clone());
        let mut source = self.source(resource, scope);
        source.labels.clone_from(&show.labels);
        source.fields.clone_from(&show.fields);
        let mut browse = self.new_browse(source);
        if let Some(filter) = &show.filter {
            browse.filter.set(filter);
        }
        Ok(browse)
    }

    pub(super) fn new_browse(&self, source: Source) -> Browse {
        let kind = modelled(&source.resource.group, &source.resource.plural);
        let order = kind.and_then(|kind| kind.order).map(Order::from);
        Browse { wide: self.setup.wide, order, ..Browse::new(source) }
    }

    /// The row under the cursor with what is needed to follow it.
    pub(super) fn here(&self) -> Option<Here<'_>> {
        if let Some(browse) = self.browse() {
            let row = browse.row(&self.store)?;
            return Some(Here { resource: &browse.source.resource, row, browse: Some(browse) });
        }
        let node = self.map()?.line()?.item.whole()?;
        let (_, resource, row) = self.node_row(node)?;
        Some(Here { resource, row, browse: None })
    }

    pub(super) fn drill_down(&mut self) {
        if let Some(go) = self.sheet().and_then(SheetPage::go).cloned() {
            return self.follow_line(go);
        }
        let Some(Here { resource, row, .. }) = self.here() else { return };
        let kind = modelled(&resource.group, &resource.plural);
        if let Some(line) = kind.and_then(|kind| (kind.command)(row)) {
            return self.follow_line(Go::Command(line));
        }
        let (group, plural, by) = match kind.map_or(Drill::Yaml, |kind| kind.drill) {
            Drill::Rows { group, plural, by } => (group, plural, by),
            Drill::Yaml => return self.open_yaml(),
            Drill::Sheet => return self.act(super::Action::LookInside),
            Drill::Defined => return self.open_defined(),
        };
        let Some(below) = self.resource(group, plural) else {
            let name =
                if group.is_empty() { plural.to_owned() } else { format!("{plural}.{group}") };
            return self.notify(Level::Warning, format!("this cluster serves no {name}"));
        };
        let parent = Parent {
            name: row.name.to_string(),
            namespace: row.namespace.to_string(),
            resource: resource.full_name().into_owned(),
        };
        let selector = selects(row, plural);
        let namespace = Scope::Namespaces(vec![row.namespace.clone()]);
        let (mut scope, mut within) = (namespace, Within::All);
        let (mut labels, mut fields) = (String::new(), String::new());
        match by {
            By::Namespace => scope = Scope::Namespaces(vec![row.name.clone()]),
            By::Part => fields = format!("metadata.name={}", row.name),
            By::Field(field) => {
                fields = format!("{field}={}", row.name);
                if row.namespace.is_empty() {
                    scope = Scope::All;
                }
            }
            By::Link(relation) => {
                scope = Scope::All;
                within = Within::Referring {
                    relation,
                    resource: (resource.group.as_str().into(), resource.plural.as_str().into()),
                    to: To::Name { namespace: row.namespace.clone(), name: row.name.clone() },
                };
            }
            By::Controller => {
                // The server cannot select by owner; the selector only spares it rows that cannot be meant.
                within = Within::Controller(row.uid);
                labels = selector.map(|s| s.to_string()).unwrap_or_default();
            }
            By::Selector => {
                // One that asks for nothing selects all there is: a kind has no link where it selects none.
                let Some(selector) = selector else {
                    let message = format!("{} selects no {plural}: it has no selector", row.name);
                    return self.notify(Level::Info, message);
                };
                labels = selector.to_string();
            }
        }
        let mut source = self.source(below, scope);
        source.labels = labels;
        source.fields = fields;
        let mut page = self.new_browse(source);
        page.within = within;
        page.parent = Some(parent);
        self.push_page(Page::Browse(page));
    }

    /// Goes to what owns the row: its controller, an owner, or what an event is about; from a part, to the whole.
    pub(super) fn go_to_owner(&mut self) {
        let Some(Here { row, browse, .. }) = self.here() else { return };
        if let Some((group, plural, parent)) = browse.and_then(super::faces::whole) {
            let (namespace, name) = (Str::from(parent.namespace.as_str()), parent.name.clone());
            return match self.resource(group, plural) {
                Some(resource) => self.go_to_object(resource, namespace, &name),
                None => self.notify(Level::Warning, format!("this cluster serves no {plural}")),
            };
        }
        let order = [Relation::Controller, Relation::Owner, Relation::About, Relation::PartOf];
        let link = order.iter().find_map(|r| row.links.iter().find(|l| l.relation == *r)).cloned();
        let name = row.name.clone();
        match link {
            Some(link) => self.follow_link(&link),
            None => self.notify(Level::Info, format!("{name} has no owner")),
        }
    }

    pub(super) fn go_to_node(&mut self) {
        let Some(Here { row, .. }) = self.here() else { return };
        let link = row.links.iter().find(|link| link.relation == Relation::RunsOn).cloned();
        let name = row.name.clone();
        match link {
            Some(link) => self.follow_link(&link),
            None => self.notify(Level::Info, format!("{name} runs on no node")),
        }
    }

    fn follow_link(&mut self, link: &Link) {
        let (To::Uid { namespace, name, .. } | To::Name { namespace, name }) = &link.to else {
            return;
        };
        let resource = self.context().catalog.named(&link.group, &link.resource);
        let Some(resource) = resource else {
            let message =
                format!("this cluster serves no {}: {name} cannot be shown", link.resource);
            return self.notify(Level::Warning, message);
        };
        self.go_to_object(resource, namespace.clone(), name);
    }

    pub(super) fn go_to_object(&mut self, resource: Arc<Resource>, namespace: Str, name: &str) {
        let from = self.here().map(|here| Parent {
            name: here.row.name.to_string(),
            namespace: here.row.namespace.to_string(),
            resource: here.resource.full_name().into_owned(),
        });
        let scope = Scope::Namespaces(vec![namespace]);
        let mut source = self.source(resource, scope);
        source.fields = format!("metadata.name={name}");
        let mut page = self.new_browse(source);
        page.parent = from;
        self.push_page(Page::Browse(page));
    }

    /// Goes where a written line leads.
    fn follow_line(&mut self, go: Go) {
        let outcome = match go {
            Go::Command(line) => match Command::parse(&line) {
                Ok(Some(Command::Show(show))) => self.push_show(show),
                Ok(Some(command)) => self.perform(command),
                Ok(None) => Ok(()),
                Err(complaint) => Err(complaint.message),
            },
            Go::Forward(_) => {
                self.act(super::Action::OpenForward);
                Ok(())
            }
            Go::Entry(id) => {
                let id = id.to_string();
                self.open_sheet(Box::new(journal::Page { id }), None);
                Ok(())
            }
            Go::Object { group, resource, namespace, name } => {
                match self.context().catalog.named(&group, &resource) {
                    Some(resource) => {
                        self.go_to_object(resource, namespace, &name);
                        Ok(())
                    }
                    None => {
                        Err(format!("this cluster serves no {resource}: {name} cannot be shown"))
                    }
                }
            }
        };
        if let Err(why) = outcome {
            self.notify(Level::Warning, why);
        }
    }
}

/// The selector by which a row selects others.
fn selects(row: &Row, plural: &str) -> Option<Arc<Selector>> {
    let all = row.links.iter().filter(|link| link.relation == Relation::Selects);
    let of = |link: &&Arc<Link>| &*link.resource == plural;
    let link = all.clone().find(of).or_else(|| all.clone().next())?;
    match &link.to {
        To::Labels { selector, .. } => Some(Arc::clone(selector)),
        To::Uid { .. } | To::Name { .. } => None,
    }
}
