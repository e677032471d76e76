//! What keys and the mouse do in the editor.

use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::Position;

use crate::editor::{Move, Pos};

use super::super::action::Action;
use super::super::prompt::{Prompt, Purpose};
use super::super::{App, Effect, Level, Over};
use super::Editor;

/// The move that an action is, and whether it selects.
fn moved(action: Action) -> Option<(Move, bool)> {
    Some(match action {
        Action::CursorLeft => (Move::Left, false),
        Action::CursorRight => (Move::Right, false),
        Action::WordLeft => (Move::WordLeft, false),
        Action::WordRight => (Move::WordRight, false),
        Action::Up => (Move::Up, false),
        Action::Down => (Move::Down, false),
        Action::PageUp => (Move::PageUp, false),
        Action::PageDown => (Move::PageDown, false),
        Action::LineStart => (Move::LineStart, false),
        Action::LineEnd => (Move::LineEnd, false),
        Action::Top => (Move::Top, false),
        Action::Bottom => (Move::Bottom, false),
        Action::SelectLeft => (Move::Left, true),
        Action::SelectRight => (Move::Right, true),
        Action::SelectWordLeft => (Move::WordLeft, true),
        Action::SelectWordRight => (Move::WordRight, true),
        Action::SelectUp => (Move::Up, true),
        Action::SelectDown => (Move::Down, true),
        Action::SelectPageUp => (Move::PageUp, true),
        Action::SelectPageDown => (Move::PageDown, true),
        Action::SelectLineStart => (Move::LineStart, true),
        Action::SelectLineEnd => (Move::LineEnd, true),
        Action::SelectTop => (Move::Top, true),
        Action::SelectBottom => (Move::Bottom, true),
        _ => return None,
    })
}

/// What else an action leads to.
enum Then {
    Nothing,
    Copy(String),
    Say(String),
}

impl Editor {
    /// Types text, as from the keyboard or from a paste.
    pub(in super::super) fn insert(&mut self, text: &str) {
        self.buffer.insert(text);
        self.touched();
        let letter = text.chars().count() == 1 && !text.contains('\n');
        // A blank behind a word ends it, except behind a colon, where the value comes.
        let ends = text == " " && {
            let at = self.buffer.cursor();
            !self.buffer.line(at.line).get(..at.byte).unwrap_or_default().ends_with(": ")
        };
        self.types = letter && !ends;
        let offer = self.types && self.leads_to_offer();
        self.look(offer);
    }

    /// Edits the text; `None` where the action is no edit.
    fn edit(&mut self, action: Action) -> Option<Then> {
        let buffer = &mut self.buffer;
        let mut then = Then::Nothing;
        match action {
            Action::NewLine => buffer.new_line(),
            Action::Indent => buffer.indent(),
            Action::Dedent => buffer.dedent(),
            Action::ToggleComment => buffer.toggle_comment(),
            Action::DeleteBack => buffer.delete_back(),
            Action::DeleteForward => buffer.delete_forward(),
            Action::DeleteWord => buffer.delete_word(),
            Action::DeleteToStart => buffer.delete_to_start(),
            Action::DeleteToEnd => buffer.delete_to_end(),
            Action::PasteCopied if self.copied.is_empty() => {
                then = Then::Say("nothing was copied or cut here yet".to_owned());
            }
            Action::PasteCopied => {
                let text = self.copied.clone();
                buffer.begin_step();
                // A whole line goes above the one that the cursor is in.
                if text.ends_with('\n') && buffer.selection().is_none() {
                    let at = Pos::new(buffer.cursor().line, 0);
                    buffer.replace(at, at, &text);
                } else {
                    buffer.insert(&text);
                }
                let cursor = buffer.cursor();
                buffer.end_step(cursor, None);
            }
            Action::CutSelection => {
                self.copied = buffer.cut();
                then = Then::Copy(self.copied.clone());
            }
            Action::CopySelection => {
                self.copied = buffer.copied();
                return Some(Then::Copy(self.copied.clone()));
            }
            Action::UndoEdit => {
                if !buffer.undo() {
                    then = Then::Say("nothing was edited that could be taken back".to_owned());
                }
            }
            Action::RedoEdit => {
                if !buffer.redo() {
                    then = Then::Say("nothing was taken back".to_owned());
                }
            }
            Action::SelectAll => buffer.select_all(),
            _ => return None,
        }
        self.touched();
        // While a word is shortened, what it could be stays in sight.
        let offer = action == Action::DeleteBack && self.offered.is_some() && self.leads_to_offer();
        self.look(offer);
        Some(then)
    }
}

impl App {
    /// The open editor, where it has the keys.
    pub(in super::super) fn editor_mut(&mut self) -> Option<&mut Editor> {
        match self.over.last_mut() {
            Some(Over::Editor(editor)) => Some(editor),
            _ => None,
        }
    }

    /// The open editor, also below what it is asked or shown.
    pub fn editor(&self) -> Option<&Editor> {
        self.over.iter().rev().find_map(|over| match over {
            Over::Editor(editor) => Some(&**editor),
            _ => None,
        })
    }

