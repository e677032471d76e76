//! One file per kind of resource: what kx reads of it, its columns, its links.
//!
//! Adding a kind is one file here and one word in `kinds!` below. Nothing else in kx names a kind: what the rest needs to know of it is in
//! [`Kind`], and reaches it through [`modelled`].

mod admission;
pub mod age;
pub mod catalog;
mod cell;
mod column;
mod condition;
mod links;
mod rbac;
mod resource;
mod status_condition;
pub mod table;
mod template;
#[cfg(test)]
mod testing;
mod text;
mod words;

pub use catalog::Catalog;
pub use cell::Cell;
pub use column::{Align, CellFn, Col, Column, Show, Value};
pub use links::Links;
pub use resource::Resource;

use std::sync::{Arc, LazyLock};

use prost::Message;
use serde::de::DeserializeOwned;

use crate::store::{Health, Interner, Row, Str, Uid};
use crate::wire::Meta;

/// A type of resource and all that kx knows of it.
pub trait Kind: 'static {
    /// What a row shows: the partial struct with the fields that columns, health and links need.
    type Object: Decode;

    /// Which resource it is.
    const INFO: Info;

    /// What it is, in one line, for help and completion.
    const DOC: &'static str;

    /// What enter does on a row.
    const DRILL: Drill = Drill::Yaml;

    /// Its columns: kubectl's, in kubectl's order (`pkg/printers/internalversion/printers.go`), then kx's own.
    const COLUMNS: &'static [Col<Self::Object>];

    /// How the object is doing.
    fn health(_object: &Self::Object) -> Health {
        Health::Idle
    }

    /// What the object refers to, owners aside: they are the same for every kind.
    fn links(_object: &Self::Object, _links: &mut Links<'_>) {}
}

/// What can be read from an object's bytes: every partial struct, and the parts that some kinds show instead (a pod's containers).
pub trait Decode: Meta + Sized {
    /// Decodes one object and calls `each` on it, or on each of its parts.
    fn each(
        encoding: Encoding,
        bytes: &[u8],
        each: &mut dyn FnMut(&Self),
    ) -> Result<(), DecodeError>;
}

impl<T: Message + Default + DeserializeOwned + Meta> Decode for T {
    fn each(
        encoding: Encoding,
        bytes: &[u8],
        each: &mut dyn FnMut(&Self),
    ) -> Result<(), DecodeError> {
        each(&parse(encoding, bytes)?);
        Ok(())
    }
}

/// Reads one partial struct.
fn parse<T: Message + Default + DeserializeOwned>(
    encoding: Encoding,
    bytes: &[u8],
) -> Result<T, DecodeError> {
    Ok(match encoding {
        Encoding::Protobuf => T::decode(bytes)?,
        Encoding::Json => serde_json::from_slice(bytes)?,
    })
}

/// Which resource a kind models.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Info {
    /// The API group, empty for the core group.
    pub group: &'static str,
    /// The version whose shape the partial struct has.
    pub version: &'static str,
    /// `pods`.
    pub plural: &'static str,
    /// The resource whose objects these are parts of, as (group, plural); `None` for a resource of its own.
    pub part_of: Option<(&'static str, &'static str)>,
}

impl Info {
    /// A resource of its own.
    pub const fn new(group: &'static str, version: &'static str, plural: &'static str) -> Self {
        Self { group, version, plural, part_of: None }
    }

    /// The parts of a core resource's objects, decoded from these objects.
    pub const fn part(plural: &'static str, version: &'static str, of: &'static str) -> Self {
        Self { group: "", version, plural, part_of: Some(("", of)) }
    }
}

/// What enter does on a row: which rows it goes down to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drill {
    /// Nothing below: show the object's YAML.
    Yaml,
    /// The rows of another resource, `(group, plural)`, that belong to this one.
    Rows {
        /// The group of the resource below.
        group: &'static str,
        /// The plural of the resource below.
        plural: &'static str,
        /// How they belong to it.
        by: By,
    },
}

/// How rows belong to the row above them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// Their controller is this row.
    Controller,
    /// This row's selector selects them.
    Selector,
    /// They are in the namespace of this name.
    Namespace,
    /// This field of theirs is this row's name, as a field selector (`spec.nodeName`).
    Field(&'static str),
    /// They are parts of this object.
    Part,
}

/// Why an object's bytes gave no row.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    /// The protobuf does not parse.
    #[error("the server sent an object that is no valid protobuf: {0}")]
    Protobuf(#[from] prost::DecodeError),
    /// The JSON does not parse, or a field has another shape than the API says.
    #[error("the server sent an object that kx cannot read: {0}")]
    Json(#[from] serde_json::Error),
}

/// How an object's bytes are encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// `application/vnd.kubernetes.protobuf`.
    Protobuf,
    /// `application/json`.
    Json,
}

type DecodeFn = fn(Encoding, &[u8], &mut Interner, &mut Vec<Row>) -> Result<(), DecodeError>;

