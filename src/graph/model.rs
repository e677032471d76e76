//! The graph as one would write it without a thought for speed: everything is resolved from scratch. Tests compare the two.

use std::collections::{BTreeMap, BTreeSet};

use crate::store::{Freshness, Health, Link, Row, Scope, Selector, SourceId, Str, To, Uid};

/// An object: group, plural, UID.
pub type Key = (&'static str, &'static str, Uid);

/// Group, plural, Kind.
pub const RESOURCES: [(&str, &str, &str); 6] = [
    ("", "pods", "Pod"),
    ("", "secrets", "Secret"),
    ("", "nodes", "Node"),
    ("", "namespaces", "Namespace"),
    ("apps", "replicasets", "ReplicaSet"),
    ("example.org", "replicasets", "ReplicaSet"),
];

pub struct Feed {
    pub resource: usize,
    pub scope: Scope,
    pub partial: bool,
    pub freshness: Freshness,
    pub rows: BTreeSet<Uid>,
}

#[derive(Default)]
pub struct Model {
    pub feeds: BTreeMap<SourceId, Feed>,
    /// The newest row of each object that any Source has told.
    pub rows: BTreeMap<Key, Row>,
    /// Up to which entry of [`RESOURCES`] Kinds are known.
    pub kinds: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    Found,
    Nothing,
    Unknown,
    Broken,
}

fn key(resource: usize, uid: Uid) -> Key {
    (RESOURCES[resource].0, RESOURCES[resource].1, uid)
}

impl Model {
    pub fn put(&mut self, id: SourceId, row: &Row) {
        if let Some(feed) = self.feeds.get_mut(&id) {
            feed.rows.insert(row.uid);
            self.rows.insert(key(feed.resource, row.uid), row.clone());
        }
    }

    pub fn remove(&mut self, id: SourceId, uid: Uid) {
        if let Some(feed) = self.feeds.get_mut(&id) {
            feed.rows.remove(&uid);
        }
        self.forget();
    }

    pub fn reset(&mut self, id: SourceId, rows: &[Row]) {
        if let Some(feed) = self.feeds.get_mut(&id) {
            feed.rows.clear();
        }
        rows.iter().for_each(|row| self.put(id, row));
        self.forget();
    }

    pub fn close(&mut self, id: SourceId) {
        self.feeds.remove(&id);
        self.forget();
    }

    fn forget(&mut self) {
        let feeds = &self.feeds;
        self.rows.retain(|known, _| {
            feeds.values().any(|f| f.rows.iter().any(|uid| key(f.resource, *uid) == *known))
        });
    }

    fn means(&self, link: &Link) -> Option<usize> {
        let fits = |(i, (group, plural, kind)): (usize, &(&str, &str, &str))| {
            *group == &*link.group
                && (*plural == &*link.resource || (i < self.kinds && *kind == &*link.resource))
        };
        RESOURCES.iter().enumerate().position(fits)
    }

    pub fn targets(&self, link: &Link) -> BTreeSet<Key> {
        let Some(resource) = self.means(link) else { return BTreeSet::new() };
        let fits = |row: &Row| match &link.to {
            To::Uid { uid, .. } => row.uid == *uid,
            To::Name { namespace, name } => row.namespace == *namespace && row.name == *name,
            To::Labels { namespace, namespaces, selector } => {
                (namespace.is_empty() || row.namespace == *namespace)
                    && namespaces.as_ref().is_none_or(|wanted| self.is_in(&row.namespace, wanted))
                    && selector.matches(&row.labels)
            }
        };
        let of = self.rows.iter().filter(|((g, p, uid), _)| key(resource, *uid) == (*g, *p, *uid));
        of.filter(|(_, row)| fits(row)).map(|(key, _)| *key).collect()
    }

    /// Whether a namespace has the labels that are asked for.
    fn is_in(&self, namespace: &str, wanted: &Selector) -> bool {
        let namespaces = self.rows.iter().filter(|((group, plural, _), row)| {
            (*group, *plural) == ("", "namespaces") && row.namespace.is_empty()
        });
        let mut named = namespaces.filter(|(_, row)| *row.name == *namespace);
        named.any(|(_, row)| wanted.matches(&row.labels))
    }

    /// Whether a feed tells all of a resource in a namespace, or in all where that is empty.
    fn is_complete(&self, resource: Option<usize>, namespace: &Str) -> bool {
        self.feeds.values().any(|feed| {
            let Freshness::Live { limited_to } = &feed.freshness else { return false };
            let covered = match (&limited_to, &feed.scope) {
                (Some(only), _) => only.contains(namespace),
                (None, Scope::All) => true,
                (None, Scope::Namespaces(all)) => all.contains(namespace),
            };
            covered && !feed.partial && Some(feed.resource) == resource
        })
    }

    pub fn reach(&self, link: &Link) -> Reach {
        if !self.targets(link).is_empty() {
            return Reach::Found;
        }
        let namespace = match &link.to {
            To::Uid { namespace, .. }
            | To::Name { namespace, .. }
            | To::Labels { namespace, .. } => namespace,
        };
        let namespaces = RESOURCES.iter().position(|(_, plural, _)| *plural == "namespaces");
        let complete = self.is_complete(self.means(link), namespace)
            && (link.namespaces().is_none() || self.is_complete(namespaces, &Str::from("")));
        match (complete, link.optional) {
            (false, _) => Reach::Unknown,
            (true, true) => Reach::Nothing,
            (true, false) => Reach::Broken,
        }
    }

    /// The distinct links of a row, in its order.
    pub fn links(row: &Row) -> Vec<&Link> {
        let mut links: Vec<&Link> = Vec::new();
        for link in &row.links {
            if !links.contains(&&**link) {
                links.push(link);
            }
        }
        links
    }

    pub fn health(&self, key: &Key) -> Health {
        self.rows[key].health
    }
}
