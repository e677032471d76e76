//! What a `StorageClass` says of itself, in kubectl's words.

use crate::describe::{About, Describer, Field, Piece, Writer, meta, strong};

use super::super::persistent_volume::describe::selector_term;

/// Describes a class.
pub struct Class;

impl Describer for Class {
    fn write(&self, about: &About<'_>, w: &mut Writer) {
        let (object, annotations) = (about.object, about.object.at("metadata.annotations"));
        w.field(0, "Name", strong(about.name()));
        let default = [
            "storageclass.kubernetes.io/is-default-class",
            "storageclass.beta.kubernetes.io/is-default-class",
        ];
        let default = default.iter().any(|key| annotations.key(key).str() == "true");
        w.field(0, "IsDefaultClass", if default { "Yes" } else { "No" });
        w.field(0, "Annotations", meta::set_or_none(annotations));
        w.field(0, "Provisioner", object.key("provisioner"));
        w.field(0, "Parameters", meta::set_or_none(object.key("parameters")));
        let expansion = match object.key("allowVolumeExpansion").opt_flag() {
            Some(true) => "True",
            Some(false) => "False",
            None => "<unset>",
        };
        w.field(0, "AllowVolumeExpansion", expansion);
        mount_options(object.key("mountOptions"), w);
        if object.key("reclaimPolicy").is_some() {
            w.field(0, "ReclaimPolicy", object.key("reclaimPolicy"));
        }
        if object.key("volumeBindingMode").is_some() {
            w.field(0, "VolumeBindingMode", object.key("volumeBindingMode"));
        }
        topologies(object.key("allowedTopologies"), w);
    }
}

fn mount_options(options: Field<'_>, w: &mut Writer) {
    if !options.has_any() {
        w.field(0, "MountOptions", "<none>");
        return;
    }
    w.section(0, "MountOptions");
    for option in options.list() {
        w.line(2, [Piece::from(option)]);
    }
}

fn topologies(topologies: Field<'_>, w: &mut Writer) {
    if !topologies.is_some() {
        return;
    }
    if !topologies.has_any() {
        w.field(0, "AllowedTopologies", "<none>");
        return;
    }
    w.field(0, "AllowedTopologies", "");
    for (n, term) in topologies.list().enumerate() {
        let expressions = term.key("matchLabelExpressions").list();
        let expressions = expressions.map(|one| selector_term(one, "in").into());
        w.values(2, &format!("Term {n}"), expressions);
    }
}
