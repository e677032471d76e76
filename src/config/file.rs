//! `config.toml`: what a person sets once.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::guardrail::{self, GUARDRAIL_KEYS, Guardrails};

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
    /// Let values of secrets be shown decoded in read-only mode too.
    decode_in_read_only: bool = "false";
    /// Count in the pane beside a table what stands around a row, and there and above a Map the events about it. For that, everything that can be
    /// linked is watched once the table is there; without it, only while a Map is open.
    counts: bool = "true";
    /// Where texts are edited: `external` in `$VISUAL` or `$EDITOR`, `built-in` in kx's own editor; `auto` in the former where one of them is set.
    editor: Editor = "\"auto\"";
    /// Take mouse wheel and clicks. Off, the terminal's own selection works without a modifier key.
    mouse: bool = "true";
    /// Use only ASCII for glyphs and rules.
    ascii: bool = "false";
    /// Show the wide columns from the start.
    wide: bool = "false";
    /// What is shown when kx is started without a resource.
    resource: String = "\"pods\"";
    /// How much memory the lines of one page of logs may take, in MiB; they are kept compressed.
    log_memory: u32 = "256";
    /// How much of the disk the lines of one page of logs may take for which there is no memory, in MiB: in a file without a name in kx's cache folder. 0
    /// for none.
    log_disk: u32 = "4096";
    /// The shells that are looked for in a container; the first that is there is taken.
    shells: Vec<String> = "[\"bash\", \"ash\", \"sh\"]";
    /// Where sessions in containers are opened: `terminal` gives them the whole terminal, `pane` a part of the screen beside the page.
    sessions: Sessions = "\"terminal\"";
    /// Keep the commands that are run in containers (`:exec`), in the journal and in the history of the command line. Off, the journal keeps of each the
    /// program and how many words followed, and the history nothing: for who types passwords into them.
    keep_commands: bool = "true";
    /// The image that debug containers begin with: one with a shell, that nodes can pull.
    debug_image: String = "\"busybox\"";
    /// What is forbidden, or wants to be confirmed, in some contexts and namespaces: tables, see below.
    guardrail: Guardrails = "[]";
}

/// Where texts are edited.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Editor {
    /// In `$VISUAL` or `$EDITOR` where one of them is set, else in kx's own editor.
    #[default]
    Auto,
    /// In `$VISUAL` or `$EDITOR`.
    External,
    /// In kx's own editor.
    BuiltIn,
}

/// Where sessions in containers are opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sessions {
    /// They get the whole terminal.
    #[default]
    Terminal,
    /// Beside the page.
    Pane,
}

