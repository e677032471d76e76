//! Reading an object whose shape nobody vouches for: what is missing or of another type reads as Go's zero value.

use std::borrow::Cow;

use serde_json::{Map, Value};

/// A place in an object, which may not be there.
#[derive(Clone, Copy, Debug, Default)]
pub struct Field<'a>(Option<&'a Value>);

impl<'a> Field<'a> {
    /// The place where this value is.
    pub fn of(value: &'a Value) -> Self {
        Self(Some(value))
    }

    /// What a path of names with dots between leads to, `spec.template.spec`.
    #[must_use]
    pub fn at(self, path: &str) -> Self {
        path.split('.').fold(self, Self::key)
    }

    /// What one key leads to; it may have dots.
    #[must_use]
    pub fn key(self, key: &str) -> Self {
        Self(self.0.and_then(|value| value.get(key)))
    }

    /// Whether there is something: null is nothing, as a nil pointer is to Go.
    pub fn is_some(self) -> bool {
        !matches!(self.0, None | Some(Value::Null))
    }

    /// Whether there is something in it: no empty text, list or map.
    pub fn has_any(self) -> bool {
        match self.0 {
            None | Some(Value::Null) => false,
            Some(Value::String(text)) => !text.is_empty(),
            Some(Value::Array(items)) => !items.is_empty(),
            Some(Value::Object(map)) => !map.is_empty(),
            Some(_) => true,
        }
    }

    /// Whether it is a map.
    pub fn is_map(self) -> bool {
        self.0.is_some_and(Value::is_object)
    }

    /// Whether it is a list.
    pub fn is_list(self) -> bool {
        self.0.is_some_and(Value::is_array)
    }

    /// What is there.
    pub fn value(self) -> Option<&'a Value> {
        self.0
    }

    /// It as one of the partial structs; `None` where it has another shape.
    pub fn read<T: serde::Deserialize<'a>>(self) -> Option<T> {
        T::deserialize(self.0?).ok()
    }

    /// Its text; empty for what is none.
    pub fn str(self) -> &'a str {
        self.0.and_then(Value::as_str).unwrap_or_default()
    }

    /// Its text, `otherwise` where it is empty or none.
    pub fn str_or(self, otherwise: &'a str) -> &'a str {
        if self.str().is_empty() { otherwise } else { self.str() }
    }

    /// Its whole number; 0 for what is none.
    pub fn int(self) -> i64 {
        self.opt_int().unwrap_or_default()
    }

    /// Its whole number, `None` for what is none.
    pub fn opt_int(self) -> Option<i64> {
        self.0.and_then(Value::as_i64)
    }

    /// Whether it is true.
    pub fn flag(self) -> bool {
        self.opt_flag() == Some(true)
    }

    /// Whether it is true or false, `None` for what is neither.
    pub fn opt_flag(self) -> Option<bool> {
        self.0.and_then(Value::as_bool)
    }

    /// Its items; none for what is no list.
    pub fn list(self) -> impl ExactSizeIterator<Item = Field<'a>> + DoubleEndedIterator + Clone {
        let items = self.0.and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        items.iter().map(Field::of)
    }

    /// Its entries in order of their keys; none for what is no map.
    pub fn map(self) -> Vec<(&'a str, Field<'a>)> {
        let entries = self.0.and_then(Value::as_object).into_iter().flat_map(Map::iter);
        let mut entries: Vec<_> =
            entries.map(|(key, value)| (key.as_str(), Self::of(value))).collect();
        entries.sort_unstable_by_key(|(key, _)| *key);
        entries
    }

    /// The texts of its items.
    pub fn strs(self) -> Vec<&'a str> {
        self.list().map(Field::str).collect()
    }

    /// Its items with `between` between them.
    pub fn joined(self, between: &str) -> String {
        self.list().map(Field::text).collect::<Vec<_>>().join(between)
    }

    /// As Go prints it (`%v`): `3`, `true`, `[a b]`, `map[a:b]`; empty for what is not there.
    pub fn text(self) -> Cow<'a, str> {
        match self.0 {
            None | Some(Value::Null) => Cow::Borrowed(""),
            Some(Value::String(text)) => Cow::Borrowed(text),
            Some(Value::Bool(true)) => Cow::Borrowed("true"),
            Some(Value::Bool(false)) => Cow::Borrowed("false"),
            Some(Value::Number(number)) => Cow::Owned(number_text(number)),
            Some(Value::Array(_)) => {
                let items: Vec<_> = self.list().map(Field::nested).collect();
                Cow::Owned(format!("[{}]", items.join(" ")))
            }
            Some(Value::Object(_)) => {
                let entries = self.map().into_iter();
                let entries: Vec<_> = entries.map(|(k, v)| format!("{k}:{}", v.nested())).collect();
                Cow::Owned(format!("map[{}]", entries.join(" ")))
            }
        }
    }

    /// As Go prints what stands in a list or map: null is `<nil>`.
    pub fn nested(self) -> Cow<'a, str> {
        if self.is_some() { self.text() } else { Cow::Borrowed("<nil>") }
    }
}

/// Go's shortest way to write a float: with an exponent from 21 digits on.
fn number_text(number: &serde_json::Number) -> String {
    if number.is_i64() || number.is_u64() {
        return number.to_string();
    }
    let float = number.as_f64().unwrap_or_default();
    let plain = float.to_string();
    let scientific = format!("{float:e}");
    let Some((digits, exponent)) = scientific.split_once('e') else { return plain };
    match exponent.parse::<i32>() {
        Ok(power @ (..-4 | 21..)) => {
            let sign = if power < 0 { '-' } else { '+' };
            format!("{digits}e{sign}{:02}", power.unsigned_abs())
        }
        _ => plain,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_missing_or_wrong_is_zero() {
        let value = json!({"a": {"b": [1, "x", null, {"k": 2.5}], "n": null}, "c.d": true});
        let field = Field::of(&value);
        assert_eq!(field.at("a.b").text(), "[1 x <nil> map[k:2.5]]");
        assert_eq!(field.at("a.b.c.d").int(), 0);
        assert!(field.key("c.d").flag() && !field.at("c.d").is_some());
        assert!(!field.at("a.n").is_some() && field.at("a.b").has_any());
        assert_eq!(field.at("a").list().len(), 0);
        assert_eq!(Field::of(&json!(1e21)).text(), "1e+21");
        assert_eq!(Field::of(&json!(0.00001)).text(), "1e-05");
        assert_eq!(Field::of(&json!(1_234_567.5)).text(), "1234567.5");
    }
}
