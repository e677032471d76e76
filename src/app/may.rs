//! Whether the person may do what an action asks the server for, to the objects that it would be done to.

use std::sync::Arc;

use crate::access::{Request, Target as To};
use crate::change::{GET, Need, OFFERS, Offer, Report, Target, lasting, offer, undo_needs};
use crate::kinds::{Resource, modelled};
use crate::sheet::Answer;
use crate::store::Row;

use super::action::Action;
use super::permits::{Rest, Verdict};
use super::{App, Connection, Effect, ObjectId, Over};

/// How many of the marked objects are looked at while nothing is done to them yet.
pub(super) const LOOKED_AT: usize = 16;
/// Of how many of them it is asked what may be done.
const ASKED_OF: usize = 4;

/// Whether its objects are parts of others, or made by kx: the server knows none of them.
fn is_own(resource: &Resource) -> bool {
    let info = modelled(&resource.group, &resource.plural).map(|kind| kind.info);
    info.is_some_and(|info| info.part_of.is_some() || info.view.is_some())
}

/// A request in words, as an authorizer's: `patch deployments/scale in shop`.
fn words(request: &Request) -> String {
    let To::Resource { resource, subresource, namespace, .. } = &request.to else {
        return request.verb.clone();
    };
    let mut words = format!("{} {resource}", request.verb);
    if !subresource.is_empty() {
        words.push('/');
        words.push_str(subresource);
    }
    if !namespace.is_empty() {
        words.push_str(" in ");
        words.push_str(namespace);
    }
    words
}

/// What an action needs that leads into the pods of objects of this resource: of which pod it will be is known of a pod alone.
fn into_pods(action: Action, resource: &Resource) -> Option<Need> {
    let (verb, part) = action.leads_into_pods()?;
    let pod = resource.is("", "pods");
    Some(if pod { Need::sub(verb, part) } else { Need::beside_sub(verb, "", "pods", part) })
}

/// What kx could ask the server for these objects.
fn requests(targets: &[Target]) -> Vec<Request> {
    let mut requests: Vec<Request> = Vec::new();
    for target in targets {
        let offers = OFFERS.iter().filter(|offer| offer.refuses(&target.resource).is_none());
        let needs = offers.flat_map(|offer| (offer.needs)(&target.resource));
        let leading: &[Action] = if super::write::takes_connections(&target.resource) {
            &[Action::Shell, Action::Attach, Action::PortForward]
        } else {
            &[]
        };
        let leading = leading.iter().filter_map(|action| into_pods(*action, &target.resource));
        let needs = std::iter::once(GET).chain(needs).chain(leading);
        for request in needs.map(|need| need.request(target)) {
            if !requests.contains(&request) {
                requests.push(request);
            }
        }
    }
    requests
}

impl App {
    /// Why the person may not do this to what is marked, or to what the cursor is on; `None` where they may, or where nobody knows.
    pub(super) fn forbids(&self, action: Action) -> Option<String> {
        if action == Action::Undo {
            let report = self.last_report()?;
            return self.refused(&undo_needs(report), &report.change.target);
        }
        if let Some(offer) = offer(action.name()) {
            return self.forbids_to(offer, &self.subjects(LOOKED_AT));
        }
        if action.leads_into_pods().is_some() {
            return self.subjects(LOOKED_AT).iter().find_map(|target| {
                into_pods(action, &target.resource).and_then(|need| self.refused(&[need], target))
            });
        }
        if !self.reads_object(action) {
            return None;
        }
        let about = self.about()?;
        let (resource, namespace, name) = (about.resource, about.namespace, about.name);
        self.refused(&[GET], &Target { resource, namespace, name, uid: None })
    }

    /// Why the person may not do this to one of these objects.
    pub(super) fn forbids_to(&self, offer: &Offer, targets: &[Target]) -> Option<String> {
        // What the server does not know, nobody may be granted.
        let resource = &targets.first().filter(|target| !is_own(&target.resource))?.resource;
        let needs = (offer.needs)(resource);
        targets.iter().find_map(|target| self.refused(&needs, target))
    }

    fn refused(&self, needs: &[Need], target: &Target) -> Option<String> {
        needs.iter().find_map(|need| self.refused_request(&need.request(target)))
    }

    fn refused_request(&self, request: &Request) -> Option<String> {
        match self.permits.verdict(&self.context, request) {
            Verdict::Refused(why) => Some(format!(
                "you may not {} ({why}); ask an administrator, or :can-i shows what you may",
                words(request)
            )),
            Verdict::Unknown | Verdict::Allowed => None,
        }
    }

