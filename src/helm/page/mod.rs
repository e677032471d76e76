//! Pages about a release: what they are about, and what each must know.

mod compare;
mod objects;
pub(crate) mod read;
mod status;
#[cfg(test)]
mod tests;
mod text;
mod write;

pub(crate) use compare::written;

use crate::sheet::Subject;

/// Which page about a release.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Page {
    /// How it is doing, what belongs to it, and its history: `helm status`.
    Status,
    /// The values that were given: `helm get values`.
    Values,
    /// The values with which it was rendered: `helm get values --all`.
    AllValues,
    /// The chart's notes: `helm get notes`.
    Notes,
    /// What was rendered: `helm get manifest`.
    Manifest,
    /// What differs from another revision; from the one before where none is named.
    Diff(Option<i64>),
}

/// Which revision of which release.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct About {
    /// The namespace in which Helm keeps it.
    pub namespace: String,
    /// The release's name.
    pub name: String,
    /// The revision; the newest where none is named.
    pub revision: Option<i64>,
}

/// The page about a revision.
pub fn subject(page: Page, about: About) -> Box<dyn Subject> {
    match page {
        Page::Status => Box::new(status::Status::new(about)),
        Page::Diff(with) => Box::new(compare::Compare::new(about, with)),
        Page::Values | Page::AllValues | Page::Notes | Page::Manifest => {
            Box::new(text::Text::new(page, about))
        }
    }
}

impl Page {
    /// The word for it in the way back, and in the names of the commands: `values` of `helm-values`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Status => "status",
            Self::Values => "values",
            Self::AllValues => "all-values",
            Self::Notes => "notes",
            Self::Manifest => "manifest",
            Self::Diff(_) => "diff",
        }
    }
}

impl About {
    /// The command line that leads to a page about one of its revisions.
    fn line(&self, page: Page, revision: i64) -> String {
        let Self { namespace, name, .. } = self;
        let with = match page {
            Page::Diff(Some(with)) => format!(" --with {with}"),
            _ => String::new(),
        };
        format!("helm-{} {name} -n {namespace} --revision {revision}{with}", page.word())
    }

    fn crumbs(&self, page: Page) -> Vec<String> {
        let revision = self.revision.map(|revision| format!("revision {revision}"));
        let page = (page != Page::Status).then(|| page.word().to_owned());
        std::iter::once(self.name.clone()).chain(revision).chain(page).collect()
    }
}
