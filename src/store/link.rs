//! References from one row to others.

use std::sync::Arc;

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
