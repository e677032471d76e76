//! What `cp` is given: `[NAMESPACE/]POD:PATH` or a path on this machine (kubectl, `pkg/cmd/cp/cp.go`).

use std::ffi::OsStr;
use std::path::PathBuf;

use super::shown;

/// One of the two that `cp` is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Spec {
    /// A path on this machine.
    Local(PathBuf),
    /// A path in a pod.
    Remote(InPod),
}

/// A path in a pod.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InPod {
    /// The namespace, where it is named.
    pub namespace: Option<String>,
    /// The pod.
    pub pod: String,
    /// The path; from `/` where it is relative.
    pub path: Vec<u8>,
}

/// Which way a copy goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Side {
    /// Into a pod.
    Up(PathBuf, InPod),
    /// Out of a pod.
    Down(InPod, PathBuf),
}

impl Spec {
    /// What a word means. A path that begins with `/`, `./`, `../` or `~` is on this machine, also with a colon in it; and on Windows one with a drive.
    ///
    /// # Errors
    /// What is wrong with it, and how it is written.
    pub fn parse(word: &OsStr) -> Result<Self, String> {
        let bytes = word.as_encoded_bytes();
        let text = shown(bytes);
        if bytes.is_empty() {
            return Err("a path cannot be empty".to_owned());
        }
        let begins = [&b"/"[..], b"./", b"../", b"~", b".\\"];
        let local = begins.iter().any(|begin| bytes.starts_with(begin));
        let drive = cfg!(windows) && bytes.get(1) == Some(&b':');
        let colon = memchr::memchr(b':', bytes).filter(|_| !local && !drive);
        let Some(colon) = colon else { return Ok(Self::Local(word.into())) };
        let (of, path) = (&bytes[..colon], &bytes[colon + 1..]);
        if path.is_empty() {
            return Err(format!("{text} names no path: write {}:/PATH", shown(of)));
        }
        let parts = std::str::from_utf8(of).map(|of| of.split('/').collect::<Vec<_>>());
        let (namespace, pod) = match parts.as_deref() {
            Ok([pod]) if !pod.is_empty() => (None, *pod),
            Ok([namespace, pod]) if !namespace.is_empty() && !pod.is_empty() => {
                (Some((*namespace).to_owned()), *pod)
            }
            _ => {
                return Err(format!(
                    "{text} is no [NAMESPACE/]POD:PATH; a file of that name is ./{text}"
                ));
            }
        };
        Ok(Self::Remote(InPod { namespace, pod: pod.to_owned(), path: path.to_vec() }))
    }
}

/// Which way a copy between these goes.
///
/// # Errors
/// Where both are on this machine, or none is.
pub fn sides(from: &OsStr, to: &OsStr) -> Result<Side, String> {
    match (Spec::parse(from)?, Spec::parse(to)?) {
        (Spec::Local(from), Spec::Remote(to)) => Ok(Side::Up(from, to)),
        (Spec::Remote(from), Spec::Local(to)) => Ok(Side::Down(from, to)),
        (Spec::Local(_), Spec::Local(_)) => {
            Err("one of both must be in a pod: [NAMESPACE/]POD:PATH".to_owned())
        }
        _ => Err("one of both must be on this machine".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::os_name;
    use super::*;

    fn remote(namespace: Option<&str>, pod: &str, path: &str) -> Spec {
        let (pod, path) = (pod.to_owned(), path.as_bytes().to_vec());
        Spec::Remote(InPod { namespace: namespace.map(str::to_owned), pod, path })
    }

    #[test]
    fn words_are_read_as_kubectl_reads_them() {
        let of = |word: &str| Spec::parse(OsStr::new(word));
        assert_eq!(of("web-0:/etc/hosts"), Ok(remote(None, "web-0", "/etc/hosts")));
        assert_eq!(of("shop/web-0:tmp/a:b"), Ok(remote(Some("shop"), "web-0", "tmp/a:b")));
        for local in ["/tmp/a:b", "./a:b", "file", "../x", "/:"] {
            assert_eq!(of(local), Ok(Spec::Local(local.into())));
        }
        for wrong in [":/x", "a/b/c:/x", "web-0:", "", "shop/:/x"] {
            assert!(of(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn one_of_both_is_in_a_pod() {
        let sides = |from: &str, to: &str| sides(OsStr::new(from), OsStr::new(to));
        assert!(matches!(sides("web:/a", "b"), Ok(Side::Down(..))));
        assert!(matches!(sides("a", "web:/b"), Ok(Side::Up(..))));
        assert!(sides("a", "b").is_err() && sides("x:/a", "y:/b").is_err());
    }

    proptest! {
        #[test]
        fn any_word_is_one_or_the_other(word in prop::collection::vec(any::<u8>(), 0..20)) {
            let _ = Spec::parse(&os_name(&word));
        }
    }
}
