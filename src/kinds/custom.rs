//! Custom resources that are modelled: servers have only JSON of them, so that an object is read whole, and a field where it is needed.

use serde_json::Value;

use crate::describe::Field;
use crate::store::Interner;
use crate::wire::{Time, WholeObject};

use super::{Cell, Decode, DecodeError, Encoding};

impl Decode for WholeObject {
    fn each(
        encoding: Encoding,
        bytes: &[u8],
        each: &mut dyn FnMut(&Self),
    ) -> Result<(), DecodeError> {
        match encoding {
            Encoding::Json => each(&serde_json::from_slice(bytes)?),
            // Nobody has numbered their fields (apiextensions-apiserver serves `application/json` and YAML).
            Encoding::Protobuf => {
                let why = "a custom resource has no protobuf";
                return Err(<serde_json::Error as serde::de::Error>::custom(why).into());
            }
        }
        Ok(())
    }
}

/// What a path of names with dots between leads to.
pub(super) fn at<'a>(object: &'a WholeObject, path: &str) -> Field<'a> {
    Field::of(&object.value).at(path)
}

/// What a server prints in a column of text: nothing where nothing is, lists and maps as JSON (apiextensions-apiserver,
/// `tableconvertor.go`).
pub(super) fn text(field: Field<'_>, interner: &mut Interner) -> Cell {
    match field.value() {
        None | Some(Value::Null) => Cell::Blank,
        Some(value @ (Value::Array(_) | Value::Object(_))) => Cell::Text(value.to_string().into()),
        Some(_) => Cell::shared(&field.text(), interner),
    }
}

/// What a server prints in a column of quantities.
pub(super) fn quantity(field: Field<'_>, interner: &mut Interner) -> Cell {
    match text(field, interner) {
        Cell::Text(text) => Cell::Quantity(text),
        other => other,
    }
}

/// What a server prints in a column of whole numbers.
pub(super) fn int(field: Field<'_>) -> Cell {
    field.opt_int().map_or(Cell::Blank, Cell::Int)
}

/// What a server prints in a column of dates: the time since then.
pub(super) fn since(field: Field<'_>) -> Cell {
    if field.is_some() { Cell::since(field.read::<Time>()) } else { Cell::Blank }
}
