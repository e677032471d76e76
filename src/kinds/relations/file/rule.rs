//! What a file says of a link: its relation, and how to read the field.

use crate::kinds::relations::RelationsError;
use crate::kinds::relations::path::Path;
use crate::kinds::relations::pattern::Pattern;
use crate::kinds::relations::rule::{Place, Rule};
use crate::kinds::relations::target::Target;
use crate::store::Relation;

use super::reader::{Reader, Value};

/// The keys of a link that are no relation.
const LINK: [&str; 14] = [
    "shape",
    "kinds",
    "in",
    "namespace",
    "namespace-from",
    "all-namespaces-if",
    "pattern",
    "name",
    "every",
    "when",
    "port",
    "unless",
    "except",
    "optional",
];

impl Reader<'_> {
    pub fn rule(&self, value: &Value<'_>, key: &str) -> Result<Rule, RelationsError> {
        let mut rule = Rule::empty();
        let mut said = None;
        for (name, value) in self.table(value, key)? {
            let word = name.get_ref().as_ref();
            if let Some(relation) = Relation::parse(word) {
                let text = self.string(value, key)?;
                let to = match text {
                    "*" => Ok(None),
                    text => Target::parse(text).map(Some),
                };
                rule.to = to.map_err(|why| self.wrong(value, key, why))?;
                rule.relation = relation;
                if let Some(other) = said.replace(relation) {
                    let why =
                        format!("says `{}` and `{word}`; write two links in a list", other.word());
                    return Err(self.error(&name.span(), key, why));
                }
                continue;
            }
            self.option(&mut rule, word, value, key).unwrap_or_else(|| {
                let relations = Relation::ALL.iter().map(|relation| relation.word());
                let relations: Vec<String> = relations.collect();
                let known = LINK.into_iter().chain(relations.iter().map(String::as_str));
                Err(self.unknown(&name.span(), key, word, known))
            })?;
        }
        self.whole(rule, said, value, key)
    }

    /// What can be said of a link beside its relation; `None` where there is no such key.
    fn option(
        &self,
        rule: &mut Rule,
        word: &str,
        value: &Value<'_>,
        key: &str,
    ) -> Option<Result<(), RelationsError>> {
        Some(match word {
            "in" => self.place(value, key).map(|place| rule.place = place),
            "namespace" => self.string(value, key).map(|ns| rule.namespace = Some(ns.to_owned())),
            "namespace-from" => self.path(value, key).map(|path| rule.namespace_from = Some(path)),
            "all-namespaces-if" => {
                self.path(value, key).map(|path| rule.everywhere_if = Some(path))
            }
            "pattern" => self.each(value, key, |_, text| Pattern::parse(text)).map(|patterns| {
                rule.marks = patterns.iter().flat_map(Pattern::marks).collect();
                rule.patterns = patterns;
            }),
            "port" => self.path(value, key).map(|path| rule.port = Some(path)),
            "name" => self.around(value, key).map(|around| rule.around = Some(around)),
            "every" => self.flag(value, key).map(|every| rule.every = every),
            "unless" => {
                self.each(value, key, |_, text| Path::parse(text)).map(|paths| rule.unless = paths)
            }
            "except" => self.strings(value, key).map(|texts| rule.except = texts),
            "optional" => self.flag(value, key).map(|optional| rule.optional = optional),
            "when" => self.when(value, key).map(|when| rule.when = when),
            "kinds" => self.kinds(value, key).map(|kinds| rule.kinds = kinds),
            _ => return None,
        })
    }

    fn place(&self, value: &Value<'_>, key: &str) -> Result<Place, RelationsError> {
        match self.string(value, key)? {
            "same" => Ok(Place::Same),
            "cluster" => Ok(Place::Cluster),
            "stated" => Ok(Place::Stated),
            "all" => Ok(Place::All),
            other => {
                let why = format!("in = {other:?}; there are same, cluster, stated and all");
                Err(self.wrong(value, key, why))
            }
        }
    }

    fn around(&self, value: &Value<'_>, key: &str) -> Result<(String, String), RelationsError> {
        let text = self.string(value, key)?;
        let (before, after) = text.split_once("{}").ok_or_else(|| {
            self.wrong(value, key, format!("name = {text:?} has no {{}} where the name goes"))
        })?;
        Ok((before.to_owned(), after.to_owned()))
    }

    fn when(
        &self,
        value: &Value<'_>,
        key: &str,
    ) -> Result<Vec<(Path, Vec<String>)>, RelationsError> {
        let mut when = Vec::new();
        for (path, value) in self.table(value, key)? {
            let read = Path::parse(path.get_ref());
            let read = read.map_err(|why| self.error(&path.span(), key, why))?;
            when.push((read, self.strings(value, key)?));
        }
        Ok(when)
    }

    fn kinds(&self, value: &Value<'_>, key: &str) -> Result<Vec<(String, Target)>, RelationsError> {
        let mut kinds = Vec::new();
        for (kind, value) in self.table(value, key)? {
            let target = Target::parse(self.string(value, key)?);
            let target = target.map_err(|why| self.wrong(value, key, why))?;
            kinds.push((kind.get_ref().to_string(), target));
        }
        Ok(kinds)
    }

    /// Whether what a rule says fits together.
    fn whole(
        &self,
        rule: Rule,
        said: Option<Relation>,
        value: &Value<'_>,
        key: &str,
    ) -> Result<Rule, RelationsError> {
        let many = rule.every || rule.relation == Relation::Selects;
        let why = if said.is_none() {
            "says no relation; write { uses = \"secrets\" }".to_owned()
        } else if many && rule.to.is_none() {
            "selects \"*\"; name the resource that it selects".to_owned()
        } else if many && rule.port.is_some() {
            "port is for a name; what selects means no port".to_owned()
        } else if !many && rule.place == Place::All {
            "in = \"all\" is for what selects; a name is in one namespace".to_owned()
        } else if !many && rule.everywhere_if.is_some() {
            "all-namespaces-if is for what selects; a name is in one namespace".to_owned()
        } else {
            return Ok(rule);
        };
        Err(self.wrong(value, key, why))
    }
}
