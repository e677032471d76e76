//! Opening the Map, and going from it, or from a row, to what stands around it.

use std::sync::Arc;

use crate::map::{Item, Root, Section, View};
use crate::nearest::nearest;
use crate::store::{Scope, Str};

use super::super::browse::Parent;
use super::super::go::Here;
use super::super::{Action, App, Level, Page};
use super::MapPage;

impl App {
    /// Opens the Map in the view of this name.
    pub(in super::super) fn open_map(&mut self, view: Option<&str>) -> Result<(), String> {
        let view = match view {
            None => View::Routes,
            Some(name) => View::parse(name).ok_or_else(|| {
                let all: Vec<&str> = View::ALL.iter().map(View::name).collect();
                let near = nearest(name, all.iter().copied());
                let hint = if near.is_empty() { all.join(", ") } else { near.join(", ") };
                format!("the Map has no view {name:?}; there is {hint}")
            })?,
        };
        self.open_view(Page::Map(MapPage::new(view)));
        Ok(())
    }

    /// Opens the surroundings of the row under the cursor, one section of them first.
    pub(in super::super) fn open_surroundings(&mut self, focus: Option<Section>) {
        let Some(Here { resource, row, browse }) = self.here() else { return };
        let part = browse.and_then(super::super::faces::whole);
        let root = if let Some((group, plural, _)) = part {
            // A part is no row of the graph: the object that it is part of is.
            let of = row.links.iter().find(|l| l.relation == crate::store::Relation::PartOf);
            let Some(crate::store::To::Uid { uid, namespace, name }) = of.map(|link| &link.to)
            else {
                return;
            };
            Root {
                group: group.into(),
                plural: plural.into(),
                uid: *uid,
                namespace: namespace.clone(),
                name: name.clone(),
            }
        } else {
            Root {
                group: resource.group.as_str().into(),
                plural: resource.plural.as_str().into(),
                uid: row.uid,
                namespace: row.namespace.clone(),
                name: row.name.clone(),
            }
        };
        if let Some(map) = self.map()
            && let View::Around(around) = &map.view
            && around.uid == root.uid
            && focus.is_none()
        {
            return self.notify(Level::Info, "this is its surroundings");
        }
        let mut page = MapPage::new(View::Around(root));
        page.focus = focus;
        self.push_page(Page::Map(page));
    }

    /// Opens the page of the row under the cursor; on a heading, folds or unfolds it.
    pub(in super::super) fn open_row(&mut self) {
        let Some(line) = self.map().and_then(MapPage::line) else { return };
        match &line.item {
            Item::Heading(_) => self.act(Action::Fold),
            Item::Missing { why, .. } => {
                let why = format!("there is nothing to open: {why}");
                self.notify(Level::Info, why);
            }
            Item::Part { .. } => self.open_parts(),
            Item::Row(_) => {
                let Some(Here { resource, row, .. }) = self.here() else { return };
                let (resource, namespace) = (Arc::clone(resource), row.namespace.clone());
                let name = row.name.clone();
                self.go_to_object(resource, namespace, &name);
            }
        }
    }

    /// Opens the table of the parts of the row under the cursor.
    fn open_parts(&mut self) {
        let Some(line) = self.map().and_then(MapPage::line) else { return };
        let Item::Part { what, .. } = &line.item else { return };
        let plural = format!("{what}s");
        let Some(Here { resource, row, .. }) = self.here() else { return };
        let parent = Parent {
            name: row.name.to_string(),
            namespace: row.namespace.to_string(),
            resource: resource.full_name().into_owned(),
        };
        let scope = Scope::Namespaces(vec![Str::clone(&row.namespace)]);
        let fields = format!("metadata.name={}", row.name);
        let Some(parts) = self.resource("", &plural) else { return };
        let mut source = self.source(parts, scope);
        source.fields = fields;
        let mut page = self.new_browse(source);
        page.parent = Some(parent);
        self.push_page(Page::Browse(page));
    }
}
