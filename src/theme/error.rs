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
    let mut near: Vec<(usize, &str)> =
        names.into_iter().map(|name| (distance(wrong, name), name)).collect();
    near.sort_unstable();
    match near.first() {
        None => String::new(),
        Some((d, name)) if *d <= 1 + wrong.chars().count() / 3 => {
            format!("; did you mean `{name}`?")
        }
        Some(_) => {
            let mut names: Vec<&str> = near.into_iter().map(|(_, name)| name).collect();
            names.sort_unstable();
            format!("; there are {}", names.join(", "))
        }
    }
}

/// How many characters must be changed, added or removed to make one of the other.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, ca) in a.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, cb) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(ca != *cb);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}
