//! What kx reads of a pod's spec, in a pod or in the template of a workload.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};

use crate::store::Relation;
use crate::wire::{Inline, LocalObjectReference, Present, Quantity};

use super::super::{Links, device_class};
use super::reference::{KeyReference, Reference, SourceReference, VolumeReference};

crate::message! {
    /// `v1 PodSpec`.
    pub struct PodSpec {
        #[prost(message, repeated, tag = "1")]
        pub volumes: Vec<Volume>,
        #[prost(message, repeated, tag = "2")]
        pub containers: Vec<Container>,
        #[prost(btree_map = "string, string", tag = "7")]
        pub node_selector: BTreeMap<String, String>,
        #[prost(string, tag = "8")]
        pub service_account_name: String,
        #[prost(string, tag = "10")]
        pub node_name: String,
        #[prost(message, repeated, tag = "15")]
        pub image_pull_secrets: Vec<LocalObjectReference>,
        #[prost(message, repeated, tag = "20")]
        pub init_containers: Vec<Container>,
        #[prost(string, tag = "24")]
        priority_class_name: String,
        #[prost(message, repeated, tag = "28")]
        pub readiness_gates: Vec<ReadinessGate>,
        #[prost(string, tag = "29")]
        runtime_class_name: String,
        #[prost(btree_map = "string, message", tag = "32")]
        pub overhead: BTreeMap<String, Quantity>,
        #[prost(message, repeated, tag = "34")]
        pub ephemeral_containers: Vec<Inline<Container>>,
        #[prost(message, repeated, tag = "39")]
        resource_claims: Vec<DeviceClaim>,
        #[prost(message, required, tag = "40")]
        pub resources: Resources,
    }

    /// `v1 PodResourceClaim`: devices by a claim that is there, or by one that is made for the pod.
    pub struct DeviceClaim {
        #[prost(string, tag = "3")]
        resource_claim_name: String,
        #[prost(string, tag = "4")]
        resource_claim_template_name: String,
    }

    /// `v1 PodReadinessGate`.
    pub struct ReadinessGate {
        #[prost(string, tag = "1")]
        pub condition_type: String,
    }

    /// `v1 Container`, and `v1 EphemeralContainerCommon`, which has the same numbers.
    pub struct Container {
        #[prost(string, tag = "1")]
        pub name: String,
        #[prost(string, tag = "2")]
        pub image: String,
        #[prost(message, repeated, tag = "6")]
        pub ports: Vec<Port>,
        #[prost(message, repeated, tag = "7")]
        pub env: Vec<EnvVar>,
        #[prost(message, required, tag = "8")]
        pub resources: Resources,
        #[prost(message, optional, tag = "10")]
        pub liveness_probe: Option<Present>,
        #[prost(message, optional, tag = "11")]
        pub readiness_probe: Option<Present>,
        #[prost(message, repeated, tag = "19")]
        pub env_from: Vec<EnvFrom>,
        #[prost(message, optional, tag = "22")]
        pub startup_probe: Option<Present>,
        #[prost(string, tag = "24")]
        pub restart_policy: String,
    }

    /// `v1 ContainerPort`.
    pub struct Port {
        #[prost(int32, tag = "3")]
        pub container_port: i32,
        #[prost(string, tag = "4")]
        pub protocol: String,
    }

    /// `v1 ResourceRequirements`.
    pub struct Resources {
        #[prost(btree_map = "string, message", tag = "1")]
        pub limits: BTreeMap<String, Quantity>,
        #[prost(btree_map = "string, message", tag = "2")]
        pub requests: BTreeMap<String, Quantity>,
    }

    /// `v1 EnvVar`, without its value.
    pub struct EnvVar {
        #[prost(message, optional, tag = "3")]
        value_from: Option<EnvVarSource>,
    }

    /// `v1 EnvVarSource`.
    pub struct EnvVarSource {
        #[prost(message, optional, tag = "3")]
        config_map_key_ref: Option<KeyReference>,
        #[prost(message, optional, tag = "4")]
        secret_key_ref: Option<KeyReference>,
    }

    /// `v1 EnvFromSource`.
    pub struct EnvFrom {
        #[prost(message, optional, tag = "2")]
        config_map_ref: Option<SourceReference>,
        #[prost(message, optional, tag = "3")]
        secret_ref: Option<SourceReference>,
    }

    /// `v1 VolumeSource`.
    pub struct VolumeSource {
        #[prost(message, optional, tag = "6")]
        secret: Option<SecretVolume>,
        #[prost(message, optional, tag = "10")]
        persistent_volume_claim: Option<Claim>,
        #[prost(message, optional, tag = "19")]
        config_map: Option<VolumeReference>,
        #[prost(message, optional, tag = "26")]
        projected: Option<Projected>,
        #[prost(message, optional, tag = "28")]
        csi: Option<Csi>,
        #[prost(message, optional, tag = "29")]
        ephemeral: Option<Present>,
    }

    /// `v1 SecretVolumeSource`.
    pub struct SecretVolume {
        #[prost(string, tag = "1")]
        secret_name: String,
        #[prost(bool, tag = "4")]
        optional: bool,
    }

    /// `v1 PersistentVolumeClaimVolumeSource`.
    pub struct Claim {
        #[prost(string, tag = "1")]
        claim_name: String,
    }

    /// `v1 CSIVolumeSource`.
    pub struct Csi {
        #[prost(message, optional, tag = "5")]
        node_publish_secret_ref: Option<LocalObjectReference>,
    }

    /// `v1 ProjectedVolumeSource`.
    pub struct Projected {
        #[prost(message, repeated, tag = "1")]
        sources: Vec<Projection>,
    }

    /// `v1 VolumeProjection`.
    pub struct Projection {
        #[prost(message, optional, tag = "1")]
        secret: Option<VolumeReference>,
        #[prost(message, optional, tag = "3")]
        config_map: Option<VolumeReference>,
    }
}

