//! `forwards.toml`: the port forwards that a person keeps.

use std::io::ErrorKind;
use std::path::Path;

use crate::forward::{Saved, SavedForwards, Start};

use super::Error;
use super::paths::write_atomically;

/// Reads the file; where there is none, nothing is kept.
///
/// # Errors
/// [`Error`], naming the file and what is wrong in it.
pub fn forwards(path: &Path) -> Result<SavedForwards, Error> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(SavedForwards::default()),
        Err(source) => return Err(Error::Unreadable { path: path.to_owned(), source }),
    };
    SavedForwards::parse(&text)
        .map_err(|message| Error::Forwards { path: path.to_owned(), message })
}

/// Keeps a forward so, or not any more. The file is read anew before: another kx may have kept something meanwhile.
///
/// # Errors
/// Why it could not be kept, a sentence for people that names the file.
pub fn keep_forward(path: &Path, saved: Saved, start: Start) -> Result<(), String> {
    let mut all = forwards(path).map_err(|error| error.to_string())?;
    all.keep(saved, start);
    write_atomically(path, &all.text())
        .map_err(|error| format!("{} cannot be written: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_two_keep_is_all_there_and_a_mistake_is_not_overwritten() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("deep").join("forwards.toml");
        assert_eq!(forwards(&path).unwrap(), SavedForwards::default());
        let saved = |name: &str| {
            let text = format!(
                "context = 'c'\nresource = 'pods'\nnamespace = 'n'\nname = '{name}'\nport = '80'\nlocal = 8080\n"
            );
            toml::from_str::<Saved>(&text).unwrap()
        };
        keep_forward(&path, saved("a"), Start::Asked).unwrap();
        keep_forward(&path, saved("b"), Start::Itself).unwrap();
        let names: Vec<String> =
            forwards(&path).unwrap().forward.into_iter().map(|s| s.name).collect();
        assert_eq!(names, ["a", "b"]);
        std::fs::write(&path, "[[forward]]\nname = 7\n").unwrap();
        let why = keep_forward(&path, saved("c"), Start::Asked).unwrap_err();
        assert!(why.contains("forwards.toml"), "{why}");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "[[forward]]\nname = 7\n");
    }
}
