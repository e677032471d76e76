//! Objects as they are shown and kept: what must not be seen is masked, unless somebody asks for it.

use serde_json::Value;

use crate::diff::{self, diff};
use crate::kinds::{Modelled, Resource, modelled, tell_apart};
use crate::sheet::Line;
use crate::yaml;

use super::Field;
use super::undo::own;

/// How many lines are shown around a difference.
const CONTEXT: usize = 3;

/// The label of the switch that shows what is masked.
const REVEAL: &str = "show values";

fn kind(resource: &Resource) -> Option<&'static Modelled> {
    modelled(&resource.group, &resource.plural).filter(|kind| kind.mask.is_some())
}

/// Whether objects of this resource have what must not be seen.
pub(super) fn is_masked(resource: &Resource) -> bool {
    kind(resource).is_some()
}

/// Takes out of an object what must not be seen.
pub(super) fn mask(resource: &Resource, object: &mut Value) {
    if let Some(mask) = kind(resource).and_then(|kind| kind.mask) {
        mask(object);
    }
}

/// The switch that shows what is masked, where something is.
pub(super) fn switch<'a>(mut resources: impl Iterator<Item = &'a Resource>) -> Option<Field> {
    resources.any(is_masked).then(|| Field::switch(REVEAL, false, "←→"))
}

/// What differs between two objects, `null` where there is none, without what the server writes by itself. Where what must not be seen differs, that
/// is said without showing it, or it is shown as it is meant, decoded.
pub(super) fn difference(
    resource: &Resource,
    before: &Value,
    after: &Value,
    reveal: bool,
) -> Vec<Line> {
    let (mut old, mut new) = (own(before), own(after));
    if let Some(kind) = kind(resource) {
        if reveal {
            if let Some(reveal) = kind.reveal {
                reveal(&mut old);
                reveal(&mut new);
            }
        } else {
            let (whole_old, whole_new) = (old.clone(), new.clone());
            mask(resource, &mut old);
            mask(resource, &mut new);
            tell_apart((&whole_old, &whole_new), (&old, &mut new));
        }
    }
    let text =
        |object: &Value| if object.is_null() { String::new() } else { yaml::emit(object, false) };
    let (old, new) = (text(&old), text(&new));
    if old == new { Vec::new() } else { diff::lines(&diff(&old, &new), CONTEXT) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kinds::Catalog;
    use serde_json::json;

    fn lines(before: &Value, after: &Value, reveal: bool) -> String {
        let secrets = Catalog::default().resolve("secrets").unwrap();
        let lines = difference(&secrets, before, after, reveal);
        lines.iter().map(|line| line.text() + "\n").collect()
    }

    #[test]
    fn values_are_shown_only_where_somebody_asks_and_then_as_they_are_meant() {
        let secret = |password: &str| json!({"kind": "Secret", "metadata": {"name": "db"}, "data": {"password": password, "user": "YW5uYQ=="}});
        let (old, new) = (secret("c2VjcmV0"), secret("cHV6emxl"));
        let text = lines(&old, &new, false);
        assert!(
            text.contains(
                "-   password: <hidden, 6 bytes>\n+   password: <hidden, 6 bytes, another value>"
            ),
            "{text}"
        );
        assert!(!text.contains("c2Vj") && !text.contains("secret\n"), "{text}");
        let text = lines(&old, &new, true);
        assert!(text.contains("-   password: secret\n+   password: puzzle"), "{text}");
        assert_eq!(lines(&old, &old, false), "");
        let text = lines(&Value::Null, &new, false);
        assert!(text.contains("+   password: <hidden, 6 bytes>"), "{text}");
    }
}
