//! A DaemonSet, described.

use crate::describe::meta::{
    labels_and_annotations, name_and_namespace, selector_text, set_or_none,
};
use crate::describe::{About, Describer, Writer, label, pods, template};
use crate::sheet::Want;

use super::This;

impl Describer for This {
    fn wants(&self, about: &About<'_>) -> Vec<Want> {
        pods::wants(about)
    }

    fn write(&self, about: &About<'_>, w: &mut Writer) {
        let (spec, status) = (about.object.key("spec"), about.object.key("status"));
        name_and_namespace(about, w);
        w.field(0, "Selector", selector_text(spec.key("selector")));
        w.field(0, "Node-Selector", set_or_none(spec.at("template.spec.nodeSelector")));
        labels_and_annotations(about, w);
        for (title, key) in [
            ("Desired Number of Nodes Scheduled", "desiredNumberScheduled"),
            ("Current Number of Nodes Scheduled", "currentNumberScheduled"),
            ("Number of Nodes Scheduled with Up-to-date Pods", "updatedNumberScheduled"),
            ("Number of Nodes Scheduled with Available Pods", "numberAvailable"),
            ("Number of Nodes Misscheduled", "numberMisscheduled"),
        ] {
            w.line(0, [label(format!("{title}: ")).and(status.key(key).int())]);
        }
        pods::status(about, w);
        template(about, spec.key("template"), w);
    }
}