/// `v1 Volume`: its source is a message of its own in protobuf, and merged into it in JSON.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Volume {
    #[prost(string, tag = "1")]
    name: String,
    #[prost(message, required, tag = "2")]
    source: VolumeSource,
}

impl<'de> Deserialize<'de> for Volume {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Default, Deserialize)]
        #[serde(default, rename_all = "camelCase")]
        struct Merged {
            name: String,
            secret: Option<SecretVolume>,
            persistent_volume_claim: Option<Claim>,
            config_map: Option<VolumeReference>,
            projected: Option<Projected>,
            csi: Option<Csi>,
            ephemeral: Option<Present>,
        }
        let m = Merged::deserialize(deserializer)?;
        Ok(Self {
            name: m.name,
            source: VolumeSource {
                secret: m.secret,
                persistent_volume_claim: m.persistent_volume_claim,
                config_map: m.config_map,
                projected: m.projected,
                csi: m.csi,
                ephemeral: m.ephemeral,
            },
        })
    }
}

impl Container {
    /// Whether an init container is a sidecar: it keeps running beside the main ones (KEP-753).
    pub fn is_sidecar(&self) -> bool {
        self.restart_policy == "Always"
    }
}

/// A resource: its group and its plural.
pub type Plural = (&'static str, &'static str);

/// The objects of a pod's namespace that it mounts or reads, each once.
#[derive(Default)]
struct Used<'a>(BTreeMap<(Plural, Cow<'a, str>), bool>);

const SECRETS: Plural = ("", "secrets");
const CONFIG_MAPS: Plural = ("", "configmaps");
const CLAIMS: Plural = ("", "persistentvolumeclaims");
pub(super) const DEVICE_CLAIMS: Plural = (device_class::GROUP, "resourceclaims");
const DEVICE_TEMPLATES: Plural = (device_class::GROUP, "resourceclaimtemplates");

impl PodSpec {
    /// The names of the main containers.
    pub fn container_names(&self) -> String {
        super::super::text::join(self.containers.iter().map(|c| c.name.as_str()))
    }

    /// The images of the main containers.
    pub fn images(&self) -> String {
        super::super::text::join(self.containers.iter().map(|c| c.image.as_str()))
    }

