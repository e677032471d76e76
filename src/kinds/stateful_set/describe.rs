//! A StatefulSet, described; with the claims that its pods get.

use crate::describe::meta::{
    labels, labels_and_annotations, name_and_namespace, selector_text,
};
use crate::describe::{
    About, Describer, Field, Piece, Writer, claim_class, date, pods, strong, template,
};
use crate::sheet::Want;

use super::This;

impl Describer for This {
    fn wants(&self, about: &About<'_>) -> Vec<Want> {
        pods::wants(about)
    }

    fn write(&self, about: &About<'_>, w: &mut Writer) {
        let (spec, status) = (about.object.key("spec"), about.object.key("status"));
        name_and_namespace(about, w);
        w.field(0, "CreationTimestamp", date(about.object.at("metadata.creationTimestamp")));
        w.field(0, "Selector", selector_text(spec.key("selector")));
        labels_and_annotations(about, w);
        let (desired, total) = (spec.key("replicas").int(), status.key("replicas").int());
        w.field(0, "Replicas", format!("{desired} desired | {total} total"));
        let strategy = spec.key("updateStrategy");
        w.field(0, "Update Strategy", strategy.key("type").text());
        let rolling = strategy.key("rollingUpdate");
        if rolling.key("partition").is_some() {
            w.field(2, "Partition", rolling.key("partition").int());
            if rolling.key("maxUnavailable").is_some() {
                w.field(2, "MaxUnavailable", rolling.key("maxUnavailable").text());
            }
        }
        pods::status(about, w);
        template(about, spec.key("template"), w);
        claims(about, spec.key("volumeClaimTemplates"), w);
    }
}

fn claims(about: &About<'_>, templates: Field<'_>, w: &mut Writer) {
    if templates.list().len() == 0 {
        w.field(0, "Volume Claims", "<none>");
        return;
    }
    w.section(0, "Volume Claims");
    for claim in templates.list() {
        w.field(2, "Name", strong(claim.at("metadata.name").text()));
        let class = claim_class(claim);
        w.field(2, "StorageClass", class).go(about.to("storage.k8s.io", "storageclasses", "", class));
        labels(2, "Labels", claim.at("metadata.labels"), w);
        // As labels are written, here.
        labels(2, "Annotations", claim.at("metadata.annotations"), w);
        let storage = claim.at("spec.resources.requests.storage");
        let storage = if storage.is_some() { storage.text() } else { "<default>".into() };
        w.field(2, "Capacity", storage);
        let modes = claim.at("spec.accessModes").joined(" ");
        w.field(2, "Access Modes", Piece::from(format!("[{modes}]")));
    }
}
