//! Objects as YAML, in the words of kubectl.

use serde_json::Value;

/// Writes an object as kubectl does: keys in alphabetical order, managedFields left out unless asked for.
pub fn emit(value: &Value, managed_fields: bool) -> String {
    let mut without = None;
    if !managed_fields && value.pointer("/metadata/managedFields").is_some() {
        let mut copy = value.clone();
        if let Some(metadata) = copy.get_mut("metadata").and_then(Value::as_object_mut) {
            metadata.remove("managedFields");
        }
        without = Some(copy);
    }
    // Else long strings would be folded, which kubectl does not do.
    let options = serde_yaml::ser_options! { folded_wrap_chars: usize::MAX };
    serde_yaml::to_string_with_options(without.as_ref().unwrap_or(value), options)
        .unwrap_or_else(|error| format!("# this object cannot be written as YAML: {error}\n"))
}

/// Whether a text block (`|`, `>` and their indicators) begins at the end of this line.
pub fn opens_block(line: &str) -> bool {
    let Some(last) = line.rsplit(' ').next() else { return false };
    let mut chars = last.chars();
    let starts = matches!(chars.next(), Some('|' | '>'));
    starts
        && chars.all(|c| matches!(c, '+' | '-' | '0'..='9'))
        && (line.trim_start() == last
            || line.ends_with(&format!(": {last}"))
            || line.ends_with(&format!("- {last}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn pod() -> Value {
        json!({
            "kind": "Pod", "apiVersion": "v1",
            "metadata": {"name": "web", "managedFields": [{"manager": "x"}], "annotations": {"note": "a\n\nb: c\n"}},
            "spec": {"containers": [{"name": "a", "image": "x"}, {"name": "b", "image": "x"}]},
            "status": {"long": "word ".repeat(60), "yes": "yes", "empty": {}},
        })
    }

    #[test]
    fn it_is_written_as_kubectl_does() {
        let text = emit(&pod(), false);
        assert!(text.starts_with("apiVersion: v1\nkind: Pod\nmetadata:\n"), "{text}");
        assert!(text.contains("  containers:\n  - image: x\n    name: a\n"), "{text}");
        assert!(text.contains("yes: \"yes\"\n") || text.contains("\"yes\": \"yes\"\n"), "{text}");
        assert!(!text.contains("managedFields") && emit(&pod(), true).contains("managedFields"));
        assert_eq!(text.lines().filter(|l| l.contains("word word")).count(), 1, "{text}");
    }
}
