//! Distinct label sets, so that a selector looks at each set once and not at every row.

use std::hash::BuildHasher;
use std::sync::Arc;

use hashbrown::HashTable;
use rustc_hash::{FxBuildHasher, FxHashMap};

use crate::store::{Labels, Op, Requirement, Selector, Str};

use super::bag::Bag;
use super::installed::names_release;
use super::key;
use super::resource::ResourceId;
use super::slab::Slab;

/// A requirement with more values than these is not looked up by them.
const VALUES: usize = 8;

/// The rows of one resource and namespace that have the same labels.
pub(super) struct Group {
    pub resource: ResourceId,
    pub namespace: Str,
    pub labels: Labels,
    pub members: Bag,
}

type Hash = fn(ResourceId, &Str, &Labels) -> u64;

impl Group {
    fn hash(&self, of: Hash) -> u64 {
        of(self.resource, &self.namespace, &self.labels)
    }
}

/// All label sets, filed under each of their labels.
#[derive(Default)]
pub(super) struct Groups {
    slab: Slab<Group>,
    index: HashTable<u32>,
    /// The same by address: rows of one Source share their label sets, and need not be read to be found.
    addresses: HashTable<u32>,
    /// The hash of a label → the sets that have it.
    labelled: FxHashMap<u64, Bag>,
    /// By resource: its namespaces, each with all its sets.
    namespaces: Vec<FxHashMap<Str, Bag>>,
    /// By resource: its namespaces, each with the sets that may name a release.
    named: Vec<FxHashMap<Str, Bag>>,
}

/// Files a set under its resource and namespace.
fn put_in(all: &mut Vec<FxHashMap<Str, Bag>>, group: &Group, id: u32) {
    let at = group.resource as usize;
    if at >= all.len() {
        all.resize_with(at + 1, FxHashMap::default);
    }
    if let Some(namespaces) = all.get_mut(at) {
        namespaces.entry(group.namespace.clone()).or_default().insert(id);
    }
}

fn may_name_release(group: &Group) -> bool {
    group.labels.iter().any(|(key, _)| names_release(key))
}

fn hash(resource: ResourceId, namespace: &Str, labels: &Labels) -> u64 {
    FxBuildHasher.hash_one((resource, namespace, labels))
}

fn address(resource: ResourceId, namespace: &Str, labels: &Labels) -> u64 {
    FxBuildHasher.hash_one((resource, namespace.as_ptr().addr(), labels.as_ptr().addr()))
}

/// The values by which a requirement can be looked up.
pub(super) fn values(requirement: &Requirement) -> Option<&[String]> {
    match &requirement.op {
        Op::In(values) if values.len() <= VALUES => Some(values),
        _ => None,
    }
}

/// Each value once.
pub(super) fn distinct(values: &[String]) -> impl Iterator<Item = &String> {
    let before = |i: usize| values.get(..i).unwrap_or_default();
    values.iter().enumerate().filter(move |(i, v)| !before(*i).contains(v)).map(|(_, v)| v)
}

fn has(labels: &Labels, key: &str, value: &str) -> bool {
    let at = labels.binary_search_by(|(k, _)| (**k).cmp(key));
    at.ok().and_then(|at| labels.get(at)).is_some_and(|(_, v)| **v == *value)
}

impl Groups {
    pub fn get(&self, id: u32) -> Option<&Group> {
        self.slab.get(id)
    }

    #[cfg(test)]
    pub fn len(&self) -> usize {
        self.slab.len()
    }

    /// Adds a row to its set; the set, and whether it is new.
    pub fn enter(
        &mut self,
        resource: ResourceId,
        namespace: &Str,
        labels: &Labels,
        slot: u32,
    ) -> (u32, bool) {
        if let Some(id) = self.find(resource, namespace, labels) {
            if let Some(group) = self.slab.get_mut(id) {
                group.members.insert(slot);
            }
            return (id, false);
        }
        let (namespace, labels) = (namespace.clone(), labels.clone());
        let mut members = Bag::default();
        members.insert(slot);
        let id = self.slab.insert(Group { resource, namespace, labels, members });
        self.file(id);
        (id, true)
    }

    fn find(&self, resource: ResourceId, namespace: &Str, labels: &Labels) -> Option<u32> {
        let of = |id: &u32| self.get(*id).filter(|group| group.resource == resource);
        let it = |id: &u32| {
            of(id).is_some_and(|group| {
                Arc::ptr_eq(&group.namespace, namespace) && Arc::ptr_eq(&group.labels, labels)
            })
        };
        let same = |id: &u32| {
            of(id).is_some_and(|group| group.namespace == *namespace && group.labels == *labels)
        };
        let found = self.addresses.find(address(resource, namespace, labels), it);
        found.or_else(|| self.index.find(hash(resource, namespace, labels), same)).copied()
    }

    /// Takes a row out of its set; true where that leaves it empty: it must then be [dropped](Self::drop).
    pub fn leave(&mut self, id: u32, slot: u32) -> bool {
        self.slab.get_mut(id).is_some_and(|group| {
            group.members.remove(slot);
            group.members.is_empty()
        })
    }

