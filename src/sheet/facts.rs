//! What a written page must know, and what is known of it.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::Value;

use crate::change::journal::{Journaled, Opened, Query};
use crate::files::{Contents, Files, RemotePath};
use crate::forward::Shown;
use crate::helm::{Damage, Loaded};
use crate::kinds::Catalog;
use crate::store::Row;

/// Something that must be known for a written page. Resources are named by API group and plural, or Kind.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Want {
    /// One object, followed.
    Object {
        /// Its API group, empty for the core group.
        group: String,
        /// Its resource.
        resource: String,
        /// Its namespace, empty where it is cluster-scoped.
        namespace: String,
        /// Its name.
        name: String,
    },
    /// A revision of a release of Helm, followed: what is in the object that holds it. It is unpacked elsewhere than where pages are written.
    Release {
        /// The resource of the object that holds it: `secrets` or `configmaps`.
        resource: String,
        /// Its namespace.
        namespace: String,
        /// The object's name.
        name: String,
    },
    /// Whole objects, followed: for few. Many are wanted as rows.
    Objects {
        /// Their API group.
        group: String,
        /// Their resource.
        resource: String,
        /// Their namespace, empty for all.
        namespace: String,
        /// A label selector, empty for all.
        labels: String,
        /// A field selector, empty for all.
        fields: String,
    },
    /// Rows of a modelled kind, followed: as many as there are.
    Rows {
        /// Their API group.
        group: String,
        /// Their resource.
        resource: String,
        /// Their namespace, empty for all.
        namespace: String,
        /// A label selector, empty for all.
        labels: String,
        /// A field selector, empty for all.
        fields: String,
    },
    /// What the server says at a path (`/readyz?verbose`), read once, and again when the person asks for it.
    Text {
        /// The path with its query.
        path: String,
    },
    /// As [`Want::Text`], but only those of its lines that begin so, for what is long (`/metrics`).
    Lines {
        /// The path with its query.
        path: String,
        /// How the lines begin.
        prefix: String,
    },
    /// What the server answers to a review (`SelfSubjectRulesReview` and its like), asked once, and again when the person asks for it.
    Review {
        /// The path that it is posted to.
        path: String,
        /// The review, as JSON.
        body: String,
    },
    /// What the journal of changes tells, followed.
    Journal {
        /// What of it.
        query: Query,
    },
    /// One entry of the journal with what it changed, followed.
    Entry {
        /// Its id.
        id: String,
    },
    /// The port forwards of this kx, followed.
    Forwards,
    /// The beginning of a file in a container, read once, and again when the person asks for it.
    File {
        /// The container's filesystem.
        files: Files,
        /// The file.
        path: RemotePath,
    },
}

impl Want {
    /// Whether it is told without a cluster.
    pub const fn is_local(&self) -> bool {
        matches!(self, Self::Journal { .. } | Self::Entry { .. } | Self::Forwards)
    }
}

/// What is known of a [`Want`].
#[derive(Clone, Debug, Default)]
pub enum Answer {
    /// Nothing yet.
    #[default]
    Loading,
    /// The cluster serves no such resource.
    Absent,
    /// It cannot be read, or not any more: why, a sentence for people.
    Failed(String),
    /// The object; `None` where there is none of this name.
    Object(Option<Arc<Value>>),
    /// What is in the object of a [`Want::Release`], or why it cannot be read. Where there is no such object, [`Answer::Object`] says so.
    Release(Arc<Result<Loaded, Damage>>),
    /// The objects, in order of namespace and name.
    Objects(Objects),
    /// The server's words, and how long it took to say them, in microseconds.
    Text {
        /// What it said.
        text: String,
        /// The status of the answer: `/readyz` says what is not ready with 500.
        status: u16,
        /// How long it took, in microseconds.
        micros: u64,
    },
    /// The review with its status.
    Review(Arc<Value>),
    /// What of the journal is known by now.
    Journal(Arc<Journaled>),
    /// The entry of the journal; `None` where there is none of this id.
    Entry(Option<Arc<Opened>>),
    /// The port forwards.
    Forwards(Arc<Vec<Shown>>),
    /// The beginning of the file.
    File(Arc<Contents>),
}

impl Answer {
    /// Whether more of it is about to come.
    pub fn is_partial(&self) -> bool {
        matches!(self, Self::Journal(journaled) if journaled.reading)
    }
}

/// Whole objects, in order of namespace and name.
pub type Objects = Vec<Arc<Value>>;

/// All that is known for a page.
pub struct Facts<'a> {
    answers: &'a HashMap<Want, Answer>,
    rows: &'a dyn Fn(&Want) -> Option<Vec<&'a Row>>,
    catalog: &'a Catalog,
    now: i64,
}

impl<'a> Facts<'a> {
    /// What is known: the answers so far, how to find rows (`None` while they are not all there), what the cluster serves, and what time it is,
    /// in seconds since the Unix epoch.
    pub fn new(
        answers: &'a HashMap<Want, Answer>,
        rows: &'a dyn Fn(&Want) -> Option<Vec<&'a Row>>,
        catalog: &'a Catalog,
        now: i64,
    ) -> Self {
        Self { answers, rows, catalog, now }
    }

    /// What is known of a want that is not of rows.
    pub fn get(&self, want: &Want) -> &Answer {
        const LOADING: &Answer = &Answer::Loading;
        self.answers.get(want).unwrap_or(LOADING)
    }

    /// The object of a want, as far as it is there.
    pub fn object(&self, want: &Want) -> Option<&Value> {
        match self.get(want) {
            Answer::Object(Some(object)) => Some(object),
            _ => None,
        }
    }

    /// The objects of a want, as far as they are there.
    pub fn objects(&self, want: &Want) -> &[Arc<Value>] {
        match self.get(want) {
            Answer::Objects(objects) => objects,
            _ => &[],
        }
    }

    /// The rows of a want; `None` while they are not all there.
    pub fn rows(&self, want: &Want) -> Option<Vec<&'a Row>> {
        (self.rows)(want)
    }

    /// What the cluster serves.
    pub fn catalog(&self) -> &'a Catalog {
        self.catalog
    }

    /// The time, in seconds since the Unix epoch.
    pub fn now(&self) -> i64 {
        self.now
    }
}
