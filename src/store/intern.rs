//! One copy of each string that many rows share.

use std::collections::BTreeMap;
use std::hash::{BuildHasher, Hash};
use std::sync::Arc;

use hashbrown::HashTable;
use rustc_hash::FxBuildHasher;

use super::link::Link;
use super::row::{Labels, Str};

/// Shares equal strings, label sets and links among the rows of one Source.
///
/// A watch task owns one, so it needs no lock. Strings are freed with the last row that holds them; [`Interner::sweep`] then
/// drops the interner's own copy.
#[derive(Default)]
pub struct Interner {
    strings: HashTable<Str>,
    labels: HashTable<Labels>,
    links: HashTable<Arc<Link>>,
}

impl Interner {
    /// The shared copy of `text`. For what many rows say; a string that is unique to its row is better off as [`Str::from`].
    pub fn str(&mut self, text: &str) -> Str {
        let hash = |s: &str| FxBuildHasher.hash_one(s);
        let h = hash(text);
        if let Some(found) = self.strings.find(h, |s| **s == *text) {
            return found.clone();
        }
        let new = Str::from(text);
        self.strings.insert_unique(h, new.clone(), |s| hash(s));
        new
    }

    /// The shared copy of a label set.
    pub fn labels(&mut self, labels: &BTreeMap<String, String>) -> Labels {
        let h = {
            use std::hash::Hasher;
            let mut hasher = FxBuildHasher.build_hasher();
            for (k, v) in labels {
                (k.as_str(), v.as_str()).hash(&mut hasher);
            }
            hasher.finish()
        };
        let same = |set: &Labels| {
            set.len() == labels.len()
                && set.iter().zip(labels).all(|((k, v), (lk, lv))| **k == **lk && **v == **lv)
        };
        if let Some(found) = self.labels.find(h, same) {
            return found.clone();
        }
        let new: Labels = labels.iter().map(|(k, v)| (self.str(k), self.str(v))).collect();
        self.labels.insert_unique(h, new.clone(), |set| {
            use std::hash::Hasher;
            let mut hasher = FxBuildHasher.build_hasher();
            for (k, v) in set.iter() {
                (&**k, &**v).hash(&mut hasher);
            }
            hasher.finish()
        });
        new
    }

    /// The shared copy of a link: the pods of a ReplicaSet say the same of their owner, their configuration and their account.
    pub fn link(&mut self, link: Link) -> Arc<Link> {
        let hash = |link: &Link| FxBuildHasher.hash_one(link);
        let h = hash(&link);
        if let Some(found) = self.links.find(h, |l| **l == link) {
            return Arc::clone(found);
        }
        let new = Arc::new(link);
        self.links.insert_unique(h, Arc::clone(&new), |l| hash(l));
        new
    }

    /// Forgets what no row holds any more. Call it now and then on a long watch; it costs a pass over all distinct strings.
    pub fn sweep(&mut self) {
        self.links.retain(|link| Arc::strong_count(link) > 1);
        self.labels.retain(|set| Arc::strong_count(set) > 1);
        self.strings.retain(|s| Arc::strong_count(s) > 1);
    }

    /// How many distinct strings it holds.
    pub fn len(&self) -> usize {
        self.strings.len()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.strings.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Relation, To};

    #[test]
    fn equal_strings_are_one_and_leave_with_their_last_row() {
        let mut interner = Interner::default();
        let a = interner.str("Running");
        assert!(Arc::ptr_eq(&a, &interner.str("Running")));
        let set = BTreeMap::from([("app".to_owned(), "web".to_owned())]);
        let labels = interner.labels(&set);
        assert!(Arc::ptr_eq(&labels, &interner.labels(&set)));
        let to = || To::Name { namespace: a.clone(), name: a.clone() };
        let mut link = || {
            let (group, resource) = (a.clone(), a.clone());
            interner.link(Link {
                relation: Relation::Uses,
                group,
                resource,
                to: to(),
                optional: false,
                needs: None,
            })
        };
        let one = link();
        assert!(Arc::ptr_eq(&one, &link()));
        drop((a, labels, one));
        interner.sweep();
        assert!(interner.is_empty());
    }
}
