//! How a draft comes into the editor and goes on from there, and what is found out about its text meanwhile.

use std::sync::Arc;

use crate::change::edit::{Draft, Leave};
use crate::editor::Checked;
use crate::openapi::Document;
use crate::sheet::Subject;

use super::super::edit::{Edit, kept};
use super::super::{App, EditId, Effect, Form, Level, Over, SheetPage};
use super::Editor;

impl App {
    /// Opens a draft's text in the editor. Where it is there already, it gets this text, as an edit that can be taken back.
    pub(in super::super) fn open_editor(
        &mut self,
        id: EditId,
        draft: Arc<Draft>,
        text: &str,
        fresh: bool,
    ) {
        self.redraw = true;
        let there = self.over.iter().rposition(
            |over| matches!(over, Over::Editor(editor) if editor.draft.name == draft.name),
        );
        if let Some(at) = there {
            self.over.truncate(at + 1);
            if let Some(editor) = self.editor_mut() {
                editor.draft = draft;
                if !editor.reads_besides_notes(text) {
                    editor.buffer.become_text(text);
                    editor.touched();
                }
                editor.look(false);
            }
            return;
        }
        let made = self.context().catalog.iter().filter(|r| r.can("create") || r.verbs.is_empty());
        let kinds = made.map(|r| (r.api_version().into_owned(), r.kind.clone())).collect();
        let mut editor = Editor::new(id, draft, text, kinds);
        editor.fresh = fresh;
        self.over.push(Over::Editor(Box::new(editor)));
    }

    /// The editor of this name, wherever it is.
    fn editor_of(&mut self, id: EditId) -> Option<&mut Editor> {
        self.over.iter_mut().rev().find_map(|over| match over {
            Over::Editor(editor) if editor.id == id => Some(&mut **editor),
            _ => None,
        })
    }

    /// The person agrees to the text: it goes on as from any editor.
    pub(super) fn review_editor(&mut self) {
        let Some(editor) = self.editor_mut() else { return };
        editor.offered = None;
        let (draft, text) = (Arc::clone(&editor.draft), editor.buffer.text());
        editor.kept = editor.buffer.version();
        self.open_draft(draft, Some(text), false, true);
    }

    /// Clears what can be cleared, the nearest first; else asks about leaving.
    pub(super) fn escape_editor(&mut self) {
        let Some(editor) = self.editor_mut() else { return };
        if editor.offered.take().is_some() {
            return editor.look(false);
        }
        if editor.buffer.deselect() {
            return;
        }
        if !editor.search.pattern().is_empty() {
            return editor.search.set("");
        }
        let (draft, fresh) = (Arc::clone(&editor.draft), editor.fresh);
        if !editor.is_changed() {
            self.over.pop();
            if fresh {
                self.effects.push(Effect::ForgetDraft(draft));
                return self.notify(Level::Info, "nothing was changed, and nothing is sent");
            }
            return self.notify(Level::Info, format!("nothing was sent; {}", kept(&draft)));
        }
        let leave = Leave::new(Arc::clone(&draft));
        let mut form = Form::new(SheetPage::new(Box::new(leave) as Box<dyn Subject>, None));
        form.edit = Some(Edit { id: editor.id, draft: None, here: true });
        self.over.push(Over::Form(Box::new(form)));
    }

    /// Leaves the editor of a draft, where it is open.
    pub(in super::super) fn leave_editor(&mut self, draft: &Draft) {
        self.over.retain(
            |over| !matches!(over, Over::Editor(editor) if editor.draft.name == draft.name),
        );
    }

    /// The person leaves a text that was changed; its draft stays, or is thrown away.
    pub(in super::super) fn left_editor(&mut self, draft: &Arc<Draft>, keep: bool) {
        if keep {
            let text = self.editor().map(|editor| editor.buffer.text());
            if let Some(text) = text {
                self.effects
                    .push(Effect::KeepDraft { draft: Arc::clone(draft), text: text.into() });
            }
            self.notify(Level::Info, format!("nothing was sent; {}", kept(draft)));
        } else {
            self.effects.push(Effect::ForgetDraft(Arc::clone(draft)));
            self.notify(Level::Info, "the draft is thrown away, and nothing is sent");
        }
        self.leave_editor(draft);
    }

    /// Whether an editor's text is still to be kept or to be looked at, once no key waits. A text is put together for both at once: while one is
    /// looked at, that is left for later, but not for longer than a second.
    pub fn owes(&self) -> bool {
        self.editor().is_some_and(|editor| {
            let version = editor.buffer.version();
            let new = editor.kept != version || editor.looked != Some(version);
            new && (!editor.looking || (editor.kept != version && self.now > editor.kept_at))
        })
    }

    /// Whether an editor's text is not the one that its draft has.
    pub fn is_unkept(&self) -> bool {
        self.editor().is_some_and(|editor| editor.kept != editor.buffer.version())
    }

    /// Has an editor's text kept and looked at; whether there was something to do. The text is put together once for both.
    pub(in super::super) fn pay(&mut self) -> bool {
        if !self.owes() && !self.is_unkept() {
            return false;
        }
        let now = self.now;
        let editor = self.over.iter_mut().rev().find_map(|over| match over {
            Over::Editor(editor) => Some(&mut **editor),
            _ => None,
        });
        let Some(editor) = editor else { return false };
        let version = editor.buffer.version();
        let text: Arc<str> = editor.buffer.text().into();
        if editor.kept != version {
            editor.kept = version;
            editor.kept_at = now;
            let (draft, text) = (Arc::clone(&editor.draft), Arc::clone(&text));
            self.effects.push(Effect::KeepDraft { draft, text });
        }
        if editor.looked != Some(version) && !editor.looking {
            editor.looked = Some(version);
            editor.looking = true;
            let (id, schemas, whole) = (editor.id, editor.schemas.clone(), editor.is_whole());
            self.effects.push(Effect::CheckText { id, version, text, schemas, whole });
        }
        true
    }

    /// A text was looked at. What is heard of an older version is old.
    pub(in super::super) fn checked(&mut self, id: EditId, version: u64, checked: Checked) {
        let Some(editor) = self.editor_of(id) else { return };
        editor.looking = false;
        let new: Vec<String> =
            checked.versions.iter().filter(|v| !editor.asked.contains(*v)).cloned().collect();
        editor.asked.extend(new.iter().cloned());
        if editor.buffer.version() == version {
            editor.problems = checked.problems;
            self.redraw = true;
        }
        let cluster = self.context.clone();
        for version in new {
            self.effects.push(Effect::ReadSchema { id, cluster: cluster.clone(), version });
        }
    }

    /// The schemas of an apiVersion are read, or cannot be.
    pub(in super::super) fn schema_read(
        &mut self,
        id: EditId,
        version: String,
        document: Result<Arc<Document>, String>,
    ) {
        let Some(editor) = self.editor_of(id) else { return };
        match document {
            Ok(document) => {
                editor.schemas.insert(version, document);
                editor.looked = None;
                // Who types on while schemas are read is offered what they have as soon as they are there.
                if editor.offered.is_none() {
                    let offer = editor.types && editor.leads_to_offer();
                    editor.look(offer);
                }
            }
            Err(why) => editor.without = Some(why),
        }
        self.redraw = true;
    }
}
