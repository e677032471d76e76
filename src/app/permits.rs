//! What the person may do, as the server says: rules by namespace, and single reviews where the rules are not all there is.
//!
//! Nothing here waits: what is not known yet is not refused, and neither is what the server does not answer. A namespace is asked about once,
//! when the cursor rests in it; again only when somebody does something there long after, or was told that something was forbidden.

use std::collections::HashMap;

use crate::access::{Allowed, EVERY, Request, Review, Ruling, Target as To};
use crate::change::Target;
use crate::sheet::Answer;
use crate::store::Str;

use super::effect::{Effect, ObjectId, Question};

/// How long an answer is good for, in seconds; what is asked long after is asked of the server anew.
const GOOD_FOR: i64 = 300;
/// How many single reviews a cluster's answers are kept of.
const ONES: usize = 512;

/// What is known of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Nothing.
    Unknown,
    /// The server would let it pass.
    Allowed,
    /// The server would refuse it: why.
    Refused(String),
}

/// What the cursor rests on, or some of what is marked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Rest {
    /// The context's name.
    pub cluster: Str,
    /// The objects.
    pub targets: Vec<Target>,
    /// What is asked for them already, where a form lies over them.
    pub asks: Vec<Request>,
}

/// What the person may do, by context.
#[derive(Debug, Default)]
pub(super) struct Permits {
    clusters: HashMap<Str, Known>,
    /// What was asked, by the name of its answer.
    asked: HashMap<ObjectId, (Str, Asked)>,
    rest: Option<Rest>,
    /// Since when the cursor rests there.
    since: i64,
    /// Whether it rested long enough to be asked about.
    due: bool,
    /// Whether an answer came since it was looked at last.
    news: bool,
}

#[derive(Clone, Debug)]
enum Asked {
    Rules(String),
    One(Request),
}

/// What is known of one cluster.
#[derive(Debug, Default)]
struct Known {
    /// By namespace; [`EVERY`] for the cluster itself.
    rules: HashMap<String, Entry<Allowed>>,
    ones: HashMap<Request, Entry<Ruling>>,
}

/// An answer, the one before while another is awaited.
#[derive(Debug)]
struct Entry<T> {
    /// What the server said; `None` where it did not, or could not.
    said: Option<T>,
    /// When it was asked.
    at: i64,
    /// Whether its answer is awaited.
    awaited: bool,
}

impl<T> Entry<T> {
    fn is_old(&self, now: i64) -> bool {
        !self.awaited && now.saturating_sub(self.at) >= GOOD_FOR
    }
}

/// The namespace whose rules say whether something is allowed.
fn place(request: &Request) -> &str {
    match request.namespace() {
        "" => EVERY,
        namespace => namespace,
    }
}

/// The same request, of any object.
fn unnamed(request: &Request) -> Request {
    let mut any = request.clone();
    if let To::Resource { name, .. } = &mut any.to {
        name.clear();
    }
    any
}

impl Permits {
    /// What is known of a request to a cluster.
    pub fn verdict(&self, cluster: &str, request: &Request) -> Verdict {
        let Some(known) = self.clusters.get(cluster) else { return Verdict::Unknown };
        let rules = known.rules.get(place(request)).and_then(|entry| entry.said.as_ref());
        let Some(rules) = rules else { return Verdict::Unknown };
        if rules.allows(request) {
            return Verdict::Allowed;
        }
        if !rules.incomplete {
            return Verdict::Refused("RBAC: no rule allows it".to_owned());
        }
        let ruling = |request: &Request| known.ones.get(request)?.said.as_ref();
        let any = unnamed(request);
        let ruling = match ruling(&any) {
            // What is refused for all may be allowed for one.
            Some(Ruling::Refused(_)) if any != *request => ruling(request),
            ruling => ruling,
        };
        match ruling {
            None => Verdict::Unknown,
            Some(Ruling::Allowed) => Verdict::Allowed,
            Some(Ruling::Refused(why)) if why.is_empty() => {
                Verdict::Refused("the server says no".to_owned())
            }
            Some(Ruling::Refused(why)) => Verdict::Refused(format!("the server says: {why}")),
        }
    }

    /// All that is known of a cluster is asked anew: another may log in, with other rights.
    pub fn forget(&mut self, cluster: &str) {
        self.clusters.remove(cluster);
        self.news = true;
        self.asked.retain(|_, (of, _)| &**of != cluster);
    }

