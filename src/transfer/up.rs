//! Into a container.

use std::collections::{BTreeMap, HashMap};
use std::fs::{File, Metadata};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::task::spawn_blocking;

use super::down::broken;
use super::exec::{Kept, run as exec};
use super::look::{list, look};
use super::pack::{Packing, Sent, mode, modified};
use super::pipe::{Outlet, outward};
use super::{Chosen, Means, Progress, Trouble, again, cksum, part};
use crate::files::script::{self, SHORT, Write};
use crate::files::{Entry, Job, Kind, Outcome, RemotePath, local_words};

/// Copies a file or a folder into a container.
pub(super) async fn run(
    job: &Job,
    means: &Means,
    from: &Path,
    to: &RemotePath,
) -> Result<Outcome, Trouble> {
    let meta = tokio::fs::metadata(from).await.map_err(Trouble::local(from))?;
    let mut to = job.begun.as_ref().unwrap_or(to).clone();
    let mut there = look(job, means, &to).await?;
    if there.kind == Some(Kind::Folder) && job.begun.is_none() {
        // `.` and `..` have no name: what they hold goes there.
        let name = from.file_name().map(|name| name.as_encoded_bytes().to_vec());
        if let Some(name) = name {
            to = to.join(&name);
            there = look(job, means, &to).await?;
        }
    }
    // What is there of a folder that was begun before is its own.
    let own = job.begun.is_some() && meta.is_dir() && there.kind == Some(Kind::Folder);
    if there.kind.is_some() && !own && !allowed(means, &to).await? {
        return Ok(Outcome { to: to.words(), kept: 1, ..Outcome::default() });
    }
    match (meta.is_dir(), there.kind) {
        (true, Some(Kind::Folder) | None) => {
            means.progress.land(&to);
            folder(job, means, from, &to, own).await
        }
        (true, Some(_)) => Err(Trouble::Remote(format!("{} is no folder", to.words()))),
        (false, Some(Kind::Folder)) => Err(Trouble::Remote(format!("{} is a folder", to.words()))),
        (false, _) => file(job, means, (from, &meta), &to).await,
    }
}

/// Whether what is there may be replaced, or a folder filled.
async fn allowed(means: &Means, to: &RemotePath) -> Result<bool, Trouble> {
    let (mut chosen, words) = (Chosen::new(&means.ask), to.words());
    spawn_blocking(move || chosen.replaces(&words)).await.map_err(broken)?
}

async fn file(
    job: &Job,
    means: &Means,
    (from, meta): (&Path, &Metadata),
    to: &RemotePath,
) -> Result<Outcome, Trouble> {
    let (files, progress) = (&job.files, &means.progress);
    if !meta.is_file() {
        return Err(Trouble::Local {
            path: local_words(from),
            error: io::Error::new(io::ErrorKind::InvalidInput, "it is neither a file nor a folder"),
        });
    }
    let (size, modified) = (meta.len(), modified(meta));
    progress.begin(&local_words(from));
    progress.expect(size);
    let absolute = std::path::absolute(from).unwrap_or_else(|_| from.to_owned());
    let name = part::name(&(&absolute, size, modified, to));
    let part = files.path(&to.parent().unwrap_or_default().join(name.as_bytes()));
    let (mut tried, mut first, mut resumed) = (0, true, 0);
    loop {
        let begin = there(job, means, from, &part, size).await?;
        if std::mem::take(&mut first) {
            resumed = begin;
        }
        progress.set(begin);
        let (outlet, input, written) = outward();
        let reading = {
            let (from, progress) = (from.to_owned(), Arc::clone(progress));
            spawn_blocking(move || send(&from, begin, size, outlet, &progress))
        };
        let command = script::write(Write {
            part: &part,
            file: &files.path(to),
            from: begin,
            size,
            mode: job.preserve.then(|| mode(meta, true)),
            modified,
        });
        let ran = exec(&means.client, files, command, Some(input), tokio::io::sink()).await?;
        let read = reading.await.map_err(broken)?;
        if let Some(why) = ran.cut() {
            let came = written.load(std::sync::atomic::Ordering::Relaxed) > 0;
            again(job, &mut tried, came && begin < size, why).await?;
            continue;
        }
        if ran.is_well() {
            let to = to.words();
            return Ok(Outcome { files: 1, bytes: size, resumed, to, ..Outcome::default() });
        }
        // Who reads no more says why; a file that cannot be read says it itself.
        if ran.complaints.contains(SHORT) {
            read?;
            let now = tokio::fs::metadata(from).await.map_err(Trouble::local(from))?;
            if (now.len(), super::pack::modified(&now)) != (size, modified) {
                return Err(Trouble::Changed { path: local_words(from) });
            }
            // What was stopped before this began may have gone on for a moment: what is there by now is looked at anew.
            let why = "something else wrote to the same part of it";
            again(job, &mut tried, false, why).await?;
            continue;
        }
        return Err(ran.trouble(files));
    }
}

