//! Connections that break in the middle of each step of what takes many: a release of Helm uninstalled.

use kx::change::Outcome;

use super::between::{Cut, Line};
use crate::releases::Side;

/// Each step's first write is cut. What kx says of it is so, and what is stored in the end is what is stored of a twin whose connection held.
async fn release(cut: Cut, action: &str, answers: &[&str]) {
    let name = |of: &str| format!("{}-helm-{of}-{action}", cut.name());
    let [ours, twin] = [Side::new(&name("ours")).await, Side::new(&name("twin")).await];
    ours.install();
    twin.install();
    twin.act(action, answers).await;
    let line = Line::new(cut, ours.client.clone()).await;
    let (_, changes) = ours.changes(action, answers);
    let mut broke = 0;
    for change in changes {
        let before = ours.stored();
        let (report, landed) = line.carry_out(change.clone()).await;
        let said = report.words();
        match &report.outcome {
            Outcome::Done => {
                assert!(landed.iter().any(|&code| code < 300), "{said}: {landed:?}");
                broke += 1;
            }
            Outcome::Already => assert!(landed.is_empty(), "{said}: {landed:?}"),
            Outcome::Failed(why) => {
                assert_eq!(cut, Cut::Before, "{said}: {landed:?}");
                assert!(why.contains("try again") && landed.is_empty(), "{said}: {landed:?}");
                assert_eq!(before, ours.stored(), "{said}");
                ours.directly(change).await;
                broke += 1;
            }
            Outcome::Unknown(why) => panic!("{said}: {why}"),
        }
    }
    assert!(broke > 3, "only {broke} steps were cut");
    assert_eq!(ours.stored(), twin.stored(), "{action} {cut:?}");
}

#[tokio::test]
async fn each_step_of_an_uninstallation_is_told_as_truly() {
    for cut in [Cut::Before, Cut::After, Cut::Within] {
        release(cut, "delete", &["false"]).await;
    }
}
