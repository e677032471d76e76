//! From row to row: what belongs to it, what it belongs to, its YAML.

use std::sync::Arc;

use crate::kinds::{By, Drill, Resource, modelled};
use crate::store::{Link, Relation, Row, Scope, Selector, Source, Str, To, Within};

use super::browse::{Browse, Parent};
use super::command::Show;
use super::manifest::Manifest;
use super::{App, Level, ObjectId, Page};

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

impl App {
    /// The resource of this group and plural, or the parts that kx makes of another.
    fn resource(&self, group: &str, plural: &str) -> Option<Arc<Resource>> {
        let served = self.context().catalog.by_plural(group, plural);
        served.or_else(|| part(plural).map(Arc::new))
    }

    fn source(&self, resource: Arc<Resource>, scope: Scope) -> Source {
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
            Err(error) => return Err(super::prompts::not_found(&error)),
        };
        if !resource.namespaced && matches!(show.scope, Some(Scope::Namespaces(_))) {
            return Err(format!("{} live in no namespace", resource.plural));
        }
        if !resource.verbs.is_empty() && !resource.can("list") {
            return Err(format!("{} cannot be listed: the server offers no list", resource.plural));
        }
        if let Some(scope) = &show.scope {
            self.visit_scope(scope.clone());
        }
        let scope = show.scope.unwrap_or_else(|| self.context().scope.clone());
        let mut source = self.source(resource, scope);
        source.labels = show.labels;
        source.fields = show.fields;
        let mut browse = self.new_browse(source);
        if let Some(filter) = &show.filter {
            browse.filter.set(filter);
        }
        self.open_view(browse);
        Ok(())
    }

    pub(super) fn new_browse(&self, source: Source) -> Browse {
        Browse { wide: self.setup.wide, ..Browse::new(source) }
    }

    /// The row under the cursor with what is needed to follow it.
    fn here(&self) -> Option<(&Browse, &Row)> {
        let browse = self.browse()?;
        Some((browse, browse.row(&self.store)?))
    }

    pub(super) fn drill_down(&mut self) {
        let Some((browse, row)) = self.here() else { return };
        let resource = &browse.source.resource;
        let drill = modelled(&resource.group, &resource.plural).map_or(Drill::Yaml, |k| k.drill);
        let Drill::Rows { group, plural, by } = drill else { return self.open_yaml() };
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
        let Some((browse, row)) = self.here() else { return };
        if let Some((group, plural, parent)) = whole(browse) {
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
        let Some((_, row)) = self.here() else { return };
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
        let catalog = &self.context().catalog;
        // A link names its resource by plural or by kind, whichever the field that it comes from has.
        let resource = (catalog.by_kind(&link.group, &link.resource))
            .or_else(|| catalog.by_plural(&link.group, &link.resource));
        let Some(resource) = resource else {
            let message =
                format!("this cluster serves no {}: {name} cannot be shown", link.resource);
            return self.notify(Level::Warning, message);
        };
        self.go_to_object(resource, namespace.clone(), name);
    }

    fn go_to_object(&mut self, resource: Arc<Resource>, namespace: Str, name: &str) {
        let from = self.here().map(|(browse, row)| Parent {
            name: row.name.to_string(),
            namespace: row.namespace.to_string(),
            resource: browse.source.resource.full_name().into_owned(),
        });
        let scope = Scope::Namespaces(vec![namespace]);
        let mut source = self.source(resource, scope);
        source.fields = format!("metadata.name={name}");
        let mut page = self.new_browse(source);
        page.parent = from;
        self.push_page(Page::Browse(page));
    }

    pub(super) fn open_yaml(&mut self) {
        let Some((browse, row)) = self.here() else { return };
        let whole = whole(browse);
        let part = whole.is_some().then(|| row.name.to_string());
        let (resource, namespace, name) = if let Some((group, plural, parent)) = &whole {
            let Some(resource) = self.resource(group, plural) else { return };
            (resource, parent.namespace.clone(), parent.name.clone())
        } else {
            let (namespace, name) = (row.namespace.to_string(), row.name.to_string());
            (Arc::clone(&browse.source.resource), namespace, name)
        };
        let id = ObjectId(self.next_object);
        self.next_object = self.next_object.wrapping_add(1);
        let mut page = Manifest::new(id, resource, &namespace, &name);
        if let Some(part) = part {
            page.type_search(&format!("name: {}$", regex::escape(&part)));
        }
        self.push_page(Page::Manifest(page));
    }
}

/// Where a page shows the parts of an object: its resource's group and plural, and the object.
fn whole(browse: &Browse) -> Option<(&'static str, &'static str, &Parent)> {
    let resource = &browse.source.resource;
    let (group, plural) = modelled(&resource.group, &resource.plural)?.info.part_of?;
    Some((group, plural, browse.parent.as_ref()?))
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
