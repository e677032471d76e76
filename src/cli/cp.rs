//! `kx cp`: files and folders to and from containers, without a screen. Words and flags are kubectl's where it has them.

use std::ffi::OsString;
use std::io::{BufRead as _, IsTerminal as _, Write as _};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;

use crate::cluster::{Client, write};
use crate::config::Config;
use crate::files::{
    Existing, Files, InPod, Job, Outcome, RETRIES, RemotePath, Side, Way, sides, size_words,
};
use crate::kinds::Resource;
use crate::runtime::{Access, Journal, Journaled};
use crate::session::{Meant, Place, meant};
use crate::transfer::{Ask, Means, Progress, Trouble};

use super::ClusterArgs;
use super::explore::gate;
use super::failure::Failure;

/// Flags of `kx cp`.
#[derive(Args, Clone, Debug)]
pub struct CpArgs {
    /// What is copied: a path, or [NAMESPACE/]POD:PATH
    #[arg(value_name = "SRC")]
    pub from: OsString,
    /// What it becomes; one of both is in a pod
    #[arg(value_name = "DEST")]
    pub to: OsString,
    /// The container; without it the annotated one, else the first
    #[arg(short, long, value_name = "NAME")]
    pub container: Option<String>,
    /// Do not keep permissions
    #[arg(long)]
    pub no_preserve: bool,
    /// How often it is tried to go on after the connection broke, without a byte between
    #[arg(long, value_name = "N", default_value_t = RETRIES, allow_negative_numbers = true, value_parser = retries)]
    pub retries: u32,
    /// Replace files that are there on this machine, without asking
    #[arg(long, conflicts_with = "keep")]
    pub overwrite: bool,
    /// Keep files that are there on this machine, without asking
    #[arg(long)]
    pub keep: bool,
    /// Go on with a folder that was begun before: DEST is what it became, and what stands there with its size and time is not copied again
    #[arg(long)]
    pub resume: bool,
    /// Where to look.
    #[command(flatten)]
    pub cluster: ClusterArgs,
}

/// As in kubectl, a negative number is without end.
fn retries(word: &str) -> Result<u32, String> {
    let number: i64 = word.parse().map_err(|_| "it is no number".to_owned())?;
    Ok(u32::try_from(number).unwrap_or(u32::MAX))
}

/// Runs `kx cp`; the exit code tells whether all was copied.
///
/// # Errors
/// [`Failure`], with what the server, the container or the command line has wrong.
pub async fn run(
    args: &CpArgs,
    access: Access,
    config: &Config,
    journal: Option<PathBuf>,
) -> Result<u8, Failure> {
    let side = sides(&args.from, &args.to).map_err(|why| {
        Failure::usage(why, "kx cp web-0:/var/log ./log    kx cp ./site.conf shop/web-0:/etc/")
    })?;
    let gate = gate(&args.cluster, config).guarded(config.guardrail.clone());
    let access = Access { gate, ..access };
    let client = access.client(args.cluster.context.as_deref()).await?;
    let (InPod { namespace, pod, path }, down) = match &side {
        Side::Down(from, _) => (from.clone(), true),
        Side::Up(_, to) => (to.clone(), false),
    };
    let namespace = namespace.or_else(|| args.cluster.namespaces.first().cloned());
    let namespace = namespace.unwrap_or_else(|| client.info().namespace.clone());
    let files = Files::of(place(&client, args, namespace, pod).await?);
    let path = RemotePath::new(&path);
    let way = match side {
        Side::Down(_, to) => Way::Down { from: path, to, beneath: false },
        Side::Up(from, _) => Way::Up { from, to: path },
    };
    let (preserve, retries) = (!args.no_preserve, args.retries);
    let begun = match &way {
        Way::Up { from, to } if args.resume && from.is_dir() => Some(to.clone()),
        _ => None,
    };
    let job = Job { preserve, retries, begun, again: args.resume, ..Job::new(files, way) };
    let context = client.info().context.clone();
    let journaled = Journaled::new(Journal::new(journal), Some(&client), &context, "c0");
    let progress = Arc::new(Progress::default());
    let ask = if down { asker(args, Arc::clone(&progress)) } else { always(Existing::ReplaceAll) };
    let means = Means { client, progress: Arc::clone(&progress), ask };
    let outcome = tokio::select! {
        outcome = journaled.carry_out(&job, &means) => outcome,
        never = show(&progress) => match never {},
        Ok(()) = tokio::signal::ctrl_c() => {
            clear_line();
            eprintln!("stopped; {}", goes_on(&job, &progress));
            return Ok(INTERRUPTED);
        }
    };
    clear_line();
    match outcome {
        Ok(outcome) => Ok(told(&outcome)),
        Err(trouble @ Trouble::Cut { .. }) => {
            Err(Failure::failed(trouble.to_string(), Some(goes_on(&job, &progress))))
        }
        Err(trouble) => Err(trouble.into()),
    }
}

/// How what was stopped is gone on with.
fn goes_on(job: &Job, progress: &Progress) -> String {
    let pod = &job.files.place.pod;
    match (&job.way, progress.lands()) {
        // It went into a folder that was there.
        (Way::Up { to, .. }, Some(lands)) if lands != *to => {
            format!("--resume with {pod}:{} as DEST goes on with what is there", lands.words())
        }
        _ => "the same with --resume goes on with what is there".to_owned(),
    }
}

