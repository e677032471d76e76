//! Links that lead nowhere and should not, or to what cannot do what they need.

use std::fmt;

use crate::store::To;

use super::lack::Lack;
use super::links::Shared;
use super::nodes::Entry;
use super::{Edge, Graph, Reach};

/// Why a link is broken: what is not there, or what that lacks, in people's words when displayed.
#[derive(Clone, Copy)]
pub struct Why<'a> {
    pub(super) graph: &'a Graph,
    pub(super) shared: &'a Shared,
}

impl Graph {
    /// All broken links, each with the rows that have it as its [sources](Edge::sources). A link into what nobody watches completely is not among them.
    pub fn broken(&self) -> impl Iterator<Item = Edge<'_>> {
        let covered = self.resources.iter().filter(|resource| resource.is_covered());
        covered
            .flat_map(|resource| resource.missing.iter())
            .filter_map(|id| self.edge(id))
            .filter(Edge::is_known)
            .chain(self.lacking())
    }

    /// How many rows have a broken link; a row counts once for each.
    pub fn broken_count(&self) -> usize {
        self.broken().map(|edge| edge.source_count()).sum()
    }
}

impl<'a> Edge<'a> {
    /// Why it is broken; `None` where it is not, or nobody knows.
    pub fn why(&self) -> Option<Why<'a>> {
        match self.reach() {
            Reach::Broken(why) => Some(why),
            _ => None,
        }
    }
}

impl Why<'_> {
    /// What kind of object is not there, or not as it should be, `service`.
    pub fn what(&self) -> &str {
        let resource = self.graph.resources.get(self.shared.resource);
        resource.map_or("object", |resource| &resource.singular)
    }

    fn write_lack(&self, f: &mut fmt::Formatter<'_>, lack: &Lack<'_>) -> fmt::Result {
        let singular = self.what();
        let of = |f: &mut fmt::Formatter<'_>, entry: &Entry| {
            write!(f, "{singular} {}", entry.name)?;
            if entry.namespace.is_empty() { Ok(()) } else { write!(f, " in {}", entry.namespace) }
        };
        match lack {
            Lack::Lost => match &self.shared.link.to {
                To::Name { name, .. } if name.is_empty() => {
                    write!(f, "lost the {singular} that it had")
                }
                To::Name { name, .. } if self.shared.hits > 0 => {
                    write!(f, "lost {singular} {name}: that is another's now")
                }
                To::Name { name, .. } | To::Uid { name, .. } => {
                    write!(f, "lost {singular} {name}: it is gone")
                }
                To::Labels { .. } => write!(f, "lost every {singular} that it had"),
            },
            Lack::Ports(entry, ports) => {
                of(f, entry)?;
                f.write_str(if ports.len() == 1 { " has no port " } else { " has no ports " })?;
                for (i, port) in ports.iter().enumerate() {
                    write!(f, "{}{port}", if i == 0 { "" } else { ", " })?;
                }
                Ok(())
            }
            Lack::Endpoints(entry) => {
                of(f, entry)?;
                f.write_str(" has no ready endpoints")
            }
        }
    }
}

impl fmt::Display for Why<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let singular = self.what();
        if let Some(lack) = self.graph.lack(self.shared) {
            return self.write_lack(f, &lack);
        }
        let namespace = self.shared.namespace();
        let within = if namespace.is_empty() { "" } else { " in " };
        match &self.shared.link.to {
            To::Name { name, .. } => write!(f, "no {singular} {name}{within}{namespace}"),
            To::Uid { name, .. } => {
                let mut named = self.graph.nodes.named(self.shared.resource, namespace, name);
                if named.next().is_some() {
                    write!(f, "the {singular} {name} it means is gone, another has its name")
                } else {
                    write!(f, "no {singular} {name}{within}{namespace}")
                }
            }
            To::Labels { selector, .. } => {
                write!(f, "selects nothing: no {singular}{within}{namespace}")?;
                if let Some(namespaces) = self.shared.link.namespaces() {
                    write!(f, " in a namespace with {namespaces}")?;
                }
                if selector.0.is_empty() { Ok(()) } else { write!(f, " has {selector}") }
            }
        }
    }
}

impl fmt::Debug for Why<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}
