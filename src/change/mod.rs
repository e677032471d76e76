//! Changes: what kx does to a cluster, decided here and sent by others.
//!
//! An action that writes is an [`Offer`]. For the objects it is asked for it makes a [`Proposal`]: a page that asks what must be known and shows
//! what will happen. When the person agrees, the proposal gives its [`Change`]s, each one [`Deed`] on one [`Target`]. Whoever carries a change out
//! reads the object, lets the deed make a [`Call`] of it, keeps what was there before, sends the call, and finds out what became of it.
//!
//! Nothing here does IO. One file an action; its offer stands in [`OFFERS`].

mod aftermath;
mod against;
mod approval;
mod asked;
mod bounds;
mod call;
mod copy;
mod cordon;
mod debug;
mod default_class;
mod delete;
mod drain;
pub mod edit;
mod evict;
mod expand;
mod field;
mod habits;
mod helm;
mod image;
pub mod journal;
mod key;
mod merge_patch;
mod metadata;
mod names;
mod need;
mod offer;
mod opens;
mod pairs;
mod patience;
mod pause;
mod preview;
mod proposal;
mod remove_finalizer;
mod report;
mod resize;
mod restart;
mod rollback;
mod scale;
mod sequel;
mod several;
mod shown;
mod simply;
mod sure;
mod suspend;
mod taint;
mod target;
mod trigger;
mod turn;
mod undo;
mod waiting;

pub use against::Against;
pub use call::{Call, Method, Patch};
pub use delete::{ask_to_clean_up, clean_up};
pub use field::{Complaint, Field, Input};
pub use habits::Habits;
pub use need::{GET, Need};
pub use offer::{Does, OFFERS, Of, Offer, offer};
pub use opens::{Made, Opens};
pub use patience::Patience;
pub use proposal::{Confirm, Proposal};
pub use report::{Outcome, Report};
pub use sequel::{Read, Sequel};
pub use sure::Sure;
pub use target::{Target, together};
pub use turn::{Course, Turn};
pub use undo::{lasting, needs as undo_needs, undo, undoing};
pub use waiting::Waiting;

use std::fmt::Debug;
use std::sync::Arc;

use serde_json::Value;

/// What is done to one object.
pub trait Deed: Debug + Send + Sync {
    /// What it does, a phrase for messages and the journal: `scale to 5`.
    fn words(&self) -> String;

    /// The actions that it is one of: what forbids any of them forbids it, whichever way it came about.
    fn actions(&self) -> Vec<&'static str>;

    /// The subresource that is read, and that the call is decided by; empty for the object itself.
    fn reads(&self) -> &'static str {
        ""
    }

    /// The subresource that its call goes to, and that is written to take it back.
    fn writes(&self) -> &'static str {
        self.reads()
    }

    /// Whether it makes the object: that there is none is no failure then, and the call is decided by `null`.
    fn makes(&self) -> bool {
        false
    }

    /// The namespace in which it makes something, where that is not the object's own: what is forbidden there is forbidden to it.
    fn makes_in(&self) -> Option<&str> {
        None
    }

    /// Whether it takes several calls: after each it is asked again, once what is being deleted is gone, until it makes something.
    fn goes_on(&self) -> bool {
        false
    }

    /// What is sent, given what was read a moment ago; `None` where that is already so, and nothing needs to be sent. Asked again after a conflict,
    /// and afterwards to find out whether it was done.
    ///
    /// # Errors
    /// Why it must not be done to this object, a sentence for people. Nothing is sent then.
    fn call(&self, target: &Target, object: &Value) -> Result<Option<Call>, String>;

    /// Whether it takes the object away: that there is none is no failure then.
    fn removes(&self) -> bool {
        false
    }

    /// The object to which something else of the same run must be done first, and with success.
    fn follows(&self) -> Option<&Target> {
        None
    }

    /// Objects that must be there first: where something else of the same run makes one of them, that is awaited, and must succeed.
    fn after(&self) -> &[Target] {
        &[]
    }

    /// What must be done after it that is found out only once it is done; nothing of what [follows](Self::follows) it is begun before.
    fn sequel(&self) -> Option<&dyn Sequel> {
        None
    }

    /// When it begins, among those of its run.
    fn turn(&self) -> Turn {
        Turn::Free
    }

    /// Whether no more of what stands [beside](Turn::Beside) it is done where it failed, sent like this.
    fn stops(&self, method: Option<Method>) -> bool {
        let _ = method;
        false
    }

    /// What is done in its place where something that stands before it in its run failed: why, and whether that was the very step before.
    fn otherwise(&self, why: &str, just_before: bool) -> Option<Arc<dyn Deed>> {
        let _ = (why, just_before);
        None
    }

    /// How its whole run is taken back, where that is not done change by change; or why it cannot be. `id` is what the journal calls this change.
    fn taken_back(&self, id: &str) -> Option<Result<Box<dyn Proposal>, String>> {
        let _ = id;
        None
    }

    /// Why it failed although it was sent and taken, given the object as it is now (`None` where it is gone): a Job whose pods fail.
    fn broke(&self, target: &Target, now: Option<&Value>) -> Option<String> {
        let _ = (target, now);
        None
    }

    /// What is still waited for after it was done, given the object as it is now (`None` where it is gone); `None` where it is over.
    fn waits_for(&self, target: &Target, now: Option<&Value>) -> Option<String> {
        let _ = (target, now);
        None
    }

    /// The terminal that the person is led to once it is done.
    fn opens(&self, target: &Target) -> Option<Opens> {
        let _ = target;
        None
    }

    /// Whether pods are replaced by it, which takes a while and has a page to follow it.
    fn rolls_out(&self) -> bool {
        false
    }

    /// The command line of the page on which the person follows what becomes of the run that this begins, once all of it is done.
    fn follow(&self) -> Option<String> {
        None
    }

    /// The change that it takes back, by its id in the journal.
    fn takes_back(&self) -> Option<&str> {
        None
    }

    /// Why it cannot be taken back, a sentence for people; `None` where it can.
    fn lasts(&self) -> Option<&'static str> {
        None
    }

    /// What else is to be said once it is done, given the object as the server left it.
    fn remark(&self, after: &Value) -> Option<String> {
        let _ = after;
        None
    }

    /// What may work against it once it is done; nothing where that need not be looked for.
    fn against(&self, target: &Target) -> Option<Against> {
        let _ = target;
        None
    }

    /// How long it goes on where the server refuses it for now.
    fn patience(&self) -> Patience {
        Patience::default()
    }
}

/// One deed on one object.
#[derive(Clone, Debug)]
pub struct Change {
    /// The object.
    pub target: Target,
    /// What is done to it.
    pub deed: Arc<dyn Deed>,
}

impl Change {
    /// This deed on this object.
    pub fn new(target: Target, deed: impl Deed + 'static) -> Self {
        Self { target, deed: Arc::new(deed) }
    }

    /// What is done to what, `scale to 5: deployment/web in shop`.
    pub fn words(&self) -> String {
        format!("{}: {}", self.deed.words(), self.target.long())
    }
}

/// Two changes are the same where they say the same of the same object: a deed's words tell all that it was asked for.
impl PartialEq for Change {
    fn eq(&self, other: &Self) -> bool {
        self.target == other.target && format!("{:?}", self.deed) == format!("{:?}", other.deed)
    }
}
