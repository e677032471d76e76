//! What the roles and bindings of a cluster are known to be, and what of them is not known.

use crate::sheet::{Answer, Facts, Line, Span, Tone, Want};
use crate::store::Health;

use super::policy::Policy;

const GROUP: &str = "rbac.authorization.k8s.io";

/// Which roles and bindings are read: those of the cluster, and those of one namespace or of all.
#[derive(Clone, Debug)]
pub(super) struct Known {
    wants: [Want; 4],
}

impl Known {
    /// Those that count in a namespace, or, where it is empty, in any.
    pub(super) fn of(namespace: &str) -> Self {
        let want = |resource: &str, namespace: &str| Want::Objects {
            group: GROUP.to_owned(),
            resource: resource.to_owned(),
            namespace: namespace.to_owned(),
            labels: String::new(),
            fields: String::new(),
        };
        Self {
            wants: [
                want("roles", namespace),
                want("clusterroles", ""),
                want("rolebindings", namespace),
                want("clusterrolebindings", ""),
            ],
        }
    }

    /// What must be read for it.
    pub(super) fn wants(&self) -> Vec<Want> {
        self.wants.to_vec()
    }

    /// What they grant, as far as it is known.
    pub(super) fn policy(&self, facts: &Facts<'_>) -> Policy {
        let [roles, cluster_roles, bindings, cluster_bindings] =
            self.wants.each_ref().map(|want| facts.objects(want));
        Policy::new(roles, cluster_roles, bindings, cluster_bindings)
    }

    /// Lines that say what is not known, so that nothing is taken for all there is.
    pub(super) fn gaps(&self, facts: &Facts<'_>) -> Vec<Line> {
        let one = |want: &Want| {
            let Want::Objects { resource, .. } = want else { return None };
            let (health, why) = match facts.get(want) {
                Answer::Objects(_) => return None,
                Answer::Failed(why) => {
                    (Health::Warning, format!("{resource} are missing here: {why}"))
                }
                Answer::Absent => (Health::Warning, format!("this cluster serves no {resource}")),
                _ => (Health::Changing, format!("reading {resource} …")),
            };
            Some(Line::new(0, [Span::new(why, Tone::State(health))]))
        };
        self.wants.iter().filter_map(one).collect()
    }
}

/// The line that says what no role tells.
pub(super) fn beside() -> Line {
    let text =
        "by RBAC alone: what nodes may do by themselves, and what webhooks decide, is not counted";
    Line::new(0, [Span::new(text, Tone::Muted)])
}
