//! Copies to and from containers through a real API server to kwok, which runs the programs on this machine: its paths are this machine's.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

use kx::cluster::{Client, Env, Gate, Kubeconfig, Overrides, connect};
use kx::files::{Existing, Files, Job, Kind, RemotePath, Way};
use kx::session::Place;
use kx::transfer::{self, Means, Progress, Trouble};
use tempfile::tempdir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};

use crate::labs;
use crate::support::wait_until;

const POD: &str = "
apiVersion: v1
kind: Pod
metadata: {name: NAME, namespace: x-copy}
spec: {containers: [{name: main, image: a}, {name: other, image: b}], tolerations: [{operator: Exists}]}
";

/// A running pod of this name.
fn running(name: &str) {
    let lab = labs::busy();
    // The tests of this file share the namespace; whoever comes first makes it.
    let _ = lab.create("{apiVersion: v1, kind: Namespace, metadata: {name: x-copy}}");
    lab.create(&POD.replace("NAME", name)).unwrap();
    wait_until("the pod runs", || {
        lab.run(["get", "pod", "-n=x-copy", name, "-o=jsonpath={.status.phase}"]) == "Running"
    });
}

async fn client(user: &str, gate: Gate) -> Client {
    let file = labs::busy().kubeconfig(user);
    let config = Kubeconfig::load(Some(&file), &Env::process()).unwrap();
    connect(&config.target(None, &Overrides::default()).unwrap(), gate).await.unwrap()
}

fn files(pod: &str) -> Files {
    let [namespace, pod, container] = ["x-copy", pod, "main"].map(str::to_owned);
    Files::of(Place { namespace, pod, container })
}

fn remote(path: &Path) -> RemotePath {
    RemotePath::new(path.as_os_str().as_bytes())
}

async fn means(existing: Existing) -> Means {
    let client = client("admin", Gate::read_write()).await;
    Means { client, progress: Arc::new(Progress::default()), ask: Arc::new(move |_| existing) }
}

/// Names that programs stumble over.
const ODD: [&[u8]; 9] = [
    b"plain",
    b" spaces  within ",
    b"-rf",
    b"new\nline\n",
    b"*?[a]",
    b"\xff\xfe not UTF-8",
    b"quote'\"$(id)`;",
    "\u{202e}gpj.exe".as_bytes(),
    b"back\\slash",
];

/// A tree with odd names, links, holes and permissions.
fn tree(root: &Path) {
    for (number, name) in ODD.into_iter().enumerate() {
        let folder = root.join(OsStr::from_bytes(&[b"in ", name].concat()));
        fs::create_dir(&folder).unwrap();
        for name in ODD {
            let path = folder.join(OsStr::from_bytes(name));
            fs::write(path, format!("{number} {name:?}")).unwrap();
        }
    }
    let deep = root.join("deep").join("l".repeat(120)).join("m".repeat(120));
    fs::create_dir_all(&deep).unwrap();
    fs::write(deep.join("n".repeat(200)), "far down").unwrap();
    fs::create_dir(root.join("empty")).unwrap();
    fs::write(root.join("nothing"), "").unwrap();
    symlink("plain", root.join("in plain/link")).unwrap();
    symlink("../deep", root.join("in plain/up")).unwrap();
    symlink("not there", root.join("broken")).unwrap();
    fs::hard_link(root.join("in plain/plain"), root.join("hard")).unwrap();
    let script = root.join("script");
    fs::write(&script, "#!/bin/sh\n").unwrap();
    fs::set_permissions(&script, fs::Permissions::from_mode(0o750)).unwrap();
    let mut holes = fs::File::create(root.join("holes")).unwrap();
    holes.seek(SeekFrom::Start(3 << 20)).unwrap();
    holes.write_all(b"an island").unwrap();
    holes.set_len(7 << 20).unwrap();
}

