//! One file per kind of resource: what kx reads of it, its columns, its links.
//!
//! Adding a kind is one file here and one word in `kinds!` below. Nothing else in kx names a kind: what the rest needs to know of it is in
//! [`Kind`], and reaches it through [`modelled`].

mod admission;
pub mod age;
mod bars;
pub mod catalog;
mod cell;
mod column;
mod condition;
mod custom;
mod gateway_api;
mod info;
mod join;
mod links;
mod masked;
mod modelled;
mod place;
mod ports;
mod rbac;
mod recreation;
pub mod relations;
mod resource;
mod status_condition;
pub mod table;
mod template;
#[cfg(test)]
mod testing;
pub(crate) mod text;
mod unbind;
mod view;
mod words;

pub use catalog::Catalog;
pub use cell::{Cell, write_bytes};
pub use column::{Align, CellFn, Col, Column, Show, Value};
pub use event::grouped as grouped_events;
pub use info::Info;
pub use join::{Join, Joined, Sums, Tells, named as amounts};
pub use links::Links;
pub use masked::{masked, masked_kinds, tell_apart};
pub use modelled::{Modelled, row};
pub use place::Place;
pub use ports::Ports;
pub use recreation::Recreation;
pub use resource::Resource;
pub use view::{Called, View};
pub(crate) use words::health as health_of_word;

use std::sync::LazyLock;

use prost::Message;
use serde::de::DeserializeOwned;

use crate::describe::Describer;
use crate::sheet::Subject;
use crate::store::{Health, Interner, Relation, Row};
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

    /// Where it stands in the architecture.
    const PLACE: Place = Place::Aside;

    /// What the Map says beside a row's name, part by part: words, and columns in braces. A part of which a column says nothing is left out.
    /// Where there is none, the Map takes the columns that matter most.
    const NOTE: &'static [&'static str] = &[];

    /// Whether containers write logs for its objects: their own, or those of the pods that belong to them.
    const HAS_LOGS: bool = false;

    /// Whether its objects are the endpoints of what they are part of: one that is well, or works at all, is an endpoint that answers.
    const ENDPOINTS: bool = false;

    /// The column by whose values rows stand in order, the least first, until somebody asks for another order; of ages the youngest is the
    /// least. `None` is namespace, then name.
    const ORDER: Option<&'static str> = None;

    /// Takes out of a whole object what nobody may see over a shoulder. Everything that shows objects of this kind whole shows them so.
    const MASK: Option<fn(&mut serde_json::Value)> = None;

    /// Writes out in a whole object what [`Kind::MASK`] hides, for who asks to see it, as a manifest that means the same.
    const REVEAL: Option<fn(&mut serde_json::Value)> = None;

    /// The actions that are for objects of this kind and of few others, by their names: `restart`. Those for every object need not be named. What a
    /// kind of parts names is done to their whole.
    const ACTIONS: &'static [&'static str] = &[];

    /// Takes out of a copy of a whole object, beside its status and what every object has, what binds it to the one object: its addresses, its
    /// volume, the labels of its controller.
    const UNBIND: Option<fn(&mut serde_json::Value)> = None;

    /// What is lost when an object of this kind is deleted and made anew, where that is a sane way to change what cannot be changed.
    const RECREATION: Option<Recreation> = None;

    /// A page that is written for an object of this kind alone, from its namespace and name; of a kind with a [`Kind::MASK`], what that hides.
    const SHEET: Option<SheetFn> = None;

    /// Its columns: kubectl's, in kubectl's order (`pkg/printers/internalversion/printers.go`), then kx's own.
    const COLUMNS: &'static [Col<Self::Object>];

    /// The columns that the rows of another resource tell, where there are any: those that are [`Col::joined`].
    const JOIN: Option<&'static Join> = None;

    /// How it is described, where kx does not just write all its fields.
    const DESCRIBE: Option<&'static dyn Describer> = None;

    /// How the object is doing.
    fn health(_object: &Self::Object) -> Health {
        Health::Idle
    }

    /// What the object refers to, owners aside: they are the same for every kind.
    fn links(_object: &Self::Object, _links: &mut Links<'_>) {}

    /// The command line of kx that enter runs on a row, where that leads to a page of its own and not to where `DRILL` says.
    fn command(_row: &Row) -> Option<String> {
        None
    }
}

/// The page that is written for an object of this namespace and name.
pub type SheetFn = fn(&str, &str) -> Box<dyn Subject>;

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

/// What enter does on a row: which rows it goes down to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drill {
    /// Nothing below: show the object's YAML.
    Yaml,
    /// Nothing below, and more to say than YAML does: show the kind's [`Kind::SHEET`].
    Sheet,
    /// The objects of the resource that the row defines: its name is their resource's full name, `boats.sea.example`.
    Defined,
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
    /// They name this row in links of this relation, in whichever namespace they are.
    Link(Relation),
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
    service endpoint_slice endpoints ingress ingress_class network_policy service_cidr ip_address
    gateway_class gateway http_route grpc_route
    persistent_volume_claim persistent_volume storage_class volume_attributes_class
    volume_snapshot volume_snapshot_class volume_snapshot_content
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
    resource_claim resource_claim_template resource_slice device_class
    helm_release helm_revision
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
            assert!(kind.columns.iter().filter(|c| c.lapses).count() <= 1, "{plural}");
            let mut names: Vec<_> = kind.columns.iter().map(|c| &c.name).collect();
            names.sort();
            names.dedup();
            assert_eq!(names.len(), kind.columns.len(), "{plural}: a column's name twice");
            if let Drill::Rows { group, plural: below, .. } = kind.drill {
                assert!(modelled(group, below).is_some(), "{plural}: drills into unknown {below}");
            }
            assert!(kind.drill != Drill::Sheet || kind.sheet.is_some(), "{plural}: no sheet");
            assert!(kind.mask.is_none() || kind.sheet.is_some(), "{plural}: nothing unmasks it");
            assert_eq!(kind.mask.is_some(), kind.reveal.is_some(), "{plural}");
            for part in kind.note {
                let names = part.split('{').skip(1).map(|rest| rest.split_once('}').unwrap().0);
                for name in names {
                    assert!(kind.columns.iter().any(|c| c.name == name), "{plural}: no {name}");
                }
            }
            let told = kind.join.map_or(&[][..], |join| join.columns);
            let told: Vec<_> = told.iter().map(|joined| joined.column).collect();
            let joined = kind.columns.iter().filter(|c| c.joined).map(|c| &*c.name);
            assert_eq!(joined.collect::<Vec<_>>(), told, "{plural}");
            if let Some(join) = kind.join {
                assert!(told.len() <= Join::MOST, "{plural}");
                let by = modelled(join.of.0, join.of.1).unwrap();
                let mut each = 0;
                for joined in join.columns {
                    let (theirs, own) = match joined.tells {
                        Tells::Count => (None, None),
                        Tells::Sum(column, _) => (Some(column), None),
                        Tells::Each { asked, room } => {
                            each += 1;
                            (Some(asked), Some(room))
                        }
                    };
                    for (columns, named) in [(&by.columns, theirs), (&kind.columns, own)] {
                        let there = |name| columns.iter().any(|c| c.name == name);
                        assert!(named.is_none_or(there), "{plural}: no {named:?}");
                    }
                }
                assert!(each <= 1, "{plural}");
            }
            if let Some(order) = kind.order {
                assert!(kind.columns.iter().any(|c| c.name == order), "{plural}: no {order}");
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
