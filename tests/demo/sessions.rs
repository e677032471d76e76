//! Sessions of kx in the containers of the demo cluster.

use kx::cluster::exec::{Ask, Size, open};
use kx::cluster::{Client, Env, Error, Gate, Kubeconfig, Overrides, connect};
use kx::session::{Ended, Place};
use tokio::sync::watch;
use tokio::time::timeout;

use crate::support::{Cluster, DEADLINE};

pub async fn client(cluster: &Cluster, context: Option<&str>) -> Client {
    let config = Kubeconfig::from_yaml(
        &cluster.demo.kubeconfig(),
        std::path::Path::new("/demo"),
        &Env::default(),
    )
    .unwrap();
    connect(&config.target(context, &Overrides::default()).unwrap(), Gate::read_write())
        .await
        .unwrap()
}

fn ask(command: &[&str], tty: bool) -> Ask {
    let [namespace, pod, container] = ["shop", "redis-0", "redis"].map(str::to_owned);
    let command = Some(command.iter().map(|&word| word.to_owned()).collect());
    Ask { place: Place { namespace, pod, container }, command, stdin: true, tty }
}

async fn run(client: &Client, ask: &Ask, input: &[u8]) -> (Ended, String, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let session = timeout(DEADLINE, open(client, ask)).await.unwrap().unwrap();
    let size = ask.tty.then(|| watch::channel(Size { columns: 80, lines: 24 }).1);
    let ended = timeout(DEADLINE, session.run(input, &mut out, &mut err, size)).await.unwrap();
    (ended, String::from_utf8(out).unwrap(), String::from_utf8(err).unwrap())
}

#[tokio::test]
async fn commands_and_shells() {
    let cluster = Cluster::frozen().await;
    let client = client(&cluster, None).await;
    let command = ask(&["sh", "-c", "echo out; cat /none; exit 3"], false);
    let (ended, out, err) = run(&client, &command, b"").await;
    assert_eq!((ended, out.as_str()), (Ended::Code(3), "out\n"));
    assert!(err.contains("/none"), "{err}");

    let (ended, out, _) = run(&client, &ask(&["sh"], true), b"hostname\rexit 5\r").await;
    assert_eq!(ended, Ended::Code(5));
    assert!(out.contains("hostname\r\nredis-0\r\n"), "{out:?}");

    let (ended, ..) = run(&client, &ask(&["bash"], true), b"").await;
    assert!(ended.is_missing(), "{ended:?}");

    let input = "there and back ".repeat(70_000);
    let (ended, out, _) = run(&client, &ask(&["cat"], false), input.as_bytes()).await;
    assert_eq!(ended, Ended::Code(0));
    assert!(out == input);
}

#[tokio::test]
async fn what_the_server_refuses_it_says() {
    let cluster = Cluster::frozen().await;
    let client = client(&cluster, None).await;
    let mut gone = ask(&["sh"], true);
    gone.place.pod = "gone".to_owned();
    let error = open(&client, &gone).await.err().unwrap();
    assert!(matches!(&error, Error::NotFound { .. }), "{error:?}");
    let mut none = ask(&["sh"], true);
    none.place.container = "none".to_owned();
    let error = open(&client, &none).await.err().unwrap();
    assert!(error.to_string().contains("none"), "{error}");
}
