//! Metrics of an autoscaler: what each is, and what it should be.

use crate::wire::Quantity;

crate::message! {
    /// `autoscaling/v2 CrossVersionObjectReference`: an object of the same namespace.
    pub struct Reference {
        #[prost(string, tag = "1")]
        pub kind: String,
        #[prost(string, tag = "2")]
        pub name: String,
        #[prost(string, tag = "3")]
        api_version: String,
    }

    /// `autoscaling/v2 MetricSpec`.
    pub struct Spec {
        #[prost(string, tag = "1")]
        #[serde(rename = "type")]
        kind: String,
        #[prost(message, optional, tag = "2")]
        object: Option<ObjectTarget>,
        #[prost(message, optional, tag = "3")]
        pods: Option<OtherTarget>,
        #[prost(message, optional, tag = "4")]
        resource: Option<ResourceTarget>,
        #[prost(message, optional, tag = "5")]
        external: Option<OtherTarget>,
        #[prost(message, optional, tag = "7")]
        container_resource: Option<ResourceTarget>,
    }

    /// `autoscaling/v2 ObjectMetricSource`.
    pub struct ObjectTarget {
        #[prost(message, required, tag = "1")]
        described_object: Reference,
        #[prost(message, required, tag = "2")]
        target: Target,
        #[prost(message, required, tag = "3")]
        metric: Identifier,
    }

    /// `autoscaling/v2 MetricIdentifier`.
    pub struct Identifier {
        #[prost(string, tag = "1")]
        name: String,
    }

    /// `autoscaling/v2 PodsMetricSource`, `ExternalMetricSource`.
    pub struct OtherTarget {
        #[prost(message, required, tag = "1")]
        metric: Identifier,
        #[prost(message, required, tag = "2")]
        target: Target,
    }

    /// `autoscaling/v2 ResourceMetricSource`, `ContainerResourceMetricSource`.
    pub struct ResourceTarget {
        #[prost(string, tag = "1")]
        name: String,
        #[prost(message, required, tag = "2")]
        target: Target,
        // A `ResourceMetricSource` has none.
        #[prost(string, tag = "3")]
        container: String,
    }

    /// `autoscaling/v2 MetricTarget`.
    pub struct Target {
        #[prost(message, optional, tag = "2")]
        value: Option<Quantity>,
        #[prost(message, optional, tag = "3")]
        average_value: Option<Quantity>,
        #[prost(int32, optional, tag = "4")]
        average_utilization: Option<i32>,
    }

    /// `autoscaling/v2 MetricStatus`.
    pub struct Status {
        #[prost(message, optional, tag = "2")]
        object: Option<Measured>,
        #[prost(message, optional, tag = "3")]
        pods: Option<Measured>,
        #[prost(message, optional, tag = "4")]
        resource: Option<Measured>,
        #[prost(message, optional, tag = "5")]
        external: Option<Measured>,
        #[prost(message, optional, tag = "7")]
        container_resource: Option<Measured>,
    }

    /// The status of a metric of any type: the same number in all.
    pub struct Measured {
        #[prost(message, required, tag = "2")]
        current: Current,
    }

    /// `autoscaling/v2 MetricValueStatus`.
    pub struct Current {
        #[prost(message, optional, tag = "1")]
        value: Option<Quantity>,
        #[prost(message, optional, tag = "2")]
        average_value: Option<Quantity>,
        #[prost(int32, optional, tag = "3")]
        average_utilization: Option<i32>,
    }
}

impl Reference {
    /// The group of the object's API, empty for the core group.
    pub fn group(&self) -> &str {
        self.api_version.split_once('/').map_or("", |(group, _)| group)
    }
}

impl Spec {
    /// The object that an Object metric describes.
    pub fn described(&self) -> Option<&Reference> {
        self.object.as_ref().map(|object| &object.described_object)
    }

    /// What is measured, of what: kubectl says so of resources alone, in [`Spec::text`].
    fn name(&self) -> String {
        let other = |source: &Option<OtherTarget>| {
            source.as_ref().map_or_else(String::new, |source| source.metric.name.clone())
        };
        match (self.kind.as_str(), &self.object, &self.container_resource) {
            ("External", ..) => format!("external {}", other(&self.external)),
            ("Pods", ..) => format!("{} of pods", other(&self.pods)),
            ("Object", Some(source), _) => {
                let Reference { kind, name, .. } = &source.described_object;
                format!("{} of {kind}/{name}", source.metric.name)
            }
            ("ContainerResource", _, Some(source)) => format!("container {}", source.container),
            _ => String::new(),
        }
    }

    /// `current/target`, or `cpu: current/target`.
    fn text(&self, status: Option<&Status>) -> String {
        let current = |of: fn(&Status) -> Option<&Measured>| status.and_then(of).map(|m| &m.current);
        match self.kind.as_str() {
            "External" => {
                let target = self.external.as_ref().map(|source| &source.target);
                value_or_average(target, current(|s| s.external.as_ref()))
            }
            "Object" => {
                let target = self.object.as_ref().map(|source| &source.target);
                value_or_average(target, current(|s| s.object.as_ref()))
            }
            "Pods" => {
                let target = self.pods.as_ref().map(|source| &source.target);
                average(target, current(|s| s.pods.as_ref()))
            }
            "Resource" => of_resource(self.resource.as_ref(), current(|s| s.resource.as_ref())),
            "ContainerResource" => of_resource(
                self.container_resource.as_ref(),
                current(|s| s.container_resource.as_ref()),
            ),
            _ => "<unknown type>".to_owned(),
        }
    }
}

const UNKNOWN: &str = "<unknown>";

/// A quantity; one that is not there reads as Go prints it.
fn text(quantity: Option<&Quantity>) -> &str {
    quantity.map_or("<nil>", |q| q.text.as_str())
}

