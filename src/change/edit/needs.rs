//! What documents of a text need that earlier ones make: the namespace that they are in, the definition that they are of. Until that is there, no
//! server can say what it would store of them.

use std::sync::Arc;

use serde_json::Value;

use crate::kinds::Resource;

use super::super::Target;

/// What the documents of a text make, as far as later ones may need it.
#[derive(Debug, Default)]
pub(super) struct Made(Vec<(Makes, Target)>);

#[derive(Debug)]
enum Makes {
    Namespace(String),
    Resources(Vec<Arc<Resource>>),
}

/// Whether an object defines a resource.
pub fn defines(resource: &Resource) -> bool {
    resource.is("apiextensions.k8s.io", "customresourcedefinitions")
}

impl Made {
    /// Takes in a document, which is about this object.
    pub fn add(&mut self, object: &Value, target: &Target) {
        let makes = if target.resource.is("", "namespaces") {
            Makes::Namespace(target.name.clone())
        } else if defines(&target.resource) {
            Makes::Resources(defined(object))
        } else {
            return;
        };
        self.0.push((makes, target.clone()));
    }

    /// The resource of a kind, where a document before defines it.
    pub fn resource(&self, group: &str, version: &str, kind: &str) -> Option<Arc<Resource>> {
        let all = self.0.iter().flat_map(|(makes, _)| match makes {
            Makes::Resources(all) => all.as_slice(),
            Makes::Namespace(_) => &[],
        });
        let mut all = all.filter(|r| r.group == group && r.kind == kind);
        all.find(|resource| resource.version == version).cloned()
    }

    /// The objects among them without which none of this resource can be made in this namespace.
    pub fn needed_for(&self, resource: &Resource, namespace: &str) -> Vec<Target> {
        let needed = |makes: &Makes| match makes {
            Makes::Namespace(name) => name == namespace,
            Makes::Resources(all) => all.iter().any(|r| r.is(&resource.group, &resource.plural)),
        };
        self.0.iter().filter(|(makes, _)| needed(makes)).map(|(_, of)| of.clone()).collect()
    }
}

/// The resources that a `CustomResourceDefinition` defines, one for each version that is served.
fn defined(object: &Value) -> Vec<Arc<Resource>> {
    let spec = &object["spec"];
    let text = |of: &Value| of.as_str().unwrap_or_default().to_owned();
    let names = &spec["names"];
    let of = |version: &Value| {
        Arc::new(Resource {
            group: text(&spec["group"]),
            version: text(&version["name"]),
            plural: text(&names["plural"]),
            singular: text(&names["singular"]),
            kind: text(&names["kind"]),
            namespaced: spec["scope"] == "Namespaced",
            ..Resource::default()
        })
    };
    let versions = spec["versions"].as_array().into_iter().flatten();
    versions.filter(|version| version["served"] == true).map(of).collect()
}

/// What is waited for once an object was sent, given it as it is now: a definition serves nothing before it is established.
pub(super) fn awaited(target: &Target, now: Option<&Value>) -> Option<String> {
    let object = now.filter(|_| defines(&target.resource))?;
    let is = |kind: &str, status: &str| {
        let conditions = object["status"]["conditions"].as_array().into_iter().flatten();
        let mut conditions = conditions.filter(|condition| condition["type"] == kind);
        conditions.any(|condition| condition["status"] == status)
    };
    // Where its names are taken, it never will.
    let over = is("Established", "True") || is("NamesAccepted", "False");
    (!over).then(|| "the server serves what it defines".to_owned())
}
