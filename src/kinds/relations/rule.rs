//! One rule: what a field of an object points to.

use std::sync::Arc;

use serde_json::Value;

use crate::kinds::Links;
use crate::store::{Needs, Relation, Selector};

use super::path::Path;
use super::pattern::{Pattern, is_name};
use super::reference::{Reference, group_of, is_optional};
use super::selector;
use super::target::{Scopes, Target};

/// What a field of an object points to.
#[derive(Clone, Debug)]
pub(super) struct Rule {
    pub relation: Relation,
    /// The resource; `None` where the reference must say it.
    pub to: Option<Target>,
    /// The resources of Kinds whose group the reference does not say.
    pub kinds: Vec<(String, Target)>,
    pub place: Place,
    /// The namespace, where the reference says none and the object is in none. It is only the usual one, so a link into it is optional.
    pub namespace: Option<String>,
    /// Where the object says the namespace, or a list of them.
    pub namespace_from: Option<Path>,
    /// Where the object says that all namespaces are meant.
    pub everywhere_if: Option<Path>,
    pub patterns: Vec<Pattern>,
    /// What no name found by the patterns contains.
    pub marks: String,
    /// What stands before and after the name.
    pub around: Option<(String, String)>,
    /// Whether it means every object, whatever the field says.
    pub every: bool,
    /// At least one of these fields has one of these values.
    pub when: Vec<(Path, Vec<String>)>,
    /// Where the object says which port of its target it means.
    pub port: Option<Path>,
    /// None of these fields is there.
    pub unless: Vec<Path>,
    /// Texts that are no references.
    pub except: Vec<String>,
    pub optional: bool,
}

/// Where the targets of a rule live.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Place {
    /// In the object's namespace, unless the reference says another.
    #[default]
    Same,
    /// In none.
    Cluster,
    /// Where the reference says, in none where it says nothing.
    Stated,
    /// In all namespaces, or in none.
    All,
}

/// The object that a rule reads.
pub(super) struct Object<'a> {
    pub root: &'a Value,
    /// The map that holds the field.
    pub holder: &'a Value,
    /// The group of its resource.
    pub group: &'a str,
    pub scopes: &'a Scopes,
}

impl<'a> Object<'a> {
    /// The group and the Kind that stand beside a reference, where it says none itself.
    fn held(&self) -> Option<(Option<&'a str>, &'a str)> {
        // The object's own are not those of what it refers to.
        let holder = (!std::ptr::eq(self.holder, self.root)).then_some(self.holder)?;
        let field = |key: &str| holder.get(key).and_then(Value::as_str);
        let group = field("apiVersion").map(group_of).filter(|group| is_name(group));
        Some((group, field("kind").filter(|kind| is_name(kind))?))
    }

    /// Calls `each` on what is at a path; a relative one begins at the reference, or at the map that holds it.
    fn walk<'v>(&'v self, path: &Path, value: &'v Value, each: &mut dyn FnMut(&'v Value) -> bool) {
        let from = match path.relative {
            false => self.root,
            true if value.is_object() => value,
            true => self.holder,
        };
        path.walk(from, &mut |value, _| each(value));
    }

    fn first<'v>(&'v self, path: &Path, value: &'v Value) -> Option<&'v Value> {
        let mut found = None;
        self.walk(path, value, &mut |value| {
            found = Some(value);
            false
        });
        found
    }
}

impl Rule {
    /// A rule of which nothing has been said yet.
    pub fn empty() -> Self {
        Self {
            relation: Relation::Uses,
            to: None,
            kinds: Vec::new(),
            place: Place::Same,
            namespace: None,
            namespace_from: None,
            everywhere_if: None,
            patterns: Vec::new(),
            marks: String::new(),
            around: None,
            every: false,
            when: Vec::new(),
            port: None,
            unless: Vec::new(),
            except: Vec::new(),
            optional: false,
        }
    }

    /// The resources that it names.
    pub fn targets(&self) -> impl Iterator<Item = &Target> {
        self.to.iter().chain(self.kinds.iter().map(|(_, target)| target))
    }

    /// Adds the links that a value of the field makes, as long as there are less than `most`.
    pub fn link(&self, object: &Object<'_>, value: &Value, most: usize, links: &mut Links<'_>) {
        if !self.applies(object, value) {
            return;
        }
        links.optional(self.optional || is_optional(value, object.holder), |links| {
            if self.every {
                self.select(object, value, Selector::default(), most, links);
            } else if self.relation == Relation::Selects {
                if let Some(selector) = selector::read(value) {
                    self.select(object, value, selector, most, links);
                }
            } else if let Some(reference) = Reference::read(value, self) {
                self.refer(object, value, &reference, links);
            }
        });
    }

    fn applies(&self, object: &Object<'_>, value: &Value) -> bool {
        let is = |(path, wanted): &(Path, Vec<String>)| {
            object.first(path, value).is_some_and(|there| match there {
                Value::String(text) => wanted.contains(text),
                Value::Bool(flag) => {
                    wanted.iter().any(|w| w == if *flag { "true" } else { "false" })
                }
                _ => false,
            })
        };
        (self.when.is_empty() || self.when.iter().any(is))
            && !self.unless.iter().any(|path| object.first(path, value).is_some())
    }

