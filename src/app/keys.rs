//! Keys become actions or typed text.

use crossterm::event::{KeyEvent, KeyEventKind};

use crate::keymap::{Key, Lookup};

use super::action::Action;
use super::{App, Layer, Over};

impl App {
    pub(super) fn key(&mut self, event: KeyEvent) {
        if event.kind == KeyEventKind::Release {
            return;
        }
        self.redraw = true;
        // A notice was read when the next key comes; what that key does may say something new.
        self.notice = None;
        let layer = self.layer();
        let key = Key::from(event);
        self.pending.push(key);
        match self.keymap.lookup(layer, &self.pending) {
            Lookup::Actions(actions) => {
                // One that is forbidden is refused in its own words: its key does nothing else instead.
                if actions.contains(&Action::SessionLiteral) {
                    let first = self.pending[0];
                    self.pending.clear();
                    return self.type_key(first);
                }
                let possible = actions.iter().find(|action| self.out_of_place(**action).is_none());
                let action = possible.or(actions.first()).copied();
                self.pending.clear();
                if let Some(action) = action {
                    self.act(action);
                }
            }
            Lookup::Pending => {}
            Lookup::Nothing if layer == Layer::Session && self.pending.len() == 1 => {
                self.pending.clear();
                self.type_key(key);
            }
            Lookup::Nothing if self.pending.len() > 1 => {
                // The sequence leads nowhere; its last key is not taken for itself, so that a slip does nothing.
                let keys = std::mem::take(&mut self.pending);
                self.means_nothing(&keys);
            }
            Lookup::Nothing => {
                self.pending.clear();
                if layer.types()
                    && let Some(c) = key.typed()
                {
                    self.type_text(c.encode_utf8(&mut [0; 4]));
                } else {
                    self.means_nothing(&[key]);
                }
            }
        }
    }

    /// Says in a word that keys do nothing here; what is typed into a prompt has its own words.
    fn means_nothing(&mut self, keys: &[Key]) {
        // A modifier alone, and escape that ends a sequence, ask for nothing.
        let asks =
            keys.last().is_some_and(|key| key.has_name() && (keys.len() == 1 || !key.is_escape()));
        if self.layer().types() || !asks {
            return;
        }
        let keys = Key::show(keys);
        let help = self.keymap.keys(self.layer(), Action::Help);
        let help = help.first().map_or_else(|| ":help".to_owned(), Clone::clone);
        self.notify(
            super::Level::Info,
            format!("{keys} means nothing here; {help} shows the keys"),
        );
    }

    /// Pasted text goes into what is being typed, and nowhere else.
    pub(super) fn paste(&mut self, text: &str) {
        self.pending.clear();
        if self.layer() == Layer::Session {
            self.paste_into_pane(text);
        } else if self.layer().types() {
            self.type_text(text);
        } else {
            let message = "pasted text goes into an open prompt; open one with : or /";
            self.notify(super::Level::Warning, message);
        }
    }

    fn type_text(&mut self, text: &str) {
        self.redraw = true;
        match self.over.last_mut() {
            Some(Over::Prompt(prompt)) => {
                prompt.insert(text);
                self.typed();
            }
            Some(Over::Picker(picker)) => picker.insert(text),
            Some(Over::Form(form)) => form.insert(text),
            Some(Over::Editor(editor)) => editor.insert(text),
            _ => {}
        }
    }
}
