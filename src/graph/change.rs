//! Rows come, change and go: what that does to the indices.

use std::mem;
use std::sync::Arc;

use crate::kinds::{Cell, Place};
use crate::store::{Link, Relation, Row, To};

use super::Graph;
use super::nodes::Entry;
use super::resource::{ResourceId, Shift};

impl Graph {
    /// Takes in a row; gives its place.
    pub(super) fn take_in(&mut self, resource: ResourceId, row: &Row) -> u32 {
        let Some(slot) = self.nodes.find(resource, row.uid) else {
            return self.add(resource, row, 0);
        };
        if let Some(node) = self.nodes.get(slot)
            && (*node.name != *row.name || *node.namespace != *row.namespace)
        {
            // No object changes its name: this is another one, whatever its UID says.
            let held = node.held;
            self.take_out(slot);
            // It takes the place that has just become free, so that its Sources still hold it.
            return self.add(resource, row, held);
        }
        if let Some(node) = self.nodes.get_mut(slot) {
            // The same text, but the one that the row of the store keeps alive anyway.
            node.name = row.name.clone();
            node.namespace = row.namespace.clone();
        }
        self.set_health(slot, row);
        self.set_ports(slot, row);
        self.set_labels(slot, row);
        self.set_links(slot, row);
        slot
    }

    /// Takes a row out.
    pub(super) fn take_out(&mut self, slot: u32) {
        self.generation += 1;
        self.ports.remove(&slot);
        let links = self.nodes.get_mut(slot).map(|node| mem::take(&mut node.links));
        for id in links.unwrap_or_default() {
            self.unlink(id, slot);
        }
        if let Some(node) = self.nodes.get(slot) {
            self.touched.extend(self.links.to_uid(node).chain(self.links.to_name(node)));
            let (resource, namespace, name) =
                (node.resource, node.namespace.clone(), node.name.clone());
            self.count_touched(-1);
            self.count_across(resource, (&namespace, &name), -1);
        }
        if let Some(node) = self.nodes.remove(slot) {
            self.count_across(node.resource, (&node.namespace, &node.name), 1);
            self.leave_group(node.group, slot);
            if self.are_pods(node.resource) {
                self.loose.remove(&slot);
                if let Some(tally) = self.pods.get_mut(&node.namespace) {
                    tally.remove(node.health);
                    if tally.total() == 0 {
                        self.pods.remove(&node.namespace);
                    }
                }
            }
        }
    }

    /// Lets links mean what their words mean by now.
    pub(super) fn relink(&mut self, shift: Shift) {
        let ids: Vec<u32> = match shift {
            Shift::Nothing => return,
            // What a cluster begins to serve is told while it is looked at: no more is gone through than what may change.
            Shift::Guesses => self.links.guessed().collect(),
            Shift::All => self.links.iter().map(|(id, _)| id).collect(),
        };
        for id in ids {
            let Some(known) = self.links.get(id) else { continue };
            let (link, before) = (Arc::clone(&known.link), known.resource);
            let resource = self.resources.meant(&link.group, &link.resource);
            self.links.set_guessed(id, self.is_guessed(resource));
            if resource == before {
                continue;
            }
            self.set_missing(id, false);
            self.links.set_resource(id, resource);
            let hits = self.count(resource, &link);
            if let Some(known) = self.links.get_mut(id) {
                known.hits = hits;
            }
            self.set_missing(id, hits == 0);
            self.generation += 1;
        }
    }

    fn is_guessed(&self, resource: ResourceId) -> bool {
        self.resources.get(resource).is_some_and(|resource| resource.guessed)
    }

    fn add(&mut self, resource: ResourceId, row: &Row, held: u16) -> u32 {
        self.generation += 1;
        self.count_across(resource, (&row.namespace, &row.name), -1);
        self.born = self.born.wrapping_add(1);
        let slot = self.nodes.insert(Entry {
            uid: row.uid,
            namespace: row.namespace.clone(),
            name: row.name.clone(),
            links: Box::default(),
            resource,
            group: u32::MAX,
            born: self.born,
            held,
            health: row.health,
        });
        if let Some(node) = self.nodes.get(slot) {
            self.touched.extend(self.links.to_uid(node).chain(self.links.to_name(node)));
        }
        self.count_touched(1);
        let group = self.enter_group(resource, row, slot);
        if let Some(node) = self.nodes.get_mut(slot) {
            node.group = group;
        }
        self.count_across(resource, (&row.namespace, &row.name), 1);
        self.set_ports(slot, row);
        self.set_links(slot, row);
        if self.are_pods(resource) {
            self.pods.entry(row.namespace.clone()).or_default().add(row.health);
            self.set_loose(slot);
        }
        slot
    }

    /// Whether the rows of a resource stand where pods do.
    fn are_pods(&self, resource: ResourceId) -> bool {
        self.resources.get(resource).is_some_and(|it| it.place == Some(Place::Pod))
    }

    /// Remembers whether a pod runs on no node.
    fn set_loose(&mut self, slot: u32) {
        let Some(node) = self.nodes.get(slot) else { return };
        let runs = |id: &u32| {
            self.links.get(*id).is_some_and(|known| known.link.relation == Relation::RunsOn)
        };
        if node.links.iter().any(runs) {
            self.loose.remove(&slot);
        } else {
            self.loose.insert(slot);
        }
    }

    /// Remembers what ports a row has. Only what stands for pods has any, so that the others are not looked at.
    fn set_ports(&mut self, slot: u32, row: &Row) {
        let resource = self.nodes.get(slot).and_then(|node| self.resources.get(node.resource));
        if resource.and_then(|resource| resource.place) != Some(Place::Service) {
            return;
        }
        let ports = row.cells.iter().find_map(|cell| match cell {
            Cell::Ports(ports) => Some(ports),
            _ => None,
        });
        let same = self.ports.get(&slot) == ports;
        match ports {
            Some(ports) => drop(self.ports.insert(slot, Arc::clone(ports))),
            None => drop(self.ports.remove(&slot)),
        }
        self.generation += u64::from(!same);
    }

