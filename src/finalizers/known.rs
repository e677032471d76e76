//! Finalizers that are known: what each waits for, who takes it away, and what is left behind where somebody else does.

use serde_json::Value;

/// A finalizer that is known, by its name or by how it begins.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Known {
    name: &'static str,
    /// What it waits for, a sentence without its full stop.
    pub(crate) waits: &'static str,
    /// Who takes it away.
    pub(crate) whose: &'static str,
    /// What to do where it stays, a sentence without its full stop.
    pub(crate) next: &'static str,
    /// What may be left behind where somebody else takes it away.
    pub(crate) leaks: &'static str,
}

const fn known_as(
    name: &'static str,
    waits: &'static str,
    whose: &'static str,
    next: &'static str,
    leaks: &'static str,
) -> Known {
    Known { name, waits, whose, next, leaks }
}

/// From Kubernetes: `apis/meta/v1`, `pkg/volume/util`, `api/batch/v1`, `api/resource/v1`, cloud-provider, the CSI sidecars; the others from their projects.
static KNOWN: [Known; 19] = [
    known_as(
        "kubernetes.io/pvc-protection",
        "the claim stays as long as a pod uses it",
        "the PVC protection controller of kube-controller-manager",
        "delete the pods that use the claim, finished ones too",
        "a pod that still runs writes to a volume that is being taken from it",
    ),
    known_as(
        "kubernetes.io/pv-protection",
        "the volume stays as long as a claim is bound to it",
        "the PV protection controller of kube-controller-manager",
        "delete the claim that is bound to the volume",
        "the claim loses its volume",
    ),
    known_as(
        "foregroundDeletion",
        "what it owns is deleted first",
        "the garbage collector of kube-controller-manager",
        "look at what it owns: something of that does not go",
        "what it owns may stay without an owner",
    ),
    known_as(
        "orphan",
        "what it owns is let go first",
        "the garbage collector of kube-controller-manager",
        "wait, or see that kube-controller-manager runs",
        "what it owns is deleted with it, instead of being let go",
    ),
    known_as(
        "kubernetes",
        "the namespace controller deletes all that is in it first",
        "the namespace controller of kube-controller-manager",
        "see what is left in it, and let that go",
        "all that is left in it stays in etcd where nobody sees it, and is there again once a namespace of this name is made",
    ),
    known_as(
        "service.kubernetes.io/load-balancer-cleanup",
        "the cloud takes the load balancer down first",
        "the service controller of the cloud-controller-manager",
        "see the events of the service, and the log of the cloud-controller-manager",
        "a load balancer that costs money stays in the cloud",
    ),
    known_as(
        "batch.kubernetes.io/job-tracking",
        "the Job controller counts the pod first",
        "the Job controller of kube-controller-manager",
        "wait; where the Job is gone, nobody counts it any more",
        "the Job counts one pod less",
    ),
    known_as(
        "resource.kubernetes.io/delete-protection",
        "the claim stays as long as it is allocated, or a pod uses it",
        "the resource claim controller of kube-controller-manager",
        "delete the pods that use the claim",
        "a device stays allocated to nobody",
    ),
    known_as(
        "external-provisioner.volume.kubernetes.io/finalizer",
        "the provisioner deletes the storage behind the volume first",
        "the CSI driver's external-provisioner",
        "see that the driver runs, and what it logs",
        "the storage stays, and costs",
    ),
    known_as(
        "kubernetes.io/vac-protection",
        "the class stays as long as a claim or a volume uses it",
        "the VAC protection controller of kube-controller-manager",
        "give the claims another class",
        "claims name a class that is not there",
    ),
    known_as(
        "kubernetes.io/pv-controller",
        "the volume controller deletes the storage behind the volume first",
        "the volume controller of kube-controller-manager",
        "see the events of the volume",
        "the storage stays, and costs",
    ),
    known_as(
        "external-attacher/",
        "the volume is detached from its node first",
        "the CSI driver's external-attacher",
        "see that the driver runs; the volume may hang on a node that is gone",
        "the volume stays attached, and cannot be attached elsewhere",
    ),
    known_as(
        "snapshot.storage.kubernetes.io/",
        "the snapshot controller lets go of the snapshot, or of the claim that it is made of, first",
        "the snapshot-controller, or the CSI driver's external-snapshotter",
        "see that they run, and what they log",
        "the snapshot stays in the storage, and costs",
    ),
    known_as(
        "customresourcecleanup.apiextensions.k8s.io",
        "all objects of the definition are deleted first",
        "the API server (apiextensions)",
        "look at the objects of the definition: some have finalizers of their own",
        "objects of the definition stay in etcd where nobody sees them",
    ),
    known_as(
        "service.k8s.aws/",
        "the AWS load balancer controller takes down what it made in the cloud first",
        "the AWS load balancer controller",
        "see that it runs, and what it logs",
        "load balancers and security groups stay in the cloud",
    ),
    known_as(
        "ingress.k8s.aws/",
        "the AWS load balancer controller takes down what it made in the cloud first",
        "the AWS load balancer controller",
        "see that it runs, and what it logs",
        "load balancers and security groups stay in the cloud",
    ),
    known_as(
        "networking.gke.io/",
        "GKE takes down what it made in the cloud first",
        "the ingress controller of GKE",
        "see the events of the object",
        "forwarding rules and network endpoint groups stay in the cloud",
    ),
    known_as(
        "resources-finalizer.argocd.argoproj.io",
        "Argo CD deletes all that the application made first",
        "the application controller of Argo CD",
        "see that it runs, and that it reaches the application's cluster",
        "all that the application made stays",
    ),
    known_as(
        "finalizers.fluxcd.io",
        "Flux deletes all that it made from it first",
        "the controllers of Flux",
        "see that they run, and what they log",
        "all that Flux made from it stays",
    ),
];

