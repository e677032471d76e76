//! Paths in a container, and what any name looks like on a screen.

use std::ffi::OsString;
use std::fmt::Write as _;

/// An absolute path in a container: bytes, without `.`, `..` and doubled slashes.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RemotePath(Vec<u8>);

impl Default for RemotePath {
    fn default() -> Self {
        Self::root()
    }
}

impl RemotePath {
    /// `/`.
    pub fn root() -> Self {
        Self(b"/".to_vec())
    }

    /// What these bytes name, from `/` where they do not begin with it. `..` goes up, as far as there is anything above; a null byte ends a path.
    pub fn new(bytes: &[u8]) -> Self {
        Self::root().join(bytes)
    }

    /// What these bytes name from here; an absolute path names the same everywhere.
    #[must_use]
    pub fn join(&self, bytes: &[u8]) -> Self {
        let bytes = bytes.split(|byte| *byte == 0).next().unwrap_or_default();
        let mut parts: Vec<&[u8]> = if bytes.starts_with(b"/") { Vec::new() } else { self.parts() };
        for part in bytes.split(|byte| *byte == b'/') {
            match part {
                b"" | b"." => {}
                b".." => drop(parts.pop()),
                part => parts.push(part),
            }
        }
        let mut path = Vec::with_capacity(self.0.len() + bytes.len() + 1);
        for part in &parts {
            path.push(b'/');
            path.extend_from_slice(part);
        }
        if path.is_empty() { Self::root() } else { Self(path) }
    }

    fn parts(&self) -> Vec<&[u8]> {
        self.0.split(|byte| *byte == b'/').filter(|part| !part.is_empty()).collect()
    }

    /// Its bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// Its last part; `None` for `/`.
    pub fn name(&self) -> Option<&[u8]> {
        self.parts().pop()
    }

    /// The folder that it is in; `None` for `/`.
    pub fn parent(&self) -> Option<Self> {
        self.name().map(|_| self.join(b".."))
    }

    /// As it is shown.
    pub fn words(&self) -> String {
        shown(&self.0)
    }
}

/// A name as it is shown: in one line, with control characters, marks that change the direction of writing, and bytes that are no text written
/// as escapes. A backslash is doubled, so that two names never look the same.
pub fn shown(name: &[u8]) -> String {
    let mut out = String::with_capacity(name.len());
    for chunk in name.utf8_chunks() {
        for c in chunk.valid().chars() {
            match c {
                '\\' => out.push_str("\\\\"),
                '\n' => out.push_str("\\n"),
                '\r' => out.push_str("\\r"),
                '\t' => out.push_str("\\t"),
                c if c.is_ascii_control() => drop(write!(out, "\\x{:02x}", c as u32)),
                c if crate::text::disturbs(c) => drop(write!(out, "\\u{{{:x}}}", c as u32)),
                c => out.push(c),
            }
        }
        for byte in chunk.invalid() {
            let _ = write!(out, "\\x{byte:02x}");
        }
    }
    out
}

/// A name in a container as a name on this machine; where that wants text and it is none, as it is shown.
#[cfg(unix)]
pub fn os_name(name: &[u8]) -> OsString {
    use std::os::unix::ffi::OsStrExt as _;
    std::ffi::OsStr::from_bytes(name).to_owned()
}

/// A name in a container as a name on this machine; where that wants text and it is none, as it is shown.
#[cfg(not(unix))]
pub fn os_name(name: &[u8]) -> OsString {
    match std::str::from_utf8(name) {
        Ok(name) => name.into(),
        Err(_) => shown(name).replace('\\', "_").into(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn paths_are_cleaned_and_joined() {
        let path = |bytes: &str| RemotePath::new(bytes.as_bytes()).words();
        assert_eq!(path(""), "/");
        assert_eq!(path("//var/./log//"), "/var/log");
        assert_eq!(path("/a/../../b"), "/b");
        assert_eq!(path("etc"), "/etc");
        assert_eq!(RemotePath::new(b"/a/b").join(b"../c").words(), "/a/c");
        assert_eq!(RemotePath::new(b"/a/b").join(b"/c").words(), "/c");
        assert_eq!(RemotePath::new(b"/a/b").parent(), Some(RemotePath::new(b"/a")));
        assert_eq!((RemotePath::root().parent(), RemotePath::root().name()), (None, None));
        assert_eq!(RemotePath::new(b"/a/-b c").name(), Some(&b"-b c"[..]));
    }

    #[test]
    fn names_are_shown_without_harm() {
        assert_eq!(shown("plain é".as_bytes()), "plain é");
        assert_eq!(shown(b"a\nb\x1b[31m\x7f"), "a\\nb\\x1b[31m\\x7f");
        assert_eq!(shown("exe\u{202e}gpj.\u{85}".as_bytes()), "exe\\u{202e}gpj.\\u{85}");
        assert_eq!(shown(b"\xff\\xff"), "\\xff\\\\xff");
    }

    proptest! {
        #[test]
        fn nothing_of_a_name_acts_on_a_terminal(name in prop::collection::vec(any::<u8>(), 0..60), other in prop::collection::vec(any::<u8>(), 0..60)) {
            let text = shown(&name);
            prop_assert!(!text.chars().any(|c| c.is_control() || crate::text::disturbs(c)), "{text:?}");
            prop_assert_eq!(shown(&other) == text, other == name);
        }

        #[test]
        fn a_path_is_always_clean(bytes in prop::collection::vec(prop::sample::select(b"/.ab\0".to_vec()), 0..30)) {
            let path = RemotePath::new(&bytes);
            prop_assert!(path.bytes().starts_with(b"/"));
            prop_assert_eq!(&RemotePath::new(path.bytes()), &path);
            prop_assert!(path.parts().iter().all(|part| *part != b".."));
        }
    }
}
