//! What the sheets say of a small cluster's roles.

mod naive;

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::Value;

use super::*;
use crate::kinds::Catalog;
use crate::sheet::{Answer, Facts, Go, Sheet, Subject, Want};

const ROLES: &str = "
- {metadata: {namespace: shop, name: reader}, rules: [{apiGroups: [''], resources: [pods, pods/log], verbs: [get, list]}]}
- {metadata: {namespace: shop, name: one}, rules: [{apiGroups: [''], resources: [secrets], resourceNames: [db, key], verbs: [get, create]}]}
";
const CLUSTER_ROLES: &str = "
- {metadata: {name: view}, rules: [{apiGroups: ['', apps], resources: [pods, deployments], verbs: [get, list, watch]}]}
- {metadata: {name: root}, rules: [{apiGroups: ['*'], resources: ['*'], verbs: ['*']}, {nonResourceURLs: ['/healthz*'], verbs: [get]}]}
- {metadata: {name: scaler}, rules: [{apiGroups: ['*'], resources: ['*/scale'], verbs: [update]}]}
- {metadata: {name: empty}, rules: null}
";
const ROLE_BINDINGS: &str = "
- {metadata: {namespace: shop, name: readers}, roleRef: {kind: Role, name: reader}, subjects: [{kind: User, name: jane}, {kind: ServiceAccount, name: web}]}
- {metadata: {namespace: shop, name: some}, roleRef: {kind: Role, name: one}, subjects: [{kind: User, name: jane}]}
- {metadata: {namespace: team, name: viewers}, roleRef: {kind: ClusterRole, name: view}, subjects: [{kind: Group, name: 'system:serviceaccounts:shop'}]}
- {metadata: {namespace: team, name: gone}, roleRef: {kind: Role, name: reader}, subjects: [{kind: User, name: jane}]}
";
const CLUSTER_ROLE_BINDINGS: &str = "
- {metadata: {name: roots}, roleRef: {kind: ClusterRole, name: root}, subjects: [{kind: ServiceAccount, namespace: ops, name: bot}, {kind: ServiceAccount, name: nobody}]}
- {metadata: {name: scalers}, roleRef: {kind: ClusterRole, name: scaler}, subjects: [{kind: Group, name: 'system:authenticated'}]}
- {metadata: {name: local}, roleRef: {kind: Role, name: reader}, subjects: [{kind: User, name: jane}]}
";

fn list(yaml: &str) -> Vec<Arc<Value>> {
    let all: Vec<Value> = serde_yaml::from_str(yaml).unwrap();
    all.into_iter().map(Arc::new).collect()
}

fn policy() -> Policy {
    Policy::new(
        &list(ROLES),
        &list(CLUSTER_ROLES),
        &list(ROLE_BINDINGS),
        &list(CLUSTER_ROLE_BINDINGS),
    )
}

/// What a subject says when all of its wants are answered from the lists above.
fn said(subject: &dyn Subject) -> Sheet {
    said_with(subject, &|resource| {
        Answer::Objects(list(match resource {
            "roles" => ROLES,
            "clusterroles" => CLUSTER_ROLES,
            "rolebindings" => ROLE_BINDINGS,
            _ => CLUSTER_ROLE_BINDINGS,
        }))
    })
}

fn said_with(subject: &dyn Subject, answer: &dyn Fn(&str) -> Answer) -> Sheet {
    let catalog = Catalog::default();
    let nothing = HashMap::new();
    let rows = |_: &Want| None;
    let wants = subject.wants(&Facts::new(&nothing, &rows, &catalog, 0));
    let answers = (wants.into_iter())
        .map(|want| match &want {
            Want::Objects { resource, .. } => (want.clone(), answer(resource)),
            Want::Review { .. } => (want.clone(), answer("review")),
            other => panic!("{other:?}"),
        })
        .collect();
    subject.sheet(&Facts::new(&answers, &rows, &catalog, 0))
}