    /// Something was refused: what is known holds on, but is asked anew when somebody does something.
    pub fn doubt(&mut self, cluster: &str) {
        let Some(known) = self.clusters.get_mut(cluster) else { return };
        known.rules.values_mut().for_each(|entry| entry.at = i64::MIN);
        known.ones.values_mut().for_each(|entry| entry.at = i64::MIN);
    }

    /// When the cursor will have rested long enough.
    pub fn next_wake(&self) -> Option<i64> {
        (!self.due && self.rest.is_some()).then(|| self.since.saturating_add(1))
    }

    /// The cursor rests here; `acted` is whether a person just did something. Asks what is not known of these objects' `requests`, and what is
    /// long known where the cursor came or the person acts.
    pub fn settle(
        &mut self,
        rest: Option<Rest>,
        requests: fn(&[Target]) -> Vec<Request>,
        acted: bool,
        (now, next): (i64, &mut u32),
        effects: &mut Vec<Effect>,
    ) {
        if self.rest != rest {
            self.rest = rest;
            self.since = now;
            self.due = false;
        }
        let Some(rest) = &self.rest else { return };
        // Whoever only passes asks for nothing.
        if now <= self.since && !self.due && rest.asks.is_empty() {
            return;
        }
        let again = !std::mem::replace(&mut self.due, true) || acted;
        if !std::mem::take(&mut self.news) && !again {
            return;
        }
        let known = self.clusters.entry(rest.cluster.clone()).or_default();
        let mut asks: Vec<Asked> = Vec::new();
        for request in requests(&rest.targets).iter().chain(&rest.asks) {
            let place = place(request);
            let old = known.rules.get(place).is_none_or(|entry| again && entry.is_old(now));
            if old {
                known.rules.entry(place.to_owned()).or_insert_with(Entry::new).ask(now);
                asks.push(Asked::Rules(place.to_owned()));
            }
            let entry = known.rules.get(place);
            let open = entry
                .and_then(|entry| entry.said.as_ref())
                .is_some_and(|rules| rules.incomplete && !rules.allows(request));
            if !open {
                continue;
            }
            let any = unnamed(request);
            let refused = matches!(
                known.ones.get(&any).and_then(|entry| entry.said.as_ref()),
                Some(Ruling::Refused(_))
            );
            let named = (refused && any != *request).then(|| request.clone());
            for one in std::iter::once(any).chain(named) {
                if known.ones.get(&one).is_none_or(|entry| again && entry.is_old(now)) {
                    if known.ones.len() >= ONES {
                        known.ones.retain(|_, entry| entry.awaited);
                    }
                    known.ones.entry(one.clone()).or_insert_with(Entry::new).ask(now);
                    asks.push(Asked::One(one));
                }
            }
        }
        for asked in asks {
            let Review { path, body } = match &asked {
                Asked::Rules(namespace) => Review::of_rules(namespace),
                Asked::One(request) => Review::of_request(request),
            };
            let id = ObjectId::next(next);
            self.asked.insert(id, (rest.cluster.clone(), asked));
            let question = Question::Review { path, body };
            effects.push(Effect::Ask { id, cluster: rest.cluster.clone(), question });
        }
    }

    /// Takes an answer in; whether it was one of its own.
    pub fn hear(&mut self, id: ObjectId, answer: &Answer) -> bool {
        let Some((cluster, asked)) = self.asked.remove(&id) else { return false };
        self.news = true;
        let Some(known) = self.clusters.get_mut(&cluster) else { return true };
        let review = match answer {
            Answer::Review(review) => Some(&**review),
            _ => None,
        };
        match asked {
            Asked::Rules(namespace) => {
                if let Some(entry) = known.rules.get_mut(&namespace) {
                    entry.hear(review.and_then(Allowed::read));
                }
            }
            Asked::One(request) => {
                if let Some(entry) = known.ones.get_mut(&request) {
                    entry.hear(review.and_then(Ruling::read));
                }
            }
        }
        true
    }
}

impl<T> Entry<T> {
    fn new() -> Self {
        Self { said: None, at: 0, awaited: false }
    }

    fn ask(&mut self, now: i64) {
        self.at = now;
        self.awaited = true;
    }

    fn hear(&mut self, said: Option<T>) {
        self.said = said;
        self.awaited = false;
    }
}