    /// Why an action means nothing in the editor as it is.
    pub(in super::super) fn editor_refuses(&self, action: Action) -> Option<String> {
        let Some(Over::Editor(editor)) = self.over.last() else { return None };
        let of_offer = matches!(
            action,
            Action::Complete | Action::PreviousSuggestion | Action::NextSuggestion
        );
        (of_offer && editor.offered.is_none()).then(|| "nothing is offered here".to_owned())
    }

    /// Performs an action in the editor; whether it was one of its own.
    pub(in super::super) fn act_in_editor(&mut self, action: Action) -> bool {
        let height = self.editor_size().1;
        let Some(editor) = self.editor_mut() else { return false };
        if let Some((by, select)) = moved(action) {
            editor.buffer.step(by, height, select);
            editor.touched();
            editor.look(false);
            return true;
        }
        if action == Action::NewLine && editor.offered.as_ref().is_some_and(|o| o.picked) {
            return self.act_in_editor(Action::Complete);
        }
        match action {
            Action::Complete => {
                editor.take();
                editor.touched();
            }
            Action::NextSuggestion => editor.choose(true),
            Action::PreviousSuggestion => editor.choose(false),
            Action::Suggest => {
                editor.look(true);
                if editor.offered.is_none() {
                    let why = match &editor.without {
                        Some(why) => format!("nothing can be suggested: {why}"),
                        None => "nothing is known that could be written here".to_owned(),
                    };
                    self.notify(Level::Info, why);
                }
            }
            Action::ToggleFieldHelp => editor.helps = !editor.helps,
            Action::NextProblem => self.next_problem(),
            Action::Search => {
                editor.replaces = false;
                self.open_search_in_text();
            }
            Action::Replace => self.open_replace(),
            Action::GoToLine => {
                editor.origin = editor.buffer.cursor();
                self.over.push(Over::Prompt(Prompt::new(Purpose::Line, "")));
            }
            Action::NextMatch | Action::PreviousMatch => {
                if let Err(why) = editor.seek(action == Action::NextMatch) {
                    self.notify(Level::Info, why);
                }
            }
            Action::Accept => self.review_editor(),
            Action::Escape => self.escape_editor(),
            _ => match editor.edit(action) {
                None => return false,
                Some(Then::Nothing) => {}
                Some(Then::Copy(text)) => self.effects.push(Effect::Copy(text)),
                Some(Then::Say(text)) => self.notify(Level::Info, text),
            },
        }
        true
    }

    /// Asks what to search for.
    pub(super) fn open_search_in_text(&mut self) {
        let Some(editor) = self.editor_mut() else { return };
        editor.origin = editor.buffer.cursor();
        let prompt = Prompt::new(Purpose::Search, editor.search.pattern());
        self.over.push(Over::Prompt(prompt));
    }

    fn next_problem(&mut self) {
        let Some(editor) = self.editor_mut() else { return };
        let line = editor.buffer.cursor().line;
        let next = editor.problems.iter().find(|problem| problem.line > line);
        let Some(problem) = next.or(editor.problems.first()) else {
            return self.notify(Level::Info, "nothing is known to be wrong");
        };
        let line = problem.line;
        let text = editor.buffer.line(line);
        let byte = text.len() - text.trim_start().len();
        editor.buffer.go(Pos::new(line, byte), false);
        editor.touched();
        editor.look(false);
    }

    /// How many columns and lines the text has on the screen.
    pub(in super::super) fn editor_size(&self) -> (usize, usize) {
        let area = self.layout.editor.area;
        if area.height > 0 {
            return (usize::from(area.width), usize::from(area.height));
        }
        // Until the first frame says more.
        let (width, height) = self.size;
        (usize::from(width.saturating_sub(8)).max(1), usize::from(height.saturating_sub(8)).max(1))
    }

    /// The mouse did something while the editor has the keys; whether that was for it.
    pub(in super::super) fn mouse_in_editor(&mut self, event: MouseEvent) -> bool {
        let at = Position { x: event.column, y: event.row };
        if self.layout.list.contains(at) && event.kind == MouseEventKind::Down(MouseButton::Left) {
            let item = self.layout.list_first + usize::from(at.y - self.layout.list.y);
            self.redraw = true;
            let Some(editor) = self.editor_mut() else { return false };
            if let Some(offered) = &mut editor.offered
                && item < offered.all.len()
            {
                offered.chosen = item;
                editor.take();
                editor.touched();
            }
            return true;
        }
        let select = match event.kind {
            MouseEventKind::Down(MouseButton::Left) => {
                event.modifiers.contains(KeyModifiers::SHIFT)
            }
            MouseEventKind::Drag(MouseButton::Left) => true,
            _ => return false,
        };
        let text = &self.layout.editor;
        let row = usize::from(at.y.saturating_sub(text.area.y));
        let Some(line) = text.lines.get(row).or(text.lines.last()).copied() else { return false };
        let column = usize::from(at.x.saturating_sub(text.area.x));
        if event.kind == MouseEventKind::Down(MouseButton::Left) && at.y < text.area.y {
            return true;
        }
        self.redraw = true;
        self.notice = None;
        let Some(editor) = self.editor_mut() else { return false };
        editor.buffer.click(line, column + editor.left, select);
        editor.touched();
        editor.look(false);
        true
    }
}
