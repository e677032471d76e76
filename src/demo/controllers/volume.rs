//! Volumes: claims get a volume where their storage class exists, and wait where it does not.

use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::demo::value::{At, set};
use crate::demo::world::{Deletion, World};

const CLAIMS: &str = "persistentvolumeclaims";
const VOLUMES: &str = "persistentvolumes";
const CLASSES: &str = "storageclasses.storage.k8s.io";

/// Provides a claim with a volume.
pub fn look(world: &mut World, key: &str) {
    let Some(claim) = world.store.value(CLAIMS, key) else { return release(world, key) };
    if claim.text("/status/phase") == "Bound" {
        return;
    }
    let class_name = claim.text("/spec/storageClassName");
    let Some(class) = world.store.value(CLASSES, class_name) else {
        let message = format!("storageclass.storage.k8s.io \"{class_name}\" not found");
        world.event(&claim, "persistentvolume-controller", true, "ProvisioningFailed", &message);
        world.later(SignedDuration::from_secs(60), (CLAIMS, key.to_owned()));
        return;
    };
    let uid = claim.text("/metadata/uid");
    let volume = format!("pvc-{uid}");
    let size = claim.at("/spec/resources/requests/storage").clone();
    let object = json!({"apiVersion": "v1", "kind": "PersistentVolume",
        "metadata": {"name": volume, "annotations": {"pv.kubernetes.io/provisioned-by": class.at("/provisioner")},
            "finalizers": ["kubernetes.io/pv-protection"]},
        "spec": {"capacity": {"storage": size}, "accessModes": claim.at("/spec/accessModes"),
            "claimRef": {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "namespace": claim.text("/metadata/namespace"),
                "name": claim.text("/metadata/name"), "uid": uid},
            "csi": {"driver": class.at("/provisioner"), "volumeHandle": format!("demo-{uid}")},
            "persistentVolumeReclaimPolicy": class.at("/reclaimPolicy"), "storageClassName": class_name,
            "volumeMode": claim.at("/spec/volumeMode")},
        "status": {"phase": "Bound"}});
    // It may exist from an earlier try that was interrupted.
    let _ = world.create(object);
    world.event(
        &claim,
        class.text("/provisioner"),
        false,
        "ProvisioningSucceeded",
        &format!("Successfully provisioned volume {volume}"),
    );
    world.edit(CLAIMS, key, |claim| {
        let modes = claim.at("/spec/accessModes").clone();
        set(claim, "/spec/volumeName", volume);
        set(
            claim,
            "/status",
            json!({"phase": "Bound", "accessModes": modes, "capacity": {"storage": size}}),
        );
    });
    // Pods that waited for it.
    let (namespace, name) = key.split_once('/').unwrap_or_default();
    let waiting: Vec<String> = world
        .store
        .iter("pods", Some(namespace))
        .filter(|p| p.node().is_none())
        .filter(|p| {
            p.value()
                .items("/spec/volumes")
                .iter()
                .any(|v| v.text("/persistentVolumeClaim/claimName") == name)
        })
        .map(|p| p.key().to_owned())
        .collect();
    waiting.into_iter().for_each(|pod| world.agenda.soon(("pods", pod)));
}

/// The claim is gone: its volume goes too, or is released, as its policy says.
fn release(world: &mut World, key: &str) {
    let mine = |v: &Value| {
        format!("{}/{}", v.text("/spec/claimRef/namespace"), v.text("/spec/claimRef/name")) == key
    };
    let volumes: Vec<Value> =
        world.store.iter(VOLUMES, None).map(|v| v.value()).filter(mine).collect();
    for volume in volumes {
        let name = volume.text("/metadata/name");
        if volume.text("/spec/persistentVolumeReclaimPolicy") == "Delete" {
            world.edit(VOLUMES, name, |v| set(v, "/metadata/finalizers", json!([])));
            world.delete(VOLUMES, name, Deletion::Background, None);
        } else {
            world.edit(VOLUMES, name, |v| set(v, "/status/phase", "Released"));
        }
    }
}

/// A volume that is to go may, once its claim is gone.
pub fn look_at_volume(world: &mut World, key: &str) {
    let Some(volume) = world.store.value(VOLUMES, key) else { return };
    let claim = format!(
        "{}/{}",
        volume.text("/spec/claimRef/namespace"),
        volume.text("/spec/claimRef/name")
    );
    if volume.has("/metadata/deletionTimestamp") && world.store.get(CLAIMS, &claim).is_none() {
        world.edit(VOLUMES, key, |v| set(v, "/metadata/finalizers", json!([])));
    } else if !volume.has("/status/phase") {
        world.edit(VOLUMES, key, |v| set(v, "/status/phase", "Available"));
    }
}
