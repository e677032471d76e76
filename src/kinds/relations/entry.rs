//! What a file says of one resource, of one category of resources, or of one shape.

use std::collections::BTreeMap;
use std::fmt;

use super::health::HealthRule;
use super::path::Path;
use super::rule::Rule;
use super::target::Target;

/// What an entry is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key {
    /// A resource, by its full name: `certificates.cert-manager.io`.
    Resource(String),
    /// All resources of a category: `category:managed`.
    Category(String),
    /// What stands in many resources at different places: `shape:pod`.
    Shape(String),
}

/// What is said of it.
#[derive(Clone, Debug, Default)]
pub(super) struct Entry {
    /// How its objects are doing.
    pub health: Vec<HealthRule>,
    /// Whether the file says anything of health, if only that nothing is known.
    pub says_health: bool,
    /// By field.
    pub links: BTreeMap<Path, Vec<Part>>,
    /// The resource that it is like: what is said of that one holds of it too, as far as nothing else is said here.
    pub like: Option<String>,
}

/// A rule, or a shape that stands for many.
#[derive(Clone, Debug)]
pub(super) enum Part {
    Rule(Box<Rule>),
    Shape(String),
}

impl Key {
    pub fn parse(text: &str) -> Self {
        if let Some(name) = text.strip_prefix("category:") {
            Self::Category(name.to_owned())
        } else if let Some(name) = text.strip_prefix("shape:") {
            Self::Shape(name.to_owned())
        } else {
            Self::Resource(text.to_owned())
        }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Resource(name) => f.write_str(name),
            Self::Category(name) => write!(f, "category:{name}"),
            Self::Shape(name) => write!(f, "shape:{name}"),
        }
    }
}

impl Entry {
    /// Each field with what it points to.
    pub fn parts(&self) -> impl Iterator<Item = (&Path, &Part)> {
        self.links.iter().flat_map(|(path, parts)| parts.iter().map(move |part| (path, part)))
    }

    /// The resources that its links name, by full name.
    pub fn targets(&self) -> impl Iterator<Item = String> {
        self.parts().flat_map(|(_, part)| match part {
            Part::Rule(rule) => rule.targets().filter_map(Target::full_name).collect(),
            Part::Shape(_) => Vec::new(),
        })
    }

    /// What a later file says wins, field by field.
    pub fn take(&mut self, later: Self) {
        if later.says_health {
            self.health = later.health;
            self.says_health = true;
        }
        self.links.extend(later.links);
        self.like = later.like.or(self.like.take());
    }
}
