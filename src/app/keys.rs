//! Keys become actions or typed text.

use crossterm::event::{KeyEvent, KeyEventKind};

use crate::keymap::{Key, Lookup};

use super::{App, Over};

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
            Lookup::Action(action) => {
                self.pending.clear();
                self.act(action);
            }
            Lookup::Pending => {}
            Lookup::Nothing if self.pending.len() > 1 => {
                // The sequence leads nowhere; its last key is not taken for itself, so that a slip does nothing.
                self.pending.clear();
            }
            Lookup::Nothing => {
                self.pending.clear();
                if layer.types()
                    && let Some(c) = key.typed()
                {
                    self.type_text(c.encode_utf8(&mut [0; 4]));
                }
            }
        }
    }

    /// Pasted text goes into what is being typed, and nowhere else.
    pub(super) fn paste(&mut self, text: &str) {
        self.pending.clear();
        if self.layer().types() {
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
            _ => {}
        }
    }
}
