//! VolumeAttachments: volumes on their way to nodes.

use serde::Deserialize;

use crate::store::{Health, Interner, Relation};
use crate::wire::{self, Meta, ObjectMeta};

use super::{Cell, Col, Info, Kind, Links, text};

/// This file's kind, for the registry.
pub struct This;

type C = Col<VolumeAttachment>;

crate::message! {
    /// `storage.k8s.io/v1 VolumeAttachment`.
    pub struct VolumeAttachment {
        #[prost(message, required, tag = "1")]
        metadata: ObjectMeta,
        #[prost(message, required, tag = "2")]
        spec: AttachmentSpec,
        #[prost(message, required, tag = "3")]
        status: AttachmentStatus,
    }

    /// `storage.k8s.io/v1 VolumeAttachmentSpec`.
    pub struct AttachmentSpec {
        #[prost(string, tag = "1")]
        attacher: String,
        #[prost(message, required, tag = "2")]
        source: Source,
        #[prost(string, tag = "3")]
        node_name: String,
    }

    /// `storage.k8s.io/v1 VolumeAttachmentSource`; a volume that is described in place has no name.
    pub struct Source {
        #[prost(string, tag = "1")]
        persistent_volume_name: String,
    }

    /// `storage.k8s.io/v1 VolumeAttachmentStatus`.
    pub struct AttachmentStatus {
        #[prost(bool, tag = "1")]
        attached: bool,
        #[prost(message, optional, tag = "3")]
        attach_error: Option<VolumeError>,
        #[prost(message, optional, tag = "4")]
        detach_error: Option<VolumeError>,
    }
}

/// `storage.k8s.io/v1 VolumeError`.
#[derive(Clone, PartialEq, prost::Message, Deserialize)]
#[serde(default)]
pub struct VolumeError {
    /// What a storage system answered may be in it, so it need not be UTF-8.
    #[prost(bytes = "vec", tag = "2")]
    #[serde(deserialize_with = "wire::text_bytes")]
    message: Vec<u8>,
}

impl Meta for VolumeAttachment {
    fn meta(&self) -> &ObjectMeta {
        &self.metadata
    }
}

impl Kind for This {
    type Object = VolumeAttachment;
    const INFO: Info = Info::new("storage.k8s.io", "v1", "volumeattachments");
    const DOC: &'static str = "Volumes that are attached to nodes, or are to be";

    const COLUMNS: &'static [C] = &[
        C::name(),
        C::text("ATTACHER", |a, i| Cell::shared(&a.spec.attacher, i))
            .priority(110)
            .doc("the CSI driver that attaches it"),
        C::text("PV", |a, i| Cell::shared(&a.spec.source.persistent_volume_name, i)).priority(190),
        C::text("NODE", |a, i| Cell::shared(&a.spec.node_name, i)).priority(185),
        C::text("ATTACHED", |a, i| text::bool(a.status.attached, i)).status(),
        C::age(),
        C::text("ERROR", error)
            .own()
            .priority(120)
            .doc("why it could not be attached, or detached"),
    ];

    fn health(a: &VolumeAttachment) -> Health {
        let AttachmentStatus { attached, attach_error, detach_error } = &a.status;
        match (attach_error, detach_error) {
            (_, Some(_)) => Health::Warning,
            (Some(_), None) if !attached => Health::Broken,
            _ if *attached => Health::Ok,
            _ => Health::Changing,
        }
    }

    fn links(a: &VolumeAttachment, links: &mut Links<'_>) {
        let volume = &a.spec.source.persistent_volume_name;
        links.cluster(Relation::Uses, "", "persistentvolumes", volume);
        links.cluster(Relation::RunsOn, "", "nodes", &a.spec.node_name);
        links.cluster(Relation::ServedBy, "storage.k8s.io", "csidrivers", &a.spec.attacher);
    }
}

fn error(a: &VolumeAttachment, _: &mut Interner) -> Cell {
    let error = a.status.detach_error.as_ref().or(a.status.attach_error.as_ref());
    error.map_or(Cell::None, |e| Cell::own_or_none(wire::lossy(&e.message).trim()))
}

#[cfg(test)]
mod tests {
    use super::super::testing::rows;
    use super::*;

    const ATTACHMENT: &str = "
metadata: {name: csi-0a1b, creationTimestamp: 2026-01-13T12:00:00Z}
spec: {attacher: ebs.csi.aws.com, nodeName: n1, source: {persistentVolumeName: pvc-1}}
status: {attached: true}
";

    #[test]
    fn an_attachment_reads_as_kubectl_prints_it() {
        let attachment = rows::<This>(ATTACHMENT);
        assert_eq!(
            attachment.wide(),
            "NAME | ATTACHER | PV | NODE | ATTACHED | AGE\n\
             csi-0a1b | ebs.csi.aws.com | pvc-1 | n1 | true | 2d"
        );
        assert_eq!(attachment.own(), "ERROR\n<none>");
        assert_eq!(attachment.health(), Health::Ok);
        assert_eq!(attachment.links(Relation::Uses), ["persistentvolumes /pvc-1"]);
        assert_eq!(attachment.links(Relation::RunsOn), ["nodes /n1"]);
        assert_eq!(
            attachment.links(Relation::ServedBy),
            ["csidrivers.storage.k8s.io /ebs.csi.aws.com"]
        );
        attachment.survive_damage();
        let bare = rows::<This>("{metadata: {name: a}}");
        assert_eq!(bare.wide().lines().nth(1), Some("a |  |  |  | false | <unknown>"));
        assert_eq!(bare.health(), Health::Changing);
    }

    #[test]
    fn health_is_what_went_wrong() {
        let of = |status: &str| {
            let attachment = rows::<This>(&ATTACHMENT.replace("{attached: true}", status));
            (attachment.health(), attachment.text("ERROR"))
        };
        let failed = "{attached: false, attachError: {message: 'rpc error: full '}}";
        assert_eq!(of(failed), (Health::Broken, "rpc error: full".to_owned()));
        let stuck = "{attached: true, detachError: {message: busy}}";
        assert_eq!(of(stuck), (Health::Warning, "busy".to_owned()));
    }
}
