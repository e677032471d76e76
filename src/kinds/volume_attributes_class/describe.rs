//! What a `VolumeAttributesClass` says of itself, in kubectl's words.

use crate::describe::{About, Describer, Writer, meta, strong};

/// Describes a class.
pub struct Class;

impl Describer for Class {
    fn write(&self, about: &About<'_>, w: &mut Writer) {
        let object = about.object;
        w.field(0, "Name", strong(about.name()));
        w.field(0, "Annotations", meta::set_or_none(object.at("metadata.annotations")));
        w.field(0, "DriverName", object.key("driverName").text());
        w.field(0, "Parameters", meta::set_or_none(object.key("parameters")));
    }
}
