//! The pane of sessions: below the page, beside it, and several side by side.

use std::sync::Arc;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use kx::app::{Effect, Msg, SessionId, SessionNews};
use kx::session::{Ended, Place};

use super::stage::text;
use super::talk::Talk;

fn pods() -> Talk {
    let mut talk = Talk::start("demo");
    talk.keys(":pods shop /redis\r");
    talk.settle();
    talk
}

fn ctrl(talk: &mut Talk, keys: &str) {
    for c in keys.chars() {
        talk.send(Msg::Key(KeyEvent::new(KeyCode::Char(c), KeyModifiers::CONTROL)));
    }
}

/// A shell in the pane, and what it wrote.
fn shell(talk: &mut Talk, written: &str) -> SessionId {
    ctrl(talk, "t");
    let pod = talk.object("/api/v1/namespaces/shop/pods/redis-0");
    let id = talk.asked().into_iter().find_map(|effect| match effect {
        Effect::FindPod { id, .. } => Some(id),
        _ => None,
    });
    let id = id.expect("a pod is looked for");
    talk.send(Msg::Session(id, SessionNews::Pod(Arc::new(pod))));
    talk.send(Msg::Session(id, SessionNews::Output(written.as_bytes().to_vec())));
    id
}

fn hold(talk: &mut Talk, name: &str, sizes: &[(u16, u16)]) {
    for (width, height) in sizes {
        let frame = text(&talk.draw(*width, *height));
        insta::with_settings!({omit_expression => true, prepend_module_to_snapshot => false}, {
            insta::assert_snapshot!(format!("sessions-{name}-{width}x{height}"), frame);
        });
    }
}

const LS: &str = "/ # ls --color\r\n\x1b[1;34mbin\x1b[0m  \x1b[1;34metc\x1b[0m  \x1b[32mrun.sh\x1b[0m  漢字\r\n/ # ";

#[test]
fn a_shell_below_the_page_or_beside_it() {
    let mut talk = pods();
    shell(&mut talk, LS);
    hold(&mut talk, "shell", &[(60, 15), (120, 30), (200, 30)]);
    // Where one looks elsewhere, the page has the keys again.
    ctrl(&mut talk, "]]");
    let id = shell(&mut talk, "in the second\r\n");
    let ended = SessionNews::Ended { ended: Ended::Code(7), ran: "sh".to_owned() };
    talk.send(Msg::Session(id, ended));
    hold(&mut talk, "two", &[(120, 30)]);
    ctrl(&mut talk, "]");
    talk.keys("z");
    hold(&mut talk, "whole", &[(80, 24)]);
}

#[test]
fn several_side_by_side() {
    let mut talk = pods();
    ctrl(&mut talk, "a");
    talk.keys(":exec uptime\r");
    let runs: Vec<(SessionId, String)> = talk
        .asked()
        .into_iter()
        .filter_map(|effect| match effect {
            Effect::RunIn { id, target, .. } => Some((id, target.name)),
            _ => None,
        })
        .collect();
    assert_eq!(runs.len(), 3);
    for (at, (id, pod)) in runs.into_iter().enumerate() {
        let place = Place { namespace: "shop".to_owned(), pod, container: "redis".to_owned() };
        talk.send(Msg::Session(id, SessionNews::At(place)));
        let written = format!(" 12:00 up {at} days, load average: 0.0{at}\r\n");
        talk.send(Msg::Session(id, SessionNews::Output(written.into_bytes())));
        let code = i32::from(at == 1) * 127;
        let ended = SessionNews::Ended { ended: Ended::Code(code), ran: "uptime".to_owned() };
        talk.send(Msg::Session(id, ended));
    }
    hold(&mut talk, "tiles", &[(80, 24), (130, 24)]);
}
