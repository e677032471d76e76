//! What every relation between built-in kinds is made of: what is referred to, and what refers to it.

mod cluster;
mod network;
mod storage;
mod workloads;

/// What is referred to, twice each: what refers to the first is made to refer to the second. `N` is `one` and `two`.
pub const TARGETS: &str = "
{apiVersion: v1, kind: Node, metadata: {name: N, labels: {app: N}}}
{apiVersion: v1, kind: ConfigMap, metadata: {name: N, namespace: soon}}
{apiVersion: v1, kind: Secret, metadata: {name: N, namespace: soon}}
{apiVersion: v1, kind: ServiceAccount, metadata: {name: N, namespace: soon}}
{apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, metadata: {name: N}, value: 5}
{apiVersion: node.k8s.io/v1, kind: RuntimeClass, metadata: {name: N}, handler: N}
{apiVersion: v1, kind: PersistentVolume, metadata: {name: N}, spec: {capacity: {storage: 1Gi}, accessModes: [ReadWriteOnce], hostPath: {path: /tmp}}}
{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: N, namespace: soon}, spec: {accessModes: [ReadWriteOnce], storageClassName: '', resources: {requests: {storage: 1Gi}}}}
{apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: N}, provisioner: kubernetes.io/no-provisioner}
{apiVersion: v1, kind: Pod, metadata: {name: N, namespace: soon, labels: {app: N}}, spec: {containers: [{name: a, image: b}]}}
{apiVersion: v1, kind: Service, metadata: {name: N, namespace: soon}, spec: {selector: {app: N}, ports: [{port: 80}]}}
{apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {name: N, namespace: soon, labels: {kubernetes.io/service-name: N}}, addressType: IPv4, endpoints: [{addresses: [10.1.2.3]}], ports: [{port: 80}]}
{apiVersion: apps/v1, kind: Deployment, metadata: {name: N, namespace: soon}, spec: {selector: {matchLabels: {app: N}}, template: {metadata: {labels: {app: N}}, spec: {containers: [{name: a, image: b}]}}}}
{apiVersion: networking.k8s.io/v1, kind: IngressClass, metadata: {name: N}, spec: {controller: example.com/N}}
{apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: {name: N, namespace: soon}}
{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: N, labels: {app: N}}}
{apiVersion: gateway.networking.k8s.io/v1, kind: GatewayClass, metadata: {name: N}, spec: {controllerName: example.com/N}}
{apiVersion: gateway.networking.k8s.io/v1, kind: Gateway, metadata: {name: N, namespace: soon}, spec: {gatewayClassName: one, listeners: [{name: a, port: 80, protocol: HTTP}]}}
{apiVersion: storage.k8s.io/v1, kind: CSIDriver, metadata: {name: N}, spec: {attachRequired: false}}
{apiVersion: storage.k8s.io/v1, kind: VolumeAttributesClass, metadata: {name: N}, driverName: example.com, parameters: {iops: '1'}}
{apiVersion: snapshot.storage.k8s.io/v1, kind: VolumeSnapshotClass, metadata: {name: N}, driver: example.com, deletionPolicy: Delete}
{apiVersion: snapshot.storage.k8s.io/v1, kind: VolumeSnapshotContent, metadata: {name: N}, spec: {deletionPolicy: Delete, driver: example.com, source: {snapshotHandle: a}, volumeSnapshotRef: {namespace: soon, name: N}}}
{apiVersion: snapshot.storage.k8s.io/v1, kind: VolumeSnapshot, metadata: {name: N, namespace: soon}, spec: {source: {volumeSnapshotContentName: N}}}
{apiVersion: flowcontrol.apiserver.k8s.io/v1, kind: PriorityLevelConfiguration, metadata: {name: N}, spec: {type: Limited, limited: {limitResponse: {type: Reject}}}}
{apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingAdmissionPolicy, metadata: {name: N}, spec: {matchConstraints: {resourceRules: [{operations: [CREATE], apiGroups: [unused.example.com], apiVersions: [v1], resources: [things]}]}, validations: [{expression: 'true'}]}}
{apiVersion: admissionregistration.k8s.io/v1, kind: MutatingAdmissionPolicy, metadata: {name: N}, spec: {reinvocationPolicy: Never, matchConstraints: {resourceRules: [{operations: [CREATE], apiGroups: [unused.example.com], apiVersions: [v1], resources: [things]}]}, mutations: [{patchType: JSONPatch, jsonPatch: {expression: '[JSONPatch{op: \"test\", path: \"/kind\", value: \"Thing\"}]'}}]}}
{apiVersion: resource.k8s.io/v1, kind: DeviceClass, metadata: {name: N}, spec: {}}
{apiVersion: resource.k8s.io/v1, kind: ResourceClaim, metadata: {name: N, namespace: soon}, spec: {}}
{apiVersion: resource.k8s.io/v1, kind: ResourceClaimTemplate, metadata: {name: N, namespace: soon}, spec: {spec: {}}}";

/// What refers to them: the object, what it refers to with which relation, and why that is broken without the second; nothing where it need not be there.
/// `N` is which one it refers to.
pub type Tie = (&'static str, &'static str, &'static str, &'static str);

/// Every one of them.
pub fn all() -> impl Iterator<Item = &'static Tie> {
    let of = [workloads::TIES, network::TIES, storage::TIES, cluster::TIES];
    of.into_iter().flatten()
}
