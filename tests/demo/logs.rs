//! Logs of containers.

use std::collections::BTreeSet;

use kx::cluster::discovery;
use kx::cluster::logs::{News, follow};
use kx::logs::{Group, Object, Query};
use tokio::sync::mpsc;

use crate::support::{Ask, Cluster, Lines};

const LOG: &str = "/api/v1/namespaces/shop/pods/redis-0/log";

async fn lines(cluster: &Cluster, path: &str) -> Vec<String> {
    let answer = cluster.send(Ask::new("GET", path)).await;
    assert_eq!(answer.status, 200, "{path}: {:?}", answer.body);
    String::from_utf8_lossy(&answer.body).lines().map(str::to_owned).collect()
}

#[tokio::test]
async fn tail_since_timestamps_and_limits() {
    let cluster = Cluster::frozen().await;
    let tail = lines(&cluster, &format!("{LOG}?tailLines=5&timestamps=true")).await;
    assert_eq!(tail.len(), 5);
    assert!(tail.iter().all(|l| l.starts_with("2026-01-15T1")), "{tail:?}");
    assert!(tail.is_sorted());
    let recent = lines(&cluster, &format!("{LOG}?sinceSeconds=60")).await;
    assert!((6..=10).contains(&recent.len()), "one line every seven seconds: {}", recent.len());
    assert_eq!(lines(&cluster, &format!("{LOG}?sinceTime=2026-01-15T11:59:00Z")).await, recent);
    assert_eq!(
        cluster.send(Ask::new("GET", &format!("{LOG}?limitBytes=10&tailLines=3"))).await.body.len(),
        10
    );
    assert_eq!(
        cluster.send(Ask::new("GET", &format!("{LOG}?sinceTime=yesterday"))).await.status,
        400
    );
}

#[tokio::test]
async fn following_shows_lines_as_time_passes() {
    let cluster = Cluster::frozen().await;
    let mut log =
        Lines::of(cluster.open(Ask::new("GET", &format!("{LOG}?follow=true&tailLines=1"))).await);
    assert!(log.next().await.unwrap().is_some());
    cluster.demo.advance(30);
    for _ in 0..3 {
        assert!(log.next().await.unwrap().is_some());
    }
    cluster
        .send(Ask::new("DELETE", "/api/v1/namespaces/shop/pods/redis-0?gracePeriodSeconds=0"))
        .await;
    while log.next().await.unwrap().is_some() {}
}

#[tokio::test]
async fn a_crash_can_be_read_afterwards() {
    let cluster = Cluster::frozen().await;
    let name =
        cluster.names("/api/v1/namespaces/payments/pods?labelSelector=app%3Dledger-sync").await;
    let mut told = false;
    for name in name {
        let path = format!("/api/v1/namespaces/payments/pods/{name}/log?previous=true");
        let answer = cluster.send(Ask::new("GET", &path)).await;
        told |= answer.status == 200 && String::from_utf8_lossy(&answer.body).contains("panic:");
    }
    assert!(told);
    let none = cluster.send(Ask::new("GET", &format!("{LOG}?previous=true"))).await;
    assert_eq!(none.status, 400);
}

#[tokio::test]
async fn the_container_must_be_clear() {
    let cluster = Cluster::frozen().await;
    let pod =
        cluster.names("/api/v1/namespaces/shop/pods?labelSelector=app%3Dcart").await[0].clone();
    let path = format!("/api/v1/namespaces/shop/pods/{pod}/log");
    let answer = cluster.send(Ask::new("GET", &path)).await;
    assert_eq!(answer.status, 400);
    assert!(answer.json()["message"].as_str().unwrap().contains("[cart proxy]"));
    assert_eq!(lines(&cluster, &format!("{path}?container=proxy&tailLines=2")).await.len(), 2);
    assert_eq!(cluster.send(Ask::new("GET", &format!("{path}?container=none"))).await.status, 400);
}

/// A release of Helm has the logs of the workloads that its manifest names.
#[tokio::test(flavor = "multi_thread")]
async fn logs_of_a_release_are_those_of_its_workloads() {
    let cluster = Cluster::frozen().await;
    let client = crate::sessions::client(&cluster, None).await;
    let catalog = discovery::discover(&client).await.unwrap().catalog;
    let releases = cluster
        .get("/api/v1/namespaces/shop/secrets?labelSelector=owner%3Dhelm%2Cstatus%3Ddeployed")
        .await;
    let name = releases["items"][0]["metadata"]["labels"]["name"].as_str().unwrap().to_owned();
    let streams = async |group: Group| {
        let query = Query { groups: vec![group], tail: Some(1), ..Query::default() };
        let (tx, mut news) = mpsc::channel(4);
        let _task = follow(client.clone(), query, tx);
        let (mut pods, mut failed) = (BTreeSet::new(), None);
        while let Some(news) = news.recv().await {
            match news {
                News::Streams(streams) => pods.extend(streams.into_iter().map(|of| of.pod)),
                News::Failed { error, .. } => failed = Some(error.to_string()),
                News::Over => break,
                _ => {}
            }
        }
        failed.map_or(Ok(pods), Err)
    };
    let of = |plural: &str, name: &str| {
        let resource = catalog.resolve(plural).unwrap();
        Group::Of(Object { resource, namespace: "shop".into(), name: name.into() })
    };
    let release = streams(of("releases.helm.sh", &name)).await.unwrap();
    let workload = streams(of("deployments", &name)).await.unwrap();
    assert!(!workload.is_empty() && workload.is_subset(&release), "{workload:?} {release:?}");
    let why = streams(of("releases.helm.sh", "none")).await.unwrap_err();
    assert!(why.contains("release/none: there is none of this name"), "{why}");
}
