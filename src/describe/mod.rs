//! Describe: an object in kubectl's order and words, live.
//!
//! A kind says how it is described with [`crate::kinds::Kind::DESCRIBE`]; what no kind describes is written by its fields (`generic`). The rules
//! are those of kubectl's `pkg/describe/describe.go`. What several kinds have in common is here: labels and annotations ([`meta`]), events,
//! pod templates with their containers and volumes; and the [`Writer`], which aligns columns as kubectl does.

mod about;
mod amount;
pub mod conditions;
mod containers;
mod encoded;
pub mod endpoints;
mod environment;
mod events;
mod field;
mod generic;
pub mod meta;
mod piece;
pub mod pods;
mod probe;
pub mod reach;
mod template;
#[cfg(test)]
mod tests;
mod time;
pub mod volumes;
mod writer;

pub use about::{About, Known, instead};
pub use amount::Amount;
pub use containers::{Containers, resources, seccomp, truth_or_unset};
pub use encoded::decoded_len;
pub use events::{search as search_events, want as events_of};
pub use field::Field;
pub use generic::{IN_WORDS, in_words};
pub use piece::{Piece, heading, label, muted, or, state, strong, toned, truth};
pub use probe::{host_and_port, probe};
pub use template::{priority_class, scheduling_group, spread, template, tolerations};
pub use time::{date, moment, unix};
pub use volumes::{claim_class, volumes};
pub use writer::{Entry, Writer};

use crate::kinds::{Resource, modelled};
use crate::sheet::{Answer, Facts, Sheet, Subject, Want};
use crate::store::Health;

/// How objects of a kind are described.
pub trait Describer: Sync {
    /// What else must be known, as far as it follows from what is known.
    fn wants(&self, _about: &About<'_>) -> Vec<Want> {
        Vec::new()
    }

    /// Which events are about the object; written last.
    fn events(&self, about: &About<'_>) -> Vec<Want> {
        vec![events_of(about)]
    }

    /// Writes all but the events.
    fn write(&self, about: &About<'_>, w: &mut Writer);
}

/// The describe of an object. A part is described with the whole that it is part of, whose name is asked for (a pod's for its containers).
pub fn subject(resource: &Resource, namespace: &str, name: &str) -> Box<dyn Subject> {
    let kind = modelled(&resource.group, &resource.plural);
    let whole = kind.and_then(|kind| kind.info.part_of);
    let resource = match whole {
        Some((group, plural)) => {
            Resource { group: group.into(), plural: plural.into(), ..Resource::default() }
        }
        None => resource.clone(),
    };
    let kind = modelled(&resource.group, &resource.plural);
    Box::new(Described {
        want: Want::Object {
            group: resource.group.clone(),
            resource: resource.plural.clone(),
            namespace: namespace.to_owned(),
            name: name.to_owned(),
        },
        describer: kind.and_then(|kind| kind.describe).unwrap_or(&generic::Generic),
        resource,
        name: name.to_owned(),
    })
}

struct Described {
    want: Want,
    describer: &'static dyn Describer,
    resource: Resource,
    name: String,
}

impl std::fmt::Debug for Described {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Described").field("want", &self.want).finish_non_exhaustive()
    }
}

impl Subject for Described {
    fn crumbs(&self) -> Vec<String> {
        vec![self.name.clone(), "describe".to_owned()]
    }

    fn wants(&self, facts: &Facts<'_>) -> Vec<Want> {
        let mut wants = vec![self.want.clone()];
        if let Some(object) = facts.object(&self.want) {
            let about = About { object: Field::of(object), resource: &self.resource, facts };
            wants.extend(self.describer.wants(&about));
            wants.extend(self.describer.events(&about));
        }
        wants
    }

    fn sheet(&self, facts: &Facts<'_>) -> Sheet {
        let mut w = Writer::new(facts.now());
        match facts.get(&self.want) {
            Answer::Object(Some(object)) => {
                let about = About { object: Field::of(object), resource: &self.resource, facts };
                self.describer.write(&about, &mut w);
                let events = self.describer.events(&about);
                events::write(&about, &events, &mut w);
            }
            Answer::Object(None) => {
                let words = format!("there is no {} in {}", self.name, self.resource.plural);
                w.line(0, [toned(words, Health::Broken)]);
            }
            Answer::Failed(why) => {
                w.line(0, [toned(why.as_str(), Health::Broken)]);
            }
            Answer::Absent => {
                let words = format!("the cluster serves no {}", self.resource.full_name());
                w.line(0, [toned(words, Health::Broken)]);
            }
            _ => {}
        }
        w.finish()
    }
}
