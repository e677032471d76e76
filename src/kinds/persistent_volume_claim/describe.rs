//! What a `PersistentVolumeClaim` says of itself, and which pods use it, in kubectl's words.

use std::collections::BTreeSet;

use crate::describe::{About, Amount, Describer, Field, Piece, Writer, date, meta};
use crate::sheet::Want;

use super::super::persistent_volume::describe::{access_modes, class, finalizers, phase};

/// Describes a claim.
pub struct Claim;

impl Describer for Claim {
    fn wants(&self, about: &About<'_>) -> Vec<Want> {
        vec![about.want_objects("", "pods", "")]
    }

    fn write(&self, about: &About<'_>, w: &mut Writer) {
        let (object, spec) = (about.object, about.object.key("spec"));
        meta::name_and_namespace(about, w);
        class(about, w);
        phase(object, w);
        let volume = spec.key("volumeName").str();
        w.field(0, "Volume", volume).go(about.to("", "persistentvolumes", "", volume));
        meta::labels_and_annotations(about, w);
        w.field(0, "Finalizers", finalizers(object));
        let (mut capacity, mut modes) = (String::new(), String::new());
        if !volume.is_empty() {
            capacity = Amount::of(object.at("status.capacity.storage")).to_string();
            modes = access_modes(object.at("status.accessModes"));
        }
        w.field(0, "Capacity", capacity);
        w.field(0, "Access Modes", modes);
        if spec.key("volumeMode").is_some() {
            w.field(0, "VolumeMode", spec.key("volumeMode"));
        }
        data_source(about, spec.key("dataSource"), w);
        used_by(about, w);
        conditions(object.at("status.conditions"), w);
    }
}

fn data_source(about: &About<'_>, source: Field<'_>, w: &mut Writer) {
    if !source.is_some() {
        return;
    }
    w.section(0, "DataSource");
    let (group, kind) = (source.key("apiGroup"), source.key("kind"));
    if group.is_some() {
        w.field(2, "APIGroup", group);
    }
    w.field(2, "Kind", kind);
    let go = about.beside(group.str(), kind.str(), source.key("name").str());
    w.field(2, "Name", source.key("name")).go(go);
}

/// Pods that mount the claim, and those that own it.
fn used_by(about: &About<'_>, w: &mut Writer) {
    let pods = match about.objects(&about.want_objects("", "pods", "")) {
        Ok(pods) => pods,
        Err(instead) => {
            w.field(0, "Used By", instead);
            return;
        }
    };
    let owners: BTreeSet<_> = about
        .object
        .at("metadata.ownerReferences")
        .list()
        .filter(|owner| owner.key("kind").str() == "Pod")
        .map(|owner| owner.key("uid").str())
        .collect();
    let mut users: Vec<_> = pods
        .into_iter()
        .flat_map(|pod| {
            let mounts = pod.at("spec.volumes").list().filter(|volume| {
                let claim = volume.key("persistentVolumeClaim");
                claim.is_some() && claim.key("claimName").str() == about.name()
            });
            // A pod that has it twice is there twice, as in kubectl.
            let mounts = mounts.count();
            let owns = usize::from(owners.contains(pod.at("metadata.uid").str()));
            std::iter::repeat_n(pod.at("metadata.name").str(), mounts.max(owns))
        })
        .collect();
    users.sort_unstable();
    if users.is_empty() {
        w.field(0, "Used By", "<none>");
    }
    for (n, name) in users.into_iter().enumerate() {
        let go = about.beside("", "pods", name);
        if n == 0 { w.field(0, "Used By", name) } else { w.more(name) }.go(go);
    }
}

fn conditions(conditions: Field<'_>, w: &mut Writer) {
    if !conditions.has_any() {
        return;
    }
    w.section(0, "Conditions");
    w.plain_headings(
        2,
        &["Type", "Status", "LastProbeTime", "LastTransitionTime", "Reason", "Message"],
    );
    w.plain_headings(
        2,
        &["----", "------", "-----------------", "------------------", "------", "-------"],
    );
    for condition in conditions.list() {
        // kubectl puts a space after each value here.
        let spaced = |text: &str| Piece::from(format!("{text} "));
        w.line(
            2,
            [
                spaced(&condition.key("type").text()),
                spaced(&condition.key("status").text()),
                spaced(&date(condition.key("lastProbeTime"))),
                spaced(&date(condition.key("lastTransitionTime"))),
                spaced(&condition.key("reason").text()),
                condition.key("message").into(),
            ],
        );
    }
}
