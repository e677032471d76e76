//! A copy: what is copied where, how, and what it came to.

use std::path::PathBuf;

use super::{Files, RemotePath};

/// Which way something is copied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Way {
    /// Out of the container.
    Down {
        /// What.
        from: RemotePath,
        /// What it becomes; a file goes into a folder of that name that is there.
        to: PathBuf,
        /// Whether a folder goes into a folder that is there, too, instead of what it holds.
        beneath: bool,
    },
    /// Into the container.
    Up {
        /// What.
        from: PathBuf,
        /// What it becomes; it goes into a folder of that name that is there.
        to: RemotePath,
    },
}

/// What is copied, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// The container.
    pub files: Files,
    /// Which way.
    pub way: Way,
    /// Whether permissions are kept.
    pub preserve: bool,
    /// How often it is tried to go on after the connection broke, in a row without a byte.
    pub retries: u32,
    /// What a folder was becoming in the container when it was begun before: files that stand there as they were sent, with their size and time, are not
    /// sent again.
    pub begun: Option<RemotePath>,
    /// Whether a folder was begun before to be copied out of the container: what stands on this machine as it is there is not copied again.
    pub again: bool,
}

/// How often it is tried to go on, unless somebody says otherwise.
pub const RETRIES: u32 = 5;

impl Job {
    /// A copy as it is made unless somebody says otherwise.
    pub fn new(files: Files, way: Way) -> Self {
        Self { files, way, preserve: true, retries: RETRIES, begun: None, again: false }
    }

    /// What is done, for people: `download /etc/hosts`.
    pub fn words(&self) -> String {
        match &self.way {
            Way::Down { from, .. } => format!("download {}", from.words()),
            Way::Up { from, .. } => format!("upload {}", local_words(from)),
        }
    }
}

/// A path of this machine as it is shown.
pub fn local_words(path: &std::path::Path) -> String {
    super::shown(path.as_os_str().as_encoded_bytes())
}

/// What is done with a file that is there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Existing {
    /// Replace it.
    Replace,
    /// Replace it, and whatever else is there.
    ReplaceAll,
    /// Keep it.
    Keep,
    /// Keep it, and whatever else is there.
    KeepAll,
    /// Copy nothing more.
    Stop,
}

impl Existing {
    /// Every answer, the most careful first, with its words for people.
    pub const ALL: [(Self, &'static str); 5] = [
        (Self::Keep, "keep it"),
        (Self::KeepAll, "keep all that are there"),
        (Self::Replace, "replace it"),
        (Self::ReplaceAll, "replace all that are there"),
        (Self::Stop, "stop"),
    ];
}

/// How many of what was left out are named.
const NAMED: usize = 200;

/// What a copy came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// How many files were copied.
    pub files: u64,
    /// How many bytes of content.
    pub bytes: u64,
    /// How much of it was there already, from a copy that was cut off before.
    pub resumed: u64,
    /// What it became, as it is shown.
    pub to: String,
    /// What was left out, and why; of very many the first.
    pub left_out: Vec<LeftOut>,
    /// How many were left out.
    pub missing: u64,
    /// What was there already and was kept.
    pub kept: u64,
    /// What the programs in the container complained about.
    pub complaints: String,
}

/// Something that was not copied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// Its name, as it is shown.
    pub name: String,
    /// Why.
    pub why: String,
}

impl Outcome {
    /// Leaves something out.
    pub fn leave_out(&mut self, name: String, why: &(impl ToString + ?Sized)) {
        self.missing += 1;
        if self.left_out.len() < NAMED {
            self.left_out.push(LeftOut { name, why: why.to_string() });
        }
    }

    /// Takes in what came of another part of the same.
    pub fn add(&mut self, part: Self) {
        self.files += part.files;
        self.bytes += part.bytes;
        self.resumed += part.resumed;
        self.kept += part.kept;
        let unnamed = part.missing.saturating_sub(part.left_out.len() as u64);
        part.left_out.into_iter().for_each(|left| self.leave_out(left.name, &left.why));
        self.missing += unnamed;
        if !part.complaints.is_empty() {
            if !self.complaints.is_empty() {
                self.complaints.push('\n');
            }
            self.complaints.push_str(&part.complaints);
        }
    }

    /// Whether all was copied that there was.
    pub fn is_whole(&self) -> bool {
        self.missing == 0 && self.complaints.is_empty()
    }

    /// What it came to, in a sentence.
    pub fn words(&self) -> String {
        let plural = |count: u64| if count == 1 { "" } else { "s" };
        let mut words = if self.files == 0 && self.kept > 0 {
            "nothing was copied".to_owned()
        } else {
            let (files, s) = (self.files, plural(self.files));
            format!("copied {files} file{s}, {}, to {}", size_words(self.bytes), self.to)
        };
        if self.resumed > 0 {
            words.push_str(&format!("; {} were there already", size_words(self.resumed)));
        }
        if self.kept > 0 {
            let (kept, s) = (self.kept, plural(self.kept));
            words.push_str(&format!("; {kept} file{s} kept"));
        }
        if self.missing > 0 {
            words.push_str(&format!("; {} left out", self.missing));
            if let Some(LeftOut { name, why }) = self.left_out.first() {
                words.push_str(&format!(": {name}: {why}"));
            }
        }
        if let Some(line) = self.complaints.lines().next() {
            words.push_str(&format!("; {}", crate::sheet::printable(line)));
        }
        words
    }
}

/// So many bytes, for people: `1.5 GiB`.
pub fn size_words(bytes: u64) -> String {
    const UNITS: [&str; 6] = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
    if bytes < 1024 {
        return format!("{bytes} B");
    }
    let (mut value, mut unit) = (bytes as f64 / 1024.0, 0);
    while value >= 1023.95 && unit + 1 < UNITS.len() {
        value /= 1024.0;
        unit += 1;
    }
    let unit = UNITS[unit];
    if value < 10.0 { format!("{value:.1} {unit}") } else { format!("{value:.0} {unit}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_short() {
        let sizes = [0, 1023, 1024, 1536, 20 << 10, (1 << 20) - 1, 1 << 30, u64::MAX];
        let words = ["0 B", "1023 B", "1.0 KiB", "1.5 KiB", "20 KiB", "1.0 MiB", "1.0 GiB"];
        for (size, words) in sizes.into_iter().zip(words) {
            assert_eq!(size_words(size), words);
        }
        assert_eq!(size_words(u64::MAX), "16 EiB");
    }

    #[test]
    fn an_outcome_says_what_is_missing() {
        let mut outcome =
            Outcome { files: 2, bytes: 2048, to: "./etc".into(), ..Outcome::default() };
        assert_eq!(outcome.words(), "copied 2 files, 2.0 KiB, to ./etc");
        outcome.kept = 1;
        outcome.leave_out("a".to_owned(), "no");
        assert_eq!(
            outcome.words(),
            "copied 2 files, 2.0 KiB, to ./etc; 1 file kept; 1 left out: a: no"
        );
        assert!(!outcome.is_whole());
    }
}
