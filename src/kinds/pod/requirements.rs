//! What a pod asks for and what it may take of every resource (component-helpers `resource.PodRequests` and `PodLimits`).

use std::collections::BTreeMap;

use crate::describe::{Amount, Field};

/// Amounts by resource.
pub type Amounts<'a> = BTreeMap<&'a str, Amount>;

/// Which side of the requirements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// What is reserved.
    Requests,
    /// What it may take at most.
    Limits,
}

/// Amounts that stand in an object. What is no quantity counts as nothing.
pub fn amounts(of: Field<'_>) -> Amounts<'_> {
    of.map().into_iter().map(|(name, value)| (name, Amount::of(value))).collect()
}

/// Adds amounts to others.
pub fn add<'a>(to: &mut Amounts<'a>, more: &Amounts<'a>) {
    for (name, amount) in more {
        to.entry(name).or_default().add(*amount);
    }
}

/// Raises amounts to others that are larger.
fn raise<'a>(to: &mut Amounts<'a>, others: &Amounts<'a>) {
    for (name, other) in others {
        let amount = to.entry(name).or_insert(*other);
        *amount = amount.larger(*other);
    }
}

/// A pod's requirements. With `in_effect`, what a container really has while it is being resized counts too.
pub fn of_pod(pod: Field<'_>, side: Side, in_effect: bool) -> Amounts<'_> {
    let (spec, status) = (pod.key("spec"), pod.key("status"));
    let effective = Effective {
        side,
        statuses: if in_effect {
            ["containerStatuses", "initContainerStatuses"]
                .into_iter()
                .flat_map(|field| status.key(field).list())
                .map(|status| (status.key("name").str(), status))
                .collect()
        } else {
            BTreeMap::new()
        },
        infeasible: status
            .key("conditions")
            .list()
            .find(|c| c.key("type").str() == "PodResizePending")
            .is_some_and(|c| c.key("reason").str() == "Infeasible"),
    };
    let mut total = effective.aggregate(spec);
    let whole = spec.key("resources");
    if set(whole, side) {
        let own = amounts(whole.key(side.field()));
        total.extend(own.into_iter().filter(|(name, _)| of_pods(name)));
    }
    let overhead = amounts(spec.key("overhead"));
    match side {
        Side::Requests => add(&mut total, &overhead),
        // What is not limited stays so.
        Side::Limits => {
            for (name, amount) in &mut total {
                if let (false, Some(more)) = (amount.is_zero(), overhead.get(name)) {
                    amount.add(*more);
                }
            }
        }
    }
    total
}

impl Side {
    fn field(self) -> &'static str {
        match self {
            Self::Requests => "requests",
            Self::Limits => "limits",
        }
    }
}

/// Resources that can be given to a pod as a whole.
fn of_pods(name: &str) -> bool {
    name == "cpu" || name == "memory" || name.starts_with("hugepages-")
}

/// Whether a pod as a whole has requirements that count for this side.
fn set(whole: Field<'_>, side: Side) -> bool {
    let has = |side: Side| amounts(whole.key(side.field())).keys().any(|name| of_pods(name));
    match side {
        Side::Requests => has(Side::Requests),
        Side::Limits => has(Side::Limits) || has(Side::Requests),
    }
}

/// How the requirements of containers count.
struct Effective<'a> {
    side: Side,
    statuses: BTreeMap<&'a str, Field<'a>>,
    infeasible: bool,
}