/// A kind with its type erased: what the registry holds.
pub struct Modelled {
    /// Which resource it is.
    pub info: Info,
    /// What it is, in one line.
    pub doc: &'static str,
    /// Its columns, in order.
    pub columns: Arc<[Column]>,
    /// What enter does on a row.
    pub drill: Drill,
    decode: DecodeFn,
}

impl Modelled {
    fn of<K: Kind>() -> Self {
        Self {
            info: K::INFO,
            doc: K::DOC,
            columns: columns::<K>(),
            drill: K::DRILL,
            decode: decode::<K>,
        }
    }

    /// Decodes one object and appends its rows (one, unless the kind shows parts).
    pub fn decode(
        &self,
        encoding: Encoding,
        bytes: &[u8],
        interner: &mut Interner,
        out: &mut Vec<Row>,
    ) -> Result<(), DecodeError> {
        (self.decode)(encoding, bytes, interner, out)
    }
}

fn columns<K: Kind>() -> Arc<[Column]> {
    let mut next = 0;
    K::COLUMNS.iter().map(|col| col.column(&mut next)).collect()
}

fn decode<K: Kind>(
    encoding: Encoding,
    bytes: &[u8],
    interner: &mut Interner,
    out: &mut Vec<Row>,
) -> Result<(), DecodeError> {
    K::Object::each(encoding, bytes, &mut |object| out.push(row::<K>(object, interner)))
}

/// Projects an object onto the row of its kind.
pub fn row<K: Kind + ?Sized>(object: &K::Object, interner: &mut Interner) -> Row {
    let meta = object.meta();
    let mut links = Links::new(meta, interner);
    K::links(object, &mut links);
    let links = links.finish();
    let cells =
        K::COLUMNS.iter().filter_map(|c| c.cell).map(|cell| cell(object, interner)).collect();
    Row {
        uid: if meta.uid.is_empty() {
            Uid::of_name(&meta.namespace, &meta.name)
        } else {
            Uid::new(&meta.uid)
        },
        namespace: interner.str(&meta.namespace),
        name: Str::from(meta.name.as_str()),
        created: meta.creation_timestamp.and_then(crate::wire::Time::unix).unwrap_or(age::UNKNOWN),
        health: match meta.deletion_timestamp {
            // Whatever it was, it is on its way out.
            Some(_) => K::health(object).max(Health::Changing),
            None => K::health(object),
        },
        labels: interner.labels(&meta.labels),
        cells,
        links,
    }
}

/// Declares the registry: the module and the entry of every kind, from one word each.
macro_rules! kinds {
    ($($file:ident)*) => {
        $(mod $file;)*
        static KINDS: LazyLock<Vec<Modelled>> =
            LazyLock::new(|| vec![$(Modelled::of::<$file::This>()),*]);
    };
}

kinds! {
    pod container node namespace
    deployment replica_set stateful_set daemon_set replication_controller controller_revision
    job cron_job horizontal_pod_autoscaler pod_disruption_budget
    service endpoint_slice ingress ingress_class network_policy
    persistent_volume_claim persistent_volume storage_class
    volume_attachment csi_driver csi_node
    priority_class runtime_class
    config_map secret event
    service_account role cluster_role role_binding cluster_role_binding
    certificate_signing_request
    resource_quota limit_range lease
    custom_resource_definition api_service validating_webhook_configuration mutating_webhook_configuration
    validating_admission_policy validating_admission_policy_binding mutating_admission_policy
    mutating_admission_policy_binding
    flow_schema priority_level_configuration
    resource_claim resource_slice device_class
}

/// Every modelled kind, in the registry's order.
pub fn all() -> &'static [Modelled] {
    &KINDS
}

/// The model of a resource, `None` where kx shows the server's own Table.
pub fn modelled(group: &str, plural: &str) -> Option<&'static Modelled> {
    KINDS.iter().find(|k| k.info.group == group && k.info.plural == plural)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_kind_names_its_rows_and_shows_their_state() {
        for kind in all() {
            let plural = kind.info.plural;
            assert!(!kind.doc.is_empty() && !kind.doc.ends_with('.'), "{plural}");
            assert_eq!(kind.columns.iter().filter(|c| c.name == "NAME").count(), 1, "{plural}");
            assert_eq!(kind.columns.iter().filter(|c| c.status).count(), 1, "{plural}");
            let mut names: Vec<_> = kind.columns.iter().map(|c| &c.name).collect();
            names.sort();
            names.dedup();
            assert_eq!(names.len(), kind.columns.len(), "{plural}: a column's name twice");
            if let Drill::Rows { group, plural: below, .. } = kind.drill {
                assert!(modelled(group, below).is_some(), "{plural}: drills into unknown {below}");
            }
        }
    }

    #[test]
    fn core_events_are_not_those_of_the_newer_group() {
        assert!(modelled("", "events").is_some());
        assert!(modelled("events.k8s.io", "events").is_none());
    }

    proptest! {
        #[test]
        fn any_bytes_are_rows_or_an_error(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            for kind in all() {
                for encoding in [Encoding::Protobuf, Encoding::Json] {
                    let (mut interner, mut rows) = (Interner::default(), Vec::new());
                    let _ = kind.decode(encoding, &bytes, &mut interner, &mut rows);
                }
            }
        }
    }
}
