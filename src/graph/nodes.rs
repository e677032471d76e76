//! The rows of the graph, found by UID and by name.

use std::hash::BuildHasher;

use hashbrown::HashTable;
use rustc_hash::FxBuildHasher;

use crate::store::{Health, Str, Uid};

use super::key;
use super::resource::ResourceId;
use super::slab::Slab;

/// What the graph keeps of a row.
pub(super) struct Entry {
    pub uid: Uid,
    pub namespace: Str,
    pub name: Str,
    /// Its links, by place, each once, in the row's order.
    pub links: Box<[u32]>,
    pub resource: ResourceId,
    /// Its label set, by place.
    pub group: u32,
    /// Tells it from another row that takes its place later.
    pub born: u32,
    /// How many Sources have it.
    pub held: u16,
    pub health: Health,
}

/// Rows at fixed places, and two indices of four bytes an entry.
#[derive(Default)]
pub(super) struct Nodes {
    slab: Slab<Entry>,
    uids: HashTable<u32>,
    names: HashTable<u32>,
}

fn by_uid(resource: ResourceId, uid: Uid) -> u64 {
    FxBuildHasher.hash_one((resource, uid))
}

fn by_name(resource: ResourceId, namespace: &str, name: &str) -> u64 {
    key::name(resource, namespace, name)
}

impl Nodes {
    pub fn get(&self, slot: u32) -> Option<&Entry> {
        self.slab.get(slot)
    }

    pub fn get_mut(&mut self, slot: u32) -> Option<&mut Entry> {
        self.slab.get_mut(slot)
    }

    pub fn find(&self, resource: ResourceId, uid: Uid) -> Option<u32> {
        let is = |slot: &u32| {
            self.get(*slot).is_some_and(|node| node.uid == uid && node.resource == resource)
        };
        self.uids.find(by_uid(resource, uid), is).copied()
    }

    /// All of this name: one, unless two Sources disagree on whether an object has been made anew.
    pub fn named(
        &self,
        resource: ResourceId,
        namespace: &str,
        name: &str,
    ) -> impl Iterator<Item = u32> {
        let found = self.names.iter_hash(by_name(resource, namespace, name)).copied();
        found.filter(move |slot| {
            self.get(*slot).is_some_and(|node| {
                node.resource == resource && *node.namespace == *namespace && *node.name == *name
            })
        })
    }

    pub fn insert(&mut self, entry: Entry) -> u32 {
        let uid = by_uid(entry.resource, entry.uid);
        let name = by_name(entry.resource, &entry.namespace, &entry.name);
        let slot = self.slab.insert(entry);
        let slab = &self.slab;
        self.uids.insert_unique(uid, slot, |slot| {
            slab.get(*slot).map_or(0, |node| by_uid(node.resource, node.uid))
        });
        self.names.insert_unique(name, slot, |slot| {
            slab.get(*slot).map_or(0, |node| by_name(node.resource, &node.namespace, &node.name))
        });
        slot
    }

    pub fn remove(&mut self, slot: u32) -> Option<Entry> {
        let entry = self.slab.remove(slot)?;
        let uid = by_uid(entry.resource, entry.uid);
        let name = by_name(entry.resource, &entry.namespace, &entry.name);
        for (table, hash) in [(&mut self.uids, uid), (&mut self.names, name)] {
            if let Ok(found) = table.find_entry(hash, |found| *found == slot) {
                found.remove();
            }
        }
        Some(entry)
    }

    pub fn len(&self) -> usize {
        self.slab.len()
    }

    pub fn iter(&self) -> impl Iterator<Item = (u32, &Entry)> {
        self.slab.iter()
    }

    pub fn bytes(&self) -> usize {
        let links: usize = self.iter().map(|(_, node)| size_of_val(&*node.links)).sum();
        self.slab.bytes() + self.uids.allocation_size() + self.names.allocation_size() + links
    }
}
