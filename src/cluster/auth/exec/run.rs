//! One run of a plugin.

use std::io::ErrorKind;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::process::Command;

use super::credential::Credential;
use super::spec::Spec;
use crate::cluster::error::Error;

/// How long a plugin may take: it may wait for a person who logs in with a browser.
const PATIENCE: Duration = Duration::from_mins(5);
/// The longest answer that is read.
const LONGEST: u64 = 4 * 1024 * 1024;
/// How much of the end of stderr is shown.
const SHOWN: usize = 1000;

/// Runs the plugin and reads its answer.
pub(super) async fn run(spec: &Spec) -> Result<Credential, Error> {
    let fail = |problem: &str, stderr: &[u8], advice| {
        failed(&spec.command, problem, readable(stderr), advice)
    };
    if spec.wants_terminal {
        let advice = "set interactiveMode: IfAvailable in the user's exec if the plugin can do without one, or log in \
                      with the plugin's own command and use the token it gives";
        return Err(fail(
            "wants a terminal of its own (interactiveMode: Always)",
            &[],
            Some(advice.into()),
        ));
    }
    let mut command = Command::new(&spec.command);
    command
        .args(&spec.args)
        .envs(spec.env.iter().map(|(name, value)| (name, value)))
        .env("KUBERNETES_EXEC_INFO", &spec.info)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    let mut child = command.spawn().map_err(|error| match error.kind() {
        ErrorKind::NotFound => {
            let advice = spec.install_hint.clone().unwrap_or_else(|| {
                format!("install {:?}, or put its folder into PATH", spec.command)
            });
            fail("is not installed", &[], Some(advice.trim().to_owned()))
        }
        ErrorKind::PermissionDenied => fail("may not be run (is it executable?)", &[], None),
        _ => fail(&format!("cannot be run: {error}"), &[], None),
    })?;
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let all = async { tokio::join!(read(stdout, LONGEST), read(stderr, LONGEST), child.wait()) };
    let Ok((stdout, stderr, status)) = tokio::time::timeout(PATIENCE, all).await else {
        return Err(fail(&format!("gave no answer within {} s", PATIENCE.as_secs()), &[], None));
    };
    let status = status.map_err(|error| fail(&format!("was lost: {error}"), &stderr, None))?;
    if !status.success() {
        return Err(fail(&ending(status), &stderr, None));
    }
    Credential::parse(&stdout, &spec.api_version).map_err(|problem| {
        fail(&format!("gave an answer that cannot be used: {problem}"), &stderr, None)
    })
}

/// Reads to the end, but keeps only `most` bytes. What cannot be read is not there.
async fn read(pipe: Option<impl AsyncRead + Unpin>, most: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    if let Some(mut pipe) = pipe {
        let _ = (&mut pipe).take(most).read_to_end(&mut bytes).await;
        // A plugin that writes more must not hang on a full pipe.
        let _ = tokio::io::copy(&mut pipe, &mut tokio::io::sink()).await;
    }
    bytes
}

fn ending(status: ExitStatus) -> String {
    match status.code() {
        Some(code) => format!("failed with exit code {code}"),
        None => format!("was killed ({status})"),
    }
}

/// A plugin's failure.
pub(super) fn failed(
    command: &str,
    problem: &str,
    stderr: String,
    advice: Option<String>,
) -> Error {
    Error::Plugin { command: command.to_owned(), problem: problem.to_owned(), stderr, advice }
}

/// The end of what it wrote, without colours and other control characters: it will be drawn on a screen.
fn readable(stderr: &[u8]) -> String {
    let text = String::from_utf8_lossy(stderr);
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            // An escape sequence ends with its first letter.
            '\u{1b}' => drop(chars.by_ref().find(char::is_ascii_alphabetic)),
            '\n' => plain.push('\n'),
            c if c.is_control() => plain.push(' '),
            c => plain.push(c),
        }
    }
    let plain = plain.trim();
    let start = plain.char_indices().rev().nth(SHOWN - 1).map_or(0, |(start, _)| start);
    plain[start..].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stderr_is_fit_for_a_screen() {
        assert_eq!(
            readable(b"\x1b[31merror:\x1b[0m log in\r\n\x07first\n"),
            "error: log in \n first"
        );
        let long = "x".repeat(5000) + "the end";
        assert_eq!(readable(long.as_bytes()).chars().count(), SHOWN);
        assert!(readable(long.as_bytes()).ends_with("the end"));
        assert_eq!(readable(b"\x1b"), "");
    }
}
