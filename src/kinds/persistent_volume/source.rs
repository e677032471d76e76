//! Where a `PersistentVolume` is: its source, in kubectl's words.

use crate::describe::{Field, Piece, Writer, label};

/// How a field of a source is written; in Go, what is left out has the zero value of its type.
#[derive(Clone, Copy)]
enum How {
    /// Text, nothing where there is none.
    Text,
    /// A number.
    Int,
    /// `true` or `false`.
    Flag,
    /// `[a b]`
    List,
    /// `a, b`
    Joined,
    /// `map[a:b]`
    Map,
    /// A reference to a Secret, as Go prints it.
    Secret,
    /// The name in it.
    Name,
    /// The namespace in it.
    Namespace,
    /// What may be left out, and what stands for it.
    Or(&'static str),
    /// `a=b`, one below the other.
    Attributes,
}

use How::{Attributes, Flag, Int, Joined, List, Map, Name, Namespace, Or, Secret, Text};

/// A source: the field it stands in, what it is, and its lines as label, field and how it is written.
type Source = (&'static str, &'static str, &'static [(&'static str, &'static str, How)]);

/// The sources that there are, in the order in which kubectl looks for them.
const SOURCES: [Source; 22] = [
    (
        "hostPath",
        "HostPath (bare host directory volume)",
        &[("Path:", "path", Text), ("HostPathType:", "type", Or("<none>"))],
    ),
    (
        "gcePersistentDisk",
        "GCEPersistentDisk (a Persistent Disk resource in Google Compute Engine)",
        &[
            ("PDName:", "pdName", Text),
            ("FSType:", "fsType", Text),
            ("Partition:", "partition", Int),
            ("ReadOnly:", "readOnly", Flag),
        ],
    ),
    (
        "awsElasticBlockStore",
        "AWSElasticBlockStore (a Persistent Disk resource in AWS)",
        &[
            ("VolumeID:", "volumeID", Text),
            ("FSType:", "fsType", Text),
            ("Partition:", "partition", Int),
            ("ReadOnly:", "readOnly", Flag),
        ],
    ),
    (
        "nfs",
        "NFS (an NFS mount that lasts the lifetime of a pod)",
        &[("Server:", "server", Text), ("Path:", "path", Text), ("ReadOnly:", "readOnly", Flag)],
    ),
    (
        "iscsi",
        "ISCSI (an ISCSI Disk resource that is attached to a kubelet's host machine and then exposed to the pod)",
        &[
            ("TargetPortal:", "targetPortal", Text),
            ("IQN:", "iqn", Text),
            ("Lun:", "lun", Int),
            ("ISCSIInterface", "iscsiInterface", Text),
            ("FSType:", "fsType", Text),
            ("ReadOnly:", "readOnly", Flag),
            ("Portals:", "portals", List),
            ("DiscoveryCHAPAuth:", "chapAuthDiscovery", Flag),
            ("SessionCHAPAuth:", "chapAuthSession", Flag),
            ("SecretRef:", "secretRef", Secret),
            ("InitiatorName:", "initiatorName", Or("<none>")),
        ],
    ),
    (
        "glusterfs",
        "Glusterfs (a Glusterfs mount on the host that shares a pod's lifetime)",
        &[
            ("EndpointsName:", "endpoints", Text),
            ("EndpointsNamespace:", "endpointsNamespace", Or("<unset>")),
            ("Path:", "path", Text),
            ("ReadOnly:", "readOnly", Flag),
        ],
    ),
    (
        "rbd",
        "RBD (a Rados Block Device mount on the host that shares a pod's lifetime)",
        &[
            ("CephMonitors:", "monitors", List),
            ("RBDImage:", "image", Text),
            ("FSType:", "fsType", Text),
            ("RBDPool:", "pool", Text),
            ("RadosUser:", "user", Text),
            ("Keyring:", "keyring", Text),
            ("SecretRef:", "secretRef", Secret),
            ("ReadOnly:", "readOnly", Flag),
        ],
    ),
    (
        "quobyte",
        "Quobyte (a Quobyte mount on the host that shares a pod's lifetime)",
        &[
            ("Registry:", "registry", Text),
            ("Volume:", "volume", Text),
            ("ReadOnly:", "readOnly", Flag),
        ],
    ),
    (
        "vsphereVolume",
        "vSphereVolume (a Persistent Disk resource in vSphere)",
        &[
            ("VolumePath:", "volumePath", Text),
            ("FSType:", "fsType", Text),
            ("StoragePolicyName:", "storagePolicyName", Text),
        ],
    ),
    (
        "cinder",
        "Cinder (a Persistent Disk resource in OpenStack)",
        &[
            ("VolumeID:", "volumeID", Text),
            ("FSType:", "fsType", Text),
            ("ReadOnly:", "readOnly", Flag),
            ("SecretRef:", "secretRef", Secret),
        ],
    ),
    (
        "azureDisk",
        "AzureDisk (an Azure Data Disk mount on the host and bind mount to the pod)",
        &[
            ("DiskName:", "diskName", Text),
            ("DiskURI:", "diskURI", Text),
            ("Kind: ", "kind", Text),
            ("FSType:", "fsType", Text),
            ("CachingMode:", "cachingMode", Text),
            ("ReadOnly:", "readOnly", Flag),
        ],
    ),
    (
        "photonPersistentDisk",
        "PhotonPersistentDisk (a Persistent Disk resource in photon platform)",
        &[("PdID:", "pdID", Text), ("FSType:", "fsType", Text)],
    ),
    (
        "portworxVolume",
        "PortworxVolume (a Portworx Volume resource)",
        &[("VolumeID:", "volumeID", Text)],
    ),
    (
        "scaleIO",
        "ScaleIO (a persistent volume backed by a block device in ScaleIO)",
        &[
            ("Gateway:", "gateway", Text),
            ("System:", "system", Text),
            ("Protection Domain:", "protectionDomain", Text),
            ("Storage Pool:", "storagePool", Text),
            ("Storage Mode:", "storageMode", Text),
            ("VolumeName:", "volumeName", Text),
            ("SecretName:", "secretRef", Name),
            ("SecretNamespace:", "secretRef", Namespace),
            ("FSType:", "fsType", Text),
            ("ReadOnly:", "readOnly", Flag),
        ],
    ),
    (
        "local",
        "LocalVolume (a persistent volume backed by local storage on a node)",
        &[("Path:", "path", Text)],
    ),
    (
        "cephfs",
        "CephFS (a CephFS mount on the host that shares a pod's lifetime)",
        &[
            ("Monitors:", "monitors", List),
            ("Path:", "path", Text),
            ("User:", "user", Text),
            ("SecretFile:", "secretFile", Text),
            ("SecretRef:", "secretRef", Secret),
            ("ReadOnly:", "readOnly", Flag),
        ],
    ),
    (
        "storageos",
        "StorageOS (a StorageOS Persistent Disk resource)",
        &[
            ("VolumeName:", "volumeName", Text),
            ("VolumeNamespace:", "volumeNamespace", Text),
            ("FSType:", "fsType", Text),
            ("ReadOnly:", "readOnly", Flag),
        ],
    ),
    (
        "fc",
        "FC (a Fibre Channel disk)",
        &[
            ("TargetWWNs:", "targetWWNs", Joined),
            ("LUN:", "lun", Or("<none>")),
            ("FSType:", "fsType", Text),
            ("ReadOnly:", "readOnly", Flag),
        ],
    ),
    (
        "azureFile",
        "AzureFile (an Azure File Service mount on the host and bind mount to the pod)",
        &[
            ("SecretName:", "secretName", Text),
            ("SecretNamespace:", "secretNamespace", Text),
            ("ShareName:", "shareName", Text),
            ("ReadOnly:", "readOnly", Flag),
        ],
    ),
    (
        "flexVolume",
        "FlexVolume (a generic volume resource that is provisioned/attached using an exec based plugin)",
        &[
            ("Driver:", "driver", Text),
            ("FSType:", "fsType", Text),
            ("SecretRef:", "secretRef", Secret),
            ("ReadOnly:", "readOnly", Flag),
            ("Options:", "options", Map),
        ],
    ),
    (
        "flocker",
        "Flocker (a Flocker volume mounted by the Flocker agent)",
        &[("DatasetName:", "datasetName", Text), ("DatasetUUID:", "datasetUUID", Text)],
    ),
    (
        "csi",
        "CSI (a Container Storage Interface (CSI) volume source)",
        &[
            ("Driver:", "driver", Text),
            ("FSType:", "fsType", Text),
            ("VolumeHandle:", "volumeHandle", Text),
            ("ReadOnly:", "readOnly", Flag),
            ("VolumeAttributes:", "volumeAttributes", Attributes),
        ],
    ),
];

/// Longer attributes are cut, as kubectl cuts them.
const LONGEST_ATTRIBUTE: usize = 140;

/// Writes where the volume of a spec is.
pub fn source(spec: Field<'_>, w: &mut Writer) {
    let found = SOURCES.iter().find(|(field, ..)| spec.key(field).is_some());
    let Some((field, what, lines)) = found else {
        w.line(2, ["<unknown>".into()]);
        return;
    };
    let source = spec.key(field);
    w.field(4, "Type", *what);
    for (title, field, how) in *lines {
        let field = source.key(field);
        if matches!(how, Attributes) {
            attributes(title, field, w);
        } else {
            w.line(4, [label(*title), value(field, *how)]);
        }
    }
}

fn value(field: Field<'_>, how: How) -> Piece {
    match how {
        Text | Attributes => field.text().into(),
        Int => field.int().into(),
        Flag => field.flag().into(),
        List => if field.is_some() { field.text() } else { "[]".into() }.into(),
        Joined => field.joined(", ").into(),
        Map => if field.is_some() { field.text() } else { "map[]".into() }.into(),
        Secret if !field.is_some() => "nil".into(),
        Secret => format!(
            "&SecretReference{{Name:{},Namespace:{},}}",
            field.key("name").str(),
            field.key("namespace").str()
        )
        .into(),
        Name => field.key("name").text().into(),
        Namespace => field.key("namespace").text().into(),
        Or(otherwise) => if field.is_some() { field.text() } else { otherwise.into() }.into(),
    }
}

/// kubectl indents what stands in the second column once more.
fn attributes(title: &str, attributes: Field<'_>, w: &mut Writer) {
    let attributes = attributes.map();
    if attributes.is_empty() {
        w.line(4, [label(title), "<none>".into()]);
    }
    for (n, (key, value)) in attributes.iter().enumerate() {
        let mut line = format!("    {key}={}", value.text());
        if line.len() > LONGEST_ATTRIBUTE + 4 {
            let end = (0..=LONGEST_ATTRIBUTE + 4).rev().find(|end| line.is_char_boundary(*end));
            line.truncate(end.unwrap_or_default());
            line.push_str("...");
        }
        let title = if n == 0 { label(title) } else { label("    ") };
        w.line(4, [title, line.into()]);
    }
}
