//! A node's room as bars: how much of what it has to give its pods request.

use crate::describe::Field;
use crate::sheet::{Answer, Facts, Go, Line, Sheet, Span, Subject, Tone, Want};

use super::super::bars::table;
use super::super::pod::requirements::{Amounts, Side, add, of_pod as requirements};
use super::allocated;

/// The page of a node's room.
pub(super) fn subject(_: &str, name: &str) -> Box<dyn Subject> {
    Box::new(Usage { name: name.to_owned() })
}

#[derive(Debug)]
struct Usage {
    name: String,
}

impl Usage {
    fn node(&self) -> Want {
        Want::Object {
            group: String::new(),
            resource: "nodes".to_owned(),
            namespace: String::new(),
            name: self.name.clone(),
        }
    }
}

impl Subject for Usage {
    fn crumbs(&self) -> Vec<String> {
        vec![self.name.clone(), "usage".to_owned()]
    }

    fn wants(&self, _: &Facts<'_>) -> Vec<Want> {
        vec![self.node(), allocated::pods_of(&self.name)]
    }

    fn sheet(&self, facts: &Facts<'_>) -> Sheet {
        let Some(node) = facts.object(&self.node()) else { return Sheet::default() };
        let title =
            [Span::new("node ", Tone::Label), Span::new(self.name.as_str(), Tone::Strong)];
        let mut lines = vec![Line::new(0, title)];
        let pods = match facts.get(&allocated::pods_of(&self.name)) {
            Answer::Objects(pods) => pods,
            Answer::Failed(why) => {
                lines.push(Line::new(2, [Span::new(format!("its pods cannot be read: {why}"), Tone::Muted)]));
                return Sheet { lines, changes_in: None };
            }
            _ => return Sheet { lines, changes_in: None },
        };
        let mut requested = Amounts::new();
        for pod in pods {
            add(&mut requested, &requirements(Field::of(pod), Side::Requests, false));
        }
        let count = pods.len().to_string();
        let used: Vec<(&str, String)> =
            requested.iter().map(|(name, amount)| (*name, amount.to_string())).collect();
        let room = node["status"]["allocatable"].as_object().into_iter().flatten();
        let all = room.map(|(resource, has)| {
            let sum = used.iter().find(|(name, _)| name == resource).map(|(_, sum)| sum.as_str());
            let used = if resource == "pods" { &count } else { sum.unwrap_or("0") };
            (resource.as_str(), used, has.as_str().unwrap_or("?"))
        });
        lines.extend(table(all));
        let go = Go::Command(format!("pods -A /node={}", self.name));
        let text = format!("{} pods that are not over", pods.len());
        lines.push(Line::default());
        lines.push(Line::new(2, [Span::new(text, Tone::Muted)]).go(go));
        Sheet { lines, changes_in: None }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;
    use std::sync::Arc;

    use serde_json::json;

    use super::*;
    use crate::kinds::Catalog;

    #[test]
    fn what_is_requested_stands_against_what_there_is() {
        let page = Usage { name: "n1".to_owned() };
        let node = json!({"status": {"allocatable": {"cpu": "4", "memory": "8Gi", "pods": "110", "example.com/gpu": "2"}}});
        let pod = |cpu: &str| {
            Arc::new(json!({"spec": {"containers": [{"name": "a", "resources":
                {"requests": {"cpu": cpu, "memory": "1Gi", "example.com/gpu": "1"}}}]}}))
        };
        let answers = HashMap::from([
            (page.node(), Answer::Object(Some(Arc::new(node)))),
            (allocated::pods_of("n1"), Answer::Objects(vec![pod("500m"), pod("3")])),
        ]);
        let catalog = Catalog::default();
        let text = page.sheet(&Facts::new(&answers, &|_| None, &catalog, 0)).text();
        let words: Vec<Vec<&str>> =
            text.lines().map(|line| line.split_whitespace().collect()).collect();
        assert_eq!(words[1][..4], ["example.com/gpu", "2", "of", "2"], "{text}");
        assert_eq!(words[2][..4], ["cpu", "3500m", "of", "4"]);
        assert_eq!(words[2].last(), Some(&"87%"));
        assert_eq!(words[3][..4], ["memory", "2Gi", "of", "8Gi"]);
        assert_eq!(words[4][..4], ["pods", "2", "of", "110"]);
        // Whatever a server says.
        let odd = HashMap::from([
            (page.node(), Answer::Object(Some(Arc::new(json!({"status": {"allocatable": {"cpu": 4, "x": "many"}}}))))),
            (allocated::pods_of("n1"), Answer::Objects(vec![Arc::new(json!([1])), Arc::new(json!({"spec": 7}))])),
        ]);
        page.sheet(&Facts::new(&odd, &|_| None, &catalog, 0));
    }
}
