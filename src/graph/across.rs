//! Selectors that select in the namespaces that have certain labels: which those are, and what it does to links when that changes.

use std::mem;

use crate::store::{Labels, Link, Str, To};

use super::Graph;
use super::labels::Group;
use super::resource::ResourceId;

/// The resource whose objects the namespaces of all others are.
const NAMESPACES: (&str, &str) = ("", "namespaces");

impl Graph {
    /// The links whose selectors select a label set.
    pub(super) fn selecting<'a>(&'a self, group: &'a Group) -> impl Iterator<Item = u32> {
        let selecting = self.links.selecting(group.resource, &group.namespace, &group.labels);
        selecting.filter(|id| {
            let known = self.links.get(*id);
            known.is_some_and(|known| self.is_within(&known.link, &group.namespace))
        })
    }

    /// The label sets of a resource that a link's selector selects; none where it has no selector.
    pub(super) fn selected<'a>(
        &'a self,
        resource: ResourceId,
        link: &'a Link,
    ) -> impl Iterator<Item = &'a Group> {
        let selector = match &link.to {
            To::Labels { namespace, selector, .. } => Some((namespace, selector)),
            To::Uid { .. } | To::Name { .. } => None,
        };
        selector
            .into_iter()
            .flat_map(move |(namespace, selector)| {
                self.groups.selected(resource, namespace, selector)
            })
            .map(|(_, group)| group)
            .filter(|group| self.is_within(link, &group.namespace))
    }

    /// Whether it is known which namespaces there are.
    pub(super) fn are_namespaces_known(&self) -> bool {
        self.is_complete(NAMESPACES.0, NAMESPACES.1, "")
    }

    /// Counts what links select in a namespace by its labels: less before these change, and more when they have changed. Nothing for a row of another
    /// resource.
    pub(super) fn count_across(
        &mut self,
        resource: ResourceId,
        (namespace, name): (&Str, &Str),
        change: i32,
    ) {
        if !namespace.is_empty()
            || self.links.across().next().is_none()
            || self.resources.find(NAMESPACES.0, NAMESPACES.1) != Some(resource)
        {
            return;
        }
        let mut touched = mem::take(&mut self.touched);
        for id in self.links.across() {
            let Some(known) = self.links.get(id) else { continue };
            if let To::Labels { selector, .. } = &known.link.to
                && self.is_within(&known.link, name)
            {
                let selected = self.groups.selected(known.resource, name, selector);
                touched.extend(selected.map(|_| id));
            }
        }
        self.touched = touched;
        self.count_touched(change);
    }

    /// Whether a link may lead into a namespace, as far as it goes by the labels of these.
    fn is_within(&self, link: &Link, namespace: &str) -> bool {
        let Some(wanted) = link.namespaces() else { return true };
        self.namespace_labels(namespace).any(|labels| wanted.matches(labels))
    }

    /// The labels of a namespace: of one, unless two Sources disagree on whether it has been made anew.
    fn namespace_labels<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Labels> {
        let resource = self.resources.find(NAMESPACES.0, NAMESPACES.1);
        let named = resource.into_iter().flat_map(|resource| self.nodes.named(resource, "", name));
        named.filter_map(|slot| Some(&self.groups.get(self.nodes.get(slot)?.group)?.labels))
    }
}
