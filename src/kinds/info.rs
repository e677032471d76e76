//! Which resource a kind models, and in which versions.

use super::View;

/// Which resource a kind models.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Info {
    /// The API group, empty for the core group.
    pub group: &'static str,
    /// The version whose shape the partial struct has.
    pub version: &'static str,
    /// Versions before it of the same shape: a cluster that serves none but one of them is modelled too.
    pub before: &'static [&'static str],
    /// `pods`.
    pub plural: &'static str,
    /// The resource whose objects these are parts of, as (group, plural); `None` for a resource of its own.
    pub part_of: Option<(&'static str, &'static str)>,
    /// How these objects are found and called, where they are a view of some objects of the resource that they are parts of.
    pub view: Option<View>,
}

impl Info {
    /// A resource of its own.
    pub const fn new(group: &'static str, version: &'static str, plural: &'static str) -> Self {
        Self { group, version, plural, before: &[], part_of: None, view: None }
    }

    /// The parts of a core resource's objects, decoded from these objects.
    pub const fn part(plural: &'static str, version: &'static str, of: &'static str) -> Self {
        Self { part_of: Some(("", of)), ..Self::new("", version, plural) }
    }

    /// A view of a core resource's objects: a resource that no server serves, which can be gone to like any other.
    pub const fn view(
        (group, version, plural): (&'static str, &'static str, &'static str),
        of: &'static str,
        view: View,
    ) -> Self {
        Self { part_of: Some(("", of)), view: Some(view), ..Self::new(group, version, plural) }
    }

    /// The same, for objects of these earlier versions too.
    #[must_use]
    pub const fn since(self, before: &'static [&'static str]) -> Self {
        Self { before, ..self }
    }

    /// Whether objects of this version have the shape that is modelled.
    pub fn models(&self, version: &str) -> bool {
        self.version == version || self.before.contains(&version)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_of_another_shape_is_not_modelled() {
        let info = Info::new("sea.example", "v1", "boats").since(&["v1beta1"]);
        assert!(info.models("v1") && info.models("v1beta1"));
        assert!(!info.models("v1alpha1") && !info.models("v2") && !info.models(""));
        assert!(!Info::new("", "v1", "pods").models("v1beta1"));
    }
}
