//! Out of a container.

use std::io::{Error, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::task::{JoinError, spawn_blocking};

use super::exec::{Kept, run as exec};
use super::left::left;
use super::look::{Look, look};
use super::part::{self, Part};
use super::pipe::{Feed, Intake, inward};
use super::{Chosen, Means, Progress, Trouble, again, unpack};
use crate::files::script::{self, PIECE};
use crate::files::{Job, Kind, Outcome, RemotePath, local_words, os_name};

/// Copies a file or a folder out of a container.
pub(super) async fn run(
    job: &Job,
    means: &Means,
    from: &RemotePath,
    (to, beneath): (&Path, bool),
) -> Result<Outcome, Trouble> {
    let found = look(job, means, from).await?;
    let there = std::fs::metadata(to).is_ok_and(|meta| meta.is_dir());
    let within = |wanted: bool| match from.name() {
        Some(name) if there && wanted => to.join(os_name(name)),
        _ => to.to_owned(),
    };
    match found.kind {
        Some(Kind::File) => file(job, means, from, found, &within(true)).await,
        Some(Kind::Folder) => folder(job, means, from, &within(beneath)).await,
        Some(_) => Err(Trouble::Special { path: from.clone() }),
        None => Err(Trouble::Missing { path: from.clone(), place: job.files.words() }),
    }
}

/// The folder in which a path is.
fn folder_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        _ => PathBuf::from("."),
    }
}

async fn file(
    job: &Job,
    means: &Means,
    from: &RemotePath,
    found: Look,
    to: &Path,
) -> Result<Outcome, Trouble> {
    let progress = &means.progress;
    let words = local_words(to);
    progress.begin(&from.words());
    if let Some(size) = found.size.filter(|size| *size > 0) {
        progress.expect(size);
    }
    let ask = means.ask.clone();
    let (path, shown) = (to.to_owned(), words.clone());
    let replaced = spawn_blocking(move || match std::fs::symlink_metadata(&path) {
        Ok(meta) if meta.is_dir() => Err(Trouble::Local {
            path: shown,
            error: Error::new(ErrorKind::IsADirectory, "there is a folder of that name"),
        }),
        Ok(_) => Chosen::new(&ask).replaces(&shown),
        Err(_) => Ok(true),
    });
    if !replaced.await.map_err(broken)?? {
        return Ok(Outcome { to: words, kept: 1, ..Outcome::default() });
    }
    // Content that can be told from any other is gone on with where a copy of it was cut off.
    let known = found.size.zip(found.modified).filter(|(size, _)| *size > 0);
    let identity = (&job.files, from, known);
    let part = folder_of(to).join(part::name(&identity));
    let there = std::fs::metadata(&part).map_or(0, |meta| meta.len());
    let resumed = match known {
        Some((size, _)) => there.min(size) / PIECE * PIECE,
        None => 0,
    };
    progress.set(resumed);
    let most = found.size.filter(|size| *size > 0).map(|size| size - resumed);
    let (mut feed, intake) = inward(most);
    let mode = job.preserve.then_some(found.mode).flatten();
    let writing = {
        let (progress, part, to) = (Arc::clone(progress), part.clone(), to.to_owned());
        spawn_blocking(move || write(&part, &to, resumed, intake, &progress, (mode, found)))
    };
    let fed = feed_file(job, means, from, found, resumed, &mut feed).await;
    if fed.is_ok() {
        feed.end();
    } else {
        // The part stays, and is as long as what came.
        drop(feed);
    }
    let bytes = both(fed, writing.await.map_err(broken)?)?.1 + resumed;
    Ok(Outcome { files: 1, bytes, resumed, to: words, ..Outcome::default() })
}

fn write(
    part: &Path,
    to: &Path,
    from: u64,
    intake: Intake,
    progress: &Progress,
    (mode, found): (Option<u32>, Look),
) -> Result<u64, Trouble> {
    // As kubectl does: where to it goes is made.
    let folder = folder_of(to);
    std::fs::create_dir_all(&folder).map_err(Trouble::local(&folder))?;
    let mut file = Part::resume(part.to_owned(), from).map_err(Trouble::local(part))?;
    let bytes = file.fill(intake, progress).map_err(Trouble::local(part))?;
    file.finish(to, mode, found.modified).map_err(Trouble::local(to))?;
    Ok(bytes)
}

/// Reads a file in as many sessions as it takes.
async fn feed_file(
    job: &Job,
    means: &Means,
    from: &RemotePath,
    found: Look,
    resumed: u64,
    feed: &mut Feed,
) -> Result<(), Trouble> {
    let path = job.files.path(from);
    let changed = || Trouble::Changed { path: from.words() };
    let mut tried = 0;
    // What is all there needs no session.
    while !feed.is_enough() {
        let before = feed.count();
        let at = resumed + before;
        let begin = at / PIECE * PIECE;
        feed.skip(at - begin);
        let command = script::read(&path, begin);
        let ran =
            exec(&means.client, &job.files, command, None::<tokio::io::Empty>, &mut *feed).await?;
        if feed.is_enough() || feed.is_broken() {
            break;
        }
        if let Some(why) = ran.cut() {
            again(job, &mut tried, feed.count() > before, why).await?;
            // Without a time nothing tells whether it is still the same.
            if found.modified.is_none() || look(job, means, from).await? != found {
                return Err(changed());
            }
            continue;
        }
        if !ran.is_well() {
            return Err(ran.trouble(&job.files));
        }
        return if found.size.is_some_and(|size| size > 0) { Err(changed()) } else { Ok(()) };
    }
    Ok(())
}

