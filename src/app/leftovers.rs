//! Pods that were made for sessions: nothing of them is left when a session is over, or kx is; where one must be, it is told which.

use crate::change::{Made, Opens, Outcome, Target, ask_to_clean_up, clean_up};
use crate::session::Place;
use crate::store::Str;

use super::{App, Effect, Level};

/// A pod that was made for a session.
#[derive(Clone, Debug)]
pub(super) struct Leftover {
    cluster: Str,
    pod: Target,
    made: Made,
    is: Is,
}

/// What becomes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Is {
    /// Its session goes on, or nobody was asked yet.
    There,
    /// Whether it goes was asked: it stays where the person wants it to.
    Asked,
    /// It is being deleted.
    Leaving,
    /// It could not be deleted.
    Stuck,
    /// Nobody knows whether it was made at all: the connection broke.
    Unsure,
}

impl App {
    /// Whether a run does nothing but delete what was made for sessions.
    pub(super) fn cleans_up(&self, run: &super::Run) -> bool {
        let is_left = |pod: &Target| {
            self.leftovers.iter().any(|left| left.is == Is::Leaving && left.pod == *pod)
        };
        run.changes.iter().all(|change| is_left(&change.target))
    }

    /// Whether something in a cluster is still to be deleted, for which its connection is needed.
    pub(super) fn has_left_in(&self, cluster: &Str) -> bool {
        self.leftovers.iter().any(|left| left.cluster == *cluster && left.is != Is::Asked)
    }

    /// Deletes the pod that was made for a session, or asks whether to.
    pub(super) fn clean_up(&mut self, cluster: &Str, place: &Place) {
        let is = |left: &&mut Leftover| {
            left.cluster == *cluster
                && left.pod.name == place.pod
                && left.pod.namespace == place.namespace
                && left.is != Is::Leaving
        };
        let Some(left) = self.leftovers.iter_mut().find(is) else { return };
        let pod = left.pod.clone();
        if left.made == Made::ForKeeps {
            if self.context == *cluster {
                left.is = Is::Asked;
                self.open_form(ask_to_clean_up(pod), None);
            } else {
                let words = left.words();
                self.notify(Level::Warning, words);
            }
            return;
        }
        left.is = Is::Leaving;
        let begun =
            self.start_in(cluster.clone(), "delete".to_owned(), vec![clean_up(pod.clone())]);
        if begun.is_none() {
            self.cleaned_up(cluster, &pod, &Outcome::Failed(String::new()));
        }
    }

    /// A change is over: what it deleted is left over no longer. Where it did not, how that is done by hand.
    pub(super) fn cleaned_up(
        &mut self,
        cluster: &Str,
        target: &Target,
        outcome: &Outcome,
    ) -> Option<String> {
        let at = self.leftovers.iter().position(|l| l.cluster == *cluster && l.pod == *target)?;
        let is = match outcome {
            Outcome::Done | Outcome::Already => None,
            Outcome::Failed(_) => Some(Is::Stuck),
            Outcome::Unknown(_) => Some(Is::Unsure),
        };
        let stays = match (is, self.leftovers.get_mut(at)) {
            (Some(is), Some(left)) => {
                left.is = is;
                Some(left.words())
            }
            _ => {
                self.leftovers.remove(at);
                None
            }
        };
        if self.quitting && self.leftovers.iter().all(|left| left.is != Is::Leaving) {
            self.effects.push(Effect::Quit);
        }
        stays
    }

    /// Nobody knows whether a pod was made for a session: it is looked for when kx is left. What is said of it.
    pub(super) fn perhaps_left(&mut self, cluster: &Str, opens: &Opens) -> Option<String> {
        let Opens { place, made } = opens;
        if *made == Made::Nothing {
            return None;
        }
        let pod = self.pod_of(cluster, place, None)?;
        let left = Leftover::perhaps(cluster.clone(), pod, *made);
        let words = left.words();
        self.leftovers.push(left);
        Some(words)
    }

    /// Leaves kx, once what was made for one session alone is deleted; asked a second time, at once.
    pub(super) fn leave(&mut self) {
        if !std::mem::replace(&mut self.quitting, true) {
            let own = self.leftovers.iter().filter(|left| left.made == Made::ForThis);
            let own: Vec<(Str, Place)> = own.map(Leftover::place).collect();
            for (cluster, place) in own {
                self.clean_up(&cluster, &place);
            }
            if self.leftovers.iter().any(|left| left.is == Is::Leaving) {
                let text = "deleting what was made for debugging …; again to leave at once";
                return self.notify(Level::Info, text);
            }
        }
        self.effects.push(Effect::Quit);
    }

    /// Ends without anybody to ask: what was made for one session alone is deleted first, as far as there is time.
    pub(super) fn end(&mut self) {
        // Where it is being deleted already, kx leaves once that is done.
        if !self.quitting {
            self.leave();
        }
    }

    /// What is left in clusters of what was made for sessions, a sentence each.
    pub fn left_behind(&self) -> Vec<String> {
        let left = self.leftovers.iter().filter(|left| left.is != Is::Asked);
        left.map(Leftover::words).collect()
    }
}

impl Leftover {
    /// One that stays until its session is over.
    pub(super) fn of(cluster: Str, pod: Target, made: Made) -> Self {
        Self { cluster, pod, made, is: Is::There }
    }

    /// One that may be there or not.
    pub(super) fn perhaps(cluster: Str, pod: Target, made: Made) -> Self {
        Self { is: Is::Unsure, ..Self::of(cluster, pod, made) }
    }

    fn place(&self) -> (Str, Place) {
        let (namespace, pod) = (self.pod.namespace.clone(), self.pod.name.clone());
        (self.cluster.clone(), Place { namespace, pod, container: String::new() })
    }

    /// What is left, and how it is taken away.
    pub(super) fn words(&self) -> String {
        let Target { name, namespace, .. } = &self.pod;
        let is = if self.is == Is::Unsure { "may be left" } else { "is left" };
        let context = quoted(&self.cluster);
        format!(
            "pod/{name} in {namespace} of {} {is}: kubectl --context={context} -n {namespace} delete pod {name}",
            self.cluster
        )
    }
}

/// A word as a shell takes it for one.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:@%+=".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_context_is_one_word_of_the_command() {
        assert_eq!(quoted("gke_a/b:c@d"), "gke_a/b:c@d");
        assert_eq!(quoted("my own"), "'my own'");
        assert_eq!(quoted("it's"), r"'it'\''s'");
        assert_eq!(quoted(""), "''");
    }
}
