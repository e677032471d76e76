//! The process in which an expression is evaluated: it reads lines and answers each, and does nothing else.

use std::io::{self, BufReader, BufWriter, Write};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::frames;
use super::program::Program;
use crate::logs::Made;

/// How much memory it may take, in bytes: what is mapped, not only what is used.
#[cfg(unix)]
const MEMORY: u64 = 1 << 30;
/// Answers wait no longer than this to be sent, unless an expression takes long.
const SOON: Duration = Duration::from_millis(5);
/// Where a line takes longer than this, nobody waits for it any more: kx would have ended it.
const LONELY: Duration = Duration::from_secs(10);

/// Evaluates until nobody sends lines any more. What is sent first says whether each answer is sent at once, then the expression.
pub fn run() -> ExitCode {
    limit();
    match answer_all() {
        Ok(()) => ExitCode::SUCCESS,
        // kx has left, or sent what it never sends.
        Err(_) => ExitCode::FAILURE,
    }
}

fn answer_all() -> io::Result<()> {
    let mut from = BufReader::with_capacity(64 << 10, io::stdin().lock());
    let mut out = BufWriter::with_capacity(64 << 10, io::stdout().lock());
    let mut piece = Vec::new();
    if !frames::read(&mut from, &mut piece)? {
        return Ok(());
    }
    let Some((careful, expression)) = piece.split_first() else { return Ok(()) };
    let careful = *careful != 0;
    let program = Program::new(&String::from_utf8_lossy(expression));
    let told = match &program {
        Ok(_) => Made::Plain,
        Err(why) => Made::Failed(why.clone()),
    };
    frames::write(&mut out, &frames::pack(&told))?;
    out.flush()?;
    let Ok(program) = program else { return Ok(()) };
    let answered = watched();
    let mut flushed = Instant::now();
    loop {
        if from.buffer().is_empty() {
            out.flush()?;
        }
        if !frames::read(&mut from, &mut piece)? {
            return out.flush();
        }
        if flushed.elapsed() > SOON {
            out.flush()?;
            flushed = Instant::now();
        }
        answered.fetch_add(1, Ordering::Relaxed);
        frames::write(&mut out, &frames::pack(&program.make(&piece)))?;
        answered.fetch_add(1, Ordering::Relaxed);
        if careful {
            out.flush()?;
        }
    }
}

/// Ends this process where a line takes very long: whoever asked may be gone. The number is odd while a line is evaluated.
fn watched() -> Arc<AtomicU64> {
    let answered = Arc::new(AtomicU64::new(0));
    let seen = Arc::clone(&answered);
    let watch = move || {
        loop {
            let before = seen.load(Ordering::Relaxed);
            std::thread::sleep(LONELY);
            if before % 2 == 1 && seen.load(Ordering::Relaxed) == before {
                std::process::exit(1);
            }
        }
    };
    // Without it, kx ends this process all the same.
    let _ = std::thread::Builder::new().stack_size(64 << 10).spawn(watch);
    answered
}

/// Takes from this process what an expression must not have: all the memory there is, and a file of it where it crashes.
fn limit() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, setrlimit};
        let limits = [(Resource::As, MEMORY), (Resource::Core, 0)];
        for (resource, most) in limits {
            // A system that knows no such limit evaluates without.
            let _ = setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) });
        }
    }
}
