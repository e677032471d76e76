//! StorageClasses: how volumes are made.

mod describe;

use crate::describe::Describer;
use crate::store::{Interner, Relation};
use crate::wire::{Meta, ObjectMeta};

use super::{Place, Cell, Col, Info, Kind, Links, text};

/// This file's kind, for the registry.
pub struct This;

type C = Col<StorageClass>;

crate::message! {
    /// `storage.k8s.io/v1 StorageClass`.
    pub struct StorageClass {
        #[prost(message, required, tag = "1")]
        metadata: ObjectMeta,
        #[prost(string, tag = "2")]
        provisioner: String,
        #[prost(string, optional, tag = "4")]
        reclaim_policy: Option<String>,
        #[prost(bool, tag = "6")]
        allow_volume_expansion: bool,
        #[prost(string, optional, tag = "7")]
        volume_binding_mode: Option<String>,
    }
}

impl Meta for StorageClass {
    fn meta(&self) -> &ObjectMeta {
        &self.metadata
    }
}

impl Kind for This {
    type Object = StorageClass;
    const INFO: Info = Info::new("storage.k8s.io", "v1", "storageclasses");
    const DOC: &'static str = "How volumes are made for claims that name it";
    const ACTIONS: &'static [&'static str] = &["make-default"];

    const PLACE: Place = Place::StorageClass;

    const COLUMNS: &'static [C] = &[
        C::name()
            .note(|c, i| text::default_mark(&c.metadata, &IS_DEFAULT, i))
            .doc("(default) serves claims that name no class"),
        C::text("PROVISIONER", |c, i| Cell::shared(&c.provisioner, i)).status(),
        C::text("RECLAIMPOLICY", |c, i| or(c.reclaim_policy.as_deref(), "Delete", i))
            .priority(150)
            .doc("what becomes of a volume when its claim is deleted"),
        C::text("VOLUMEBINDINGMODE", |c, i| or(c.volume_binding_mode.as_deref(), "Immediate", i))
            .priority(130)
            .doc("whether a volume is made at once, or when a pod needs it"),
        C::text("ALLOWVOLUMEEXPANSION", |c, i| text::bool(c.allow_volume_expansion, i))
            .priority(110),
        C::age(),
    ];
    const DESCRIBE: Option<&'static dyn Describer> = Some(&describe::Class);

    fn links(c: &StorageClass, links: &mut Links<'_>) {
        // The provisioner of a CSI driver has its name; but not every provisioner is one, and names of Kubernetes' own never are.
        if !c.provisioner.starts_with("kubernetes.io/") {
            links.optional(true, |links| {
                links.cluster(Relation::ServedBy, "storage.k8s.io", "csidrivers", &c.provisioner);
            });
        }
    }
}

const IS_DEFAULT: [&str; 2] = [
    "storageclass.kubernetes.io/is-default-class",
    "storageclass.beta.kubernetes.io/is-default-class",
];

fn or(text: Option<&str>, default: &str, interner: &mut Interner) -> Cell {
    Cell::shared(text.unwrap_or(default), interner)
}

#[cfg(test)]
mod tests {
    use super::super::testing::rows;
    use super::*;

    #[test]
    fn a_class_reads_as_kubectl_prints_it() {
        let class = rows::<This>(
            "
metadata: {name: fast, creationTimestamp: 2026-01-13T12:00:00Z, annotations: {storageclass.kubernetes.io/is-default-class: 'true'}}
provisioner: ebs.csi.aws.com
reclaimPolicy: Retain
volumeBindingMode: WaitForFirstConsumer
allowVolumeExpansion: true
",
        );
        assert_eq!(
            class.wide(),
            "NAME | PROVISIONER | RECLAIMPOLICY | VOLUMEBINDINGMODE | ALLOWVOLUMEEXPANSION | AGE\n\
             fast (default) | ebs.csi.aws.com | Retain | WaitForFirstConsumer | true | 2d"
        );
        assert_eq!(&*class.rows[0].name, "fast");
        assert_eq!(class.links(Relation::ServedBy), ["csidrivers.storage.k8s.io /ebs.csi.aws.com if any"]);
        class.survive_damage();
    }

    #[test]
    fn what_is_not_said_is_the_servers_default() {
        let old = rows::<This>(
            "{metadata: {name: c, annotations: {storageclass.beta.kubernetes.io/is-default-class: 'true'}}, provisioner: kubernetes.io/no-provisioner}",
        );
        assert_eq!(
            old.wide().lines().nth(1),
            Some("c (default) | kubernetes.io/no-provisioner | Delete | Immediate | false | <unknown>")
        );
        assert!(old.rows[0].links.is_empty());
    }
}
