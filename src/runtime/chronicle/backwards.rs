//! The lines of a file, the last first, in bounded memory.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

/// How many bytes are read at once.
const PIECE: u64 = 256 << 10;
/// How long a line may be, in bytes. The largest object that etcd takes has a tenth of it.
pub(super) const LONGEST: usize = 16 << 20;

/// The lines of a file, the last first.
pub(super) struct Backwards {
    pub path: PathBuf,
    pub file: File,
    /// How long it was when it was opened.
    pub end: u64,
    /// Where what was read begins.
    pub at: u64,
    /// What was read and not given yet.
    buffer: Vec<u8>,
    /// Whether the rest of a line that is too long is being left out.
    skips: bool,
}

impl Backwards {
    pub fn open(path: &Path) -> std::io::Result<Self> {
        let file = File::open(path)?;
        let end = file.metadata()?.len();
        let path = path.to_owned();
        Ok(Self { path, file, end, at: end, buffer: Vec::new(), skips: false })
    }

    /// Why it cannot be read, a sentence for people.
    pub fn failed(&self, error: &std::io::Error) -> String {
        format!("{}: {error}", self.path.display())
    }

    /// The line before those given, `None` in it where it is too long; `None` at the beginning of the file.
    #[expect(
        clippy::option_option,
        reason = "a line too long for the memory is told apart from the end"
    )]
    pub fn next(&mut self) -> std::io::Result<Option<Option<Vec<u8>>>> {
        // How much of the buffer's end is known to have no break.
        let mut seen = 0;
        loop {
            let found = memchr::memrchr(b'\n', &self.buffer[..self.buffer.len() - seen]);
            if let Some(at) = found {
                let line = self.buffer.split_off(at + 1);
                self.buffer.pop();
                return Ok(Some(self.line(line)));
            }
            if self.at == 0 {
                let line = std::mem::take(&mut self.buffer);
                let rest = !line.is_empty() || self.skips;
                return Ok(rest.then(|| self.line(line)));
            }
            if self.buffer.len() > LONGEST {
                self.buffer.clear();
                self.skips = true;
            }
            seen = self.buffer.len();
            self.read_piece()?;
        }
    }

    fn line(&mut self, line: Vec<u8>) -> Option<Vec<u8>> {
        (!std::mem::take(&mut self.skips)).then_some(line)
    }

    /// Reads the piece before what was read.
    fn read_piece(&mut self) -> std::io::Result<()> {
        let from = self.at.saturating_sub(PIECE);
        let mut piece = Vec::with_capacity((self.at - from) as usize + self.buffer.len());
        self.file.seek(SeekFrom::Start(from))?;
        let read = self.file.by_ref().take(self.at - from).read_to_end(&mut piece)?;
        if (read as u64) < self.at - from {
            return Err(std::io::Error::other("it became shorter while it was read"));
        }
        piece.append(&mut self.buffer);
        self.buffer = piece;
        self.at = from;
        Ok(())
    }
}
