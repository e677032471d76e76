//! What a `PriorityClass` says of itself, in kubectl's words.

use crate::describe::{About, Describer, Writer, meta, strong};

/// Describes a class.
pub struct Class;

impl Describer for Class {
    fn write(&self, about: &About<'_>, w: &mut Writer) {
        let object = about.object;
        w.field(0, "Name", strong(about.name()));
        w.field(0, "Value", object.key("value").int());
        w.field(0, "GlobalDefault", object.key("globalDefault").flag());
        w.field(0, "PreemptionPolicy", object.key("preemptionPolicy"));
        w.field(0, "Description", object.key("description"));
        w.field(0, "Annotations", meta::set_or_none(object.at("metadata.annotations")));
    }
}
