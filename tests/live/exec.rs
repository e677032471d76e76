//! Sessions through a real API server to kwok, which runs the commands on this machine.

use kx::cluster::exec::{Ask, Protocol, Size, open};
use kx::cluster::{Client, Env, Error, Gate, Kubeconfig, Overrides, connect};
use kx::session::{Ended, Place};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, sink};
use tokio::sync::watch;
use tokio::time::timeout;

use crate::labs;
use crate::pty::Terminal;
use crate::support::{PATIENCE, wait_until};

const POD: &str = "
apiVersion: v1
kind: Pod
metadata: {name: NAME, namespace: x-exec}
spec: {containers: [{name: main, image: a}], tolerations: [{operator: Exists}]}
";

/// A running pod of this name.
pub fn running(name: &str) {
    let lab = labs::busy();
    // The tests of this file share the namespace; whoever comes first makes it.
    let _ = lab.create("{apiVersion: v1, kind: Namespace, metadata: {name: x-exec}}");
    lab.create(&POD.replace("NAME", name)).unwrap();
    wait_until("the pod runs", || {
        lab.run(["get", "pod", "-n=x-exec", name, "-o=jsonpath={.status.phase}"]) == "Running"
    });
}

async fn client(user: &str, gate: Gate) -> Client {
    let file = labs::busy().kubeconfig(user);
    let config = Kubeconfig::load(Some(&file), &Env::process()).unwrap();
    connect(&config.target(None, &Overrides::default()).unwrap(), gate).await.unwrap()
}

fn ask(pod: &str, command: &[&str], tty: bool) -> Ask {
    let [namespace, pod, container] = ["x-exec", pod, "main"].map(str::to_owned);
    let command = Some(command.iter().map(|&word| word.to_owned()).collect());
    Ask { place: Place { namespace, pod, container }, command, stdin: true, tty }
}

async fn run(client: &Client, ask: &Ask, input: &[u8]) -> (Ended, Vec<u8>, Vec<u8>) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let session = timeout(PATIENCE, open(client, ask)).await.unwrap().unwrap();
    assert_eq!(session.protocol(), Protocol::V5);
    let run = session.run(input, &mut out, &mut err, None);
    (timeout(PATIENCE, run).await.unwrap(), out, err)
}

/// Whether a command ended with this code. The lab's kubelet tells it in words alone, where a real one gives it as such (as the demo cluster does).
fn ended_with(ended: &Ended, code: i32) -> bool {
    match ended {
        Ended::Code(known) => *known == code,
        Ended::Failed(why) => why.ends_with(&format!("exit status {code}")),
        _ => false,
    }
}

#[tokio::test]
async fn commands_with_their_bytes_and_exit_codes() {
    running("commands");
    let client = client("admin", Gate::read_write()).await;
    let script = "printf 'a\\000\\377b'; echo oh >&2; exit 7";
    let (ended, out, err) = run(&client, &ask("commands", &["sh", "-c", script], false), b"").await;
    assert!(ended_with(&ended, 7), "{ended:?}");
    assert_eq!((&out[..], &err[..]), (&b"a\x00\xffb"[..], &b"oh\n"[..]));

    let (ended, ..) = run(&client, &ask("commands", &["no-such-program"], false), b"").await;
    assert!(ended.is_missing(), "{ended:?}");

    // Ten mebibytes of every byte, in and out. The lab's kubelet never tells a program that its input has ended (it copies into a pipe that it closes
    // only once the program is gone), so this one counts; that the end is told the demo cluster shows.
    let much: Vec<u8> =
        (0..10_u32 << 20).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    let count = much.len().to_string();
    let (ended, out, _) =
        run(&client, &ask("commands", &["head", "-c", &count], false), &much).await;
    assert_eq!(ended, Ended::Code(0));
    assert!(out == much, "{} of {} bytes, or other ones", out.len(), much.len());
}

#[tokio::test]
async fn a_terminal_knows_its_size_and_each_change_of_it() {
    running("terminal");
    let client = client("admin", Gate::read_write()).await;
    let session = open(&client, &ask("terminal", &["sh"], true)).await.unwrap();
    let (sizes, size) = watch::channel(Size { columns: 101, lines: 33 });
    let (mut keys, input) = tokio::io::duplex(1024);
    let (output, mut screen) = tokio::io::duplex(1 << 16);
    let task = tokio::spawn(session.run(input, output, sink(), Some(size)));
    let mut seen = String::new();
    let mut until = async |keys: &mut tokio::io::DuplexStream, what: &str| {
        // The size arrives by itself: it is asked for again until it is there.
        let ask = async {
            loop {
                keys.write_all(b"stty size\r").await.unwrap();
                tokio::time::sleep(std::time::Duration::from_millis(300)).await;
            }
        };
        let look = async {
            let mut piece = vec![0; 4096];
            while !seen.contains(what) {
                let count = screen.read(&mut piece).await.unwrap();
                assert!(count > 0, "it ended: {seen}");
                seen.push_str(&String::from_utf8_lossy(&piece[..count]));
            }
        };
        tokio::select! {
            looked = timeout(PATIENCE, look) => looked.unwrap(),
            () = ask => unreachable!(),
        }
    };
    until(&mut keys, "33 101").await;
    sizes.send_replace(Size { columns: 77, lines: 22 });
    until(&mut keys, "22 77").await;
    let drain = tokio::spawn(async move {
        let _ = tokio::io::copy(&mut screen, &mut sink()).await;
    });
    keys.write_all(b"exit 4\r").await.unwrap();
    let ended = timeout(PATIENCE, task).await.unwrap().unwrap();
    assert!(ended_with(&ended, 4), "{ended:?}");
    drain.await.unwrap();
}

