//! The actions that write, and what each is for.

use std::sync::Arc;

use crate::kinds::{Resource, modelled};

use super::simply::Simply;
use super::{Change, Deed, Need, Proposal, Target};

/// An action that writes.
pub struct Offer {
    /// The action's name.
    pub action: &'static str,
    /// What it is for.
    pub of: Of,
    /// What somebody must be allowed to do for it, to objects of this resource: all that it surely asks the server for. What an answer in its
    /// form adds to that, the server may still refuse.
    pub needs: fn(&Resource) -> Vec<Need>,
    /// What it does when somebody asks for it.
    pub does: Does,
}

/// Makes the page on which an action asks about these objects, at least one.
pub type Propose = fn(Vec<Target>) -> Box<dyn Proposal>;

/// What an action that writes does when somebody asks for it.
#[derive(Clone, Copy)]
pub enum Does {
    /// It asks first.
    Asks(Propose),
    /// It changes one object without asking, because that does little harm and is easily undone; of several it asks.
    AtOnce(fn() -> Arc<dyn Deed>, Propose),
    /// It opens the objects, of whatever resources they are, as one text in the editor.
    Edits {
        /// Whether that is the built-in one, whatever the configuration says.
        built_in: bool,
    },
    /// It takes an earlier change back, whatever is in view.
    Undoes,
}

/// What an action is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    /// Every object.
    All,
    /// Objects with this subresource.
    Subresource(&'static str),
    /// Objects of the kinds that name it among their `ACTIONS`.
    Kinds,
}

/// Every action that writes.
pub static OFFERS: &[Offer] = &[
    super::approval::APPROVE,
    super::approval::DENY,
    super::bounds::OFFER,
    super::copy::DUPLICATE,
    super::copy::RERUN,
    super::cordon::CORDON,
    super::cordon::UNCORDON,
    super::debug::COPY,
    super::debug::OFFER,
    super::default_class::OFFER,
    super::delete::OFFER,
    super::drain::OFFER,
    super::evict::OFFER,
    super::expand::OFFER,
    super::key::OFFER,
    super::metadata::ANNOTATE,
    super::metadata::LABEL,
    super::edit::OFFER,
    super::edit::OFFER_HERE,
    super::pause::PAUSE,
    super::pause::RESUME,
    super::image::OFFER,
    super::remove_finalizer::OFFER,
    super::resize::OFFER,
    super::restart::OFFER,
    super::rollback::CHOOSE,
    super::rollback::PREVIOUS,
    super::scale::DOWN,
    super::scale::OFFER,
    super::scale::UP,
    super::suspend::RESUME,
    super::suspend::SUSPEND,
    super::taint::OFFER,
    super::trigger::OFFER,
    super::undo::OFFER,
];

/// The offer of the action of this name.
pub fn offer(action: &str) -> Option<&'static Offer> {
    OFFERS.iter().find(|offer| offer.action == action)
}

impl Offer {
    /// Why it is nothing for objects of this resource, a sentence for people; `None` where it is.
    pub fn refuses(&self, resource: &Resource) -> Option<String> {
        let plural = &resource.plural;
        match self.of {
            Of::All => None,
            Of::Subresource(sub) => (!resource.subresources.iter().any(|s| s == sub))
                .then(|| format!("the server offers no {sub} of {plural}")),
            Of::Kinds => {
                let kind = modelled(&resource.group, plural);
                let named = kind.is_some_and(|kind| kind.actions.contains(&self.action));
                (!named).then(|| format!("{} is nothing for {plural}", self.action))
            }
        }
    }

    /// A proposal that asks for nothing but agreement to what is otherwise done without asking; `None` where it asks anyway.
    pub fn asked(&self, targets: Vec<Target>) -> Option<Box<dyn Proposal>> {
        let Does::AtOnce(deed, _) = self.does else { return None };
        Some(Simply::proposal_of(targets, (self.action, ""), |_| Vec::new(), deed))
    }

    /// Its changes to these objects, without asking; `None` where it asks.
    pub fn changes(&self, targets: &[Target]) -> Option<Vec<Change>> {
        let Does::AtOnce(deed, _) = self.does else { return None };
        let change = |target: &Target| Change { target: target.clone(), deed: deed() };
        Some(targets.iter().map(change).collect())
    }

    /// The page on which it asks about these objects; `None` where it has none of its own.
    pub fn proposal(&self, targets: Vec<Target>) -> Option<Box<dyn Proposal>> {
        match self.does {
            Does::Asks(propose) | Does::AtOnce(_, propose) => Some(propose(targets)),
            Does::Edits { .. } | Does::Undoes => None,
        }
    }
}
