//! The mouse: the wheel scrolls, a click chooses, a click on a heading sorts, a second click opens.

use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};

use super::action::Action;
use super::layout::{Layout, Target};
use super::{App, Over, Page};

/// How many lines the wheel scrolls by.
const WHEEL: isize = 3;
/// Within how many seconds a second click makes a double one.
const DOUBLE: i64 = 1;

impl App {
    /// Where the last frame put what.
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// The size of the terminal: columns, lines.
    pub fn size(&self) -> (u16, u16) {
        self.size
    }

    pub(super) fn drawn(&mut self, layout: Layout) {
        // A frame that shows other lines than the pages thought must be drawn again; long lines of logs take more of them where it is narrower.
        self.redraw |= layout.body.height != self.layout.body.height
            || (layout.body.width != self.layout.body.width && self.logs().is_some())
            || layout.editor.area != self.layout.editor.area
            || layout.sessions != self.layout.sessions;
        self.layout = layout;
        let extra = self.layout.extra.clone();
        if let Some((browse, _)) = self.browse_mut() {
            browse.extra = extra;
        }
    }

    pub(super) fn resize(&mut self, width: u16, height: u16) {
        // Until the next frame says how high the body is, it grows and shrinks with the terminal.
        let body = i32::from(self.layout.body.height) + i32::from(height) - i32::from(self.size.1);
        self.layout.body.height = u16::try_from(body.max(1)).unwrap_or(1);
        self.size = (width, height);
        self.redraw = true;
    }

    pub(super) fn mouse(&mut self, event: MouseEvent) {
        if matches!(self.over.last(), Some(Over::Editor(_))) && self.mouse_in_editor(event) {
            return;
        }
        if self.over.is_empty() && self.mouse_in_pane(event) {
            return;
        }
        match event.kind {
            MouseEventKind::ScrollUp => self.wheel(-WHEEL),
            MouseEventKind::ScrollDown => self.wheel(WHEEL),
            MouseEventKind::Down(MouseButton::Left) => {
                self.click(self.layout.at(event.column, event.row));
            }
            _ => {}
        }
    }

    fn wheel(&mut self, lines: isize) {
        self.redraw = true;
        let height = self.layout.height();
        if let Some(over) = self.over.last_mut() {
            let action = if lines < 0 { Action::Up } else { Action::Down };
            match over {
                Over::Prompt(prompt) => prompt.choose(lines > 0),
                Over::Picker(picker) => drop(picker.act(action, height)),
                Over::Help(_) => (0..lines.abs()).for_each(|_| self.act(action)),
                Over::Editor(editor) => editor.scroll(lines),
                Over::Form(_) | Over::Run(_) | Over::Copy(_) | Over::Leave => {}
            }
            return;
        }
        if let Some((browse, store)) = self.browse_mut() {
            browse.scroll(lines, store, height);
        } else if let Some(reader) = self.reader_mut() {
            reader.scroll(lines, height);
        } else if let Some((map, _)) = self.map_mut() {
            map.scroll(lines, height);
        } else if let Some(logs) = self.logs_mut() {
            logs.scroll(lines);
        } else if let Some(files) = self.files_mut() {
            files.scroll(lines);
        }
    }

    fn click(&mut self, target: Target) {
        self.redraw = true;
        self.notice = None;
        self.pending.clear();
        let now = self.now;
        let twice = self
            .last_click
            .take()
            .is_some_and(|(before, at)| before == target && now - at <= DOUBLE);
        if !twice {
            self.last_click = Some((target, now));
        }
        match self.over.last_mut() {
            Some(Over::Picker(picker)) => match target {
                Target::Item(item) if item < picker.shown.len() => {
                    picker.cursor = item;
                    if twice {
                        self.choose();
                    }
                }
                Target::Item(_) => {}
                _ => drop(self.over.pop()),
            },
            Some(Over::Prompt(prompt)) => {
                if let Target::Item(item) = target
                    && item < prompt.suggestions.len()
                {
                    prompt.chosen = Some(item);
                    self.act(Action::Complete);
                }
            }
            Some(
                Over::Help(_)
                | Over::Form(_)
                | Over::Run(_)
                | Over::Copy(_)
                | Over::Editor(_)
                | Over::Leave,
            ) => {}
            None => self.click_page(target, twice),
        }
    }

    fn click_page(&mut self, target: Target, twice: bool) {
        let now = self.now;
        let most = usize::from(self.layout.bars.width);
        match (target, self.page_mut()) {
            (Target::Body(line), Some(Page::Manifest(manifest))) => {
                manifest.reader.click(line);
                if twice {
                    self.act(Action::Fold);
                }
            }
            (Target::Body(line), Some(Page::Map(map))) => {
                map.click(line);
                if twice {
                    self.act(Action::Fold);
                }
            }
            (Target::Body(line), Some(Page::Sheet(sheet))) => {
                sheet.reader.click(line);
                if twice {
                    self.act(Action::DrillDown);
                }
            }
            (Target::Body(line), Some(Page::Logs(logs))) => {
                logs.click(line);
                if twice {
                    self.act(Action::TakeApart);
                }
            }
            (Target::Bar(bar), Some(Page::Logs(logs))) => logs.click_bar(bar, most),
            (Target::Body(line), Some(Page::Files(files))) => {
                files.click(line);
                if twice {
                    self.act(Action::OpenFile);
                }
            }
            (Target::Body(line), Some(Page::Browse(_))) => {
                let hit = self.browse_mut().and_then(|(browse, store)| browse.click(line, store));
                if twice && hit.is_some() {
                    self.act(Action::DrillDown);
                }
            }
            (Target::Heading(column), Some(Page::Browse(_))) => {
                if let Some((browse, store)) = self.browse_mut() {
                    browse.sort_by(column, store, now);
                }
                // Each click on a heading counts for itself.
                self.last_click = None;
            }
            _ => {}
        }
    }
}
