//! An IPAddress, described.

use crate::describe::meta::labels_and_annotations;
use crate::describe::{About, Describer, Writer, strong};

use super::This;

impl Describer for This {
    fn write(&self, about: &About<'_>, w: &mut Writer) {
        w.field(0, "Name", strong(about.name()));
        labels_and_annotations(about, w);
        let parent = about.object.at("spec.parentRef");
        if !parent.is_some() {
            return;
        }
        let text = |key| parent.key(key).text();
        w.section(0, "Parent Reference");
        w.field(2, "Group", text("group"));
        w.field(2, "Resource", text("resource"));
        w.field(2, "Namespace", text("namespace"));
        let [group, resource, namespace, name] =
            ["group", "resource", "namespace", "name"].map(|key| parent.key(key).str());
        w.field(2, "Name", text("name")).go(about.to(group, resource, namespace, name));
    }
}
