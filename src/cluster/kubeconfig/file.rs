//! One kubeconfig file: its bytes, its YAML, its paths.

use std::collections::HashSet;
use std::io;
use std::path::{MAIN_SEPARATOR, Path, PathBuf};

use kube::config::{AuthInfo, Cluster, Kubeconfig as Raw};

use crate::cluster::error::Error;

fn broken(file: &Path, line: Option<u64>, problem: impl Into<String>) -> Error {
    Error::Kubeconfig { file: file.to_owned(), line, problem: problem.into() }
}

/// Reads one file; none if it does not exist.
pub(super) fn read(path: &Path) -> Result<Option<Raw>, Error> {
    let bytes = match std::fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(broken(path, None, error.to_string())),
    };
    parse(&bytes, path).map(Some)
}

/// Parses the bytes of `path`; relative paths become absolute.
pub(super) fn parse(bytes: &[u8], path: &Path) -> Result<Raw, Error> {
    let text = text(bytes)
        .ok_or_else(|| broken(path, None, "it is no text (neither UTF-8 nor UTF-16)"))?;
    // The parser's snippets would show what stands around a mistake: tokens and keys.
    let options = serde_yaml::options! { with_snippet: false };
    let documents = serde_yaml::from_multiple_with_options::<Option<Raw>>(&text, options)
        .map_err(|error| of_yaml(path, &error))?;
    // Where kx runs from may change, so no path may stay relative to it.
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let folder = absolute.parent().unwrap_or(Path::new("/"));
    let mut raw = Raw::default();
    for mut document in documents.into_iter().flatten() {
        unique(path, "context", document.contexts.iter().map(|named| named.name.as_str()))?;
        unique(path, "cluster", document.clusters.iter().map(|named| named.name.as_str()))?;
        unique(path, "user", document.auth_infos.iter().map(|named| named.name.as_str()))?;
        for cluster in document.clusters.iter_mut().filter_map(|named| named.cluster.as_mut()) {
            cluster_paths(cluster, folder);
        }
        for user in document.auth_infos.iter_mut().filter_map(|named| named.auth_info.as_mut()) {
            user_paths(user, folder);
        }
        // An empty current-context defines nothing, so a later file may.
        document.current_context = document.current_context.filter(|name| !name.is_empty());
        raw = merge(raw, document, path)?;
    }
    Ok(raw)
}

/// Adds what `next`, the content of `path`, defines and the files before it did not.
pub(super) fn merge(raw: Raw, next: Raw, path: &Path) -> Result<Raw, Error> {
    raw.merge(next).map_err(|error| broken(path, None, error.to_string()))
}

/// kubectl refuses a name defined twice in one file; taking either could lead to the wrong cluster.
fn unique<'a>(path: &Path, what: &str, names: impl Iterator<Item = &'a str>) -> Result<(), Error> {
    let mut seen = HashSet::new();
    for name in names {
        if !seen.insert(name) {
            return Err(broken(path, None, format!("the {what} {name:?} is defined twice")));
        }
    }
    Ok(())
}

fn of_yaml(path: &Path, error: &serde_yaml::Error) -> Error {
    let line = error.location().map(|location| location.line()).filter(|line| *line > 0);
    let words = error.without_snippet().to_string();
    let words = words.lines().next().unwrap_or_default();
    // The line is told once, by us.
    let words = words.split(" at line ").next().unwrap_or(words).trim_start_matches("error: ");
    broken(path, line, words)
}

/// UTF-8, with or without a mark, or UTF-16 with one (what PowerShell writes).
fn text(bytes: &[u8]) -> Option<String> {
    let wide = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        let (pairs, rest) = bytes.as_chunks::<2>();
        if !rest.is_empty() {
            return None;
        }
        String::from_utf16(&pairs.iter().map(|pair| unit(*pair)).collect::<Vec<_>>()).ok()
    };
    match bytes {
        [0xff, 0xfe, rest @ ..] => wide(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => wide(rest, u16::from_be_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8(rest.to_vec()).ok(),
        bytes => String::from_utf8(bytes.to_vec()).ok(),
    }
}

fn absolute(path: &mut Option<String>, folder: &Path) {
    if let Some(path) = path
        && !path.is_empty()
        && Path::new(path.as_str()).is_relative()
        // The components leave out `./`.
        && let Some(joined) = folder.join(path.as_str()).components().collect::<PathBuf>().to_str()
    {
        joined.clone_into(path);
    }
}

fn cluster_paths(cluster: &mut Cluster, folder: &Path) {
    absolute(&mut cluster.certificate_authority, folder);
}

fn user_paths(user: &mut AuthInfo, folder: &Path) {
    absolute(&mut user.client_certificate, folder);
    absolute(&mut user.client_key, folder);
    absolute(&mut user.token_file, folder);
    // A bare command is looked up in PATH; only one with a separator is a path (client-go,
    // `GetAuthInfoFileReferences`).
    if let Some(exec) = &mut user.exec
        && exec.command.as_ref().is_some_and(|command| command.contains(MAIN_SEPARATOR))
    {
        absolute(&mut exec.command, folder);
    }
}
