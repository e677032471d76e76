//! Distinct links with the rows that have them, filed under what they point to.
//!
//! A link is filed by its target's key and not by the target, so it does not matter which of the two comes first, and nothing is resolved again
//! when a target goes and comes back.

use std::hash::BuildHasher;
use std::iter;
use std::sync::Arc;

use hashbrown::HashTable;
use rustc_hash::{FxBuildHasher, FxHashMap};

use crate::store::{Labels, Link, Relation, Selector, Str, To};

use super::bag::Bag;
use super::key;
use super::labels::{distinct, take_out, values};
use super::nodes::Entry;
use super::resource::ResourceId;
use super::slab::Slab;

/// A link, as many rows may have it.
pub(super) struct Shared {
    pub link: Arc<Link>,
    /// The resource that its words mean.
    pub resource: ResourceId,
    /// The requirement of its selector under whose values it is filed; where there is none, it is filed under its namespace.
    anchor: u32,
    /// How many rows it leads to; for a selector, how many label sets.
    pub hits: u32,
    /// The rows that have it.
    pub sources: Bag,
}

/// All links.
#[derive(Default)]
pub(super) struct LinkTable {
    slab: Slab<Shared>,
    index: HashTable<u32>,
    /// The same by address: rows of one Source share their links, and need not be read to be found.
    addresses: HashTable<u32>,
    filed: FxHashMap<u64, Bag>,
    /// Those that need something of their targets.
    needing: Bag,
    /// Those that select in the namespaces that have certain labels.
    across: Bag,
    /// Those whose words nobody else has named.
    guessed: Bag,
    /// Those to releases of Helm, by the release's namespace.
    installed: FxHashMap<Str, Bag>,
}

/// Stands for no anchor.
const NONE: u32 = u32::MAX;

fn hash(link: &Arc<Link>) -> u64 {
    FxBuildHasher.hash_one(link)
}

fn address(link: &Arc<Link>) -> u64 {
    FxBuildHasher.hash_one(Arc::as_ptr(link).addr())
}

/// The namespace of the release of Helm that a link leads to.
fn release(link: &Link) -> Option<&Str> {
    let is_one = link.relation == Relation::PartOf && &*link.group == "helm.sh";
    match &link.to {
        To::Name { namespace, .. } if is_one => Some(namespace),
        _ => None,
    }
}

impl LinkTable {
    pub fn get(&self, id: u32) -> Option<&Shared> {
        self.slab.get(id)
    }

    pub fn get_mut(&mut self, id: u32) -> Option<&mut Shared> {
        self.slab.get_mut(id)
    }

    pub fn find(&self, link: &Arc<Link>) -> Option<u32> {
        let it = |id: &u32| self.get(*id).is_some_and(|known| Arc::ptr_eq(&known.link, link));
        let same = |id: &u32| self.get(*id).is_some_and(|known| known.link == *link);
        let found = self.addresses.find(address(link), it);
        found.or_else(|| self.index.find(hash(link), same)).copied()
    }

    /// Adds a link that [`LinkTable::find`] did not find; it has no sources and no hits yet.
    pub fn insert(&mut self, link: Arc<Link>, resource: ResourceId) -> u32 {
        let (by_content, by_address) = (hash(&link), address(&link));
        let anchor = self.anchor(&link, resource);
        let id =
            self.slab.insert(Shared { link, resource, anchor, hits: 0, sources: Bag::default() });
        if self.get(id).is_some_and(|known| known.link.needs.is_some()) {
            self.needing.insert(id);
        }
        if self.get(id).is_some_and(|known| known.link.namespaces().is_some()) {
            self.across.insert(id);
        }
        if let Some(namespace) = self.get(id).and_then(|known| release(&known.link)).cloned() {
            self.installed.entry(namespace).or_default().insert(id);
        }
        let slab = &self.slab;
        for (table, h, of) in [
            (&mut self.index, by_content, hash as fn(&Arc<Link>) -> u64),
            (&mut self.addresses, by_address, address),
        ] {
            table.insert_unique(h, id, |id| slab.get(*id).map_or(0, |known| of(&known.link)));
        }
        self.file(id);
        id
    }

    /// Forgets a link that no row has any more.
    pub fn remove(&mut self, id: u32) {
        self.unfile(id);
        self.needing.remove(id);
        self.across.remove(id);
        self.guessed.remove(id);
        let Some(gone) = self.slab.remove(id) else { return };
        if let Some(namespace) = release(&gone.link) {
            take_out(&mut self.installed, namespace, id);
        }
        for (table, h) in
            [(&mut self.index, hash(&gone.link)), (&mut self.addresses, address(&gone.link))]
        {
            if let Ok(found) = table.find_entry(h, |found| *found == id) {
                found.remove();
            }
        }
    }

    /// Lets a link mean another resource.
    pub fn set_resource(&mut self, id: u32, resource: ResourceId) {
        self.unfile(id);
        if let Some(link) = self.get(id).map(|known| Arc::clone(&known.link)) {
            let anchor = self.anchor(&link, resource);
            if let Some(known) = self.slab.get_mut(id) {
                known.resource = resource;
                known.anchor = anchor;
            }
        }
        self.file(id);
    }

    /// Remembers whether only links have named what a link means.
    pub fn set_guessed(&mut self, id: u32, guessed: bool) {
        if guessed {
            self.guessed.insert(id);
        } else {
            self.guessed.remove(id);
        }
    }

    /// The links whose words nobody else has named, as far as that is known.
    pub fn guessed(&self) -> impl Iterator<Item = u32> {
        self.guessed.iter()
    }