/// How much of a file is in the container already: of a part whose content is that of the file.
async fn there(
    job: &Job,
    means: &Means,
    from: &Path,
    part: &[u8],
    size: u64,
) -> Result<u64, Trouble> {
    let mut tried = 0;
    let found = loop {
        let mut answer = Kept::new(256, true);
        let command = script::check(part);
        let none = None::<tokio::io::Empty>;
        let ran = exec(&means.client, &job.files, command, none, &mut answer).await?;
        match ran.cut() {
            Some(why) => again(job, &mut tried, false, why).await?,
            // Without cksum nothing is known of it, and it begins anew.
            None => break cksum::parse(&answer.bytes),
        }
    };
    let Some((sum, length)) = found.filter(|(_, length)| *length > 0 && *length <= size) else {
        return Ok(0);
    };
    let path = from.to_owned();
    let own = spawn_blocking(move || cksum::of(File::open(path)?.take(length)));
    let own = own.await.map_err(broken)?.map_err(Trouble::local(from))?;
    Ok(if own == (sum, length) { length } else { 0 })
}

/// Sends a file from a byte on; no more than it had when it was looked at.
fn send(
    from: &Path,
    begin: u64,
    size: u64,
    mut to: Outlet,
    progress: &Progress,
) -> Result<(), Trouble> {
    let mut file = File::open(from).map_err(Trouble::local(from))?;
    file.seek(SeekFrom::Start(begin)).map_err(Trouble::local(from))?;
    let mut content = file.take(size.saturating_sub(begin));
    let mut buffer = vec![0; 1 << 16];
    loop {
        let count = content.read(&mut buffer).map_err(Trouble::local(from))?;
        // Where nobody takes it any more, the other side says why.
        if count == 0 || io::Write::write_all(&mut to, &buffer[..count]).is_err() {
            return Ok(());
        }
        progress.add(count as u64);
    }
}

async fn folder(
    job: &Job,
    means: &Means,
    from: &Path,
    to: &RemotePath,
    begun: bool,
) -> Result<Outcome, Trouble> {
    let (path, preserve) = (from.to_owned(), job.preserve);
    let looked = spawn_blocking(move || {
        let packing = Packing::new(&path, preserve)?;
        let size = packing.size()?;
        Ok::<_, Trouble>((Arc::new(packing), size))
    });
    let (mut packing, mut size) = looked.await.map_err(broken)??;
    means.progress.expect(packing.content());
    if begun {
        let files = packing.files();
        (packing, size) = without_arrived(job, means, to, packing, files).await?;
    }
    let mut tried = 0;
    loop {
        means.progress.set(packing.there());
        let (outlet, input, written) = outward();
        let packed = {
            let (packing, progress) = (Arc::clone(&packing), Arc::clone(&means.progress));
            spawn_blocking(move || packing.write(outlet, &progress))
        };
        let command = script::unpack(&job.files.path(to), size);
        let ran = exec(&means.client, &job.files, command, Some(input), tokio::io::sink()).await?;
        let packed = packed.await.map_err(broken)?;
        if let Some(why) = ran.cut() {
            // An archive cannot be gone on with where it is read: another goes, without the files that are there.
            let came = written.load(std::sync::atomic::Ordering::Relaxed) > 0;
            let before = packing.there();
            let sent = packing.sent();
            (packing, size) = without_arrived(job, means, to, packing, sent).await?;
            again(job, &mut tried, came && packing.there() > before, why).await?;
            continue;
        }
        if !ran.is_well() {
            // What could not be read here is why the other side got no whole archive.
            return match packed {
                Err(Trouble::Local { path, error })
                    if error.kind() != io::ErrorKind::BrokenPipe =>
                {
                    Err(Trouble::Local { path, error })
                }
                _ => Err(ran.trouble(&job.files)),
            };
        }
        let outcome = packed?;
        return Ok(Outcome { to: to.words(), complaints: ran.complaints, ..outcome });
    }
}

/// The most folders that are looked at to find what has arrived.
const LOOKED_AT: usize = 1_000;

/// What is left to be sent of a folder: without those of these files that may have been sent and stand there with their size and time, which `tar` gives a file once
/// its content is written.
async fn without_arrived(
    job: &Job,
    means: &Means,
    to: &RemotePath,
    packing: Arc<Packing>,
    sent: BTreeMap<PathBuf, Vec<Sent>>,
) -> Result<(Arc<Packing>, u64), Trouble> {
    let mut arrived = Vec::new();
    for (folder, sent) in sent.into_iter().take(LOOKED_AT) {
        let below = folder.iter().fold(to.clone(), |to, name| to.join(name.as_encoded_bytes()));
        // What cannot be looked at is sent once more.
        let Ok((entries, _)) = list(&means.client, &job.files, &below).await else { continue };
        let there: HashMap<&[u8], &Entry> =
            entries.iter().map(|entry| (entry.name.as_slice(), entry)).collect();
        arrived.extend(sent.iter().filter_map(|file| {
            let entry = there.get(file.name.as_slice())?;
            let same = entry.kind == Kind::File
                && entry.size == Some(file.size)
                && entry.modified == Some(file.modified);
            same.then_some(file.item)
        }));
    }
    let packing = match Arc::try_unwrap(packing) {
        Ok(packing) => packing.without(&arrived),
        // Somebody still reads it: it begins anew.
        Err(packing) => {
            let size = packing.size()?;
            return Ok((packing, size));
        }
    };
    let sized = spawn_blocking(move || {
        let size = packing.size()?;
        Ok::<_, Trouble>((Arc::new(packing), size))
    });
    sized.await.map_err(broken)?
}
