//! The prompt at work: the filter and the search follow what is typed, and what is typed is suggested, corrected and taken.

use crate::config::State;

use super::action::Action;
use super::command::{self, COMMANDS, What, World};
use super::layer::Layer;
use super::logs::Ask;
use super::prompt::{Complaint, Prompt, Purpose};
use super::{App, Level, Over, Page};

impl App {
    /// Opens the command line.
    pub(super) fn open_command_line(&mut self, text: &str) {
        self.over.push(Over::Prompt(Prompt::new(Purpose::Command, text)));
        self.suggest();
    }

    /// Opens the prompt of a search.
    pub(super) fn open_search(&mut self) {
        let Some(logs) = self.logs() else { return self.open_filter() };
        let prompt = Prompt::new(Purpose::Search, logs.search.text());
        self.over.push(Over::Prompt(prompt));
    }

    /// Opens the prompt that narrows the page: a table's filter, the search in a text.
    pub(super) fn open_filter(&mut self) {
        let prompt = match (self.page(), self.reader()) {
            (Some(Page::Browse(browse)), _) => Prompt::new(Purpose::Filter, browse.filter.text()),
            (Some(Page::Logs(logs)), _) => Prompt::new(Purpose::Filter, logs.filter.text()),
            (Some(Page::Files(files)), _) => Prompt::new(Purpose::Filter, files.filter.pattern()),
            (Some(Page::Map(map)), _) => Prompt::new(Purpose::Search, map.search.pattern()),
            (_, Some(reader)) => Prompt::new(Purpose::Search, reader.search.pattern()),
            _ => return self.notify(Level::Info, "there is nothing to filter yet"),
        };
        self.over.push(Over::Prompt(prompt));
        self.typed();
    }

    pub(super) fn set_filter(&mut self, text: &str) {
        let now = self.now;
        if let Some((browse, store)) = self.browse_mut() {
            browse.type_filter(text, store, now);
        } else if let Some(logs) = self.logs_mut() {
            let filter = logs.filter.typed(text, now);
            logs.set_filter(filter);
        } else if let Some(files) = self.files_mut() {
            files.set_filter(text);
        }
    }

    fn prompt_mut(&mut self) -> Option<&mut Prompt> {
        match self.over.last_mut() {
            Some(Over::Prompt(prompt)) => Some(prompt),
            _ => None,
        }
    }

    /// The line in the prompt changed: what follows it does so at once.
    pub(super) fn typed(&mut self) {
        let Some(prompt) = self.prompt_mut() else { return };
        prompt.complaint = None;
        prompt.chosen = None;
        let text = prompt.line.text().to_owned();
        match prompt.purpose {
            Purpose::Command => self.suggest(),
            Purpose::Filter => {
                self.set_filter(&text);
                let complaint = self.filter_complaint();
                if let Some(prompt) = self.prompt_mut() {
                    prompt.complaint = complaint;
                }
            }
            Purpose::Search => self.search(&text),
            Purpose::Line => self.go_to_line(&text),
            Purpose::Logs(_) | Purpose::Replace => {}
            Purpose::Download | Purpose::Upload => {}
        }
    }

    /// What is wrong with the filter that is typed.
    fn filter_complaint(&self) -> Option<Complaint> {
        if let Some(logs) = self.logs() {
            let (at, message) = logs.filter.wrong()?;
            return Some(Complaint { message: message.clone(), at: at.clone() });
        }
        let error = self.browse()?.filter.error()?;
        Some(Complaint { message: error.message.clone(), at: error.at.clone() })
    }

    /// A search is typed: in the help below the prompt, else in the text in view.
    fn search(&mut self, text: &str) {
        if self.search_editor(text) {
            return;
        }
        let below = self.over.len().checked_sub(2).and_then(|at| self.over.get_mut(at));
        if let Some(Over::Help(help)) = below {
            text.clone_into(&mut help.query);
            help.first = 0;
        } else if let Some(reader) = self.reader_mut() {
            reader.type_search(text);
        } else if let Some((map, graph)) = self.map_mut() {
            map.type_search(text, graph);
        } else if let Some(logs) = self.logs_mut() {
            logs.type_search(text);
        }
    }

    /// Where nothing that is open of a Map is found, what is not open is looked through.
    fn search_closed(&mut self) {
        let Some((map, graph)) = self.map_mut() else { return };
        if map.search.pattern().is_empty()
            || map.line().is_some_and(|line| map.matches(graph, line))
        {
            return;
        }
        map.find_closed(graph);
    }

    /// Finds what could be meant by what is typed.
    pub(super) fn suggest(&mut self) {
        let Some(prompt) = self.prompt() else { return };
        if prompt.purpose != Purpose::Command {
            return;
        }
        let themes = self.setup.themes.as_ref();
        let world = World {
            catalog: &self.context().catalog,
            namespaces: self.namespace_names(),
            contexts: self.setup.contexts.iter().map(|c| c.name.as_str()).collect(),
            themes: themes.map(crate::theme::Themes::names).unwrap_or_default(),
            keymaps: self.setup.keymaps.names(),
            history: &self.setup.state.commands,
        };
        let mut completion = command::complete(&prompt.line, &world);
        for suggestion in &mut completion.suggestions {
            suggestion.refused = self.refuses_suggestion(suggestion.what, &suggestion.text);
        }
        if let Some(prompt) = self.prompt_mut() {
            prompt.from = completion.from;
            prompt.suggestions = completion.suggestions;
            prompt.chosen = None;
        }
    }