fn may(who: &str, verb: &str, resource: &str, namespace: &str, name: &str) -> bool {
    let (resource, subresource) = resource.split_once('/').unwrap_or((resource, ""));
    let (resource, group) = resource.split_once('.').unwrap_or((resource, ""));
    let [group, resource, subresource, namespace, name] =
        [group, resource, subresource, namespace, name].map(str::to_owned);
    let to = Target::Resource { group, resource, subresource, namespace, name };
    let request = Request { verb: verb.to_owned(), to };
    policy().allows(&Who::parse(who).unwrap().identity(), &request)
}

#[test]
fn a_role_counts_where_its_binding_is() {
    assert!(may("user/jane", "get", "pods", "shop", ""));
    assert!(may("user/jane", "get", "pods/log", "shop", "web-0"));
    assert!(!may("user/jane", "get", "pods/exec", "shop", "web-0"));
    assert!(!may("user/jane", "get", "pods", "team", ""), "the role is of another namespace");
    assert!(!may("user/jane", "get", "pods", "", ""), "all namespaces at once are more than one");
    assert!(may("sa/shop/web", "list", "deployments.apps", "team", ""), "by its group");
    assert!(!may("sa/other/web", "list", "deployments.apps", "team", ""));
    assert!(may("sa/ops/bot", "bind", "anything.example", "", ""));
    assert!(may("user/system:serviceaccount:ops:bot", "get", "nodes", "", ""));
    assert!(!may("sa/default/nobody", "get", "nodes", "", ""), "no namespace, nobody");
    assert!(may("group/system:masters", "any", "thing", "", ""));
}

#[test]
fn names_and_subresources_are_exact() {
    assert!(may("user/jane", "get", "secrets", "shop", "db"));
    assert!(!may("user/jane", "get", "secrets", "shop", "other"));
    assert!(!may("user/jane", "get", "secrets", "shop", ""));
    assert!(may("user/x", "update", "deployments.apps/scale", "shop", "web"));
    assert!(!may("user/x", "update", "deployments.apps", "shop", "web"));
    assert!(!may("user/system:anonymous", "update", "deployments.apps/scale", "shop", "web"));
}

#[test]
fn everybody_is_listed_with_what_is_to_be_noticed() {
    let sheet = said(&Subjects::new(""));
    let text = sheet.text();
    assert_eq!(
        text,
        "Users
  jane                            4 bindings  everywhere, shop, team          reads secrets
Groups
  system:authenticated            1 binding   everywhere                      everybody who has logged in
  system:serviceaccounts:shop     1 binding   team
Service accounts
  ops/bot                         1 binding   everywhere                      everything
  shop/web                        1 binding   shop
by RBAC alone: what nodes may do by themselves, and what webhooks decide, is not counted
"
    );
    assert_eq!(sheet.lines[1].go, Some(Go::Command("access user/jane".to_owned())));
    assert_eq!(sheet.lines[6].go, Some(Go::Command("access sa/ops/bot".to_owned())));
}

#[test]
fn rights_stand_under_the_bindings_that_give_them() {
    let sheet = said(&Rights::new(Who::account("shop", "web"), ""));
    assert_eq!(
        sheet.text(),
        "service account shop/web
in system:serviceaccounts, system:serviceaccounts:shop, system:authenticated
Everywhere
  ClusterRoleBinding scalers  as group system:authenticated
    ClusterRole scaler
      */scale (*)                        update
In namespace shop
  RoleBinding readers
    Role reader
      pods pods/log  get list
In namespace team
  RoleBinding viewers  as group system:serviceaccounts:shop
    ClusterRole view
      pods deployments (core, apps)  get list watch
by RBAC alone: what nodes may do by themselves, and what webhooks decide, is not counted
"
    );
    let binding = sheet.lines.iter().find(|line| line.text().contains("RoleBinding readers"));
    assert_eq!(
        binding.unwrap().go,
        Some(Go::Object {
            group: "rbac.authorization.k8s.io".into(),
            resource: "RoleBinding".into(),
            namespace: "shop".into(),
            name: "readers".into(),
        })
    );
    let jane = said(&Rights::new(Who::user("jane"), "")).text();
    assert!(jane.contains("Role reader  there is no such role"), "{jane}");
    assert!(jane.contains("secrets only db key  get"), "{jane}");
    assert!(said(&Rights::new(Who::parse("group/x").unwrap(), "")).text().contains("scalers"));
}

