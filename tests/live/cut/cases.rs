//! Every action on one object, and the objects.

/// What there is to be changed. The node has room, as every real one: of none, kubectl tells shares by a division by zero.
pub const OBJECTS: &str = "
apiVersion: v1
kind: Namespace
metadata: {name: NAME}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: NAME}
spec:
  replicas: 0
  selector: {matchLabels: {app: web}}
  template: {metadata: {labels: {app: web}}, spec: {containers: [{name: a, image: 'b:1'}]}}
---
apiVersion: v1
kind: Node
metadata: {name: NAME}
spec: {taints: [{key: x-cut, effect: NoSchedule}]}
status: {capacity: &room {cpu: '16', memory: 64Gi, pods: '110'}, allocatable: *room}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: night, namespace: NAME}
spec:
  schedule: '0 0 1 1 *'
  jobTemplate: {spec: {suspend: true, template: {spec: {restartPolicy: Never, containers: [{name: a, image: 'b:1'}]}}}}
---
apiVersion: batch/v1
kind: Job
metadata: {name: work, namespace: NAME}
spec: {suspend: true, template: {spec: {restartPolicy: Never, containers: [{name: a, image: 'b:1'}]}}}
---
apiVersion: batch/v1
kind: Job
metadata: {name: idle, namespace: NAME}
spec: {suspend: true, template: {spec: {restartPolicy: Never, nodeSelector: {none: here}, containers: [{name: a, image: 'b:1'}]}}}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: data, namespace: NAME}
spec:
  replicas: 0
  serviceName: data
  selector: {matchLabels: {app: data}}
  template: {metadata: {labels: {app: data}}, spec: {nodeSelector: {none: here}, containers: [{name: a, image: 'b:1'}]}}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web, namespace: NAME}
spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: none}, minReplicas: 2, maxReplicas: 5}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: map, namespace: NAME}
data: {mode: dark}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: held, namespace: NAME, finalizers: [x.example/hold]}
---
apiVersion: v1
kind: Pod
metadata: {name: one, namespace: NAME}
spec: {automountServiceAccountToken: false, nodeSelector: {none: here}, containers: [{name: a, image: 'b:1', resources: {requests: {cpu: 5m}}}]}
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: NAME}
provisioner: example.com/none
allowVolumeExpansion: true
---
apiVersion: v1
kind: PersistentVolume
metadata: {name: NAME}
spec:
  capacity: {storage: 1Gi}
  accessModes: [ReadWriteOnce]
  storageClassName: NAME
  claimRef: {namespace: NAME, name: claim}
  hostPath: {path: /data}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: claim, namespace: NAME}
spec: {storageClassName: NAME, volumeName: NAME, accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
---
apiVersion: certificates.k8s.io/v1
kind: CertificateSigningRequest
metadata: {name: NAME-yes}
spec: {request: REQUEST, signerName: example.com/nobody, usages: [client auth]}
---
apiVersion: certificates.k8s.io/v1
kind: CertificateSigningRequest
metadata: {name: NAME-no}
spec: {request: REQUEST, signerName: example.com/nobody, usages: [client auth]}
";

/// Every action on one object: its name, the object, what is answered, and of what the server's state is looked at.
pub const CASES: &[(&str, &str, &str, &[&str], &str)] = &[
    ("scale", "deployments", "web", &["4"], "deployments"),
    ("scale-up", "deployments", "web", &[], "deployments"),
    ("scale-down", "deployments", "web", &[], "deployments"),
    ("scale", "statefulsets", "data", &["2"], "statefulsets"),
    ("restart", "deployments", "web", &[], "deployments"),
    ("set-image", "deployments", "web", &["b:2"], "deployments"),
    ("rollback", "deployments", "web", &["1"], "deployments"),
    ("rollback-previous", "deployments", "web", &[], "deployments"),
    ("pause", "deployments", "web", &[], "deployments"),
    ("resume", "deployments", "web", &[], "deployments"),
    ("label", "deployments", "web", &["team=shop", "false"], "deployments"),
    ("annotate", "deployments", "web", &["note=x", "false"], "deployments"),
    ("cordon", "nodes", "NAME", &[], "nodes"),
    ("uncordon", "nodes", "NAME", &[], "nodes"),
    ("taint", "nodes", "NAME", &["x-other=a:NoSchedule", "false"], "nodes"),
    ("debug", "nodes", "NAME", &["busybox:1", "sh", "general", "NAME"], "pods"),
    ("trigger", "cronjobs", "night", &[], "jobs"),
    ("suspend-work", "cronjobs", "night", &[], "cronjobs"),
    ("resume-work", "cronjobs", "night", &[], "cronjobs"),
    ("rerun", "jobs", "work", &["work-again"], "jobs"),
    ("set-bounds", "horizontalpodautoscalers", "web", &["3", "7"], "horizontalpodautoscalers"),
    ("expand", "persistentvolumeclaims", "claim", &["2Gi"], "persistentvolumeclaims"),
    ("edit-key", "configmaps", "map", &["mode", "", "light", "false"], "configmaps"),
    ("duplicate", "configmaps", "map", &["map-again"], "configmaps"),
    ("approve", "certificatesigningrequests", "NAME-yes", &[], "certificatesigningrequests"),
    ("deny", "certificatesigningrequests", "NAME-no", &[], "certificatesigningrequests"),
    ("remove-finalizer", "configmaps", "held", &["x.example/hold"], "configmaps"),
    // A pod that no node has yet is resized by whatever server can.
    ("resize", "pods", "one", &["10m", "", "", ""], "pods"),
    ("debug", "pods", "one", &["busybox:1", "", "general", "none"], "pods"),
    (
        "debug-copy",
        "pods",
        "one",
        &["busybox:1", "", "general", "one-again", "another one", "true", "false"],
        "pods",
    ),
    ("evict", "pods", "one", &[""], "pods"),
    ("delete", "configmaps", "map", &[], "configmaps"),
    // Its pods come and go by themselves.
    ("resume-work", "jobs", "idle", &[], "jobs"),
    ("suspend-work", "jobs", "idle", &[], "jobs"),
];

/// Actions that have a test of their own: those of several steps, of a text, of what is the whole cluster's, and of what was done before.
pub const ELSEWHERE: [&str; 5] = ["drain", "edit", "edit-here", "make-default", "undo"];

/// A pod on a node, that nobody makes anew.
pub const DRAINED: &str = "
apiVersion: v1
kind: Pod
metadata: {name: drained, namespace: NAME}
spec:
  automountServiceAccountToken: false
  nodeName: NAME
  tolerations: [{operator: Exists}]
  containers: [{name: a, image: 'b:1'}]
";