/// Everything below a folder: what it is, its permissions, its time, and its content, its checksum or where it leads.
fn seen(root: &Path) -> BTreeMap<Vec<u8>, (String, u32, i64)> {
    let mut all = BTreeMap::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let meta = fs::symlink_metadata(&path).unwrap();
            let name = path.strip_prefix(root).unwrap().as_os_str().as_bytes().to_vec();
            let (what, mode, time) = if meta.is_dir() {
                folders.push(path.clone());
                ("folder".to_owned(), meta.mode() & 0o777, 0)
            } else if meta.is_symlink() {
                let to = fs::read_link(&path).unwrap();
                (format!("link {}", to.as_os_str().as_bytes().escape_ascii()), 0, 0)
            } else {
                (checksum(&path), meta.mode() & 0o777, meta.mtime())
            };
            all.insert(name, (what, mode, time));
        }
    }
    all
}

fn checksum(path: &Path) -> String {
    let file = fs::File::open(path).unwrap();
    let sum = Command::new("sha256sum").stdin(file).output().unwrap();
    String::from_utf8(sum.stdout).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_was_stopped_goes_on_when_it_is_copied_again() {
    running("again");
    let (here, there) = (tempdir().unwrap(), tempdir().unwrap());
    fs::create_dir(here.path().join("below")).unwrap();
    for (name, size) in [("a", 3 << 20), ("below/b", 2 << 20), ("c", 1 << 20)] {
        fs::write(here.path().join(name), vec![7; size]).unwrap();
    }
    let to = there.path().join("copy");
    let up = Way::Up { from: here.path().to_owned(), to: remote(&to) };
    let job = Job::new(files("again"), up);
    // Nobody is asked: what is there is its own.
    let means = means(Existing::Stop).await;
    // As it stands after somebody stopped it: one file is whole, one has begun, one has not.
    let whole = Command::new("cp").arg("-pr").arg(here.path()).arg(&to).status().unwrap();
    assert!(whole.success());
    fs::write(to.join("below/b"), "begun").unwrap();
    fs::remove_file(to.join("c")).unwrap();
    let again = Job { begun: Some(remote(&to)), ..job.clone() };
    let outcome = transfer::run(&again, &means).await.unwrap();
    assert!(outcome.is_whole(), "{outcome:?}");
    assert_eq!((outcome.resumed, outcome.bytes), (3 << 20, 6 << 20));
    assert_eq!(seen(&to), seen(here.path()));
    // Who copies it for the first time copies it into the folder that is there, as ever.
    let outcome = transfer::run(&job, &means).await.unwrap();
    assert_eq!((outcome.resumed, outcome.bytes), (0, 6 << 20));
    assert_eq!(seen(&to.join(here.path().file_name().unwrap())), seen(here.path()));
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_is_left_of_a_folder_comes_when_it_is_copied_again() {
    running("left");
    let (there, here) = (tempdir().unwrap(), tempdir().unwrap());
    tree(there.path());
    fs::write(there.path().join("large"), vec![7; 3 << 20]).unwrap();
    let to = here.path().join("copy");
    let down = Way::Down { from: remote(there.path()), to: to.clone(), beneath: false };
    let job = Job::new(files("left"), down);
    let stop = means(Existing::Stop).await;
    transfer::run(&job, &stop).await.unwrap();
    let original = seen(there.path());
    assert_eq!(seen(&to), original);
    // As it stands after somebody stopped it: folders, files, links and their like are missing.
    fs::remove_dir_all(to.join("in plain")).unwrap();
    fs::remove_dir_all(to.join("deep")).unwrap();
    for name in ODD.into_iter().filter(|name| *name != b"plain") {
        let folder = to.join(OsStr::from_bytes(&[b"in ", name].concat()));
        fs::remove_file(folder.join(OsStr::from_bytes(name))).unwrap();
    }
    for name in ["broken", "hard", "nothing", "script"] {
        fs::remove_file(to.join(name)).unwrap();
    }
    let again = Job { again: true, ..job };
    let outcome = transfer::run(&again, &stop).await.unwrap();
    assert!(outcome.is_whole(), "{outcome:?}");
    assert_eq!(seen(&to), original);
    // The large ones did not come once more.
    assert!(outcome.resumed > 10 << 20 && outcome.bytes - outcome.resumed < 1 << 16, "{outcome:?}");
    let all = original.values().filter(|(what, ..)| what != "folder").count();
    assert_eq!(outcome.files, all as u64);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tree_arrives_as_it_is_both_ways() {
    running("tree");
    let (here, there, back) = (tempdir().unwrap(), tempdir().unwrap(), tempdir().unwrap());
    tree(here.path());
    let up = Way::Up { from: here.path().to_owned(), to: remote(&there.path().join("copy")) };
    let means = means(Existing::Stop).await;
    let outcome = transfer::run(&Job::new(files("tree"), up), &means).await.unwrap();
    assert!(outcome.is_whole(), "{outcome:?}");
    let original = seen(here.path());
    assert!(original.len() > ODD.len() * (ODD.len() + 1));
    assert_eq!(seen(&there.path().join("copy")), original);

    let to = back.path().join("copy");
    let from = remote(&there.path().join("copy"));
    let down = |beneath| Way::Down { from: from.clone(), to: to.clone(), beneath };
    let outcome = transfer::run(&Job::new(files("tree"), down(false)), &means).await.unwrap();
    assert!(outcome.is_whole(), "{outcome:?}");
    assert_eq!(seen(&to), original);
    let holes = fs::metadata(to.join("holes")).unwrap();
    assert!(holes.blocks() * 512 < 3 << 20, "holes stay holes");

    // Once more: nothing that is there is replaced unless somebody wants it.
    fs::write(to.join("script"), "mine").unwrap();
    let stopped = transfer::run(&Job::new(files("tree"), down(false)), &means).await;
    assert!(matches!(stopped, Err(Trouble::Exists { .. })), "{stopped:?}");
    let keep = Means { ask: Arc::new(|_| Existing::KeepAll), ..means.clone() };
    let outcome = transfer::run(&Job::new(files("tree"), down(false)), &keep).await.unwrap();
    let there = original.values().filter(|(what, ..)| what != "folder").count();
    assert_eq!((outcome.kept, outcome.files), (there as u64, 0), "{outcome:?}");
    assert_eq!(fs::read(to.join("script")).unwrap(), b"mine");
    let replace = Means { ask: Arc::new(|_| Existing::ReplaceAll), ..means };
    transfer::run(&Job::new(files("tree"), down(false)), &replace).await.unwrap();
    assert_eq!(seen(&to), original);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gibibyte_goes_there_and_back() {
    running("large");
    let folder = tempdir().unwrap();
    let here = folder.path().join("here");
    let mut file = fs::File::create(&here).unwrap();
    for at in [0, 1 << 20, (1 << 29) + 12_345, (1 << 30) - 7] {
        file.seek(SeekFrom::Start(at)).unwrap();
        file.write_all(b"island!").unwrap();
    }
    file.set_len(1 << 30).unwrap();
    let wanted = checksum(&here);
    let means = means(Existing::Stop).await;
    let there = folder.path().join("there");
    let up = Way::Up { from: here, to: remote(&there) };
    let outcome = transfer::run(&Job::new(files("large"), up), &means).await.unwrap();
    assert_eq!((outcome.bytes, checksum(&there)), (1 << 30, wanted.clone()));
    let back = folder.path().join("back");
    let down = Way::Down { from: remote(&there), to: back.clone(), beneath: false };
    let outcome = transfer::run(&Job::new(files("large"), down), &means).await.unwrap();
    assert_eq!((outcome.bytes, checksum(&back)), (1 << 30, wanted));
    assert!(fs::metadata(&back).unwrap().blocks() * 512 < 64 << 20, "holes stay holes");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_stopped_goes_on_where_it_was() {
    running("resumed");
    let folder = tempdir().unwrap();
    let content: Vec<u8> =
        (0..48_u32 << 20).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    let here = folder.path().join("here");
    fs::write(&here, &content).unwrap();
    let there = folder.path().join("there");
    let jobs = [
        Way::Up { from: here, to: remote(&there) },
        Way::Down { from: remote(&there), to: folder.path().join("back"), beneath: false },
    ];
    for way in jobs {
        let job = Job::new(files("resumed"), way);
        let first = means(Existing::Stop).await;
        // Stopped as soon as a part of it is there.
        tokio::select! {
            over = transfer::run(&job, &first) => panic!("it was too fast to be stopped: {over:?}"),
            () = async { while first.progress.bytes() < 8 << 20 { tokio::task::yield_now().await; } } => {}
        }
        let outcome = transfer::run(&job, &means(Existing::Stop).await).await.unwrap();
        assert!(outcome.resumed > 0, "{outcome:?}");
        assert_eq!(outcome.bytes, content.len() as u64);
    }
    for name in ["there", "back"] {
        let mut arrived = Vec::new();
        fs::File::open(folder.path().join(name)).unwrap().read_to_end(&mut arrived).unwrap();
        assert!(arrived == content, "{name} has other content");
    }
    // No part is left.
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 3);
}

/// Stands between kx and the server, and cuts each of the first connections after so many bytes.
async fn cutting(server: String, cuts: usize, after: u64) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let left = Arc::new(AtomicUsize::new(cuts));
    tokio::spawn(async move {
        while let Ok((near, _)) = listener.accept().await {
            let (server, left) = (server.clone(), Arc::clone(&left));
            tokio::spawn(async move {
                let far = TcpStream::connect(server).await.unwrap();
                let (mut near, mut far) = (near.into_split(), far.into_split());
                let moved = AtomicU64::new(0);
                let up = pass(&mut near.0, &mut far.1, &moved);
                let down = pass(&mut far.0, &mut near.1, &moved);
                let cut = async {
                    while moved.load(SeqCst) < after {
                        tokio::time::sleep(Duration::from_millis(1)).await;
                    }
                    if left.fetch_update(SeqCst, SeqCst, |left| left.checked_sub(1)).is_err() {
                        std::future::pending::<()>().await;
                    }
                };
                tokio::select! {
                    () = up => {}
                    () = down => {}
                    () = cut => {}
                }
            });
        }
    });
    port
}

async fn pass(from: &mut OwnedReadHalf, to: &mut OwnedWriteHalf, moved: &AtomicU64) {
    let mut piece = vec![0; 16 << 10];
    while let Ok(count @ 1..) = from.read(&mut piece).await {
        if to.write_all(&piece[..count]).await.is_err() {
            return;
        }
        moved.fetch_add(count as u64, SeqCst);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_that_break_lose_and_double_nothing() {
    running("cut");
    let folder = tempdir().unwrap();
    let content: Vec<u8> =
        (0..24_u32 << 20).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    let here = folder.path().join("here");
    fs::create_dir(&here).unwrap();
    for (name, piece) in [("a", &content[..3 << 20]), ("b", &content[3 << 20..])] {
        fs::write(here.join(name), piece).unwrap();
    }
    let original = seen(&here);
    let file = folder.path().join("file");
    fs::write(&file, &content).unwrap();

    let config = fs::read_to_string(labs::busy().kubeconfig("admin")).unwrap();
    let line = config.lines().find(|line| line.contains("server: https://")).unwrap();
    let server = line.split("https://").nth(1).unwrap().trim().to_owned();
    let at = |name: &str| folder.path().join(name);
    let ways = [
        Way::Up { from: file.clone(), to: remote(&at("file there")) },
        Way::Down { from: remote(&at("file there")), to: at("file back"), beneath: false },
        Way::Up { from: here.clone(), to: remote(&at("there")) },
        Way::Down { from: remote(&at("there")), to: at("back"), beneath: false },
    ];
    for way in ways {
        let port = cutting(server.clone(), 3, 5 << 20).await;
        let config = config.replace(&server, &format!("127.0.0.1:{port}"));
        let config = Kubeconfig::from_yaml(&config, Path::new("/"), &Env::process()).unwrap();
        let target = config.target(None, &Overrides::default()).unwrap();
        let client = connect(&target, Gate::read_write()).await.unwrap();
        let means = Means { client, ..means(Existing::Stop).await };
        let outcome = transfer::run(&Job::new(files("cut"), way.clone()), &means).await;
        let outcome = outcome.unwrap_or_else(|error| panic!("{way:?}: {error}"));
        assert!(outcome.is_whole(), "{way:?}: {outcome:?}");
        if way == (Way::Up { from: here.clone(), to: remote(&at("there")) }) {
            assert_eq!((outcome.files, outcome.bytes), (2, content.len() as u64), "{outcome:?}");
            assert_eq!(outcome.resumed, 3 << 20, "what had arrived is not sent again");
        }
    }
    for name in ["file there", "file back"] {
        assert!(fs::read(at(name)).unwrap() == content, "{name} has other content");
    }
    for name in ["there", "back"] {
        assert_eq!(seen(&at(name)), original, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn folders_are_listed_and_files_read() {
    running("listed");
    let folder = tempdir().unwrap();
    tree(folder.path());
    let client = client("admin", Gate::read_write()).await;
    let odd = folder.path().join(OsStr::from_bytes(b"in new\nline\n"));
    let (entries, more) = transfer::list(&client, &files("listed"), &remote(&odd)).await.unwrap();
    let mut names: Vec<&[u8]> = entries.iter().map(|entry| &*entry.name).collect();
    let mut wanted = ODD.to_vec();
    names.sort_unstable();
    wanted.sort_unstable();
    assert_eq!((names, more), (wanted, false));
    let (entries, _) =
        transfer::list(&client, &files("listed"), &remote(folder.path())).await.unwrap();
    let named = |name: &[u8]| entries.iter().find(|entry| entry.name == name).unwrap();
    assert_eq!(named(b"script").permissions(), "-rwxr-x---");
    assert_eq!(named(b"holes").size, Some(7 << 20));
    assert_eq!((named(b"broken").kind, named(b"broken").is_folder), (Kind::Link, false));
    let path = remote(&odd.join(OsStr::from_bytes(b"\xff\xfe not UTF-8")));
    let (bytes, more) = transfer::read(&client, &files("listed"), &path, 4).await.unwrap();
    assert_eq!((&*bytes, more), (&b"3 [2"[..], true));

    let missing = remote(&folder.path().join("none"));
    let error = transfer::list(&client, &files("listed"), &missing).await.unwrap_err();
    assert!(error.to_string().contains("none"), "{error}");
    let way = Way::Down { from: missing, to: folder.path().join("x"), beneath: false };
    let error = transfer::run(&Job::new(files("listed"), way), &means(Existing::Stop).await).await;
    assert!(matches!(error, Err(Trouble::Missing { .. })), "{error:?}");
}

#[tokio::test]
async fn who_may_not_is_told_so_and_read_only_sends_nothing() {
    running("refused");
    let root = RemotePath::root();
    let viewer = client("viewer", Gate::read_write()).await;
    let error = transfer::list(&viewer, &files("refused"), &root).await.unwrap_err();
    assert!(error.to_string().contains("forbidden"), "{error}");
    let closed = client("admin", Gate::read_only()).await;
    let error = transfer::list(&closed, &files("refused"), &root).await.unwrap_err();
    assert!(matches!(error, Trouble::Cluster(kx::cluster::Error::ReadOnly { .. })), "{error:?}");
    assert_eq!(closed.meter().totals().requests, 0);
}

fn kx(user: &str, folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_kx"))
        .arg("cp")
        .args(arguments)
        .arg("--kubeconfig")
        .arg(labs::busy().kubeconfig(user))
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

#[test]
fn kx_cp_does_what_kubectl_cp_does() {
    running("cp");
    let folder = tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let there = |name: &str| format!("x-copy/cp:{}", at(name).display());
    fs::write(at("one"), "1").unwrap();
    fs::create_dir_all(at("src/sub")).unwrap();
    fs::write(at("src/sub/two"), "2").unwrap();
    fs::create_dir(at("into")).unwrap();
    let ran = |arguments: &[&str]| {
        let output = kx("admin", folder.path(), arguments);
        assert!(output.status.success(), "{arguments:?}: {output:?}");
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    // Into a folder that is there, and to a name that is not.
    let told = ran(&["one", &there("into")]);
    assert!(told.contains("Defaulted container \"main\" out of: main, other"), "{told}");
    assert_eq!(fs::read(at("into/one")).unwrap(), b"1");
    ran(&["./src", &there("into"), "-c", "main"]);
    ran(&["src", &there("new"), "-c", "main"]);
    for path in ["into/src/sub/two", "new/sub/two"] {
        assert_eq!(fs::read(at(path)).unwrap(), b"2", "{path}");
    }
    // What a folder holds is what the other becomes.
    ran(&[&there("src"), "back", "-n", "x-copy"]);
    assert_eq!(fs::read(at("back/sub/two")).unwrap(), b"2");
    let path = at("one");
    ran(&[&format!("cp:{}", path.display()), "fresh", "-n", "x-copy"]);
    assert_eq!(fs::read(at("fresh")).unwrap(), b"1");

    // What was stopped goes on: what has arrived is not copied again, nor asked about.
    fs::write(at("src/three"), "three").unwrap();
    ran(&["src", &there("again"), "-c", "main"]);
    fs::remove_file(at("again/sub/two")).unwrap();
    let told = ran(&["src", &there("again"), "-c", "main", "--resume"]);
    assert!(told.contains("copied 2 files") && told.contains("5 B were there already"), "{told}");
    assert_eq!(fs::read(at("again/sub/two")).unwrap(), b"2");
    assert!(!at("again/src").exists());
    ran(&[&there("again"), "down"]);
    fs::remove_file(at("down/three")).unwrap();
    let told = ran(&[&there("again"), "down", "--resume"]);
    assert!(told.contains("copied 2 files") && told.contains("1 B were there already"), "{told}");
    assert_eq!(fs::read(at("down/three")).unwrap(), b"three");

    // Nothing is replaced without a word.
    fs::write(at("fresh"), "mine").unwrap();
    let output = kx("admin", folder.path(), &[&there("one"), "fresh"]);
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && told.contains("--overwrite"), "{told}");
    assert_eq!(fs::read(at("fresh")).unwrap(), b"mine");
    ran(&[&there("one"), "fresh", "--keep"]);
    assert_eq!(fs::read(at("fresh")).unwrap(), b"mine");
    ran(&[&there("one"), "fresh", "--overwrite"]);
    assert_eq!(fs::read(at("fresh")).unwrap(), b"1");

    for (arguments, words) in [
        (&["one", "two"][..], "one of both must be in a pod"),
        (&["x-copy/none:/x", "y"], "\"none\" not found"),
        (&[&there("nowhere"), "y"], "there is no"),
        (&["nowhere", &there("y")], "nowhere"),
        (&["one", &there("y"), "--read-only"], "read-only"),
        (&["one", &there("y"), "-c", "nobody"], "nobody"),
    ] {
        let output = kx("admin", folder.path(), arguments);
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && told.contains(words), "{arguments:?}: {told}");
    }
    let told = kx("viewer", folder.path(), &["one", &there("y")]);
    assert!(String::from_utf8_lossy(&told.stderr).contains("forbidden"), "{told:?}");
    assert!(!at("y").exists());
}
