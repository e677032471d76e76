//! The MVCC store: the current objects of every resource, and the ring of changes that watches read.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::ops::Bound;
use std::sync::Arc;

use serde_json::Value;

use super::object::Object;

/// What happened to an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// It is new.
    Added,
    /// It is another version.
    Modified,
    /// It is gone.
    Deleted,
}

/// One entry of a resource's log.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The resource version of the change.
    pub rv: u64,
    /// What happened.
    pub change: Change,
    /// The object after it; for a deletion its last state, at the version of the deletion.
    pub object: Arc<Object>,
    /// The object before it.
    pub before: Option<Arc<Object>>,
}

/// Objects and recent changes of one resource.
#[derive(Debug, Default, Clone)]
struct Shelf {
    objects: BTreeMap<Box<str>, Arc<Object>>,
    log: VecDeque<Entry>,
    /// Changes up to this version are no longer in the log.
    compacted: u64,
}

/// The version asked for is older than the log reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Compacted {
    /// The oldest version still known.
    pub oldest: u64,
}

/// All objects of the cluster.
#[derive(Debug, Clone)]
pub struct Store {
    shelves: HashMap<String, Shelf>,
    owned: HashMap<Box<str>, Vec<(String, Box<str>)>>,
    uids: HashMap<Box<str>, (String, Box<str>)>,
    rv: u64,
    log_length: usize,
}

impl Store {
    /// An empty store that remembers this many changes of each resource.
    pub fn new(log_length: usize) -> Self {
        Self {
            shelves: HashMap::new(),
            owned: HashMap::new(),
            uids: HashMap::new(),
            rv: 1,
            log_length: log_length.max(1),
        }
    }

    /// The version of the latest change of anything.
    pub fn rv(&self) -> u64 {
        self.rv
    }

    /// The object under this key, if it exists.
    pub fn get(&self, id: &str, key: &str) -> Option<&Arc<Object>> {
        self.shelves.get(id)?.objects.get(key)
    }

    /// The parsed object under this key.
    pub fn value(&self, id: &str, key: &str) -> Option<Value> {
        self.get(id, key).map(|o| o.value())
    }

