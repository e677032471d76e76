//! What a person's file changes, and how its mistakes are told.

use super::*;
use crate::store::Health;

fn with(text: &str) -> Relations {
    let mut relations = Relations::of_the_house().unwrap();
    relations.add("my/relations.toml", text).unwrap();
    relations
}

fn links(relations: &Relations, group: &str, kind: &str, name: &str) -> Vec<String> {
    let resource = catalog().by_kind(group, kind).unwrap();
    let row = row(relations, &resource, &object(group, kind, name));
    row.links.iter().map(|link| words(link)).collect()
}

#[test]
fn the_house_file_is_right() {
    Relations::of_the_house().unwrap();
}

#[test]
fn a_person_adds_replaces_and_takes_away() {
    let more = with(
        "[cluster-scoped]\n\"seas.sea.example\" = \"Sea\"\n\
         [\"scaledobjects.keda.sh\"]\nhealth = []\n[\"scaledobjects.keda.sh\".links]\n\
         \"status.hpaName\" = []\n\"spec.scaleTargetRef\" = { about = \"seas.sea.example\" }\n\
         \"metadata.name\" = { uses = \"configmaps\", name = \"{}-scaling\", optional = true }\n",
    );
    assert_eq!(
        links(&more, "keda.sh", "ScaledObject", "web"),
        [
            "uses configmaps app/web-scaling?",
            "about seas.sea.example web",
            "uses triggerauthentications.keda.sh app/kafka",
            "uses ClusterTriggerAuthentication.keda.sh shared",
        ]
    );
    let resource = catalog().by_kind("keda.sh", "ScaledObject").unwrap();
    let row = row(&more, &resource, &object("keda.sh", "ScaledObject", "web"));
    assert_eq!(row.health, Health::Idle, "a person may say that nothing is known");
}

#[test]
fn a_person_uses_the_shapes_of_the_house() {
    let mine = with("[\"middlewares.traefik.io\".links]\n\"spec\" = { shape = \"pod\" }\n");
    let rules = mine.rules(&catalog().by_kind("traefik.io", "Middleware").unwrap()).unwrap();
    assert!(format!("{rules:?}").contains("serviceAccountName"));
}

#[test]
fn what_is_like_another_says_what_is_different() {
    let old = ("traefik.containo.us", "Middleware", "auth");
    let found = links(&Relations::of_the_house().unwrap(), old.0, old.1, old.2);
    assert!(
        found.contains(&"uses middlewares.traefik.containo.us app/errors".to_owned()),
        "{found:?}"
    );
    assert!(found.contains(&"uses secrets app/creds".to_owned()), "{found:?}");
    let mine = with(
        "[\"middlewares.traefik.containo.us\".links]\n\"spec.basicAuth.secret\" = { uses = \"configmaps\" }\n",
    );
    let mine = links(&mine, old.0, old.1, old.2);
    assert!(mine.contains(&"uses configmaps app/creds".to_owned()), "{mine:?}");
    assert!(mine.contains(&"uses middlewares.traefik.containo.us app/errors".to_owned()));
}

#[test]
fn mistakes_name_file_line_and_key() {
    for (text, told) in [
        ("= 1", ":1: "),
        ("\n\na = 1", ":3: a: is integer, not a table"),
        ("[\"a.b\"]\nlink = {}", ":2: a.b: no such key `link`; did you mean `links`?"),
        (
            "[\"a.b\".links]\nx = { use = \"secrets\" }",
            ":2: a.b.links.x: no such key `use`; did you mean `uses`?",
        ),
        ("[\"a.b\".links]\nx = { uses = 7 }", ":2: a.b.links.x: is integer, not a string"),
        ("[\"a.b\".links]\nx = {}", ":2: a.b.links.x: says no relation"),
        ("[\"a.b\".links]\nx = { uses = \"Secret\" }", "is no resource"),
        ("[\"a.b\".links]\nx = { uses = \"secrets\", about = \"pods\" }", "two links in a list"),
        (
            "[\"a.b\".links]\n\"x..y\" = { uses = \"secrets\" }",
            ":2: a.b.links.x..y: a field has no name",
        ),
        ("[\"a.b\".links]\n\".x\" = { uses = \"secrets\" }", "begins with a dot"),
        ("[\"a.b\".links]\nx = { uses = \"secrets\", in = \"space\" }", "there are same, cluster"),
        ("[\"a.b\".links]\nx = { uses = \"secrets\", in = \"all\" }", "for what selects"),
        ("[\"a.b\".links]\nx = { selects = \"*\" }", "name the resource"),
        ("[\"a.b\".links]\nx = { uses = \"pods\", pattern = \"{nam}\" }", "there is no {nam}"),
        ("[\"a.b\".links]\nx = { uses = \"pods\", name = \"a\" }", "has no {}"),
        ("[\"a.b\".links]\nx = { uses = \"pods\", optional = 1 }", "not true or false"),
        (
            "[\"a.b\".links]\nx = { shape = \"cube\" }",
            ":2: a.b.links.x: there is no shape \"cube\"",
        ),
        ("[\"a.b\".links]\nx = { shape = \"pod\", optional = true }", "nothing else"),
        (
            "[\"a.b\"]\nlike = \"c.d\"",
            ":2: a.b.like: nothing is said of c.d; [\"c.d\".links] would say something",
        ),
        ("[\"a.b\"]\nlike = \"c.{group}\"", "is of no group of its own"),
        ("[\"shape:a\"]\nlike = \"c.d\"", "no such key `like`"),
        ("[\"shape:a\".links]\nx = { shape = \"pod\" }", "a shape cannot have shapes"),
        ("[\"shape:a\"]\nhealth = []", "no such key `health`"),
        ("[\"a.b\"]\nhealth = {}", ":2: a.b.health: says no conditions"),
        ("[\"a.b\"]\nhealth = { fields = \"x\" }", "did you mean `field`?"),
        ("[\"a.b\"]\nhealth = { field = \"x\", fine = [] }", "no such key `fine`"),
        ("[pods.links]\nx = { uses = \"secrets\" }", ":1: pods: kx knows this resource by itself"),
        ("[cluster-scoped]\na = 1", ":2: cluster-scoped.a: is integer"),
    ] {
        let mut relations = Relations::of_the_house().unwrap();
        let before = relations.names().count();
        let error = relations.add("my/relations.toml", text).unwrap_err().to_string();
        assert!(error.starts_with("my/relations.toml:"), "{error}");
        assert!(error.contains(told), "{text}\n{told}\n{error}");
        assert_eq!(relations.names().count(), before, "a broken file adds nothing");
    }
}
