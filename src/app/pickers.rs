//! Pickers at work: what can be chosen, and what choosing does.

use crate::store::{Scope, Str};

use super::action::Action;
use super::picker::{Choice, Item, Picker};
use super::{App, Level, Over};

impl App {
    /// The open picker.
    pub fn picker(&self) -> Option<&Picker> {
        self.over.iter().rev().find_map(|over| match over {
            Over::Picker(picker) => Some(picker),
            _ => None,
        })
    }

    pub(super) fn open_picker(&mut self, choice: Choice) {
        if choice == Choice::Contexts {
            // The kubeconfig may have changed; what is known of it is shown meanwhile.
            self.effects.push(super::Effect::ReadContexts);
        }
        let items = self.items(choice);
        self.over.push(Over::Picker(Picker::new(choice, items)));
    }

    /// What there is to choose from changed.
    pub(super) fn refill_picker(&mut self) {
        let Some(choice) = self.picker().map(|picker| picker.choice) else { return };
        let items = self.items(choice);
        let picker = self.over.iter_mut().rev().find_map(|over| match over {
            Over::Picker(picker) => Some(picker),
            _ => None,
        });
        if let Some(picker) = picker {
            picker.refill(items);
        }
    }

    fn items(&self, choice: Choice) -> Vec<Item> {
        match choice {
            Choice::Namespaces => self.namespace_items(),
            Choice::Contexts => self.context_items(),
            Choice::Containers => self.container_items(),
            Choice::Runs => self.run_items(),
            Choice::Copies => self.copy_items(),
            Choice::Existing => self.existing_items(),
        }
    }

    fn namespace_items(&self) -> Vec<Item> {
        let scope = self.browse().filter(|b| b.source.resource.namespaced).map(|b| &b.source.scope);
        let scope = scope.unwrap_or(&self.context().scope);
        let shown = |name: &str| match scope {
            Scope::All => name.is_empty(),
            Scope::Namespaces(names) => names.iter().any(|n| **n == *name),
        };
        let remembered = self.remembered();
        let names = std::iter::once("").chain(self.namespace_names());
        let item = |(i, name): (usize, &str)| {
            let favourite = remembered.is_some_and(|r| r.favourites.iter().any(|f| f == name));
            let recent = remembered.is_some_and(|r| r.recents.iter().any(|f| f == name));
            let note = match (name.is_empty(), favourite || recent) {
                (true, _) => "0".to_owned(),
                (false, true) if i <= 9 => i.to_string(),
                _ => String::new(),
            };
            Item { name: name.to_owned(), note, favourite, recent, current: shown(name) }
        };
        names.enumerate().map(item).collect()
    }

    fn context_items(&self) -> Vec<Item> {
        let item = |c: &super::ContextInfo| Item {
            name: c.name.clone(),
            note: if c.cluster == c.name {
                c.user.clone()
            } else {
                format!("{} as {}", c.cluster, c.user)
            },
            favourite: false,
            recent: self.contexts.contains_key(c.name.as_str()),
            current: *self.context == *c.name,
        };
        self.setup.contexts.iter().map(item).collect()
    }

    /// Performs an action in the picker; whether it was one of its own.
    pub(super) fn act_in_picker(&mut self, action: Action) -> bool {
        let height = usize::from(self.layout.list.height).max(2);
        let Some(Over::Picker(picker)) = self.over.last_mut() else { return false };
        match action {
            Action::Accept => self.choose(),
            Action::Escape | Action::DeleteBack if picker.query.text().is_empty() => {
                let asks = picker.choice == Choice::Existing;
                self.over.pop();
                if asks {
                    self.answer_copy(None);
                }
            }
            Action::Escape => drop(
                picker.act(Action::DeleteToStart, height) | picker.act(Action::DeleteToEnd, height),
            ),
            Action::ToggleFavourite => {
                let name =
                    picker.here().map(|item| item.name.clone()).filter(|name| !name.is_empty());
                if let Some(name) = name.filter(|_| picker.choice == Choice::Namespaces) {
                    self.toggle_favourite(&name);
                    self.refill_picker();
                }
            }
            _ => return picker.act(action, height),
        }
        true
    }

    pub(super) fn choose(&mut self) {
        let Some(Over::Picker(picker)) = self.over.last() else { return };
        let (choice, chosen, typed) =
            (picker.choice, picker.chosen(), picker.query.text().trim().to_owned());
        match (choice, chosen.first()) {
            (Choice::Namespaces, None) if typed.is_empty() => {}
            (Choice::Namespaces, first) => {
                let scope = match first {
                    Some(name) if name.is_empty() => Scope::All,
                    Some(_) => {
                        Scope::Namespaces(chosen.iter().map(|n| Str::from(n.as_str())).collect())
                    }
                    // Who may not list namespaces can still name one.
                    None => Scope::Namespaces(vec![Str::from(typed.as_str())]),
                };
                self.over.clear();
                self.show_scope(scope);
            }
            (Choice::Containers, Some(name)) => {
                let name = name.clone();
                self.over.pop();
                self.open_in_container(&name);
            }
            (Choice::Containers, None) => {
                self.notify(Level::Warning, format!("there is no container {typed:?}"));
            }
            (Choice::Contexts, Some(name)) => {
                self.over.clear();
                if let Err(message) = self.switch_context(name) {
                    self.notify(Level::Warning, message);
                }
            }
            (Choice::Runs, Some(name)) => {
                let name = name.clone();
                self.over.clear();
                self.open_run(&name);
            }
            (Choice::Copies, Some(name)) => {
                let name = name.clone();
                self.over.clear();
                self.open_copy(&name);
            }
            (Choice::Existing, Some(words)) => {
                let words = words.clone();
                self.over.pop();
                self.answer_copy(Some(&words));
            }
            (Choice::Runs | Choice::Copies | Choice::Existing, None) => {}
            (Choice::Contexts, None) => {
                let message = format!("there is no context {typed:?}");
                self.notify(Level::Warning, message);
            }
        }
    }
}