/// The container that is meant.
async fn place(
    client: &Client,
    args: &CpArgs,
    namespace: String,
    pod: String,
) -> Result<Place, Failure> {
    let path = format!("/api/v1/namespaces/{namespace}/pods/{pod}");
    let Some(object) = write::read(client, &path).await? else {
        let pods = Resource { plural: "pods".to_owned(), ..Resource::default() };
        return Err(Failure::not_found(&pods, &pod));
    };
    let container = match meant(&object, args.container.as_deref()) {
        Meant::One(container) => container.name,
        Meant::OneOf(all) => {
            let names: Vec<&str> = all.iter().map(|container| container.name.as_str()).collect();
            let first = (*names.first().unwrap_or(&"")).to_owned();
            // kubectl says it in these words.
            eprintln!("Defaulted container {first:?} out of: {}", names.join(", "));
            first
        }
        Meant::None(why) => return Err(Failure::failed(why, None)),
    };
    Ok(Place { namespace, pod, container })
}

/// The exit code of what ctrl-c ended, as shells tell it.
const INTERRUPTED: u8 = 130;

fn always(existing: Existing) -> Ask {
    Arc::new(move |_| existing)
}

/// What is done with files that are there: what a flag says, else the person where there is one, else nothing is replaced.
fn asker(args: &CpArgs, progress: Arc<Progress>) -> Ask {
    if args.overwrite {
        return always(Existing::ReplaceAll);
    }
    if args.keep {
        return always(Existing::KeepAll);
    }
    if !std::io::stdin().is_terminal() || !std::io::stderr().is_terminal() {
        return always(Existing::Stop);
    }
    Arc::new(move |name| {
        progress.pause(true);
        let answer = question(name);
        progress.pause(false);
        answer
    })
}

/// Asks on the terminal.
fn question(name: &str) -> Existing {
    let stdin = std::io::stdin();
    loop {
        clear_line();
        eprint!(
            "{name} is there already. Replace it? [y]es, [n]o, [A]ll, [N]one of them, [q]uit: "
        );
        let _ = std::io::stderr().flush();
        let mut line = String::new();
        match stdin.lock().read_line(&mut line) {
            Ok(0) | Err(_) => return Existing::Stop,
            Ok(_) => {}
        }
        match line.trim() {
            "y" | "Y" | "yes" => return Existing::Replace,
            "n" | "no" => return Existing::Keep,
            "A" | "all" => return Existing::ReplaceAll,
            "N" | "none" => return Existing::KeepAll,
            "q" | "quit" => return Existing::Stop,
            _ => {}
        }
    }
}

/// Shows how far it is, where somebody looks.
async fn show(progress: &Progress) -> std::convert::Infallible {
    if !std::io::stderr().is_terminal() {
        return std::future::pending().await;
    }
    loop {
        tokio::time::sleep(Duration::from_millis(200)).await;
        if progress.is_paused() {
            continue;
        }
        let (columns, _) = crossterm::terminal::size().unwrap_or((80, 24));
        let line = line(progress, usize::from(columns));
        eprint!("\r\x1b[K{line}");
        let _ = std::io::stderr().flush();
    }
}

/// How far it is, in so many columns.
fn line(progress: &Progress, columns: usize) -> String {
    const BAR: usize = 20;
    let bytes = progress.bytes();
    let mut line = match progress.of().filter(|of| *of > 0) {
        Some(of) => {
            let used = (u128::from(bytes.min(of)) * BAR as u128 / u128::from(of)) as usize;
            let bar = format!("{}{}", "#".repeat(used), ".".repeat(BAR - used));
            format!("{bar}  {} of {}", size_words(bytes), size_words(of))
        }
        None => size_words(bytes),
    };
    let name = progress.name();
    let room = columns.saturating_sub(line.len() + 3);
    let fitted = crate::text::fit(&name, room, crate::text::Cut::Middle);
    line.push_str("  ");
    line.push_str(&name[..fitted.head]);
    if fitted.is_cut() {
        line.push('…');
        line.push_str(&name[fitted.tail..]);
    }
    line
}

fn clear_line() {
    if std::io::stderr().is_terminal() {
        eprint!("\r\x1b[K");
    }
}

/// Says what was left out and what it came to; the exit code.
fn told(outcome: &Outcome) -> u8 {
    for left in &outcome.left_out {
        eprintln!("left out: {}: {}", left.name, left.why);
    }
    let unnamed = outcome.missing.saturating_sub(outcome.left_out.len() as u64);
    if unnamed > 0 {
        eprintln!("left out: {unnamed} more");
    }
    for line in outcome.complaints.lines() {
        eprintln!("{}", crate::sheet::printable(line));
    }
    let short =
        Outcome { missing: 0, left_out: Vec::new(), complaints: String::new(), ..outcome.clone() };
    eprintln!("{}", short.words());
    u8::from(!outcome.is_whole())
}

impl From<Trouble> for Failure {
    fn from(trouble: Trouble) -> Self {
        let hint = match &trouble {
            Trouble::Exists { .. } => {
                Some("--overwrite replaces what is there, --keep keeps it".to_owned())
            }
            other => other.hint(),
        };
        Self::failed(trouble.to_string(), hint)
    }
}
