//! An IngressClass, described.

use crate::describe::meta::labels_and_annotations;
use crate::describe::{About, Describer, Writer, strong};

use super::This;

impl Describer for This {
    fn write(&self, about: &About<'_>, w: &mut Writer) {
        let spec = about.object.key("spec");
        w.field(0, "Name", strong(about.name()));
        labels_and_annotations(about, w);
        w.field(0, "Controller", spec.key("controller").text());
        let parameters = spec.key("parameters");
        if !parameters.is_some() {
            return;
        }
        let (group, kind) = (parameters.key("apiGroup"), parameters.key("kind").str());
        let name = parameters.key("name").str();
        w.section(0, "Parameters");
        if group.is_some() {
            w.field(2, "APIGroup", group.text());
        }
        w.field(2, "Kind", kind);
        let go = about.to(group.str(), kind, parameters.key("namespace").str(), name);
        w.field(2, "Name", name).go(go);
    }
}
