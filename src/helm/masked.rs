//! What a release says, without what must not be seen: the values of the Secrets in its manifest, and the values that went into them.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};

use crate::kinds::{Modelled, masked, masked_kinds, tell_apart};

use super::manifest::{cut, parse};
use super::{Release, yaml};

/// Whether what must not be seen is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Values {
    /// It is masked.
    #[default]
    Hidden,
    /// It is written out, as it is meant.
    Shown,
}

/// The shortest value that is looked for where it went into a Secret: shorter ones are words that stand anywhere.
const SHORTEST: usize = 4;
/// What the names of values end with that are secret, whether a Secret is rendered of them or not; `-` and `_` aside.
const SECRET: [&str; 11] = [
    "password",
    "passwd",
    "passphrase",
    "token",
    "apikey",
    "privatekey",
    "secretkey",
    "accesskey",
    "clientsecret",
    "credential",
    "credentials",
];
/// What is written in the place of a document that may hold what must not be seen, and cannot be read.
const UNREADABLE: &str = "# this document cannot be read, and may be a Secret: it is not shown\n";

/// The manifest of a release.
pub(crate) fn manifest(release: &Release, values: Values) -> Cow<'_, str> {
    written(&release.manifest, values, &HashMap::new())
}

/// The manifests of two revisions, to be compared: of values that differ and look the same, the newer says so.
pub(crate) fn manifests<'a>(
    (older, newer): (&'a Release, &'a Release),
    values: Values,
) -> (Cow<'a, str>, Cow<'a, str>) {
    let before = secrets(&older.manifest).map(|secret| (name(&secret), secret)).collect();
    (manifest(older, values), written(&newer.manifest, values, &before))
}

/// Values of a release, as YAML.
pub(crate) fn values(release: &Release, all: &Map<String, Value>, values: Values) -> String {
    match values {
        Values::Shown => yaml(all),
        Values::Hidden => yaml(&hidden(release, all)),
    }
}

/// The values that two revisions were given, to be compared, as [`manifests`]; empty where none were.
pub(crate) fn given((older, newer): (&Release, &Release), values: Values) -> (String, String) {
    let text =
        |given: &Map<String, Value>| if given.is_empty() { String::new() } else { yaml(given) };
    if values == Values::Shown {
        return (text(&older.config), text(&newer.config));
    }
    let (old, new) = (hidden(older, &older.config), hidden(newer, &newer.config));
    let whole = (Value::Object(older.config.clone()), Value::Object(newer.config.clone()));
    let (old, mut new) = (Value::Object(old), Value::Object(new));
    tell_apart((&whole.0, &whole.1), (&old, &mut new));
    let text = |value: &Value| value.as_object().map(text).unwrap_or_default();
    (text(&old), text(&new))
}

/// The objects in a text whose values must not be seen.
fn secrets(text: &str) -> impl Iterator<Item = Value> {
    let documents =
        cut(text).filter(|text| may_hide(text)).filter_map(|text| parse::<Value>(text).ok());
    let objects = documents.flat_map(|document| match document {
        Value::Object(mut list) if list.get("items").is_some_and(Value::is_array) => {
            match list.remove("items") {
                Some(Value::Array(items)) => items,
                _ => Vec::new(),
            }
        }
        object => vec![object],
    });
    objects.filter(|object| kind(object).is_some())
}

fn may_hide(text: &str) -> bool {
    masked_kinds().iter().any(|kind| text.contains(kind.as_str()))
}

fn kind(object: &Value) -> Option<&'static Modelled> {
    masked(object["apiVersion"].as_str()?, object["kind"].as_str()?)
}

/// What tells an object of a manifest from others of its kind: namespace and name.
fn name(object: &Value) -> (String, String) {
    let text = |field: &str| object["metadata"][field].as_str().unwrap_or_default().to_owned();
    (text("namespace"), text("name"))
}

/// A manifest, in which documents that have what must not be seen are written anew.
fn written<'a>(
    text: &'a str,
    values: Values,
    before: &HashMap<(String, String), Value>,
) -> Cow<'a, str> {
    let mut out = String::new();
    let mut done = 0;
    for document in cut(text).filter(|document| may_hide(document)) {
        let Some(new) = document_anew(document, values, before) else { continue };
        // `cut` gives parts of the text itself.
        let from = document.as_ptr() as usize - text.as_ptr() as usize;
        out.push_str(text.get(done..from).unwrap_or_default());
        out.push_str(&new);
        done = from + document.len();
    }
    if done == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(text.get(done..).unwrap_or_default());
    Cow::Owned(out)
}

