//! Port forwards: what is asked before one, and their page.

use std::net::SocketAddr;

use kx::app::{ForwardId, Msg};
use kx::forward::{Counts, News, Status};

use super::stage::text;
use super::talk::Talk;

fn shown(name: &str, talk: &mut Talk) {
    for (width, height) in [(80, 24), (140, 40)] {
        let frame = talk.draw(width, height);
        insta::with_settings!({omit_expression => true, prepend_module_to_snapshot => false}, {
            insta::assert_snapshot!(format!("{name}-{width}x{height}"), text(&frame));
        });
    }
}

/// The services of the shop in the demo cluster, with the cursor on one.
fn shop() -> Talk {
    let mut talk = Talk::start("demo");
    talk.keys(":services shop\r");
    talk.serve();
    talk.keys("/^web$\r");
    talk
}

#[test]
fn what_is_asked_before_a_port_is_forwarded() {
    let mut talk = shop();
    talk.keys("F");
    talk.serve();
    shown("forward", &mut talk);
}

/// On a small screen every sentence is whole.
#[test]
fn the_question_is_whole_on_a_small_screen() {
    let mut talk = shop();
    talk.keys("F");
    talk.serve();
    let frame = talk.draw(60, 15);
    let seen = text(&frame);
    for words in [
        "Connections go to a ready pod, and to another one",
        "once that is gone.",
        "localhost:8080, or the next that is free",
    ] {
        assert!(seen.contains(words), "{words}: {seen}");
    }
    assert!(!seen.contains('…'), "nothing is cut: {seen}");
}

#[test]
fn the_page_of_the_forwards() {
    let mut talk = shop();
    for local in [":", "5432:", "9000:"] {
        talk.keys(&format!(":port-forward {local}http\r"));
    }
    talk.keys(":forwards\r");
    let news = |number: u32, news: News| Msg::Forward(ForwardId(number), news);
    for (number, port) in [(0, 8080), (1, 5432)] {
        let here = SocketAddr::from(([127, 0, 0, 1], port));
        talk.send(news(number, News::Listens(vec![here])));
    }
    let ready = Status::Ready { pod: "web-6d4cf56db6-x2k7p".to_owned(), port: 8080 };
    talk.send(news(0, News::Status(ready)));
    let counts = Counts {
        open: 2,
        total: 1_204,
        broken: 3,
        sent: 190_000,
        received: 88_000_000,
        last_error: Some(
            "the connection to 127.0.0.1:6443 was cut: Connection reset by peer".to_owned(),
        ),
    };
    talk.send(news(0, News::Counts(counts)));
    talk.send(news(
        1,
        News::Status(Status::Waiting(
            "none of the 4 pods of service/web in shop is ready".to_owned(),
        )),
    ));
    let why = "port 9000 of localhost cannot be listened on: it is in use: choose another port, or end what listens there";
    talk.send(news(2, News::Status(Status::Failed(why.to_owned()))));
    // What was said last was read.
    talk.keys("jk");
    shown("forwards", &mut talk);
}