/// What is known of a finalizer.
pub(crate) fn known(name: &str) -> Option<&'static Known> {
    let is = |known: &str| known == name || (known.ends_with('/') && name.starts_with(known));
    KNOWN.iter().find(|known| is(known.name))
}

/// The names of an object's finalizers; a namespace has some in its spec.
pub(crate) fn all(object: &Value) -> impl Iterator<Item = &str> {
    let lists = [&object["metadata"]["finalizers"], &object["spec"]["finalizers"]];
    lists.into_iter().filter_map(Value::as_array).flatten().filter_map(Value::as_str)
}

/// The finalizers of an object, a sentence each.
pub(crate) fn of(object: &Value) -> Vec<String> {
    let sentence = |name: &str| match known(name) {
        Some(known) => format!("finalizer {name}: {}", known.waits),
        None => format!(
            "finalizer {name}: whoever set it must take it away, which takes a controller that runs"
        ),
    };
    all(object).map(sentence).collect()
}
/// What an object waits for that is being deleted already, a sentence each; empty where it is not.
pub(crate) fn waits(object: &Value) -> Vec<String> {
    let meta = &object["metadata"];
    let Some(since) = meta["deletionTimestamp"].as_str() else { return Vec::new() };
    let mut waits = of(object);
    // A namespace says in its conditions what is left in it.
    let conditions = object["status"]["conditions"].as_array().map_or(&[][..], Vec::as_slice);
    let left = conditions.iter().filter(|condition| {
        let kind = condition["type"].as_str().unwrap_or_default();
        condition["status"] == "True" && (kind.starts_with("Namespace") || kind == "Terminating")
    });
    waits.extend(left.filter_map(|c| c["message"].as_str()).map(str::to_owned));
    // A pod goes when its node says that nothing of it runs any more; the timestamp is the end of its grace.
    if let Some(node) = object["spec"]["nodeName"].as_str() {
        let grace = meta["deletionGracePeriodSeconds"].as_i64().unwrap_or(0);
        waits.push(format!(
            "node/{node} must say that its containers ended; they have until {since} ({grace} s)"
        ));
    }
    if waits.is_empty() {
        waits.push(format!("it is being deleted since {since}"));
    }
    waits
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn each_thing_that_is_waited_for_is_told() {
        assert!(waits(&json!({"metadata": {"finalizers": ["orphan"]}})).is_empty());
        let claim = json!({"metadata": {"deletionTimestamp": "2026-11-01T10:00:00Z",
            "finalizers": ["kubernetes.io/pvc-protection", "example.com/own"]}});
        let told = waits(&claim);
        assert_eq!(told.len(), 2);
        assert!(told[0].ends_with("as long as a pod uses it"), "{}", told[0]);
        assert!(told[1].starts_with("finalizer example.com/own: whoever set it"), "{}", told[1]);
        let namespace = json!({"metadata": {"deletionTimestamp": "t"}, "spec": {"finalizers": ["kubernetes"]},
        "status": {"conditions": [
            {"type": "NamespaceDeletionDiscoveryFailure", "status": "False", "message": "fine"},
            {"type": "NamespaceContentRemaining", "status": "True", "message": "Some resources are remaining: pods. has 2 resource instances"},
        ]}});
        let told = waits(&namespace);
        assert!(told[0].contains("all that is in it"), "{told:?}");
        assert!(told[1].contains("pods. has 2") && told.len() == 2, "{told:?}");
        let pod = json!({"metadata": {"deletionTimestamp": "T", "deletionGracePeriodSeconds": 30}, "spec": {"nodeName": "n1"}});
        assert!(waits(&pod)[0].contains("node/n1") && waits(&pod)[0].contains("until T (30 s)"));
        for absurd in [
            json!(null),
            json!([]),
            json!({"metadata": {"deletionTimestamp": "t", "finalizers": 3}}),
        ] {
            waits(&absurd);
        }
    }
}
