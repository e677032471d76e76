//! Logs of containers.

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