    fn refer(
        &self,
        object: &Object<'_>,
        value: &Value,
        reference: &Reference<'_>,
        links: &mut Links<'_>,
    ) {
        let Some((group, resource)) = self.resource(object, reference) else { return };
        let own = links.own_namespace();
        let mut assumed = false;
        let namespace = if self.place == Place::Cluster || object.scopes.is_cluster(group, resource)
        {
            ""
        } else if let Some(stated) = reference.namespace {
            stated
        } else if let Some(found) =
            self.namespace_from.as_ref().and_then(|path| object.first(path, value)?.as_str())
        {
            found
        } else if self.place == Place::Stated {
            ""
        } else if let Some(usual) = self.namespace.as_deref().filter(|_| own.is_empty()) {
            assumed = true;
            usual
        } else {
            &own
        };
        if !namespace.is_empty() && !is_name(namespace) {
            return;
        }
        let name = match &self.around {
            Some((before, after)) => &format!("{before}{}{after}", reference.name),
            None => reference.name,
        };
        links.optional_too(assumed, |links| {
            links.needing(self.needs(object, value), |links| {
                links.in_namespace(self.relation, (group, resource), namespace, name);
            });
        });
    }

    /// What a reference needs of its target: the port that it says, a number or a name.
    fn needs(&self, object: &Object<'_>, value: &Value) -> Needs {
        match self.port.as_ref().and_then(|path| object.first(path, value)) {
            Some(Value::Number(number)) => {
                let number = number.as_i64().and_then(|number| i32::try_from(number).ok());
                Needs::port("", number.unwrap_or_default())
            }
            Some(Value::String(text)) => match text.parse() {
                Ok(number) => Needs::port("", number),
                Err(_) => Needs::port(text, 0),
            },
            _ => Needs::default(),
        }
    }

    /// The resource that a reference means: by its own Kind and group as far as it says them.
    fn resource<'r>(
        &'r self,
        object: &Object<'r>,
        reference: &Reference<'r>,
    ) -> Option<(&'r str, &'r str)> {
        if let Some(kind) = reference.kind
            && let Some((_, target)) = self.kinds.iter().find(|(known, _)| known == kind)
        {
            return Some((target.group(object.group), &target.resource));
        }
        let Some(to) = &self.to else {
            let (group, kind) = match reference.kind {
                Some(kind) => (reference.group, kind),
                None => object.held()?,
            };
            // Who says a Kind and no group means the core group.
            return Some((group.unwrap_or_default(), kind));
        };
        let group = reference.group.unwrap_or_else(|| to.group(object.group));
        Some((group, reference.kind.unwrap_or(&to.resource)))
    }

    fn select(
        &self,
        object: &Object<'_>,
        value: &Value,
        selector: Selector,
        most: usize,
        links: &mut Links<'_>,
    ) {
        let Some(to) = &self.to else { return };
        let target = (to.group(object.group), to.resource.as_str());
        let selector = Arc::new(selector);
        if let Some(namespaces) = self.across(object, target, value) {
            if links.len() < most {
                links.selects_across(self.relation, target, Arc::new(namespaces), selector);
            }
            return;
        }
        for namespace in self.namespaces(object, target, value, &links.own_namespace()) {
            if links.len() < most {
                links.selects_in(self.relation, target, namespace, Arc::clone(&selector));
            }
        }
    }

    /// The labels of the namespaces in which it selects, where the object asks for namespaces by these; names are labels, but tell more.
    fn across(
        &self,
        object: &Object<'_>,
        (group, resource): (&str, &str),
        value: &Value,
    ) -> Option<Selector> {
        if matches!(self.place, Place::Cluster | Place::All)
            || object.scopes.is_cluster(group, resource)
        {
            return None;
        }
        let wanted = object.first(self.everywhere_if.as_ref()?, value)?;
        let by_labels = wanted.is_object() && by_name(wanted).is_none();
        selector::read(wanted).filter(|wanted| by_labels && !wanted.0.is_empty())
    }

    /// In which namespaces it selects, empty for all; none where that cannot be told.
    fn namespaces<'v>(
        &'v self,
        object: &'v Object<'_>,
        (group, resource): (&str, &str),
        value: &'v Value,
        own: &'v str,
    ) -> Vec<&'v str> {
        if matches!(self.place, Place::Cluster | Place::All)
            || object.scopes.is_cluster(group, resource)
        {
            return vec![""];
        }
        match self.everywhere_if.as_ref().and_then(|path| object.first(path, value)) {
            Some(Value::Bool(true)) => return vec![""],
            // A selector of namespaces: an empty one selects all.
            Some(wanted @ Value::Object(_)) => {
                if selector::read(wanted).is_some_and(|wanted| wanted.0.is_empty()) {
                    return vec![""];
                }
                let mut names = by_name(wanted).unwrap_or_default();
                names.retain(|name| is_name(name));
                return names;
            }
            _ => {}
        }
        let mut found = Vec::new();
        if let Some(path) = &self.namespace_from {
            object.walk(path, value, &mut |there| {
                match there {
                    Value::String(name) => found.push(name.as_str()),
                    Value::Array(names) => found.extend(names.iter().filter_map(Value::as_str)),
                    _ => {}
                }
                true
            });
        }
        found.retain(|name| is_name(name));
        if found.is_empty() {
            found.push(own);
        }
        found
    }
}

/// The namespaces that a selector means, where it goes by their names alone, which every namespace has among its labels.
fn by_name(selector: &Value) -> Option<Vec<&str>> {
    const NAME: &str = "kubernetes.io/metadata.name";
    let part = |key: &str| selector.get(key).filter(|part| !part.is_null());
    match (part("matchLabels"), part("matchExpressions")) {
        (Some(Value::Object(labels)), None) if labels.len() == 1 => {
            Some(vec![labels.get(NAME)?.as_str()?])
        }
        (None, Some(Value::Array(expressions))) => match expressions.as_slice() {
            [one] if one["key"] == NAME && one["operator"] == "In" => {
                let names = one["values"].as_array()?;
                Some(names.iter().filter_map(Value::as_str).collect())
            }
            _ => None,
        },
        _ => None,
    }
}
