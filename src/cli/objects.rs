//! `kx get -o json|yaml`: whole objects, as the server has them.

use http::Request;
use serde_json::{Map, Value, json};

use crate::cluster::{Client, Error};
use crate::kinds::{Resource, modelled};
use crate::yaml::emit;

use super::failure::Failure;
use super::get::{Wanted, namespaces};
use super::{GetArgs, Output};

/// Objects a page; the server may give fewer.
const PAGE: usize = 500;

/// Prints one object where exactly one was named, a `List` otherwise, without managedFields, as kubectl does.
pub(super) async fn print(
    args: &GetArgs,
    client: &Client,
    wanted: &[Wanted],
    out: &mut impl std::io::Write,
) -> Result<(), Failure> {
    let mut items = Vec::new();
    let mut missing = None;
    for one in wanted {
        if let Some(view) = modelled(&one.resource.group, &one.resource.plural)
            && let (Some((_, of)), Some(found)) = (view.info.part_of, view.info.view)
        {
            let why = format!(
                "{} are what kx makes of {of}; the server has no such objects",
                one.resource.plural
            );
            return Err(Failure::usage(why, format!("kx get {of} -l {}", found.labels)));
        }
        match objects(args, client, one).await {
            Ok(found) => items.extend(found),
            Err(Failure { kind: super::failure::Kind::NotFound, .. }) if args.ignore_not_found => {}
            Err(failure) => missing = Some(failure),
        }
    }
    let single = wanted.len() == 1 && wanted[0].names.len() == 1;
    let value = match (single, items.len()) {
        (true, 1) => items.remove(0),
        (true, _) => return missing.map_or(Ok(()), Err),
        _ => json!({
            "apiVersion": "v1",
            "kind": "List",
            "metadata": { "resourceVersion": "" },
            "items": items,
        }),
    };
    if args.output == Output::Yaml {
        out.write_all(emit(&value, false).as_bytes())?;
    } else {
        let indent = serde_json::ser::PrettyFormatter::with_indent(b"    ");
        let mut writer = serde_json::Serializer::with_formatter(&mut *out, indent);
        serde::Serialize::serialize(&value, &mut writer).map_err(std::io::Error::from)?;
        out.write_all(b"\n")?;
    }
    missing.map_or(Ok(()), Err)
}

async fn objects(args: &GetArgs, client: &Client, wanted: &Wanted) -> Result<Vec<Value>, Failure> {
    let resource = &wanted.resource;
    let places = match namespaces(args, client) {
        Some(names) if resource.namespaced => names.into_iter().map(Some).collect(),
        _ => vec![None],
    };
    let mut out = Vec::new();
    for place in &places {
        let place = place.as_deref();
        if wanted.names.is_empty() {
            list(args, client, resource, place, &mut out).await?;
        }
        for name in &wanted.names {
            let path = resource.object_path(place.unwrap_or_default(), name);
            match read(client, &path).await {
                Ok(object) => out.push(neat(object, resource)),
                Err(Error::NotFound { .. }) => return Err(Failure::not_found(resource, name)),
                Err(error) => return Err(error.into()),
            }
        }
    }
    Ok(out)
}

async fn list(
    args: &GetArgs,
    client: &Client,
    resource: &Resource,
    place: Option<&str>,
    out: &mut Vec<Value>,
) -> Result<(), Failure> {
    let mut token = String::new();
    loop {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("limit", &PAGE.to_string());
        for (key, value) in [
            ("labelSelector", args.cluster.selector.as_deref()),
            ("fieldSelector", args.field_selector.as_deref()),
            ("continue", (!token.is_empty()).then_some(token.as_str())),
        ] {
            if let Some(value) = value {
                query.append_pair(key, value);
            }
        }
        let mut page =
            read(client, &format!("{}?{}", resource.path(place), query.finish())).await?;
        if let Some(Value::Array(items)) = page.get_mut("items").map(Value::take) {
            out.extend(items.into_iter().map(|item| neat(item, resource)));
        }
        match page.pointer("/metadata/continue").and_then(Value::as_str) {
            Some(next) if !next.is_empty() => next.clone_into(&mut token),
            _ => return Ok(()),
        }
    }
}

async fn read(client: &Client, path: &str) -> Result<Value, Error> {
    let request =
        Request::get(path).header(http::header::ACCEPT, "application/json").body(Vec::new());
    let request = request.map_err(|error| Error::Request { problem: error.to_string() })?;
    let bytes = client.bytes(request).await?;
    serde_json::from_slice(&bytes).map_err(|error| Error::Decode {
        what: "the server's answer".into(),
        problem: error.to_string(),
    })
}

/// Items of a list do not say what they are, and nobody reads managedFields.
fn neat(mut object: Value, resource: &Resource) -> Value {
    if let Value::Object(fields) = &mut object {
        fields.entry("apiVersion").or_insert_with(|| resource.api_version().into());
        fields.entry("kind").or_insert_with(|| resource.kind.clone().into());
        if let Some(metadata) = fields.get_mut("metadata").and_then(Value::as_object_mut) {
            let _: Option<Value> = Map::remove(metadata, "managedFields");
        }
    }
    object
}
