//! What the person types and clicks, as a channel.
//!
//! The event stream keeps the waker of whoever polled it first and wakes nobody else, so that one task must be the only one to poll it;
//! from a channel the loop can take what is there without waiting.

use std::io;

use crossterm::event::{Event, EventStream, KeyEventKind};
use futures::StreamExt;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::app::Msg;

/// Events that may wait for the loop; a person cannot type faster, a paste is one event.
const AHEAD: usize = 256;

/// The terminal's events, while we have the terminal.
pub struct Input {
    events: mpsc::Receiver<io::Result<Event>>,
    reader: JoinHandle<()>,
}

impl Input {
    /// Begins to read.
    pub fn new() -> Self {
        let (tx, events) = mpsc::channel(AHEAD);
        let reader = tokio::spawn(async move {
            let mut stream = EventStream::new();
            while let Some(event) = stream.next().await {
                if tx.send(event).await.is_err() {
                    break;
                }
            }
        });
        Self { events, reader }
    }

    /// The next event; `None` when the terminal is gone.
    pub async fn next(&mut self) -> Option<io::Result<Event>> {
        self.events.recv().await
    }

    /// An event that is there already.
    pub fn ready(&mut self) -> Option<io::Result<Event>> {
        self.events.try_recv().ok()
    }

    /// Stops reading, and returns when nothing of ours reads the terminal any more.
    pub async fn stop(mut self) {
        self.reader.abort();
        // Aborted or ended: either way it reads no longer.
        let _ = (&mut self.reader).await;
    }
}

impl Drop for Input {
    fn drop(&mut self) {
        self.reader.abort();
    }
}

/// What an event of the terminal means to the state; releases of keys mean nothing.
pub fn message(event: Event) -> Option<Msg> {
    match event {
        Event::Key(key) if key.kind == KeyEventKind::Release => None,
        Event::Key(key) => Some(Msg::Key(key)),
        Event::Mouse(mouse) => Some(Msg::Mouse(mouse)),
        Event::Paste(text) => Some(Msg::Paste(text)),
        Event::Resize(columns, lines) => Some(Msg::Resize(columns, lines)),
        Event::FocusGained | Event::FocusLost => None,
    }
}
