//! `config.toml`: what a person sets once.

use std::path::{Path, PathBuf};

use serde::Deserialize;

/// One option of `config.toml`, for the documentation and for `kx info`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opt {
    /// The key.
    pub key: &'static str,
    /// What is used where it is not set, as TOML.
    pub default: &'static str,
    /// What it does.
    pub doc: &'static str,
}

/// Declares the options once: struct, defaults and documentation.
macro_rules! options {
    ($($(#[doc = $doc:literal])+ $key:ident: $ty:ty = $default:literal;)*) => {
        /// What a person sets once; flags on the command line win over it.
        #[derive(Clone, Debug, PartialEq, Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub struct Config {
            $($(#[doc = $doc])+ pub $key: $ty,)*
        }

        /// Every option, in the order of the documentation.
        pub const OPTIONS: &[Opt] = &[$(Opt {
            key: stringify!($key),
            default: $default,
            doc: concat!($($doc),+),
        }),*];
    };
}

options! {
    /// The theme: a built-in one, or the name of a file in the `themes` folder.
    theme: String = "\"dark\"";
    /// The keymap: `default`, `vim`, `k9s`, or the name of a file in the `keymaps` folder.
    keymap: String = "\"default\"";
    /// Only look: refuse every request that could change anything. `--write` on the command line wins over it.
    read_only: bool = "false";
    /// Take mouse wheel and clicks. Off, the terminal's own selection works without a modifier key.
    mouse: bool = "true";
    /// Use only ASCII for glyphs and rules.
    ascii: bool = "false";
    /// Show the wide columns from the start.
    wide: bool = "false";
    /// What is shown when kx is started without a resource.
    resource: String = "\"pods\"";
}

impl Default for Config {
    fn default() -> Self {
        let text: String = OPTIONS.iter().map(|o| format!("{} = {}\n", o.key, o.default)).collect();
        // The defaults above are TOML; a test reads every one of them.
        let table: toml::Table = toml::from_str(&text).unwrap_or_default();
        let text =
            |key: &str| table.get(key).and_then(|v| v.as_str()).unwrap_or_default().to_owned();
        let flag = |key: &str| table.get(key).and_then(toml::Value::as_bool).unwrap_or_default();
        Self {
            theme: text("theme"),
            keymap: text("keymap"),
            read_only: flag("read_only"),
            mouse: flag("mouse"),
            ascii: flag("ascii"),
            wide: flag("wide"),
            resource: text("resource"),
        }
    }
}

/// Why a configuration file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It cannot be read.
    #[error("cannot read the configuration {}: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// It is not TOML, or sets something that does not exist, or to something that it cannot be.
    #[error("{}:{line}: {message}", path.display())]
    Wrong {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong, with the key.
        message: String,
    },
}

impl Config {
    /// Reads the file; `required` says whether its absence is an error (`--config`) or means the defaults.
    ///
    /// # Errors
    /// [`Error`], naming file, line and key.
    pub fn load(path: &Path, required: bool) -> Result<Self, Error> {
        match std::fs::read_to_string(path) {
            Ok(text) => Self::parse(&text, path),
            Err(source) if source.kind() == std::io::ErrorKind::NotFound && !required => {
                Ok(Self::default())
            }
            Err(source) => Err(Error::Unreadable { path: path.to_owned(), source }),
        }
    }

    /// Reads the text of a configuration file; `path` is for messages.
    ///
    /// # Errors
    /// [`Error::Wrong`].
    pub fn parse(text: &str, path: &Path) -> Result<Self, Error> {
        toml::from_str(text).map_err(|error| {
            let start = error.span().map_or(0, |span| span.start).min(text.len());
            let line = text.as_bytes()[..start].iter().filter(|&&b| b == b'\n').count() + 1;
            let key = text
                .lines()
                .nth(line - 1)
                .and_then(|l| l.split_once('='))
                .map(|(key, _)| key.trim());
            let message = match key {
                Some(key) if !error.message().contains(key) => {
                    format!("{key}: {}", error.message())
                }
                _ => error.message().to_owned(),
            };
            Error::Wrong { path: path.to_owned(), line, message }
        })
    }

    /// `docs/config.md`, written from [`OPTIONS`].
    pub fn markdown() -> String {
        let mut out = String::from(
            "# Configuration\n\n`config.toml` in kx's configuration folder (`kx info` says where it is), or the file that \
             `--config` names.\nFlags on the command line win over it. A mistake is an error that names file, line and key.\n\n\
             | Key | Default | What it does |\n|---|---|---|\n",
        );
        for option in OPTIONS {
            use std::fmt::Write;
            let _ = writeln!(
                out,
                "| `{}` | `{}` | {} |",
                option.key,
                option.default,
                option.doc.trim()
            );
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_documented_defaults_are_the_defaults() {
        let text: String = OPTIONS.iter().map(|o| format!("{} = {}\n", o.key, o.default)).collect();
        let read = Config::parse(&text, Path::new("x")).unwrap();
        assert_eq!(read, Config::default());
        assert_eq!((read.theme.as_str(), read.mouse), ("dark", true));
        assert_eq!(Config::parse("", Path::new("x")).unwrap(), Config::default());
    }

    #[test]
    fn a_mistake_names_file_line_and_key() {
        let error = |text| Config::parse(text, Path::new("a/config.toml")).unwrap_err().to_string();
        let unknown = error("# mine\ntheme = \"dark\"\nthem = \"x\"\n");
        assert!(unknown.starts_with("a/config.toml:3: ") && unknown.contains("them"), "{unknown}");
        let wrong = error("\nmouse = \"yes\"\n");
        assert!(wrong.starts_with("a/config.toml:2: ") && wrong.contains("mouse"), "{wrong}");
        assert!(error("theme = ").starts_with("a/config.toml:1: "));
    }

    #[test]
    fn a_missing_file_is_an_error_only_where_it_was_asked_for() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("none.toml");
        assert_eq!(Config::load(&path, false).unwrap(), Config::default());
        assert!(Config::load(&path, true).unwrap_err().to_string().contains("none.toml"));
    }

    proptest! {
        #[test]
        fn any_text_is_a_configuration_or_an_error(text in ".*") {
            let _ = Config::parse(&text, Path::new("x"));
        }
    }
}
