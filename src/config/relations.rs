//! `relations.toml`: what a person knows of custom resources beyond kx.

use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;

use crate::kinds::relations::Relations;

use super::Error;

/// Reads the person's file, on top of what kx knows; `None` where there is no such file.
///
/// # Errors
/// [`Error`], naming file, line and key.
pub fn relations(path: &Path) -> Result<Option<Arc<Relations>>, Error> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(Error::Unreadable { path: path.to_owned(), source }),
    };
    let mut relations = Relations::built_in().clone();
    relations.add(&path.display().to_string(), &text)?;
    Ok(Some(Arc::new(relations)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_need_not_be_there_and_a_mistake_names_file_line_and_key() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("relations.toml");
        assert!(relations(&path).unwrap().is_none());
        let mine = "[\"boats.sea.example\".links]\n\"spec.crew\" = { uses = \"secrets\" }\n";
        std::fs::write(&path, mine).unwrap();
        let all = relations(&path).unwrap().unwrap();
        assert!(all.names().any(|name| name == "boats.sea.example"));
        assert!(all.names().count() > 1, "what kx knows is still there");
        std::fs::write(&path, mine.replace("uses", "use")).unwrap();
        let error = relations(&path).unwrap_err().to_string();
        assert!(error.contains("relations.toml:2: boats.sea.example.links.spec.crew"), "{error}");
        std::fs::remove_file(&path).unwrap();
        std::fs::create_dir(&path).unwrap();
        assert!(relations(&path).unwrap_err().to_string().contains("relations.toml"));
    }
}