    /// Forgets an empty set.
    pub fn drop(&mut self, id: u32) {
        let Some(group) = self.slab.remove(id) else { return };
        for (table, h) in
            [(&mut self.index, group.hash(hash)), (&mut self.addresses, group.hash(address))]
        {
            if let Ok(found) = table.find_entry(h, |found| *found == id) {
                found.remove();
            }
        }
        for (key, value) in group.labels.iter() {
            let label = key::label(group.resource, &group.namespace, key, value);
            take_out(&mut self.labelled, &label, id);
        }
        let at = group.resource as usize;
        for all in [&mut self.namespaces, &mut self.named] {
            if let Some(namespaces) = all.get_mut(at) {
                take_out(namespaces, &group.namespace, id);
            }
        }
    }

    /// The sets of a namespace (of all where it is empty) that a selector selects.
    pub fn selected<'a>(
        &'a self,
        resource: ResourceId,
        namespace: &'a str,
        selector: &'a Selector,
    ) -> impl Iterator<Item = (u32, &'a Group)> {
        let namespaces = self.namespaces.get(resource as usize);
        let one = namespaces.and_then(|all| all.get_key_value(namespace));
        let all = namespaces.filter(|_| namespace.is_empty());
        one.filter(|_| !namespace.is_empty())
            .into_iter()
            .chain(all.into_iter().flatten())
            .flat_map(move |(namespace, all)| self.likely(resource, namespace, all, selector))
            .filter_map(|id| self.get(id).map(|group| (id, group)))
            .filter(move |(_, group)| {
                group.resource == resource
                    && (namespace.is_empty() || *group.namespace == *namespace)
                    && selector.matches(&group.labels)
            })
    }

    /// All sets of a resource in a namespace.
    pub fn within(&self, resource: ResourceId, namespace: &str) -> impl Iterator<Item = &Group> {
        self.filed(&self.namespaces, resource, namespace)
    }

    /// The sets of a resource in a namespace that may name a release.
    pub fn named(&self, resource: ResourceId, namespace: &str) -> impl Iterator<Item = &Group> {
        self.filed(&self.named, resource, namespace)
    }

    fn filed<'a>(
        &'a self,
        all: &'a [FxHashMap<Str, Bag>],
        resource: ResourceId,
        namespace: &str,
    ) -> impl Iterator<Item = &'a Group> + use<'a> {
        let all = all.get(resource as usize).and_then(|all| all.get(namespace));
        all.into_iter()
            .flat_map(Bag::iter)
            .filter_map(|id| self.get(id))
            .filter(move |group| group.resource == resource)
    }

    /// The namespaces in which a resource has objects; the empty one where these are in none.
    pub fn namespaces(&self, resource: ResourceId) -> impl Iterator<Item = &Str> {
        self.namespaces.get(resource as usize).into_iter().flat_map(|all| all.keys())
    }

    /// The sets of a namespace that have the label which the fewest have of those that the selector asks for; all where it asks for none.
    fn likely<'a>(
        &'a self,
        resource: ResourceId,
        namespace: &'a str,
        all: &'a Bag,
        selector: &'a Selector,
    ) -> impl Iterator<Item = u32> {
        let filed = move |key: &str, value: &str| {
            self.labelled.get(&key::label(resource, namespace, key, value))
        };
        let count = |requirement: &Requirement| {
            let values = values(requirement)?;
            Some(values.iter().filter_map(|v| filed(&requirement.key, v)).map(Bag::len).sum())
        };
        let counted = selector.0.iter().filter_map(|r| count(r).map(|n: usize| (n, r)));
        let best = counted.min_by_key(|(n, _)| *n).filter(|(n, _)| *n < all.len());
        let (key, values) = best.map_or(("", &[][..]), |(_, requirement)| {
            (requirement.key.as_str(), values(requirement).unwrap_or_default())
        });
        let with_label = distinct(values).flat_map(move |value| {
            let bag = filed(key, value).into_iter().flat_map(Bag::iter);
            bag.filter(move |id| self.get(*id).is_some_and(|g| has(&g.labels, key, value)))
        });
        let everything = Some(all).filter(|_| best.is_none());
        with_label.chain(everything.into_iter().flat_map(Bag::iter))
    }

    pub fn bytes(&self) -> usize {
        let filed = || self.namespaces.iter().chain(&self.named);
        let bags = self.labelled.values().chain(filed().flat_map(|n| n.values()));
        let members = self.slab.iter().map(|(_, group)| group.members.bytes());
        let namespaces = filed().map(super::bytes::map);
        self.slab.bytes()
            + self.index.allocation_size()
            + self.addresses.allocation_size()
            + super::bytes::map(&self.labelled)
            + namespaces.sum::<usize>()
            + bags.map(Bag::bytes).chain(members).sum::<usize>()
    }

    fn file(&mut self, id: u32) {
        let slab = &self.slab;
        let Some(group) = slab.get(id) else { return };
        for (table, of) in [(&mut self.index, hash as Hash), (&mut self.addresses, address)] {
            table.insert_unique(group.hash(of), id, |id| {
                slab.get(*id).map_or(0, |group| group.hash(of))
            });
        }
        for (key, value) in group.labels.iter() {
            let label = key::label(group.resource, &group.namespace, key, value);
            self.labelled.entry(label).or_default().insert(id);
        }
        put_in(&mut self.namespaces, group, id);
        if may_name_release(group) {
            put_in(&mut self.named, group, id);
        }
    }
}

/// Takes an item out of a bag, and the bag with its last item.
pub(super) fn take_out<K: std::hash::Hash + Eq>(bags: &mut FxHashMap<K, Bag>, key: &K, item: u32) {
    if let Some(bag) = bags.get_mut(key) {
        bag.remove(item);
        if bag.is_empty() {
            bags.remove(key);
        }
    }
}
