//! Archives that nobody should trust.

use std::sync::Arc;

use proptest::prelude::*;
use tar::{Builder, Header};

use super::super::Existing;
use super::*;

/// An entry as nobody but an attacker writes it: no library would.
fn entry(archive: &mut Vec<u8>, kind: EntryType, name: &[u8], link: &[u8], content: &[u8]) {
    let mut header = Header::new_gnu();
    header.set_entry_type(kind);
    header.set_mode(0o4777);
    header.set_size(content.len() as u64);
    let fields = header.as_mut_bytes();
    fields[..name.len().min(100)].copy_from_slice(&name[..name.len().min(100)]);
    fields[157..157 + link.len().min(100)].copy_from_slice(&link[..link.len().min(100)]);
    header.set_cksum();
    archive.extend_from_slice(header.as_bytes());
    archive.extend_from_slice(content);
    archive.resize(archive.len().next_multiple_of(512), 0);
}

fn unpacked(archive: &[u8], to: &Path, existing: Existing) -> Result<Outcome, Trouble> {
    let ask: Ask = Arc::new(move |_| existing);
    unpack(archive, to, true, &Progress::default(), &ask)
}

/// Everything below a folder with its content; what a link leads to is not looked at.
fn seen(folder: &Path, all: &mut Vec<(PathBuf, Vec<u8>)>) {
    let mut paths: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        let meta = path.symlink_metadata().unwrap();
        let content = if meta.is_file() { fs::read(&path).unwrap() } else { Vec::new() };
        all.push((path.clone(), content));
        if meta.is_dir() {
            seen(&path, all);
        }
    }
}

/// A folder with others around it, that hold what an archive could be after; the one in the middle is unpacked into.
fn around() -> (tempfile::TempDir, PathBuf) {
    let outer = tempfile::tempdir().unwrap();
    for name in ["a", "b/a", "mid/a"] {
        let path = outer.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "untouched").unwrap();
    }
    let to = outer.path().join("mid/to");
    fs::create_dir(&to).unwrap();
    (outer, to)
}

fn outside(outer: &Path, to: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut all = Vec::new();
    seen(outer, &mut all);
    all.retain(|(path, _)| !path.starts_with(to));
    all
}

#[test]
fn what_would_lead_out_is_left_out() {
    let (outer, to) = around();
    let before = outside(outer.path(), &to);
    let absolute = outer.path().join("a").into_os_string().into_encoded_bytes();
    let mut archive = Vec::new();
    let (file, link, hard) = (EntryType::Regular, EntryType::Symlink, EntryType::Link);
    entry(&mut archive, file, b"../a", b"", b"bad");
    entry(&mut archive, file, &absolute, b"", b"bad");
    entry(&mut archive, link, b"up", b"..", b"");
    entry(&mut archive, file, b"up/a", b"", b"is inside, in a folder of that name");
    entry(&mut archive, link, b"deep/b/up", b"../../c", b"");
    entry(&mut archive, link, b"tricky", b"deep/b/up/../..", b"");
    entry(&mut archive, hard, b"deep/hard", b"../a", b"");
    entry(&mut archive, hard, b"flat", b"deep/b/up", b"");
    entry(&mut archive, EntryType::Char, b"device", b"", b"");
    entry(&mut archive, file, b"good", b"", b"good");
    entry(&mut archive, link, b"same", b"good", b"");
    entry(&mut archive, file, b"same/x", b"", b"through a link");
    let outcome = unpacked(&archive, &to, Existing::Stop).unwrap();
    let left: Vec<&str> = outcome.left_out.iter().map(|left| left.name.as_str()).collect();
    let absolute = absolute.escape_ascii().to_string();
    assert_eq!(left, ["../a", &absolute, "up", "tricky", "deep/hard", "flat", "device", "same/x"]);
    assert_eq!(outside(outer.path(), &to), before);
    assert_eq!(fs::read(to.join("same")).unwrap(), b"good");
    let mode = std::os::unix::fs::MetadataExt::mode(&fs::metadata(to.join("good")).unwrap());
    assert_eq!(mode & 0o7777, 0o777, "nothing runs as somebody else");
}

#[test]
fn a_link_that_was_there_is_not_written_through() {
    let (outer, to) = around();
    std::os::unix::fs::symlink("../a", to.join("a")).unwrap();
    std::os::unix::fs::symlink("../../b", to.join("b")).unwrap();
    let before = outside(outer.path(), &to);
    let mut archive = Vec::new();
    entry(&mut archive, EntryType::Regular, b"a", b"", b"new");
    entry(&mut archive, EntryType::Regular, b"b/a", b"", b"new");
    let outcome = unpacked(&archive, &to, Existing::ReplaceAll).unwrap();
    assert_eq!((outcome.files, outcome.missing), (1, 1));
    assert_eq!(outside(outer.path(), &to), before);
    assert_eq!(fs::read(to.join("a")).unwrap(), b"new");
}

#[test]
fn an_archive_that_is_cut_off_leaves_no_half_file() {
    let folder = tempfile::tempdir().unwrap();
    let mut builder = Builder::new(Vec::new());
    let mut header = Header::new_gnu();
    header.set_size(5_000);
    header.set_mode(0o644);
    builder.append_data(&mut header, "file", &[7_u8; 5_000][..]).unwrap();
    let archive = builder.into_inner().unwrap();
    assert!(unpacked(&archive[..2_000], folder.path(), Existing::Stop).is_err());
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

fn name() -> impl Strategy<Value = Vec<u8>> {
    let part = prop::sample::select(vec!["a", "b", "c", "..", ".", "", "mid", "to", "\\", "a\n"]);
    (any::<bool>(), prop::collection::vec(part, 0..6)).prop_map(|(absolute, parts)| {
        let begin = if absolute { "/" } else { "" };
        format!("{begin}{}", parts.join("/")).into_bytes()
    })
}

fn kind() -> impl Strategy<Value = u8> {
    prop_oneof![4 => prop::sample::select(b"0125".to_vec()), 1 => any::<u8>()]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    /// Whatever an archive holds, what is around the folder stays as it is, and no link that was made leads out, through however many others.
    #[test]
    fn no_archive_reaches_outside_its_folder(
        entries in prop::collection::vec((kind(), name(), name(), prop::collection::vec(any::<u8>(), 0..20)), 1..14),
        damage in prop::option::of((any::<prop::sample::Index>(), any::<u8>())),
    ) {
        let (outer, to) = around();
        let before = outside(outer.path(), &to);
        let mut archive = Vec::new();
        for (kind, name, link, content) in &entries {
            let content = if matches!(kind, b'1' | b'2' | b'5') { &[][..] } else { content };
            entry(&mut archive, EntryType::new(*kind), name, link, content);
        }
        if let Some((at, byte)) = damage {
            let at = at.index(archive.len());
            archive[at] = byte;
        }
        let _ = unpacked(&archive, &to, Existing::ReplaceAll);
        prop_assert_eq!(outside(outer.path(), &to), before);
        let mut all = Vec::new();
        seen(&to, &mut all);
        let root = to.canonicalize().unwrap();
        for (path, _) in all.iter().filter(|(path, _)| path.is_symlink()) {
            if let Ok(real) = path.canonicalize() {
                prop_assert!(real.starts_with(&root), "{} leads to {}", path.display(), real.display());
            }
        }
    }
}
