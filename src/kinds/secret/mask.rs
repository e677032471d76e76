//! A whole Secret without its values, or with its values written out.

use serde_json::Value;

/// Where `kubectl apply` keeps the whole object as it was applied, values and all.
const APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// Puts the size of each value in its place, and hides what `kubectl apply` noted of them.
pub(super) fn mask(secret: &mut Value) {
    if let Some(data) = secret.get_mut("data") {
        each(data, |value| super::decoded::size(value).map(|bytes| hidden(&bytes)));
    }
    if let Some(data) = secret.get_mut("stringData") {
        each(data, |value| Some(hidden(&super::decoded::bytes_word(value.as_str()?.len()))));
    }
    hide_applied(secret);
}

/// Puts what is text into `stringData`, where a manifest has it as it is; what is not stays in `data`. What `kubectl apply` noted stays hidden: it
/// says the same once more, or what was so before.
pub(super) fn reveal(secret: &mut Value) {
    hide_applied(secret);
    let Some(data) = secret.get_mut("data").and_then(Value::as_object_mut) else { return };
    let mut texts = serde_json::Map::new();
    for (key, value) in &*data {
        if let Some(text) = super::decoded::text(value) {
            texts.insert(key.clone(), text.into());
        }
    }
    data.retain(|key, _| !texts.contains_key(key));
    let empty = data.is_empty();
    let Some(secret) = secret.as_object_mut() else { return };
    if empty {
        secret.remove("data");
    }
    if texts.is_empty() {
        return;
    }
    // A manifest may have both, and of one key what is written as text counts.
    match secret.get_mut("stringData").and_then(Value::as_object_mut) {
        Some(written) => {
            for (key, text) in texts {
                written.entry(key).or_insert(text);
            }
        }
        None => drop(secret.insert("stringData".to_owned(), texts.into())),
    }
}

fn hide_applied(secret: &mut Value) {
    if let Some(applied) = secret.pointer_mut("/metadata/annotations").and_then(|a| a.get_mut(APPLIED)) {
        *applied = Value::from("<hidden>");
    }
}

fn hidden(size: &str) -> String {
    format!("<hidden, {size}>")
}

/// Replaces every value of an object; whatever else stands in its place is hidden whole.
fn each(data: &mut Value, with: impl Fn(&Value) -> Option<String>) {
    match data {
        Value::Object(entries) => {
            for value in entries.values_mut() {
                *value = with(value).unwrap_or_else(|| "<hidden>".to_owned()).into();
            }
        }
        Value::Null => {}
        other => *other = "<hidden>".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn no_value_is_left_wherever_it_stood() {
        let mut secret = json!({
            "metadata": {"name": "db", "annotations": {APPLIED: "{\"data\":{\"password\":\"c2VjcmV0\"}}", "team": "shop"}},
            "type": "Opaque",
            "data": {"password": "c2VjcmV0", "empty": "", "one": "eA==", "odd": 7, "broken": "c2VjcmV0!"},
            "stringData": {"plain": "secret"},
        });
        mask(&mut secret);
        assert_eq!(
            secret,
            json!({
                "metadata": {"name": "db", "annotations": {APPLIED: "<hidden>", "team": "shop"}},
                "type": "Opaque",
                "data": {
                    "password": "<hidden, 6 bytes>", "empty": "<hidden, 0 bytes>", "one": "<hidden, 1 byte>",
                    "odd": "<hidden>", "broken": "<hidden>",
                },
                "stringData": {"plain": "<hidden, 6 bytes>"},
            })
        );
    }

    #[test]
    fn what_is_text_is_written_out_and_the_rest_stays_as_it_is() {
        let mut secret = json!({
            "metadata": {"name": "db", "annotations": {APPLIED: "{\"data\":{\"password\":\"c2VjcmV0\"}}"}},
            "data": {"password": "c2VjcmV0", "cert": "LS0tCglhYmMKLS0tCg==", "bin": "AP8=", "odd": 7, "empty": ""},
        });
        reveal(&mut secret);
        assert_eq!(
            secret,
            json!({
                "metadata": {"name": "db", "annotations": {APPLIED: "<hidden>"}},
                "data": {"bin": "AP8=", "odd": 7},
                "stringData": {"password": "secret", "cert": "---\n\tabc\n---\n", "empty": ""},
            })
        );
        let mut both = json!({"data": {"a": "c2VjcmV0", "b": "c2VjcmV0"}, "stringData": {"b": "this", "c": "that"}});
        reveal(&mut both);
        assert_eq!(both, json!({"stringData": {"a": "secret", "b": "this", "c": "that"}}));
        for odd in [json!({}), json!({"data": null}), json!({"data": [1]}), json!(7)] {
            let mut same = odd.clone();
            reveal(&mut same);
            assert_eq!(same, odd);
        }
    }

    proptest! {
        #[test]
        fn whatever_data_is_it_is_hidden(inner in "[a-zA-Z]{12,20}", shape in 0..5) {
            let data = match shape {
                0 => json!(inner),
                1 => json!([inner]),
                2 => json!({"a": [inner]}),
                3 => json!({"a": {"b": inner}}),
                _ => json!({"a": inner}),
            };
            let mut secret = json!({"data": data, "stringData": data});
            mask(&mut secret);
            prop_assert!(!secret.to_string().contains(&inner));
        }
    }
}
