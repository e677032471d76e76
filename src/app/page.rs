//! Pages: screenfuls on the back-stack.

use super::browse::Browse;
use super::layer::Layer;
use super::manifest::Manifest;

/// A screenful on the back-stack.
#[derive(Debug)]
pub enum Page {
    /// A table of rows.
    Browse(Browse),
    /// The YAML of an object.
    Manifest(Manifest),
}

impl Page {
    /// The layer whose keys it takes.
    pub const fn layer(&self) -> Layer {
        match self {
            Self::Browse(_) => Layer::Browse,
            Self::Manifest(_) => Layer::Manifest,
        }
    }

    /// The table, where it is one.
    pub const fn browse(&self) -> Option<&Browse> {
        match self {
            Self::Browse(browse) => Some(browse),
            Self::Manifest(_) => None,
        }
    }

    /// The YAML, where it is one.
    pub const fn manifest(&self) -> Option<&Manifest> {
        match self {
            Self::Manifest(manifest) => Some(manifest),
            Self::Browse(_) => None,
        }
    }
}
