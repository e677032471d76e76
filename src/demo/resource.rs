//! The resources the demo cluster serves: the built-in ones as a table, custom ones from their CRDs.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use super::value::At;

/// One served resource: what discovery says about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resource {
    /// API group, empty for the core group.
    pub group: String,
    /// The served version.
    pub version: String,
    /// Kind, such as `Pod`.
    pub kind: String,
    /// Plural name in paths.
    pub plural: String,
    /// Singular name.
    pub singular: String,
    /// Short names.
    pub short: Vec<String>,
    /// Categories, such as `all`.
    pub categories: Vec<String>,
    /// Whether objects live in namespaces.
    pub namespaced: bool,
    /// Subresources beyond the object itself.
    pub subresources: Vec<String>,
    /// Verbs, as discovery lists them.
    pub verbs: Vec<String>,
    /// The printer columns of a CRD; empty for built-in kinds.
    pub columns: Vec<Value>,
    /// Whether it comes from a CRD.
    pub custom: bool,
}

impl Resource {
    /// `deployments.apps`, `pods`: unique among all resources.
    pub fn id(&self) -> String {
        join(&self.plural, &self.group)
    }

    /// `apps/v1`, `v1`.
    pub fn api_version(&self) -> String {
        if self.group.is_empty() {
            self.version.clone()
        } else {
            format!("{}/{}", self.group, self.version)
        }
    }

    /// Whether the object has a status that only its subresource may change.
    pub fn has_status(&self) -> bool {
        self.subresources.iter().any(|s| s == "status")
    }

    /// The resource that a CRD declares, if it is one of ours to serve.
    pub fn from_crd(crd: &Value) -> Option<Self> {
        let names = crd.at("/spec/names");
        let version =
            crd.items("/spec/versions").iter().find(|v| v.flag("/served") && v.flag("/storage"))?;
        let strings = |value: &Value| -> Vec<String> {
            value
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .map(str::to_owned)
                .collect()
        };
        let kind = names.text("/kind").to_owned();
        let plural = names.text("/plural").to_owned();
        if kind.is_empty() || plural.is_empty() {
            return None;
        }
        let singular = match names.text("/singular") {
            "" => kind.to_lowercase(),
            name => name.to_owned(),
        };
        let subresources = version.entries("/subresources").map(|(name, _)| name.clone()).collect();
        Some(Self {
            group: crd.text("/spec/group").to_owned(),
            version: version.text("/name").to_owned(),
            kind,
            plural,
            singular,
            short: strings(names.at("/shortNames")),
            categories: strings(names.at("/categories")),
            namespaced: crd.text("/spec/scope") == "Namespaced",
            subresources,
            verbs: ALL_VERBS.iter().map(|&v| v.to_owned()).collect(),
            columns: version.items("/additionalPrinterColumns").to_vec(),
            custom: true,
        })
    }
}

/// `plural.group`, or the plural alone in the core group.
pub fn join(plural: &str, group: &str) -> String {
    if group.is_empty() { plural.to_owned() } else { format!("{plural}.{group}") }
}

const ALL_VERBS: &[&str] =
    &["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];

/// One line of the table below: group, version, kind, plural, short names, categories, scope and subresources.
type Line = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    bool,
    &'static str,
);

