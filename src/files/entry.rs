//! What is known of a file in a container.

/// What something in a folder is (inode(7)).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A folder.
    Folder,
    /// A link to somewhere else.
    Link,
    /// A file with content.
    #[default]
    File,
    /// A device, a socket, a named pipe.
    Other,
}

/// What is known of something in a folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// Its name, as it is.
    pub name: Vec<u8>,
    /// What it is.
    pub kind: Kind,
    /// Its mode with its type, as `stat` has it; `None` where the container has no `stat`.
    pub mode: Option<u32>,
    /// Its size in bytes.
    pub size: Option<u64>,
    /// Its owner: a name where the container knows one, else a number; empty where it is not known.
    pub owner: String,
    /// Its group, as its owner.
    pub group: String,
    /// When its content changed last, seconds since the Unix epoch.
    pub modified: Option<i64>,
    /// Where it leads, where it is a link.
    pub target: Option<Vec<u8>>,
    /// Whether it can be entered: a folder, or a link to one.
    pub is_folder: bool,
}

/// The bits of a mode that say what it is.
const TYPE: u32 = 0o170_000;

impl Kind {
    /// What a mode says that it is.
    pub const fn of_mode(mode: u32) -> Self {
        match mode & TYPE {
            0o040_000 => Self::Folder,
            0o120_000 => Self::Link,
            0o100_000 => Self::File,
            _ => Self::Other,
        }
    }
}

impl Entry {
    /// Its mode as `ls -l` writes it, `drwxr-xr-x`; question marks where it is not known.
    pub fn permissions(&self) -> String {
        let Some(mode) = self.mode else {
            let sign = match self.kind {
                Kind::Folder => 'd',
                Kind::Link => 'l',
                Kind::File => '-',
                Kind::Other => '?',
            };
            return format!("{sign}?????????");
        };
        let mut out = String::with_capacity(10);
        out.push(match mode & TYPE {
            0o040_000 => 'd',
            0o120_000 => 'l',
            0o100_000 => '-',
            0o020_000 => 'c',
            0o060_000 => 'b',
            0o010_000 => 'p',
            0o140_000 => 's',
            _ => '?',
        });
        for (shift, special, (with, without)) in
            [(6, 0o4000, ('s', 'S')), (3, 0o2000, ('s', 'S')), (0, 0o1000, ('t', 'T'))]
        {
            let bits = mode >> shift;
            out.push(if bits & 4 == 0 { '-' } else { 'r' });
            out.push(if bits & 2 == 0 { '-' } else { 'w' });
            out.push(match (bits & 1 != 0, mode & special != 0) {
                (true, false) => 'x',
                (false, false) => '-',
                (true, true) => with,
                (false, true) => without,
            });
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modes_read_as_in_ls() {
        let of = |mode| Entry { mode: Some(mode), ..Entry::default() }.permissions();
        assert_eq!(of(0o040_755), "drwxr-xr-x");
        assert_eq!(of(0o100_640), "-rw-r-----");
        assert_eq!(of(0o120_777), "lrwxrwxrwx");
        assert_eq!(of(0o104_755), "-rwsr-xr-x");
        assert_eq!(of(0o041_777), "drwxrwxrwt");
        assert_eq!(of(0o102_644), "-rw-r-Sr--");
        assert_eq!(Entry { kind: Kind::Folder, ..Entry::default() }.permissions(), "d?????????");
    }
}
