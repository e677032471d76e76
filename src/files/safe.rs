//! Where what an archive holds may go: never out of the folder that it is unpacked in.
//!
//! An archive comes from a container, and whoever rules that may write any archive. A place in the folder is a list of plain names; whoever writes
//! there goes down name by name and follows no link on the way. Links are only made where they cannot lead out, whatever other links the archive
//! makes: a target goes up first, as far as the folder reaches, and then only down.

use std::fmt;

/// Why something of an archive goes nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// Its path leads out of the folder.
    Outside,
    /// It is a link that leads, or could lead, out of the folder.
    LeadsOutside,
    /// It is neither file, folder nor link.
    Special,
    /// It is a link to something that is not there.
    Missing,
    /// On its way there is a link, or a file.
    Blocked,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Outside => "its path leads out of the folder",
            Self::LeadsOutside => "it is a link that leads out of the folder",
            Self::Special => "it is a device, a pipe or a socket",
            Self::Missing => "it is a hard link to what was not copied",
            Self::Blocked => "on its way there is a link or a file, which is not followed",
        })
    }
}

/// The names that lead to an archive's path, from the folder down; none for the folder itself.
///
/// # Errors
/// [`Refused::Outside`] for an absolute path, one with `..` in it, and one that could be no name on any system.
pub fn inside(path: &[u8]) -> Result<Vec<&[u8]>, Refused> {
    if path.starts_with(b"/") || path.contains(&0) {
        return Err(Refused::Outside);
    }
    let mut names = Vec::new();
    for name in path.split(|byte| *byte == b'/') {
        match name {
            b"" | b"." => {}
            b".." => return Err(Refused::Outside),
            name if !is_name(name) => return Err(Refused::Outside),
            name => names.push(name),
        }
    }
    Ok(names)
}

/// Whether bytes are one name on this system: Windows has other separators, and prefixes.
fn is_name(name: &[u8]) -> bool {
    !cfg!(windows) || !name.iter().any(|byte| matches!(byte, b'\\' | b':'))
}

/// Whether a symbolic link in a folder that is so deep in the archive's cannot lead out of that.
///
/// # Errors
/// [`Refused::LeadsOutside`].
pub fn link_inside(depth: usize, target: &[u8]) -> Result<(), Refused> {
    if target.is_empty() || target.starts_with(b"/") || target.contains(&0) {
        return Err(Refused::LeadsOutside);
    }
    let (mut up, mut down) = (0, false);
    for name in target.split(|byte| *byte == b'/') {
        match name {
            b"" | b"." => {}
            // Behind a name it would go up from wherever a link of that name leads.
            b".." if down => return Err(Refused::LeadsOutside),
            b".." => up += 1,
            name if !is_name(name) => return Err(Refused::LeadsOutside),
            _ => down = true,
        }
    }
    if up > depth { Err(Refused::LeadsOutside) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_stay_inside() {
        assert_eq!(inside(b"./a/b//c/"), Ok(vec![&b"a"[..], b"b", b"c"]));
        assert_eq!(inside(b"./"), Ok(vec![]));
        assert_eq!(inside(b"..a/...").map(|names| names.len()), Ok(2));
        for out in [&b"/etc/passwd"[..], b"..", b"a/../../b", b"./../x", b"a\0b"] {
            assert_eq!(inside(out), Err(Refused::Outside), "{out:?}");
        }
    }

    #[test]
    fn links_stay_inside_whatever_else_is_a_link() {
        for (depth, target) in [(0, &b"a"[..]), (1, b"../a/b"), (2, b".././../a"), (0, b"a/./b")] {
            assert_eq!(link_inside(depth, target), Ok(()), "{target:?}");
        }
        for (depth, target) in
            [(0, &b".."[..]), (1, b"../.."), (3, b"/a"), (3, b"a/.."), (3, b"a/../../.."), (9, b"")]
        {
            assert_eq!(link_inside(depth, target), Err(Refused::LeadsOutside), "{target:?}");
        }
    }
}
