//! Runs of which more must be done than was known when they were agreed to.

use serde_json::Value;

use super::*;
use crate::change::{Call, Deed, Read, Sequel, Target};
use crate::cluster::{Client, Env, Gate, Kubeconfig, Overrides, connect};
use crate::demo::{self, Clock, Demo, Options};
use crate::guardrail::Guardrails;
use crate::kinds::Catalog;
use crate::runtime::journal::Journal;

/// Something that is so already.
#[derive(Debug)]
struct Follow(Target);

impl Deed for Follow {
    fn words(&self) -> String {
        "follow".to_owned()
    }

    fn actions(&self) -> Vec<&'static str> {
        vec!["evict"]
    }

    fn follows(&self) -> Option<&Target> {
        Some(&self.0)
    }

    fn call(&self, _: &Target, _: &Value) -> Result<Option<Call>, String> {
        Ok(None)
    }
}

/// What leads to more: to something about each pod that is listed then, or to nothing and why.
#[derive(Debug)]
struct Lead(Result<(), String>);

impl Deed for Lead {
    fn words(&self) -> String {
        "lead".to_owned()
    }

    fn actions(&self) -> Vec<&'static str> {
        vec!["cordon"]
    }

    fn call(&self, _: &Target, _: &Value) -> Result<Option<Call>, String> {
        Ok(None)
    }

    fn sequel(&self) -> Option<&dyn Sequel> {
        Some(self)
    }
}

const PODS: &str = "/api/v1/namespaces/shop/pods?labelSelector=app%3Dweb";

impl Sequel for Lead {
    fn looks_at(&self, _: &Target, _: &Read) -> Vec<String> {
        vec![PODS.to_owned()]
    }

    fn leads_to(&self, leader: &Target, read: &Read) -> Result<Vec<Change>, String> {
        self.0.clone()?;
        let pods = read[PODS]["items"].as_array().unwrap().iter();
        let change = |pod: &Value| {
            let name = pod["metadata"]["name"].as_str().unwrap();
            Change::new(target("pods", "shop", name), Follow(leader.clone()))
        };
        Ok(pods.map(change).collect())
    }
}

fn target(plural: &str, namespace: &str, name: &str) -> Target {
    let resource = Catalog::default().resolve(plural).unwrap();
    Target { resource, namespace: namespace.to_owned(), name: name.to_owned(), uid: None }
}

async fn cluster() -> (Demo, Client) {
    let options = Options { clock: Clock::screenshot(), ..Options::default() };
    let demo = demo::start(options).await.unwrap();
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), demo.kubeconfig()).unwrap();
    let config = Kubeconfig::load(Some(file.path()), &Env::process()).unwrap();
    let target = config.target(None, &Overrides::default()).unwrap();
    let client = connect(&target, Gate::read_write()).await.unwrap();
    (demo, client)
}

/// What is heard of a run of these changes: the names of what joined it, and what became of each.
async fn heard(
    client: &Client,
    changes: Vec<Change>,
    rails: &str,
) -> (Vec<String>, Vec<(usize, String, Outcome)>) {
    let config = crate::config::Config::parse(rails, std::path::Path::new("config.toml")).unwrap();
    let rails: Guardrails = config.guardrail;
    let writer = Writer::new(Some(client.clone()), "demo", Journal::new(None), rails);
    let (news, mut told) = mpsc::channel(64);
    let _stop = start(RunId(0), writer, changes, news);
    let (mut joined, mut ended) = (Vec::new(), Vec::new());
    while let Some(msg) = told.recv().await {
        match msg {
            Msg::Joined(_, changes) => {
                joined.extend(changes.into_iter().map(|change| change.target.name));
            }
            Msg::Changed(_, number, report) => {
                ended.push((number, report.change.target.name.clone(), report.outcome.clone()));
            }
            _ => {}
        }
    }
    ended.sort_by_key(|(number, ..)| *number);
    (joined, ended)
}

fn agreed(pod: &str, lead: Result<(), String>) -> Vec<Change> {
    let leader = target("deployments", "shop", "web");
    vec![
        Change::new(leader.clone(), Lead(lead)),
        Change::new(target("pods", "shop", pod), Follow(leader)),
    ]
}

