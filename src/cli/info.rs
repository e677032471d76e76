//! `kx info`: which version this is, where its files are, what was found.

use std::io::{self, Write};
use std::path::Path;
use std::time::Duration;

use crate::cluster::discovery;
use crate::config::{self, Config, Paths};
use crate::runtime::Access;

use super::ClusterArgs;

/// How long the server may take to say its version.
const PATIENCE: Duration = Duration::from_secs(3);

/// Prints the report. Whatever cannot be found is part of it, never a failure.
///
/// # Errors
/// Those of writing.
pub async fn run(
    args: &ClusterArgs,
    access: &Access,
    paths: &Paths,
    out: &mut impl Write,
) -> io::Result<()> {
    writeln!(out, "kx {}", env!("CARGO_PKG_VERSION"))?;
    writeln!(out)?;
    let config = args.config.clone().or_else(|| paths.config_file());
    line(
        out,
        "config",
        &config.as_deref().map_or_else(none, |file| described(file, args.config.is_some())),
    )?;
    line(out, "relations", &paths.relations().as_deref().map_or_else(none, checked))?;
    line(out, "themes", &paths.themes().as_deref().map_or_else(none, folder))?;
    line(out, "keymaps", &paths.keymaps().as_deref().map_or_else(none, folder))?;
    line(out, "journal", &paths.journal_file().as_deref().map_or_else(none, exists))?;
    line(out, "forwards", &paths.forwards_file().as_deref().map_or_else(none, exists))?;
    line(out, "state", &paths.state_file().as_deref().map_or_else(none, exists))?;
    line(
        out,
        "log",
        &args.log_file.as_deref().map_or_else(|| "none; --log-file FILE writes one".into(), exists),
    )?;
    writeln!(out)?;
    let kubeconfig = match access.kubeconfig() {
        Ok(kubeconfig) => kubeconfig,
        Err(error) => {
            line(out, "kubeconfig", &error.to_string())?;
            return hint(out, error.hint());
        }
    };
    let files: Vec<String> = kubeconfig.files().iter().map(|f| f.display().to_string()).collect();
    let files = if kubeconfig.is_in_cluster() {
        "the pod's service account".into()
    } else {
        files.join(", ")
    };
    line(out, "kubeconfig", &files)?;
    let contexts = kubeconfig.contexts();
    let count = match contexts.len() {
        1 => "1".to_owned(),
        n => format!("{n}"),
    };
    line(out, "contexts", &count)?;
    match access.client(args.context.as_deref()).await {
        Ok(client) => {
            let info = client.info();
            line(out, "context", &info.context)?;
            line(out, "server", &info.server)?;
            line(out, "user", info.impersonates.as_deref().unwrap_or(&info.user))?;
            line(out, "namespace", &info.namespace)?;
            match tokio::time::timeout(PATIENCE, discovery::version(&client)).await {
                Ok(Ok(version)) => line(out, "version", &version.git_version)?,
                Ok(Err(error)) => {
                    line(out, "version", &error.to_string())?;
                    hint(out, error.hint())?;
                }
                Err(_) => {
                    let why = format!("no answer from {} in {} s", info.server, PATIENCE.as_secs());
                    line(out, "version", &why)?;
                }
            }
        }
        Err(error) => {
            line(out, "context", &error.to_string())?;
            hint(out, error.hint())?;
        }
    }
    Ok(())
}

fn line(out: &mut impl Write, what: &str, value: &str) -> io::Result<()> {
    writeln!(out, "{what:<12}{value}")
}

fn hint(out: &mut impl Write, hint: Option<String>) -> io::Result<()> {
    hint.map_or(Ok(()), |hint| line(out, "", &hint))
}

fn none() -> String {
    "none: there is no home folder".to_owned()
}

fn exists(path: &Path) -> String {
    let note = if path.exists() { "" } else { " (not there yet)" };
    format!("{}{note}", path.display())
}

fn described(path: &Path, required: bool) -> String {
    match Config::load(path, required) {
        Ok(_) => exists(path),
        Err(error) => error.to_string(),
    }
}

/// The file of relations, or what is wrong with it.
fn checked(path: &Path) -> String {
    config::relations(path).map_or_else(|error| error.to_string(), |_| exists(path))
}

/// A folder and how many files of ours it holds.
fn folder(path: &Path) -> String {
    let files = std::fs::read_dir(path).map_or(0, |entries| {
        entries.flatten().filter(|e| e.path().extension().is_some_and(|x| x == "toml")).count()
    });
    match files {
        0 => exists(path),
        n => format!("{} ({n})", path.display()),
    }
}