    fn set_health(&mut self, slot: u32, row: &Row) {
        let Some(node) = self.nodes.get_mut(slot).filter(|node| node.health != row.health) else {
            return;
        };
        let before = std::mem::replace(&mut node.health, row.health);
        let resource = node.resource;
        self.generation += 1;
        if self.are_pods(resource)
            && let Some(tally) = self.pods.get_mut(&row.namespace)
        {
            tally.remove(before);
            tally.add(row.health);
        }
    }

    fn set_labels(&mut self, slot: u32, row: &Row) {
        let Some(node) = self.nodes.get(slot) else { return };
        let (resource, before) = (node.resource, node.group);
        let same = self.groups.get(before).is_some_and(|group| {
            Arc::ptr_eq(&group.labels, &row.labels) || group.labels == row.labels
        });
        if same {
            return;
        }
        self.generation += 1;
        self.count_across(resource, (&row.namespace, &row.name), -1);
        // The new set first: a selector that selects both never selects nothing.
        let group = self.enter_group(resource, row, slot);
        if let Some(node) = self.nodes.get_mut(slot) {
            node.group = group;
        }
        self.count_across(resource, (&row.namespace, &row.name), 1);
        self.leave_group(before, slot);
    }

    fn set_links(&mut self, slot: u32, row: &Row) {
        let Some(node) = self.nodes.get(slot) else { return };
        let same = node.links.len() == row.links.len()
            && node.links.iter().zip(&row.links).all(|(id, link)| {
                let known = self.links.get(*id).map(|known| &known.link);
                known.is_some_and(|known| Arc::ptr_eq(known, link) || known == link)
            });
        if same {
            return;
        }
        let mut links = Vec::with_capacity(row.links.len());
        for link in &row.links {
            let id = self.link(link, slot);
            if !links.contains(&id) {
                links.push(id);
            }
        }
        let links = links.into_boxed_slice();
        let before = match self.nodes.get_mut(slot) {
            Some(node) => mem::replace(&mut node.links, links.clone()),
            None => return,
        };
        self.generation += u64::from(before != links);
        for id in before.iter().filter(|id| !links.contains(id)) {
            self.unlink(*id, slot);
        }
        if self.nodes.get(slot).is_some_and(|node| self.are_pods(node.resource)) {
            self.set_loose(slot);
        }
    }

    /// Adds a row to the sources of a link.
    fn link(&mut self, link: &Arc<Link>, slot: u32) -> u32 {
        let id = self.links.find(link).unwrap_or_else(|| {
            let resource = self.resources.meant(&link.group, &link.resource);
            let id = self.links.insert(Arc::clone(link), resource);
            self.links.set_guessed(id, self.is_guessed(resource));
            let hits = self.count(resource, link);
            if let Some(known) = self.links.get_mut(id) {
                known.hits = hits;
            }
            self.set_missing(id, hits == 0);
            id
        });
        if let Some(known) = self.links.get_mut(id) {
            known.sources.insert(slot);
        }
        id
    }

    /// Takes a row out of the sources of a link, and the link with its last source.
    fn unlink(&mut self, id: u32, slot: u32) {
        let Some(known) = self.links.get_mut(id) else { return };
        known.sources.remove(slot);
        if known.sources.is_empty() {
            self.set_missing(id, false);
            self.links.remove(id);
        }
    }

    fn enter_group(&mut self, resource: ResourceId, row: &Row, slot: u32) -> u32 {
        let (group, is_new) = self.groups.enter(resource, &row.namespace, &row.labels, slot);
        if is_new {
            self.count_selecting(group, 1);
        }
        group
    }

    fn leave_group(&mut self, group: u32, slot: u32) {
        if self.groups.leave(group, slot) {
            self.count_selecting(group, -1);
            self.groups.drop(group);
        }
    }

    /// Counts a label set more or less for the links that select it.
    fn count_selecting(&mut self, group: u32, change: i32) {
        let mut touched = mem::take(&mut self.touched);
        touched.extend(self.groups.get(group).into_iter().flat_map(|group| self.selecting(group)));
        self.touched = touched;
        self.count_touched(change);
    }

    /// Counts a hit more or less for the links that a change touched.
    pub(super) fn count_touched(&mut self, change: i32) {
        let mut touched = mem::take(&mut self.touched);
        for id in touched.drain(..) {
            let Some(known) = self.links.get_mut(id) else { continue };
            let before = known.hits;
            known.hits = before.saturating_add_signed(change);
            let now = known.hits;
            if (before == 0) != (now == 0) {
                self.set_missing(id, now == 0);
            }
        }
        self.touched = touched;
    }

    /// What a link leads to, counted from scratch: rows, or label sets.
    fn count(&self, resource: ResourceId, link: &Link) -> u32 {
        let count = match &link.to {
            To::Uid { uid, .. } => usize::from(self.nodes.find(resource, *uid).is_some()),
            To::Name { namespace, name } => self.nodes.named(resource, namespace, name).count(),
            To::Labels { .. } => self.selected(resource, link).count(),
        };
        count as u32
    }

    fn set_missing(&mut self, id: u32, missing: bool) {
        let Some(known) = self.links.get(id).filter(|known| !known.link.optional) else { return };
        let Some(resource) = self.resources.get_mut(known.resource) else { return };
        if missing {
            resource.missing.insert(id);
        } else {
            resource.missing.remove(id);
        }
    }
}
