//! Which rows of a Source a page is about, whatever its filter.

use std::sync::Arc;

use super::link::{Relation, Selector, To};
use super::row::{Row, Str, Uid};

/// What a page was opened on: a drill-down shows some rows of a Source that other pages show whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Within {
    /// Every row.
    #[default]
    All,
    /// The rows whose controller is this object.
    Controller(Uid),
    /// The rows of a namespace (of all, where it is empty) that a selector matches.
    Selector {
        /// The namespace in which it selects, empty for all.
        namespace: Str,
        /// The requirements.
        selector: Arc<Selector>,
    },
    /// The rows of these namespaces.
    Namespaces(Arc<[Str]>),
    /// The rows that refer to an object by its name.
    Referring {
        /// In which way.
        relation: Relation,
        /// The object's resource, as links name it: group and plural.
        resource: (Str, Str),
        /// The object.
        to: To,
    },
}

impl Within {
    /// Whether the row belongs to it.
    pub fn contains(&self, row: &Row) -> bool {
        match self {
            Self::All => true,
            Self::Controller(owner) => row.links.iter().any(|link| {
                link.relation == Relation::Controller
                    && matches!(&link.to, To::Uid { uid, .. } if uid == owner)
            }),
            Self::Selector { namespace, selector } => {
                (namespace.is_empty() || row.namespace == *namespace)
                    && selector.matches(&row.labels)
            }
            Self::Namespaces(namespaces) => namespaces.contains(&row.namespace),
            Self::Referring { relation, resource: (group, plural), to } => {
                row.links.iter().any(|link| {
                    link.relation == *relation
                        && link.group == *group
                        && link.resource == *plural
                        && link.to == *to
                })
            }
        }
    }
}
