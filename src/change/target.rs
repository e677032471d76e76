//! The object that is changed.

use std::sync::Arc;

use crate::kinds::Resource;
use crate::store::Uid;

/// One object.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Target {
    /// What it is one of.
    pub resource: Arc<Resource>,
    /// Its namespace, empty where it is cluster-scoped.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// Its UID as it was seen, so that nothing is done to another object of the same name; `None` where it was not seen.
    pub uid: Option<Uid>,
}

impl Target {
    /// What kubectl calls it, `deployment/web`.
    pub fn short(&self) -> String {
        let Resource { singular, plural, .. } = &*self.resource;
        let kind = if singular.is_empty() { plural } else { singular };
        format!("{kind}/{}", self.name)
    }

    /// With its namespace, `deployment/web in shop`.
    pub fn long(&self) -> String {
        if self.namespace.is_empty() {
            self.short()
        } else {
            format!("{} in {}", self.short(), self.namespace)
        }
    }

    /// Its path, or that of one of its subresources.
    pub fn path(&self, subresource: &str) -> String {
        let path = self.resource.object_path(&self.namespace, &self.name);
        if subresource.is_empty() { path } else { format!("{path}/{subresource}") }
    }
}

/// What several objects are called together: `deployment/web`, `3 deployments`.
pub fn together(targets: &[Target]) -> String {
    match targets {
        [] => "nothing".to_owned(),
        [one] => one.short(),
        [first, rest @ ..]
            if rest
                .iter()
                .all(|t| t.resource.is(&first.resource.group, &first.resource.plural)) =>
        {
            format!("{} {}", targets.len(), first.resource.plural)
        }
        _ => format!("{} objects", targets.len()),
    }
}
