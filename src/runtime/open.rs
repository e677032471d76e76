//! Other programs on our terminal: the pager and the editor.

use std::io::{BufWriter, ErrorKind, Write};
use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;

use crate::app::Opener;
use crate::cluster::Env;
use crate::logs::Export;

use super::folder::Folder;

/// Shows text in the pager or the editor and waits for it. The terminal must have been given back before.
///
/// # Errors
/// A sentence for people: which program, why, and where to set another.
pub async fn open(with: Opener, text: &str, name: &str, env: &Env) -> Result<(), String> {
    let dir = Folder::new().map_err(|e| format!("there is no place for a file: {e}"))?;
    let file = dir.path().join(file_name(name));
    write_private(&file, text).map_err(|e| format!("cannot write {}: {e}", file.display()))?;
    run(with, &file, env).await.map(drop)
}

/// Shows logs in the pager, which is given them as it reads, however many there are, and waits for it. The terminal must have been given back before.
///
/// # Errors
/// As of [`open`].
pub async fn page(export: Arc<Export>, env: &Env) -> Result<(), String> {
    let command = env.any(&["PAGER"]).unwrap_or("less").to_owned();
    let shown = tokio::task::spawn_blocking(move || page_by(&command, &export)).await;
    shown.unwrap_or_else(|error| Err(format!("the pager was not started: {error}")))
}

fn page_by(command: &str, export: &Export) -> Result<(), String> {
    let failed = |error: std::io::Error| {
        format!("cannot start {command}: {error}; set PAGER to another program")
    };
    let mut pager = std::process::Command::new("sh")
        .args(["-c", command])
        .stdin(Stdio::piped())
        .spawn()
        .map_err(failed)?;
    let pipe = pager.stdin.take();
    let written = pipe.map(|pipe| export.write(&mut BufWriter::with_capacity(64 << 10, pipe)));
    let status = pager.wait().map_err(failed)?;
    if status.code() == Some(127) {
        return Err(format!("there is no {command}; set PAGER to a program that exists"));
    }
    match written {
        // Whoever has seen enough reads no more.
        Some(Err(error)) if error.kind() != ErrorKind::BrokenPipe => {
            Err(format!("the pager was not given everything: {error}"))
        }
        Some(Ok(written)) if written.missing > 0 => {
            Err(format!("{} lines were let go before they could be shown", written.missing))
        }
        _ => Ok(()),
    }
}

/// Runs the pager or the editor on a file and waits for it; whether it says that all went well. The terminal must have been given back before.
///
/// # Errors
/// As of [`open`].
pub async fn run(with: Opener, file: &Path, env: &Env) -> Result<bool, String> {
    let (variable, command) = match with {
        Opener::Pager => ("PAGER", env.any(&["PAGER"]).unwrap_or("less").to_owned()),
        Opener::Editor => ("EDITOR", env.any(&["VISUAL", "EDITOR"]).unwrap_or("vi").to_owned()),
    };
    // Through the shell, as these variables may hold arguments ("code --wait"); the file is an argument, never part of the script.
    let script = format!("{command} \"$@\"");
    let status = tokio::process::Command::new("sh")
        .args(["-c", &script, "sh"])
        .arg(file)
        .stdin(Stdio::inherit())
        .status()
        .await
        .map_err(|e| format!("cannot start {command}: {e}; set {variable} to another program"))?;
    match status.code() {
        Some(127) => Err(format!("there is no {command}; set {variable} to a program that exists")),
        _ => Ok(status.success()),
    }
}

/// A name from the cluster is not to be trusted as a path.
fn file_name(name: &str) -> String {
    let clean: String = name
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_') { c } else { '_' })
        .take(100)
        .collect();
    let clean = clean.trim_start_matches(['.', '-']).to_owned();
    if clean.is_empty() { "text".to_owned() } else { clean }
}

fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_never_a_path() {
        assert_eq!(file_name("pod-web-0.yaml"), "pod-web-0.yaml");
        assert_eq!(file_name("../../etc/passwd"), "_.._etc_passwd");
        assert_eq!(file_name("-rf"), "rf");
        assert_eq!(file_name(""), "text");
    }

    #[tokio::test]
    async fn the_pager_reads_logs_bit_by_bit_and_may_leave_when_it_likes() {
        use crate::logs::export::{Form, Which};
        use crate::logs::{Buffer, Entries, Kind, Room, StreamId};
        let mut buffer = Buffer::new(&Room::default());
        let text = vec![b'x'; 1_000];
        for _ in 0..40 {
            let mut entries = Entries::default();
            (0..1_000).for_each(|_| entries.push(0, StreamId(0), Kind::Line, &text));
            buffer.push(&entries);
        }
        let export = Arc::new(Export {
            snapshot: buffer.snapshot(),
            streams: Vec::new(),
            which: Which::All,
            form: Form::Text,
        });
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path().join("lines");
        // More than any text that is kept in memory for it.
        let count = format!("wc -l > {}", out.display());
        page(Arc::clone(&export), &Env::of([("PAGER", count.as_str())])).await.unwrap();
        assert_eq!(std::fs::read_to_string(out).unwrap().trim(), "40000");
        page(Arc::clone(&export), &Env::of([("PAGER", "head -n 1 > /dev/null")])).await.unwrap();
        let why = page(export, &Env::of([("PAGER", "no-such-pager")])).await.unwrap_err();
        assert!(why.contains("no-such-pager") && why.contains("PAGER"), "{why}");
    }

    #[tokio::test]
    async fn the_program_gets_the_text_and_a_missing_one_is_explained() {
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path().join("seen");
        let script = format!("cp_to() {{ cat \"$1\" > {}; }}; cp_to", out.display());
        let env = Env::of([("PAGER", script.as_str()), ("EDITOR", "no-such-editor")]);
        open(Opener::Pager, "a: 1\n", "x.yaml", &env).await.unwrap();
        assert_eq!(std::fs::read_to_string(out).unwrap(), "a: 1\n");
        let why = open(Opener::Editor, "", "x", &env).await.unwrap_err();
        assert!(why.contains("no-such-editor") && why.contains("EDITOR"), "{why}");
    }
}
