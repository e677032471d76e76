//! Edits: an object becomes a text in an editor, and what became of it is shown in a form before it is sent.

use std::sync::Arc;

use crate::change::edit::{Aim, Draft, Editing, Edition, Found, Reviewed};
use crate::change::{Proposal, Target, Waiting};

use crate::editor::Checked;
use crate::openapi::Document;

use super::{App, Effect, Form, Level, Over, SheetPage};

/// The short name of an edit between the app and the runtime.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EditId(pub u32);

/// What an edit begins with.
#[derive(Clone, Debug, PartialEq)]
pub enum Begin {
    /// Objects that are there.
    Objects {
        /// Which.
        targets: Vec<Target>,
        /// Whether a draft of them that was left is thrown away.
        anew: bool,
    },
    /// A text that says which objects it is about.
    Text {
        /// What is to become of it.
        aim: Aim,
        /// Where it is from.
        from: Origin,
    },
    /// The draft of this name, that was left.
    Draft(String),
}

/// Where a text is from that says which objects it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A file.
    File(String),
    /// The clipboard.
    Clipboard,
    /// It is typed or pasted into an empty one in the editor.
    Typed,
}

impl Origin {
    /// As it follows a command: `clipboard` is no file, `./clipboard` is one.
    fn of(word: Option<String>) -> Self {
        match word {
            None => Self::Typed,
            Some(word) if word == "clipboard" => Self::Clipboard,
            Some(file) => Self::File(file),
        }
    }
}

/// What is heard of an edit.
#[derive(Clone, Debug)]
pub enum EditNews {
    /// A draft of these objects was left before.
    Found(Arc<Draft>, Vec<Target>),
    /// The draft is written.
    Ready {
        /// The draft.
        draft: Arc<Draft>,
        /// Whether it is to be opened in the editor; else it is looked at as it is.
        open: bool,
        /// Whether nobody has changed its text yet.
        fresh: bool,
        /// The text.
        text: String,
    },
    /// The text is as it was; the draft is thrown away.
    Unchanged,
    /// What the text makes different, or what is wrong with it.
    Reviewed(Box<Reviewed>),
    /// It cannot go on: why.
    Failed(String),
    /// A text in the built-in editor was looked at: which version, and what came of that.
    Checked(u64, Checked),
    /// The schemas of an apiVersion, or why there are none.
    Schema(String, Result<Arc<Document>, String>),
}

/// What a form knows of the edit that it belongs to.
#[derive(Clone, Debug)]
pub(super) struct Edit {
    pub id: EditId,
    /// The draft, once there is one.
    pub draft: Option<Arc<Draft>>,
    /// Whether it is written in the built-in editor.
    pub here: bool,
}

/// Where a draft is kept, for the end of a message.
pub(super) fn kept(draft: &Draft) -> String {
    format!("the draft is kept in {}; :drafts lists it", draft.path)
}

impl App {
    /// Opens these objects in the editor; with `here`, in the built-in one whatever the person's is.
    pub(super) fn edit(&mut self, targets: Vec<Target>, here: bool) {
        let here = here || self.setup.built_in_editor;
        self.begin_edit(Begin::Objects { targets, anew: false }, here);
    }

    /// Applies or creates what a file or the clipboard says, or what is typed into an empty text.
    pub(super) fn edit_text(&mut self, aim: Aim, word: Option<String>) -> Result<(), String> {
        self.may_edit(match aim {
            Aim::Edit => "edit",
            Aim::Apply => "apply",
            Aim::Create => "create",
        })?;
        let from = Origin::of(word);
        self.begin_edit(Begin::Text { aim, from }, self.setup.built_in_editor);
        Ok(())
    }

    /// Goes on with a draft.
    pub(super) fn edit_draft(&mut self, name: String) -> Result<(), String> {
        self.may_edit("edit")?;
        self.begin_edit(Begin::Draft(name), self.setup.built_in_editor);
        Ok(())
    }

    /// Whether anything may be done by this action or command here at all; of what, is looked at once that is known.
    pub(super) fn may_edit(&self, action: &str) -> Result<(), String> {
        self.is_closed().or_else(|| self.forbidden_everywhere(action)).map_or(Ok(()), Err)
    }

    fn begin_edit(&mut self, begin: Begin, here: bool) {
        let (about, what) = match &begin {
            Begin::Objects { targets, .. } => {
                (crate::change::together(targets), "reading what is there now …")
            }
            Begin::Text { aim, .. } => (aim.verb().to_owned(), "reading the text …"),
            Begin::Draft(name) => (name.clone(), "reading the draft …"),
        };
        let id = self.wait_for_edit(&about, what, None, here);
        let namespace = self.one_namespace().unwrap_or_else(|| "default".to_owned());
        let cluster = self.context.clone();
        self.effects.push(Effect::BeginEdit { id, cluster, namespace, begin });
    }

