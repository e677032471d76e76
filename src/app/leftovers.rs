//! Pods that were made for sessions: nothing of them is left when a session is over, or kx is.

use crate::change::{Made, Target, delete, offer};
use crate::session::Place;
use crate::store::Str;

use super::action::Action;
use super::{App, Effect, Level};

/// A pod that was made for a session.
#[derive(Clone, Debug)]
pub(super) struct Leftover {
    cluster: Str,
    pod: Target,
    made: Made,
    /// Whether it is being deleted.
    leaving: bool,
}

impl App {
    /// Whether a run does nothing but delete what was made for sessions.
    pub(super) fn cleans_up(&self, run: &super::Run) -> bool {
        let is_left = |pod: &Target| self.leftovers.iter().any(|l| l.leaving && l.pod == *pod);
        run.changes.iter().all(|change| is_left(&change.target))
    }

    /// Deletes the pod that was made for a session, or asks whether to.
    pub(super) fn clean_up(&mut self, cluster: &Str, place: &Place) {
        let is = |left: &&mut Leftover| {
            left.cluster == *cluster
                && left.pod.name == place.pod
                && left.pod.namespace == place.namespace
                && !left.leaving
        };
        let Some(left) = self.leftovers.iter_mut().find(is) else { return };
        let pod = left.pod.clone();
        if left.made == Made::ForKeeps {
            let (name, of) = (pod.name.clone(), pod.namespace.clone());
            self.leftovers.retain(|left| left.pod.name != name || left.pod.namespace != of);
            if let Some(offer) = offer(Action::Delete.name())
                && self.context == *cluster
            {
                self.open_offer(offer, vec![pod]);
            }
            return;
        }
        left.leaving = true;
        self.start_in(cluster.clone(), "delete".to_owned(), vec![delete(pod)]);
    }

    /// A change is over: what it deleted is left over no longer.
    pub(super) fn cleaned_up(&mut self, target: &Target, done: bool) {
        if done {
            self.leftovers.retain(|left| left.pod != *target);
        } else if let Some(left) = self.leftovers.iter_mut().find(|left| left.pod == *target) {
            left.leaving = false;
        }
        if self.quitting && self.leftovers.iter().all(|left| !left.leaving) {
            self.effects.push(Effect::Quit);
        }
    }

    /// Leaves kx, once what was made for one session alone is deleted; asked a second time, at once.
    pub(super) fn leave(&mut self) {
        if !std::mem::replace(&mut self.quitting, true) {
            let own = self.leftovers.iter().filter(|left| left.made == Made::ForThis);
            let own: Vec<(Str, Place)> = own.map(Leftover::place).collect();
            for (cluster, place) in own {
                self.clean_up(&cluster, &place);
            }
            if self.leftovers.iter().any(|left| left.leaving) {
                let text = "deleting what was made for debugging …; again to leave at once";
                return self.notify(Level::Info, text);
            }
        }
        self.effects.push(Effect::Quit);
    }

    /// What is left in clusters of what was made for sessions, a sentence each.
    pub fn left_behind(&self) -> Vec<String> {
        let words = |left: &Leftover| {
            let Target { name, namespace, .. } = &left.pod;
            format!("pod/{name} in {namespace} of {} is left: delete it", left.cluster)
        };
        self.leftovers.iter().map(words).collect()
    }
}

impl Leftover {
    /// One that stays until its session is over.
    pub(super) fn of(cluster: Str, pod: Target, made: Made) -> Self {
        Self { cluster, pod, made, leaving: false }
    }

    fn place(&self) -> (Str, Place) {
        let (namespace, pod) = (self.pod.namespace.clone(), self.pod.name.clone());
        (self.cluster.clone(), Place { namespace, pod, container: String::new() })
    }
}