    /// The links to a row by its UID.
    pub fn to_uid(&self, node: &Entry) -> impl Iterator<Item = u32> {
        let (uid, resource) = (node.uid, node.resource);
        self.filed(key::uid(resource, uid)).filter(move |id| {
            self.get(*id).is_some_and(|known| {
                known.resource == resource
                    && matches!(&known.link.to, To::Uid { uid: to, .. } if *to == uid)
            })
        })
    }

    /// The links to a row by its name.
    pub fn to_name<'a>(&'a self, node: &'a Entry) -> impl Iterator<Item = u32> {
        let filed = self.filed(key::name(node.resource, &node.namespace, &node.name));
        filed.filter(move |id| {
            self.get(*id).is_some_and(|known| {
                known.resource == node.resource
                    && matches!(&known.link.to, To::Name { namespace, name }
                        if **namespace == *node.namespace && **name == *node.name)
            })
        })
    }

    /// The links whose selectors select a label set of a namespace, the labels of the namespace aside.
    pub fn selecting<'a>(
        &'a self,
        resource: ResourceId,
        namespace: &'a str,
        labels: &'a Labels,
    ) -> impl Iterator<Item = u32> {
        let everywhere = (!namespace.is_empty()).then_some("");
        iter::once(namespace).chain(everywhere).flat_map(move |namespace| {
            let by_label = labels
                .iter()
                .map(move |(k, v)| (key::label(resource, namespace, k, v), Some(k.as_ref())));
            let by_namespace = iter::once((key::all(resource, namespace), None));
            by_namespace.chain(by_label).flat_map(move |(key, label)| {
                self.filed(key).filter(move |id| {
                    self.get(*id).is_some_and(|known| {
                        known.resource == resource
                            && known.selects(namespace, labels)
                            && known.anchor_key() == label
                    })
                })
            })
        })
    }

    /// The links that need something of their targets, and may not lead to any that has it not.
    pub fn needing(&self) -> impl Iterator<Item = u32> {
        self.needing.iter()
    }

    /// The links that select in the namespaces that have certain labels.
    pub fn across(&self) -> impl Iterator<Item = u32> {
        self.across.iter()
    }

    /// The links to releases of Helm in a namespace.
    pub fn installed(&self, namespace: &str) -> impl Iterator<Item = u32> {
        self.installed.get(namespace).into_iter().flat_map(Bag::iter)
    }

    /// The namespaces that have releases of Helm which a link leads to.
    pub fn installed_in(&self) -> impl Iterator<Item = &Str> {
        self.installed.keys()
    }

    pub fn len(&self) -> usize {
        self.slab.len()
    }

    pub fn iter(&self) -> impl Iterator<Item = (u32, &Shared)> {
        self.slab.iter()
    }

    pub fn bytes(&self) -> usize {
        let sources = self.iter().map(|(_, known)| known.sources.bytes());
        self.slab.bytes()
            + self.index.allocation_size()
            + self.addresses.allocation_size()
            + super::bytes::map(&self.filed)
            + self.needing.bytes()
            + self.across.bytes()
            + self.guessed.bytes()
            + super::bytes::map(&self.installed)
            + sources.chain(self.filed.values().map(Bag::bytes)).sum::<usize>()
    }

    fn filed(&self, key: u64) -> impl Iterator<Item = u32> {
        self.filed.get(&key).into_iter().flat_map(Bag::iter)
    }

    /// The requirement with the fewest neighbours: what all selectors ask for finds none of them.
    fn anchor(&self, link: &Link, resource: ResourceId) -> u32 {
        let To::Labels { namespace, selector, .. } = &link.to else { return NONE };
        let neighbours = |key: &str, value: &String| {
            self.filed.get(&key::label(resource, namespace, key, value)).map_or(0, Bag::len)
        };
        let counted = (0..).zip(&selector.0).filter_map(|(i, requirement)| {
            let all = values(requirement)?.iter().map(|v| neighbours(&requirement.key, v));
            Some((all.sum::<usize>(), i))
        });
        counted.min().map_or(NONE, |(_, i)| i)
    }

    fn file(&mut self, id: u32) {
        for key in self.get(id).map(Shared::keys).unwrap_or_default() {
            self.filed.entry(key).or_default().insert(id);
        }
    }

    fn unfile(&mut self, id: u32) {
        for key in self.get(id).map(Shared::keys).unwrap_or_default() {
            take_out(&mut self.filed, &key, id);
        }
    }
}

impl Shared {
    /// The namespace of what it points to; empty for all, and for what is in none.
    pub fn namespace(&self) -> &str {
        match &self.link.to {
            To::Uid { namespace, .. }
            | To::Name { namespace, .. }
            | To::Labels { namespace, .. } => namespace,
        }
    }

    /// Under what it is filed.
    fn keys(&self) -> Vec<u64> {
        match &self.link.to {
            To::Uid { uid, .. } => vec![key::uid(self.resource, *uid)],
            To::Name { namespace, name } => vec![key::name(self.resource, namespace, name)],
            To::Labels { namespace, selector, .. } => match self.anchored(selector) {
                None => vec![key::all(self.resource, namespace)],
                Some((key, values)) => distinct(values)
                    .map(|value| key::label(self.resource, namespace, key, value))
                    .collect(),
            },
        }
    }

    fn anchored<'a>(&self, selector: &'a Selector) -> Option<(&'a str, &'a [String])> {
        let requirement = selector.0.get(self.anchor as usize)?;
        Some((&requirement.key, values(requirement)?))
    }

    fn anchor_key(&self) -> Option<&str> {
        match &self.link.to {
            To::Labels { selector, .. } => self.anchored(selector).map(|(key, _)| key),
            _ => None,
        }
    }

    fn selects(&self, in_namespace: &str, labels: &Labels) -> bool {
        match &self.link.to {
            To::Labels { namespace, selector, .. } => {
                **namespace == *in_namespace && selector.matches(labels)
            }
            _ => false,
        }
    }
}
