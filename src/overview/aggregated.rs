//! APIs that other servers than the API server serve, and whether these answer.

use crate::sheet::{Facts, Go, Line};
use crate::store::{Health, Row};

use super::cells::at;
use super::wants::{self, API_SERVICES, missing, rows_of};
use super::write::{INDENT, command, field, muted, state, text};

/// What the column says of an API that the API server serves itself.
const LOCAL: &str = "Local";
const LABEL: &str = "Aggregated APIs";

/// The line, and folded below it, or open where one does not answer, a line each.
pub fn line(facts: &Facts<'_>, lines: &mut Vec<Line>) {
    let want = wants::all(API_SERVICES);
    let rows = match rows_of(facts, &want) {
        Ok(rows) => rows,
        Err(why) => return lines.extend(missing(LABEL, &want, &why)),
    };
    let service = at(API_SERVICES, "SERVICE");
    let mut others: Vec<&Row> = rows.into_iter().filter(|row| service.text(row) != LOCAL).collect();
    if others.is_empty() {
        return lines.push(field(LABEL, [muted("none")]));
    }
    let answers = |row: &&Row| row.health == Health::Ok;
    let (all, there) = (others.len(), others.iter().copied().filter(|row| answers(row)).count());
    let words = if there == all {
        state(Health::Ok, format!("{all} available"))
    } else {
        state(Health::Broken, format!("{there} of {all} available"))
    };
    let go = command(format!("apiservices /service!={LOCAL}"));
    lines.push(Line { folded: there == all, ..field(LABEL, [words]).go(go) });
    others.sort_by(|a, b| (answers(a), &a.name).cmp(&(answers(b), &b.name)));
    lines.extend(others.into_iter().map(one));
}

fn one(row: &Row) -> Line {
    let said = at(API_SERVICES, "AVAILABLE").text(row);
    let why = at(API_SERVICES, "WHY").text(row);
    let mut spans = vec![text(format!("{}  ", row.name)), state(row.health, said)];
    if !why.is_empty() {
        spans.push(muted(format!("  {why}")));
    }
    Line::new(2 * INDENT, spans).go(Go::Object {
        group: API_SERVICES.0.into(),
        resource: API_SERVICES.1.into(),
        namespace: "".into(),
        name: row.name.clone(),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::testing::{Known, find};
    use super::*;

    fn served(name: &str, behind: &Value, available: &str) -> Value {
        json!({"metadata": {"name": name, "uid": name}, "spec": {"service": behind},
            "status": {"conditions": [{"type": "Available", "status": available, "reason": "FailedDiscoveryCheck", "message": "no answer"}]}})
    }

    fn page(services: &[Value]) -> crate::sheet::Sheet {
        Known::default().rows(wants::all(API_SERVICES), services).sheet()
    }

    #[test]
    fn those_that_do_not_answer_are_named_first_with_why_and_lead_to_themselves() {
        let local = served("v1.apps", &Value::Null, "True");
        let behind = json!({"namespace": "kube-system", "name": "metrics-server"});
        let up = served("v1beta1.metrics.k8s.io", &behind, "True");
        let down = served("v1.wardle.example.com", &behind, "False");

        let sheet = page(&[local.clone(), up.clone(), down.clone()]);
        let line = find(&sheet, LABEL);
        assert!(line.text().contains("1 of 2 available") && !line.folded, "{}", line.text());
        assert_eq!(line.go, Some(Go::Command("apiservices /service!=Local".into())));
        let at = sheet.lines.iter().position(|l| l.text().contains("1 of 2")).unwrap();
        let next = &sheet.lines[at + 1];
        assert!(next.text().contains("v1.wardle.example.com") && next.text().contains("no answer"));
        assert!(
            matches!(&next.go, Some(Go::Object { name, .. }) if &**name == "v1.wardle.example.com")
        );
        assert!(!sheet.text().contains("v1.apps"));

        let sheet = page(&[local.clone(), up]);
        assert!(find(&sheet, LABEL).folded && find(&sheet, LABEL).text().contains("1 available"));
        assert!(find(&page(&[local]), LABEL).text().contains("none"));
    }
}
