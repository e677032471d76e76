//! The views of the Map: ways to look at the same architecture.

use crate::store::{Str, Uid};

/// A way to look at the architecture.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum View {
    /// By route: what lets traffic in → service → workload → pod.
    Routes,
    /// By workload: autoscaler → workload → pods → what they use.
    Workloads,
    /// By node: control plane or zone → node → pod.
    Nodes,
    /// By storage: class → volume → claim → pod.
    Storage,
    /// By access: subject → binding → role.
    Access,
    /// By release: what was installed together.
    Releases,
    /// What is broken: every link that leads nowhere and should not.
    Broken,
    /// The surroundings of one object.
    Around(Root),
}

/// The object whose surroundings are shown.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Root {
    /// Its API group.
    pub group: Str,
    /// Its plural.
    pub plural: Str,
    /// Its identity.
    pub uid: Uid,
    /// Its namespace, empty where it is cluster-scoped.
    pub namespace: Str,
    /// Its name.
    pub name: Str,
}

impl View {
    /// The views of the whole cluster, in the order in which one goes through them.
    pub const ALL: [Self; 7] = [
        Self::Routes,
        Self::Workloads,
        Self::Nodes,
        Self::Storage,
        Self::Access,
        Self::Releases,
        Self::Broken,
    ];

    /// What it is called on the command line and on the screen.
    pub fn name(&self) -> &str {
        match self {
            Self::Routes => "routes",
            Self::Workloads => "workloads",
            Self::Nodes => "nodes",
            Self::Storage => "storage",
            Self::Access => "access",
            Self::Releases => "releases",
            Self::Broken => "broken",
            Self::Around(root) => &root.name,
        }
    }

    /// The view of this name, or of the beginning of one.
    pub fn parse(name: &str) -> Option<Self> {
        let mut of = Self::ALL.into_iter().filter(|view| view.name().starts_with(name));
        of.next().filter(|_| !name.is_empty())
    }

    /// The view after or before it; from the surroundings of an object, the first.
    #[must_use]
    pub fn step(&self, forward: bool) -> Self {
        let all = &Self::ALL;
        let at = all.iter().position(|view| view == self);
        let to = match (at, forward) {
            (None, _) => 0,
            (Some(at), true) => (at + 1) % all.len(),
            (Some(at), false) => (at + all.len() - 1) % all.len(),
        };
        all[to].clone()
    }
}
