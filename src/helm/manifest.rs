//! What a manifest names: the objects of its documents.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::wire::or_default;

/// A document of a manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// The objects in it (one, unless it is a List), or why it cannot be read.
    pub objects: Result<Vec<Named>, String>,
    /// The template that it was rendered from, where Helm says so.
    pub source: Option<String>,
}

/// An object as a manifest names it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Named {
    /// Its API group, empty for the core group.
    pub group: String,
    /// Its kind.
    pub kind: String,
    /// The namespace that it states; most charts leave that to the release.
    pub namespace: String,
    /// Its name.
    pub name: String,
}

/// The most documents that are looked at.
pub const MOST: usize = 5_000;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Object {
    #[serde(deserialize_with = "or_default")]
    api_version: String,
    #[serde(deserialize_with = "or_default")]
    kind: String,
    #[serde(deserialize_with = "or_default")]
    metadata: Metadata,
    #[serde(deserialize_with = "or_default")]
    items: Vec<Item>,
}

/// What is in a List; a List in a List is none of the API's.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Item {
    #[serde(deserialize_with = "or_default")]
    api_version: String,
    #[serde(deserialize_with = "or_default")]
    kind: String,
    #[serde(deserialize_with = "or_default")]
    metadata: Metadata,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Metadata {
    #[serde(deserialize_with = "or_default")]
    name: String,
    #[serde(deserialize_with = "or_default")]
    namespace: String,
}

/// The documents of a manifest, in order, at most as many as a sensible one has; those with nothing but comments are left out.
pub fn documents(manifest: &str) -> Vec<Document> {
    cut(manifest).filter_map(document).take(MOST).collect()
}

/// The objects of a manifest, whole and in order, those of Lists one by one.
///
/// # Errors
/// What cannot be read: which document, and why.
pub fn objects(manifest: &str) -> Result<Vec<Value>, String> {
    let mut objects = Vec::new();
    let texts = cut(manifest).filter(|text| {
        text.lines().any(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#'))
    });
    for text in texts.take(MOST) {
        let source = text.lines().find_map(|line| line.strip_prefix("# Source: "));
        let source = source.map_or("a document of the manifest", str::trim);
        let object: Value = parse(text).map_err(|why| format!("{source} cannot be read: {why}"))?;
        if object.is_null() {
            continue;
        }
        let text = |field: &str| object[field].as_str().unwrap_or_default();
        match object["items"].as_array() {
            Some(items) if text("kind").ends_with("List") => objects.extend(items.iter().cloned()),
            _ if text("kind").is_empty() || text("apiVersion").is_empty() => {
                return Err(format!("{source} has no kind or no apiVersion"));
            }
            _ => objects.push(object),
        }
    }
    Ok(objects)
}

/// Reads a document.
pub(super) fn parse<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    // What a server takes is not for kx to refuse: of two equal keys it takes the last.
    let options = serde_yaml::options! {
        with_snippet: false,
        duplicate_keys: serde_yaml::DuplicateKeyPolicy::LastWins,
    };
    serde_yaml::from_str_with_options(text, options).map_err(|error| error.to_string())
}

/// Cuts at document markers: a line that begins with `---` is one wherever it stands (YAML 1.2, "c-forbidden").
pub(super) fn cut(manifest: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(manifest);
    std::iter::from_fn(move || {
        let text = rest?;
        let mut at = 0;
        for line in text.split_inclusive('\n') {
            let end = at + line.len();
            if is_marker(line) {
                rest = text.get(end..);
                return text.get(..at);
            }
            at = end;
        }
        rest = None;
        Some(text)
    })
}

fn is_marker(line: &str) -> bool {
    line.strip_prefix("---").is_some_and(|rest| {
        let rest = rest.trim_start_matches([' ', '\t']);
        rest.trim().is_empty() || rest.starts_with('#')
    })
}

fn document(text: &str) -> Option<Document> {
    let said = |line: &&str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
    text.lines().find(said)?;
    let source = text.lines().find_map(|line| line.strip_prefix("# Source: "));
    let source = source.map(|source| source.trim().to_owned());
    let objects = match parse::<Object>(text) {
        Ok(object) if object.kind.is_empty() => Err("it has no kind".to_owned()),
        Ok(object) => Ok(flat(object)),
        Err(why) => Err(why),
    };
    Some(Document { objects, source })
}

/// The objects of a List, or the object itself.
fn flat(object: Object) -> Vec<Named> {
    if object.kind.ends_with("List") && !object.items.is_empty() {
        let items = object.items.into_iter();
        return items.map(|item| named(&item.api_version, item.kind, item.metadata)).collect();
    }
    vec![named(&object.api_version, object.kind, object.metadata)]
}

fn named(api_version: &str, kind: String, Metadata { name, namespace }: Metadata) -> Named {
    let group = api_version.split_once('/').map_or("", |(group, _)| group).to_owned();
    Named { group, kind, namespace, name }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn named(group: &str, kind: &str, namespace: &str, name: &str) -> Named {
        let [group, kind, namespace, name] = [group, kind, namespace, name].map(str::to_owned);
        Named { group, kind, namespace, name }
    }

    #[test]
    fn every_document_names_its_objects() {
        let manifest = "---\n# Source: web/templates/service.yaml\napiVersion: v1\nkind: Service\nmetadata:\n  name: web\n--- # next\n\
            apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: other}\nspec:\n  note: |\n    --- not a marker\n---\n# nothing\n---\n\
            {\"apiVersion\": \"v1\", \"kind\": \"List\", \"items\": [{\"kind\": \"ConfigMap\", \"metadata\": {\"name\": \"a\"}}, {\"kind\": \"Secret\", \"metadata\": {\"name\": \"b\"}}]}\n\
            ---\nkind: [broken\n---\njust text\n";
        let documents = documents(manifest);
        assert_eq!(documents[0].source.as_deref(), Some("web/templates/service.yaml"));
        assert_eq!(documents[0].objects, Ok(vec![named("", "Service", "", "web")]));
        assert_eq!(documents[1].objects, Ok(vec![named("apps", "Deployment", "other", "web")]));
        let list = vec![named("", "ConfigMap", "", "a"), named("", "Secret", "", "b")];
        assert_eq!(documents[2].objects, Ok(list));
        assert!(documents[3].objects.is_err() && documents[4].objects.is_err());
        assert_eq!(documents.len(), 5);
        assert_eq!(super::documents(""), []);
    }

    #[test]
    fn of_two_equal_keys_the_last_counts() {
        let documents = documents("kind: Pod\nkind: Job\nmetadata:\n  name: a\n");
        assert_eq!(documents[0].objects, Ok(vec![named("", "Job", "", "a")]));
    }

    proptest! {
        #[test]
        fn any_text_is_documents(text in "(---|kind: |[a-z{}\\[\\]&*!|>'\": -]{0,8}|\n){0,30}") {
            for document in documents(&text) {
                prop_assert!(document.objects.map_or_else(|why| !why.is_empty(), |objects| !objects.is_empty()));
            }
        }

        #[test]
        fn no_text_is_lost_by_cutting(text in "(a|\n|---|--- |-){0,30}") {
            let kept: usize = cut(&text).map(str::len).sum();
            let markers: usize = text.split_inclusive('\n').filter(|line| is_marker(line)).map(str::len).sum();
            prop_assert_eq!(kept + markers, text.len());
        }
    }
}