    /// Whether an action that changes nothing surely reads the object.
    fn reads_object(&self, action: Action) -> bool {
        match action {
            Action::Describe | Action::Yaml => true,
            // What is masked is read to be shown; what is inside others may be read elsewhere.
            Action::LookInside => self.about().is_some_and(|about| {
                let kind = modelled(&about.resource.group, &about.resource.plural);
                kind.is_some_and(|kind| kind.mask.is_some())
            }),
            _ => false,
        }
    }

    /// The newest change of this session in this context that can be taken back; none where an entry of the journal is in view.
    pub(super) fn last_report(&self) -> Option<&Report> {
        if self.sheet().and_then(super::SheetPage::entry).is_some() {
            return None;
        }
        let here = self.runs().iter().rev().filter(|run| run.cluster == self.context);
        here.flat_map(super::Run::left).find(|report| lasting(report).is_none())
    }

    /// A few of the objects that an action is about, in no order where they are marked.
    pub(super) fn subjects(&self, most: usize) -> Vec<Target> {
        let target = |resource: &Arc<Resource>, row: &Row| Target {
            resource: Arc::clone(resource),
            namespace: row.namespace.to_string(),
            name: row.name.to_string(),
            uid: Some(row.uid),
        };
        if let (Some(map), Some(feeds)) = (self.map(), self.feeds())
            && !map.marks.is_empty()
        {
            let nodes = map.marks.iter().take(most).filter_map(|uid| feeds.graph.with_uid(uid));
            let rows = nodes.filter_map(|node| self.node_row(node));
            return rows.map(|(_, resource, row)| target(resource, row)).collect();
        }
        let marked = self.browse().filter(|browse| !browse.marks.is_empty());
        let Some(browse) = marked else {
            let mut targets = self.targets();
            targets.truncate(most);
            return targets;
        };
        let Some(view) = browse.view(&self.store) else { return Vec::new() };
        let rows = browse.marks.iter().take(most).filter_map(|uid| view.table().get(uid));
        rows.map(|row| target(&browse.source.resource, row)).collect()
    }

    /// What the cursor rests on, where its cluster can be asked.
    fn rest(&self) -> Option<Rest> {
        let context = self.context();
        if context.connection != Connection::Connected || !context.discovered {
            return None;
        }
        let mut targets = self.subjects(ASKED_OF);
        targets.retain(|target| !is_own(&target.resource));
        // A part's own object may be read, if not changed from here.
        if targets.is_empty() {
            let about = self.about().filter(|about| !is_own(&about.resource))?;
            let (resource, namespace, name) = (about.resource, about.namespace, about.name);
            targets.push(Target { resource, namespace, name, uid: None });
        }
        for target in &mut targets {
            if let Some(served) = self.served(&target.resource) {
                target.resource = served;
            }
        }
        Some(Rest { cluster: self.context.clone(), targets, asks: Vec::new() })
    }

    /// Asks what the person may do where the cursor rests; `acted` is whether they just did something.
    pub(super) fn settle_permits(&mut self, acted: bool) {
        // While something else lies over the page, the cursor rests nowhere.
        let rest = match self.over.last() {
            None => self.rest(),
            Some(Over::Form(form)) if !form.asks.is_empty() => {
                let (cluster, asks) = (self.context.clone(), form.asks.clone());
                Some(Rest { cluster, targets: Vec::new(), asks })
            }
            Some(_) => None,
        };
        let (now, next) = (self.now, &mut self.next_object);
        self.permits.settle(rest, requests, acted, (now, next), &mut self.effects);
        self.warn_in_form();
    }

    /// What the form asks for and the person may not do stands in it.
    fn warn_in_form(&mut self) {
        let why = self.forbids_form();
        if let Some(Over::Form(form)) = self.over.last_mut()
            && form.forbidden != why
        {
            form.forbidden = why;
            self.redraw = true;
        }
    }

    /// Why the person may not do what the open form asks for, beside what its action always asks for.
    pub(super) fn forbids_form(&self) -> Option<String> {
        self.form()?.asks.iter().find_map(|request| self.refused_request(request))
    }

    /// Takes in the answer to a review of what the person may do; whether it was one.
    pub(super) fn heard_permit(&mut self, id: ObjectId, answer: &Answer) -> bool {
        let own = self.permits.hear(id, answer);
        if own {
            self.redraw = true;
            self.effects.push(Effect::Unfollow { id });
        }
        own
    }
}
