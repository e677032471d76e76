//! One file of relations, as it is written; a mistake is an error with its line and key.

mod health;
mod reader;
mod rule;

use std::collections::BTreeMap;
use std::ops::Range;

use toml::de::{DeTable, DeValue};

use crate::kinds;

use super::RelationsError;
use super::entry::{Entry, Key, Part};
use super::path::Path;
use super::target::{Scopes, Target};
use reader::{Reader, Value};

/// What a file says.
#[derive(Default)]
pub(super) struct File {
    pub entries: BTreeMap<Key, Entry>,
    pub scopes: Scopes,
    /// The entries that it uses, shapes most of all; they may be another file's.
    pub wanted: Vec<Wanted>,
}

/// An entry that a file uses.
pub(super) struct Wanted {
    pub entry: Key,
    line: usize,
    key: String,
}

/// Reads a file.
pub(super) fn parse(path: &str, text: &str) -> Result<File, RelationsError> {
    let mut reader = Reader { path, text, wanted: Vec::new() };
    let table = DeTable::parse(text).map_err(|e| {
        reader.error(&e.span().unwrap_or_default(), "", e.message().replace('\n', ", "))
    })?;
    let mut file = File::default();
    for (name, value) in table.get_ref() {
        let key = name.get_ref().as_ref();
        if key == "cluster-scoped" {
            for (full_name, value) in reader.table(value, key)? {
                let kind = reader.string(value, &format!("{key}.{}", full_name.get_ref()))?;
                file.scopes.add(full_name.get_ref(), kind);
            }
            continue;
        }
        let entry = reader.entry(key, name.span(), value)?;
        file.entries.insert(Key::parse(key), entry);
    }
    file.wanted = reader.wanted;
    Ok(file)
}

impl Wanted {
    /// The error where nobody defines it.
    pub fn missing(&self, path: &str) -> RelationsError {
        let Self { entry, line, key } = self;
        let message = match entry {
            Key::Shape(name) => {
                format!("there is no shape {name:?}; [\"{entry}\".links] defines one")
            }
            _ => format!("nothing is said of {entry}; [\"{entry}\".links] would say something"),
        };
        RelationsError { file: path.to_owned(), line: *line, key: key.clone(), message }
    }
}

impl Reader<'_> {
    fn entry(
        &mut self,
        name: &str,
        span: Range<usize>,
        value: &Value<'_>,
    ) -> Result<Entry, RelationsError> {
        let key = Key::parse(name);
        if let Key::Resource(name) = &key {
            let target = Target::parse(name).map_err(|why| self.error(&span, name, why))?;
            if kinds::modelled(target.group(""), &target.resource).is_some() {
                let why = "kx knows this resource by itself; rules are for others".to_owned();
                return Err(self.error(&span, name, why));
            }
        }
        let mut entry = Entry::default();
        for (part, value) in self.table(value, name)? {
            let at = format!("{name}.{}", part.get_ref());
            match (part.get_ref().as_ref(), &key) {
                ("links", _) => {
                    for (path, value) in self.table(value, &at)? {
                        let text = path.get_ref().as_ref();
                        let field = format!("{at}.{text}");
                        let read = Path::parse(text).and_then(|path| {
                            if path.relative {
                                return Err(
                                    "begins with a dot; a link's field begins at the object".into(),
                                );
                            }
                            Ok(path)
                        });
                        let path = read.map_err(|why| self.error(&path.span(), &field, why))?;
                        let parts = self.parts(value, &field, matches!(key, Key::Shape(_)))?;
                        entry.links.insert(path, parts);
                    }
                }
                ("health", Key::Resource(_) | Key::Category(_)) => {
                    entry.says_health = true;
                    entry.health = self.healths(value, &at)?;
                }
                ("like", Key::Resource(_)) => {
                    let other = self.string(value, &at)?;
                    let target = Target::parse(other).map_err(|why| self.wrong(value, &at, why))?;
                    let other = target.full_name().ok_or_else(|| {
                        self.wrong(value, &at, format!("{other:?} is of no group of its own"))
                    })?;
                    let line = self.line(&value.span());
                    let wanted = Key::Resource(other.clone());
                    self.wanted.push(Wanted { entry: wanted, line, key: at });
                    entry.like = Some(other);
                }
                (other, _) => {
                    let known = ["links", "health", "like"];
                    return Err(self.unknown(&part.span(), name, other, known));
                }
            }
        }
        Ok(entry)
    }

    fn parts(
        &mut self,
        value: &Value<'_>,
        key: &str,
        in_shape: bool,
    ) -> Result<Vec<Part>, RelationsError> {
        match value.get_ref() {
            DeValue::Array(values) => {
                values.iter().map(|value| self.part(value, key, in_shape)).collect()
            }
            _ => Ok(vec![self.part(value, key, in_shape)?]),
        }
    }

    fn part(
        &mut self,
        value: &Value<'_>,
        key: &str,
        in_shape: bool,
    ) -> Result<Part, RelationsError> {
        let table = self.table(value, key)?;
        let Some(shape) = table.get("shape") else {
            return self.rule(value, key).map(|rule| Part::Rule(Box::new(rule)));
        };
        let name = self.string(shape, key)?.to_owned();
        if in_shape {
            return Err(self.wrong(shape, key, "a shape cannot have shapes in it".into()));
        }
        if table.len() > 1 {
            return Err(self.wrong(shape, key, "nothing else can be said beside a shape".into()));
        }
        let line = self.line(&shape.span());
        let entry = Key::Shape(name.clone());
        self.wanted.push(Wanted { entry, line, key: key.to_owned() });
        Ok(Part::Shape(name))
    }
}