impl<'a> Effective<'a> {
    /// The main containers and the sidecars together, or what the init containers need at their worst moment, if that is more.
    fn aggregate(&self, spec: Field<'a>) -> Amounts<'a> {
        let mut main = Amounts::new();
        for container in spec.key("containers").list() {
            add(&mut main, &self.container(container));
        }
        let (mut sidecars, mut init) = (Amounts::new(), Amounts::new());
        for container in spec.key("initContainers").list() {
            if container.key("restartPolicy").str() == "Always" {
                let amounts = self.container(container);
                add(&mut main, &amounts);
                add(&mut sidecars, &amounts);
                raise(&mut init, &sidecars);
            } else {
                let mut amounts = amounts(container.key("resources").key(self.side.field()));
                add(&mut amounts, &sidecars);
                raise(&mut init, &amounts);
            }
        }
        raise(&mut main, &init);
        main
    }

    fn container(&self, container: Field<'a>) -> Amounts<'a> {
        let field = self.side.field();
        let wanted = amounts(container.key("resources").key(field));
        let status = self.statuses.get(container.key("name").str());
        let Some(status) = status.filter(|status| status.key("resources").is_some()) else {
            return wanted;
        };
        let mut effective = amounts(status.key("resources").key(field));
        if self.side == Side::Requests {
            raise(&mut effective, &amounts(status.key("allocatedResources")));
        }
        if self.infeasible {
            return effective;
        }
        let mut all = wanted;
        raise(&mut all, &effective);
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn text(pod: &Value, side: Side, in_effect: bool) -> String {
        let all = of_pod(Field::of(pod), side, in_effect);
        all.iter().map(|(name, amount)| format!("{name}={amount}")).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn sidecars_run_on_and_init_containers_run_one_by_one() {
        let pod = json!({"spec": {
            "initContainers": [
                {"resources": {"requests": {"cpu": "1"}}},
                {"restartPolicy": "Always", "resources": {"requests": {"cpu": "100m"}, "limits": {"memory": "64Mi"}}},
                {"resources": {"requests": {"cpu": "2"}, "limits": {"memory": "64Mi"}}},
            ],
            "containers": [
                {"resources": {"requests": {"cpu": "500m", "memory": "64Mi"}}},
                {"resources": {"requests": {"cpu": "250m", "memory": "64Mi"}, "limits": {"cpu": 1}}},
            ],
            "overhead": {"cpu": "10m", "memory": "1Mi"},
        }});
        assert_eq!(text(&pod, Side::Requests, false), "cpu=2110m memory=129Mi");
        assert_eq!(text(&pod, Side::Limits, false), "cpu=1010m memory=129Mi");
    }

    #[test]
    fn what_is_given_to_the_whole_pod_stands_for_its_containers() {
        let pod = json!({"spec": {
            "containers": [{"resources": {"requests": {"cpu": "1", "example.com/gpu": "1"}, "limits": {"cpu": "2"}}}],
            "resources": {"requests": {"cpu": "3", "example.com/gpu": "9"}},
        }});
        assert_eq!(text(&pod, Side::Requests, false), "cpu=3 example.com/gpu=1");
        assert_eq!(text(&pod, Side::Limits, false), "cpu=2");
    }

    #[test]
    fn a_resize_counts_with_what_it_has_and_what_it_wants() {
        let mut pod = json!({
            "spec": {"containers": [{"name": "c", "resources": {"requests": {"cpu": "1"}, "limits": {"cpu": "1"}}}]},
            "status": {
                "containerStatuses": [{"name": "c", "resources": {"requests": {"cpu": "2"}, "limits": {"cpu": "4"}}, "allocatedResources": {"cpu": "3"}}],
                "conditions": [{"type": "PodResizePending", "reason": "Deferred"}],
            },
        });
        assert_eq!(text(&pod, Side::Requests, false), "cpu=1");
        assert_eq!(text(&pod, Side::Requests, true), "cpu=3");
        assert_eq!(text(&pod, Side::Limits, true), "cpu=4");
        pod["spec"]["containers"][0]["resources"]["requests"]["cpu"] = "8".into();
        assert_eq!(text(&pod, Side::Requests, true), "cpu=8");
        pod["status"]["conditions"][0]["reason"] = "Infeasible".into();
        assert_eq!(text(&pod, Side::Requests, true), "cpu=3");
    }

    #[test]
    fn nonsense_counts_as_nothing() {
        let pod = json!({"spec": {"containers": [1, {"resources": {"requests": {"cpu": "much", "memory": []}}}], "overhead": 3}});
        assert_eq!(text(&pod, Side::Requests, true), "cpu=0 memory=0");
        assert_eq!(text(&json!("x"), Side::Limits, true), "");
    }
}
