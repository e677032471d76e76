//! Actions that write: what they are done to, what is asked before, and the person's agreement.

use std::sync::Arc;

use crate::change::journal::{Here, TakeBack};
use crate::change::{Complaint, Does, Offer, Proposal, Target, offer, undo, undoing};
use crate::kinds::{Resource, modelled};

use super::action::Action;
use super::browse::moved;
use super::{App, Form, Level, Over, SheetPage};

/// Why an action that writes is nothing for objects of this resource; `None` where it is, and for all that do not write.
fn refuses(action: Action, resource: &Resource) -> Option<String> {
    let info = modelled(&resource.group, &resource.plural).map(|kind| kind.info);
    let Some(offer) = offer(action.name()) else {
        let session = action.leads_into_pods().is_some();
        return session.then(|| no_session(action, resource)).flatten();
    };
    if is_own(action, resource) || matches!(offer.does, Does::Undoes) {
        return None;
    }
    if info.is_some_and(|info| info.part_of.is_some() || info.view.is_some()) {
        let whole = "each is a part of another object";
        return Some(format!("{} is nothing for {}: {whole}", offer.action, resource.plural));
    }
    offer.refuses(resource)
}

/// Whether an action is one of those of a view's own: of a release of Helm, which is no object that a server offers verbs for.
pub(super) fn is_own(action: Action, resource: &Resource) -> bool {
    let kind = modelled(&resource.group, &resource.plural);
    kind.is_some_and(|kind| kind.info.view.is_some() && kind.actions.contains(&action.name()))
}

/// Whether objects of this resource are pods, or lead to some: what a session or a port forward needs.
pub(super) fn takes_connections(resource: &Resource) -> bool {
    let kind = modelled(&resource.group, &resource.plural);
    kind.is_some_and(|kind| kind.actions.contains(&Action::Shell.name()))
}

/// Why no session can be opened for objects of this resource, and no port forwarded to them.
fn no_session(action: Action, resource: &Resource) -> Option<String> {
    let named = takes_connections(resource);
    (!named).then(|| format!("{action} is nothing for {}", resource.plural))
}

/// Why these cannot be asked about together: what one form asks is of one resource.
fn several(targets: &[Target]) -> Option<String> {
    let of = targets.first()?.resource.full_name();
    let other = targets.iter().map(|t| t.resource.full_name()).find(|it| *it != of)?;
    Some(format!("{of} and {other} are marked: mark what is of one resource"))
}

/// The page that takes a change back, with the word that a guardrail wants.
type TakingBack = (Box<dyn Proposal>, Option<String>);

impl App {
    /// A resource as the cluster says by now that it serves it: a page that was opened before has it as every cluster does, without its subresources.
    pub(super) fn served(&self, resource: &Resource) -> Option<Arc<Resource>> {
        self.context().catalog.by_plural(&resource.group, &resource.plural)
    }

    /// Why an action that writes is nothing for objects of this resource, as far as is known by now.
    pub(super) fn refuses_offer(&self, action: Action, resource: &Resource) -> Option<String> {
        let served = self.served(resource);
        refuses(action, served.as_deref().unwrap_or(resource))
    }

    /// Performs an action that writes; whether it was one.
    pub(super) fn write(&mut self, action: Action) -> bool {
        let Some(offer) = offer(action.name()) else { return false };
        if matches!(offer.does, Does::Undoes) {
            self.undo();
            return true;
        }
        let targets = self.targets();
        if targets.is_empty() {
            self.notify(Level::Info, "there is no object here");
        } else if let Does::Edits { built_in } = offer.does {
            // A text may be of anything.
            self.edit(targets, built_in);
        } else if let Some(why) = several(&targets) {
            self.notify(Level::Warning, why);
        } else if let Some(why) = self
            .guarded_targets(offer.action, &targets)
            .or_else(|| self.forbids_to(offer, &targets))
        {
            self.permits.doubt(&self.context);
            self.notify(Level::Warning, why);
        } else {
            self.propose(offer, targets);
        }
        true
    }