/// A document without what must not be seen, or with it written out; `None` where it has none.
fn document_anew(
    text: &str,
    values: Values,
    before: &HashMap<(String, String), Value>,
) -> Option<String> {
    let Ok(mut document) = parse::<Value>(text) else {
        return (values == Values::Hidden).then(|| UNREADABLE.to_owned());
    };
    let change = |object: &mut Value| {
        let Some(kind) = kind(object) else { return false };
        match values {
            Values::Shown => kind.reveal.is_some_and(|reveal| {
                reveal(object);
                true
            }),
            Values::Hidden => {
                mask_beside(kind, object, before.get(&name(object)));
                true
            }
        }
    };
    let changed = match document.get_mut("items").and_then(Value::as_array_mut) {
        Some(items) => items.iter_mut().fold(false, |changed, item| change(item) | changed),
        None => change(&mut document),
    };
    changed.then(|| {
        let head = |line: &&str| line.starts_with('#') || line.trim().is_empty();
        let mut out: String = text.split_inclusive('\n').take_while(head).collect();
        out.push_str(&crate::yaml::emit(&document, true));
        out
    })
}

fn mask_beside(kind: &Modelled, object: &mut Value, before: Option<&Value>) {
    let Some(mask) = kind.mask else { return };
    let whole = object.clone();
    mask(object);
    if let Some(before) = before {
        let mut old = before.clone();
        mask(&mut old);
        tell_apart((before, &whole), (&old, object));
    }
}

/// Values, of which those are masked that went into a Secret of the release, and those whose name says that they are secret.
fn hidden(release: &Release, values: &Map<String, Value>) -> Map<String, Value> {
    let known = known(release);
    let mut values = values.clone();
    for (name, value) in &mut values {
        hide(name, value, &known);
    }
    values
}

/// What is in the Secrets of a release, decoded, hooks among them, as far as it [tells something](is_telling).
pub(super) fn known(release: &Release) -> HashSet<String> {
    let mut known = HashSet::new();
    let hooks = release.hooks.iter().map(|hook| hook.manifest.as_str());
    for mut secret in std::iter::once(release.manifest.as_str()).chain(hooks).flat_map(secrets) {
        if let Some(reveal) = kind(&secret).and_then(|kind| kind.reveal) {
            reveal(&mut secret);
        }
        let texts = secret["stringData"].as_object().into_iter().flat_map(Map::values);
        known.extend(texts.filter_map(Value::as_str).map(|text| text.trim().to_owned()));
    }
    known.retain(|text| is_telling(text));
    known
}

/// Whether it can be known by its text alone, and is none of the words that stand anywhere.
pub(super) fn is_telling(text: &str) -> bool {
    text.len() >= SHORTEST && !matches!(text, "true" | "false" | "null")
}

/// Adds the values whose name says that they are secret.
pub(super) fn named_secret(values: &Map<String, Value>, to: &mut HashSet<String>) {
    for (name, value) in values {
        named_in(name, value, to);
    }
}

fn named_in(name: &str, value: &Value, to: &mut HashSet<String>) {
    match value {
        Value::Object(fields) => named_secret(fields, to),
        Value::Array(items) => items.iter().for_each(|value| named_in(name, value, to)),
        Value::String(text) if is_secret(name) => {
            to.insert(text.trim().to_owned());
        }
        Value::Number(number) if is_secret(name) => {
            to.insert(number.to_string());
        }
        _ => {}
    }
}

fn hide(name: &str, value: &mut Value, known: &HashSet<String>) {
    match value {
        Value::Object(fields) => {
            fields.iter_mut().for_each(|(name, value)| hide(name, value, known));
        }
        Value::Array(items) => items.iter_mut().for_each(|value| hide(name, value, known)),
        Value::String(text) if text.is_empty() => {}
        Value::String(text) => {
            if is_secret(name) || known.contains(text.trim()) {
                *text = size(text.len());
            }
        }
        Value::Number(number) => {
            let text = number.to_string();
            if is_secret(name) || known.contains(&text) {
                *value = Value::from(size(text.len()));
            }
        }
        Value::Null | Value::Bool(_) => {}
    }
}

/// What stands in the place of so many bytes.
pub(super) fn size(bytes: usize) -> String {
    format!("<hidden, {bytes} {}>", if bytes == 1 { "byte" } else { "bytes" })
}

