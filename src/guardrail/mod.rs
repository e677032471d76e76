//! Guardrails: what a person forbids themselves, by patterns of contexts and namespaces.
//!
//! What is read-only is refused by the gate that every request passes; what is forbidden or wants to be confirmed, by the app, which knows actions.

mod file;
mod pattern;

use std::sync::Arc;

use crate::change::{Change, Target};
use crate::theme::Tint;

pub use file::{GUARDRAIL_KEYS, Mistake, SESSIONS, read};
pub use pattern::Pattern;

/// What is forbidden, and what is to be confirmed, in some contexts and namespaces.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Guardrail {
    /// What it is called; may be empty.
    pub name: String,
    /// The contexts that it is about.
    pub context: Pattern,
    /// The namespaces that it is about. What is in no namespace is matched only by a pattern that matches no text at all, such as `*`.
    pub namespace: Pattern,
    /// Whether only reads pass.
    pub read_only: bool,
    /// What is not done at all.
    pub forbid: Actions,
    /// What is done only after something was typed.
    pub confirm: Actions,
    /// The colour of the context's name.
    pub tint: Option<Tint>,
    /// Where it stands, `config.toml:12`.
    pub at: String,
}

/// Some of the actions that change a cluster.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Actions {
    /// None of them.
    #[default]
    None,
    /// All of them.
    All,
    /// Those of these names, and those whose names go on after a dash: `scale` is `scale-up` too.
    Named(Vec<String>),
}

impl Actions {
    /// Whether this is one of them.
    pub fn has(&self, action: &str) -> bool {
        match self {
            Self::None => false,
            Self::All => true,
            Self::Named(names) => names.iter().any(|name| {
                action
                    .strip_prefix(name.as_str())
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
            }),
        }
    }
}

impl Guardrail {
    /// What it is called in messages: `the guardrail production (config.toml:12)`.
    pub fn words(&self) -> String {
        match self.name.as_str() {
            "" => format!("the guardrail at {}", self.at),
            name => format!("the guardrail {name} ({})", self.at),
        }
    }

    /// Whether it is about all of a context, what is in no namespace among it.
    pub fn is_of_all(&self) -> bool {
        self.namespace.matches_all()
    }

    fn is_at(&self, context: &str, namespace: &str) -> bool {
        self.context.matches(context) && self.namespace.matches(namespace)
    }
}

/// The namespace that an object is in, as guardrails see it: a Namespace is in itself.
pub fn namespace_of(target: &Target) -> &str {
    if target.resource.is("", "namespaces") { &target.name } else { &target.namespace }
}

/// All guardrails, in the order in which they were written. Cheap to clone.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Guardrails(Arc<[Guardrail]>);

/// Serde only passes over them: [`read`] reads them with their places.
impl<'de> serde::Deserialize<'de> for Guardrails {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        serde::de::IgnoredAny::deserialize(from).map(|_| Self::default())
    }
}

impl Guardrails {
    /// These.
    pub fn new(all: Vec<Guardrail>) -> Self {
        Self(all.into())
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Guardrail> {
        self.0.iter()
    }

    /// Those about a context, whatever the namespace.
    pub fn of<'a>(&'a self, context: &str) -> impl Iterator<Item = &'a Guardrail> + use<'a> {
        let context = context.to_owned();
        self.iter().filter(move |rail| rail.context.matches(&context))
    }

    /// The one that makes all of a context read-only.
    pub fn read_only(&self, context: &str) -> Option<&Guardrail> {
        let closes =
            |rail: &&Guardrail| rail.read_only && rail.is_of_all() && rail.context.matches(context);
        self.iter().find(closes)
    }

    /// Why none of these actions may be done to an object; `None` where they may.
    pub fn forbids(&self, context: &str, target: &Target, actions: &[&str]) -> Option<String> {
        self.forbids_in(context, namespace_of(target), actions)
    }

    /// Why none of these actions may be done in a namespace; in none where it is empty.
    fn forbids_in(&self, context: &str, namespace: &str, actions: &[&str]) -> Option<String> {
        let place = match namespace {
            "" => context.to_owned(),
            namespace => format!("{namespace} of {context}"),
        };
        self.iter().filter(|rail| rail.is_at(context, namespace)).find_map(|rail| {
            if rail.read_only {
                return Some(format!("{place} is read-only by {}", rail.words()));
            }
            let action = actions.iter().find(|action| rail.forbid.has(action))?;
            Some(format!("{action} is forbidden in {place} by {}", rail.words()))
        })
    }

    /// Why one of these changes must not be made.
    pub fn forbids_some(&self, context: &str, changes: &[Change]) -> Option<String> {
        if self.0.is_empty() {
            return None;
        }
        let forbids = |change: &Change| {
            let actions = change.deed.actions();
            let beside = || self.forbids_in(context, change.deed.makes_in()?, &actions);
            self.forbids(context, &change.target, &actions).or_else(beside)
        };
        changes.iter().find_map(forbids)
    }

    /// Why some of these must not join the changes that the person agreed to: one is forbidden, or would have to be confirmed while none of those had to.
    pub fn forbids_joining(
        &self,
        context: &str,
        agreed: &[Change],
        joining: &[Change],
    ) -> Option<String> {
        let asks = || {
            let rail = self.confirms_some(context, joining)?;
            let asked = self.confirms_some(context, agreed).is_some();
            (!asked).then(|| format!("some of it must be confirmed first by {}", rail.words()))
        };
        self.forbids_some(context, joining).or_else(asks)
    }

    /// The one that wants one of these actions to be confirmed.
    pub fn confirms(&self, context: &str, target: &Target, actions: &[&str]) -> Option<&Guardrail> {
        self.confirms_in(context, namespace_of(target), actions)
    }

    /// The one that wants one of these actions to be confirmed in a namespace.
    fn confirms_in(&self, context: &str, namespace: &str, actions: &[&str]) -> Option<&Guardrail> {
        let wants = |rail: &&Guardrail| actions.iter().any(|action| rail.confirm.has(action));
        self.iter().filter(|rail| rail.is_at(context, namespace)).find(wants)
    }

    /// The one that wants one of these changes to be confirmed.
    pub fn confirms_some(&self, context: &str, changes: &[Change]) -> Option<&Guardrail> {
        if self.0.is_empty() {
            return None;
        }
        let confirms = |change: &Change| {
            let actions = change.deed.actions();
            let beside = || self.confirms_in(context, change.deed.makes_in()?, &actions);
            self.confirms(context, &change.target, &actions).or_else(beside)
        };
        changes.iter().find_map(confirms)
    }

    /// The one that colours a context where these namespaces are in view; none for all.
    pub fn tint(&self, context: &str, namespaces: &[impl AsRef<str>]) -> Option<&Guardrail> {
        let shown = |rail: &&Guardrail| {
            rail.tint.is_some()
                && (rail.is_of_all()
                    || namespaces.iter().any(|name| rail.namespace.matches(name.as_ref())))
        };
        self.iter().filter(|rail| rail.context.matches(context)).find(shown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stands_for_those_that_go_on_after_a_dash() {
        let named = Actions::Named(vec!["scale".to_owned(), "delete".to_owned()]);
        assert!(named.has("scale") && named.has("scale-up") && named.has("delete"));
        assert!(!named.has("scal") && !named.has("scaled") && !named.has("edit"));
        assert!(Actions::All.has("drain") && !Actions::None.has("drain"));
    }
}