impl Default for Config {
    fn default() -> Self {
        let text: String = OPTIONS.iter().map(|o| format!("{} = {}\n", o.key, o.default)).collect();
        // The defaults above are TOML; a test reads every one of them.
        let table: toml::Table = toml::from_str(&text).unwrap_or_default();
        let text =
            |key: &str| table.get(key).and_then(|v| v.as_str()).unwrap_or_default().to_owned();
        let texts = |key: &str| -> Vec<String> {
            let list = table.get(key).and_then(toml::Value::as_array).into_iter().flatten();
            list.filter_map(|v| v.as_str().map(str::to_owned)).collect()
        };
        let number = |key: &str| -> u32 {
            let number = table.get(key).and_then(toml::Value::as_integer).unwrap_or_default();
            u32::try_from(number).unwrap_or_default()
        };
        let flag = |key: &str| table.get(key).and_then(toml::Value::as_bool).unwrap_or_default();
        Self {
            theme: text("theme"),
            keymap: text("keymap"),
            read_only: flag("read_only"),
            decode_in_read_only: flag("decode_in_read_only"),
            counts: flag("counts"),
            editor: Editor::Auto,
            mouse: flag("mouse"),
            ascii: flag("ascii"),
            wide: flag("wide"),
            resource: text("resource"),
            log_memory: number("log_memory"),
            log_disk: number("log_disk"),
            shells: texts("shells"),
            sessions: Sessions::Terminal,
            keep_commands: flag("keep_commands"),
            debug_image: text("debug_image"),
            guardrail: Guardrails::default(),
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
    /// A mistake in `forwards.toml`.
    #[error("{}: {message}", path.display())]
    Forwards {
        /// The file.
        path: PathBuf,
        /// What is wrong, and where.
        message: String,
    },
    /// A mistake in `relations.toml`.
    #[error(transparent)]
    Relations(#[from] crate::kinds::relations::RelationsError),
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
        let config: Self = toml::from_str(text).map_err(|error| {
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
        })?;
        let file = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
        let guardrail = guardrail::read(text, &file).map_err(|mistake| {
            let before = text.as_bytes().get(..mistake.at).unwrap_or_default();
            let line = before.iter().filter(|&&b| b == b'\n').count() + 1;
            Error::Wrong { path: path.to_owned(), line, message: mistake.message }
        })?;
        Ok(Self { guardrail, ..config })
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
        out.push_str(
            "\n## Guardrails\n\nEach table `[[guardrail]]` is about some contexts and namespaces. All that match count: what one of them refuses is \
             refused.\nThe first that has a colour gives it. No flag lifts one.\n\n```toml\n[[guardrail]]\nname = \"production\"\ncontext = \"prod-*\"\n\
             confirm = \"*\"\nforbid = [\"delete\", \"drain\"]\ncolor = \"red\"\n\n[[guardrail]]\nnamespace = \"kube-*\"\nread_only = true\n```\n\n\
             | Key | For example | What it does |\n|---|---|---|\n",
        );
        for (key, example, doc) in GUARDRAIL_KEYS {
            use std::fmt::Write;
            let _ = writeln!(out, "| `{key}` | `{example}` | {doc} |");
        }
        out.push_str(
            "\n`relations.toml` in the same folder says what custom resources refer to and how they are doing: [relations.md](relations.md).\n",
        );
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_forms_begin_with_where_nobody_set_it_is_what_the_documentation_says() {
        let habits = crate::change::Habits { debug_image: Config::default().debug_image };
        assert_eq!(habits, crate::change::Habits::default());
    }
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

    #[test]
    fn guardrails_are_read_with_their_places() {
        let text = "mouse = false\n\n[[guardrail]]\nname = \"production\"\ncontext = \"prod-*\"\nforbid = [\"delete\"]\nconfirm = \"*\"\n\
            color = \"red\"\n[[guardrail]]\nnamespace = \"kube-*\"\nread_only = true\n";
        let config = Config::parse(text, Path::new("a/config.toml")).unwrap();
        let words: Vec<String> = config.guardrail.iter().map(guardrail::Guardrail::words).collect();
        assert_eq!(
            words,
            ["the guardrail production (config.toml:3)", "the guardrail at config.toml:9"]
        );
        assert!(config.guardrail.read_only("prod-eu").is_none());
        assert!(!config.mouse);
    }

    #[test]
    fn a_mistake_in_a_guardrail_names_file_line_and_key() {
        let error = |text| Config::parse(text, Path::new("a/config.toml")).unwrap_err().to_string();
        for (text, wants) in [
            (
                "[[guardrail]]\ncontext = \"x\"\nforbid = [\n  \"drain\",\n  \"delte\",\n]\n",
                &[":5: ", "guardrail.forbid", "delte", "delete"][..],
            ),
            ("[[guardrail]]\nconfirm = 7\n", &[":2: ", "guardrail.confirm"]),
            (
                "[[guardrail]]\nread_only = \"yes\"\n",
                &[":2: ", "guardrail.read_only", "true or false"],
            ),
            ("\n[[guardrail]]\nreadonly = true\n", &[":3: ", "guardrail.readonly", "read_only"]),
            ("[[guardrail]]\ncolor = \"redd\"\n", &[":2: ", "guardrail.color", "red"]),
            ("[[guardrail]]\ncontext = \"\"\nread_only = true\n", &[":2: ", "guardrail.context"]),
            ("[[guardrail]]\ncontext = \"prod\"\n", &[":1: ", "does nothing"]),
            ("[guardrail]\nread_only = true\n", &[":1: ", "[[guardrail]]"]),
            ("guardrail = [1]\n", &[":1: ", "[[guardrail]]"]),
        ] {
            let said = error(text);
            assert!(said.starts_with("a/config.toml:"), "{said}");
            for want in wants {
                assert!(said.contains(want), "{text:?} gives {said:?}, without {want:?}");
            }
        }
    }

    proptest! {
        #[test]
        fn any_guardrail_is_one_or_an_error(key in "[a-z_]{1,9}", value in "[a-z\"\\[\\],0-9 *]{0,16}") {
            let _ = Config::parse(&format!("[[guardrail]]\n{key} = {value}\n"), Path::new("x"));
        }

        #[test]
        fn any_text_is_a_configuration_or_an_error(text in ".*") {
            let _ = Config::parse(&text, Path::new("x"));
        }
    }
}
