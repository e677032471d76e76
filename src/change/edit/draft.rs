//! A draft: objects that a person edits, with how they were when their text was written, so that it outlives whatever happens to kx.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::kinds::Resource;

use super::super::Target;
use super::super::target::together;

/// What is to become of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aim {
    /// Objects that are there are changed.
    Edit,
    /// What the text says is applied, with server-side apply.
    Apply,
    /// Objects are made that must not be there yet.
    Create,
}

impl Aim {
    /// Its verb.
    pub const fn verb(self) -> &'static str {
        match self {
            Self::Edit => "edit",
            Self::Apply => "apply",
            Self::Create => "create",
        }
    }

    fn of(verb: &str) -> Option<Self> {
        [Self::Edit, Self::Apply, Self::Create].into_iter().find(|aim| aim.verb() == verb)
    }
}

/// A text under way.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    /// Its name, by which it is found again.
    pub name: String,
    /// The file of its text, for messages.
    pub path: String,
    /// The context that it is for.
    pub context: String,
    /// The namespace of objects whose text names none.
    pub namespace: String,
    /// What is to become of it.
    pub aim: Aim,
    /// The objects that were there when it was written.
    pub parts: Vec<Part>,
}

/// An object of a draft.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// Which.
    pub target: Target,
    /// How it was when its text was written.
    pub base: Arc<Value>,
}

impl Draft {
    /// What it is about, `deployment/web`.
    pub fn about(&self) -> String {
        let targets: Vec<Target> = self.parts.iter().map(|part| part.target.clone()).collect();
        if targets.is_empty() { self.aim.verb().to_owned() } else { together(&targets) }
    }

    /// Whether it edits just these objects in this context.
    pub fn is_of(&self, context: &str, targets: &[Target]) -> bool {
        let same = |part: &Part, target: &Target| {
            let of = &part.target;
            of.resource.is(&target.resource.group, &target.resource.plural)
                && (&of.namespace, &of.name) == (&target.namespace, &target.name)
        };
        self.aim == Aim::Edit
            && self.context == context
            && self.parts.len() == targets.len()
            && targets.iter().all(|target| self.parts.iter().any(|part| same(part, target)))
    }

    /// What is kept beside the text.
    pub fn kept(&self) -> Value {
        let part = |part: &Part| {
            let Target { resource, namespace, name, .. } = &part.target;
            json!({
                "group": resource.group, "version": resource.version, "resource": resource.plural,
                "singular": resource.singular, "kind": resource.kind, "namespaced": resource.namespaced,
                "namespace": namespace, "name": name, "base": *part.base,
            })
        };
        json!({
            "context": self.context,
            "namespace": self.namespace,
            "aim": self.aim.verb(),
            "objects": self.parts.iter().map(part).collect::<Vec<_>>(),
        })
    }

    /// Reads what was kept; `None` where it makes no sense.
    pub fn read(name: &str, path: &str, kept: &Value) -> Option<Self> {
        let text = |of: &Value, key: &str| of[key].as_str().map(str::to_owned);
        let part = |of: &Value| {
            let resource = Resource {
                group: text(of, "group")?,
                version: text(of, "version")?,
                plural: text(of, "resource")?,
                singular: text(of, "singular")?,
                kind: text(of, "kind")?,
                namespaced: of["namespaced"].as_bool()?,
                ..Resource::default()
            };
            let (namespace, name) = (text(of, "namespace")?, text(of, "name")?);
            let target = Target { resource: Arc::new(resource), namespace, name, uid: None };
            Some(Part { target, base: Arc::new(of["base"].clone()) })
        };
        Some(Self {
            name: name.to_owned(),
            path: path.to_owned(),
            context: text(kept, "context")?,
            namespace: text(kept, "namespace")?,
            aim: Aim::of(kept["aim"].as_str()?)?,
            parts: kept["objects"].as_array()?.iter().map(part).collect::<Option<_>>()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_read_again() {
        let resource = Resource {
            group: "apps".to_owned(),
            version: "v1".to_owned(),
            plural: "deployments".to_owned(),
            singular: "deployment".to_owned(),
            kind: "Deployment".to_owned(),
            namespaced: true,
            ..Resource::default()
        };
        let target = Target {
            resource: Arc::new(resource),
            namespace: "shop".to_owned(),
            name: "web".to_owned(),
            uid: None,
        };
        let part = Part { target: target.clone(), base: Arc::new(json!({"spec": {}})) };
        let draft = Draft {
            name: "deployment-web-1".to_owned(),
            path: "/data/drafts/deployment-web-1.yaml".to_owned(),
            context: "lab".to_owned(),
            namespace: "shop".to_owned(),
            aim: Aim::Edit,
            parts: vec![part],
        };
        assert_eq!(Draft::read(&draft.name, &draft.path, &draft.kept()), Some(draft.clone()));
        assert!(draft.is_of("lab", std::slice::from_ref(&target)));
        assert!(!draft.is_of("prod", &[target]));
        assert_eq!(Draft::read("x", "x", &json!({"context": "lab"})), None);
    }
}
