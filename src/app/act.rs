//! Actions are performed by the layer or page that owns them, and those of kx as a whole here.

use crate::map::Section;

use super::action::Action;
use super::logs::Ask;
use super::picker::Choice;
use super::prompt::{Prompt, Purpose};
use super::sure::Asked;
use super::{App, Effect, Help, Layer, Level, Opener, Over, Page, SheetPage};

impl App {
    /// Why an action is not possible here and now; `None` where it is. Help greys by this, and nothing is performed past it.
    pub fn refusal(&self, action: Action) -> Option<String> {
        self.out_of_place(action).or_else(|| self.forbidden(action))
    }

    /// Why what would make sense here is not possible now: a port forward that is not so far, a guardrail, or whoever grants rights.
    fn forbidden(&self, action: Action) -> Option<String> {
        self.forward_idle(action).or_else(|| self.guarded(action)).or_else(|| self.forbids(action))
    }

    /// Why an action is nothing for what is here.
    pub(super) fn out_of_place(&self, action: Action) -> Option<String> {
        let info = action.info();
        if let Some(why) = self.editor_refuses(action).or_else(|| self.forward_refuses(action)) {
            return Some(why);
        }
        if info.writes
            && let Some(why) = self.is_closed()
        {
            return Some(why);
        }
        if let Some(logs) = self.logs()
            && matches!(action, Action::NextMatch | Action::PreviousMatch)
            && logs.search.text().is_empty()
        {
            return Some("nothing is searched for: type a search first".to_owned());
        }
        let verb = info.needs?;
        let release = self.release_in_view();
        let of_whole;
        let resource = match self.page()? {
            Page::Manifest(manifest) => &manifest.resource,
            Page::Browse(browse) => {
                of_whole = self.whole_for(browse, action);
                of_whole.as_ref().unwrap_or(&browse.source.resource)
            }
            Page::Map(_) if info.writes => self.chosen_resource()?,
            Page::Map(_) => self.here()?.resource,
            Page::Sheet(sheet) => match &sheet.about {
                Some(about) => &about.resource,
                None => &release.as_ref()?.resource,
            },
            // It was looked at when they were opened.
            Page::Logs(_) | Page::Files(_) => return None,
        };
        if let Some(why) = (info.unfit)(self, resource) {
            return Some(why);
        }
        if let Some(why) = self.refuses_offer(action, resource) {
            return Some(why);
        }
        // Discovery lists no verbs for what is shown before it, and for parts of objects. What is asked of a subresource is not listed there.
        let can = resource.verbs.is_empty()
            || verb.contains(' ')
            || resource.can(verb)
            || super::write::is_own(action, resource);
        (!can).then(|| {
            format!("{} cannot be asked for that: the server offers no {verb}", resource.plural)
        })
    }

    /// Performs an action.
    pub(super) fn act(&mut self, action: Action) {
        self.redraw = true;
        if let Some(why) = action.elsewhere(self.layer()) {
            self.notify(Level::Warning, why);
            return;
        }
        tracing::debug!(%action, "asked for an action");
        if let Some(why) = self.refusal(action) {
            tracing::debug!(%action, "refused an action");
            // Rights may have been granted since: the next time it is known.
            self.permits.doubt(&self.context);
            self.notify(Level::Warning, why);
            return;
        }
        let done = match self.layer() {
            Layer::Prompt => self.act_in_prompt(action),
            Layer::Picker => self.act_in_picker(action),
            Layer::Help => self.act_in_help(action),
            Layer::Form => self.act_in_form(action),
            Layer::Run => self.act_in_run(action),
            Layer::Editor => self.act_in_editor(action),
            Layer::Session => self.act_in_panes(action),
            Layer::Browse
            | Layer::Manifest
            | Layer::Sheet
            | Layer::Map
            | Layer::Logs
            | Layer::Files => self.act_on_page(action),
        };
        if !done {
            self.act_in_general(action);
        }
    }

