//! The sheets of the view: they are read, written, and left.

use crate::sheet::{Answer, Want};
use crate::store::SourceId;

use super::super::context::Connection;
use super::super::effect::ObjectId;
use super::super::msg::ObjectNews;
use super::super::{App, Form, Over, Page};
use super::{Means, SheetPage};

impl App {
    /// Does something with what the sheets of the context in view are read with.
    fn with_means<T>(&mut self, then: impl FnOnce(&mut Means<'_>) -> T) -> Option<T> {
        let context = self.contexts.get(&self.context)?;
        Some(then(&mut Means {
            cluster: &context.name,
            catalog: &context.catalog,
            discovered: context.discovered,
            connected: context.connection == Connection::Connected,
            forwards: self.forwards.shown(),
            sources: &mut self.sources,
            store: &mut self.store,
            next_object: &mut self.next_object,
            effects: &mut self.effects,
            now: self.now,
        }))
    }

    /// Does something with every sheet of the view, the page in view last; that is told of it.
    fn each_sheet(&mut self, mut then: impl FnMut(&mut SheetPage, &mut Means<'_>, bool)) {
        // They are put back at once: nothing else sees that they were away.
        let view = self.context().at;
        let Some(pages) = self.context_mut().views.get_mut(view) else { return };
        let mut pages = std::mem::take(pages);
        let last = pages.len().saturating_sub(1);
        self.with_means(|means| {
            for (i, page) in pages.iter_mut().enumerate() {
                if let Page::Sheet(sheet) = page {
                    then(sheet, means, i == last);
                }
            }
        });
        if let Some(put_back) = self.context_mut().views.get_mut(view) {
            *put_back = pages;
        }
    }

    /// Does something with the open form.
    pub(in crate::app) fn with_form<T>(
        &mut self,
        then: impl FnOnce(&mut Form, &mut Means<'_>) -> T,
    ) -> Option<T> {
        if !matches!(self.over.last(), Some(Over::Form(_))) {
            return None;
        }
        let Some(Over::Form(mut form)) = self.over.pop() else { return None };
        let done = self.with_means(|means| then(&mut form, means));
        self.over.push(Over::Form(form));
        done
    }

    /// Reads what the sheets of the view want, and writes the one in view.
    pub(in crate::app) fn follow_sheets(&mut self) {
        let mut redraw = false;
        self.each_sheet(|sheet, means, in_view| {
            sheet.read(means);
            redraw |= in_view && sheet.write(means);
        });
        let wrote = self.with_form(|form, means| {
            form.page.read(means);
            form.refresh(means);
            form.page.read(means);
            let wrote = form.page.write(means);
            if wrote {
                form.look_ahead(means);
            }
            wrote
        });
        self.redraw |= redraw | wrote.unwrap_or(false);
    }

    /// A sheet goes out of view.
    pub(in crate::app) fn leave_sheet(&mut self, sheet: &mut SheetPage) {
        self.with_means(|means| sheet.leave(means));
    }

    /// The cluster says what it serves.
    pub(in crate::app) fn sheets_served_anew(&mut self) {
        self.each_sheet(|sheet, means, _| sheet.served_anew(means));
        self.with_form(|form, means| form.page.served_anew(means));
    }

    /// Something that was asked for a sheet is answered.
    pub(in crate::app) fn answered(
        &mut self,
        id: ObjectId,
        answer: Answer,
        missing: Option<String>,
    ) {
        let mut answer = Some((answer, missing));
        let mut redraw = false;
        self.each_sheet(|sheet, means, in_view| {
            if sheet.reads(id)
                && let Some((answer, missing)) = answer.take()
            {
                sheet.hear(id, answer, missing, means.now);
                redraw |= in_view;
            }
        });
        if answer.is_some() {
            self.with_form(|form, means| {
                if form.page.reads(id)
                    && let Some((answer, missing)) = answer.take()
                {
                    form.page.hear(id, answer, missing, means.now);
                    redraw = true;
                }
            });
        }
        self.redraw |= redraw;
    }

    /// The port forwards are others now, or are doing otherwise.
    pub(in crate::app) fn tell_forwards(&mut self) {
        let mut redraw = false;
        self.each_sheet(|sheet, means, in_view| {
            redraw |= sheet.told(&Want::Forwards, means) && in_view;
        });
        self.redraw |= redraw;
    }

    /// News of a followed object, as the answer to what a sheet wants.
    pub(in crate::app) fn answered_by_object(&mut self, id: ObjectId, news: ObjectNews) {
        match news {
            ObjectNews::Value(value) => {
                self.answered(id, Answer::Object(Some(value.into())), None);
            }
            ObjectNews::Deleted => self.answered(id, Answer::Object(None), None),
            ObjectNews::Missing(why) => self.answered(id, Answer::Object(None), Some(why)),
            ObjectNews::Failed(why) => self.answered(id, Answer::Failed(why), None),
        }
    }

    /// Reads again what the sheet in view could not read, and what is only told when it is asked for; whether there was any of it.
    pub(in crate::app) fn ask_sheet_again(&mut self) -> bool {
        let (mut again, mut lost) = (false, Vec::new());
        self.each_sheet(|sheet, means, in_view| {
            if in_view {
                again = sheet.ask_again(means);
                lost = sheet.lost_rows(means.store);
            }
        });
        again |= !lost.is_empty();
        lost.into_iter().for_each(|id| self.renew(id));
        again
    }

    /// A Source has another id now.
    pub(in crate::app) fn sheets_renewed(&mut self, old: SourceId, new: SourceId) {
        self.each_sheet(|sheet, _, _| sheet.renewed(old, new));
        self.with_form(|form, _| form.page.renewed(old, new));
    }
}