#[test]
fn who_can_names_subjects_places_and_roles() {
    let ask = |verb: &str, what: &str, namespace: &str, name: &str| {
        said(&WhoCan::new(verb, what, namespace, name)).text()
    };
    assert_eq!(
        ask("get", "po", "", ""),
        "who can get pods  in all namespaces or some
  group system:masters               everywhere  without any role: it may do everything
  user jane                          in shop     readers → reader
    RoleBinding readers
      Role reader
  group system:serviceaccounts:shop  in team     viewers → view
    RoleBinding viewers
      ClusterRole view
  service account ops/bot            everywhere  roots → root
    ClusterRoleBinding roots
      ClusterRole root
  service account shop/web           in shop     readers → reader
    RoleBinding readers
      Role reader
by RBAC alone: what nodes may do by themselves, and what webhooks decide, is not counted
"
    );
    let of = |text: &str, who: &str| text.lines().any(|line| line.contains(who));
    let secrets = ask("get", "secrets", "shop", "");
    assert!(of(&secrets, "RoleBinding some  only db, key"), "{secrets}");
    assert!(of(&ask("get", "secrets", "shop", "db"), "user jane"));
    assert!(!of(&ask("get", "secrets", "shop", "x"), "user jane"));
    assert!(!of(&ask("create", "secrets", "shop", ""), "user jane"), "what is created has no name");
    assert!(!of(&ask("get", "pods", "team", ""), "user jane"));
    assert!(of(&ask("get", "/healthz/etcd", "", ""), "ops/bot"));
    assert!(!of(&ask("get", "/metrics", "", ""), "ops/bot"));
    assert!(!of(&ask("get", "nodes", "", ""), "system:serviceaccounts:shop"));
    assert!(of(&ask("*", "*", "", ""), "ops/bot"));
    assert!(!of(&ask("*", "*", "", ""), "user jane"));
    assert!(of(&ask("impersonate", "users", "", ""), "who can impersonate users  in the cluster"));
    assert!(of(&ask("get", "podz", "", ""), "no such resource"));
    assert!(!of(&ask("impersonate", "userextras", "", ""), "no such resource"));
    assert!(of(&ask("update", "deploy/scale", "", ""), "everybody who has logged in"));
}

#[test]
fn what_cannot_be_read_is_said() {
    let sheet = said_with(&Subjects::new("shop"), &|resource| match resource {
        "roles" => Answer::Loading,
        "rolebindings" => Answer::Failed("you may not list them".to_owned()),
        _ => Answer::Objects(Vec::new()),
    });
    let text = sheet.text();
    assert!(text.contains("reading roles …"), "{text}");
    assert!(text.contains("rolebindings are missing here: you may not list them"), "{text}");
}