fn average(target: Option<&Target>, current: Option<&Current>) -> String {
    let current = current.map_or(UNKNOWN, |c| text(c.average_value.as_ref()));
    format!("{current}/{}", text(target.and_then(|t| t.average_value.as_ref())))
}

fn value_or_average(target: Option<&Target>, current: Option<&Current>) -> String {
    if let Some(target) = target.and_then(|t| t.average_value.as_ref()) {
        let current = current.and_then(|c| c.average_value.as_ref());
        return format!("{}/{} (avg)", current.map_or(UNKNOWN, |q| q.text.as_str()), target.text);
    }
    let current = current.map_or(UNKNOWN, |c| text(c.value.as_ref()));
    format!("{current}/{}", text(target.and_then(|t| t.value.as_ref())))
}

fn of_resource(source: Option<&ResourceTarget>, current: Option<&Current>) -> String {
    let target = source.map(|source| &source.target);
    let name = source.map_or("", |source| source.name.as_str());
    if target.is_some_and(|t| t.average_value.is_some()) {
        return format!("{name}: {}", average(target, current));
    }
    let percent = |share: Option<i32>, none: &str| {
        share.map_or_else(|| none.to_owned(), |share| format!("{share}%"))
    };
    let current = percent(current.and_then(|c| c.average_utilization), UNKNOWN);
    let target = percent(target.and_then(|t| t.average_utilization), "<auto>");
    format!("{name}: {current}/{target}")
}

/// The TARGETS column: the first two metrics, and how many more there are (printers.go, `formatHPAMetrics`).
pub fn targets(specs: &[Spec], statuses: &[Status]) -> String {
    const SHOWN: usize = 2;
    if specs.is_empty() {
        return "<none>".to_owned();
    }
    let texts: Vec<String> =
        specs.iter().take(SHOWN).enumerate().map(|(i, spec)| spec.text(statuses.get(i))).collect();
    match specs.len().saturating_sub(SHOWN) {
        0 => texts.join(", "),
        more => format!("{} + {more} more...", texts.join(", ")),
    }
}

/// Every metric by its name: what it is, and what it should be; empty for none.
pub fn named(specs: &[Spec], statuses: &[Status]) -> String {
    let one = |(i, spec): (usize, &Spec)| {
        let (name, text) = (spec.name(), spec.text(statuses.get(i)));
        if name.is_empty() { text } else { format!("{name}: {text}") }
    };
    specs.iter().enumerate().map(one).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_metric_is_named() {
        let specs: Vec<Spec> = serde_yaml::from_str(
            "
- {type: Resource, resource: {name: cpu, target: {averageUtilization: 80}}}
- {type: ContainerResource, containerResource: {name: memory, container: app, target: {averageValue: 1Gi}}}
- {type: Pods, pods: {metric: {name: rps}, target: {averageValue: 1k}}}
- {type: Object, object: {describedObject: {kind: Ingress, name: front}, metric: {name: hits}, target: {value: '2'}}}
- {type: External, external: {metric: {name: queue}, target: {averageValue: '30'}}}
- {type: Object}
- {type: Odd}
",
        )
        .unwrap();
        let status = "[{resource: {current: {averageUtilization: 45}}}, {}, {}, {object: {current: {value: 1500m}}}]";
        let status: Vec<Status> = serde_yaml::from_str(status).unwrap();
        assert_eq!(
            named(&specs, &status),
            "cpu: 45%/80%, container app: memory: <unknown>/1Gi, rps of pods: <unknown>/1k, \
             hits of Ingress/front: 1500m/2, external queue: <unknown>/30 (avg), <unknown>/<nil>, <unknown type>"
        );
        assert_eq!(named(&[], &[]), "");
    }

    #[test]
    fn each_type_reads_as_kubectl_prints_it() {
        let of = |spec: &str, status: &str| {
            let spec = serde_yaml::from_str(spec).unwrap();
            let status: Vec<Status> = serde_yaml::from_str(status).unwrap();
            targets(&[spec], &status)
        };
        let cpu = "{type: Resource, resource: {name: cpu, target: {averageUtilization: 80}}}";
        assert_eq!(of(cpu, "[]"), "cpu: <unknown>/80%");
        assert_eq!(of(cpu, "[{resource: {current: {averageValue: 10m}}}]"), "cpu: <unknown>/80%");
        assert_eq!(of(cpu, "[{pods: {current: {averageUtilization: 7}}}]"), "cpu: <unknown>/80%");
        let memory = "{type: ContainerResource, containerResource: {name: memory, target: {averageValue: 1Gi}}}";
        let used = "[{containerResource: {current: {averageValue: 512Mi}}}]";
        assert_eq!(of(memory, used), "memory: 512Mi/1Gi");
        assert_eq!(of(memory, "[{containerResource: {}}]"), "memory: <nil>/1Gi");
        assert_eq!(of("{type: Resource, resource: {name: cpu}}", "[]"), "cpu: <unknown>/<auto>");
        let pods = "{type: Pods, pods: {target: {averageValue: 1k}}}";
        assert_eq!(of(pods, "[{pods: {current: {averageValue: 900}}}]"), "900/1k");
        let queue = "{type: External, external: {target: {averageValue: '30'}}}";
        assert_eq!(of(queue, "[{external: {current: {value: 9}}}]"), "<unknown>/30 (avg)");
        assert_eq!(of(queue, "[{external: {current: {averageValue: 9}}}]"), "9/30 (avg)");
        let rps = "{type: Object, object: {target: {value: '2'}}}";
        assert_eq!(of(rps, "[{object: {current: {value: 1500m}}}]"), "1500m/2");
        assert_eq!(of("{type: Odd}", "[]"), "<unknown type>");
    }
}
