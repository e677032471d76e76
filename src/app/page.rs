//! Pages: screenfuls on the back-stack.

use super::browse::Browse;
use super::files::FilesPage;
use super::layer::Layer;
use super::logs::LogPage;
use super::manifest::Manifest;
use super::map::MapPage;
use super::reader::Reader;
use super::sheet::SheetPage;

/// A screenful on the back-stack.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "few pages are there, and they are moved seldom")]
pub enum Page {
    /// A table of rows.
    Browse(Browse),
    /// The YAML of an object.
    Manifest(Manifest),
    /// The Map.
    Map(MapPage),
    /// A written sheet.
    Sheet(SheetPage),
    /// Logs.
    Logs(Box<LogPage>),
    /// A folder in a container.
    Files(Box<FilesPage>),
}

impl Page {
    /// The layer whose keys it takes.
    pub const fn layer(&self) -> Layer {
        match self {
            Self::Browse(_) => Layer::Browse,
            Self::Manifest(_) => Layer::Manifest,
            Self::Map(_) => Layer::Map,
            Self::Sheet(_) => Layer::Sheet,
            Self::Logs(_) => Layer::Logs,
            Self::Files(_) => Layer::Files,
        }
    }

    /// The table, where it is one.
    pub const fn browse(&self) -> Option<&Browse> {
        match self {
            Self::Browse(browse) => Some(browse),
            _ => None,
        }
    }

    /// The YAML, where it is one.
    pub const fn manifest(&self) -> Option<&Manifest> {
        match self {
            Self::Manifest(manifest) => Some(manifest),
            _ => None,
        }
    }

    /// The written sheet, where it is one.
    pub const fn sheet(&self) -> Option<&SheetPage> {
        match self {
            Self::Sheet(sheet) => Some(sheet),
            _ => None,
        }
    }

    /// The logs, where it is some.
    pub fn logs(&self) -> Option<&LogPage> {
        match self {
            Self::Logs(logs) => Some(logs),
            _ => None,
        }
    }

    /// The text that is read, where it is one.
    pub const fn reader(&self) -> Option<&Reader> {
        match self {
            Self::Manifest(manifest) => Some(&manifest.reader),
            Self::Sheet(sheet) => Some(&sheet.reader),
            Self::Browse(_) | Self::Map(_) | Self::Logs(_) | Self::Files(_) => None,
        }
    }

    pub(super) const fn reader_mut(&mut self) -> Option<&mut Reader> {
        match self {
            Self::Manifest(manifest) => Some(&mut manifest.reader),
            Self::Sheet(sheet) => Some(&mut sheet.reader),
            Self::Browse(_) | Self::Map(_) | Self::Logs(_) | Self::Files(_) => None,
        }
    }
}
