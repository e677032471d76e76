//! Volumes of a pod or of a pod's template, of every kind of source.

use super::about::About;
use super::field::Field;
use super::meta::{annotations, labels, shorten};
use super::piece::{Piece, label, muted, or, strong};
use super::writer::Writer;

/// How a field of a volume's source is written.
#[derive(Clone, Copy, Debug)]
pub enum As {
    /// Text.
    Text,
    /// Text that may be left out.
    OrNone,
    /// A whole number.
    Number,
    /// `true` or `false`.
    Flag,
    /// `[a b]`.
    List,
    /// `a, b`.
    Joined,
    /// `map[a:b]`.
    Map,
    /// A name in an object of its own, as Go writes a pointer to one.
    Reference,
    /// The name of an object of this API group and resource, which the line leads to.
    Name(&'static str, &'static str),
}

/// A kind of source: its key in the spec, what kubectl says of it, and its fields: title with its colon, key, and how it is written.
pub type Source = (&'static str, &'static str, &'static [(&'static str, &'static str, As)]);

const FS: (&str, &str, As) = ("FSType:", "fsType", As::Text);
const READ_ONLY: (&str, &str, As) = ("ReadOnly:", "readOnly", As::Flag);
const VOLUME_ID: (&str, &str, As) = ("VolumeID:", "volumeID", As::Text);
const SECRET_REF: (&str, &str, As) = ("SecretRef:", "secretRef", As::Reference);
const OPTIONAL: (&str, &str, As) = ("Optional:", "optional", As::Flag);

/// The sources whose fields say it all, in the order in which kubectl looks for them.
const SOURCES: &[Source] = &[
    (
        "hostPath",
        "HostPath (bare host directory volume)",
        &[("Path:", "path", As::Text), ("HostPathType:", "type", As::OrNone)],
    ),
    (
        "gcePersistentDisk",
        "GCEPersistentDisk (a Persistent Disk resource in Google Compute Engine)",
        &[("PDName:", "pdName", As::Text), FS, ("Partition:", "partition", As::Number), READ_ONLY],
    ),
    (
        "awsElasticBlockStore",
        "AWSElasticBlockStore (a Persistent Disk resource in AWS)",
        &[VOLUME_ID, FS, ("Partition:", "partition", As::Number), READ_ONLY],
    ),
    (
        "gitRepo",
        "GitRepo (a volume that is pulled from git when the pod is created)",
        &[("Repository:", "repository", As::Text), ("Revision:", "revision", As::Text)],
    ),
    (
        "secret",
        "Secret (a volume populated by a Secret)",
        &[("SecretName:", "secretName", As::Name("", "secrets")), OPTIONAL],
    ),
    (
        "configMap",
        "ConfigMap (a volume populated by a ConfigMap)",
        &[("Name:", "name", As::Name("", "configmaps")), OPTIONAL],
    ),
    (
        "nfs",
        "NFS (an NFS mount that lasts the lifetime of a pod)",
        &[("Server:", "server", As::Text), ("Path:", "path", As::Text), READ_ONLY],
    ),
    (
        "iscsi",
        "ISCSI (an ISCSI Disk resource that is attached to a kubelet's host machine and then exposed to the pod)",
        &[
            ("TargetPortal:", "targetPortal", As::Text),
            ("IQN:", "iqn", As::Text),
            ("Lun:", "lun", As::Number),
            ("ISCSIInterface", "iscsiInterface", As::Text),
            FS,
            READ_ONLY,
            ("Portals:", "portals", As::List),
            ("DiscoveryCHAPAuth:", "chapAuthDiscovery", As::Flag),
            ("SessionCHAPAuth:", "chapAuthSession", As::Flag),
            SECRET_REF,
            ("InitiatorName:", "initiatorName", As::OrNone),
        ],
    ),
    (
        "glusterfs",
        "Glusterfs (a Glusterfs mount on the host that shares a pod's lifetime)",
        &[("EndpointsName:", "endpoints", As::Text), ("Path:", "path", As::Text), READ_ONLY],
    ),
    (
        "persistentVolumeClaim",
        "PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)",
        &[("ClaimName:", "claimName", As::Name("", "persistentvolumeclaims")), READ_ONLY],
    ),
    (
        "rbd",
        "RBD (a Rados Block Device mount on the host that shares a pod's lifetime)",
        &[
            ("CephMonitors:", "monitors", As::List),
            ("RBDImage:", "image", As::Text),
            FS,
            ("RBDPool:", "pool", As::Text),
            ("RadosUser:", "user", As::Text),
            ("Keyring:", "keyring", As::Text),
            SECRET_REF,
            READ_ONLY,
        ],
    ),
    (
        "quobyte",
        "Quobyte (a Quobyte mount on the host that shares a pod's lifetime)",
        &[("Registry:", "registry", As::Text), ("Volume:", "volume", As::Text), READ_ONLY],
    ),
    (
        "azureDisk",
        "AzureDisk (an Azure Data Disk mount on the host and bind mount to the pod)",
        &[
            ("DiskName:", "diskName", As::Text),
            ("DiskURI:", "diskURI", As::Text),
            ("Kind: ", "kind", As::Text),
            FS,
            ("CachingMode:", "cachingMode", As::Text),
            READ_ONLY,
        ],
    ),
    (
        "vsphereVolume",
        "vSphereVolume (a Persistent Disk resource in vSphere)",
        &[
            ("VolumePath:", "volumePath", As::Text),
            FS,
            ("StoragePolicyName:", "storagePolicyName", As::Text),
        ],
    ),
    (
        "cinder",
        "Cinder (a Persistent Disk resource in OpenStack)",
        &[VOLUME_ID, FS, READ_ONLY, SECRET_REF],
    ),
    (
        "photonPersistentDisk",
        "PhotonPersistentDisk (a Persistent Disk resource in photon platform)",
        &[("PdID:", "pdID", As::Text), FS],
    ),
    ("portworxVolume", "PortworxVolume (a Portworx Volume resource)", &[VOLUME_ID]),
    (
        "scaleIO",
        "ScaleIO (a persistent volume backed by a block device in ScaleIO)",
        &[
            ("Gateway:", "gateway", As::Text),
            ("System:", "system", As::Text),
            ("Protection Domain:", "protectionDomain", As::Text),
            ("Storage Pool:", "storagePool", As::Text),
            ("Storage Mode:", "storageMode", As::Text),
            ("VolumeName:", "volumeName", As::Text),
            FS,
            READ_ONLY,
        ],
    ),
    (
        "cephfs",
        "CephFS (a CephFS mount on the host that shares a pod's lifetime)",
        &[
            ("Monitors:", "monitors", As::List),
            ("Path:", "path", As::Text),
            ("User:", "user", As::Text),
            ("SecretFile:", "secretFile", As::Text),
            SECRET_REF,
            READ_ONLY,
        ],
    ),
    (
        "storageos",
        "StorageOS (a StorageOS Persistent Disk resource)",
        &[
            ("VolumeName:", "volumeName", As::Text),
            ("VolumeNamespace:", "volumeNamespace", As::Text),
            FS,
            READ_ONLY,
        ],
    ),
    (
        "fc",
        "FC (a Fibre Channel disk)",
        &[("TargetWWNs:", "targetWWNs", As::Joined), ("LUN:", "lun", As::OrNone), FS, READ_ONLY],
    ),
    (
        "azureFile",
        "AzureFile (an Azure File Service mount on the host and bind mount to the pod)",
        &[
            ("SecretName:", "secretName", As::Name("", "secrets")),
            ("ShareName:", "shareName", As::Text),
            READ_ONLY,
        ],
    ),
    (
        "flexVolume",
        "FlexVolume (a generic volume resource that is provisioned/attached using an exec based plugin)",
        &[
            ("Driver:", "driver", As::Text),
            FS,
            SECRET_REF,
            READ_ONLY,
            ("Options:", "options", As::Map),
        ],
    ),
    (
        "flocker",
        "Flocker (a Flocker volume mounted by the Flocker agent)",
        &[("DatasetName:", "datasetName", As::Text), ("DatasetUUID:", "datasetUUID", As::Text)],
    ),
    (
        "csi",
        "CSI (a Container Storage Interface (CSI) volume source)",
        &[("Driver:", "driver", As::Text), FS, READ_ONLY],
    ),
    (
        "image",
        "Image (a container image or OCI artifact)",
        &[("Reference:", "reference", As::Text), ("PullPolicy:", "pullPolicy", As::Text)],
    ),
];

/// `Volumes:` of a pod's spec; a template's stand deeper.
pub fn volumes(about: &About<'_>, volumes: Field<'_>, in_template: bool, w: &mut Writer) {
    let (indent, name_indent) = if in_template { (2, 3) } else { (0, 2) };
    if volumes.list().len() == 0 {
        w.field(indent, "Volumes", "<none>");
        return;
    }
    w.section(indent, "Volumes");
    for volume in volumes.list() {
        w.line(name_indent, [strong(format!("{}:", volume.key("name").text()))]);
        write(about, volume, w);
    }
}

fn write(about: &About<'_>, volume: Field<'_>, w: &mut Writer) {
    if let Some(source) = SOURCES.iter().find(|(key, ..)| volume.key(key).is_some()) {
        fields(about, source, volume.key(source.0), w);
        if source.0 == "csi" {
            attributes(volume.at("csi.volumeAttributes"), w);
        }
        return;
    }
    let (dir, claim) = (volume.key("emptyDir"), volume.key("ephemeral"));
    let (downward, projected) = (volume.key("downwardAPI"), volume.key("projected"));
    if dir.is_some() {
        w.field(4, "Type", "EmptyDir (a temporary directory that shares a pod's lifetime)");
        w.field(4, "Medium", dir.key("medium").text());
        let limit = dir.key("sizeLimit").text();
        w.field(4, "SizeLimit", or(if limit == "0" { "".into() } else { limit }, "<unset>"));
    } else if claim.is_some() {
        w.field(
            4,
            "Type",
            "EphemeralVolume (an inline specification for a volume that gets created and deleted with the pod)",
        );
        if claim.key("volumeClaimTemplate").is_some() {
            ephemeral(about, claim.key("volumeClaimTemplate"), w);
        }
    } else if downward.is_some() {
        w.field(4, "Type", "DownwardAPI (a volume populated by information about the pod)");
        w.section(4, "Items");
        for item in downward.key("items").list() {
            let path = item.key("path").text();
            for from in ["fieldRef.fieldPath", "resourceFieldRef.resource"] {
                if item.at(from).is_some() {
                    w.line(6, [Piece::from(item.at(from)).and(muted(" -> ")).and(path.clone())]);
                }
            }
        }
    } else if projected.is_some() {
        w.field(
            4,
            "Type",
            "Projected (a volume that contains injected data from multiple sources)",
        );
        projected.key("sources").list().for_each(|source| projection(about, source, w));
    } else {
        w.line(2, [muted("<unknown>")]);
    }
}

/// `Type:` and the fields of a source.
pub fn fields(about: &About<'_>, source: &Source, at: Field<'_>, w: &mut Writer) {
    let (_, words, fields) = source;
    w.field(4, "Type", *words);
    for (title, key, how) in *fields {
        let field = at.key(key);
        let text = match how {
            As::Text | As::Name(..) => field.text().into(),
            As::OrNone if field.is_some() => field.text().into(),
            As::OrNone => muted("<none>"),
            As::Number => field.int().into(),
            As::Flag => field.flag().into(),
            As::List => format!("[{}]", field.joined(" ")).into(),
            As::Joined => field.joined(", ").into(),
            As::Map => if field.is_some() { field.text() } else { "map[]".into() }.into(),
            As::Reference if field.is_some() => {
                let name = field.key("name").str();
                format!("&LocalObjectReference{{Name:{name},}}").into()
            }
            As::Reference => muted("nil"),
        };
        let go = match how {
            As::Name(group, resource) => about.beside(group, resource, field.str()),
            As::Reference => about.beside("", "secrets", field.key("name").str()),
            _ => None,
        };
        w.line(4, [label(*title), text]).go(go);
    }
}

/// What a CSI driver keeps of a volume. kubectl writes it four places in.
pub fn attributes(attributes: Field<'_>, w: &mut Writer) {
    let line = |(key, value): (&str, Field<'_>)| {
        Piece::from(format!("    {}", shorten(&format!("{key}={}", value.text()), 140)))
    };
    w.values(4, "VolumeAttributes", attributes.map().into_iter().map(line));
}

fn projection(about: &About<'_>, source: Field<'_>, w: &mut Writer) {
    let (secret, config) = (source.key("secret"), source.key("configMap"));
    let mut named = |title: &str, plural: &str, at: Field<'_>| {
        let name = at.key("name").str();
        w.field(4, title, name).go(about.beside("", plural, name));
        w.field(4, "Optional", at.key("optional").flag());
    };
    if secret.is_some() {
        named("SecretName", "secrets", secret);
    } else if source.key("downwardAPI").is_some() {
        w.field(4, "DownwardAPI", "true");
    } else if config.is_some() {
        named("ConfigMapName", "configmaps", config);
    } else if source.key("serviceAccountToken").is_some() {
        let seconds = source.at("serviceAccountToken.expirationSeconds").int();
        w.field(4, "TokenExpirationSeconds", seconds);
    }
}