async fn pods(client: &Client) -> Vec<String> {
    let list = crate::cluster::write::read(client, PODS).await.unwrap().unwrap();
    let pods = list["items"].as_array().unwrap().iter();
    pods.map(|pod| pod["metadata"]["name"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn what_turns_out_to_follow_joins_the_run_once() {
    let (_demo, client) = cluster().await;
    let pods = pods(&client).await;
    assert!(pods.len() > 1, "{pods:?}");
    let (joined, ended) = heard(&client, agreed(&pods[0], Ok(())), "").await;
    assert_eq!(joined, pods[1..]);
    let names: Vec<&str> = ended.iter().map(|(_, name, _)| name.as_str()).collect();
    let wanted: Vec<&str> =
        ["web", &*pods[0]].into_iter().chain(pods[1..].iter().map(|p| &**p)).collect();
    assert_eq!(names, wanted);
    assert!(ended.iter().all(|(.., outcome)| *outcome == Outcome::Already), "{ended:?}");
}

#[tokio::test]
async fn where_nothing_may_follow_each_that_would_have_says_why() {
    let (_demo, client) = cluster().await;
    let pods = pods(&client).await;
    let (joined, ended) = heard(&client, agreed(&pods[0], Err("not now".to_owned())), "").await;
    assert!(joined.is_empty());
    assert_eq!(ended[0].2, Outcome::Already);
    assert_eq!(ended[1].2, Outcome::Failed("not now".to_owned()));
    // Where nobody else could say it, what leads to it does.
    let alone = agreed(&pods[0], Err("not now".to_owned())).remove(0);
    let (_, ended) = heard(&client, vec![alone], "").await;
    assert_eq!(ended[0].2, Outcome::Failed("not now".to_owned()));
}

#[tokio::test]
async fn a_guardrail_holds_for_what_joins_too() {
    let (_demo, client) = cluster().await;
    let pods = pods(&client).await;
    let alone = agreed(&pods[0], Ok(())).remove(0);
    for (rails, said) in [
        (
            "[[guardrail]]\nnamespace = \"shop\"\nforbid = [\"evict\"]\n",
            "evict is forbidden in shop",
        ),
        ("[[guardrail]]\nnamespace = \"shop\"\nconfirm = [\"evict\"]\n", "must be confirmed first"),
    ] {
        let (joined, ended) = heard(&client, vec![alone.clone()], rails).await;
        assert!(joined.is_empty());
        let Outcome::Failed(why) = &ended[0].2 else { panic!("{ended:?}") };
        assert!(why.starts_with("nothing follows: ") && why.contains(said), "{why}");
    }
}

/// Something that must find others there, or fails.
#[derive(Debug)]
struct After(Vec<Target>, Result<(), String>);

impl Deed for After {
    fn words(&self) -> String {
        "after".to_owned()
    }

    fn actions(&self) -> Vec<&'static str> {
        vec!["apply"]
    }

    fn after(&self) -> &[Target] {
        &self.0
    }

    fn call(&self, _: &Target, _: &Value) -> Result<Option<Call>, String> {
        self.1.clone().map(|()| None)
    }
}

#[tokio::test]
async fn what_must_be_there_first_is_awaited_and_must_succeed() {
    let (_demo, client) = cluster().await;
    let names = pods(&client).await;
    let pod = |at: usize| target("pods", "shop", &names[at]);
    let web = target("deployments", "shop", "web");
    let elsewhere = target("deployments", "shop", "elsewhere");
    for (made, wanted) in [
        (Ok(()), Outcome::Already),
        (Err("no".to_owned()), Outcome::Failed("what must be done first was not done".to_owned())),
    ] {
        let changes = vec![
            Change::new(pod(0), After(Vec::new(), Ok(()))),
            Change::new(web.clone(), After(Vec::new(), made)),
            // What is not of this run is awaited by nobody.
            Change::new(pod(1), After(vec![pod(0), web.clone(), elsewhere.clone()], Ok(()))),
        ];
        let (_, ended) = heard(&client, changes, "").await;
        assert_eq!(ended[0].2, Outcome::Already);
        assert_eq!(ended[2].2, wanted);
    }
}
