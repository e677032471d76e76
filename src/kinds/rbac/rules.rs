//! The rules of a role as kubectl tells them: one line for what is allowed on one resource (kubectl `util/rbac`).

use std::collections::{HashMap, HashSet};

use crate::describe::Field;

/// How many lines are made of a role. The rules of one object can multiply into more than fits into memory.
const MOST: usize = 5_000;

/// What is allowed on one resource, or on one path.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
struct Thing<'a> {
    group: &'a str,
    resource: &'a str,
    name: Option<&'a str>,
    url: Option<&'a str>,
}

/// One line of the table of rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// `deployments.apps/scale`, empty for a path.
    pub resource: String,
    /// `[/metrics]`
    pub urls: String,
    /// `[name]`
    pub names: String,
    /// `[get list]`
    pub verbs: String,
}

/// The lines of some rules, in kubectl's order, and whether there would be more than can be shown.
pub fn rules(rules: Field<'_>) -> (Vec<Rule>, bool) {
    let mut table = Table::default();
    let complete = rules.list().all(|rule| table.add(rule));
    let mut lines: Vec<_> = table.lines.iter().map(|(thing, verbs)| line(thing, verbs)).collect();
    lines.sort_by(|a, b| a.0.cmp(&b.0));
    (lines.into_iter().map(|(_, rule)| rule).collect(), !complete)
}

#[derive(Default)]
struct Table<'a> {
    lines: Vec<(Thing<'a>, Vec<&'a str>)>,
    index: HashMap<Thing<'a>, usize>,
    seen: HashSet<(usize, &'a str)>,
}

impl<'a> Table<'a> {
    /// Adds a rule; whether there was room for all of it.
    fn add(&mut self, rule: Field<'a>) -> bool {
        let verbs = rule.key("verbs").strs();
        let names = rule.key("resourceNames").strs();
        let named: Vec<_> =
            if names.is_empty() { vec![None] } else { names.into_iter().map(Some).collect() };
        for group in rule.key("apiGroups").strs() {
            for resource in rule.key("resources").strs() {
                for &name in &named {
                    let thing = Thing { group, resource, name, url: None };
                    if !self.allow(&thing, &verbs) {
                        return false;
                    }
                }
            }
        }
        // Paths are not gathered: each has a line for each verb.
        for url in rule.key("nonResourceURLs").strs() {
            for verb in &verbs {
                if self.lines.len() >= MOST {
                    return false;
                }
                self.lines.push((Thing { url: Some(url), ..Thing::default() }, vec![verb]));
            }
        }
        true
    }

    fn allow(&mut self, thing: &Thing<'a>, verbs: &[&'a str]) -> bool {
        if verbs.is_empty() {
            return true;
        }
        let at = match self.index.get(thing) {
            Some(&at) => at,
            None if self.lines.len() >= MOST => return false,
            None => {
                let at = self.lines.len();
                self.index.insert(thing.clone(), at);
                self.lines.push((thing.clone(), Vec::new()));
                at
            }
        };
        for &verb in verbs {
            if self.seen.len() >= 10 * MOST {
                return false;
            }
            if self.seen.insert((at, verb)) {
                self.lines[at].1.push(verb);
            }
        }
        true
    }
}

/// A line, and what it is sorted by: the text of kubectl's own struct, which begins with the verbs.
fn line(thing: &Thing<'_>, verbs: &[&str]) -> (String, Rule) {
    let list = |text: Option<&str>| format!("[{}]", text.unwrap_or_default());
    let of_resource = |text| list(thing.url.is_none().then_some(text));
    let verbs = format!("[{}]", verbs.join(" "));
    let rule = Rule {
        resource: if thing.url.is_some() {
            String::new()
        } else {
            with_group(thing.resource, thing.group)
        },
        urls: list(thing.url),
        names: list(thing.name),
        verbs,
    };
    let key = format!(
        "Verbs:{},APIGroups:{},Resources:{},ResourceNames:{},NonResourceURLs:{},",
        rule.verbs,
        of_resource(thing.group),
        of_resource(thing.resource),
        rule.names,
        rule.urls
    );
    (key, rule)
}

/// `deployments.apps/scale`: the group stands before the subresource.
fn with_group(resource: &str, group: &str) -> String {
    let (resource, sub) = resource.split_once('/').map_or((resource, None), |(r, s)| (r, Some(s)));
    let dot = if group.is_empty() { "" } else { "." };
    let sub = sub.map(|sub| format!("/{sub}")).unwrap_or_default();
    format!("{resource}{dot}{group}{sub}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn text(value: &Value) -> Vec<String> {
        let (rules, _) = rules(Field::of(value));
        rules.iter().map(|r| format!("{} {} {} {}", r.resource, r.urls, r.names, r.verbs)).collect()
    }

    #[test]
    fn rules_are_gathered_by_resource_and_sorted_by_verbs() {
        let rules = json!([
            {"apiGroups": [""], "resources": ["pods", "pods/log"], "verbs": ["list", "get"]},
            {"apiGroups": ["apps"], "resources": ["deployments/scale"], "verbs": ["get"]},
            {"apiGroups": [""], "resources": ["pods"], "verbs": ["get", "watch"]},
            {"apiGroups": [""], "resources": ["secrets"], "resourceNames": ["b", "a"], "verbs": ["get"]},
            {"nonResourceURLs": ["/metrics"], "verbs": ["get", "post"]},
            {"apiGroups": [""], "resources": ["nothing"], "verbs": []},
        ]);
        assert_eq!(
            text(&rules),
            [
                " [/metrics] [] [get]",
                "secrets [] [a] [get]",
                "secrets [] [b] [get]",
                "deployments.apps/scale [] [] [get]",
                "pods [] [] [list get watch]",
                "pods/log [] [] [list get]",
                " [/metrics] [] [post]",
            ]
        );
    }

    #[test]
    fn rules_that_multiply_beyond_measure_are_cut() {
        let many: Vec<_> = (0..20_000).map(|n| n.to_string()).collect();
        let rule = json!([{"apiGroups": many, "resources": many, "verbs": many}]);
        let (rules, cut) = rules(Field::of(&rule));
        assert!(cut && rules.len() <= MOST);
        assert_eq!(text(&json!([1, null, {"verbs": 1, "apiGroups": [null]}])), [""; 0]);
    }
}
