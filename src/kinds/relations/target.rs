//! To which resource a rule leads, and whether that lives in namespaces.

use rustc_hash::{FxHashMap, FxHashSet};

/// A resource, as a rule names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Target {
    group: Group,
    /// The plural.
    pub resource: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Group {
    Fixed(String),
    /// That of the object's own resource.
    Own,
    /// That of the object's own resource without its first word.
    Parent,
}

impl Target {
    /// Reads `secrets`, `issuers.cert-manager.io`, `providerconfigs.{group}`; the error is a sentence for people.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (resource, group) = text.split_once('.').unwrap_or((text, ""));
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if resource.is_empty() || !resource.chars().all(plain) {
            return Err(format!(
                "{text:?} is no resource; write its plural and its group: issuers.cert-manager.io"
            ));
        }
        let group = match group {
            "{group}" => Group::Own,
            "{parent-group}" => Group::Parent,
            group if group.chars().all(|c| plain(c) || c == '.') => Group::Fixed(group.to_owned()),
            group => return Err(format!("{group:?} is no group")),
        };
        Ok(Self { group, resource: resource.to_owned() })
    }

    /// `issuers.cert-manager.io`; `None` where the group is not fixed.
    pub fn full_name(&self) -> Option<String> {
        match &self.group {
            Group::Fixed(group) if group.is_empty() => Some(self.resource.clone()),
            Group::Fixed(group) => Some(format!("{}.{group}", self.resource)),
            Group::Own | Group::Parent => None,
        }
    }

    /// The group, for an object of a resource of group `own`.
    pub fn group<'t>(&'t self, own: &'t str) -> &'t str {
        match &self.group {
            Group::Fixed(group) => group,
            Group::Own => own,
            Group::Parent => own.split_once('.').map_or(own, |(_, parent)| parent),
        }
    }
}

/// Which resources are cluster-scoped: by group, then by plural and by Kind.
#[derive(Clone, Debug, Default)]
pub(super) struct Scopes(FxHashMap<String, FxHashSet<String>>);

impl Scopes {
    /// A cluster-scoped resource, by its full name and its Kind.
    pub fn add(&mut self, full_name: &str, kind: &str) {
        let (plural, group) = full_name.split_once('.').unwrap_or((full_name, ""));
        self.0.entry(group.to_owned()).or_default().extend([plural.to_owned(), kind.to_owned()]);
    }

    pub fn extend(&mut self, others: Self) {
        for (group, words) in others.0 {
            self.0.entry(group).or_default().extend(words);
        }
    }

    /// Whether a plural or Kind of a group is known to be cluster-scoped.
    pub fn is_cluster(&self, group: &str, word: &str) -> bool {
        self.0.get(group).is_some_and(|words| words.contains(word))
    }
}
