//! What is wrong with a file of relations, and where.

/// A mistake in a file of relations: which file, which line, which key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {}{message}", prefix(.key))]
pub struct RelationsError {
    /// The file as the person knows it.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The key, dotted; empty where it is none.
    pub key: String,
    /// What is wrong, and what would be right.
    pub message: String,
}

fn prefix(key: &str) -> String {
    if key.is_empty() { String::new() } else { format!("{key}: ") }
}
