//! A stored object: its JSON text, and beside it what lists, watches and selectors look at.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use super::value::At;

/// Labels of an object.
pub type Labels = BTreeMap<String, String>;

/// Separates the values that fill a [`Template`]; cannot occur in JSON text unescaped.
const HOLE: char = '\u{1f}';

/// JSON text shared by many objects, cut where their own values go.
///
/// It keeps a hundred thousand similar pods at a few hundred bytes each.
#[derive(Debug)]
pub struct Template {
    parts: Vec<Box<str>>,
}

impl Template {
    /// Cuts the text at every `\u{1f}`.
    pub fn new(text: &str) -> Self {
        Self { parts: text.split(HOLE).map(Into::into).collect() }
    }

    fn fill(&self, values: &str) -> String {
        let size: usize = self.parts.iter().map(|p| p.len()).sum();
        let mut text = String::with_capacity(size + values.len());
        let mut values = values.split(HOLE);
        for (index, part) in self.parts.iter().enumerate() {
            if index > 0 {
                text.push_str(values.next().unwrap_or_default());
            }
            text.push_str(part);
        }
        text
    }
}

/// One version of one object. Immutable: a change makes another.
#[derive(Debug)]
pub struct Object {
    key: Box<str>,
    uid: Box<str>,
    node: Option<Box<str>>,
    labels: Arc<Labels>,
    owners: Box<[Box<str>]>,
    rv: u64,
    template: Option<Arc<Template>>,
    text: Box<str>,
}

impl Object {
    /// Stores a value under a key (`namespace/name`, or `name` where there are no namespaces).
    pub fn new(key: &str, rv: u64, mut value: Value) -> Self {
        if let Value::Object(metadata) = &mut value["metadata"] {
            metadata.insert("resourceVersion".to_owned(), Value::String(rv.to_string()));
        }
        let labels = value
            .entries("/metadata/labels")
            .map(|(k, v)| (k.clone(), v.as_str().unwrap_or_default().to_owned()))
            .collect();
        Self {
            key: key.into(),
            uid: value.text("/metadata/uid").into(),
            node: value.at("/spec/nodeName").as_str().map(Into::into),
            labels: Arc::new(labels),
            owners: value
                .items("/metadata/ownerReferences")
                .iter()
                .map(|o| o.text("/uid").into())
                .collect(),
            rv,
            template: None,
            text: value.to_string().into(),
        }
    }

    /// An object made of a shared template and its own values, in the template's order.
    pub fn from_template(
        own: Own<'_>,
        template: &Arc<Template>,
        labels: &Arc<Labels>,
        values: &[&str],
    ) -> Self {
        Self {
            key: own.key.into(),
            uid: own.uid.into(),
            node: own.node.map(Into::into),
            labels: Arc::clone(labels),
            owners: Box::new([own.owner.into()]),
            rv: own.rv,
            template: Some(Arc::clone(template)),
            text: values.join(&HOLE.to_string()).into(),
        }
    }

    /// `namespace/name`, or `name`.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The name.
    pub fn name(&self) -> &str {
        self.key.rsplit_once('/').map_or(&self.key, |(_, name)| name)
    }

    /// The namespace, if it lives in one.
    pub fn namespace(&self) -> Option<&str> {
        self.key.split_once('/').map(|(namespace, _)| namespace)
    }

    /// The UID.
    pub fn uid(&self) -> &str {
        &self.uid
    }

    /// The node it was bound to (pods).
    pub fn node(&self) -> Option<&str> {
        self.node.as_deref()
    }

    /// The labels.
    pub fn labels(&self) -> &Labels {
        &self.labels
    }

    /// UIDs of its owners.
    pub fn owners(&self) -> impl Iterator<Item = &str> {
        self.owners.iter().map(|o| &**o)
    }

    /// The resource version of this version of it.
    pub fn rv(&self) -> u64 {
        self.rv
    }

    /// The JSON text.
    pub fn json(&self) -> Cow<'_, str> {
        match &self.template {
            None => Cow::Borrowed(&self.text),
            Some(template) => Cow::Owned(template.fill(&self.text)),
        }
    }

    /// The object, parsed.
    pub fn value(&self) -> Value {
        // By `FromStr`, which is compiled (and optimised) in its own crate, also in debug builds.
        self.json().parse().unwrap_or_default()
    }
}

/// What an object made of a template has of its own beside the values.
#[derive(Debug, Clone, Copy)]
pub struct Own<'a> {
    /// `namespace/name`.
    pub key: &'a str,
    /// Its UID.
    pub uid: &'a str,
    /// The node it runs on.
    pub node: Option<&'a str>,
    /// UID of its owner.
    pub owner: &'a str,
    /// Its resource version.
    pub rv: u64,
}
