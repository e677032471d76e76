//! Which Sources are needed: equal ones are shared, and one that no page needs lingers for a while before it is let go.

use std::collections::{BTreeMap, HashMap};

use crate::store::{Scope, Source, SourceId, Str};

/// How long a Source that no page needs is still watched, in seconds: going back to it is instant until then.
pub const LINGER: i64 = 60;

/// The Sources of all pages.
#[derive(Debug, Default)]
pub struct Sources {
    ids: HashMap<Identity, SourceId>,
    entries: BTreeMap<SourceId, Entry>,
    next: u32,
}

/// What makes two Sources the same watch: not all that discovery says of a resource, which grows when it answers.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Identity {
    cluster: Str,
    resource: [String; 3],
    scope: Scope,
    selectors: [String; 2],
}

impl Identity {
    fn of(source: &Source) -> Self {
        let resource = &source.resource;
        Self {
            cluster: source.cluster.clone(),
            resource: [&resource.group, &resource.version, &resource.plural].map(Clone::clone),
            scope: source.scope.clone(),
            selectors: [source.labels.clone(), source.fields.clone()],
        }
    }
}

#[derive(Debug)]
struct Entry {
    source: Source,
    users: u32,
    idle_since: i64,
    watched: bool,
    /// Whether nobody else may have it, though it asks for the same.
    apart: bool,
}

impl Sources {
    /// One more page needs this Source; its id, and whether it is new and must be opened in the store.
    pub fn acquire(&mut self, source: &Source) -> (SourceId, bool) {
        if let Some(&id) = self.ids.get(&Identity::of(source)) {
            if let Some(entry) = self.entries.get_mut(&id) {
                entry.users += 1;
            }
            return (id, false);
        }
        let id = self.add(source, false);
        self.ids.insert(Identity::of(source), id);
        (id, true)
    }

    /// A Source for one user alone, who takes what it says and keeps it from the store.
    pub fn acquire_apart(&mut self, source: &Source) -> SourceId {
        self.add(source, true)
    }

    /// Who released a Source needs it again; nothing where it has been let go.
    pub fn hold(&mut self, id: SourceId) {
        if let Some(entry) = self.entries.get_mut(&id) {
            entry.users += 1;
        }
    }

    fn add(&mut self, source: &Source, apart: bool) -> SourceId {
        let id = SourceId(self.next);
        self.next = self.next.wrapping_add(1);
        let source = source.clone();
        let entry = Entry { source, users: 1, idle_since: 0, watched: false, apart };
        self.entries.insert(id, entry);
        id
    }

    /// A page needs it no longer.
    pub fn release(&mut self, id: SourceId, now: i64) {
        if let Some(entry) = self.entries.get_mut(&id) {
            entry.users = entry.users.saturating_sub(1);
            entry.idle_since = now;
        }
    }

    /// The Source of this id.
    pub fn get(&self, id: SourceId) -> Option<&Source> {
        self.entries.get(&id).map(|entry| &entry.source)
    }

    /// Takes out what has lingered long enough; whether each was watched.
    pub fn expire(&mut self, now: i64) -> Vec<(SourceId, bool)> {
        let done = |e: &Entry| e.users == 0 && now.saturating_sub(e.idle_since) >= LINGER;
        let expired: Vec<_> = self.entries.extract_if(.., |_, entry| done(entry)).collect();
        for (_, entry) in expired.iter().filter(|(_, entry)| !entry.apart) {
            self.ids.remove(&Identity::of(&entry.source));
        }
        expired.into_iter().map(|(id, entry)| (id, entry.watched)).collect()
    }

    /// When the next one has lingered long enough.
    pub fn next_expiry(&self) -> Option<i64> {
        let idle = self.entries.values().filter(|entry| entry.users == 0);
        idle.map(|entry| entry.idle_since.saturating_add(LINGER)).min()
    }

    /// Notes the Sources that are to be watched now, and are not yet, because `ready` says their cluster can be asked.
    pub fn start(&mut self, ready: impl Fn(&str) -> bool) -> Vec<(SourceId, Source)> {
        let mut started = Vec::new();
        for (&id, entry) in &mut self.entries {
            if !entry.watched && entry.users > 0 && ready(&entry.source.cluster) {
                entry.watched = true;
                started.push((id, entry.source.clone()));
            }
        }
        started
    }

    /// Gives a Source another id, under which it is to be watched anew: what is still under way for the old one must not be taken for the
    /// new. The new id, and whether the old one was watched.
    pub fn renew(&mut self, id: SourceId) -> Option<(SourceId, bool)> {
        let mut entry = self.entries.remove(&id)?;
        let watched = std::mem::take(&mut entry.watched);
        let new = SourceId(self.next);
        self.next = self.next.wrapping_add(1);
        if !entry.apart {
            self.ids.insert(Identity::of(&entry.source), new);
        }
        self.entries.insert(new, entry);
        Some((new, watched))
    }

    /// The Sources of a cluster that have rows of this resource, whatever its version.
    pub fn of(&self, cluster: &str, group: &str, plural: &str) -> Vec<SourceId> {
        let is = |source: &Source| {
            let resource = &source.resource;
            *source.cluster == *cluster && resource.group == group && resource.plural == plural
        };
        let all = self.entries.iter().filter(|(_, entry)| is(&entry.source));
        all.map(|(id, _)| *id).collect()
    }

    /// Whether any Source of this cluster is left.
    pub fn any_of(&self, cluster: &str) -> bool {
        self.entries.values().any(|entry| &*entry.source.cluster == cluster)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::kinds::Resource;

    fn source(plural: &str) -> Source {
        Source {
            cluster: "lab".into(),
            resource: Arc::new(Resource { plural: plural.to_owned(), ..Resource::default() }),
            scope: Scope::All,
            labels: String::new(),
            fields: String::new(),
        }
    }

    #[test]
    fn equal_sources_are_one_and_linger() {
        let mut sources = Sources::default();
        let (pods, new) = sources.acquire(&source("pods"));
        assert!(new);
        assert_eq!(sources.acquire(&source("pods")), (pods, false));
        let (nodes, _) = sources.acquire(&source("nodes"));
        assert!(sources.start(|_| false).is_empty());
        assert_eq!(sources.start(|_| true).len(), 2);
        assert!(sources.start(|_| true).is_empty());

        sources.release(pods, 100);
        assert_eq!(sources.next_expiry(), None, "a page still needs it");
        sources.release(pods, 110);
        assert_eq!(sources.next_expiry(), Some(110 + LINGER));
        assert!(sources.expire(109 + LINGER).is_empty());
        assert_eq!(sources.expire(110 + LINGER), [(pods, true)]);
        assert!(sources.get(pods).is_none() && sources.get(nodes).is_some());
        let (again, new) = sources.acquire(&source("pods"));
        assert!(new && again != pods);
    }

    #[test]
    fn a_source_apart_is_shared_with_nobody() {
        let mut sources = Sources::default();
        let apart = sources.acquire_apart(&source("pods"));
        let (pods, new) = sources.acquire(&source("pods"));
        assert!(new && pods != apart);
        assert_eq!(sources.of("lab", "", "pods"), [apart, pods]);
        sources.release(apart, 100);
        sources.hold(apart);
        assert_eq!(sources.next_expiry(), None);
        sources.release(apart, 100);
        assert_eq!(sources.expire(100 + LINGER), [(apart, false)]);
        assert_eq!(sources.acquire(&source("pods")), (pods, false), "the other one is still there");
    }
}
