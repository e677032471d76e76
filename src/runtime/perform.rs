//! Effects performed: what the state wants of the outside.

use std::collections::VecDeque;

use crate::app::{Effect, Msg};
use crate::cluster::objects::Which;
use crate::config::State;
use crate::terminal;

use super::input::Input;
use super::{Runtime, now, open};

impl Runtime {
    pub(super) async fn perform_all(&mut self, effects: Vec<Effect>) -> std::io::Result<()> {
        let mut all = VecDeque::from(std::mem::take(&mut self.owed));
        all.extend(effects);
        while let Some(effect) = all.pop_front() {
            self.perform(effect).await?;
            all.extend(std::mem::take(&mut self.owed));
        }
        Ok(())
    }

    async fn perform(&mut self, effect: Effect) -> std::io::Result<()> {
        match effect {
            Effect::Connect { cluster } => self.clusters.connect(&cluster),
            Effect::Disconnect { cluster } => self.clusters.disconnect(&cluster),
            Effect::Watch { id, source } => self.clusters.watch(id, source),
            Effect::Unwatch { id } => self.clusters.unwatch(id),
            Effect::Follow { id, cluster, resource, namespace, name } => {
                self.clusters.follow(id, &cluster, &resource, (&namespace, &name));
            }
            Effect::FollowRelease { id, cluster, resource, namespace, name } => {
                self.clusters.follow_release(id, &cluster, &resource, (&namespace, &name));
            }
            Effect::FollowAll { id, cluster, resource, namespace, labels, fields } => {
                let which = Which { namespace: &namespace, labels: &labels, fields: &fields };
                self.clusters.follow_all(id, &cluster, &resource, which);
            }
            Effect::FollowLogs { id, cluster, query } => {
                self.clusters.follow_logs(id, &cluster, query);
            }
            Effect::ReadSpilled { id, reading } => self.read_spilled(id, reading),
            Effect::Gather { export, then } => self.gather_logs(export, then),
            Effect::Express { id, question, expression, lines } => {
                self.expressions.ask(id, (question, expression, lines), &self.news_tx);
            }
            Effect::ForgetExpression { id } => self.expressions.forget(id),
            Effect::Ask { id, cluster, question } => self.clusters.ask(id, &cluster, question),
            Effect::FollowJournal { id, of } => self.clusters.follow_journal(id, of),
            Effect::Unfollow { id } => {
                self.clusters.unfollow(id);
                self.expressions.forget(id);
            }
            Effect::StopRun { id } => self.clusters.stop_run(id),
            Effect::Change { id, cluster, changes } => self.clusters.change(id, &cluster, changes),
            Effect::BeginEdit { id, cluster, namespace, begin } => {
                self.begin_edit(id, &cluster, namespace, begin);
            }
            Effect::OpenDraft { id, cluster, draft, text, open, catalog } => {
                self.open_draft(id, &cluster, draft, (text, open), catalog).await?;
            }
            Effect::ForgetDraft(draft) => self.keeper.forget(draft),
            Effect::KeepDraft { draft, text } => self.keeper.keep(draft, text),
            Effect::CheckText { id, version, text, schemas, whole } => {
                self.check_text(id, version, text, schemas, whole);
            }
            Effect::ReadSchema { id, cluster, version } => self.read_schema(id, &cluster, version),
            Effect::ListDrafts => self.list_drafts(),
            Effect::ReadContexts => self.clusters.contexts(),
            Effect::Copy(text) => self.copy(text)?,
            Effect::SaveState(state) => self.save(state),
            Effect::Save { export, path } => self.save_logs(export, path),
            Effect::Open { with, text, name } => {
                self.away().await;
                let outcome = open::open(with, &text, &name, &self.outside.access.env).await;
                self.back_from(outcome)?;
            }
            Effect::Page { export } => {
                self.away().await;
                let outcome = open::page(export, &self.outside.access.env).await;
                self.back_from(outcome)?;
            }
            Effect::StartForward { id, cluster, wanted, catalog } => {
                self.start_forward(id, &cluster, wanted, catalog);
            }
            Effect::StopForward { id } => self.forwards.stop(id),
            Effect::KeepForward { saved, start } => self.keep_forward(saved, start),
            Effect::Browse { url } => self.browse(url),
            Effect::ListFiles { id, cluster, files, folder } => {
                self.clusters.list_files(id, &cluster, files, folder);
            }
            Effect::StartCopy { id, cluster, job } => {
                let (client, journaled) = self.clusters.for_copy(id, &cluster);
                self.copies.start(id, client, job, journaled, &self.news_tx);
            }
            Effect::AnswerCopy { id, existing } => self.copies.answer(id, existing),
            Effect::StopCopy { id } => self.copies.stop(id),
            effect @ (Effect::FindPod { .. }
            | Effect::AwaitContainer { .. }
            | Effect::OpenSession { .. }
            | Effect::RunIn { .. }
            | Effect::TypeIntoSession { .. }
            | Effect::ResizeSession { .. }
            | Effect::CloseSession { .. }
            | Effect::StopSession { .. }) => self.session(effect).await?,
            Effect::Suspend => self.suspend().await?,
            Effect::Quit => self.end(),
        }
        Ok(())
    }

    /// Stops, as ctrl-z asks, until the shell says to go on.
    async fn suspend(&mut self) -> std::io::Result<()> {
        self.away().await;
        terminal::stop();
        self.back()
    }

    /// Gives the terminal to somebody else.
    pub(super) async fn away(&mut self) {
        if let Some(input) = self.events.take() {
            input.stop().await;
        }
        self.terminal.suspend();
    }

    /// Takes the terminal back; the next frame is drawn whole, at the size that the terminal has by then.
    pub(super) fn back(&mut self) -> std::io::Result<()> {
        self.terminal.resume()?;
        self.events = Some(Input::new()?);
        let (columns, lines) = crossterm::terminal::size()?;
        // Time has passed, so that a page may ask for something by now; it is performed after what led here.
        self.owed.extend(self.app.update(Msg::Resize(columns, lines), now()));
        self.dirty = true;
        self.drawn = None;
        Ok(())
    }

    /// Takes the terminal back from a program, and tells why that could not run.
    fn back_from(&mut self, outcome: Result<(), String>) -> std::io::Result<()> {
        self.back()?;
        if let Err(why) = outcome {
            self.report(Err(why));
        }
        Ok(())
    }

    /// Copies to the desktop's clipboard, or by the terminal where there is none.
    fn copy(&mut self, text: String) -> std::io::Result<()> {
        self.clipboard.copy(text).map_or(Ok(()), |text| self.copy_by_terminal(&text))
    }

    pub(super) fn copy_by_terminal(&mut self, text: &str) -> std::io::Result<()> {
        self.clipboard.given(text);
        self.terminal.command(crossterm::clipboard::CopyToClipboard::to_clipboard_from(text))
    }

    /// Writes the remembered state, away from the loop.
    pub(super) fn save(&self, state: State) {
        let Some(path) = self.outside.state_file.clone() else { return };
        let news = self.news_tx.clone();
        tokio::task::spawn_blocking(move || {
            if let Err(error) = state.save(&path) {
                let why = format!("the history cannot be kept: {}: {error}", path.display());
                let _ = news.blocking_send(Msg::Done(Err(why)));
            }
        });
    }

    pub(super) fn report(&self, outcome: Result<String, String>) {
        let news = self.news_tx.clone();
        tokio::spawn(async move { news.send(Msg::Done(outcome)).await });
    }
}
