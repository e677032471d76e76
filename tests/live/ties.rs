//! What every relation between built-in kinds is made of: what is referred to, and what refers to it.

/// What is referred to, twice each: what refers to the first is made to refer to the second. `N` is `one` and `two`.
pub const TARGETS: &str = "
{apiVersion: v1, kind: Node, metadata: {name: N, labels: {app: N}}}
{apiVersion: v1, kind: ConfigMap, metadata: {name: N, namespace: soon}}
{apiVersion: v1, kind: Secret, metadata: {name: N, namespace: soon}}
{apiVersion: v1, kind: ServiceAccount, metadata: {name: N, namespace: soon}}
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
pub const TIES: &[(&str, &str, &str, &str)] = &[
    (
        "{apiVersion: v1, kind: Service, metadata: {name: tie, namespace: soon}, spec: {selector: {app: N}, ports: [{port: 80}]}}",
        "selects",
        "pods soon N",
        "selects nothing: no pod in soon has app=two",
    ),
    (
        "{apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {name: tie, namespace: soon, labels: {kubernetes.io/service-name: N}}, addressType: IPv4, endpoints: [], ports: []}",
        "part of",
        "services soon N",
        "no service two in soon",
    ),
    (
        "{apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {name: tie, namespace: soon}, addressType: IPv4, endpoints: [{addresses: [10.1.2.3], targetRef: {kind: Pod, namespace: soon, name: N}}], ports: []}",
        "routes to",
        "pods soon N",
        "no pod two in soon",
    ),
    (
        "{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: tie, namespace: soon}, spec: {defaultBackend: {service: {name: N, port: {number: 80}}}}}",
        "routes to",
        "services soon N",
        "no service two in soon",
    ),
    (
        "{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: tie, namespace: soon}, spec: {ingressClassName: N, defaultBackend: {service: {name: one, port: {number: 80}}}}}",
        "served by",
        "ingressclasses - N",
        "no ingressclass two",
    ),
    (
        "{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: tie, namespace: soon}, spec: {tls: [{secretName: N}], defaultBackend: {service: {name: one, port: {number: 80}}}}}",
        "uses",
        "secrets soon N",
        "no secret two in soon",
    ),
    (
        "{apiVersion: gateway.networking.k8s.io/v1, kind: HTTPRoute, metadata: {name: tie, namespace: soon}, spec: {rules: [{backendRefs: [{name: N, port: 80}]}]}}",
        "routes to",
        "services soon N",
        "no service two in soon",
    ),
    (
        "{apiVersion: gateway.networking.k8s.io/v1, kind: HTTPRoute, metadata: {name: tie, namespace: soon}, spec: {parentRefs: [{name: N}]}}",
        "part of",
        "gateways.gateway.networking.k8s.io soon N",
        "no gateway two in soon",
    ),
    (
        "{apiVersion: gateway.networking.k8s.io/v1, kind: Gateway, metadata: {name: tie, namespace: soon}, spec: {gatewayClassName: N, listeners: [{name: a, port: 80, protocol: HTTP}]}}",
        "served by",
        "gatewayclasses - N",
        "no gatewayclass two",
    ),
    (
        "{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {name: tie, namespace: soon}, spec: {maxReplicas: 2, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: N}}}",
        "scales",
        "deployments soon N",
        "no deployment two in soon",
    ),
    (
        "{apiVersion: v1, kind: Pod, metadata: {name: tie, namespace: soon}, spec: {containers: [{name: a, image: b}], volumes: [{name: v, persistentVolumeClaim: {claimName: N}}]}}",
        "uses",
        "persistentvolumeclaims soon N",
        "no persistentvolumeclaim two in soon",
    ),
    (
        "{apiVersion: v1, kind: Pod, metadata: {name: tie, namespace: soon}, spec: {containers: [{name: a, image: b, env: [{name: A, valueFrom: {configMapKeyRef: {name: N, key: a}}}]}]}}",
        "uses",
        "configmaps soon N",
        "no configmap two in soon",
    ),
    (
        "{apiVersion: v1, kind: Pod, metadata: {name: tie, namespace: soon}, spec: {containers: [{name: a, image: b}], volumes: [{name: v, secret: {secretName: N}}]}}",
        "uses",
        "secrets soon N",
        "no secret two in soon",
    ),
    (
        "{apiVersion: v1, kind: Pod, metadata: {name: tie, namespace: soon}, spec: {serviceAccountName: N, containers: [{name: a, image: b}]}}",
        "acts as",
        "serviceaccounts soon N",
        "no serviceaccount two in soon",
    ),
    (
        "{apiVersion: v1, kind: Pod, metadata: {name: tie, namespace: soon}, spec: {nodeName: N, containers: [{name: a, image: b}]}}",
        "runs on",
        "nodes - N",
        "no node two",
    ),
    (
        "{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: tie, namespace: soon}, spec: {volumeName: N, storageClassName: '', accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}",
        "bound to",
        "persistentvolumes - N",
        "no persistentvolume two",
    ),
    (
        "{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: tie, namespace: soon}, spec: {storageClassName: N, accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}",
        "served by",
        "storageclasses - N",
        "no storageclass two",
    ),
    (
        "{apiVersion: v1, kind: ServiceAccount, metadata: {name: tie, namespace: soon}, imagePullSecrets: [{name: N}]}",
        "uses",
        "secrets soon N",
        "no secret two in soon",
    ),
    (
        "{apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: {name: tie, namespace: soon}, roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: N}}",
        "grants",
        "roles soon N",
        "no role two in soon",
    ),
    (
        "{apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: {name: tie, namespace: soon}, roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: one}, subjects: [{kind: ServiceAccount, name: N, namespace: soon}]}",
        "grants to",
        "serviceaccounts soon N",
        "no serviceaccount two in soon",
    ),
    (
        "{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRoleBinding, metadata: {name: tie}, roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: N}}",
        "grants",
        "clusterroles - N",
        "no clusterrole two",
    ),
    (
        "{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: tie, namespace: soon}, spec: {minAvailable: 1, selector: {matchLabels: {app: N}}}}",
        "selects",
        "pods soon N",
        "selects nothing: no pod in soon has app=two",
    ),
    (
        "{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: tie, namespace: soon}, spec: {podSelector: {matchLabels: {app: N}}}}",
        "selects",
        "pods soon N",
        "selects nothing: no pod in soon has app=two",
    ),
    (
        "{apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingWebhookConfiguration, metadata: {name: tie}, webhooks: [{name: a.example.com, admissionReviewVersions: [v1], sideEffects: None, failurePolicy: Ignore, clientConfig: {service: {namespace: soon, name: N, port: 80}}}]}",
        "routes to",
        "services soon N",
        "no service two in soon",
    ),
    (
        "{apiVersion: admissionregistration.k8s.io/v1, kind: MutatingWebhookConfiguration, metadata: {name: tie}, webhooks: [{name: a.example.com, admissionReviewVersions: [v1], sideEffects: None, failurePolicy: Ignore, clientConfig: {service: {namespace: soon, name: N, port: 80}}}]}",
        "routes to",
        "endpointslices soon N",
        "service two in soon has no ready endpoints",
    ),
    (
        "{apiVersion: apiregistration.k8s.io/v1, kind: APIService, metadata: {name: v1.soon.example.com}, spec: {group: soon.example.com, version: v1, groupPriorityMinimum: 1, versionPriority: 1, insecureSkipTLSVerify: true, service: {namespace: soon, name: N, port: 80}}}",
        "routes to",
        "services soon N",
        "no service two in soon",
    ),
    (
        "{apiVersion: apps/v1, kind: Deployment, metadata: {name: tie, namespace: soon}, spec: {selector: {matchLabels: {app: tie}}, template: {metadata: {labels: {app: tie}}, spec: {containers: [{name: a, image: b, envFrom: [{configMapRef: {name: N}}]}]}}}}",
        "uses",
        "configmaps soon N",
        "no configmap two in soon",
    ),
    (
        "{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: tie, namespace: soon}, spec: {selector: {matchLabels: {app: tie}}, template: {metadata: {labels: {app: tie}}, spec: {containers: [{name: a, image: b, envFrom: [{configMapRef: {name: N}}]}]}}}}",
        "uses",
        "configmaps soon N",
        "no configmap two in soon",
    ),
    (
        "{apiVersion: apps/v1, kind: DaemonSet, metadata: {name: tie, namespace: soon}, spec: {selector: {matchLabels: {app: tie}}, template: {metadata: {labels: {app: tie}}, spec: {containers: [{name: a, image: b, envFrom: [{configMapRef: {name: N}}]}]}}}}",
        "uses",
        "configmaps soon N",
        "no configmap two in soon",
    ),
    (
        "{apiVersion: apps/v1, kind: ReplicaSet, metadata: {name: tie, namespace: soon}, spec: {selector: {matchLabels: {app: tie}}, template: {metadata: {labels: {app: tie}}, spec: {containers: [{name: a, image: b, envFrom: [{configMapRef: {name: N}}]}]}}}}",
        "uses",
        "configmaps soon N",
        "no configmap two in soon",
    ),
    (
        "{apiVersion: v1, kind: ReplicationController, metadata: {name: tie, namespace: soon}, spec: {selector: {app: tie}, template: {metadata: {labels: {app: tie}}, spec: {containers: [{name: a, image: b, envFrom: [{configMapRef: {name: N}}]}]}}}}",
        "uses",
        "configmaps soon N",
        "no configmap two in soon",
    ),
    (
        "{apiVersion: batch/v1, kind: Job, metadata: {name: tie, namespace: soon}, spec: {suspend: true, template: {metadata: {labels: {app: tie}}, spec: {restartPolicy: Never, containers: [{name: a, image: b, envFrom: [{configMapRef: {name: N}}]}]}}}}",
        "uses",
        "configmaps soon N",
        "no configmap two in soon",
    ),
    (
        "{apiVersion: batch/v1, kind: CronJob, metadata: {name: tie, namespace: soon}, spec: {schedule: '0 3 * * *', jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: b, envFrom: [{configMapRef: {name: N}}]}]}}}}}}",
        "uses",
        "configmaps soon N",
        "no configmap two in soon",
    ),
    (
        "{apiVersion: apps/v1, kind: Deployment, metadata: {name: tie, namespace: soon}, spec: {selector: {matchLabels: {app: N}}, template: {metadata: {labels: {app: N}}, spec: {containers: [{name: a, image: b}]}}}}",
        "selects",
        "pods soon N",
        "selects nothing: no pod in soon has app=two",
    ),
    (
        "{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: tie, namespace: soon}, spec: {selector: {matchLabels: {app: N}}, template: {metadata: {labels: {app: N}}, spec: {containers: [{name: a, image: b}]}}}}",
        "selects",
        "pods soon N",
        "selects nothing: no pod in soon has app=two",
    ),
    (
        "{apiVersion: apps/v1, kind: ReplicaSet, metadata: {name: tie, namespace: soon}, spec: {selector: {matchLabels: {app: N}}, template: {metadata: {labels: {app: N}}, spec: {containers: [{name: a, image: b}]}}}}",
        "selects",
        "pods soon N",
        "selects nothing: no pod in soon has app=two",
    ),
    (
        "{apiVersion: v1, kind: ReplicationController, metadata: {name: tie, namespace: soon}, spec: {replicas: 1, selector: {app: N}, template: {metadata: {labels: {app: N}}, spec: {containers: [{name: a, image: b}]}}}}",
        "selects",
        "pods soon N",
        "selects nothing: no pod in soon has app=two",
    ),
    (
        "{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: tie, namespace: soon}, spec: {serviceName: N, selector: {matchLabels: {app: tie}}, template: {metadata: {labels: {app: tie}}, spec: {containers: [{name: a, image: b}]}}}}",
        "part of",
        "services soon N",
        "no service two in soon",
    ),
    (
        "{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {name: tie, namespace: soon}, spec: {maxReplicas: 2, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: one}, metrics: [{type: Object, object: {describedObject: {apiVersion: v1, kind: Service, name: N}, metric: {name: hits}, target: {type: Value, value: '1'}}}]}}",
        "uses",
        "services soon N",
        "no service two in soon",
    ),
    (
        "{apiVersion: v1, kind: Pod, metadata: {name: tie, namespace: soon}, spec: {resourceClaims: [{name: a, resourceClaimName: N}], containers: [{name: a, image: b}]}}",
        "uses",
        "resourceclaims.resource.k8s.io soon N",
        "no resourceclaim two in soon",
    ),
    (
        "{apiVersion: v1, kind: Pod, metadata: {name: tie, namespace: soon}, spec: {resourceClaims: [{name: a, resourceClaimTemplateName: N}], containers: [{name: a, image: b}]}}",
        "uses",
        "resourceclaimtemplates.resource.k8s.io soon N",
        "no resourceclaimtemplate two in soon",
    ),
    (
        "{apiVersion: resource.k8s.io/v1, kind: ResourceClaim, metadata: {name: tie, namespace: soon}, spec: {devices: {requests: [{name: a, exactly: {deviceClassName: N}}]}}}",
        "uses",
        "deviceclasses.resource.k8s.io - N",
        "no deviceclass two",
    ),
    (
        "{apiVersion: resource.k8s.io/v1, kind: ResourceClaimTemplate, metadata: {name: tie, namespace: soon}, spec: {spec: {devices: {requests: [{name: a, exactly: {deviceClassName: N}}]}}}}",
        "uses",
        "deviceclasses.resource.k8s.io - N",
        "no deviceclass two",
    ),
    (
        "{apiVersion: resource.k8s.io/v1, kind: ResourceSlice, metadata: {name: tie}, spec: {driver: example.com, nodeName: N, pool: {name: a, generation: 1, resourceSliceCount: 1}}}",
        "runs on",
        "nodes - N",
        "no node two",
    ),
    (
        "{apiVersion: storage.k8s.io/v1, kind: VolumeAttachment, metadata: {name: tie}, spec: {attacher: one, nodeName: one, source: {persistentVolumeName: N}}}",
        "uses",
        "persistentvolumes - N",
        "no persistentvolume two",
    ),
    (
        "{apiVersion: storage.k8s.io/v1, kind: VolumeAttachment, metadata: {name: tie}, spec: {attacher: one, nodeName: N, source: {persistentVolumeName: one}}}",
        "runs on",
        "nodes - N",
        "no node two",
    ),
    (
        "{apiVersion: storage.k8s.io/v1, kind: VolumeAttachment, metadata: {name: tie}, spec: {attacher: N, nodeName: one, source: {persistentVolumeName: one}}}",
        "served by",
        "csidrivers - N",
        "no csidriver two",
    ),
    (
        "{apiVersion: storage.k8s.io/v1, kind: CSINode, metadata: {name: tie}, spec: {drivers: [{name: N, nodeID: a, topologyKeys: []}]}}",
        "served by",
        "csidrivers - N",
        "no csidriver two",
    ),
    (
        "{apiVersion: v1, kind: PersistentVolume, metadata: {name: tie}, spec: {capacity: {storage: 1Gi}, accessModes: [ReadWriteOnce], storageClassName: N, hostPath: {path: /tmp}}}",
        "served by",
        "storageclasses - N",
        "",
    ),
    (
        "{apiVersion: v1, kind: PersistentVolume, metadata: {name: tie}, spec: {capacity: {storage: 1Gi}, accessModes: [ReadWriteOnce], claimRef: {namespace: soon, name: N}, hostPath: {path: /tmp}}}",
        "bound to",
        "persistentvolumeclaims soon N",
        "no persistentvolumeclaim two in soon",
    ),
    (
        "{apiVersion: v1, kind: PersistentVolume, metadata: {name: tie}, spec: {capacity: {storage: 1Gi}, accessModes: [ReadWriteOnce], csi: {driver: N, volumeHandle: a}}}",
        "served by",
        "csidrivers - N",
        "no csidriver two",
    ),
    (
        "{apiVersion: v1, kind: PersistentVolume, metadata: {name: tie}, spec: {capacity: {storage: 1Gi}, accessModes: [ReadWriteOnce], csi: {driver: one, volumeHandle: a, nodeStageSecretRef: {namespace: soon, name: N}}}}",
        "uses",
        "secrets soon N",
        "no secret two in soon",
    ),
    (
        "{apiVersion: v1, kind: PersistentVolume, metadata: {name: tie}, spec: {capacity: {storage: 1Gi}, accessModes: [ReadWriteOnce], volumeAttributesClassName: N, csi: {driver: one, volumeHandle: a}}}",
        "served by",
        "volumeattributesclasses - N",
        "no volumeattributesclass two",
    ),
    (
        "{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: tie, namespace: soon}, spec: {storageClassName: '', volumeAttributesClassName: N, accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}",
        "served by",
        "volumeattributesclasses - N",
        "no volumeattributesclass two",
    ),
    (
        "{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: tie, namespace: soon}, spec: {storageClassName: '', dataSource: {kind: PersistentVolumeClaim, name: N}, accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}",
        "uses",
        "persistentvolumeclaims soon N",
        "no persistentvolumeclaim two in soon",
    ),
    (
        "{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: tie, namespace: soon}, spec: {storageClassName: '', dataSource: {apiGroup: snapshot.storage.k8s.io, kind: VolumeSnapshot, name: N}, accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}",
        "uses",
        "volumesnapshots.snapshot.storage.k8s.io soon N",
        "no volumesnapshot two in soon",
    ),
    (
        "{apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: tie}, provisioner: N}",
        "served by",
        "csidrivers - N",
        "",
    ),
    (
        "{apiVersion: storage.k8s.io/v1, kind: VolumeAttributesClass, metadata: {name: tie}, driverName: N, parameters: {iops: '1'}}",
        "served by",
        "csidrivers - N",
        "",
    ),
    (
        "{apiVersion: snapshot.storage.k8s.io/v1, kind: VolumeSnapshot, metadata: {name: tie, namespace: soon}, spec: {volumeSnapshotClassName: N, source: {volumeSnapshotContentName: one}}}",
        "served by",
        "volumesnapshotclasses.snapshot.storage.k8s.io - N",
        "no volumesnapshotclass two",
    ),
    (
        "{apiVersion: snapshot.storage.k8s.io/v1, kind: VolumeSnapshot, metadata: {name: tie, namespace: soon}, spec: {source: {persistentVolumeClaimName: N}}}",
        "about",
        "persistentvolumeclaims soon N",
        "",
    ),
    (
        "{apiVersion: snapshot.storage.k8s.io/v1, kind: VolumeSnapshot, metadata: {name: tie, namespace: soon}, spec: {source: {volumeSnapshotContentName: N}}}",
        "bound to",
        "volumesnapshotcontents.snapshot.storage.k8s.io - N",
        "no volumesnapshotcontent two",
    ),
    (
        "{apiVersion: snapshot.storage.k8s.io/v1, kind: VolumeSnapshotContent, metadata: {name: tie}, spec: {deletionPolicy: Delete, driver: example.com, source: {snapshotHandle: a}, volumeSnapshotRef: {namespace: soon, name: N}}}",
        "bound to",
        "volumesnapshots.snapshot.storage.k8s.io soon N",
        "no volumesnapshot two in soon",
    ),
    (
        "{apiVersion: snapshot.storage.k8s.io/v1, kind: VolumeSnapshotContent, metadata: {name: tie}, spec: {deletionPolicy: Delete, driver: example.com, volumeSnapshotClassName: N, source: {snapshotHandle: a}, volumeSnapshotRef: {namespace: soon, name: one}}}",
        "served by",
        "volumesnapshotclasses.snapshot.storage.k8s.io - N",
        "no volumesnapshotclass two",
    ),
    (
        "{apiVersion: snapshot.storage.k8s.io/v1, kind: VolumeSnapshotClass, metadata: {name: tie}, driver: N, deletionPolicy: Delete}",
        "served by",
        "csidrivers - N",
        "",
    ),
    (
        "{apiVersion: networking.k8s.io/v1, kind: IngressClass, metadata: {name: tie}, spec: {controller: example.com/a, parameters: {kind: ConfigMap, scope: Namespace, namespace: soon, name: N}}}",
        "uses",
        "configmaps soon N",
        "no configmap two in soon",
    ),
    (
        "{apiVersion: gateway.networking.k8s.io/v1, kind: Gateway, metadata: {name: tie, namespace: soon}, spec: {gatewayClassName: one, listeners: [{name: a, port: 443, protocol: HTTPS, tls: {certificateRefs: [{name: N}]}}]}}",
        "uses",
        "secrets soon N",
        "no secret two in soon",
    ),
    (
        "{apiVersion: gateway.networking.k8s.io/v1, kind: GatewayClass, metadata: {name: tie}, spec: {controllerName: example.com/a, parametersRef: {group: '', kind: ConfigMap, namespace: soon, name: N}}}",
        "uses",
        "configmaps soon N",
        "no configmap two in soon",
    ),
    (
        "{apiVersion: gateway.networking.k8s.io/v1, kind: GRPCRoute, metadata: {name: tie, namespace: soon}, spec: {rules: [{backendRefs: [{name: N, port: 80}]}]}}",
        "routes to",
        "services soon N",
        "no service two in soon",
    ),
    (
        "{apiVersion: gateway.networking.k8s.io/v1, kind: GRPCRoute, metadata: {name: tie, namespace: soon}, spec: {parentRefs: [{name: N}]}}",
        "part of",
        "gateways.gateway.networking.k8s.io soon N",
        "no gateway two in soon",
    ),
    (
        "{apiVersion: v1, kind: Secret, metadata: {name: tie, namespace: soon, annotations: {kubernetes.io/service-account.name: N}}}",
        "part of",
        "serviceaccounts soon N",
        "no serviceaccount two in soon",
    ),
    (
        "{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: tie}, aggregationRule: {clusterRoleSelectors: [{matchLabels: {app: N}}]}}",
        "selects",
        "clusterroles - N",
        "selects nothing: no clusterrole has app=two",
    ),
    (
        "{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRoleBinding, metadata: {name: tie}, roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: one}, subjects: [{kind: ServiceAccount, name: N, namespace: soon}]}",
        "grants to",
        "serviceaccounts soon N",
        "no serviceaccount two in soon",
    ),
    (
        "{apiVersion: node.k8s.io/v1, kind: RuntimeClass, metadata: {name: tie}, handler: a, scheduling: {nodeSelector: {app: N}}}",
        "selects",
        "nodes - N",
        "selects nothing: no node has app=two",
    ),
    (
        "{apiVersion: flowcontrol.apiserver.k8s.io/v1, kind: FlowSchema, metadata: {name: tie}, spec: {priorityLevelConfiguration: {name: N}}}",
        "uses",
        "prioritylevelconfigurations - N",
        "no prioritylevelconfiguration two",
    ),
    (
        "{apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingAdmissionPolicyBinding, metadata: {name: tie}, spec: {policyName: N, validationActions: [Deny]}}",
        "uses",
        "validatingadmissionpolicies - N",
        "no validatingadmissionpolicy two",
    ),
    (
        "{apiVersion: admissionregistration.k8s.io/v1, kind: MutatingAdmissionPolicyBinding, metadata: {name: tie}, spec: {policyName: N}}",
        "uses",
        "mutatingadmissionpolicies - N",
        "no mutatingadmissionpolicy two",
    ),
    (
        "{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: ties.soon.example.com}, spec: {group: soon.example.com, scope: Cluster, names: {plural: ties, kind: Tie}, versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}], conversion: {strategy: Webhook, webhook: {conversionReviewVersions: [v1], clientConfig: {service: {namespace: soon, name: N, port: 80}}}}}}",
        "routes to",
        "services soon N",
        "no service two in soon",
    ),
];
