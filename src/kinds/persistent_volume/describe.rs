//! What a `PersistentVolume` says of itself, in kubectl's words.

use crate::describe::{About, Amount, Describer, Field, Piece, Writer, meta, state, strong, unix};

use super::source::source;

/// Describes a volume.
pub struct Volume;

impl Describer for Volume {
    fn write(&self, about: &About<'_>, w: &mut Writer) {
        let (object, spec) = (about.object, about.object.key("spec"));
        w.field(0, "Name", strong(about.name()));
        meta::labels_and_annotations(about, w);
        w.field(0, "Finalizers", finalizers(object));
        class(about, w);
        phase(object, w);
        let claim = spec.key("claimRef");
        let (namespace, name) = (claim.key("namespace").str(), claim.key("name").str());
        let whose = if claim.is_some() { format!("{namespace}/{name}") } else { String::new() };
        w.field(0, "Claim", whose).go(about.to("", "persistentvolumeclaims", namespace, name));
        w.field(0, "Reclaim Policy", spec.key("persistentVolumeReclaimPolicy"));
        w.field(0, "Access Modes", access_modes(spec.key("accessModes")));
        if spec.key("volumeMode").is_some() {
            w.field(0, "VolumeMode", spec.key("volumeMode"));
        }
        w.field(0, "Capacity", Amount::of(spec.at("capacity.storage")).to_string());
        node_affinity(spec.key("nodeAffinity"), w);
        w.field(0, "Message", object.at("status.message"));
        w.section(0, "Source");
        source(spec, w);
    }
}

/// `[kubernetes.io/pv-protection]`
pub fn finalizers(object: Field<'_>) -> Piece {
    let finalizers = object.at("metadata.finalizers").strs();
    format!("[{}]", finalizers.join(" ")).into()
}

/// `StorageClass:`, from the annotation of old or from the spec.
pub fn class(about: &About<'_>, w: &mut Writer) {
    let annotation =
        about.object.at("metadata.annotations").key("volume.beta.kubernetes.io/storage-class");
    let class =
        if annotation.is_some() { annotation } else { about.object.at("spec.storageClassName") };
    let go = about.to("storage.k8s.io", "storageclasses", "", class.str());
    w.field(0, "StorageClass", class.str()).go(go);
}

/// `Status:`, the phase of a volume or a claim, or how long it has been on its way out.
pub fn phase(object: Field<'_>, w: &mut Writer) {
    let deleted = object.at("metadata.deletionTimestamp");
    if deleted.is_some() {
        let since = w.since(unix(deleted));
        w.field(0, "Status", state("Terminating").and(format!(" (lasts {since})")));
    } else {
        w.field(0, "Status", state(object.at("status.phase").str()));
    }
}

/// `RWO,RWX`, in this order whatever the object's is (kubectl `GetAccessModesAsString`).
pub fn access_modes(modes: Field<'_>) -> String {
    const MODES: [(&str, &str); 4] = [
        ("ReadWriteOnce", "RWO"),
        ("ReadOnlyMany", "ROX"),
        ("ReadWriteMany", "RWX"),
        ("ReadWriteOncePod", "RWOP"),
    ];
    let has = |mode: &str| modes.list().any(|one| one.str() == mode);
    let short: Vec<_> =
        MODES.iter().filter(|(mode, _)| has(mode)).map(|(_, short)| *short).collect();
    short.join(",")
}

fn node_affinity(affinity: Field<'_>, w: &mut Writer) {
    let required = affinity.key("required");
    if !required.is_some() {
        w.field(0, "Node Affinity", "<none>");
        return;
    }
    w.field(0, "Node Affinity", "");
    let terms = required.key("nodeSelectorTerms");
    if !terms.has_any() {
        w.field(2, "Required Terms", "<none>");
        return;
    }
    w.field(2, "Required Terms", "");
    for (n, term) in terms.list().enumerate() {
        let expressions = term.key("matchExpressions").list().map(|one| {
            let operator = one.key("operator").str().to_lowercase();
            selector_term(one, &operator).into()
        });
        w.values(4, &format!("Term {n}"), expressions);
    }
}

/// `zone in [a, b]`
pub fn selector_term(term: Field<'_>, operator: &str) -> String {
    let values = term.key("values");
    let mut text = format!("{} {operator}", term.key("key").str());
    if values.has_any() {
        text.push_str(&format!(" [{}]", values.joined(", ")));
    }
    text
}