    /// Why a command or an action that could be meant is not possible here and now.
    fn refuses_suggestion(&self, what: What, name: &str) -> Option<String> {
        match what {
            What::Action => {
                let action = Action::parse(name)?;
                let layer = self.page().map_or(Layer::Browse, Page::layer);
                action.elsewhere(layer).or_else(|| self.refusal(action))
            }
            What::Command => {
                let command = COMMANDS.iter().find(|command| command.names.contains(&name))?;
                (command.refuses)(self)
            }
            _ => None,
        }
    }

    /// Performs an action in the prompt; whether it was one of its own.
    pub(super) fn act_in_prompt(&mut self, action: Action) -> bool {
        let Some(Over::Prompt(prompt)) = self.over.last_mut() else { return false };
        let history = match prompt.purpose {
            Purpose::Command => &self.setup.state.commands,
            Purpose::Filter | Purpose::Search => &self.setup.state.filters,
            Purpose::Line
            | Purpose::Logs(_)
            | Purpose::Replace
            | Purpose::Download
            | Purpose::Upload => &Vec::new(),
        };
        let replaces = prompt.purpose == Purpose::Replace;
        match action {
            Action::Accept => self.accept(),
            Action::Escape if replaces => self.end_replacing(),
            Action::NextSuggestion | Action::PreviousSuggestion if replaces => {
                self.skip_match(action == Action::NextSuggestion);
            }
            Action::ReplaceAll if replaces => {
                let text = prompt.line.text().to_owned();
                self.replace(&text, true);
            }
            Action::ReplaceAll => self.notify(Level::Info, "nothing is replaced here"),
            Action::Escape => self.cancel(),
            Action::DeleteBack if replaces && prompt.line.text().is_empty() => {}
            Action::DeleteBack if prompt.line.text().is_empty() => self.cancel(),
            Action::PreviousSuggestion | Action::NextSuggestion
                if prompt.recalls() || prompt.purpose != Purpose::Command =>
            {
                prompt.recall(history, action == Action::PreviousSuggestion);
                self.typed();
            }
            Action::PreviousSuggestion => prompt.choose(false),
            Action::NextSuggestion => prompt.choose(true),
            Action::OlderLine | Action::NewerLine => {
                prompt.recall(history, action == Action::OlderLine);
                self.typed();
            }
            Action::Complete => {
                if prompt.take() {
                    self.typed();
                }
            }
            Action::CursorRight if prompt.line.at_end() => {
                if !prompt.ghost().is_empty() && prompt.take() {
                    self.typed();
                }
            }
            _ => {
                let text = prompt.line.text().to_owned();
                if !prompt.edit(action) {
                    return false;
                }
                if prompt.line.text() == text {
                    self.suggest();
                } else {
                    self.typed();
                }
            }
        }
        true
    }

    /// Leaves the prompt; what it changed is as it was before.
    fn cancel(&mut self) {
        let Some(prompt) = self.prompt() else { return };
        let (purpose, before) = (prompt.purpose, prompt.before.clone());
        match purpose {
            Purpose::Command => {}
            Purpose::Filter => self.set_filter(&before),
            Purpose::Search => self.search(&before),
            Purpose::Line
            | Purpose::Logs(_)
            | Purpose::Replace
            | Purpose::Download
            | Purpose::Upload => {}
        }
        self.leave_search();
        self.over.pop();
    }

    fn accept(&mut self) {
        let Some(prompt) = self.prompt_mut() else { return };
        if prompt.purpose == Purpose::Command {
            // A suggestion chosen with the arrows is what is meant; one that is only offered is not.
            if prompt.chosen.is_some() {
                prompt.take();
            }
            let text = prompt.line.text().to_owned();
            return self.run_line(&text);
        }
        if let Some(complaint) = &prompt.complaint {
            // The prompt stays open on what is wrong; escape leaves it.
            let message = complaint.message.clone();
            return self.notify(Level::Warning, message);
        }
        let text = prompt.line.text().to_owned();
        let purpose = prompt.purpose;
        if purpose == Purpose::Replace {
            return self.replace(&text, false);
        }
        self.over.pop();
        match purpose {
            Purpose::Line | Purpose::Replace => return,
            Purpose::Logs(ask) => return self.accept_answer(ask, &text),
            Purpose::Download => return self.download_to(&text),
            Purpose::Upload => return self.upload_from(&text),
            Purpose::Search => self.accept_search(),
            Purpose::Command | Purpose::Filter => {}
        }
        if self.editor_mut().is_none() {
            self.search_closed();
        }
        if !text.trim().is_empty() {
            State::remember(&mut self.setup.state.filters, &text);
            self.save();
        }
        if self.goes_on_to_replace() {
            self.open_replace();
        }
    }

    /// What is searched for in logs is gone to.
    fn accept_search(&mut self) {
        if self.over.is_empty()
            && let Some(logs) = self.logs_mut()
            && let Err(why) = logs.go_to_match()
        {
            self.notify(Level::Warning, why);
        }
    }

    /// Takes an answer about logs; where that fails, it says why and stays as typed.
    fn accept_answer(&mut self, ask: Ask, text: &str) {
        if let Err(message) = self.answer_logs(ask, text) {
            let mut prompt = Prompt::new(Purpose::Logs(ask), text);
            prompt.complaint = Some(Complaint { message, at: 0..text.len() });
            self.over.push(Over::Prompt(prompt));
        }
    }

    /// Says what is wrong with what is typed.
    pub(super) fn complain(&mut self, complaint: Complaint) {
        if let Some(prompt) = self.prompt_mut() {
            prompt.complaint = Some(complaint);
        }
    }
}
