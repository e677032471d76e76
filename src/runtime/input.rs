//! What the person types and clicks, as a channel.
//!
//! The event stream keeps the waker of whoever polled it first and wakes nobody else, so that one thread must be the only one to poll it;
//! from a channel the loop can take what is there without waiting. The thread is its own, so that no key waits for those that decode.

use std::io;

use crossterm::event::{Event, EventStream, KeyEventKind};
use futures::StreamExt;
use tokio::sync::{mpsc, oneshot};

use crate::app::Msg;

/// Events that may wait for the loop; a person cannot type faster, a paste is one event.
const AHEAD: usize = 256;

/// The terminal's events, while we have the terminal.
pub struct Input {
    events: mpsc::Receiver<io::Result<Event>>,
    /// Dropped, it stops the thread.
    stop: Option<oneshot::Sender<()>>,
}

impl Input {
    /// Begins to read.
    ///
    /// # Errors
    /// Those of the system, where it has no thread to give.
    pub fn new() -> io::Result<Self> {
        let (tx, events) = mpsc::channel(AHEAD);
        let (stop, mut stopped) = oneshot::channel();
        std::thread::Builder::new().name("input".to_owned()).spawn(move || {
            futures::executor::block_on(async move {
                let mut stream = EventStream::new();
                loop {
                    let event = tokio::select! {
                        biased;
                        _ = &mut stopped => return,
                        event = stream.next() => event,
                    };
                    let Some(event) = event else { return };
                    if tx.send(event).await.is_err() {
                        return;
                    }
                }
            });
        })?;
        Ok(Self { events, stop: Some(stop) })
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
        drop(self.stop.take());
        while self.events.recv().await.is_some() {}
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