#[tokio::test]
async fn who_may_not_is_told_so_and_read_only_sends_nothing() {
    running("refused");
    let viewer = client("viewer", Gate::read_write()).await;
    let error = open(&viewer, &ask("refused", &["ls"], false)).await.err().unwrap();
    assert!(matches!(error, Error::Forbidden { .. }), "{error:?}");
    let closed = client("admin", Gate::read_only()).await;
    let error = open(&closed, &ask("refused", &["ls"], false)).await.err().unwrap();
    assert!(matches!(error, Error::ReadOnly { .. }), "{error:?}");
    assert_eq!(closed.meter().totals().requests, 0);
}

#[test]
fn a_person_in_a_real_terminal() {
    running("person");
    let lab = labs::busy();
    let mut kx = Terminal::start(&lab.kubeconfig("admin"), &["pods", "-n", "x-exec"], 32, 120);
    kx.shows("NAME");
    kx.keys("/person\r");
    kx.until("the pod alone", |s| s.contains("person") && !s.contains("refused"));
    kx.keys("s");
    kx.until("the shell's banner", |s| s.contains("shell in main of person in x-exec"));
    kx.keys("stty size; echo is it $((6*7))\r");
    kx.until("the answer and the size", |s| s.contains("is it 42") && s.contains("32 120"));
    kx.resize(40, 100);
    kx.keys("sleep 1; stty size\r");
    kx.until("the new size", |s| s.contains("40 100"));
    // A full-screen program: the alternate screen, then back.
    kx.keys("printf '\\033[?1049h\\033[2J\\033[5;5Hfull screen'; read x; printf '\\033[?1049l'\r");
    kx.until("its picture", |s| s.contains("full screen") && !s.contains("is it 42"));
    kx.keys("\r");
    kx.until("what was there before", |s| s.contains("is it 42"));
    // Much output, whose end is there.
    kx.keys(
        "head -c 10485760 /dev/zero | tr '\\0' x | fold -w 99 | md5sum; seq 100000 | tail -n 1\r",
    );
    kx.until("its end", |s| s.contains("100000"));
    kx.keys("exit 9\r");
    kx.until("the exit code, and the table", |s| {
        (s.contains("exit code 9") || s.contains("exit status 9"))
            && s.contains("RESTARTS")
            && s.contains("person")
    });
    kx.keys(":q\r");
    assert!(kx.ended().success());
}

#[test]
fn a_shell_in_the_pane_has_its_size_and_runs_on() {
    running("in-the-pane");
    let lab = labs::busy();
    let mut kx = Terminal::start(&lab.kubeconfig("admin"), &["pods", "-n", "x-exec"], 32, 120);
    kx.shows("NAME");
    kx.keys("/in-the-pane\r");
    kx.until("the pod alone", |s| s.contains("in-the-pane") && !s.contains("refused"));
    kx.keys("\x14");
    kx.until("the pane", |s| s.contains("shell in-the-pane/main"));
    kx.keys("stty size; echo is it $((6*7))\r");
    // Half of the page, and the whole width.
    kx.until("the answer and the size", |s| s.contains("is it 42") && s.contains("13 120"));
    kx.resize(40, 100);
    kx.keys("sleep 1; stty size\r");
    kx.until("the new size", |s| s.contains("17 100"));
    // A full-screen program, keys of its own modes, and the screen as it was.
    kx.keys("printf '\\033[?1049h\\033[2J\\033[5;5Hfull screen'; read x; printf '\\033[?1049l'\r");
    kx.until("its picture", |s| s.contains("full screen") && !s.contains("is it 42"));
    kx.keys("\r");
    kx.until("what was there before", |s| s.contains("is it 42"));
    // Much output, whose end is there.
    kx.keys("seq 200000 | tail -c 1000000; echo the end of it\r");
    kx.until("its end", |s| s.contains("200000") && s.contains("\nthe end of it"));
    kx.keys("\x1d\x1d");
    kx.keys(":nodes\r");
    kx.until("another page", |s| s.contains("ROLES") && s.contains("the end of it"));
    kx.keys("\x1d");
    kx.keys("exit 5\r");
    kx.until("its exit code", |s| s.contains("exit") && s.contains("enter closes this"));
    kx.keys("\r:q\r");
    kx.ended();
}
