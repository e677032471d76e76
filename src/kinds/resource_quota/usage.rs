//! A quota's use as bars: how much of everything a namespace may use, and does.

use serde_json::Value;

use crate::sheet::{Answer, Facts, Line, Sheet, Span, Subject, Tone, Want};
use crate::store::Health;

use super::super::bars::table;

/// The page of a quota.
pub(super) fn subject(namespace: &str, name: &str) -> Box<dyn Subject> {
    Box::new(Usage { namespace: namespace.to_owned(), name: name.to_owned() })
}

#[derive(Debug)]
struct Usage {
    namespace: String,
    name: String,
}

impl Usage {
    fn want(&self) -> Want {
        Want::Object {
            group: String::new(),
            resource: "resourcequotas".to_owned(),
            namespace: self.namespace.clone(),
            name: self.name.clone(),
        }
    }
}

impl Subject for Usage {
    fn crumbs(&self) -> Vec<String> {
        vec![self.name.clone(), "usage".to_owned()]
    }

    fn wants(&self, _facts: &Facts<'_>) -> Vec<Want> {
        vec![self.want()]
    }

    fn sheet(&self, facts: &Facts<'_>) -> Sheet {
        let Answer::Object(Some(quota)) = facts.get(&self.want()) else { return Sheet::default() };
        Sheet { lines: lines(quota, &self.namespace, &self.name), changes_in: None }
    }
}

fn lines(quota: &Value, namespace: &str, name: &str) -> Vec<Line> {
    let title = [
        Span::new("resourcequota ", Tone::Label),
        Span::new(format!("{namespace}/{name}"), Tone::Strong),
    ];
    let mut lines = vec![Line::new(0, title)];
    let status = &quota["status"];
    let hard = status["hard"].as_object().into_iter().flatten();
    lines.extend(table(hard.map(|(resource, hard)| {
        let used = status["used"][resource].as_str().unwrap_or("0");
        (resource.as_str(), used, hard.as_str().unwrap_or("?"))
    })));
    if lines.len() == 1 {
        let text = "nothing is counted yet: a controller writes what is used";
        lines.push(Line::new(2, [Span::new(text, Tone::State(Health::Changing))]));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(yaml: &str) -> String {
        let quota: Value = serde_yaml::from_str(yaml).unwrap();
        lines(&quota, "shop", "team").iter().map(|line| line.text() + "\n").collect()
    }

    #[test]
    fn what_is_nearest_to_its_limit_comes_first() {
        let all = text(
            "status: {hard: {pods: '10', requests.cpu: '2', secrets: '0', services: '0', odd: much, limits.cpu: '1000'},
                      used: {pods: '9', requests.cpu: 2500m, services: '1', limits.cpu: 1m}}",
        );
        assert_eq!(
            all,
            "resourcequota shop/team
  services          1 of 0     ##############################  used, although nothing may be
  requests.cpu  2500m of 2     ##############################  125%
  pods              9 of 10    ###########################...  90%
  limits.cpu       1m of 1000  ..............................  0%
  secrets           0 of 0     ..............................  nothing may be used, and nothing is
  odd               0 of much  ..............................  cannot be read as quantities
"
        );
    }

    #[test]
    fn an_object_of_any_shape_is_written() {
        assert!(text("{}").contains("nothing is counted yet"));
        text("{status: {hard: {a: 1, b: null, c: []}, used: nothing}}");
        text("{status: [1]}");
    }
}