    /// Shows that something is waited for.
    fn wait_for_edit(
        &mut self,
        about: &str,
        what: &'static str,
        draft: Option<Arc<Draft>>,
        here: bool,
    ) -> EditId {
        let id = self.new_edit();
        self.show_edit(
            Box::new(Waiting { title: format!("Edit {about}"), what: what.to_owned() }),
            Edit { id, draft, here },
        );
        id
    }

    fn show_edit(&mut self, proposal: Box<dyn Proposal>, edit: Edit) {
        let mut form = Form::new(SheetPage::new(proposal, None));
        form.edit = Some(edit);
        self.over.push(Over::Form(Box::new(form)));
    }

    /// Opens the editor as the person chose in the form, which makes place.
    pub(super) fn edit_on(&mut self, editing: Editing) {
        let here = self.form().and_then(|form| form.edit.as_ref()).is_some_and(|edit| edit.here);
        self.close_form();
        match editing {
            Editing::Anew(targets) => {
                self.begin_edit(Begin::Objects { targets, anew: true }, here);
            }
            Editing::Kept(draft) if here => self.begin_edit(Begin::Draft(draft.name.clone()), here),
            Editing::Kept(draft) => self.open_draft(draft, None, true, false),
            Editing::On(draft, text) if here => {
                let id = self.new_edit();
                let kept =
                    Effect::KeepDraft { draft: Arc::clone(&draft), text: text.as_str().into() };
                self.effects.push(kept);
                self.open_editor(id, draft, &text, false);
            }
            Editing::On(draft, text) => self.open_draft(draft, Some(text), true, false),
            Editing::Leave(draft, keep) => self.left_editor(&draft, keep),
        }
    }

    fn new_edit(&mut self) -> EditId {
        let id = EditId(self.next_edit);
        self.next_edit = self.next_edit.wrapping_add(1);
        id
    }

    /// Has a draft held against the cluster, after another program edited it where `open` says so. `here` says that it is written in the
    /// built-in editor.
    pub(super) fn open_draft(
        &mut self,
        draft: Arc<Draft>,
        text: Option<String>,
        open: bool,
        here: bool,
    ) {
        let what = "asking the server what it would store …";
        let id = self.wait_for_edit(&draft.about(), what, Some(Arc::clone(&draft)), here);
        let catalog = Arc::clone(&self.context().catalog);
        let cluster = self.context.clone();
        self.effects.push(Effect::OpenDraft { id, cluster, draft, text, open, catalog });
    }

    /// Something is heard of an edit; nobody waits for it any more where its form was left.
    pub(super) fn edit_news(&mut self, id: EditId, news: EditNews) {
        let news = match news {
            EditNews::Checked(version, checked) => return self.checked(id, version, checked),
            EditNews::Schema(version, document) => return self.schema_read(id, version, document),
            news => news,
        };
        let edit = self.form().and_then(|form| form.edit.clone()).filter(|edit| edit.id == id);
        let Some(edit) = edit else {
            if let EditNews::Ready { draft, fresh: true, .. } = news {
                self.effects.push(Effect::ForgetDraft(draft));
            }
            return;
        };
        self.close_form();
        self.redraw = true;
        match news {
            EditNews::Found(draft, targets) => {
                let found = Found::new(Arc::clone(&draft), targets);
                self.show_edit(Box::new(found), Edit { draft: Some(draft), ..edit });
            }
            EditNews::Ready { draft, open: true, fresh, text } if edit.here => {
                self.open_editor(id, draft, &text, fresh);
            }
            EditNews::Ready { draft, open, .. } => self.open_draft(draft, None, open, edit.here),
            EditNews::Unchanged => {
                if let Some(draft) = &edit.draft {
                    self.leave_editor(draft);
                }
                self.notify(Level::Info, "nothing was changed, and nothing is sent");
            }
            EditNews::Reviewed(reviewed) => {
                let draft = Some(Arc::clone(&reviewed.draft));
                self.show_edit(Box::new(Edition::new(*reviewed)), Edit { draft, ..edit });
            }
            EditNews::Failed(why) => {
                let kept = edit.draft.map_or_else(String::new, |d| format!("; {}", kept(&d)));
                self.notify(Level::Error, format!("{why}{kept}"));
            }
            // They are for the editor, and were told to it above.
            EditNews::Checked(..) | EditNews::Schema(..) => {}
        }
    }

    /// Lists the drafts that were left.
    pub(super) fn list_drafts(&mut self) {
        self.effects.push(Effect::ListDrafts);
    }

    /// The drafts that were left.
    pub(super) fn drafts_listed(&mut self, drafts: Vec<Arc<Draft>>) {
        if drafts.is_empty() {
            return self.notify(Level::Info, "there are no drafts");
        }
        self.open_sheet(Box::new(crate::change::edit::List(drafts)), None);
    }
}
