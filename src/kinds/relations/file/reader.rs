//! Reads values of a file and says where they are wrong.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::kinds::relations::RelationsError;
use crate::kinds::relations::path::Path;
use crate::nearest::nearest;

use super::Wanted;

pub(super) type Value<'a> = Spanned<DeValue<'a>>;

/// Knows where in the file it is, for errors.
pub(super) struct Reader<'a> {
    pub path: &'a str,
    pub text: &'a str,
    /// The entries that it came upon in others.
    pub wanted: Vec<Wanted>,
}

impl Reader<'_> {
    pub fn line(&self, span: &Range<usize>) -> usize {
        let before = self.text.as_bytes().get(..span.start).unwrap_or_default();
        before.split(|b| *b == b'\n').count()
    }

    pub fn error(&self, span: &Range<usize>, key: &str, message: String) -> RelationsError {
        let (file, line) = (self.path.to_owned(), self.line(span));
        RelationsError { file, line, key: key.to_owned(), message }
    }

    /// What is wrong with a value, said of its key.
    pub fn wrong(&self, value: &Value<'_>, key: &str, message: String) -> RelationsError {
        self.error(&value.span(), key, message)
    }

    pub fn wrong_type(&self, value: &Value<'_>, key: &str, wanted: &str) -> RelationsError {
        self.wrong(value, key, format!("is {}, not {wanted}", value.get_ref().type_str()))
    }

    pub fn unknown<'n>(
        &self,
        span: &Range<usize>,
        key: &str,
        what: &str,
        known: impl IntoIterator<Item = &'n str>,
    ) -> RelationsError {
        let known: Vec<&str> = known.into_iter().collect();
        let hint = match nearest(what, known.iter().copied()).first() {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("there are {}", known.join(", ")),
        };
        self.error(span, key, format!("no such key `{what}`; {hint}"))
    }

    pub fn table<'v, 't>(
        &self,
        value: &'v Value<'t>,
        key: &str,
    ) -> Result<&'v DeTable<'t>, RelationsError> {
        value.get_ref().as_table().ok_or_else(|| self.wrong_type(value, key, "a table"))
    }

    pub fn string<'v>(&self, value: &'v Value<'_>, key: &str) -> Result<&'v str, RelationsError> {
        value.get_ref().as_str().ok_or_else(|| self.wrong_type(value, key, "a string"))
    }

    pub fn flag(&self, value: &Value<'_>, key: &str) -> Result<bool, RelationsError> {
        match value.get_ref() {
            DeValue::Boolean(flag) => Ok(*flag),
            _ => Err(self.wrong_type(value, key, "true or false")),
        }
    }

    /// One value, or a list of them.
    pub fn each<'v, T>(
        &self,
        value: &'v Value<'_>,
        key: &str,
        read: impl Fn(&Self, &'v str) -> Result<T, String>,
    ) -> Result<Vec<T>, RelationsError> {
        let one = |value: &'v Value<'_>| {
            read(self, self.string(value, key)?).map_err(|why| self.wrong(value, key, why))
        };
        match value.get_ref() {
            DeValue::Array(values) => values.iter().map(one).collect(),
            _ => one(value).map(|value| vec![value]),
        }
    }

    pub fn strings(&self, value: &Value<'_>, key: &str) -> Result<Vec<String>, RelationsError> {
        self.each(value, key, |_, text| Ok(text.to_owned()))
    }

    pub fn path(&self, value: &Value<'_>, key: &str) -> Result<Path, RelationsError> {
        let text = self.string(value, key)?;
        Path::parse(text).map_err(|why| self.wrong(value, key, why))
    }
}
