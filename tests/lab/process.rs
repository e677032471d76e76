//! Child processes that cannot outlive us.
//!
//! Each daemon of the lab runs behind a shepherd: a small `sh` that waits for a word, or for the
//! end, of a pipe held by this process, and then ends the daemon. The kernel closes the pipe however
//! this process ends, also by SIGKILL, and a `static` that is never dropped needs no special care.

use std::fs::{self, File};
use std::io::Write;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

/// Runs `"$@"` and ends it on a word from stdin: `term` asks it to end, anything else and the end
/// of the pipe kill it. Exits with the daemon's status. Signals of a terminal are for us, not for it.
const SHEPHERD: &str = r#"
trap '' INT HUP QUIT
exec 3<&0
"$@" </dev/null 3<&- &
daemon=$!
{ read -r how <&3; case "$how" in term) kill -TERM $daemon; read -r how <&3;; esac; kill -KILL $daemon; } 2>/dev/null &
pipe=$!
wait $daemon
status=$?
kill -KILL $pipe 2>/dev/null
exit $status
"#;

/// Removes a folder once the pipe on stdin ends. It tries again while dying daemons still write.
const JANITOR: &str = r#"
trap '' INT HUP QUIT
read -r _
n=0
while [ -e "$1" ] && [ $n -lt 100 ]; do rm -rf "$1" 2>/dev/null; n=$((n+1)); sleep 0.1; done
"#;

fn shell(script: &str, name: &str) -> Command {
    let mut command = Command::new("/bin/sh");
    // A process group of its own: Ctrl-C in the terminal must reach only us.
    command.arg("-c").arg(script).arg(name).process_group(0).stdin(Stdio::piped());
    command
}

/// A daemon behind its shepherd. Dropping it kills the daemon and waits for its end.
pub struct Daemon {
    name: String,
    log: PathBuf,
    shepherd: Child,
    pipe: Option<ChildStdin>,
}

impl Daemon {
    /// Starts `program` with `args`; what it prints goes to `folder/NAME.log`, appended.
    pub fn spawn(name: &str, program: &Path, args: &[String], folder: &Path) -> Result<Self> {
        let log = folder.join(format!("{name}.log"));
        let out = File::options().create(true).append(true).open(&log)?;
        let mut shepherd = shell(SHEPHERD, "kx-lab-shepherd")
            .arg(program)
            .args(args)
            .current_dir(folder)
            .stdout(out.try_clone()?)
            .stderr(out)
            .spawn()
            .with_context(|| format!("cannot start {}", program.display()))?;
        let pipe = shepherd.stdin.take();
        Ok(Self { name: name.to_owned(), log, shepherd, pipe })
    }

    /// The status with which the daemon ended by itself, if it did.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.shepherd.try_wait().ok().flatten()
    }

    /// Asks the daemon to end (SIGTERM), as a service manager does, and kills it after `patience`.
    pub fn terminate(mut self, patience: Duration) {
        if let Some(pipe) = &mut self.pipe {
            let _ = pipe.write_all(b"term\n");
        }
        let deadline = Instant::now() + patience;
        while self.ended().is_none() && Instant::now() < deadline {
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// The last lines of its log, for an error message.
    pub fn tail(&self) -> String {
        let text = fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<_> = text.lines().collect();
        let from = lines.len().saturating_sub(15);
        format!("last lines of {}:\n{}", self.name, lines[from..].join("\n"))
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        drop(self.pipe.take());
        let _ = self.shepherd.wait();
    }
}

/// A temporary folder that goes away with this process, however the process ends.
pub struct Folder {
    path: PathBuf,
    janitor: Child,
}

impl Folder {
    /// A new folder in the system's place for temporary files.
    pub fn new() -> Result<Self> {
        let path = tempfile::Builder::new().prefix("kx-lab-").tempdir()?.keep();
        let janitor = shell(JANITOR, "kx-lab-janitor")
            .arg(&path)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .context("cannot start /bin/sh")?;
        Ok(Self { path, janitor })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(self.janitor.stdin.take());
        let _ = self.janitor.wait();
    }
}
