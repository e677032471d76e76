//! Where a kind stands in the architecture: what the Map gathers and unfolds its objects by.

/// Where a kind stands in the architecture. A kind says it in its own file; the Map knows places, and no kinds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Place {
    /// It lets traffic in and says which service gets it.
    Route,
    /// It stands for pods and spreads traffic over them.
    Service,
    /// It sets how many replicas others have.
    Scaler,
    /// It makes pods, or what makes pods.
    Workload,
    /// It runs containers.
    Pod,
    /// It runs pods.
    Machine,
    /// It says how volumes are made.
    StorageClass,
    /// It is storage.
    Volume,
    /// It asks for storage.
    Claim,
    /// Pods act as it.
    Account,
    /// It gives a role to subjects.
    Binding,
    /// It says what is allowed.
    Role,
    /// It belongs to others and is shown with them: configuration, policies, classes.
    #[default]
    Aside,
    /// It is not part of the graph: it changes all the time (leases, events), or is part of another object (containers).
    Outside,
}
