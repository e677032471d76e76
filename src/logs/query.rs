//! Which logs are read, and from where on.

use std::fmt;
use std::sync::Arc;

use regex::Regex;

use crate::kinds::Resource;

/// Which logs are read, and from where on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// Of which pods.
    pub groups: Vec<Group>,
    /// Of which of their containers.
    pub containers: Containers,
    /// From when on, for what runs when reading begins; all there is where nothing is said. What joins later is read from its beginning.
    pub since: Option<Since>,
    /// At most so many of the last lines of each container that runs when reading begins.
    pub tail: Option<u64>,
    /// What the container before this one wrote, instead of what this one does.
    pub previous: bool,
    /// Whether reading goes on with what is written later.
    pub follow: bool,
    /// Whether events about the pods are read too.
    pub events: bool,
}

/// Pods that are asked for together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Group {
    /// These.
    Pods(Pods),
    /// Those that belong to an object, which must be read first to know them.
    Of(Object),
}

/// An object, by its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object {
    /// Its resource.
    pub resource: Arc<Resource>,
    /// Its namespace, empty where it is cluster-scoped.
    pub namespace: String,
    /// Its name.
    pub name: String,
}

/// Some pods.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pods {
    /// Their namespace, empty for all.
    pub namespace: String,
    /// A label selector, empty for all.
    pub labels: String,
    /// A field selector, empty for all.
    pub fields: String,
    /// Those of these names alone; empty for all.
    pub names: Vec<String>,
    /// Those whose name this matches.
    pub matching: Option<Pattern>,
    /// Not those whose name one of these matches.
    pub without: Vec<Pattern>,
}

impl Pods {
    /// The pod of this name.
    pub fn one(namespace: &str, name: &str) -> Self {
        let fields = format!("metadata.name={name}");
        Self { namespace: namespace.to_owned(), fields, ..Self::default() }
    }

    /// Whether a pod of this name is among them, as far as its name says.
    pub fn takes(&self, name: &str) -> bool {
        (self.names.is_empty() || self.names.iter().any(|known| known == name))
            && self.matching.as_ref().is_none_or(|pattern| pattern.is_match(name))
            && !self.without.iter().any(|pattern| pattern.is_match(name))
    }
}

/// Some containers of a pod.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Containers {
    /// Those of these names alone; empty for all.
    pub names: Vec<String>,
    /// Those whose name this matches.
    pub matching: Option<Pattern>,
    /// Not those whose name one of these matches.
    pub without: Vec<Pattern>,
    /// Whether init containers are among them.
    pub init: bool,
    /// Whether ephemeral containers are among them.
    pub ephemeral: bool,
}

impl Default for Containers {
    fn default() -> Self {
        Self { names: Vec::new(), matching: None, without: Vec::new(), init: true, ephemeral: true }
    }
}

impl Containers {
    /// Whether a container of this name is among them, as far as its name says.
    pub fn takes(&self, name: &str) -> bool {
        (self.names.is_empty() || self.names.iter().any(|known| known == name))
            && self.matching.as_ref().is_none_or(|pattern| pattern.is_match(name))
            && !self.without.iter().any(|pattern| pattern.is_match(name))
    }
}

/// From when on a log is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Since {
    /// So many seconds ago.
    Ago(u64),
    /// This second since the Unix epoch.
    At(i64),
}

/// A regular expression; two are the same where they read the same.
#[derive(Clone)]
pub struct Pattern(Regex);

impl Pattern {
    /// Reads one; `None` where it is none.
    pub fn new(text: &str) -> Option<Self> {
        Regex::new(text).ok().map(Self)
    }

    /// Whether it matches anywhere in a text.
    pub fn is_match(&self, text: &str) -> bool {
        self.0.is_match(text)
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_str() == other.0.as_str()
    }
}

impl Eq for Pattern {}

impl fmt::Debug for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.0.as_str())
    }
}
