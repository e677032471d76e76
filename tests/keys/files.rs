//! Files of containers: folders entered and left, what is chosen of them, copies and what they ask.

use std::path::PathBuf;
use std::sync::Arc;

use kx::app::{CopyId, CopyNews, Effect, FilesNews, Layer, Msg, ObjectId, SessionNews, Setup};
use kx::files::{Entry, Existing, Job, Kind, OF_TARGET, Outcome, RemotePath, Way};
use kx::session::{Container, State};
use serde_json::json;

use crate::support::{World, pod};
use crate::write::deployments;

fn entry(name: &[u8], kind: Kind) -> Entry {
    Entry { name: name.to_vec(), kind, is_folder: kind == Kind::Folder, ..Entry::default() }
}

/// The folder that is being read: what the answer is to be called, and its path in the container.
fn listed(world: &mut World) -> (ObjectId, String) {
    let effects = world.asked();
    let found = effects.into_iter().find_map(|effect| match effect {
        Effect::ListFiles { id, files, folder, .. } => {
            Some((id, String::from_utf8(files.path(&folder)).unwrap()))
        }
        _ => None,
    });
    found.expect("a folder is read")
}

fn holds(world: &mut World, id: ObjectId, entries: &[Entry]) {
    let news = FilesNews::Listed { entries: entries.to_vec(), more: false };
    world.tell(Msg::Files(id, news));
}

fn some() -> Vec<Entry> {
    let link =
        Entry { target: Some(b"etc".to_vec()), is_folder: true, ..entry(b"conf", Kind::Link) };
    let sized = |name: &[u8], size, modified| Entry {
        size: Some(size),
        modified: Some(modified),
        ..entry(name, Kind::File)
    };
    vec![
        sized(b"small.txt", 1, 9),
        sized(b"large.bin", 99, 5),
        link,
        entry(b"etc", Kind::Folder),
        sized(b"odd\n\xff", 7, 7),
    ]
}

