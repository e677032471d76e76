//! A session whose connection is dropped: that is said, and it is made again where the person wants it, with the whole terminal and in the pane.

use std::fs;
use std::io;
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::thread;

use crate::exec::running;
use crate::labs;
use crate::pty::Terminal;

/// Stands between kx and the server, and drops its connections when told to.
struct Between {
    open: Arc<Mutex<Vec<TcpStream>>>,
    _folder: tempfile::TempDir,
    config: PathBuf,
}

impl Between {
    fn start() -> Self {
        let config = fs::read_to_string(labs::busy().kubeconfig("admin")).unwrap();
        let line = config.lines().find(|line| line.contains("server: https://")).unwrap();
        let server = line.split("https://").nth(1).unwrap().trim().to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let config = config.replace(&server, &format!("127.0.0.1:{port}"));
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config");
        fs::write(&path, config).unwrap();
        let open = Arc::<Mutex<Vec<TcpStream>>>::default();
        let all = Arc::clone(&open);
        thread::spawn(move || {
            for near in listener.incoming() {
                let near = near.unwrap();
                let far = TcpStream::connect(&server).unwrap();
                for (from, to) in [(&near, &far), (&far, &near)] {
                    let (mut from, mut to) = (from.try_clone().unwrap(), to.try_clone().unwrap());
                    thread::spawn(move || {
                        // Whichever side ends it.
                        let _ = io::copy(&mut from, &mut to);
                        let _ = to.shutdown(Shutdown::Both);
                    });
                }
                all.lock().unwrap().push(near);
            }
        });
        Self { open, _folder: folder, config: path }
    }

    fn drop_all(&self) {
        for connection in self.open.lock().unwrap().drain(..) {
            let _ = connection.shutdown(Shutdown::Both);
        }
    }

    fn pod(&self, name: &str) -> Terminal {
        running(name);
        let mut kx = Terminal::start(&self.config, &["pods", "-n", "x-exec"], 32, 120);
        kx.shows("NAME");
        kx.keys(&format!("/^{name}$\r"));
        kx.until("the pod alone", |s| s.contains("pods  1 ") && s.contains(name));
        kx
    }
}

/// A shell that is told apart from the next one by what it knows.
fn talks(kx: &mut Terminal) {
    kx.keys("echo it is $((6 * 7)) ${before:-new}; before=known\r");
    kx.shows("it is 42 new");
}

/// It says that the connection is lost, and makes it again.
fn connects_again(kx: &mut Terminal) {
    kx.until("that it is lost, and what can be done", |s| {
        s.contains("the connection is lost") && s.contains("r connects again")
    });
    // What is typed behind the key is for the new session.
    kx.keys("rprintf '\\033[H\\033[2J'\r");
    kx.until("the new shell", |s| !s.contains("it is 42"));
    talks(kx);
}

#[test]
fn with_the_whole_terminal_it_is_said_and_made_again() {
    let between = Between::start();
    let mut kx = between.pod("dropped");
    kx.keys("s");
    kx.shows("shell in main of dropped in x-exec");
    talks(&mut kx);
    between.drop_all();
    connects_again(&mut kx);
    // Once more, and back to kx instead.
    between.drop_all();
    kx.shows("r connects again");
    kx.keys("x");
    kx.until("kx, which says it too", |s| {
        s.contains("RESTARTS") && s.contains("the connection is lost")
    });
    kx.keys(":q\r");
    assert!(kx.ended().success());
}

#[test]
fn in_the_pane_it_is_said_and_made_again() {
    let between = Between::start();
    let mut kx = between.pod("dropped-pane");
    kx.keys("\x14");
    kx.shows("shell dropped-pane/main");
    talks(&mut kx);
    between.drop_all();
    connects_again(&mut kx);
    kx.keys("exit 0\r");
    kx.until("the pane is gone", |s| s.contains("RESTARTS") && !s.contains("it is 42"));
    kx.keys(":q\r");
    assert!(kx.ended().success());
}