const BUILT_IN: &[Line] = &[
    ("", "v1", "ConfigMap", "configmaps", "cm", "", true, ""),
    ("", "v1", "Endpoints", "endpoints", "ep", "", true, ""),
    ("", "v1", "Event", "events", "ev", "", true, ""),
    ("", "v1", "LimitRange", "limitranges", "limits", "", true, ""),
    ("", "v1", "Namespace", "namespaces", "ns", "", false, "finalize status"),
    ("", "v1", "Node", "nodes", "no", "", false, "proxy status"),
    ("", "v1", "PersistentVolumeClaim", "persistentvolumeclaims", "pvc", "", true, "status"),
    ("", "v1", "PersistentVolume", "persistentvolumes", "pv", "", false, "status"),
    (
        "",
        "v1",
        "Pod",
        "pods",
        "po",
        "all",
        true,
        "attach ephemeralcontainers eviction exec log portforward resize status",
    ),
    (
        "",
        "v1",
        "ReplicationController",
        "replicationcontrollers",
        "rc",
        "all",
        true,
        "scale status",
    ),
    ("", "v1", "ResourceQuota", "resourcequotas", "quota", "", true, "status"),
    ("", "v1", "Secret", "secrets", "", "", true, ""),
    ("", "v1", "ServiceAccount", "serviceaccounts", "sa", "", true, "token"),
    ("", "v1", "Service", "services", "svc", "all", true, "status"),
    (
        "admissionregistration.k8s.io",
        "v1",
        "MutatingWebhookConfiguration",
        "mutatingwebhookconfigurations",
        "",
        "api-extensions",
        false,
        "",
    ),
    (
        "admissionregistration.k8s.io",
        "v1",
        "ValidatingWebhookConfiguration",
        "validatingwebhookconfigurations",
        "",
        "api-extensions",
        false,
        "",
    ),
    (
        "apiextensions.k8s.io",
        "v1",
        "CustomResourceDefinition",
        "customresourcedefinitions",
        "crd crds",
        "api-extensions",
        false,
        "status",
    ),
    (
        "apiregistration.k8s.io",
        "v1",
        "APIService",
        "apiservices",
        "",
        "api-extensions",
        false,
        "status",
    ),
    ("apps", "v1", "ControllerRevision", "controllerrevisions", "", "", true, ""),
    ("apps", "v1", "DaemonSet", "daemonsets", "ds", "all", true, "status"),
    ("apps", "v1", "Deployment", "deployments", "deploy", "all", true, "scale status"),
    ("apps", "v1", "ReplicaSet", "replicasets", "rs", "all", true, "scale status"),
    ("apps", "v1", "StatefulSet", "statefulsets", "sts", "all", true, "scale status"),
    (
        "autoscaling",
        "v2",
        "HorizontalPodAutoscaler",
        "horizontalpodautoscalers",
        "hpa",
        "all",
        true,
        "status",
    ),
    ("batch", "v1", "CronJob", "cronjobs", "cj", "all", true, "status"),
    ("batch", "v1", "Job", "jobs", "", "all", true, "status"),
    ("coordination.k8s.io", "v1", "Lease", "leases", "", "", true, ""),
    ("discovery.k8s.io", "v1", "EndpointSlice", "endpointslices", "", "", true, ""),
    ("networking.k8s.io", "v1", "IngressClass", "ingressclasses", "", "", false, ""),
    ("networking.k8s.io", "v1", "Ingress", "ingresses", "ing", "", true, "status"),
    ("networking.k8s.io", "v1", "NetworkPolicy", "networkpolicies", "netpol", "", true, ""),
    ("policy", "v1", "PodDisruptionBudget", "poddisruptionbudgets", "pdb", "", true, "status"),
    (
        "rbac.authorization.k8s.io",
        "v1",
        "ClusterRoleBinding",
        "clusterrolebindings",
        "",
        "",
        false,
        "",
    ),
    ("rbac.authorization.k8s.io", "v1", "ClusterRole", "clusterroles", "", "", false, ""),
    ("rbac.authorization.k8s.io", "v1", "RoleBinding", "rolebindings", "", "", true, ""),
    ("rbac.authorization.k8s.io", "v1", "Role", "roles", "", "", true, ""),
    ("scheduling.k8s.io", "v1", "PriorityClass", "priorityclasses", "pc", "", false, ""),
    ("storage.k8s.io", "v1", "CSIDriver", "csidrivers", "", "", false, ""),
    ("storage.k8s.io", "v1", "StorageClass", "storageclasses", "sc", "", false, ""),
    ("storage.k8s.io", "v1", "VolumeAttachment", "volumeattachments", "", "", false, "status"),
];