    fn propose(&mut self, offer: &Offer, targets: Vec<Target>) {
        let word = self.word_for(offer.action, &targets);
        if let Some(changes) = offer.changes(&targets).filter(|changes| changes.len() == 1) {
            if word.is_none() {
                self.start(offer.action.to_owned(), changes);
            } else if let Some(proposal) = offer.asked(targets) {
                self.open_form(proposal, word);
            }
        } else if let Some(proposal) = offer.proposal(targets) {
            self.open_form(proposal, word);
        }
    }

    /// Opens the page on which an action asks about these objects.
    pub(super) fn open_offer(&mut self, offer: &Offer, targets: Vec<Target>) {
        if let Some(proposal) = offer.proposal(targets) {
            self.open_form(proposal, None);
        }
    }

    pub(super) fn open_form(&mut self, mut proposal: Box<dyn Proposal>, word: Option<String>) {
        proposal.prefer(&self.setup.habits);
        let mut form = Form::new(SheetPage::new(proposal, None));
        form.word = word;
        self.over.push(Over::Form(Box::new(form)));
    }

    /// Shows what taking a change back makes different: the entry of the journal in view, else the last change of this session in this cluster.
    fn undo(&mut self) {
        if let Some(id) = self.sheet().and_then(SheetPage::entry) {
            let info = self.context().info.as_ref();
            let here = Here {
                context: self.context.to_string(),
                server: info.map(|info| info.server.clone()).unwrap_or_default(),
            };
            return self.open_form(Box::new(TakeBack::new(id, here)), None);
        }
        let (found, passed) = self.taking_back();
        let first = passed.first();
        if let Some((proposal, word)) = found {
            self.open_form(proposal, word);
            let note = |why: &String| format!("{why}; this is what was done before that");
            self.with_form(|form, _| form.aside = first.map(note));
            return;
        }
        match first {
            Some(why) => {
                let text = format!("{why}; :journal lists what was changed before");
                self.notify(Level::Warning, text);
            }
            None => {
                let text = "nothing was changed here in this session that could be taken back; :journal lists what was before";
                self.notify(Level::Info, text);
            }
        }
    }

    /// The page that takes the newest change back that can be, with the word that a guardrail wants; and why each that is newer cannot be.
    fn taking_back(&self) -> (Option<TakingBack>, Vec<String>) {
        let mut passed = Vec::new();
        for run in self.runs().iter().rev().filter(|run| run.cluster == self.context) {
            for report in run.left() {
                let why = match undo(report) {
                    Ok(proposal) => {
                        let change = undoing(report).ok();
                        let word = change.and_then(|change| self.word_for_changes(&[change]));
                        return (Some((proposal, word)), passed);
                    }
                    Err(why) => why,
                };
                passed.push(why);
                // Steps are taken back together, or not at all.
                if report.change.deed.taken_back("").is_some() {
                    break;
                }
            }
        }
        (None, passed)
    }

    /// The marked rows, or the object under the cursor or in view.
    pub(super) fn targets(&self) -> Vec<Target> {
        let target = |(resource, row): (&Arc<Resource>, &crate::store::Row)| Target {
            resource: Arc::clone(resource),
            namespace: row.namespace.to_string(),
            name: row.name.to_string(),
            uid: Some(row.uid),
        };
        // Of parts, it is the whole that changes.
        if let Some(browse) = self.browse().filter(|browse| super::faces::whole(browse).is_none()) {
            let rows = browse.chosen(&self.store).into_iter();
            return rows.map(|row| target((&browse.source.resource, row))).collect();
        }
        if self.map().is_some() {
            return self.chosen_nodes().into_iter().map(target).collect();
        }
        // A text does not say which object of this name it was.
        let about = self.about().or_else(|| self.release_in_view());
        let target = about.map(|about| Target {
            resource: about.resource,
            namespace: about.namespace,
            name: about.name,
            uid: None,
        });
        target.into_iter().collect()
    }

