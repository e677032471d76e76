//! What a person asks for: a forward to what is under the cursor, their page, and what is done with one of them.

use std::net::SocketAddr;

use crate::change::Target;
use crate::forward::{Forwarding, Forwards, LOCALHOST, Local, Remote, Saved, Spec, Start, Wanted};
use crate::sheet::Subject as _;

use super::super::action::Action;
use super::super::command::Command;
use super::super::sure::Asked;
use super::super::{App, Effect, Level, SheetPage};
use super::Forward;

/// Whether an action is about the port forward under the cursor.
fn is_about_one(action: Action) -> bool {
    matches!(
        action,
        Action::OpenForward
            | Action::CopyUrl
            | Action::RestartForward
            | Action::StopForward
            | Action::KeepForward
            | Action::RemoveForward
    )
}

impl App {
    /// The port forwards, the oldest first.
    pub fn forwards(&self) -> &[Forward] {
        &self.forwards.list
    }

    /// Why an action is nothing for the port forward under the cursor, or on their page; `None` where it is, and for all other actions.
    pub(in crate::app) fn forward_refuses(&self, action: Action) -> Option<String> {
        if is_about_one(action) {
            let none = "there is no port forward here: :forwards lists them";
            return self.forward_here().is_none().then(|| none.to_owned());
        }
        // A change of before can be taken back anywhere.
        let of_objects = action.info().needs.is_some();
        (of_objects && self.shows_forwards())
            .then(|| format!("{action} is nothing for a port forward"))
    }

    /// Why an action is nothing for the port forward under the cursor as it is now.
    pub(in crate::app) fn forward_idle(&self, action: Action) -> Option<String> {
        let forward = self.forward_here().filter(|_| is_about_one(action))?;
        let why = match action {
            // It opens connections into a workload, whatever page it is asked for on.
            Action::RestartForward => {
                let context = &forward.what.context;
                return self.closed_in(context).or_else(|| self.forbids_forward(&forward.what));
            }
            Action::StopForward if !forward.status.is_on() => "it does not run",
            Action::OpenForward if forward.listens.is_empty() => {
                "it does not listen: start it first"
            }
            Action::CopyUrl if forward.shown().url().is_none() => {
                "which port it will have is not known yet"
            }
            _ => return None,
        };
        Some(why.to_owned())
    }

    /// Whether the page of the port forwards is in view.
    pub(super) fn shows_forwards(&self) -> bool {
        let crumbs = Forwards.crumbs();
        self.sheet().is_some_and(|sheet| sheet.about.is_none() && sheet.crumbs() == crumbs)
    }

    /// The port forward under the cursor.
    pub(in crate::app) fn forward_here(&self) -> Option<&Forward> {
        let number = self.sheet().and_then(SheetPage::forward)?;
        self.forwards.list.iter().find(|forward| forward.number == number)
    }

    /// Performs an action about port forwards; whether it was one.
    pub(in crate::app) fn act_on_forward(&mut self, action: Action) -> bool {
        match action {
            Action::PortForward => {
                self.ask_forward();
                return true;
            }
            Action::Forwards => {
                self.open_forwards();
                return true;
            }
            _ => {}
        }
        let Some((id, url)) = self.forward_here().map(|here| (here.id, here.shown().url())) else {
            return false;
        };
        match action {
            Action::OpenForward => self.effects.extend(url.map(|url| Effect::Browse { url })),
            Action::CopyUrl => self.effects.extend(url.map(Effect::Copy)),
            Action::RestartForward => self.run_forward(id),
            Action::StopForward => self.stop_forward(id),
            Action::KeepForward => self.keep_forward(id),
            Action::RemoveForward => self.remove_forward(id),
            _ => return false,
        }
        true
    }

    /// Opens the page of the port forwards, unless it is in view.
    pub(in crate::app) fn open_forwards(&mut self) {
        if !self.shows_forwards() {
            self.open_sheet(Box::new(Forwards), None);
        }
    }

    /// Asks about a forward to what is under the cursor.
    fn ask_forward(&mut self) {
        match self.forward_target() {
            Ok(target) => {
                let word = self.word_for(Action::PortForward.name(), std::slice::from_ref(&target));
                let taken = self.forwards.list.iter().map(|forward| {
                    forward.listens.first().map_or(forward.what.local, SocketAddr::port)
                });
                let taken = taken.collect();
                self.open_form(Box::new(Forwarding::new(target, taken)), word);
            }
            Err(why) => self.notify(Level::Warning, why),
        }
    }

    /// Forwards ports as the command line says; asks, where it says nothing.
    pub(in crate::app) fn port_forward(
        &mut self,
        spec: Option<Spec>,
        address: Option<String>,
    ) -> Result<(), String> {
        let Some(Spec { local, remote }) = spec else {
            self.act(Action::PortForward);
            return Ok(());
        };
        if let Some(why) = self.refusal(Action::PortForward) {
            return Err(why);
        }
        let target = self.forward_target()?;
        let asked = Spec { local, remote: remote.clone() };
        let asked = Command::PortForward { spec: Some(asked), address: address.clone() };
        if self.asks_first(Asked::Command(asked)) {
            return Ok(());
        }
        let address = address.unwrap_or_else(|| LOCALHOST.to_owned());
        let local = match (local, &remote) {
            // kubectl takes the same number or nothing; somebody who looks at a screen sees which one it is.
            (Local::Same, Remote::Number(port)) => Local::beside(*port),
            (local, _) => local,
        };
        self.begin_forward(Wanted { target, address, local, remote }, Start::Never);
        Ok(())
    }

    /// What a forward that is kept leads to, as its cluster serves it.
    pub(in crate::app) fn target_of_forward(&self, saved: &Saved) -> Option<Target> {
        let context = self.contexts.get(saved.context.as_str())?;
        saved.wanted(&context.catalog).ok().map(|wanted| wanted.target)
    }

    /// Why a guardrail forbids what a forward that is kept leads to.
    pub(super) fn forbids_forward(&self, saved: &Saved) -> Option<String> {
        let target = self.target_of_forward(saved)?;
        self.guardrails().forbids(&saved.context, &target, &[Action::PortForward.name()])
    }

    fn forward_target(&self) -> Result<Target, String> {
        let mut targets = self.targets();
        match targets.len() {
            0 => Err("there is no object here".to_owned()),
            1 => Ok(Target { uid: None, ..targets.remove(0) }),
            _ => Err("several are marked; a port leads to one: mark one, or none".to_owned()),
        }
    }
}