/// The root folder of the shop's first pod.
fn opened(setup: Setup, keys: &str) -> World {
    let mut world = deployments(setup);
    world.press(r#": "pods shop" enter"#).press(keys);
    let id = world.asked().into_iter().find_map(|effect| match effect {
        Effect::FindPod { id, .. } => Some(id),
        _ => None,
    });
    let mut pod = pod("shop", "db-1-a", "n1", 0);
    pod["metadata"]["annotations"] = json!({"kubectl.kubernetes.io/default-container": "main"});
    world.tell(Msg::Session(id.expect("a pod is looked for"), SessionNews::Pod(Arc::new(pod))));
    world
}

fn root() -> World {
    let mut world = opened(Setup::default(), "b");
    let (id, path) = listed(&mut world);
    assert_eq!(path, "/");
    holds(&mut world, id, &some());
    world
}

fn begun(world: &mut World) -> Vec<(CopyId, Job)> {
    let started = |effect| match effect {
        Effect::StartCopy { id, job, .. } => Some((id, job)),
        _ => None,
    };
    world.asked().into_iter().filter_map(started).collect()
}

#[test]
fn folders_come_first_and_are_entered_and_left() {
    let mut world = root();
    assert_eq!(world.screen(), r"pods › db-1-a › main: >conf/ etc/ large.bin odd\n\xff small.txt");
    world.press("down enter");
    let (id, path) = listed(&mut world);
    assert_eq!(path, "/etc");
    holds(&mut world, id, &[entry(b"hosts", Kind::File)]);
    assert_eq!(world.screen(), "pods › db-1-a › main › etc: >hosts");
    // Back is where one was.
    world.press("left");
    assert_eq!(world.screen(), r"pods › db-1-a › main: conf/ >etc/ large.bin odd\n\xff small.txt");
    // A link to a folder is entered by its own name.
    world.press("up enter");
    assert_eq!(listed(&mut world).1, "/conf");
    world.press("esc esc");
    assert_eq!(world.app.layer(), Layer::Browse);
}

#[test]
fn a_path_can_be_named_and_left_upwards() {
    let mut world = opened(Setup::default(), r#": "files /var/log/a b" enter"#);
    let (id, path) = listed(&mut world);
    assert_eq!(path, "/var/log/a b");
    holds(&mut world, id, &[]);
    world.press("backspace");
    let (id, path) = listed(&mut world);
    assert_eq!(path, "/var/log");
    holds(&mut world, id, &[entry(b"a", Kind::Folder), entry(b"a b", Kind::Folder)]);
    assert!(world.screen().ends_with("log: a/ >a b/"), "{}", world.screen());
}

#[test]
fn they_are_filtered_sorted_marked_and_their_paths_copied() {
    let mut world = root();
    world.press("S");
    assert!(world.screen().ends_with(r"conf/ etc/ large.bin odd\n\xff small.txt"));
    world.press("S");
    assert!(
        world.screen().ends_with(r"etc/ >conf/ small.txt odd\n\xff large.bin"),
        "{}",
        world.screen()
    );
    world.press("A");
    assert!(world.screen().ends_with(r"small.txt odd\n\xff large.bin"), "{}", world.screen());
    world.press(r#"N / "t" enter"#);
    assert!(world.screen().ends_with("main: >etc/ small.txt"), "{}", world.screen());
    world.press("ctrl-a c");
    assert_eq!(world.copied(), "/small.txt\n/etc");
    world.press("esc esc");
    assert!(world.screen().ends_with(r"large.bin odd\n\xff small.txt"), "{}", world.screen());
}

#[test]
fn a_file_is_read_and_what_is_none_is_not() {
    let mut world = root();
    world.press("end enter");
    let asked = world.asked().into_iter().find_map(|effect| match effect {
        Effect::Ask { question: kx::app::Question::File { path, .. }, .. } => Some(path.words()),
        _ => None,
    });
    assert_eq!(asked.as_deref(), Some("/small.txt"));
    assert_eq!(world.app.layer(), Layer::Sheet);
    assert_eq!(world.app.crumbs().last().unwrap(), "small.txt");
}

#[test]
fn what_is_chosen_is_downloaded() {
    let mut world = root();
    world.press("down d");
    assert_eq!(world.app.prompt().unwrap().line.text(), "./etc");
    world.press("enter");
    let (id, job) = begun(&mut world).remove(0);
    let down = |from: &[u8], to: &str, beneath| Way::Down {
        from: kx::files::RemotePath::new(from),
        to: PathBuf::from(to),
        beneath,
    };
    assert_eq!(job.way, down(b"/etc", "./etc", false));
    assert_eq!(job.files.words(), "main of db-1-a in shop");
    // How far it is is in view, and it goes on when that is left.
    assert_eq!(world.app.layer(), Layer::Run);
    let far = CopyNews::Far { bytes: 512, of: Some(2048), files: 1, name: "hosts".into(), rate: 0 };
    world.tell(Msg::Copying(id, far));
    let copy = world.app.copy_of(id).unwrap();
    assert_eq!((copy.progress(), copy.share()), ("512 B of 2.0 KiB".to_owned(), Some(250)));
    world.press("esc");
    assert_eq!(world.app.layer(), Layer::Files);
    let outcome = Outcome { files: 2, bytes: 2048, to: "./etc".into(), ..Outcome::default() };
    world.tell(Msg::Copying(id, CopyNews::Done(Box::new(outcome))));
    assert_eq!(world.said(), "copied 2 files, 2.0 KiB, to ./etc");

    // The name of a file that is no text becomes that name; typed elsewhere, what is typed.
    world.press("down down d enter");
    let (_, job) = begun(&mut world).remove(0);
    let Way::Down { from, to, .. } = job.way else { panic!() };
    assert_eq!(from.bytes(), b"/odd\n\xff");
    assert_eq!(to.as_os_str().as_encoded_bytes(), b"./odd\n\xff");
    world.press(r#"esc d ctrl-u "/tmp/x" enter"#);
    let Way::Down { to, beneath, .. } = begun(&mut world).remove(0).1.way else { panic!() };
    assert_eq!((to, beneath), (PathBuf::from("/tmp/x"), true));
}

#[test]
fn several_go_into_a_folder() {
    let mut world = root();
    world.press(r#"ctrl-a d ctrl-u "out" enter"#);
    let jobs = begun(&mut world);
    assert_eq!(jobs.len(), 5);
    let tos = jobs.iter().map(|(_, job)| match &job.way {
        Way::Down { to, beneath, .. } => (to.as_os_str().as_encoded_bytes().to_vec(), *beneath),
        Way::Up { .. } => panic!(),
    });
    let tos: Vec<_> = tos.collect();
    assert!(tos.contains(&(b"out/odd\n\xff".to_vec(), false)), "{tos:?}");
    assert_eq!(world.app.layer(), Layer::Files, "they are listed when asked for");
    world.press("p");
    assert_eq!(world.app.picker().unwrap().items.len(), 5);
}

#[test]
fn what_is_there_already_is_asked_about() {
    let mut world = root();
    world.press("d enter");
    let (id, _) = begun(&mut world).remove(0);
    // Whoever types elsewhere is not disturbed.
    world.press("esc /");
    world.tell(Msg::Copying(id, CopyNews::Exists("./conf/a".to_owned())));
    assert_eq!(world.app.layer(), Layer::Prompt);
    world.press("esc");
    assert_eq!(world.app.layer(), Layer::Picker);
    let items = &world.app.picker().unwrap().items;
    assert_eq!((items[0].name.as_str(), items[0].note.as_str()), ("keep it", "./conf/a"));
    world.press("down down enter");
    let answer = |existing| Effect::AnswerCopy { id, existing };
    assert!(world.asked().contains(&answer(Existing::Replace)));
    // No answer is no.
    world.tell(Msg::Copying(id, CopyNews::Exists("./conf/b".to_owned())));
    world.press("esc");
    assert!(world.asked().contains(&answer(Existing::Stop)));
    assert_eq!(world.app.layer(), Layer::Files);
}

#[test]
fn a_copy_is_stopped_and_begun_again() {
    let mut world = root();
    world.press("d enter");
    let (id, job) = begun(&mut world).remove(0);
    world.press("x");
    assert!(world.asked().contains(&Effect::StopCopy { id }));
    assert_eq!(world.app.copy_of(id).unwrap().progress(), "stopped");
    world.press("ctrl-r");
    let (other, again) = begun(&mut world).remove(0);
    assert_ne!(other, id);
    assert_eq!(again, Job { again: true, ..job });
    // Leaving is asked about while it goes on.
    world.press(r#"esc : "q" enter"#);
    assert!(!world.asked().contains(&Effect::Quit));
    world.press("x");
    assert!(world.asked().contains(&Effect::StopCopy { id: other }));
}

#[test]
fn what_a_folder_became_is_known_when_it_is_begun_again() {
    let mut world = root();
    world.press("d enter");
    let (id, _) = begun(&mut world).remove(0);
    let to = RemotePath::new(b"/tmp/conf");
    world.tell(Msg::Copying(id, CopyNews::Lands(to.clone())));
    // Once more, and once more before anything was heard of it.
    for _ in 0..2 {
        world.press("x ctrl-r");
        assert_eq!(begun(&mut world).remove(0).1.begun, Some(to.clone()));
    }
}

#[test]
fn what_is_uploaded_is_seen() {
    let mut world = root();
    world.press(r#"u "../site" enter"#);
    let (id, job) = begun(&mut world).remove(0);
    assert_eq!(job.way, Way::Up { from: "../site".into(), to: kx::files::RemotePath::root() });
    let outcome = Outcome { files: 1, to: "/site".into(), ..Outcome::default() };
    world.tell(Msg::Copying(id, CopyNews::Done(Box::new(outcome))));
    let (id, path) = listed(&mut world);
    assert_eq!(path, "/");
    holds(&mut world, id, &[entry(b"site", Kind::Folder)]);
    world.press("esc");
    assert!(world.screen().ends_with("main: >site/"), "{}", world.screen());
}

#[test]
fn without_a_shell_the_files_are_seen_through_a_debug_container() {
    let mut world = opened(Setup::default(), r#": "files /etc" enter"#);
    let (id, _) = listed(&mut world);
    let why = "there is no sh in main of db-1-a in shop".to_owned();
    world.tell(Msg::Files(id, FilesNews::Failed { why, program: Some("sh".to_owned()) }));
    assert!(world.said().contains("a debug container"), "{}", world.said());
    assert_eq!(world.app.form().unwrap().title(), "Debug pod/db-1-a");
    world.press("enter");
    let (run, change) = crate::write::asked(&mut world).remove(0);
    let report = kx::change::Report {
        change: change.into_iter().next().unwrap(),
        id: String::new(),
        outcome: kx::change::Outcome::Done,
        method: Some(kx::change::Method::Create),
        before: None,
        after: Some(Arc::new(json!({}))),
        note: None,
    };
    world.tell(Msg::Changed(run, 0, Box::new(report)));
    let awaited = world.asked().into_iter().find_map(|effect| match effect {
        Effect::AwaitContainer { id, place, .. } => Some((id, place)),
        _ => None,
    });
    let (id, place) = awaited.expect("its container is waited for");
    let [name, image] = [place.container.as_str(), "busybox"].map(str::to_owned);
    let container =
        Container { name, image, role: "", state: State::Running, stdin: true, tty: true };
    world.tell(Msg::Session(id, SessionNews::Runs(container)));
    let effects = world.asked();
    assert!(!effects.iter().any(|effect| matches!(effect, Effect::OpenSession { .. })));
    let seen = effects.into_iter().find_map(|effect| match effect {
        Effect::ListFiles { files, folder, .. } => Some((files.place.clone(), files.path(&folder))),
        _ => None,
    });
    assert_eq!(seen, Some((place, format!("{OF_TARGET}/etc").into_bytes())));
}

#[test]
fn read_only_looks_at_no_files() {
    let mut world = deployments(Setup { read_only: true, ..Setup::default() });
    for keys in [r#": "pods" enter b"#, r#": "files" enter"#, r#": "files /etc" enter"#] {
        world.press(keys);
        assert!(world.said().contains("kx is read-only"), "{keys}: {}", world.said());
        world.press("esc esc");
    }
    let asks = |effect: &Effect| {
        matches!(
            effect,
            Effect::FindPod { .. } | Effect::ListFiles { .. } | Effect::StartCopy { .. }
        )
    };
    assert!(!world.asked().iter().any(asks));
}
