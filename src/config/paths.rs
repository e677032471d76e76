//! Where kx keeps what, on each system.

use std::path::{Path, PathBuf};

/// The folders of kx. Without a home folder there are none, and kx works without: nothing is read, nothing kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Paths {
    /// The person's configuration: `config.toml`, `relations.toml`, `themes/`, `keymaps/`.
    pub config: Option<PathBuf>,
    /// What kx remembers between runs: `state.toml`.
    pub state: Option<PathBuf>,
    /// What must not be lost: the journal of changes, drafts, the port forwards that are kept.
    pub data: Option<PathBuf>,
    /// What can be thrown away: logs.
    pub cache: Option<PathBuf>,
}

impl Paths {
    /// The folders of this system (XDG on Linux, `Library` on macOS, `AppData` on Windows).
    pub fn find() -> Self {
        let Some(dirs) = directories::ProjectDirs::from("", "", "kx") else {
            return Self::default();
        };
        Self {
            config: Some(dirs.config_dir().to_owned()),
            state: Some(dirs.state_dir().unwrap_or_else(|| dirs.data_local_dir()).to_owned()),
            data: Some(dirs.data_local_dir().to_owned()),
            cache: Some(dirs.cache_dir().to_owned()),
        }
    }

    /// The configuration file that is read when `--config` names no other.
    pub fn config_file(&self) -> Option<PathBuf> {
        self.config.as_deref().map(|dir| dir.join("config.toml"))
    }

    /// The file of what the person knows of custom resources.
    pub fn relations(&self) -> Option<PathBuf> {
        self.config.as_deref().map(|dir| dir.join("relations.toml"))
    }

    /// The folder of the person's own themes.
    pub fn themes(&self) -> Option<PathBuf> {
        self.config.as_deref().map(|dir| dir.join("themes"))
    }

    /// The folder of the person's own keymaps.
    pub fn keymaps(&self) -> Option<PathBuf> {
        self.config.as_deref().map(|dir| dir.join("keymaps"))
    }

    /// The file of what kx remembers.
    pub fn state_file(&self) -> Option<PathBuf> {
        self.state.as_deref().map(|dir| dir.join("state.toml"))
    }

    /// The folder of texts that are being edited.
    pub fn drafts(&self) -> Option<PathBuf> {
        self.data.as_deref().map(|dir| dir.join("drafts"))
    }

    /// The file of the port forwards that are kept.
    pub fn forwards_file(&self) -> Option<PathBuf> {
        self.data.as_deref().map(|dir| dir.join("forwards.toml"))
    }

    /// The journal of changes.
    pub fn journal_file(&self) -> Option<PathBuf> {
        self.data.as_deref().map(|dir| dir.join("journal.jsonl"))
    }
}

/// Writes a file whole or not at all: to a neighbour first, then renamed.
pub(super) fn write_atomically(path: &Path, text: &str) -> std::io::Result<()> {
    if let Some(dir) = path.parent() {
        std::fs::create_dir_all(dir)?;
    }
    let neighbour = path.with_extension(format!("{}.tmp", std::process::id()));
    std::fs::write(&neighbour, text)?;
    std::fs::rename(&neighbour, path).inspect_err(|_| {
        let _ = std::fs::remove_file(&neighbour);
    })
}
