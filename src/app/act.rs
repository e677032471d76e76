//! Actions are performed by the layer or page that owns them, and those of kx as a whole here.

use super::action::Action;
use super::picker::Choice;
use super::prompt::{Prompt, Purpose};
use super::{App, Effect, Help, Layer, Level, Opener, Over, Page};

impl App {
    /// Why an action is not possible here and now; `None` where it is. Help greys by this, and nothing is performed past it.
    pub fn refusal(&self, action: Action) -> Option<String> {
        let info = action.info();
        if info.writes && self.setup.read_only {
            return Some("kx is read-only: start it with --write to change things".to_owned());
        }
        let verb = info.needs?;
        let resource = match self.page()? {
            Page::Browse(browse) => &browse.source.resource,
            Page::Manifest(manifest) => &manifest.resource,
        };
        // Discovery lists no verbs for what is shown before it, and for parts of objects.
        let can = resource.verbs.is_empty() || resource.can(verb);
        (!can).then(|| {
            format!("{} cannot be asked for that: the server offers no {verb}", resource.plural)
        })
    }

    /// Performs an action.
    pub(super) fn act(&mut self, action: Action) {
        self.redraw = true;
        if !action.is_in(self.layer()) {
            let there =
                action.info().layers.iter().map(|l| l.name()).collect::<Vec<_>>().join(", ");
            self.notify(Level::Warning, format!("{action} works in {there} only"));
            return;
        }
        if let Some(why) = self.refusal(action) {
            self.notify(Level::Warning, why);
            return;
        }
        let done = match self.layer() {
            Layer::Prompt => self.act_in_prompt(action),
            Layer::Picker => self.act_in_picker(action),
            Layer::Help => self.act_in_help(action),
            Layer::Browse | Layer::Manifest => self.act_on_page(action),
        };
        if !done {
            self.act_in_general(action);
        }
    }

    fn act_on_page(&mut self, action: Action) -> bool {
        let (height, now) = (self.layout.height(), self.now);
        let result = match self.browse_mut() {
            Some((browse, store)) => browse.act(action, store, (height, now)),
            None => self.manifest_mut().map_or(Ok(false), |m| m.act(action, height)),
        };
        match result {
            Ok(done) => done,
            Err(why) => {
                self.notify(Level::Warning, why);
                true
            }
        }
    }

    fn act_in_help(&mut self, action: Action) -> bool {
        let page = self.layout.list.height.max(2) as usize - 1;
        let Some(Over::Help(help)) = self.over.last_mut() else { return false };
        let lines: usize = {
            let (of, query) = (help.of, help.query.clone());
            self.help_sections(of, &query).iter().map(|s| s.entries.len() + 2).sum()
        };
        let Some(Over::Help(help)) = self.over.last_mut() else { return false };
        match action {
            Action::Escape if !help.query.is_empty() => help.query.clear(),
            Action::Escape | Action::Back => drop(self.over.pop()),
            Action::Search => {
                let prompt = Prompt::new(Purpose::Search, &help.query);
                self.over.push(Over::Prompt(prompt));
            }
            _ => match super::browse::moved(action, help.first, lines, page) {
                Some(to) => help.first = to,
                None => return false,
            },
        }
        true
    }

    /// The actions of kx as a whole, and those of a page that lead away from it.
    fn act_in_general(&mut self, action: Action) {
        match action {
            Action::Quit => self.quit(),
            Action::Suspend => self.effects.push(Effect::Suspend),
            Action::CommandLine => self.open_command_line(""),
            Action::Help => {
                let help = Help { of: self.layer(), first: 0, query: String::new() };
                self.over.push(Over::Help(help));
            }
            Action::Escape => self.escape(),
            Action::Back => self.back(),
            Action::HistoryBack => self.step_view(false),
            Action::HistoryForward => self.step_view(true),
            Action::LastView => self.last_view(),
            Action::Contexts => self.open_picker(Choice::Contexts),
            Action::Namespaces => self.open_picker(Choice::Namespaces),
            Action::Retry => self.retry(),
            Action::TogglePeek => self.peek = !self.peek,
            Action::ToggleHeader => self.header = !self.header,
            Action::Filter | Action::Search => self.open_filter(),
            Action::ClearFilter => self.set_filter(""),
            Action::DrillDown => self.drill_down(),
            Action::Owner => self.go_to_owner(),
            Action::Node => self.go_to_node(),
            Action::Yaml => self.open_yaml(),
            Action::AllNamespaces => self.show_scope(crate::store::Scope::All),
            Action::RowNamespace => self.show_namespace_of_row(),
            Action::ToggleFavourite => self.toggle_favourite_of_row(),
            Action::OpenInPager => self.open_in(Opener::Pager),
            Action::OpenInEditor => self.open_in(Opener::Editor),
            _ => {
                if let Some(slot) = action.namespace_slot() {
                    self.show_namespace_slot(slot);
                } else {
                    self.copy(action);
                }
            }
        }
    }

    pub(super) fn quit(&mut self) {
        self.effects.push(Effect::Quit);
    }

    /// Clears what can be cleared, the nearest first; else goes back.
    fn escape(&mut self) {
        if let Some((browse, _)) = self.browse_mut() {
            if !browse.marks.is_empty() {
                return browse.marks.clear();
            }
            if !browse.filter.is_empty() {
                return self.set_filter("");
            }
        }
        if let Some(manifest) = self.manifest_mut()
            && !manifest.search.pattern().is_empty()
        {
            return manifest.type_search("");
        }
        self.back();
    }

    fn open_in(&mut self, with: Opener) {
        if let Some(manifest) = self.manifest() {
            let kind = manifest.resource.singular.as_str();
            let kind = if kind.is_empty() { &manifest.resource.plural } else { kind };
            let name = format!("{kind}-{}.yaml", manifest.name.replace(['/', ':'], "-"));
            let effect = Effect::Open { with, text: manifest.text().to_owned(), name };
            self.effects.push(effect);
        }
    }

    fn copy(&mut self, action: Action) {
        let text = match action {
            Action::CopyYaml => self.manifest().map(|m| m.text().to_owned()),
            Action::CopyName if self.manifest().is_some() => {
                self.manifest().map(|m| m.name.clone())
            }
            Action::CopyNamespace if self.manifest().is_some() => {
                self.manifest().map(|m| m.namespace.clone())
            }
            _ => self.copied_rows(action),
        };
        match text.filter(|text| !text.is_empty()) {
            Some(text) => self.effects.push(Effect::Copy(text)),
            None => self.notify(Level::Warning, "there is nothing to copy here"),
        }
    }

    /// The marked rows, or the one under the cursor, as text: a line each.
    fn copied_rows(&self, action: Action) -> Option<String> {
        let browse = self.browse()?;
        let rows = browse.chosen(&self.store);
        let columns = browse.columns(&self.store);
        let cell = |row, column: usize| super::browse::cell_text(&columns[column], row, self.now);
        let lines: Vec<String> = match action {
            Action::CopyName => rows.iter().map(|row| row.name.to_string()).collect(),
            Action::CopyNamespace => {
                let mut names: Vec<_> = rows.iter().map(|row| row.namespace.to_string()).collect();
                names.dedup();
                names
            }
            Action::CopyCell => {
                let column = browse.column(&self.store)?;
                rows.iter().map(|row| cell(row, column)).collect()
            }
            Action::CopyRow => {
                let shown = browse.shown_columns(&self.store);
                let line = |row| shown.iter().map(|c| cell(row, *c)).collect::<Vec<_>>().join("\t");
                rows.into_iter().map(line).collect()
            }
            _ => return None,
        };
        Some(lines.join("\n"))
    }
}