/// The claim that is made with the pod.
fn ephemeral(about: &About<'_>, template: Field<'_>, w: &mut Writer) {
    let spec = template.key("spec");
    let class = claim_class(template);
    let go = about.to("storage.k8s.io", "storageclasses", "", class);
    w.field(4, "StorageClass", class).go(go);
    w.field(4, "Volume", spec.key("volumeName").text());
    labels(4, "Labels", template.at("metadata.labels"), w);
    annotations(4, "Annotations", template.at("metadata.annotations"), w);
    w.field(4, "Capacity", "");
    w.field(4, "Access Modes", "");
    if spec.key("volumeMode").is_some() {
        w.field(4, "VolumeMode", spec.key("volumeMode").text());
    }
    if spec.key("dataSource").is_some() {
        w.section(4, "DataSource");
        for (title, key) in [("APIGroup", "apiGroup"), ("Kind", "kind"), ("Name", "name")] {
            if key != "apiGroup" || spec.key("dataSource").key(key).is_some() {
                w.field(6, title, spec.key("dataSource").key(key).text());
            }
        }
    }
}

/// The storage class that a claim asks for: by an annotation in old ones.
pub fn claim_class(claim: Field<'_>) -> &str {
    let old = claim.at("metadata.annotations").key("volume.beta.kubernetes.io/storage-class");
    if old.is_some() { old.str() } else { claim.at("spec.storageClassName").str() }
}
