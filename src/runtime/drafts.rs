//! The files of drafts: a text that a person edits, and beside it how its objects were when it was written. Nobody else may read them.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::change::edit::Draft;

/// How long a draft's text may be, in bytes: the largest object that etcd takes has a tenth of it.
const LONGEST: u64 = 32 << 20;

/// Where drafts are kept.
#[derive(Clone, Debug)]
pub struct Drafts {
    folder: PathBuf,
}

impl Drafts {
    /// In this folder; where there is none, in one of the system's for a while.
    pub fn new(folder: Option<PathBuf>) -> Self {
        let folder = folder.unwrap_or_else(|| {
            std::env::temp_dir().join(format!("kx-drafts-{}", std::process::id()))
        });
        Self { folder }
    }

    /// A new draft with this text; it gets its name.
    ///
    /// # Errors
    /// Why it cannot be kept, a sentence for people that names the file.
    pub fn begin(&self, draft: Draft, text: &str) -> Result<Draft, String> {
        let about: String = draft
            .about()
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() || matches!(c, '-' | '.') { c } else { '-' })
            .take(80)
            .collect();
        let stamp = jiff::Timestamp::now().as_millisecond();
        let name = format!("{}-{stamp}", about.trim_start_matches(['.', '-']));
        let path = self.folder.join(format!("{name}.yaml")).display().to_string();
        let draft = Draft { name, path, ..draft };
        self.keep(&draft, text)?;
        Ok(draft)
    }

    /// Keeps a draft with this text.
    ///
    /// # Errors
    /// As of [`Drafts::begin`].
    pub fn keep(&self, draft: &Draft, text: &str) -> Result<(), String> {
        for (path, text) in
            [(self.beside(&draft.name), &*draft.kept().to_string()), (self.file(draft), text)]
        {
            self.write(&path, text)
                .map_err(|e| format!("the draft cannot be kept: {}: {e}", path.display()))?;
        }
        Ok(())
    }

    /// The file of its text.
    pub fn file(&self, draft: &Draft) -> PathBuf {
        self.folder.join(format!("{}.yaml", draft.name))
    }

    fn beside(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.json"))
    }

    fn write(&self, path: &Path, text: &str) -> std::io::Result<()> {
        let mut builder = std::fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&self.folder)?;
        // Whole or not at all.
        let neighbour = path.with_extension(format!("{}.tmp", std::process::id()));
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let written = options.open(&neighbour).and_then(|mut file| {
            file.write_all(text.as_bytes())?;
            std::fs::rename(&neighbour, path)
        });
        written.inspect_err(|_| drop(std::fs::remove_file(&neighbour)))
    }

    /// Its text, as the editor left it.
    ///
    /// # Errors
    /// Why it cannot be read, a sentence for people that names the file.
    pub fn text(&self, draft: &Draft) -> Result<String, String> {
        read(&self.file(draft))
    }

    /// Throws a draft away.
    pub fn forget(&self, draft: &Draft) {
        // What is gone already is gone.
        let _ = std::fs::remove_file(self.file(draft));
        let _ = std::fs::remove_file(self.beside(&draft.name));
    }

    /// All drafts, the newest first.
    pub fn all(&self) -> Vec<Arc<Draft>> {
        let Ok(entries) = std::fs::read_dir(&self.folder) else { return Vec::new() };
        let names = entries.flatten().filter_map(|entry| {
            let path = entry.path();
            let is = path.extension().is_some_and(|extension| extension == "json");
            let changed = entry.metadata().ok()?.modified().ok()?;
            is.then(|| Some((changed, path.file_stem()?.to_str()?.to_owned()))).flatten()
        });
        let mut names: Vec<_> = names.collect();
        names.sort_unstable_by(|a, b| b.cmp(a));
        names.into_iter().filter_map(|(_, name)| self.find(&name)).collect()
    }

    /// The draft of this name.
    pub fn find(&self, name: &str) -> Option<Arc<Draft>> {
        if name.contains(['/', '\\']) {
            return None;
        }
        let path = self.folder.join(format!("{name}.yaml"));
        let kept = read(&self.beside(name)).ok().filter(|_| path.exists())?;
        let kept = serde_json::from_str(&kept).ok()?;
        Draft::read(name, &path.display().to_string(), &kept).map(Arc::new)
    }
}

/// Reads a text file.
///
/// # Errors
/// Why it cannot be read, a sentence for people that names the file.
pub fn read(path: &Path) -> Result<String, String> {
    let text = std::fs::metadata(path).and_then(|meta| {
        if meta.len() > LONGEST {
            return Err(std::io::Error::other(format!("it is longer than {} MiB", LONGEST >> 20)));
        }
        std::fs::read_to_string(path)
    });
    text.map_err(|e| format!("{} cannot be read: {e}", path.display()))
}

#[cfg(test)]
mod tests {
    use crate::change::edit::Aim;

    use super::*;

    #[test]
    fn a_draft_outlives_kx_and_only_the_owner_reads_it() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("data/drafts");
        let text = |of: &str| of.to_owned();
        let draft = Draft {
            name: String::new(),
            path: String::new(),
            context: text("lab"),
            namespace: text("shop"),
            aim: Aim::Apply,
            parts: Vec::new(),
        };
        let draft = Drafts::new(Some(folder.clone())).begin(draft, "a: 1\n").unwrap();
        let drafts = Drafts::new(Some(folder.clone()));
        assert_eq!(drafts.all(), [Arc::new(draft.clone())]);
        assert_eq!(drafts.text(&draft).unwrap(), "a: 1\n");
        #[cfg(unix)]
        for file in std::fs::read_dir(&folder).unwrap() {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(file.unwrap().metadata().unwrap().permissions().mode() & 0o777, 0o600);
        }
        drafts.keep(&draft, "b: 2\n").unwrap();
        assert_eq!(drafts.text(&draft).unwrap(), "b: 2\n");
        assert_eq!(drafts.find("../secret"), None);
        drafts.forget(&draft);
        assert!(drafts.all().is_empty());
        assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0);
        let why = drafts.text(&draft).unwrap_err();
        assert!(why.contains(&draft.path), "{why}");
    }
}
