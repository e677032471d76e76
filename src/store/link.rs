//! References from one row to others.

use std::sync::Arc;

use super::needs::Needs;
use super::row::{Str, Uid};

/// A reference from one row to others, as its kind declares it; the graph resolves it, drill-down follows it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Link {
    /// What the reference means.
    pub relation: Relation,
    /// The group of the target's resource, empty for the core group.
    pub group: Str,
    /// The target's resource as its plural where the field fixes it (`nodes`), its Kind where the object names it (`ReplicaSet`).
    pub resource: Str,
    /// Which of them.
    pub to: To,
    /// Whether nothing need be there: a ConfigMap that a pod can do without, the pods of a workload that wants none.
    pub optional: bool,
    /// What it needs of its target beyond its being there; `None` for nearly all.
    pub needs: Option<Arc<Needs>>,
}

/// What a reference means, from the row's point of view.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Relation {
    /// The target owns this row and its controller manages it.
    Controller,
    /// The target owns this row.
    Owner,
    /// This row selects the targets by label.
    Selects,
    /// This row runs on the target (a node).
    RunsOn,
    /// This row mounts, reads or refers to the target (a ConfigMap, a Secret, a claim, a class, a policy).
    Uses,
    /// The target uses this row (the pods that a `ResourceClaim` is reserved for).
    UsedBy,
    /// This row acts as the target (a `ServiceAccount`).
    ActsAs,
    /// This row belongs to the target by name (an EndpointSlice to its Service).
    PartOf,
    /// This row is about the target (an event).
    About,
    /// This row sends traffic to the target.
    RoutesTo,
    /// This row grants what the target allows (a binding's role).
    Grants,
    /// This row grants something to the target (a binding's `ServiceAccount`).
    GrantsTo,
    /// This row sets how many replicas the target has.
    Scales,
    /// This row and the target are given to each other (a claim and its volume).
    BoundTo,
    /// The target says who provides this row and how: its class, its driver.
    ServedBy,
    /// This row makes the target and keeps it as it should be, without owning it (an application and what it deploys).
    Manages,
}

impl Relation {
    /// Every relation.
    pub const ALL: [Self; 16] = [
        Self::Controller,
        Self::Owner,
        Self::Selects,
        Self::RunsOn,
        Self::Uses,
        Self::UsedBy,
        Self::ActsAs,
        Self::PartOf,
        Self::About,
        Self::RoutesTo,
        Self::Grants,
        Self::GrantsTo,
        Self::Scales,
        Self::BoundTo,
        Self::ServedBy,
        Self::Manages,
    ];

    /// What it is called from the row that has the link: `runs on`.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Controller => "controlled by",
            Self::Owner => "owned by",
            Self::Selects => "selects",
            Self::RunsOn => "runs on",
            Self::Uses => "uses",
            Self::UsedBy => "used by",
            Self::ActsAs => "acts as",
            Self::PartOf => "part of",
            Self::About => "about",
            Self::RoutesTo => "routes to",
            Self::Grants => "grants",
            Self::GrantsTo => "grants to",
            Self::Scales => "scales",
            Self::BoundTo => "bound to",
            Self::ServedBy => "served by",
            Self::Manages => "manages",
        }
    }

    /// What it is called from the row that the link leads to: `runs`.
    pub const fn inverse(self) -> &'static str {
        match self {
            Self::Controller => "controls",
            Self::Owner => "owns",
            Self::Selects => "selected by",
            Self::RunsOn => "runs",
            Self::Uses => "used by",
            Self::UsedBy => "uses",
            Self::ActsAs => "acted as by",
            Self::PartOf => "has",
            Self::About => "told of by",
            Self::RoutesTo => "gets traffic from",
            Self::Grants => "granted by",
            Self::GrantsTo => "given a role by",
            Self::Scales => "scaled by",
            Self::BoundTo => "bound to",
            Self::ServedBy => "serves",
            Self::Manages => "managed by",
        }
    }

    /// As one word, in files: `runs-on`.
    pub fn word(self) -> String {
        self.words().replace(' ', "-")
    }

    /// The relation of a word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|relation| relation.word() == word)
    }
}

impl Link {
    /// What the labels of a namespace must be for the link to lead there; `None` where it does not go by these.
    pub fn namespaces(&self) -> Option<&Selector> {
        match &self.to {
            To::Labels { namespaces, .. } => namespaces.as_deref(),
            To::Uid { .. } | To::Name { .. } => None,
        }
    }
}

/// Which objects a link points to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum To {
    /// One object by UID, with its name for people.
    Uid {
        /// The target's UID.
        uid: Uid,
        /// The target's namespace, empty where it is cluster-scoped (or shares that of the row and that is empty).
        namespace: Str,
        /// The target's name.
        name: Str,
    },
    /// One object by name.
    Name {
        /// The target's namespace, empty where it is cluster-scoped.
        namespace: Str,
        /// The target's name.
        name: Str,
    },
    /// All objects of a namespace that a selector matches.
    Labels {
        /// The namespace in which it selects, empty for all.
        namespace: Str,
        /// What the labels of a namespace must be for it to select there, where it goes by these; `namespace` is empty then.
        namespaces: Option<Arc<Selector>>,
        /// The requirements.
        selector: Arc<Selector>,
    },
}

/// A label selector, ready to match rows (`metav1.LabelSelector`, `-l`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Selector(pub Vec<Requirement>);

/// One requirement of a [`Selector`]; all must hold.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Requirement {
    /// The label's key.
    pub key: String,
    /// What must hold of its value.
    pub op: Op,
}

/// What a requirement asks of a label's value.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    /// One of these.
    In(Vec<String>),
    /// None of these; a missing label fulfils it.
    NotIn(Vec<String>),
    /// The label is there.
    Exists,
    /// The label is not there.
    DoesNotExist,
    /// The label's value is a whole number above this.
    Greater(i64),
    /// The label's value is a whole number below this.
    Less(i64),
}
