//! How the page of a folder is opened, read and read again.

use std::mem::take;

use crate::change::offer;
use crate::files::{Files, OF_TARGET, RemotePath};
use crate::session::Place;

use super::super::action::Action;
use super::super::command::Command;
use super::super::context::Connection;
use super::super::sure::Asked;
use super::super::words::PageState;
use super::super::{About, App, Effect, Level, ObjectId, Page};
use super::{FilesNews, FilesPage, FilesState};

/// What a debug container is added for: the folder of another's filesystem.
#[derive(Clone, Debug)]
pub(in crate::app) struct Through {
    pub place: Place,
    pub folder: RemotePath,
}

impl App {
    /// Opens a folder in the container of what is under the cursor, or on the page of a folder one of the same container.
    pub(in crate::app) fn open_files_at(&mut self, path: &str) -> Result<(), String> {
        if let Some(why) = self.refusal(Action::Files) {
            return Err(why);
        }
        if self.asks_first(Asked::Command(Command::Files(Some(path.to_owned())))) {
            return Ok(());
        }
        if let Some(files) = self.files() {
            let folder = files.folder.join(path.as_bytes());
            let (files, about) = (files.files.clone(), files.about.clone());
            self.push_files(files, folder, about);
        } else {
            self.look_for_files(RemotePath::new(path.as_bytes()));
        }
        Ok(())
    }

    /// Opens the page of a folder.
    pub(in crate::app) fn push_files(
        &mut self,
        files: Files,
        folder: RemotePath,
        about: Option<About>,
    ) {
        let id = ObjectId::next(&mut self.next_object);
        let mut page = FilesPage::new(id, files, folder);
        if let Some(here) = self.files() {
            (page.sort, page.reversed) = (here.sort, here.reversed);
        }
        page.about = about;
        self.push_page(Page::Files(Box::new(page)));
    }

    /// Reads the folder in view where nobody has, once its cluster is connected.
    pub(in crate::app) fn follow_files(&mut self) {
        let context = self.context();
        if context.connection != Connection::Connected {
            return;
        }
        let cluster = context.name.clone();
        let Some(page) = self.files_mut() else { return };
        if std::mem::replace(&mut page.asked, true) {
            return;
        }
        let (id, files, folder) = (page.id, page.files.clone(), page.folder.clone());
        self.effects.push(Effect::ListFiles { id, cluster, files, folder });
    }

    /// Reads the folder in view again; that is done whether it failed or not, since nobody tells what changes in it.
    pub(in crate::app) fn list_files_again(&mut self) -> bool {
        let id = ObjectId::next(&mut self.next_object);
        let Some(page) = self.files_mut() else { return false };
        let old = std::mem::replace(&mut page.id, id);
        page.asked = false;
        if page.state != FilesState::Listed {
            page.state = FilesState::Loading;
        }
        self.effects.push(Effect::Unfollow { id: old });
        true
    }

    /// These pages will not be seen again.
    pub(in crate::app) fn forget_files(&mut self, pages: &[Page]) {
        for page in pages {
            if let Page::Files(files) = page {
                self.effects.push(Effect::Unfollow { id: files.id });
            }
        }
    }

    /// Something is heard of a folder.
    pub(in crate::app) fn files_news(&mut self, id: ObjectId, news: FilesNews) {
        let in_view = self.files().is_some_and(|page| page.id == id);
        let mut pages = self.contexts.values_mut().flat_map(|context| context.views.iter_mut());
        let page = pages.find_map(|view| {
            view.iter_mut().find_map(|page| match page {
                Page::Files(files) if files.id == id => Some(files),
                _ => None,
            })
        });
        let Some(page) = page else { return };
        self.redraw = true;
        match news {
            FilesNews::Listed { entries, more } => page.hear(entries, more),
            FilesNews::Failed { why, program } => {
                page.state = FilesState::Failed(why.clone());
                // A container of a debug container's own is no way out of its own want.
                let through = program.is_some() && page.files.root.is_empty();
                let (place, folder) = (page.files.place.clone(), page.folder.clone());
                if through && in_view {
                    self.offer_way_through(&why, Through { place, folder });
                }
            }
        }
    }

    /// Offers a debug container by which the files of another are seen.
    pub(in crate::app) fn offer_way_through(&mut self, why: &str, through: Through) {
        let text = format!("{why}: a debug container brings its own programs and sees these files");
        self.notify(Level::Warning, text);
        let cluster = self.context.clone();
        let pod = self.pod_of(&cluster, &through.place, None);
        if let (Some(offer), Some(pod)) = (offer(Action::Debug.name()), pod) {
            self.through = Some(through);
            self.open_offer(offer, vec![pod]);
        }
    }

    /// A debug container runs in this place: where it was added to see files, the page of these opens; whether it was.
    pub(in crate::app) fn see_through(&mut self, debugger: &Place) -> bool {
        let pod = |through: &Through| {
            through.place.pod == debugger.pod && through.place.namespace == debugger.namespace
        };
        let Some(through) = take(&mut self.through).filter(pod) else { return false };
        // The page that could not be read is no way back.
        if self.files().is_some_and(|page| matches!(page.state, FilesState::Failed(_))) {
            self.back();
        }
        let files = Files { place: debugger.clone(), root: OF_TARGET };
        let about = self.about();
        self.push_files(files, through.folder, about);
        true
    }

    /// How the page of a folder is.
    pub(in crate::app) fn files_state(&self, page: &FilesPage) -> PageState {
        match &page.state {
            FilesState::Loading => {
                let loading = PageState::Loading { received: 0, total: None };
                self.unconnected().unwrap_or(loading)
            }
            FilesState::Failed(why) => PageState::Refused(why.clone()),
            FilesState::Listed => match page.counts() {
                (0, 0, _) => PageState::Empty(None),
                _ => PageState::Live(None),
            },
        }
    }
}
