//! The few protobuf bodies that kubectl insists on sending: access reviews and evictions.
//!
//! `k8s\0`, then `runtime.Unknown` (typeMeta 1, raw 2); inside, the messages of each API's `generated.proto`.
//! Everything is answered in JSON, which such clients accept.

use serde_json::{Value, json};

use crate::demo::status::Refusal;
use crate::demo::value::edit_list;

/// What a field of a message is.
#[derive(Debug, Clone, Copy)]
enum Kind {
    Text,
    Texts,
    Number,
    Flag,
    Message(&'static [Field]),
}

/// Number, JSON name and kind of a field. Fields that are not named here are skipped.
type Field = (u64, &'static str, Kind);

const METADATA: &[Field] = &[(1, "name", Kind::Text), (3, "namespace", Kind::Text)];
const RESOURCE: &[Field] = &[
    (1, "namespace", Kind::Text),
    (2, "verb", Kind::Text),
    (3, "group", Kind::Text),
    (4, "version", Kind::Text),
    (5, "resource", Kind::Text),
    (6, "subresource", Kind::Text),
    (7, "name", Kind::Text),
];
const NON_RESOURCE: &[Field] = &[(1, "path", Kind::Text), (2, "verb", Kind::Text)];
const ACCESS: &[Field] = &[
    (1, "resourceAttributes", Kind::Message(RESOURCE)),
    (2, "nonResourceAttributes", Kind::Message(NON_RESOURCE)),
    (3, "user", Kind::Text),
    (4, "groups", Kind::Texts),
];
const SELF_RULES: &[Field] = &[(1, "namespace", Kind::Text)];
const DELETE: &[Field] = &[
    (1, "gracePeriodSeconds", Kind::Number),
    (3, "orphanDependents", Kind::Flag),
    (4, "propagationPolicy", Kind::Text),
    (5, "dryRun", Kind::Texts),
];

const REVIEW: &[Field] =
    &[(1, "metadata", Kind::Message(METADATA)), (2, "spec", Kind::Message(ACCESS))];
const RULES_REVIEW: &[Field] = &[(2, "spec", Kind::Message(SELF_RULES))];
const SELF_REVIEW: &[Field] = &[(1, "metadata", Kind::Message(METADATA))];
const EVICTION: &[Field] =
    &[(1, "metadata", Kind::Message(METADATA)), (2, "deleteOptions", Kind::Message(DELETE))];

/// The message of a kind; none for those that only come as JSON.
fn message(resource: &str) -> Option<&'static [Field]> {
    Some(match resource {
        "selfsubjectaccessreviews" | "subjectaccessreviews" | "localsubjectaccessreviews" => REVIEW,
        "selfsubjectrulesreviews" => RULES_REVIEW,
        "selfsubjectreviews" => SELF_REVIEW,
        "pods/eviction" => EVICTION,
        _ => return None,
    })
}

/// Reads a protobuf body as the JSON it stands for; refuses (415) what only comes as JSON.
pub fn to_json(resource: &str, body: &[u8]) -> Result<Value, Refusal> {
    let Some(fields) = message(resource) else {
        return Err(Refusal::new(
            415,
            "UnsupportedMediaType",
            format!(
                "the body of the request was in an unknown format - accepted media types include: application/json (the demo reads no protobuf {resource})"
            ),
        ));
    };
    let broken = || Refusal::bad("the body is no Kubernetes protobuf");
    let unknown = body.strip_prefix(b"k8s\0").ok_or_else(broken)?;
    let raw =
        split(unknown).ok_or_else(broken)?.into_iter().find_map(|(number, wire)| match wire {
            Wire::Bytes(bytes) if number == 2 => Some(bytes),
            _ => None,
        });
    read(raw.unwrap_or_default(), fields).ok_or_else(broken)
}

enum Wire<'a> {
    Number(u64),
    Bytes(&'a [u8]),
}

/// Splits a message into its fields; none where it is broken.
fn split(mut bytes: &[u8]) -> Option<Vec<(u64, Wire<'_>)>> {
    let mut fields = Vec::new();
    while !bytes.is_empty() {
        let tag = varint(&mut bytes)?;
        let wire = match tag & 7 {
            0 => Wire::Number(varint(&mut bytes)?),
            2 => {
                let length = usize::try_from(varint(&mut bytes)?).ok()?;
                Wire::Bytes(take(&mut bytes, length)?)
            }
            1 => Wire::Bytes(take(&mut bytes, 8)?),
            5 => Wire::Bytes(take(&mut bytes, 4)?),
            _ => return None,
        };
        fields.push((tag >> 3, wire));
    }
    Some(fields)
}

fn take<'a>(bytes: &mut &'a [u8], length: usize) -> Option<&'a [u8]> {
    let (head, tail) = bytes.split_at_checked(length)?;
    *bytes = tail;
    Some(head)
}

fn varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0_u64;
    for shift in (0..64).step_by(7) {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Some(number);
        }
    }
    None
}

fn read(bytes: &[u8], fields: &[Field]) -> Option<Value> {
    let mut object = json!({});
    for (number, wire) in split(bytes)? {
        let Some((_, name, kind)) = fields.iter().find(|f| f.0 == number) else { continue };
        match (kind, wire) {
            (Kind::Text, Wire::Bytes(text)) if !text.is_empty() => {
                object[name] = json!(String::from_utf8_lossy(text));
            }
            (Kind::Texts, Wire::Bytes(text)) => {
                edit_list(&mut object, &format!("/{name}"), |list| {
                    list.push(json!(String::from_utf8_lossy(text)));
                });
            }
            (Kind::Number, Wire::Number(number)) => object[name] = json!(number),
            (Kind::Flag, Wire::Number(number)) => object[name] = json!(number != 0),
            (Kind::Message(inner), Wire::Bytes(bytes)) => object[name] = read(bytes, inner)?,
            _ => {}
        }
    }
    Some(object)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_review_is_read_and_garbage_is_refused() {
        // spec { resourceAttributes { verb: "get", resource: "pods" } }
        let review = [
            b"k8s\0".as_slice(),
            &[0x12, 0x0f, 0x12, 0x0d, 0x0a, 0x0b, 0x12, 3],
            b"get",
            &[0x2a, 4],
            b"pods",
        ]
        .concat();
        let value = to_json("selfsubjectaccessreviews", &review).unwrap();
        assert_eq!(
            value,
            json!({"spec": {"resourceAttributes": {"verb": "get", "resource": "pods"}}})
        );
        assert_eq!(to_json("selfsubjectaccessreviews", b"k8s\0\x12\xff").unwrap_err().code, 400);
        assert_eq!(to_json("deployments", &review).unwrap_err().code, 415);
    }
}
