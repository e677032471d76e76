//! A revision with what its pages make of it once, and how it becomes an answer to what they want.

use std::fmt;
use std::sync::Arc;

use serde_json::Value;

use crate::sheet::Answer;

use super::{Damage, Document, Release, documents, objects};

/// A revision, and the documents of its manifest.
#[derive(PartialEq)]
pub struct Loaded {
    /// The revision.
    pub release: Release,
    /// What was rendered, document by document.
    pub documents: Vec<Document>,
    /// What was rendered, as whole objects, those of Lists one by one; or why it cannot be read.
    pub objects: Result<Vec<Arc<Value>>, String>,
    /// The object that holds it, as it was read.
    pub object: Arc<Value>,
}

// What is in it may be secret, so none of it is told.
impl fmt::Debug for Loaded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Loaded")
    }
}

impl Loaded {
    /// Unpacks the revision that a Secret or ConfigMap holds. It may be [`LARGEST`](super::LARGEST) bytes of JSON behind gzip, so this is no
    /// work for who draws frames.
    ///
    /// # Errors
    /// [`Damage`]: why it cannot be read.
    pub fn of_object(object: Value) -> Result<Self, Damage> {
        let release = Release::of_object(&object)?;
        let objects = objects(&release.manifest);
        Ok(Self {
            documents: documents(&release.manifest),
            objects: objects.map(|all| all.into_iter().map(Arc::new).collect()),
            release,
            object: Arc::new(object),
        })
    }
}

/// What answers a [`Want::Release`](crate::sheet::Want::Release) by the object that holds it.
pub fn answer(object: Value) -> Answer {
    Answer::Release(Arc::new(Loaded::of_object(object)))
}
