//! What is wrong with a theme file, and where.

/// A mistake in a theme file: which file, which line, which key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}{}: {}{message}", line_of(*.line), key_of(.key))]
pub struct ThemeError {
    /// The file as the person knows it.
    pub file: String,
    /// The line, from 1; 0 where it is no single line.
    pub line: usize,
    /// The key, dotted (`roles.cursor`); empty where it is none.
    pub key: String,
    /// What is wrong, and what would be right.
    pub message: String,
}

impl ThemeError {
    /// A mistake of a whole theme.
    pub(super) fn of(theme: &str, message: String) -> Self {
        Self { file: format!("theme {theme}"), line: 0, key: String::new(), message }
    }
}

fn line_of(line: usize) -> String {
    if line == 0 { String::new() } else { format!(":{line}") }
}

fn key_of(key: &str) -> String {
    if key.is_empty() { String::new() } else { format!("{key}: ") }
}

/// A hint at the names nearest to a mistyped one: `; did you mean …?`, or all of them where none is near.
pub(super) fn nearest<'a>(wrong: &str, names: impl IntoIterator<Item = &'a str>) -> String {
    let mut names: Vec<&str> = names.into_iter().collect();
    if let Some(name) = crate::nearest::nearest(wrong, names.iter().copied()).first() {
        return format!("; did you mean `{name}`?");
    }
    names.sort_unstable();
    if names.is_empty() { String::new() } else { format!("; there are {}", names.join(", ")) }
}
