//! Exec and attach, through the client that kx itself uses.

use futures::SinkExt;
use k8s_openapi::api::core::v1::Pod;
use kube::api::{Api, AttachParams, TerminalSize};
use kube::config::{KubeConfigOptions, Kubeconfig};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::support::{Ask, Cluster, DEADLINE};

async fn pods(cluster: &Cluster) -> Api<Pod> {
    let config = Kubeconfig::from_yaml(&cluster.demo.kubeconfig()).unwrap();
    let config =
        kube::Config::from_custom_kubeconfig(config, &KubeConfigOptions::default()).await.unwrap();
    Api::namespaced(kube::Client::try_from(config).unwrap(), "shop")
}

#[tokio::test]
async fn commands_run_with_their_output_and_exit_code() {
    let cluster = Cluster::frozen().await;
    let pods = pods(&cluster).await;
    let params = AttachParams::default().stderr(true);
    let mut process =
        pods.exec("redis-0", ["sh", "-c", "echo out; cat /none; exit 3"], &params).await.unwrap();
    let (mut out, mut err) = (String::new(), String::new());
    process.stdout().unwrap().read_to_string(&mut out).await.unwrap();
    process.stderr().unwrap().read_to_string(&mut err).await.unwrap();
    let status = process.take_status().unwrap().await.unwrap();
    assert_eq!(out, "out\n");
    assert!(err.contains("/none"), "{err}");
    let cause = &status.details.unwrap().causes.unwrap()[0];
    assert_eq!((cause.reason.as_deref(), cause.message.as_deref()), (Some("ExitCode"), Some("3")));
}

#[tokio::test]
async fn a_terminal_can_be_talked_to() {
    let cluster = Cluster::frozen().await;
    let mut process = pods(&cluster)
        .await
        .exec("redis-0", ["sh"], &AttachParams::interactive_tty())
        .await
        .unwrap();
    let mut resize = process.terminal_size().unwrap();
    resize.send(TerminalSize { width: 120, height: 40 }).await.unwrap();
    let (mut input, mut output) = (process.stdin().unwrap(), process.stdout().unwrap());
    input.write_all(b"hostname\rexit\r").await.unwrap();
    let mut text = String::new();
    tokio::time::timeout(DEADLINE, output.read_to_string(&mut text)).await.unwrap().unwrap();
    assert!(text.starts_with("/ # ") && text.contains("hostname\r\nredis-0\r\n"), "{text:?}");
    let status = process.take_status().unwrap().await.unwrap();
    assert_eq!(status.status.as_deref(), Some("Success"));
}

#[tokio::test]
async fn input_goes_in_until_it_is_closed() {
    let cluster = Cluster::frozen().await;
    let params = AttachParams::default().stdin(true).stderr(false);
    let mut process = pods(&cluster).await.exec("redis-0", ["cat"], &params).await.unwrap();
    let mut input = process.stdin().unwrap();
    input.write_all(b"there and back").await.unwrap();
    input.shutdown().await.unwrap();
    drop(input);
    let mut text = String::new();
    tokio::time::timeout(DEADLINE, process.stdout().unwrap().read_to_string(&mut text))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(text, "there and back");
}

#[tokio::test]
async fn what_cannot_run_is_said() {
    let cluster = Cluster::frozen().await;
    let pods = pods(&cluster).await;
    let mut process = pods.exec("redis-0", ["bash"], &AttachParams::default()).await.unwrap();
    let status = process.take_status().unwrap().await.unwrap();
    assert!(status.message.unwrap().contains("executable file not found"));
    let path = "/api/v1/namespaces/shop/pods/redis-0/exec?command=ls";
    assert_eq!(cluster.send(Ask::new("POST", path)).await.status, 400, "without an upgrade");
    assert_eq!(cluster.send(Ask { user: "viewer", ..Ask::new("GET", path) }).await.status, 403);
}
