//! What a link needs of its targets, beyond their being there, and they do not have.

use crate::store::{Health, Port, Relation, To};

use super::links::Shared;
use super::nodes::Entry;
use super::{Edge, Graph};

/// What the target of a link lacks.
pub(super) enum Lack<'a> {
    /// It is another's by now.
    Lost,
    /// Ports that the link names.
    Ports(&'a Entry, Vec<&'a Port>),
    /// Anything behind it that is ready.
    Endpoints(&'a Entry),
}

impl Graph {
    /// What the first target that lacks anything lacks; `None` where all is there, or nobody knows.
    pub(super) fn lack<'a>(&'a self, shared: &'a Shared) -> Option<Lack<'a>> {
        let needs = shared.link.needs.as_deref()?;
        if needs.lost {
            return Some(Lack::Lost);
        }
        // Whoever needs anything names its target.
        let To::Name { namespace, name } = &shared.link.to else { return None };
        self.nodes.named(shared.resource, namespace, name).find_map(|slot| {
            let (entry, has) = (self.nodes.get(slot)?, self.ports.get(&slot)?);
            let missing: Vec<&Port> = needs.ports.iter().filter(|port| !has.has(port)).collect();
            if !missing.is_empty() {
                return Some(Lack::Ports(entry, missing));
            }
            (needs.endpoints && self.has_endpoints(entry) == Some(false))
                .then_some(Lack::Endpoints(entry))
        })
    }

    /// Links that lead somewhere and are broken all the same.
    pub(super) fn lacking(&self) -> impl Iterator<Item = Edge<'_>> {
        let needing = self.links.needing().filter_map(|id| self.edge(id));
        needing.filter(|edge| edge.shared.hits > 0 && edge.why().is_some())
    }

    /// Whether any endpoint of a row answers; `None` where nobody watches them.
    fn has_endpoints(&self, of: &Entry) -> Option<bool> {
        let parts = self.links.to_name(of).filter_map(|id| self.links.get(id));
        let parts = parts.filter(|known| known.link.relation == Relation::PartOf);
        let mut sources = parts.flat_map(|known| known.sources.iter());
        let answers = sources.any(|slot| {
            let Some(part) = self.nodes.get(slot) else { return false };
            let resource = self.resources.get(part.resource);
            resource.is_some_and(|resource| resource.endpoints)
                && matches!(part.health, Health::Ok | Health::Warning)
        });
        let mut known = self.resources.iter().filter(|resource| resource.endpoints);
        (answers || known.any(|resource| resource.is_complete(&of.namespace))).then_some(answers)
    }
}