    /// Performs an action in the form; whether it was one of its own.
    pub(super) fn act_in_form(&mut self, action: Action) -> bool {
        let height = self.layout.list.height.max(1) as usize;
        match action {
            Action::Accept => self.agree(),
            Action::Escape => {
                let edit = self.form().and_then(|form| form.edit.clone());
                let session = self.form().and_then(|form| form.session);
                self.close_form();
                self.through = None;
                if let Some(id) = session {
                    self.stop_session(id);
                }
                // Below is the text itself.
                if self.editor_mut().is_some() {
                    return true;
                }
                if let Some(draft) = edit.and_then(|edit| edit.draft) {
                    let text = format!("nothing was sent; {}", super::edit::kept(&draft));
                    self.notify(Level::Info, text);
                }
            }
            _ => {
                let Some(Over::Form(form)) = self.over.last_mut() else { return false };
                return form.act(action, height);
            }
        }
        true
    }

    /// The open form.
    pub fn form(&self) -> Option<&Form> {
        match self.over.last()? {
            Over::Form(form) => Some(form),
            _ => None,
        }
    }

    /// Leaves the form; nothing is changed.
    pub(super) fn close_form(&mut self) {
        self.with_form(|form, means| form.page.leave(means));
        if matches!(self.over.last(), Some(Over::Form(_))) {
            self.over.pop();
        }
    }

    fn agree(&mut self) {
        let edit = self.form().and_then(|form| Some((form.edit.clone()?, form.editing())));
        let draft = match edit {
            Some((_, Some(editing))) => return self.edit_on(editing),
            Some((edit, None)) => edit.draft,
            None => None,
        };
        let agreed =
            self.with_form(|form, means| (form.verb(), form.agreed(means), form.forward(means)));
        let Some((verb, agreed, forward)) = agreed else { return };
        match agreed {
            Ok(changes) => {
                let forbidden = self.forbids_form();
                if forbidden.is_some() {
                    // Rights may have been granted since: the next time it is known.
                    self.permits.doubt(&self.context);
                }
                if let Some(why) = forbidden.or_else(|| self.guarded_changes(&changes)) {
                    self.with_form(|form, _| form.complain(Complaint::from(why)));
                    return;
                }
                // What an answer made of it may want more than what was asked for.
                let word = self.word_for_changes(&changes);
                if let Some(word) = word.filter(|_| !self.form().is_some_and(|form| form.guarded)) {
                    self.with_form(|form, means| form.demand(word, means));
                    return;
                }
                let then = self.with_form(|form, _| form.then.take()).flatten();
                self.close_form();
                if let Some((asked, word)) = then {
                    return self.go_ahead(asked, word);
                }
                if let Some((wanted, start)) = forward {
                    return self.begin_forward(wanted, start);
                }
                if let Some(draft) = &draft {
                    self.leave_editor(draft);
                }
                if let Some(id) = self.start(verb, changes) {
                    self.draft_of_run(id, draft);
                }
            }
            Err(complaint) => {
                self.with_form(|form, _| form.complain(complaint));
            }
        }
    }

    /// Performs an action over the list of a run; whether it was one of its own.
    pub(super) fn act_in_run(&mut self, action: Action) -> bool {
        // What moves along a list has nowhere to go in what is none.
        let moves = moved(action, 0, 1, 1).is_some();
        let id = match self.over.last() {
            Some(Over::Run(id)) => *id,
            Some(Over::Copy(id)) => return self.act_in_copy(*id, action) || moves,
            Some(Over::Leave) => return self.act_in_leave(action) || moves,
            _ => return false,
        };
        match action {
            Action::Escape | Action::Back => drop(self.over.pop()),
            Action::Retry => self.retry_run(id),
            Action::Cancel => self.stop_run(id),
            _ => return self.scroll_run(id, action),
        }
        true
    }
}