/// Whether the name of a value says that it is secret; what only names a Secret is not.
fn is_secret(name: &str) -> bool {
    let name: String = name.chars().filter(|c| !matches!(c, '-' | '_')).collect();
    let name = name.to_lowercase();
    SECRET.iter().any(|end| name.ends_with(end))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    const PASSWORD: &str = "correct horse";

    fn release(manifest: &str, config: Value) -> Release {
        let Value::Object(config) = config else { panic!("{config}") };
        Release { manifest: manifest.to_owned(), config, ..Release::default() }
    }

    const MANIFEST: &str = "---\n# Source: web/templates/secret.yaml\napiVersion: v1\nkind: Secret\nmetadata: {name: db}\ndata:\n  password: Y29ycmVjdCBob3JzZQ==\n\
        --- # next\n# Source: web/templates/map.yaml\napiVersion: v1\nkind: ConfigMap\nmetadata:\n    name: web # of which Secret\n";

    #[test]
    fn secrets_of_a_manifest_are_masked_and_the_rest_stays_as_it_is() {
        let release = release(MANIFEST, json!({}));
        let text = manifest(&release, Values::Hidden);
        assert!(text.starts_with("---\n# Source: web/templates/secret.yaml\napiVersion: v1\ndata:\n  password: <hidden, 13 bytes>\nkind: Secret\n"), "{text}");
        assert!(text.ends_with(&MANIFEST[MANIFEST.find("--- # next").unwrap()..]), "{text}");
        let shown = manifest(&release, Values::Shown);
        assert!(shown.contains("stringData:\n  password: correct horse\n"), "{shown}");
    }

    #[test]
    fn values_that_went_into_a_secret_or_sound_like_one_are_masked() {
        let given = json!({"auth": {"pass": PASSWORD, "user": "anna", "db_password": 1234, "existingSecret": "db"}, "list": [PASSWORD], "tokenTTL": "5m", "token": ""});
        let release = release(MANIFEST, given);
        let text = values(&release, &release.config, Values::Hidden);
        assert_eq!(
            text,
            "auth:\n  db_password: <hidden, 4 bytes>\n  existingSecret: db\n  pass: <hidden, 13 bytes>\n  user: anna\nlist:\n- <hidden, 13 bytes>\ntoken: ''\ntokenTTL: 5m\n"
                .replace("''", if text.contains("\"\"") { "\"\"" } else { "''" }),
        );
        assert!(values(&release, &release.config, Values::Shown).contains(PASSWORD));
    }

    #[test]
    fn what_differs_says_so_without_being_shown() {
        let older = release(MANIFEST, json!({"password": "correct horse"}));
        let newer = MANIFEST.replace("Y29ycmVjdCBob3JzZQ==", "Y29ycmVjdCBoYXJwcw==");
        let newer = release(&newer, json!({"password": "correct harps"}));
        let (old, new) = manifests((&older, &newer), Values::Hidden);
        assert!(old.contains("password: <hidden, 13 bytes>\n"), "{old}");
        assert!(new.contains("password: <hidden, 13 bytes, another value>\n"), "{new}");
        let (old, new) = given((&older, &newer), Values::Hidden);
        assert_eq!(old, "password: <hidden, 13 bytes>\n");
        assert_eq!(new, "password: <hidden, 13 bytes, another value>\n");
        let same = manifests((&older, &older), Values::Hidden);
        assert_eq!(same.0, same.1);
    }

    #[test]
    fn what_cannot_be_read_and_may_be_a_secret_is_not_shown() {
        let release =
            release("---\nkind: Secret\ndata: [broken: Y29ycmVjdA==\n---\nkind: Job\n", json!({}));
        let text = manifest(&release, Values::Hidden);
        assert_eq!(text, format!("---\n{UNREADABLE}---\nkind: Job\n"));
    }

    proptest! {
        #[test]
        fn no_value_of_a_secret_is_left(
            key in "[a-z]{1,4}",
            value in "[A-Z]{8,12}",
            list in any::<bool>(),
            plain in any::<bool>(),
            marker in "(---|--- #x)\n",
        ) {
            let field = if plain { "stringData" } else { "data" };
            let secret = json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "a"}, field: {&key: &value}});
            let object = if list { json!({"apiVersion": "v1", "kind": "List", "items": [{"kind": "Job"}, secret]}) } else { secret };
            let text = format!("{marker}kind: Job\n{marker}{object}\n{marker}");
            let masked = manifest(&release(&text, json!({})), Values::Hidden).into_owned();
            prop_assert!(!masked.contains(&value), "{}", masked);
            prop_assert!(masked.contains(&key) && masked.matches("kind: Job").count() >= 1);
        }

        #[test]
        fn any_text_can_be_masked(text in "(---|kind: |Secret|apiVersion: v1|[a-z{}\\[\\]: -]{0,8}|\n){0,20}") {
            let release = release(&text, json!({}));
            let text = manifest(&release, Values::Hidden).into_owned();
            prop_assert!(text.is_empty() == release.manifest.is_empty());
        }
    }
}
