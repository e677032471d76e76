//! Label selectors inside objects, in the three forms that they have there.

use serde_json::{Map, Value};

use crate::store::{Op, Requirement, Selector};

/// Reads a `metav1.LabelSelector`, a map of labels, or a text as kubectl's `-l`. What is none of these selects nothing.
pub(super) fn read(value: &Value) -> Option<Selector> {
    match value {
        Value::String(text) => Selector::parse(text).ok(),
        Value::Object(map) => {
            let labels = map.get("matchLabels").is_some_and(|v| v.is_object() || v.is_null());
            let further = map.get("matchExpressions").is_some_and(|v| v.is_array() || v.is_null());
            if !labels && !further { equal(map).map(Selector) } else { of_labels(map) }
        }
        _ => None,
    }
}

fn of_labels(map: &Map<String, Value>) -> Option<Selector> {
    let mut all = match map.get("matchLabels") {
        Some(Value::Object(labels)) => equal(labels)?,
        Some(Value::Null) | None => Vec::new(),
        Some(_) => return None,
    };
    match map.get("matchExpressions") {
        Some(Value::Array(expressions)) => {
            for expression in expressions {
                all.push(requirement(expression)?);
            }
        }
        Some(Value::Null) | None => {}
        Some(_) => return None,
    }
    Some(Selector(all))
}

fn equal(labels: &Map<String, Value>) -> Option<Vec<Requirement>> {
    let equal = |(key, value): (&String, &Value)| {
        let value = value.as_str()?.to_owned();
        Some(Requirement { key: key.clone(), op: Op::In(vec![value]) })
    };
    labels.iter().map(equal).collect()
}

fn requirement(expression: &Value) -> Option<Requirement> {
    let values = || -> Option<Vec<String>> {
        let values = expression.get("values")?.as_array()?;
        values.iter().map(|value| value.as_str().map(str::to_owned)).collect()
    };
    let op = match expression.get("operator")?.as_str()? {
        "In" => Op::In(values()?),
        "NotIn" => Op::NotIn(values()?),
        "Exists" => Op::Exists,
        "DoesNotExist" => Op::DoesNotExist,
        _ => return None,
    };
    Some(Requirement { key: expression.get("key")?.as_str()?.to_owned(), op })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn three_forms_and_what_is_none() {
        let text = |value: Value| read(&value).map(|selector| selector.to_string());
        assert_eq!(text(json!({"matchLabels": {"a": "b"}})).as_deref(), Some("a=b"));
        let both = json!({"matchLabels": {"a": "b"}, "matchExpressions": [
            {"key": "c", "operator": "In", "values": ["d", "e"]}, {"key": "f", "operator": "Exists"}]});
        assert_eq!(text(both).as_deref(), Some("a=b,c in (d,e),f"));
        assert_eq!(
            text(json!({"istio": "ingressgateway"})).as_deref(),
            Some("istio=ingressgateway")
        );
        assert_eq!(text(json!("app=web,!old")).as_deref(), Some("app=web,!old"));
        assert_eq!(text(json!({})).as_deref(), Some(""), "everything");
        for none in [
            json!(null),
            json!(7),
            json!([]),
            json!({"a": 7}),
            json!({"matchLabels": {"a": 7}}),
            json!({"matchLabels": {}, "matchExpressions": 7}),
            json!({"matchExpressions": [{"key": "a", "operator": "Near"}]}),
            json!({"matchExpressions": [{"key": "a", "operator": "In"}]}),
        ] {
            assert_eq!(text(none.clone()), None, "{none}");
        }
    }
}
