//! What keeps an object that is being deleted: its finalizers, whose they are, what is left in a namespace, and what to do about it.

mod known;
mod namespace;
#[cfg(test)]
mod tests;
mod write;

pub(crate) use known::{all, known, of, waits};

use crate::describe::Field;
use crate::kinds::{By, Drill, Resource, modelled};
use crate::sheet::{Answer, Facts, Sheet, Subject, Want};

/// The page about an object that is being deleted, and about all that is left in it where it is a namespace.
pub fn subject(resource: &Resource, namespace: &str, name: &str) -> Box<dyn Subject> {
    Box::new(Leaving {
        resource: resource.clone(),
        want: Want::Object {
            group: resource.group.clone(),
            resource: resource.plural.clone(),
            namespace: namespace.to_owned(),
            name: name.to_owned(),
        },
        name: name.to_owned(),
    })
}

/// Whether objects of a resource hold all others of their name's namespace.
pub(crate) fn is_namespace(resource: &Resource) -> bool {
    let kind = modelled(&resource.group, &resource.plural);
    kind.is_some_and(|kind| matches!(kind.drill, Drill::Rows { by: By::Namespace, .. }))
}

#[derive(Debug)]
struct Leaving {
    resource: Resource,
    want: Want,
    name: String,
}

impl Subject for Leaving {
    fn crumbs(&self) -> Vec<String> {
        vec![self.name.clone(), "finalizers".to_owned()]
    }

    fn wants(&self, facts: &Facts<'_>) -> Vec<Want> {
        let mut wants = vec![self.want.clone()];
        if is_namespace(&self.resource)
            && let Some(object) = facts.object(&self.want)
        {
            wants.extend(namespace::wants(Field::of(object)));
        }
        wants
    }

    fn sheet(&self, facts: &Facts<'_>) -> Sheet {
        match facts.get(&self.want) {
            Answer::Object(Some(object)) => write::sheet(&self.resource, Field::of(object), facts),
            // Why there is none is said by the page itself.
            _ => Sheet::default(),
        }
    }
}