/// Resources that only answer a question and keep nothing: group, version, kind, plural, namespaced.
const REVIEWS: &[(&str, &str, &str, &str, bool)] = &[
    ("authentication.k8s.io", "v1", "SelfSubjectReview", "selfsubjectreviews", false),
    ("authentication.k8s.io", "v1", "TokenReview", "tokenreviews", false),
    ("authorization.k8s.io", "v1", "LocalSubjectAccessReview", "localsubjectaccessreviews", true),
    ("authorization.k8s.io", "v1", "SelfSubjectAccessReview", "selfsubjectaccessreviews", false),
    ("authorization.k8s.io", "v1", "SelfSubjectRulesReview", "selfsubjectrulesreviews", false),
    ("authorization.k8s.io", "v1", "SubjectAccessReview", "subjectaccessreviews", false),
];

/// Every resource served now, by id (`deployments.apps`).
#[derive(Debug, Clone)]
pub struct Catalog {
    by_id: BTreeMap<String, Arc<Resource>>,
}

impl Default for Catalog {
    fn default() -> Self {
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        let mut by_id = BTreeMap::new();
        let mut add = |resource: Resource| {
            by_id.insert(resource.id(), Arc::new(resource));
        };
        let plain =
            |group: &str, version: &str, kind: &str, plural: &str, namespaced: bool| Resource {
                group: group.to_owned(),
                version: version.to_owned(),
                kind: kind.to_owned(),
                plural: plural.to_owned(),
                singular: kind.to_lowercase(),
                short: Vec::new(),
                categories: Vec::new(),
                namespaced,
                subresources: Vec::new(),
                verbs: Vec::new(),
                columns: Vec::new(),
                custom: false,
            };
        for &(group, version, kind, plural, short, categories, namespaced, subresources) in BUILT_IN
        {
            add(Resource {
                short: words(short),
                categories: words(categories),
                subresources: words(subresources),
                verbs: ALL_VERBS.iter().map(|&v| v.to_owned()).collect(),
                ..plain(group, version, kind, plural, namespaced)
            });
        }
        for &(group, version, kind, plural, namespaced) in REVIEWS {
            add(Resource {
                verbs: words("create"),
                ..plain(group, version, kind, plural, namespaced)
            });
        }
        for (kind, plural, namespaced) in
            [("NodeMetrics", "nodes", false), ("PodMetrics", "pods", true)]
        {
            add(Resource {
                verbs: words("get list"),
                singular: String::new(),
                ..plain("metrics.k8s.io", "v1beta1", kind, plural, namespaced)
            });
        }
        Self { by_id }
    }
}

impl Catalog {
    /// The resource of this plural name in this group.
    pub fn get(&self, plural: &str, group: &str) -> Option<&Arc<Resource>> {
        self.by_id.get(&join(plural, group))
    }

    /// The resource with this id.
    pub fn by_id(&self, id: &str) -> Option<&Arc<Resource>> {
        self.by_id.get(id)
    }

    /// The resource of this kind in this group.
    pub fn by_kind(&self, kind: &str, group: &str) -> Option<&Arc<Resource>> {
        self.by_id.values().find(|r| r.kind == kind && r.group == group)
    }

    /// All resources, ordered by id.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Resource>> {
        self.by_id.values()
    }

    /// Serves what this CRD declares from now on.
    pub fn add_crd(&mut self, crd: &Value) {
        if let Some(resource) = Resource::from_crd(crd) {
            self.by_id.insert(resource.id(), Arc::new(resource));
        }
    }

    /// Serves it no longer.
    pub fn remove_crd(&mut self, crd: &Value) {
        let id = join(crd.text("/spec/names/plural"), crd.text("/spec/group"));
        if self.by_id.get(&id).is_some_and(|r| r.custom) {
            self.by_id.remove(&id);
        }
    }
}
