//! kx's side: a child is started, given lines, and ended where one takes too long.

use std::io::{BufReader, BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::Duration;

use super::{ARGUMENT, frames};
use crate::logs::Made;

/// How long a line may take.
const LINE: Duration = Duration::from_secs(2);
/// How long a child may take to begin.
const BEGIN: Duration = Duration::from_secs(20);
/// After so many lines that it did not come through, of those that are asked about at once, an expression is given up.
const MOST: usize = 3;

/// Why an expression makes nothing of lines.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failed {
    /// It is no expression.
    #[error("{0}")]
    Wrong(String),
    /// It did not end, or could not go on, at line after line.
    #[error("the expression {0}, at line after line")]
    Endless(String),
    /// It cannot be evaluated here.
    #[error("kx cannot start itself to evaluate it: {0}")]
    Start(String),
}

/// An expression that is evaluated for lines, in a process that is started for it and ends with this.
#[derive(Debug)]
pub struct Evaluator {
    program: PathBuf,
    expression: String,
    running: Option<Running>,
}

/// A child, and the threads that write to it and read from it: neither pipe can hold the other up.
#[derive(Debug)]
struct Running {
    child: Child,
    lines: Sender<Vec<u8>>,
    answers: Receiver<Vec<u8>>,
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Evaluator {
    /// Evaluates this expression in another process of this program. May take as long as a process takes to start.
    ///
    /// # Errors
    /// [`Failed`]: it is no expression, or there is no process.
    pub fn new(expression: &str) -> Result<Self, Failed> {
        Self::of(&itself().map_err(|error| Failed::Start(error.to_string()))?, expression)
    }

    /// The same, in a process of the kx at this path.
    ///
    /// # Errors
    /// As those of [`Evaluator::new`].
    pub fn of(program: &Path, expression: &str) -> Result<Self, Failed> {
        let mut evaluator =
            Self { program: program.to_owned(), expression: expression.to_owned(), running: None };
        evaluator.running = Some(evaluator.start(false)?);
        Ok(evaluator)
    }

    /// What is evaluated.
    pub fn expression(&self) -> &str {
        &self.expression
    }

    /// What it makes of each of these lines. May take long.
    ///
    /// # Errors
    /// [`Failed`], where there is no use in going on. A line that it fails for otherwise has that as its answer.
    pub fn make(&mut self, lines: &[Vec<u8>]) -> Result<Vec<Made>, Failed> {
        let mut made = Vec::with_capacity(lines.len());
        // At first many lines are answered at once; where that breaks, one by one, so that it is known which it was.
        let (mut careful, mut failed) = (false, 0);
        while made.len() < lines.len() {
            let running = match self.running.take() {
                Some(running) => running,
                None => self.start(careful)?,
            };
            for line in &lines[made.len()..] {
                // If the child has ended, that is told where answers are awaited.
                let _ = running.lines.send(line.clone());
            }
            let why = loop {
                if made.len() == lines.len() {
                    // One that sends each answer at once is slow.
                    self.running = (!careful).then_some(running);
                    return Ok(made);
                }
                match running.answers.recv_timeout(LINE) {
                    Ok(answer) => match frames::unpack(&answer) {
                        Some(answer) => made.push(answer),
                        None => break "answers what cannot be read",
                    },
                    Err(RecvTimeoutError::Timeout) => break "does not end",
                    Err(RecvTimeoutError::Disconnected) => {
                        break "goes too deep, or takes too much memory";
                    }
                }
            };
            drop(running);
            if careful {
                made.push(Made::Failed(format!("the expression {why} at this line")));
                failed += 1;
                if failed >= MOST {
                    return Err(Failed::Endless(why.to_owned()));
                }
            }
            careful = true;
        }
        Ok(made)
    }

    fn start(&self, careful: bool) -> Result<Running, Failed> {
        let failed = |error: std::io::Error| Failed::Start(error.to_string());
        let mut command = Command::new(&self.program);
        command
            .arg(ARGUMENT)
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        // Local times are those of the person.
        if let Some(zone) = std::env::var_os("TZ") {
            command.env("TZ", zone);
        }
        #[cfg(unix)]
        {
            use std::os::unix::process::CommandExt as _;
            // What a terminal sends to kx is not for it.
            command.process_group(0);
        }
        let mut child = command.spawn().map_err(failed)?;
        let (Some(to), Some(from)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(Failed::Start("there are no pipes".to_owned()));
        };
        let (lines, waiting) = channel::<Vec<u8>>();
        let (heard, answers) = channel();
        let running = Running { child, lines, answers };
        let write = move || {
            let mut to = BufWriter::with_capacity(64 << 10, to);
            while let Ok(line) = waiting.recv() {
                let mut line = Some(line);
                while let Some(piece) = line {
                    if frames::write(&mut to, &piece).is_err() {
                        return;
                    }
                    line = waiting.try_recv().ok();
                }
                if to.flush().is_err() {
                    return;
                }
            }
        };
        let read = move || {
            let mut from = BufReader::with_capacity(64 << 10, from);
            let mut piece = Vec::new();
            while let Ok(true) = frames::read(&mut from, &mut piece) {
                if heard.send(std::mem::take(&mut piece)).is_err() {
                    return;
                }
            }
        };
        let thread = |name: &str| std::thread::Builder::new().name(name.to_owned());
        thread("jq lines").spawn(write).map_err(failed)?;
        thread("jq answers").spawn(read).map_err(failed)?;
        let first = [&[u8::from(careful)], self.expression.as_bytes()].concat();
        let _ = running.lines.send(first);
        let begun = running.answers.recv_timeout(BEGIN).ok();
        match begun.as_deref().and_then(frames::unpack) {
            Some(Made::Failed(why)) => Err(Failed::Wrong(why)),
            Some(_) => Ok(running),
            None => Err(Failed::Start("it does not answer".to_owned())),
        }
    }
}

/// The program that this is; also where another was put in its place meanwhile.
fn itself() -> std::io::Result<PathBuf> {
    if cfg!(target_os = "linux") {
        return Ok(PathBuf::from("/proc/self/exe"));
    }
    std::env::current_exe()
}
