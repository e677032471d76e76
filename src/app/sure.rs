//! What leads into containers changes no object that could be looked at before: where a guardrail wants it confirmed, the name is typed in a form
//! of its own, and then it is done as if nothing had been asked.

use crate::change::{Sure, Target, offer, together};
use crate::guardrail::Guardrail;

use super::action::Action;
use super::command::Command;
use super::{App, Level};

/// What is done once the word was typed.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Asked {
    Action(Action),
    Command(Command),
}

impl Asked {
    /// The action that guardrails know it by; `None` where it leads into no container, or has a form of its own that asks.
    fn action(&self) -> Option<Action> {
        match self {
            Self::Action(Action::RestartForward) => Some(Action::PortForward),
            // It has a form in any case, which asks for the word too.
            Self::Action(Action::PortForward) => None,
            Self::Action(action) => {
                (action.info().writes && offer(action.name()).is_none()).then_some(*action)
            }
            Self::Command(Command::Exec { .. }) => Some(Action::Shell),
            Self::Command(Command::Files(Some(_))) => Some(Action::Files),
            Self::Command(Command::PortForward { spec: Some(_), .. }) => Some(Action::PortForward),
            Self::Command(_) => None,
        }
    }

    /// What is to be done, in a word or in those that were typed.
    fn words(&self, action: Action) -> String {
        match self {
            Self::Command(Command::Exec { words, .. }) => format!("exec {}", words.join(" ")),
            Self::Command(Command::Files(Some(path))) => format!("files {path}"),
            _ => action.info().short.to_owned(),
        }
    }
}

impl App {
    /// Asks for the word that a guardrail wants before this is done; whether it asks.
    pub(super) fn asks_first(&mut self, asked: Asked) -> bool {
        let Some(action) = asked.action() else { return false };
        let (context, targets) = match self.forward_here() {
            Some(forward) if matches!(asked, Asked::Action(Action::RestartForward)) => {
                let context = forward.what.context.clone();
                let target = self.target_of_forward(&forward.what);
                (context, target.into_iter().collect())
            }
            _ => (self.context.to_string(), self.targets()),
        };
        let rails = self.guardrails();
        let wants = |target: &Target| rails.confirms(&context, target, &[action.name()]);
        let Some(rail) = targets.iter().find_map(wants).map(Guardrail::words) else {
            return false;
        };
        let Some(word) = super::guard::word(targets.iter()) else { return false };
        // What lies below the form may have changed while the word was typed.
        if self.confirmed.as_ref() == Some(&word) {
            return false;
        }
        let words = asked.words(action);
        let (first, rest) = words.split_at(words.chars().next().map_or(0, char::len_utf8));
        let mut lines: Vec<String> = targets.iter().map(Target::long).collect();
        lines.push(String::new());
        lines.push(format!("{} in {context} must be confirmed, says {rail}.", action.name()));
        let title = format!("{}{rest}: {}", first.to_uppercase(), together(&targets));
        let verb = action.info().short.to_owned();
        self.open_form(Box::new(Sure { title, verb, lines }), Some(word.clone()));
        self.with_form(|form, _| form.then = Some((asked, word)));
        true
    }

    /// Does what was asked for, now that its word was typed.
    pub(super) fn go_ahead(&mut self, asked: Asked, word: String) {
        self.confirmed = Some(word);
        match asked {
            Asked::Action(action) => self.act(action),
            Asked::Command(command) => {
                if let Err(why) = self.perform(command) {
                    self.notify(Level::Warning, why);
                }
            }
        }
        self.confirmed = None;
    }
}
