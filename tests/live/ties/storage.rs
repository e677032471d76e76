//! What volumes are made of.

use super::Tie;

pub const TIES: &[Tie] = &[
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
];
