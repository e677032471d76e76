//! A folder of a container, with names that would do harm, and copies on their way.

use std::sync::Arc;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use kx::app::{App, CopyId, CopyNews, Effect, FilesNews, Msg, SessionNews};
use kx::files::{Entry, Kind, Outcome};
use serde_json::json;

use super::stage::{Stage, text};

fn entry(name: &[u8], mode: u32, size: u64) -> Entry {
    let kind = Kind::of_mode(mode);
    Entry {
        name: name.to_vec(),
        kind,
        mode: Some(mode),
        size: Some(size),
        owner: "root".to_owned(),
        group: "root".to_owned(),
        modified: Some(1_768_478_400),
        target: None,
        is_folder: kind == Kind::Folder,
    }
}

fn entries() -> Vec<Entry> {
    let link = |name: &[u8], target: &[u8], is_folder| Entry {
        target: Some(target.to_vec()),
        is_folder,
        ..entry(name, 0o120_777, 7)
    };
    let unknown = Entry { name: b"unknown".to_vec(), ..Entry::default() };
    vec![
        entry(b"etc", 0o040_755, 4096),
        entry(b"tmp", 0o041_777, 4096),
        link(b"bin", b"usr/bin", true),
        link(b"core", b"/nowhere\x1b[2J", false),
        Entry { owner: "app".to_owned(), group: "users".to_owned(), ..entry(b"app.log", 0o100_640, 1_288_490_189) },
        entry(b"null", 0o020_666, 0),
        entry("exe\u{202e}gpj.sh".as_bytes(), 0o104_755, 12),
        entry(b"two\nlines\x1b[31m\xff", 0o100_644, 2048),
        entry("a name that is so long that it does not fit beside everything else there is to be said of it, not even on a wide screen".as_bytes(), 0o100_600, 3),
        unknown,
    ]
}

/// Tells the app something; what it asks for.
fn told(app: &mut App, now: i64, msg: Msg) -> Vec<Effect> {
    app.update(msg, now)
}

fn listed() -> Stage {
    let mut stage = Stage::live();
    let key = Msg::Key(KeyEvent::new(KeyCode::Char('b'), KeyModifiers::NONE));
    let effects = told(&mut stage.app, stage.now, key);
    let id = effects.iter().find_map(|effect| match effect {
        Effect::FindPod { id, .. } => Some(*id),
        _ => None,
    });
    let pod = json!({"metadata": {"name": "ledger-7f", "namespace": "payments"},
        "spec": {"containers": [{"name": "ledger"}]}});
    let found = Msg::Session(id.expect("a pod is looked for"), SessionNews::Pod(Arc::new(pod)));
    let effects = told(&mut stage.app, stage.now, found);
    let id = effects.iter().find_map(|effect| match effect {
        Effect::ListFiles { id, .. } => Some(*id),
        _ => None,
    });
    let news = FilesNews::Listed { entries: entries(), more: false };
    stage.send(Msg::Files(id.expect("the folder is read"), news));
    stage
}

fn check(name: &str, stage: &mut Stage) {
    for (width, height) in [(80, 24), (120, 36)] {
        let frame = text(&stage.draw(width, height));
        insta::with_settings!({omit_expression => true, prepend_module_to_snapshot => false}, {
            insta::assert_snapshot!(format!("files-{name}-{width}x{height}"), frame);
        });
    }
}

#[test]
fn a_folder_with_odd_names() {
    let mut stage = listed();
    stage.press("space j j");
    check("folder", &mut stage);
}

#[test]
fn a_copy_under_way_asking_and_done() {
    let mut stage = listed();
    stage.press("j d enter");
    let far = CopyNews::Far {
        bytes: 400 << 20,
        of: Some(1 << 30),
        files: 12,
        name: "ssl/certs/ca-certificates.crt".to_owned(),
        rate: 30 << 20,
    };
    stage.send(Msg::Copying(CopyId(0), far));
    check("copy", &mut stage);
    stage.send(Msg::Copying(CopyId(0), CopyNews::Exists("./etc/hosts".to_owned())));
    check("exists", &mut stage);
    stage.press("enter");
    let mut outcome =
        Outcome { files: 40, bytes: 1 << 30, to: "./etc".into(), kept: 1, ..Outcome::default() };
    outcome.leave_out("mtab".to_owned(), "it is a link that leads out of the folder: /proc/mounts");
    outcome.leave_out("pipe".to_owned(), "it is a device, a pipe or a socket");
    stage.send(Msg::Copying(CopyId(0), CopyNews::Done(Box::new(outcome))));
    check("done", &mut stage);
}
