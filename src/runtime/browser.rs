//! The person's browser.

use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;
use tokio::time::timeout;

/// How long is waited for a program to say that it failed; one that goes on is at work.
const PATIENCE: Duration = Duration::from_secs(2);

/// Opens a URL in the program that `$BROWSER` names, or in the one that the system has for URLs. Nothing of it reaches the terminal.
///
/// # Errors
/// That there is none, or that it failed, a sentence for people.
pub(super) async fn open(url: &str, chosen: Option<&str>) -> Result<(), String> {
    let commands: Vec<Command> = match chosen {
        Some(chosen) => {
            // As a path, or with arguments.
            let mut command = Command::new("sh");
            command.args(["-c", &format!("{chosen} \"$@\""), "sh", url]);
            vec![command]
        }
        None => open::commands(url).into_iter().map(Command::from).collect(),
    };
    for mut command in commands {
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let Ok(mut child) = command.spawn() else { continue };
        match timeout(PATIENCE, child.wait()).await {
            // It runs on without us.
            Err(_) => return Ok(()),
            Ok(Ok(status)) if status.success() => return Ok(()),
            Ok(_) => {}
        }
    }
    Err(format!(
        "there is no browser that opens {url} here: set BROWSER to a program, or copy the URL"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_chosen_program_gets_the_url_and_a_missing_one_is_explained() {
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path().join("seen");
        let script = format!("put() {{ printf %s \"$1\" > {}; }}; put", out.display());
        open("http://localhost:8080/?a=1&b='x'", Some(&script)).await.unwrap();
        assert_eq!(std::fs::read_to_string(out).unwrap(), "http://localhost:8080/?a=1&b='x'");
        let why = open("http://localhost:1/", Some("no-such-browser")).await.unwrap_err();
        assert!(why.contains("BROWSER"), "{why}");
    }
}
