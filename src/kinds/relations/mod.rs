//! What custom resources refer to and how they are doing, told by data: `assets/relations.toml` and the person's own `relations.toml`.
//!
//! [`Relations`] are the files, read and checked. [`Relations::rules`] gives the [`Rules`] of one resource, whatever its version, ready to be applied to
//! its objects: [`Rules::apply`] finds links and health in any JSON, never fails, and gives a bounded number of links. `docs/relations.md` describes the files.

mod entry;
mod error;
mod file;
mod health;
mod path;
mod pattern;
mod reference;
mod rule;
mod selector;
mod target;

pub use error::RelationsError;

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use rustc_hash::FxHashSet;
use serde_json::Value;

use crate::store::{Health, Interner, Link, Row};

use super::{Links, Resource};
use entry::{Entry, Key, Part};
use health::HealthRule;
use path::Path;
use rule::{Object, Rule};
use target::Scopes;

/// What errors call the built-in file.
const BUILT_IN: &str = "assets/relations.toml";

/// The most links that rules give an object, its owners aside; what it refers to beyond them is left out.
pub const MOST_LINKS: usize = 1_000;

/// What is known of custom resources: the built-in file, and what a person adds to it.
#[derive(Clone, Debug, Default)]
pub struct Relations {
    entries: BTreeMap<Key, Entry>,
    scopes: Arc<Scopes>,
    /// What rules lead to, by full name.
    targets: FxHashSet<String>,
}

/// What the objects of one resource refer to, and how they are doing.
#[derive(Debug)]
pub struct Rules {
    links: Vec<(Path, Rule)>,
    health: Vec<HealthRule>,
    group: String,
    scopes: Arc<Scopes>,
}

impl Relations {
    /// What kx knows without anybody's help.
    pub fn built_in() -> &'static Self {
        // A test reads it: it is never broken.
        static BUILT_IN: LazyLock<Relations> =
            LazyLock::new(|| Relations::of_the_house().unwrap_or_default());
        &BUILT_IN
    }

    fn of_the_house() -> Result<Self, RelationsError> {
        let mut relations = Self::default();
        relations.add(BUILT_IN, include_str!("../../../assets/relations.toml"))?;
        Ok(relations)
    }

    /// Adds a file, which `path` names in errors. It wins over what was there: its health of a resource stands in place of the one before, and so do its links from
    /// a field.
    ///
    /// # Errors
    /// The first mistake, with file, line and key; nothing is added then.
    pub fn add(&mut self, path: &str, text: &str) -> Result<(), RelationsError> {
        let file = file::parse(path, text)?;
        let knows = |key: &Key| file.entries.contains_key(key) || self.entries.contains_key(key);
        if let Some(wanted) = file.wanted.iter().find(|wanted| !knows(&wanted.entry)) {
            return Err(wanted.missing(path));
        }
        for (key, entry) in file.entries {
            self.targets.extend(entry.targets());
            self.entries.entry(key).or_default().take(entry);
        }
        Arc::make_mut(&mut self.scopes).extend(file.scopes);
        Ok(())
    }

    /// The rules for a resource: those of its name and those of its categories. `None` where nothing is known of it.
    pub fn rules(&self, resource: &Resource) -> Option<Arc<Rules>> {
        let name = Key::Resource(resource.full_name().into_owned());
        let categories = resource.categories.iter().map(|name| Key::Category(name.clone()));
        let entries = std::iter::once(name).chain(categories);
        let entries: Vec<&Entry> = entries.filter_map(|key| self.entries.get(&key)).collect();
        let alike = |entry: &&Entry| self.entries.get(&Key::Resource(entry.like.clone()?));
        let alike: Vec<(&Entry, &Entry)> =
            entries.iter().filter_map(|entry| Some((*entry, alike(entry)?))).collect();
        let mut rules = Rules {
            links: Vec::new(),
            health: Vec::new(),
            group: resource.group.clone(),
            scopes: Arc::clone(&self.scopes),
        };
        for entry in entries {
            for (path, part) in entry.parts() {
                self.unfold(path, part, &mut rules.links);
            }
            // What is said of the resource itself counts for more than what is said of its category.
            if rules.health.is_empty() {
                rules.health.clone_from(&entry.health);
            }
        }
        for (entry, like) in alike {
            let said = |path: &Path| entry.links.contains_key(path);
            for (path, part) in like.parts().filter(|(path, _)| !said(path)) {
                self.unfold(path, part, &mut rules.links);
            }
            if rules.health.is_empty() && !entry.says_health {
                rules.health.clone_from(&like.health);
            }
        }
        (!rules.links.is_empty() || !rules.health.is_empty()).then(|| Arc::new(rules))
    }

    /// Whether it says anything of a resource: by its name, by a category, or as what another one refers to.
    pub fn knows(&self, resource: &Resource) -> bool {
        let name = resource.full_name();
        let category = |name: &String| self.entries.contains_key(&Key::Category(name.clone()));
        self.targets.contains(&*name)
            || resource.categories.iter().any(category)
            || self.entries.contains_key(&Key::Resource(name.into_owned()))
    }

    /// The resources that it has rules for, by full name, and categories as `category:name`.
    pub fn names(&self) -> impl Iterator<Item = String> {
        self.entries.keys().filter(|key| !matches!(key, Key::Shape(_))).map(Key::to_string)
    }

    /// A shape becomes its links, each below the field that has the shape.
    fn unfold(&self, path: &Path, part: &Part, out: &mut Vec<(Path, Rule)>) {
        match part {
            Part::Rule(rule) => out.push((path.clone(), (**rule).clone())),
            Part::Shape(name) => {
                let shape = self.entries.get(&Key::Shape(name.clone()));
                for (below, part) in shape.into_iter().flat_map(Entry::parts) {
                    // The file allows no shapes within shapes.
                    if let Part::Rule(rule) = part {
                        out.push((path.then(below), (**rule).clone()));
                    }
                }
            }
        }
    }
}

impl Rules {
    /// Adds to a row what its object refers to; its health is the rules', where they say anything of it.
    pub fn apply(&self, object: &Value, row: &mut Row, interner: &mut Interner) {
        if let Some(health) = self.health(object) {
            let going = object.pointer("/metadata/deletionTimestamp").is_some_and(|t| !t.is_null());
            row.health = if going { health.max(Health::Changing) } else { health };
        }
        let mut links = Links::on(row, interner);
        let most = links.len().saturating_add(MOST_LINKS);
        for (path, rule) in &self.links {
            self.follow(object, path, rule, most, &mut links);
        }
        row.links = once_each(links.finish());
    }

    /// Whether they know where the objects say how they are doing.
    pub fn tell_health(&self) -> bool {
        !self.health.is_empty()
    }

    /// How the object is doing: the worst that a rule says, `None` where none says anything.
    pub fn health(&self, object: &Value) -> Option<Health> {
        self.health.iter().filter_map(|rule| rule.of(object)).max()
    }

    fn follow(&self, root: &Value, path: &Path, rule: &Rule, most: usize, links: &mut Links<'_>) {
        path.walk(root, &mut |value, holder| {
            let object = Object { root, holder, group: &self.group, scopes: &self.scopes };
            if links.len() < most {
                rule.link(&object, value, most, links);
            }
            links.len() < most
        });
    }
}

/// The same field may be named in two ways, and the same object by two fields.
fn once_each(links: Box<[Arc<Link>]>) -> Box<[Arc<Link>]> {
    let mut seen = FxHashSet::default();
    // Equal links are one, by the interner.
    links.into_iter().filter(|link| seen.insert(Arc::as_ptr(link))).collect()
}

#[cfg(test)]
mod tests;
