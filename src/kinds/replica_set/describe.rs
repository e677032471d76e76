//! A ReplicaSet, described.

use crate::describe::meta::{
    controlled_by, labels_and_annotations, name_and_namespace, selector_or_none,
};
use crate::describe::{About, Describer, Writer, conditions, pods, template};
use crate::sheet::Want;

use super::This;

impl Describer for This {
    fn wants(&self, about: &About<'_>) -> Vec<Want> {
        pods::wants(about)
    }

    fn write(&self, about: &About<'_>, w: &mut Writer) {
        let spec = about.object.key("spec");
        name_and_namespace(about, w);
        w.field(0, "Selector", selector_or_none(spec.key("selector")));
        labels_and_annotations(about, w);
        controlled_by(about, w);
        pods::replicas(about, w);
        pods::status(about, w);
        template(about, spec.key("template"), w);
        conditions::with_reasons(about.object.at("status.conditions"), w);
    }
}
