//! Taking fields out of copies of whole objects.

use serde_json::Value;

/// Takes fields out, each named by its path; what is not there, or of another shape, stays so.
pub(super) fn without(object: &mut Value, paths: &[&[&str]]) {
    for path in paths {
        let Some((last, way)) = path.split_last() else { continue };
        let parent = way.iter().try_fold(&mut *object, |at, field| at.get_mut(*field));
        if let Some(parent) = parent.and_then(Value::as_object_mut) {
            parent.remove(*last);
        }
    }
}

/// Takes out the annotations that begin so.
pub(super) fn without_annotations(object: &mut Value, prefixes: &[&str]) {
    let annotations = object.pointer_mut("/metadata/annotations").and_then(Value::as_object_mut);
    if let Some(annotations) = annotations {
        annotations.retain(|name, _| !prefixes.iter().any(|prefix| name.starts_with(prefix)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_what_is_named_goes() {
        let mut object = json!({"metadata": {"annotations": {"pv.io/a": "1", "team": "x"}}, "spec": {"a": {"b": 1, "c": 2}, "d": 3}});
        without(&mut object, &[&["spec", "a", "b"], &["spec", "d", "e"], &["gone", "x"], &[]]);
        without_annotations(&mut object, &["pv.io/"]);
        without_annotations(&mut Value::Null, &["a"]);
        assert_eq!(
            object,
            json!({"metadata": {"annotations": {"team": "x"}}, "spec": {"a": {"c": 2}, "d": 3}})
        );
    }

    #[test]
    fn no_kind_minds_an_absurd_object() {
        for kind in super::super::all() {
            let Some(unbind) = kind.unbind else { continue };
            for mut object in [
                json!(null),
                json!([]),
                json!({"metadata": 1, "spec": []}),
                json!({"spec": {"ports": 3, "template": "x"}}),
            ] {
                unbind(&mut object);
            }
        }
    }
}
