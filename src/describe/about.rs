//! The object that is described, and what is known around it.

use crate::kinds::{Catalog, Resource};
use crate::sheet::{Answer, Facts, Go, Want};
use crate::store::{Health, Row};

use super::field::Field;
use super::piece::{Piece, muted, toned};

/// What [`Facts`] know, for as long as they are borrowed.
pub trait Known {
    /// See [`Facts::get`].
    fn get(&self, want: &Want) -> &Answer;

    /// See [`Facts::rows`].
    fn rows(&self, want: &Want) -> Option<Vec<&Row>>;

    /// See [`Facts::catalog`].
    fn catalog(&self) -> &Catalog;

    /// See [`Facts::now`].
    fn now(&self) -> i64;
}

impl Known for Facts<'_> {
    fn get(&self, want: &Want) -> &Answer {
        self.get(want)
    }

    fn rows(&self, want: &Want) -> Option<Vec<&Row>> {
        self.rows(want)
    }

    fn catalog(&self) -> &Catalog {
        self.catalog()
    }

    fn now(&self) -> i64 {
        self.now()
    }
}

/// What a [`super::Describer`] writes about.
#[derive(Clone, Copy)]
pub struct About<'a> {
    /// The object.
    pub object: Field<'a>,
    /// Which resource it is of.
    pub resource: &'a Resource,
    /// What is known by now.
    pub facts: &'a dyn Known,
}

impl<'a> About<'a> {
    /// Its name.
    pub fn name(&self) -> &'a str {
        self.object.at("metadata.name").str()
    }

    /// Its namespace, empty where it is cluster-scoped.
    pub fn namespace(&self) -> &'a str {
        self.object.at("metadata.namespace").str()
    }

    /// Its UID.
    pub fn uid(&self) -> &'a str {
        self.object.at("metadata.uid").str()
    }

    /// The way to an object, by plural or Kind; none where it has no name. A cluster-scoped one has no namespace, whatever is said.
    pub fn to(&self, group: &str, resource: &str, namespace: &str, name: &str) -> Option<Go> {
        if name.is_empty() || resource.is_empty() {
            return None;
        }
        let catalog = self.facts.catalog();
        let known = catalog.by_plural(group, resource).or_else(|| catalog.by_kind(group, resource));
        let namespaced = known.as_ref().is_none_or(|known| known.namespaced);
        Some(Go::Object {
            group: group.into(),
            resource: known.as_ref().map_or(resource, |known| known.plural.as_str()).into(),
            namespace: if namespaced { namespace.into() } else { "".into() },
            name: name.into(),
        })
    }

    /// The way to an object of the same namespace.
    pub fn beside(&self, group: &str, resource: &str, name: &str) -> Option<Go> {
        self.to(group, resource, self.namespace(), name)
    }

    /// Another object of the same namespace.
    pub fn want_object(&self, group: &str, resource: &str, name: &str) -> Want {
        Want::Object {
            group: group.to_owned(),
            resource: resource.to_owned(),
            namespace: self.namespace().to_owned(),
            name: name.to_owned(),
        }
    }

    /// Whole objects of the same namespace that have these labels.
    pub fn want_objects(&self, group: &str, resource: &str, labels: &str) -> Want {
        Want::Objects {
            group: group.to_owned(),
            resource: resource.to_owned(),
            namespace: self.namespace().to_owned(),
            labels: labels.to_owned(),
            fields: String::new(),
        }
    }

    /// The objects of a want, or the words that stand for them while they cannot be had.
    pub fn objects(&self, want: &Want) -> Result<Vec<Field<'a>>, Piece> {
        match self.facts.get(want) {
            Answer::Objects(objects) => {
                Ok(objects.iter().map(|object| Field::of(object)).collect())
            }
            answer => Err(instead(answer)),
        }
    }

    /// The object of a want (`None` where there is none), or the words that stand for it while it cannot be had.
    pub fn other(&self, want: &Want) -> Result<Option<Field<'a>>, Piece> {
        match self.facts.get(want) {
            Answer::Object(object) => Ok(object.as_deref().map(Field::of)),
            answer => Err(instead(answer)),
        }
    }

    /// The rows of a want, or the words that stand for them while they are not all there.
    pub fn rows(&self, want: &Want) -> Result<Vec<&'a Row>, Piece> {
        self.facts.rows(want).ok_or_else(|| instead(self.facts.get(want)))
    }
}

/// What is written where an answer is missing.
pub fn instead(answer: &Answer) -> Piece {
    match answer {
        Answer::Failed(why) => toned(format!("cannot be read: {why}"), Health::Warning),
        Answer::Absent => muted("the cluster serves no such resource"),
        _ => muted("reading…"),
    }
}