#[test]
fn what_i_may_do_is_a_line_for_each_resource_with_verbs_under_verbs() {
    let review = "
status:
  incomplete: true
  evaluationError: the webhook cannot list
  resourceRules:
  - {apiGroups: ['', apps], resources: [pods, pods/exec], verbs: [watch, get]}
  - {apiGroups: [''], resources: [pods], verbs: [delete, get, approve]}
  - {apiGroups: [''], resources: [secrets], resourceNames: [db], verbs: [get]}
  nonResourceRules: [{nonResourceURLs: [/healthz], verbs: [get]}]
";
    let review: Value = serde_yaml::from_str(review).unwrap();
    let answer = |_: &str| Answer::Review(Arc::new(review.clone()));
    let text = said_with(&CanI::new(vec!["shop".to_owned()]), &answer).text();
    assert_eq!(
        text,
        "I may do in namespace shop
  the server says that this is not all: an authorizer of its cannot list what it allows
  the webhook cannot list
  pods             get      watch                     delete                  approve
  pods.apps        get      watch
  pods/exec        get      watch  runs commands in pods
  pods/exec.apps   get      watch
  secrets only db  get  reads secrets
  /healthz         get
"
    );
    let both = CanI::new(vec![EVERY.to_owned(), "shop".to_owned()]);
    assert_eq!(crate::sheet::Subject::crumbs(&both), ["can-i", "all,shop"]);
    let text = said_with(&both, &answer).text();
    assert!(text.starts_with("I may do in every namespace\n  the server says"), "{text}");
    assert!(text.contains(":can-i NAMESPACE shows it\nI may do in namespace shop\n"), "{text}");
    let empty = |_: &str| Answer::Review(Arc::new(Value::Null));
    assert!(
        said_with(&CanI::new(Vec::new()), &empty).text().contains("namespace default\n  nothing")
    );
}

#[test]
fn commands_say_what_is_asked_or_what_is_wrong() {
    let who = |word: &str| Who::parse(word).unwrap();
    assert_eq!(Asked::access(&[]), Ok(Asked::Subjects { namespace: String::new() }));
    assert_eq!(
        Asked::access(&["sa/shop/web", "-n", "shop"]),
        Ok(Asked::Rights { who: who("sa/shop/web"), namespace: "shop".to_owned() })
    );
    let [verb, what, namespace, name] = ["get", "secrets", "shop", "db"].map(str::to_owned);
    assert_eq!(
        Asked::who_can(&["get", "secrets", "-nshop", "db"]),
        Ok(Asked::WhoCan { verb, what, namespace, name })
    );
    assert_eq!(
        Asked::can_i(&["-n", "a,b"]),
        Ok(Asked::CanI { namespaces: vec!["a".to_owned(), "b".to_owned()] })
    );
    for every in [&["all"][..], &["-A"], &["-n", "all"], &["*"]] {
        assert_eq!(Asked::can_i(every), Ok(Asked::CanI { namespaces: vec![EVERY.to_owned()] }));
    }
    let wrong = |result: Result<Asked, Mistake>| result.unwrap_err().word;
    assert_eq!(wrong(Asked::access(&["jane"])), 0);
    assert_eq!(wrong(Asked::access(&["user/a", "user/b"])), 1);
    assert_eq!(wrong(Asked::access(&["sa/web"])), 0);
    assert_eq!(wrong(Asked::who_can(&["get"])), 1);
    assert_eq!(wrong(Asked::who_can(&["get", "pods", "-x"])), 2);
    assert_eq!(wrong(Asked::can_i(&["-n"])), 0);
}

#[test]
fn marks_say_what_a_rule_comes_to() {
    let of = |yaml: &str| dangers(&Rule::read(&serde_yaml::from_str::<Value>(yaml).unwrap()));
    assert_eq!(of("{apiGroups: ['*'], resources: ['*'], verbs: ['*']}"), ["everything"]);
    assert_eq!(of("{apiGroups: [''], resources: [pods], verbs: [get]}"), [""; 0]);
    assert_eq!(
        of("{apiGroups: [''], resources: [pods/exec, secrets], verbs: ['*']}"),
        ["reads secrets", "runs commands in pods", "any verb"]
    );
    assert_eq!(
        of(
            "{apiGroups: [rbac.authorization.k8s.io], resources: [clusterroles], verbs: [bind, escalate]}"
        ),
        ["writes any right into roles", "binds any role"]
    );
    assert_eq!(
        of("{apiGroups: [''], resources: [users], verbs: [impersonate]}"),
        ["acts as others"]
    );
    assert_eq!(of("{apiGroups: [apps], resources: ['*'], verbs: [get]}"), ["any resource"]);
    assert_eq!(of("{nonResourceURLs: ['*'], verbs: [get]}"), [""; 0]);
}
