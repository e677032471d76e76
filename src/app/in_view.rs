//! What is in view, as what it is: a table, a text, a Map, logs.

use crate::graph::Graph;
use crate::store::Store;

use super::{App, Browse, FilesPage, LogPage, Manifest, MapPage, Page, Reader, SheetPage};

impl App {
    /// The page in view; `None` while nothing can be shown yet.
    pub fn page(&self) -> Option<&Page> {
        self.context().pages().last()
    }

    pub(super) fn page_mut(&mut self) -> Option<&mut Page> {
        self.context_mut().pages_mut().last_mut()
    }

    /// The table in view, where the page is one.
    pub fn browse(&self) -> Option<&Browse> {
        self.page()?.browse()
    }

    /// The table in view, and the store to change it with.
    pub(super) fn browse_mut(&mut self) -> Option<(&mut Browse, &mut Store)> {
        let context = self.contexts.get_mut(&self.context)?;
        match context.pages_mut().last_mut()? {
            Page::Browse(browse) => Some((browse, &mut self.store)),
            _ => None,
        }
    }

    /// The YAML in view, where the page is one.
    pub fn manifest(&self) -> Option<&Manifest> {
        self.page()?.manifest()
    }

    pub(super) fn manifest_mut(&mut self) -> Option<&mut Manifest> {
        match self.page_mut()? {
            Page::Manifest(manifest) => Some(manifest),
            _ => None,
        }
    }

    /// The Map in view, where the page is one.
    pub fn map(&self) -> Option<&MapPage> {
        match self.page()? {
            Page::Map(map) => Some(map),
            _ => None,
        }
    }

    /// The Map in view, and the graph that it shows.
    pub(super) fn map_mut(&mut self) -> Option<(&mut MapPage, &Graph)> {
        let feeds = self.graphs.get(&self.context)?;
        let context = self.contexts.get_mut(&self.context)?;
        match context.pages_mut().last_mut()? {
            Page::Map(map) => Some((map, &feeds.graph)),
            _ => None,
        }
    }

    /// The written sheet in view, where the page is one.
    pub fn sheet(&self) -> Option<&SheetPage> {
        self.page()?.sheet()
    }

    /// The folder of a container in view, where the page is one.
    pub fn files(&self) -> Option<&FilesPage> {
        match self.page()? {
            Page::Files(files) => Some(files),
            _ => None,
        }
    }

    pub(super) fn files_mut(&mut self) -> Option<&mut FilesPage> {
        match self.page_mut()? {
            Page::Files(files) => Some(files),
            _ => None,
        }
    }

    /// The logs in view, where the page is some.
    pub fn logs(&self) -> Option<&LogPage> {
        self.page()?.logs()
    }

    pub(super) fn logs_mut(&mut self) -> Option<&mut LogPage> {
        match self.page_mut()? {
            Page::Logs(logs) => Some(logs),
            _ => None,
        }
    }

    /// The text in view that is read, where the page is one.
    pub fn reader(&self) -> Option<&Reader> {
        self.page()?.reader()
    }

    pub(super) fn reader_mut(&mut self) -> Option<&mut Reader> {
        self.page_mut()?.reader_mut()
    }
}