    fn act_on_page(&mut self, action: Action) -> bool {
        let (height, now) = (self.layout.height(), self.now);
        if self.asks_first(Asked::Action(action))
            || self.write(action)
            || self.open_session(action)
            || self.act_in_panes(action)
            || self.act_on_forward(action)
            || self.act_on_files(action)
        {
            return true;
        }
        let result = if let Some((browse, store)) = self.browse_mut() {
            browse.act(action, store, (height, now))
        } else if let Some((map, graph)) = self.map_mut() {
            map.act(action, graph, height)
        } else {
            match self.page_mut() {
                Some(Page::Manifest(manifest)) => manifest.act(action, height),
                Some(Page::Sheet(sheet)) => sheet.act(action, height),
                Some(Page::Logs(logs)) => logs.act(action, height),
                Some(Page::Files(files)) => Ok(files.act(action, height)),
                _ => Ok(false),
            }
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
            Action::Logs => self.open_logs(false),
            Action::PreviousLogs => self.open_logs(true),
            Action::Filter => self.open_filter(),
            Action::Search => self.open_search(),
            Action::ClearFilter => self.set_filter(""),
            Action::GoToTime => self.ask_logs(Ask::Time),
            Action::ReadFrom => self.ask_logs(Ask::From),
            Action::ChooseFields => self.ask_logs(Ask::Fields),
            Action::Express => self.ask_logs(Ask::Expression),
            Action::Save => self.ask_logs(Ask::Save),
            Action::SaveAll => self.ask_logs(Ask::SaveAll),
            Action::DrillDown => self.drill_down(),
            Action::Owner => self.go_to_owner(),
            Action::Node => self.go_to_node(),
            Action::Yaml => self.open_yaml(),
            Action::OpenRow => self.open_row(),
            Action::Surroundings => self.open_surroundings(None),
            Action::Owned => self.open_surroundings(Some(Section::Owned)),
            Action::Uses => self.open_surroundings(Some(Section::Uses)),
            Action::UsedBy => self.open_surroundings(Some(Section::UsedBy)),
            Action::Policies => self.open_surroundings(Some(Section::Policies)),
            Action::Events => self.go_to_events(),
            Action::Describe => self.open_describe(),
            Action::LookInside => self.look_inside(),
            Action::Rollout => self.open_rollout(),
            Action::Finalizers => self.open_finalizers(),
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
        if let Some(reader) = self.reader_mut()
            && !reader.search.pattern().is_empty()
        {
            return reader.type_search("");
        }
        if let Some(logs) = self.logs_mut()
            && logs.escape()
        {
            return;
        }
        if let Some(files) = self.files_mut()
            && files.clear()
        {
            return;
        }
        if let Some((map, _)) = self.map_mut()
            && !map.marks.is_empty()
        {
            return map.marks.clear();
        }
        if let Some((map, graph)) = self.map_mut()
            && !map.search.pattern().is_empty()
        {
            return map.type_search("", graph);
        }
        self.back();
    }

    fn open_in(&mut self, with: Opener) {
        if with == Opener::Pager
            && let Some(logs) = self.logs()
        {
            match logs.whole() {
                Ok(export) => self.effects.push(Effect::Page { export }),
                Err(why) => self.notify(Level::Info, why),
            }
            return;
        }
        if self.logs().is_some() {
            return self.open_logs_in(with);
        }
        let (text, name) = match self.page() {
            Some(Page::Manifest(manifest)) => {
                let kind = manifest.resource.singular.as_str();
                let kind = if kind.is_empty() { &manifest.resource.plural } else { kind };
                (manifest.text().to_owned(), format!("{kind}-{}.yaml", manifest.name))
            }
            Some(Page::Sheet(sheet)) => {
                (sheet.sheet().text(), format!("{}.txt", sheet.crumbs().join("-")))
            }
            Some(Page::Browse(_) | Page::Map(_) | Page::Logs(_) | Page::Files(_)) | None => return,
        };
        let name = name.replace(['/', ':', ' '], "-");
        self.effects.push(Effect::Open { with, text, name });
    }

    fn copy(&mut self, action: Action) {
        let text = match action {
            Action::CopyLine | Action::CopyText if self.logs().is_some() => {
                return self.copy_logs(action == Action::CopyText);
            }
            Action::CopyName if self.logs().is_some() => self.logs().map(|logs| logs.title.clone()),
            Action::CopyYaml => self.manifest().map(|m| m.text().to_owned()),
            Action::CopyText => self.sheet().map(|s| s.sheet().text()),
            Action::CopyLine => {
                let line = self.reader().and_then(|r| r.lines().get(r.here()));
                let own = self.sheet().and_then(SheetPage::copy).map(str::to_owned);
                own.or_else(|| line.map(|line| line.text.trim().to_owned()))
            }
            Action::CopyName if self.reader().is_some() => self.about().map(|about| about.name),
            Action::CopyNamespace if self.reader().is_some() => {
                self.about().map(|about| about.namespace)
            }
            _ if self.files().is_some() => self.files().and_then(|files| files.copied(action)),
            _ if self.map().is_some() => {
                let rows: Vec<_> = self.chosen_nodes().into_iter().map(|(_, row)| row).collect();
                Self::copied(action, &rows)
            }
            _ => self.copied_rows(action),
        };
        match text.filter(|text| !text.is_empty()) {
            Some(text) => self.effects.push(Effect::Copy(text)),
            None => self.notify(Level::Warning, "there is nothing to copy here"),
        }
    }

    /// The names or the namespaces of some rows: a line each.
    fn copied(action: Action, rows: &[&crate::store::Row]) -> Option<String> {
        let lines: Vec<&str> = match action {
            Action::CopyName => rows.iter().map(|row| &*row.name).collect(),
            Action::CopyNamespace => {
                let mut names: Vec<&str> = rows.iter().map(|row| &*row.namespace).collect();
                names.dedup();
                names
            }
            _ => return None,
        };
        Some(lines.join("\n"))
    }

    /// The marked rows, or the one under the cursor, as text: a line each.
    fn copied_rows(&self, action: Action) -> Option<String> {
        let browse = self.browse()?;
        let rows = browse.chosen(&self.store);
        let columns = browse.columns(&self.store);
        let cell = |row, column: usize| super::browse::cell_text(&columns[column], row, self.now);
        let lines: Vec<String> = match action {
            Action::CopyName | Action::CopyNamespace => return Self::copied(action, &rows),
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
