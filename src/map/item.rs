//! What stands on a line of the Map.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use rustc_hash::FxHasher;

use crate::graph::{Graph, NodeId};
use crate::store::{Health, Link, Str, To};

use super::section::Section;

/// What stands on a line of the Map.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// What gathers others.
    Heading(Heading),
    /// A row.
    Row(NodeId),
    /// A part of a row: a container of a pod.
    Part {
        /// The row.
        of: NodeId,
        /// What it is, `container`.
        what: &'static str,
        /// The part's name.
        name: Str,
        /// How it is doing.
        health: Health,
        /// What it uses of what the row uses.
        uses: Arc<[Arc<Link>]>,
    },
    /// What a link means and nobody has.
    Missing {
        /// What kind of object it is, `service`.
        what: Str,
        /// Why the link is broken, in words.
        why: Str,
    },
}

/// What gathers others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heading {
    /// A namespace; the empty one gathers what is in none.
    Namespace(Str),
    /// The nodes of the control plane.
    ControlPlane,
    /// The nodes of a zone; the empty one gathers those that are in none.
    Zone(Str),
    /// What the API server sends requests to: webhooks, aggregated APIs.
    Called,
    /// Pods that no node runs yet.
    Unscheduled,
    /// Volumes and claims of no class.
    NoClass,
    /// What was installed together.
    Release {
        /// Its namespace.
        namespace: Str,
        /// Its name.
        name: Str,
        /// The label that says so.
        label: &'static str,
    },
    /// Whom bindings give roles to.
    Subject(Subject),
    /// Relatives of a row.
    Section {
        /// The row.
        of: NodeId,
        /// Which of them.
        section: Section,
    },
    /// The revisions of a workload that run nothing any more.
    Older {
        /// The workload.
        of: NodeId,
    },
}

/// Whom bindings give roles to: a link that they share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject(pub Arc<Link>);

/// An item with how it belongs to the one above it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Child {
    /// The item.
    pub item: Item,
    /// How it belongs there, in words; empty where that goes without saying.
    pub via: &'static str,
}

impl Child {
    /// An item that belongs there without saying.
    pub fn plain(item: Item) -> Self {
        Self { item, via: "" }
    }

    /// A row that belongs there without saying.
    pub fn row(node: NodeId) -> Self {
        Self::plain(Item::Row(node))
    }
}

impl Subject {
    /// What it is and its name: `serviceaccount`, `shop/web`; `User`, `jane`.
    pub fn words(&self) -> (&str, String) {
        let what = match &*self.0.resource {
            "serviceaccounts" => "serviceaccount",
            "User" => "user",
            "Group" => "group",
            other => other,
        };
        let name = match &self.0.to {
            To::Uid { namespace, name, .. } | To::Name { namespace, name } => {
                if namespace.is_empty() { name.to_string() } else { format!("{namespace}/{name}") }
            }
            To::Labels { selector, .. } => selector.to_string(),
        };
        (what, name)
    }
}

impl Item {
    /// The row that stands here.
    pub fn row(&self) -> Option<NodeId> {
        match self {
            Self::Row(node) => Some(*node),
            _ => None,
        }
    }

    /// The row that stands here, or whose part does.
    pub fn whole(&self) -> Option<NodeId> {
        match self {
            Self::Row(node) | Self::Part { of: node, .. } => Some(*node),
            _ => None,
        }
    }

    /// What it is and what it is called.
    pub fn words(&self, graph: &Graph) -> (String, String) {
        match self {
            Self::Row(node) => match graph.get(*node) {
                Some(node) => (node.singular().to_owned(), node.name().to_string()),
                None => (String::new(), "gone".to_owned()),
            },
            Self::Part { what, name, .. } => ((*what).to_owned(), name.to_string()),
            Self::Missing { what, why } => (what.to_string(), why.to_string()),
            Self::Heading(heading) => heading.words(graph),
        }
    }

    /// Tells it from others below the same item, as long as the object lives.
    pub fn key(&self, graph: &Graph, above: u64) -> u64 {
        let mut hasher = FxHasher::default();
        above.hash(&mut hasher);
        match self {
            Self::Row(node) => {
                let node = graph.get(*node);
                node.map(|node| (node.plural(), node.uid())).hash(&mut hasher);
            }
            Self::Part { what, name, .. } => (what, name).hash(&mut hasher),
            Self::Missing { what, why } => (what, why).hash(&mut hasher),
            Self::Heading(heading) => {
                std::mem::discriminant(heading).hash(&mut hasher);
                match heading {
                    Heading::Section { section, .. } => section.hash(&mut hasher),
                    // Others have headings of the same words.
                    Heading::Release { namespace, name, .. } => (namespace, name).hash(&mut hasher),
                    Heading::Older { of } => {
                        let of = graph.get(*of);
                        of.map(|node| (node.plural(), node.uid())).hash(&mut hasher);
                    }
                    other => other.words(graph).hash(&mut hasher),
                }
            }
        }
        hasher.finish()
    }
}

impl Heading {
    fn words(&self, graph: &Graph) -> (String, String) {
        let (what, name) = match self {
            Self::Namespace(name) if name.is_empty() => ("", "in no namespace".to_owned()),
            Self::Namespace(name) => ("namespace", name.to_string()),
            Self::ControlPlane => ("", "control plane".to_owned()),
            Self::Zone(name) if name.is_empty() => ("", "in no zone".to_owned()),
            Self::Zone(name) => ("zone", name.to_string()),
            Self::Called => ("", "called by the API server".to_owned()),
            Self::Unscheduled => ("", "on no node yet".to_owned()),
            Self::NoClass => ("", "of no class".to_owned()),
            Self::Release { name, .. } => ("release", name.to_string()),
            Self::Subject(subject) => subject.words(),
            Self::Section { of, section } => {
                let count = super::section::count(graph, *of, *section);
                ("", format!("{} {count}", section.name()))
            }
            Self::Older { .. } => ("", "older revisions".to_owned()),
        };
        (what.to_owned(), name)
    }
}