async fn folder(
    job: &Job,
    means: &Means,
    from: &RemotePath,
    to: &Path,
) -> Result<Outcome, Trouble> {
    // How much there is may be known before all of it is there, or never.
    let sizes = async {
        sizes(job, means, from).await;
        std::future::pending().await
    };
    tokio::select! {
        biased;
        copied = whole_or_left(job, means, from, to) => copied,
        never = sizes => never,
    }
}

/// Copies a folder, or what is left of it.
async fn whole_or_left(
    job: &Job,
    means: &Means,
    from: &RemotePath,
    to: &Path,
) -> Result<Outcome, Trouble> {
    let begun = job.again && tokio::fs::metadata(to).await.is_ok_and(|meta| meta.is_dir());
    if !begun {
        return archive(job, means, (from, None), to).await;
    }
    let left = left(job, means, from, to).await?;
    means.progress.set(left.bytes);
    let mut whole = Outcome {
        files: left.files,
        bytes: left.bytes,
        resumed: left.bytes,
        to: local_words(to),
        ..Outcome::default()
    };
    for portion in left.portions {
        whole.add(archive(job, means, (from, Some(&portion)), to).await?);
    }
    Ok(whole)
}

/// Copies a folder, or some of it.
async fn archive(
    job: &Job,
    means: &Means,
    (from, paths): (&RemotePath, Option<&[Vec<u8>]>),
    to: &Path,
) -> Result<Outcome, Trouble> {
    let (mut feed, intake) = inward(None);
    let unpacking = {
        let (to, means, preserve) = (to.to_owned(), means.clone(), job.preserve);
        spawn_blocking(move || unpack(intake, &to, preserve, &means.progress, &means.ask))
    };
    let fed = feed_folder(job, means, (from, paths), &mut feed).await;
    if fed.is_ok() {
        feed.end();
    } else {
        drop(feed);
    }
    let (complaints, mut outcome) = both(fed, unpacking.await.map_err(broken)?)?;
    outcome.complaints = complaints;
    Ok(outcome)
}

/// What came of both ends. Where both failed, one did because of the other: it was cut off.
fn both<A, B>(fed: Result<A, Trouble>, taken: Result<B, Trouble>) -> Result<(A, B), Trouble> {
    match (fed, taken) {
        (Err(trouble), Err(Trouble::Local { error, .. }))
            if error.kind() == ErrorKind::ConnectionAborted =>
        {
            Err(trouble)
        }
        (_, Err(why)) => Err(why),
        (Err(trouble), Ok(_)) => Err(trouble),
        (Ok(fed), Ok(taken)) => Ok((fed, taken)),
    }
}

/// Reads a folder's archive in as many sessions as it takes; what the programs there complained about.
async fn feed_folder(
    job: &Job,
    means: &Means,
    (from, paths): (&RemotePath, Option<&[Vec<u8>]>),
    feed: &mut Feed,
) -> Result<String, Trouble> {
    let path = job.files.path(from);
    let mut tried = 0;
    loop {
        let before = feed.count();
        let (command, input) = match paths {
            Some(paths) => {
                let (command, lines) = script::pick(&path, paths, before);
                (command, Some(std::io::Cursor::new(lines)))
            }
            None => (script::pack(&path, before), None),
        };
        let ran = exec(&means.client, &job.files, command, input, &mut *feed).await?;
        if feed.is_broken() {
            return Ok(String::new());
        }
        if let Some(why) = ran.cut() {
            again(job, &mut tried, feed.count() > before, why).await?;
            continue;
        }
        if ran.is_well() || feed.count() > 0 {
            // An archive that came, of which something could not be read: what is missing is said.
            let silent = !ran.is_well() && ran.complaints.is_empty();
            return Ok(if silent { ran.trouble(&job.files).to_string() } else { ran.complaints });
        }
        return Err(ran.trouble(&job.files));
    }
}

/// Finds out how much there is to copy, where the container can tell.
async fn sizes(job: &Job, means: &Means, from: &RemotePath) {
    let mut answer = Kept::new(64 << 20, false);
    let command = script::sizes(&job.files.path(from));
    let none = None::<tokio::io::Empty>;
    let ran = exec(&means.client, &job.files, command, none, &mut answer).await;
    if ran.is_ok_and(|ran| ran.cut().is_none()) && !answer.more {
        let text = String::from_utf8_lossy(&answer.bytes);
        let sizes = text.lines().filter_map(|line| line.trim().parse::<u64>().ok());
        let of = sizes.fold(0_u64, u64::saturating_add);
        if of > 0 {
            means.progress.expect(of);
        }
    }
}

#[expect(clippy::needless_pass_by_value, reason = "for `map_err`")]
pub(super) fn broken(error: JoinError) -> Trouble {
    Trouble::Remote(format!("the copy broke: {error}"))
}
