//! The YAML page: one object, live.

mod yaml;

use std::sync::Arc;

use serde_json::Value;

use crate::kinds::{Resource, modelled};

use super::action::Action;
use super::effect::ObjectId;
use super::msg::ObjectNews;
use super::reader::Reader;
use super::sheet::About;

/// The YAML page.
#[derive(Debug)]
pub struct Manifest {
    /// The object's short name between the app and the runtime.
    pub id: ObjectId,
    /// The object's resource.
    pub resource: Arc<Resource>,
    /// Its namespace, empty where it is cluster-scoped.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// What is known of it.
    pub state: ObjectState,
    /// Whether metadata.managedFields is shown.
    pub managed_fields: bool,
    /// Its text, and where the person is in it.
    pub reader: Reader,
    value: Option<Value>,
    /// Whether the person asked to see what is hidden in it.
    revealed: bool,
    /// It with what is hidden in it, for as long as that is shown.
    bare: Option<Value>,
    text: String,
    pub(super) following: bool,
}

/// The first line where values are written out that the server has in another form.
const REVEALED: &str =
    "# values are written out here: text stands in stringData, what is no text in data\n";

/// What is known of a followed object.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ObjectState {
    /// It is being read.
    #[default]
    Loading,
    /// What is shown is what the server has.
    Live,
    /// It was deleted; what is shown is how it was last.
    Deleted,
    /// It cannot be read, or not any more.
    Failed(String),
}

impl Manifest {
    /// The page of an object of which nothing is known yet.
    pub fn new(id: ObjectId, resource: Arc<Resource>, namespace: &str, name: &str) -> Self {
        Self {
            id,
            resource,
            namespace: namespace.to_owned(),
            name: name.to_owned(),
            state: ObjectState::Loading,
            managed_fields: false,
            reader: Reader::default(),
            value: None,
            revealed: false,
            bare: None,
            text: String::new(),
            following: false,
        }
    }

    /// The object.
    pub(super) fn about(&self) -> About {
        let (namespace, name) = (self.namespace.clone(), self.name.clone());
        About { resource: Arc::clone(&self.resource), namespace, name }
    }

    /// The YAML, as it is copied.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Takes in what is heard of the object.
    pub(super) fn hear(&mut self, news: ObjectNews, now: i64) {
        match news {
            ObjectNews::Value(mut value) => {
                // What must not be seen is not kept either.
                let kind = modelled(&self.resource.group, &self.resource.plural);
                let mut first = false;
                if let Some(reveal) = kind.and_then(|kind| kind.reveal).filter(|_| self.revealed) {
                    let mut bare = value.clone();
                    reveal(&mut bare);
                    first = self.bare.replace(bare).is_none();
                }
                if let Some(mask) = kind.and_then(|kind| kind.mask) {
                    mask(&mut value);
                }
                first |= self.value.replace(value).is_none();
                self.state = ObjectState::Live;
                self.write((!first).then_some(now));
                if first {
                    // It may have been opened in search of something.
                    self.reader.go_to_first_match();
                }
            }
            ObjectNews::Deleted => self.state = ObjectState::Deleted,
            ObjectNews::Missing(why) | ObjectNews::Failed(why) => {
                self.state = ObjectState::Failed(why);
            }
        }
    }

    /// Writes the YAML anew; what differs from before is marked, where it is said when it changed.
    fn write(&mut self, marked: Option<i64>) {
        let Some(value) = self.bare.as_ref().or(self.value.as_ref()) else { return };
        self.text = crate::yaml::emit(value, self.managed_fields);
        if self.bare.is_some() {
            self.text.insert_str(0, REVEALED);
        }
        self.reader.write(yaml::lines(&self.text), marked);
    }

    /// Whether something in it is hidden that may be asked for.
    pub(super) fn can_reveal(&self) -> bool {
        modelled(&self.resource.group, &self.resource.plural).is_some_and(|k| k.reveal.is_some())
    }

    /// Whether it shows, or is about to show, what is otherwise hidden in it.
    pub fn is_revealed(&self) -> bool {
        self.revealed
    }

    /// Shows what is hidden in it, which must be read anew: it was not kept.
    pub(super) fn reveal(&mut self) {
        self.revealed = true;
    }

    /// Forgets what is hidden in it.
    pub(super) fn hide(&mut self) {
        self.revealed = false;
        if self.bare.take().is_some() {
            self.write(None);
        }
    }

    /// Performs an action that is about this page alone; whether it was one.
    pub(super) fn act(&mut self, action: Action, height: usize) -> Result<bool, String> {
        if action == Action::ToggleManagedFields {
            self.managed_fields = !self.managed_fields;
            self.write(None);
            return Ok(true);
        }
        self.reader.act(action, height)
    }
}
