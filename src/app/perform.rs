//! Commands performed: what a line that was typed after `:` does.

use crate::change::journal::List;
use crate::config::State;
use crate::kinds::catalog::{NotFound, unheard};
use crate::nearest::nearest;
use crate::store::Scope;

use super::App;
use super::action::Action;
use super::command::{COMMANDS, Command, Show};
use super::picker::Choice;
use super::prompt::Complaint;

/// What is said of a name that no resource has.
pub(super) fn not_found(error: &NotFound) -> String {
    let name = &error.name;
    let commands = COMMANDS.iter().flat_map(|c| c.names.iter().copied()).filter(|n| n.len() > 1);
    let mut near = error.nearest.clone();
    near.extend(nearest(name, commands.chain(Action::ALL.iter().map(|a| a.name()))));
    near.dedup();
    near.truncate(4);
    let hint = if near.is_empty() {
        String::new()
    } else {
        format!("; did you mean {}?", near.join(", "))
    };
    let unheard = unheard(&error.silent);
    format!("there is no resource, command or action {name:?}{hint}{unheard}")
}

impl App {
    /// Runs a command line; where that fails, it says why and stays as typed.
    pub(super) fn run_line(&mut self, text: &str) {
        let command = match Command::parse(text) {
            Ok(Some(command)) => command,
            Ok(None) => return drop(self.over.pop()),
            Err(complaint) => return self.complain(complaint),
        };
        // The command acts on the page, so nothing lies over it any more.
        let before = std::mem::take(&mut self.over);
        let at = match &command {
            Command::Show(show) => show.at.clone(),
            _ => text.find(char::is_whitespace).map_or(0..0, |at| at + 1..text.len()),
        };
        let forgotten = self.setup.forget_commands && matches!(command, Command::Exec { .. });
        match self.perform(command) {
            Ok(()) if forgotten => {}
            Ok(()) => {
                State::remember(&mut self.setup.state.commands, text);
                self.save();
            }
            Err(message) => {
                self.over = before;
                self.complain(Complaint { message, at });
            }
        }
    }

    /// Performs a command.
    ///
    /// # Errors
    /// Why it cannot be done, for whoever typed it.
    pub(super) fn perform(&mut self, command: Command) -> Result<(), String> {
        match command {
            Command::Show(show) => return self.show_or_act(show),
            Command::Context(None) => self.open_picker(Choice::Contexts),
            Command::Context(Some(name)) => return self.switch_context(&name),
            Command::Namespaces(None) => self.open_picker(Choice::Namespaces),
            Command::Namespaces(Some(scope)) => self.show_scope(scope),
            Command::Theme(name) => return self.use_theme(name.as_deref()),
            Command::Keymap(name) => return self.use_keymap(name.as_deref()),
            Command::Map(view) => return self.open_map(view.as_deref()),
            Command::Cluster => self.open_cluster(),
            Command::Raw(path, beginning) => {
                self.open_sheet(crate::overview::raw(&path, &beginning)?, None);
            }
            Command::Access(asked) => self.ask_access(&asked),
            Command::GroupedEvents(scope) => self.group_events(scope),
            Command::Text(aim, file) => return self.edit_text(aim, file),
            Command::Drafts => self.list_drafts(),
            Command::Journal(query) => self.open_sheet(Box::new(List(query)), None),
            Command::Runs => self.choose_run(),
            Command::Files(None) => self.act(Action::Files),
            Command::Files(Some(path)) => return self.open_files_at(&path),
            Command::EditDraft(name) => return self.edit_draft(name),
            Command::Help => self.act(Action::Help),
            Command::Quit => self.quit(),
            Command::Action(action) => self.act(action),
            Command::Helm(command) => return self.helm(command),
            Command::Forwards => self.open_forwards(),
            Command::PortForward { spec, address } => return self.port_forward(spec, address),
            Command::Express(text) => return self.express_by_name(&text),
            Command::Exec { words, container } => return self.exec(words, container),
            Command::Object(command) => return self.show_object(command),
        }
        Ok(())
    }

    /// A word that is no resource may be an action.
    fn show_or_act(&mut self, show: Show) -> Result<(), String> {
        if let Some(action) = Action::parse(&show.resource)
            && self.context().catalog.resolve(&show.resource).is_err()
        {
            let alone =
                Show { resource: show.resource.clone(), at: show.at.clone(), ..Show::default() };
            if show != alone {
                return Err(format!("{action} is an action: nothing can follow it"));
            }
            self.act(action);
            return Ok(());
        }
        // A context has its own resources and namespaces; those of this one say nothing of them.
        let known = self.namespace_names();
        if let (Some(Scope::Namespaces(names)), None) = (&show.scope, &show.context)
            && let Some(missing) = names.iter().find(|name| !known.contains(&&***name))
            && self.knows_namespaces()
        {
            let near = nearest(missing, known.iter().copied());
            let hint = if near.is_empty() {
                String::new()
            } else {
                format!("; did you mean {}?", near.join(", "))
            };
            return Err(format!("there is no namespace {missing:?}{hint}"));
        }
        self.show(show)
    }

    /// Whether the list of namespaces is whole, so that one that is not in it does not exist.
    fn knows_namespaces(&self) -> bool {
        let table = self.context().namespaces.and_then(|id| self.store.table(id));
        table.is_some_and(|t| {
            matches!(t.freshness(), crate::store::Freshness::Live { limited_to: None })
                && !t.is_empty()
        })
    }

    fn use_theme(&mut self, name: Option<&str>) -> Result<(), String> {
        let Some(themes) = &self.setup.themes else {
            return Err("there are no themes here".to_owned());
        };
        let Some(name) = name else {
            return Err(format!("name a theme: {}", themes.names().join(", ")));
        };
        let theme = themes.get(name, self.setup.depth).map_err(|error| error.to_string())?;
        self.paint(theme);
        Ok(())
    }

    fn use_keymap(&mut self, name: Option<&str>) -> Result<(), String> {
        let Some(name) = name else {
            return Err(format!("name a keymap: {}", self.setup.keymaps.names().join(", ")));
        };
        self.keymap = self.setup.keymaps.get(name).map_err(|error| error.to_string())?;
        Ok(())
    }
}
