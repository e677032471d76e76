//! Cells that many tables share: names, ages, lists, selectors.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::demo::value::At;

/// The object's name.
pub fn name(object: &Value, _now: Timestamp) -> Value {
    json!(object.text("/metadata/name"))
}

/// The object's age.
pub fn age(object: &Value, now: Timestamp) -> Value {
    json!(since(object.text("/metadata/creationTimestamp"), now))
}

/// The object's creation time as it stands.
pub fn created(object: &Value, _now: Timestamp) -> Value {
    object.at("/metadata/creationTimestamp").clone()
}

/// Time from a timestamp to now, `<unknown>` without one.
pub fn since(stamp: &str, now: Timestamp) -> String {
    match stamp.parse::<Timestamp>() {
        Ok(then) => short(now.as_second() - then.as_second()),
        Err(_) => "<unknown>".to_owned(),
    }
}

/// Seconds as kubectl writes durations (`k8s.io/apimachinery/pkg/util/duration`, `HumanDuration`).
pub fn short(seconds: i64) -> String {
    let (m, h, d) = (seconds / 60, seconds / 3600, seconds / 86400);
    let two = |big: i64, unit: char, small: i64, small_unit: char| {
        if small == 0 { format!("{big}{unit}") } else { format!("{big}{unit}{small}{small_unit}") }
    };
    match seconds {
        i64::MIN..-1 => "<invalid>".to_owned(),
        -1..0 => "0s".to_owned(),
        0..120 => format!("{seconds}s"),
        120..600 => two(m, 'm', seconds % 60, 's'),
        600..10_800 => format!("{m}m"),
        10_800..28_800 => two(h, 'h', m % 60, 'm'),
        28_800..172_800 => format!("{h}h"),
        172_800..691_200 => two(d, 'd', h % 24, 'h'),
        _ if d < 730 => format!("{d}d"),
        _ if d < 2920 => two(d / 365, 'y', d % 365, 'd'),
        _ => format!("{}y", d / 365),
    }
}

/// Text, or a placeholder where there is none.
pub fn or_none(text: &str) -> Value {
    json!(if text.is_empty() { "<none>" } else { text })
}

/// The value as text, or a placeholder where there is none.
pub fn or(value: &Value, placeholder: &str) -> Value {
    match value {
        Value::Null => json!(placeholder),
        Value::String(text) if text.is_empty() => json!(placeholder),
        Value::String(text) => json!(text),
        other => json!(other.to_string()),
    }
}

/// Names of the containers of a pod template, joined.
pub fn containers(template: &Value) -> Value {
    join(template.items("/spec/containers").iter().map(|c| c.text("/name")))
}

/// Images of the containers of a pod template, joined.
pub fn images(template: &Value) -> Value {
    join(template.items("/spec/containers").iter().map(|c| c.text("/image")))
}

/// Joins with commas.
pub fn join<'a>(parts: impl Iterator<Item = &'a str>) -> Value {
    json!(parts.collect::<Vec<_>>().join(","))
}

/// A label selector as text, as `metav1.FormatLabelSelector` writes it.
pub fn selector(selector: &Value) -> Value {
    let mut parts: Vec<String> = selector
        .entries("/matchLabels")
        .map(|(k, v)| format!("{k}={}", v.as_str().unwrap_or_default()))
        .collect();
    for expression in selector.items("/matchExpressions") {
        let key = expression.text("/key");
        let values = expression
            .items("/values")
            .iter()
            .filter_map(Value::as_str)
            .collect::<Vec<_>>()
            .join(",");
        parts.push(match expression.text("/operator") {
            "In" => format!("{key} in ({values})"),
            "NotIn" => format!("{key} notin ({values})"),
            "Exists" => key.to_owned(),
            _ => format!("!{key}"),
        });
    }
    or_none(&parts.join(","))
}

/// A plain map of labels as text.
pub fn map(labels: &Value) -> Value {
    let parts: Vec<String> = labels
        .as_object()
        .into_iter()
        .flatten()
        .map(|(k, v)| format!("{k}={}", v.as_str().unwrap_or_default()))
        .collect();
    or_none(&parts.join(","))
}

#[cfg(test)]
mod tests {
    #[test]
    fn durations_read_as_kubectl_writes_them() {
        for (seconds, text) in [
            (-2, "<invalid>"),
            (-1, "0s"),
            (0, "0s"),
            (119, "119s"),
            (120, "2m"),
            (125, "2m5s"),
            (599, "9m59s"),
            (600, "10m"),
            (10_799, "179m"),
            (10_800, "3h"),
            (10_860, "3h1m"),
            (28_800, "8h"),
            (172_799, "47h"),
            (172_800, "2d"),
            (176_400, "2d1h"),
            (691_200, "8d"),
            (31_536_000, "365d"),
            (63_072_000, "2y"),
            (63_158_400, "2y1d"),
            (252_288_000, "8y"),
        ] {
            assert_eq!(super::short(seconds), text);
        }
    }
}
