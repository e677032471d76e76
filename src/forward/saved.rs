//! The forwards that are kept: a file of the person's, by context.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::change::Target;
use crate::kinds::{Catalog, Resource};

use super::{LOCALHOST, Local, Remote, Wanted};

/// All forwards that are kept, of all contexts: `forwards.toml`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SavedForwards {
    /// They, in the order in which they were kept.
    pub forward: Vec<Saved>,
}

/// A forward that is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Saved {
    /// The context's name.
    pub context: String,
    /// The resource of what has the port: `pods`, `services`, `deployments.apps`.
    pub resource: String,
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// The port there: a number or a name.
    pub port: String,
    /// The port on this machine.
    pub local: u16,
    /// Where is listened.
    #[serde(default = "localhost")]
    pub address: String,
    /// Whether it starts by itself once the context is connected.
    #[serde(default)]
    pub autostart: bool,
}

/// Whether a forward is there again the next time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Start {
    /// It ends with kx.
    #[default]
    Never,
    /// It is listed, and somebody starts it.
    Asked,
    /// It starts by itself.
    Itself,
}

fn localhost() -> String {
    LOCALHOST.to_owned()
}

impl Start {
    /// What follows it, when a key goes through them.
    #[must_use]
    pub fn next(self) -> Self {
        match self {
            Self::Never => Self::Asked,
            Self::Asked => Self::Itself,
            Self::Itself => Self::Never,
        }
    }

    /// The word for it; empty for what ends with kx.
    pub fn word(self) -> &'static str {
        match self {
            Self::Never => "",
            Self::Asked => "saved",
            Self::Itself => "autostart",
        }
    }
}

impl Saved {
    /// A forward as it is kept.
    pub fn new(context: &str, wanted: &Wanted, local: u16, start: Start) -> Self {
        Self {
            context: context.to_owned(),
            resource: wanted.target.resource.full_name().into_owned(),
            namespace: wanted.target.namespace.clone(),
            name: wanted.target.name.clone(),
            port: wanted.remote.to_string(),
            local,
            address: wanted.address.clone(),
            autostart: start == Start::Itself,
        }
    }

    /// Whether both are of the same port here and there.
    pub fn is_same(&self, other: &Self) -> bool {
        Self { autostart: other.autostart, ..self.clone() } == *other
    }

    /// What is asked for by it, given what the cluster serves.
    ///
    /// # Errors
    /// What in it is wrong, a sentence for people.
    pub fn wanted(&self, catalog: &Catalog) -> Result<Wanted, String> {
        let (plural, group) = self.resource.split_once('.').unwrap_or((&self.resource, ""));
        let resource: Option<Arc<Resource>> = catalog.by_plural(group, plural);
        let resource =
            resource.ok_or_else(|| format!("the cluster serves no {}", self.resource))?;
        Wanted::check_address(&self.address)?;
        let (namespace, name) = (self.namespace.clone(), self.name.clone());
        Ok(Wanted {
            target: Target { resource, namespace, name, uid: None },
            address: self.address.clone(),
            local: Local::Exactly(self.local),
            remote: Remote::parse(&self.port)?,
        })
    }
}

impl SavedForwards {
    /// Reads the file.
    ///
    /// # Errors
    /// What is wrong with it, and where.
    pub fn parse(text: &str) -> Result<Self, String> {
        toml::from_str(text).map_err(|error| error.to_string())
    }

    /// As text, to be written.
    pub fn text(&self) -> String {
        // Strings, numbers and flags can always be written.
        toml::to_string(self).unwrap_or_default()
    }

    /// Keeps a forward so, or keeps it no longer.
    pub fn keep(&mut self, saved: Saved, start: Start) {
        let saved = Saved { autostart: start == Start::Itself, ..saved };
        match self.forward.iter_mut().find(|other| other.is_same(&saved)) {
            Some(_) if start == Start::Never => self.forward.retain(|other| !other.is_same(&saved)),
            Some(other) => *other = saved,
            None if start == Start::Never => {}
            None => self.forward.push(saved),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn saved(name: &str) -> Saved {
        Saved {
            context: "lab".into(),
            resource: "deployments.apps".into(),
            namespace: "shop".into(),
            name: name.into(),
            port: "http".into(),
            local: 8080,
            address: LOCALHOST.into(),
            autostart: false,
        }
    }

    #[test]
    fn what_is_kept_comes_back_and_can_be_forgotten() {
        let mut all = SavedForwards::default();
        all.keep(saved("a"), Start::Asked);
        all.keep(saved("b"), Start::Itself);
        all.keep(saved("a"), Start::Itself);
        assert_eq!(SavedForwards::parse(&all.text()), Ok(all.clone()));
        assert_eq!(all.forward.iter().filter(|s| s.autostart).count(), 2);
        all.keep(saved("b"), Start::Never);
        all.keep(saved("c"), Start::Never);
        assert_eq!(all.forward.iter().map(|s| s.name.as_str()).collect::<Vec<_>>(), ["a"]);
    }

    #[test]
    fn a_file_of_a_persons_own_is_read_with_its_mistakes_told() {
        let text = "[[forward]]\ncontext = \"lab\"\nresource = \"services\"\nnamespace = \"shop\"\nname = \"web\"\nport = \"80\"\nlocal = 8080\n";
        let read = SavedForwards::parse(text).unwrap();
        let wanted = read.forward[0].wanted(&Catalog::default()).unwrap();
        assert_eq!(wanted.words(), "service/web in shop port 80");
        assert_eq!((wanted.local, wanted.address.as_str()), (Local::Exactly(8080), LOCALHOST));
        let why = SavedForwards::parse(&text.replace("local", "lokal")).unwrap_err();
        assert!(why.contains("lokal") && why.contains('7'), "{why}");
        let odd = Saved { resource: "boats.sea".into(), ..saved("a") };
        assert_eq!(
            odd.wanted(&Catalog::default()),
            Err("the cluster serves no boats.sea".to_owned())
        );
    }

    proptest! {
        #[test]
        fn any_text_is_a_list_or_an_error(text in "(\\[\\[forward\\]\\]\n)?[a-z =\"0-9\n]{0,60}") {
            let _ = SavedForwards::parse(&text);
        }
    }
}