    /// Objects in key order, of one namespace or of all.
    pub fn iter<'a>(
        &'a self,
        id: &str,
        namespace: Option<&str>,
    ) -> impl Iterator<Item = &'a Arc<Object>> + use<'a> {
        let (from, to) = span(namespace);
        self.shelves
            .get(id)
            .map(|kept| match to {
                Some(to) => {
                    let bounds = (Bound::Included(from.as_str()), Bound::Excluded(to.as_str()));
                    kept.objects.range::<str, _>(bounds)
                }
                None => kept.objects.range::<str, _>((Bound::Unbounded, Bound::Unbounded)),
            })
            .into_iter()
            .flatten()
            .map(|(_, object)| object)
    }

    /// Resource id and key of everything that names this UID as an owner.
    pub fn owned_by(&self, uid: &str) -> Vec<(String, Box<str>)> {
        self.owned.get(uid).cloned().unwrap_or_default()
    }

    /// Objects of this resource that name this UID as an owner, in key order.
    pub fn dependents(&self, id: &str, uid: &str) -> Vec<Arc<Object>> {
        let mut found: Vec<_> = self
            .owned
            .get(uid)
            .into_iter()
            .flatten()
            .filter(|(owned_id, _)| owned_id == id)
            .filter_map(|(_, key)| self.get(id, key).cloned())
            .collect();
        found.sort_by(|a, b| a.key().cmp(b.key()));
        found
    }

    /// Resource id and key of the object with this UID; events, which own nothing, are not kept here.
    pub fn by_uid(&self, uid: &str) -> Option<&(String, Box<str>)> {
        self.uids.get(uid)
    }

    /// Whether anything at all names this UID as an owner.
    pub fn owns_any(&self, uid: &str) -> bool {
        self.owned.get(uid).is_some_and(|o| !o.is_empty())
    }

    /// Writes an object, giving it the next resource version.
    pub fn put(&mut self, id: &str, key: &str, value: Value) -> Arc<Object> {
        self.rv += 1;
        let object = Arc::new(Object::new(key, self.rv, value));
        self.insert(id, Arc::clone(&object));
        object
    }

    /// The version that [`Store::insert_ready`] expects next.
    pub fn next_rv(&mut self) -> u64 {
        self.rv += 1;
        self.rv
    }

    /// Takes in an object that was built with a version of [`Store::next_rv`], without logging it:
    /// for filling the store before anybody watches.
    pub fn insert_ready(&mut self, id: &str, object: Object) {
        let object = Arc::new(object);
        self.index(id, &object);
        let kept = self.shelf(id);
        kept.compacted = object.rv();
        kept.objects.insert(object.key().into(), object);
    }

    fn insert(&mut self, id: &str, object: Arc<Object>) {
        let before = self.get(id, object.key()).cloned();
        if let Some(before) = &before {
            self.unindex(id, before);
        }
        self.index(id, &object);
        self.shelf(id).objects.insert(object.key().into(), Arc::clone(&object));
        let change = if before.is_some() { Change::Modified } else { Change::Added };
        self.record(id, Entry { rv: object.rv(), change, object, before });
    }

    /// Removes an object; returns its last state.
    pub fn remove(&mut self, id: &str, key: &str) -> Option<Arc<Object>> {
        let before = self.shelves.get_mut(id)?.objects.remove(key)?;
        self.unindex(id, &before);
        self.rv += 1;
        let last = Arc::new(Object::new(key, self.rv, before.value()));
        self.record(
            id,
            Entry {
                rv: self.rv,
                change: Change::Deleted,
                object: Arc::clone(&last),
                before: Some(before),
            },
        );
        Some(last)
    }

    /// Changes of a resource after this version, oldest first.
    pub fn since(&self, id: &str, rv: u64) -> Result<Vec<Entry>, Compacted> {
        let Some(kept) = self.shelves.get(id) else { return Ok(Vec::new()) };
        if rv < kept.compacted {
            return Err(Compacted { oldest: kept.compacted });
        }
        let start = kept.log.partition_point(|e| e.rv <= rv);
        Ok(kept.log.range(start..).cloned().collect())
    }

    /// Objects of a resource as they were at this version, from `after` (exclusive) on, at most `limit`,
    /// with the number of those left.
    pub fn snapshot(
        &self,
        id: &str,
        namespace: Option<&str>,
        rv: u64,
        after: Option<&str>,
    ) -> Result<Vec<Arc<Object>>, Compacted> {
        let mut then: BTreeMap<Box<str>, Option<Arc<Object>>> = BTreeMap::new();
        for entry in self.since(id, rv)? {
            // The first change after the snapshot knows how the object was before it.
            then.entry(entry.object.key().into()).or_insert(entry.before);
        }
        let in_range = |key: &str| {
            after.is_none_or(|a| key > a)
                && namespace.is_none_or(|n| key.split_once('/').is_some_and(|(ns, _)| ns == n))
        };
        let unchanged: Vec<_> = match (after, namespace, self.shelves.get(id)) {
            (Some(after), None, Some(kept)) => kept
                .objects
                .range::<str, _>((Bound::Excluded(after), Bound::Unbounded))
                .map(|(_, o)| o)
                .collect(),
            _ => self.iter(id, namespace).filter(|o| in_range(o.key())).collect(),
        };
        if then.is_empty() {
            return Ok(unchanged.into_iter().cloned().collect());
        }
        let mut all: BTreeMap<Box<str>, Arc<Object>> = unchanged
            .into_iter()
            .filter(|o| !then.contains_key(o.key()))
            .map(|o| (o.key().into(), Arc::clone(o)))
            .collect();
        all.extend(
            then.into_iter().filter(|(key, _)| in_range(key)).filter_map(|(k, o)| Some((k, o?))),
        );
        Ok(all.into_values().collect())
    }

    /// Forgets all recorded changes, as etcd's compaction does: watches of older versions get a 410.
    pub fn compact(&mut self) {
        self.rv += 1;
        let rv = self.rv;
        for kept in self.shelves.values_mut() {
            kept.log.clear();
            kept.compacted = rv;
        }
    }

    fn shelf(&mut self, id: &str) -> &mut Shelf {
        self.shelves.entry(id.to_owned()).or_default()
    }

    fn record(&mut self, id: &str, entry: Entry) {
        let length = self.log_length;
        let kept = self.shelf(id);
        kept.log.push_back(entry);
        if kept.log.len() > length
            && let Some(oldest) = kept.log.pop_front()
        {
            kept.compacted = oldest.rv;
        }
    }

    fn index(&mut self, id: &str, object: &Object) {
        if id != "events" {
            self.uids.insert(object.uid().into(), (id.to_owned(), object.key().into()));
        }
        for owner in object.owners() {
            self.owned.entry(owner.into()).or_default().push((id.to_owned(), object.key().into()));
        }
    }

    fn unindex(&mut self, id: &str, object: &Object) {
        self.uids.remove(object.uid());
        for owner in object.owners() {
            if let Some(list) = self.owned.get_mut(owner) {
                list.retain(|(i, k)| i != id || **k != *object.key());
                if list.is_empty() {
                    self.owned.remove(owner);
                }
            }
        }
    }
}

/// The key range of a namespace; `0` follows `/` in ASCII.
fn span(namespace: Option<&str>) -> (String, Option<String>) {
    match namespace {
        Some(namespace) => (format!("{namespace}/"), Some(format!("{namespace}0"))),
        None => (String::new(), None),
    }
}
