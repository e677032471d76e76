//! A kind with its type erased, and how an object becomes its row.

use std::sync::Arc;

use crate::describe::Describer;
use crate::store::{Health, Interner, Row, Str, Uid};
use crate::wire::Meta;

use super::{
    Column, Decode, DecodeError, DecodeFn, Drill, Encoding, Info, Join, Kind, Links, Place,
    Recreation, SheetFn, age,
};

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
    /// Where it stands in the architecture.
    pub place: Place,
    /// What the Map says beside a row's name; see [`Kind::NOTE`].
    pub note: &'static [&'static str],
    /// Whether its objects have logs; see [`Kind::HAS_LOGS`].
    pub has_logs: bool,
    /// Whether its objects are the endpoints of what they are part of; see [`Kind::ENDPOINTS`].
    pub endpoints: bool,
    /// How it is described; `None` where that is by all its fields.
    pub describe: Option<&'static dyn Describer>,
    /// The command line of kx that enter runs on a row, where there is one.
    pub command: fn(&Row) -> Option<String>,
    /// The columns that the rows of another resource tell; see [`Kind::JOIN`].
    pub join: Option<&'static Join>,
    /// The column by which rows stand in order; see [`Kind::ORDER`].
    pub order: Option<&'static str>,
    /// What takes out of an object what must not be seen; see [`Kind::MASK`].
    pub mask: Option<fn(&mut serde_json::Value)>,
    /// What writes out what must not be seen, for who asks for it; see [`Kind::REVEAL`].
    pub reveal: Option<fn(&mut serde_json::Value)>,
    /// The actions that are for its objects; see [`Kind::ACTIONS`].
    pub actions: &'static [&'static str],
    /// What makes a copy an object of its own; see [`Kind::UNBIND`].
    pub unbind: Option<fn(&mut serde_json::Value)>,
    /// What is lost when one is made anew; see [`Kind::RECREATION`].
    pub recreation: Option<Recreation>,
    /// The page that is written for one object; see [`Kind::SHEET`].
    pub sheet: Option<SheetFn>,
    decode: DecodeFn,
}

impl Modelled {
    /// The kind that `K` declares.
    pub(super) fn of<K: Kind>() -> Self {
        Self {
            info: K::INFO,
            doc: K::DOC,
            columns: columns::<K>(),
            drill: K::DRILL,
            place: K::PLACE,
            note: K::NOTE,
            has_logs: K::HAS_LOGS,
            endpoints: K::ENDPOINTS,
            describe: K::DESCRIBE,
            command: K::command,
            join: K::JOIN,
            order: K::ORDER,
            mask: K::MASK,
            reveal: K::REVEAL,
            actions: K::ACTIONS,
            unbind: K::UNBIND,
            recreation: K::RECREATION,
            sheet: K::SHEET,
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