    /// Whom the pod acts as and what it uses. `pod` is the pod's name, `None` in a template: claims that are made for each pod are named for it.
    pub fn links(&self, pod: Option<&str>, links: &mut Links<'_>) {
        links.name(Relation::ActsAs, "", "serviceaccounts", &self.service_account_name);
        let mut used = Used::default();
        for reference in &self.image_pull_secrets {
            used.add(SECRETS, &*reference.name, false);
        }
        for volume in &self.volumes {
            volume.uses(pod, &mut used);
        }
        let ephemeral = self.ephemeral_containers.iter().map(|c| &c.inner);
        for container in self.init_containers.iter().chain(&self.containers).chain(ephemeral) {
            container.uses(&mut used);
        }
        for claim in &self.resource_claims {
            used.add(DEVICE_CLAIMS, &*claim.resource_claim_name, false);
            used.add(DEVICE_TEMPLATES, &*claim.resource_claim_template_name, false);
        }
        for (((group, resource), name), optional) in used.0 {
            links.optional(optional, |links| links.name(Relation::Uses, group, resource, &name));
        }
        let (priority, runtime) = (&self.priority_class_name, &self.runtime_class_name);
        links.cluster(Relation::Uses, "scheduling.k8s.io", "priorityclasses", priority);
        links.cluster(Relation::Uses, "node.k8s.io", "runtimeclasses", runtime);
    }
}

impl<'a> Used<'a> {
    /// One reference that the pod can do without makes nothing optional that it needs elsewhere.
    fn add(&mut self, resource: Plural, name: impl Into<Cow<'a, str>>, optional: bool) {
        let all = self.0.entry((resource, name.into())).or_insert(true);
        *all &= optional;
    }

    fn refer(&mut self, resource: Plural, reference: Option<&'a impl Reference>) {
        if let Some(reference) = reference {
            self.add(resource, reference.name(), reference.optional());
        }
    }
}

/// The objects that a container mounts, of these volumes, and reads into its environment. `pod` is the pod's name.
pub fn used_by(container: &Container, mounted: &[&Volume], pod: &str) -> Vec<(Plural, String)> {
    let mut used = Used::default();
    mounted.iter().for_each(|volume| volume.uses(Some(pod), &mut used));
    container.uses(&mut used);
    used.0.into_keys().map(|(resource, name)| (resource, name.into_owned())).collect()
}

impl Container {
    fn uses<'a>(&'a self, used: &mut Used<'a>) {
        for source in self.env.iter().filter_map(|e| e.value_from.as_ref()) {
            used.refer(CONFIG_MAPS, source.config_map_key_ref.as_ref());
            used.refer(SECRETS, source.secret_key_ref.as_ref());
        }
        for source in &self.env_from {
            used.refer(CONFIG_MAPS, source.config_map_ref.as_ref());
            used.refer(SECRETS, source.secret_ref.as_ref());
        }
    }
}

impl Volume {
    /// By what name containers mount it.
    pub fn name(&self) -> &str {
        &self.name
    }

    fn uses<'a>(&'a self, pod: Option<&str>, used: &mut Used<'a>) {
        // The admission controller adds this volume to every pod; that it holds the cluster's CA is no news.
        if self.name.starts_with("kube-api-access-") {
            return;
        }
        let source = &self.source;
        if let Some(secret) = &source.secret {
            used.add(SECRETS, &*secret.secret_name, secret.optional);
        }
        if let Some(claim) = &source.persistent_volume_claim {
            used.add(CLAIMS, &*claim.claim_name, false);
        }
        used.refer(CONFIG_MAPS, source.config_map.as_ref());
        for projection in source.projected.iter().flat_map(|p| &p.sources) {
            used.refer(SECRETS, projection.secret.as_ref());
            used.refer(CONFIG_MAPS, projection.config_map.as_ref());
        }
        if let Some(secret) = source.csi.as_ref().and_then(|c| c.node_publish_secret_ref.as_ref()) {
            used.add(SECRETS, &*secret.name, false);
        }
        if let (Some(_), Some(pod)) = (&source.ephemeral, pod) {
            used.add(CLAIMS, format!("{pod}-{}", self.name), false);
        }
    }
}
