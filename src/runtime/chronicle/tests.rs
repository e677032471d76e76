//! The journal read from its end, as it grows, and with what is wrong in it.

use std::io::Write as _;

use serde_json::{Value, json};

use super::*;
use crate::app::RunId;

fn line(id: &str, result: &str) -> Value {
    json!({
        "time": "2026-01-15T12:00:00Z", "id": id, "context": "lab", "action": "scale to 5",
        "resource": "deployments.apps", "namespace": "shop", "name": "web", "result": result,
    })
}

fn journal() -> (tempfile::TempDir, Journal) {
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::new(Some(folder.path().join("journal.jsonl")));
    (folder, journal)
}

/// All that a reader tells, until it has read everything.
fn read(journal: &Journal, query: &str) -> (Reading, Vec<Arc<Journaled>>) {
    let mut reading = Reading::open(journal, Query::parse(query));
    let mut told = Vec::new();
    loop {
        let more;
        (reading, more) = reading.step();
        told.push(known(&reading, journal, more));
        if !more {
            return (reading, told);
        }
    }
}

fn known(reading: &Reading, journal: &Journal, more: bool) -> Arc<Journaled> {
    match reading.answer(journal, more) {
        Answer::Journal(journaled) => journaled,
        other => panic!("{other:?}"),
    }
}

fn ids(journaled: &Journaled) -> Vec<&str> {
    journaled.entries.iter().map(crate::change::journal::Entry::id).collect()
}

#[test]
fn lines_come_from_the_last_to_the_first_however_they_lie_in_the_pieces() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    let texts: Vec<String> =
        [0, 1, 300_000, 5, 262_143, 262_144, 0, 700_000].iter().map(|n| "x".repeat(*n)).collect();
    for end in ["", "\n"] {
        std::fs::write(&path, texts.join("\n") + end).unwrap();
        let mut file = Backwards::open(&path).unwrap();
        let mut lines: Vec<usize> = Vec::new();
        while let Some(line) = file.next().unwrap() {
            lines.push(line.unwrap().len());
        }
        let mut wanted: Vec<usize> = texts.iter().map(String::len).rev().collect();
        if end == "\n" {
            wanted.insert(0, 0);
        }
        // Of an empty first line nothing is left to be given.
        wanted.pop();
        assert_eq!(lines, wanted, "{end:?}");
    }
}

#[test]
fn a_line_that_is_too_long_is_left_out_and_those_around_it_are_there() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    std::fs::write(&path, format!("first\n{}\nlast\n", "x".repeat(backwards::LONGEST + 1_000_000)))
        .unwrap();
    let mut file = Backwards::open(&path).unwrap();
    let mut lines = Vec::new();
    while let Some(line) = file.next().unwrap() {
        lines.push(line.map(|line| String::from_utf8(line).unwrap()));
    }
    let last = Some("last".to_owned());
    assert_eq!(lines, [Some(String::new()), last, None, Some("first".to_owned())]);
}

#[test]
fn both_files_are_read_and_what_is_damaged_is_told() {
    let (_folder, journal) = journal();
    let aside = journal.aside().unwrap();
    std::fs::write(&aside, format!("{}\n{}\n", line("1", "sending"), line("2", "sending")))
        .unwrap();
    let text = format!("{}\nnonsense\n{}\n{{\"id\":", line("2", "done"), line("3", "sending"));
    std::fs::write(journal.path().unwrap(), text).unwrap();
    let (_, told) = read(&journal, "");
    let last = told.last().unwrap();
    assert_eq!(ids(last), ["3", "2", "1"]);
    assert_eq!(last.entries[1].ending.word(), "done");
    assert_eq!((last.damaged, last.failed.as_deref(), last.reading), (2, None, false));
}

#[test]
fn a_long_journal_is_told_while_it_is_still_being_read() {
    let (_folder, journal) = journal();
    let mut file = File::create(journal.path().unwrap()).unwrap();
    let padding = "x".repeat(60_000);
    for number in 0..200 {
        let mut line = line(&number.to_string(), "sending");
        line["before"] = json!(padding);
        writeln!(file, "{line}").unwrap();
    }
    let (_, told) = read(&journal, "");
    assert!(told.len() > 2, "{}", told.len());
    assert!(told[0].reading && !told[0].entries.is_empty() && told[0].entries.len() < 200);
    assert_eq!(told.last().unwrap().entries.len(), 200);
    assert_eq!(ids(&told[0])[0], "199", "the newest are there first");
}

#[test]
fn no_more_is_read_than_a_page_shows() {
    let (_folder, journal) = journal();
    let lines: String =
        (0..=MOST).map(|n| format!("{}\n", line(&n.to_string(), "sending"))).collect();
    std::fs::write(journal.path().unwrap(), lines).unwrap();
    let (_, told) = read(&journal, "");
    let last = told.last().unwrap();
    assert_eq!((last.entries.len(), last.more), (MOST, true));
    let (_, told) = read(&journal, "before:1");
    assert_eq!(ids(told.last().unwrap()), ["0"]);
}

#[test]
fn what_is_written_meanwhile_is_added_and_another_file_is_read_anew() {
    let (_folder, journal) = journal();
    journal.append(&line("1", "sending")).unwrap();
    let (reading, told) = read(&journal, "");
    assert_eq!(ids(told.last().unwrap()), ["1"]);
    journal.append(&line("1", "done")).unwrap();
    journal.append(&line("2", "sending")).unwrap();
    let (reading, same) = reading.grow(&journal);
    assert!(same);
    let now = known(&reading, &journal, false);
    assert_eq!(ids(&now), ["2", "1"]);
    assert_eq!(now.entries[1].ending.word(), "done");
    std::fs::rename(journal.path().unwrap(), journal.aside().unwrap()).unwrap();
    std::fs::write(journal.path().unwrap(), "").unwrap();
    assert!(!reading.grow(&journal).1);
}

#[test]
fn an_entry_is_found_with_what_it_changed() {
    let (_folder, journal) = journal();
    let id = format!("{}-{}-0", Journal::run(), RunId(0).0);
    let mut begun = line(&id, "sending");
    begun["before"] = json!({"spec": {"replicas": 3}});
    begun["method"] = json!("PUT");
    begun["path"] = json!("/apis/apps/v1/namespaces/shop/deployments/web/scale");
    journal.append(&begun).unwrap();
    let life = |id: &str| journal.life(id);
    let open = find(&journal, &id).unwrap().opened(life).unwrap();
    assert_eq!(open.entry.ending.word(), "under way");
    let mut end = line(&id, "done");
    end["after"] = json!({"spec": {"replicas": 5}});
    journal.append(&end).unwrap();
    let done = find(&journal, &id).unwrap().opened(life).unwrap();
    assert_eq!(done.entry.ending.word(), "done");
    assert_eq!(done.before["spec"]["replicas"], 3);
    assert_eq!(done.after.as_ref().unwrap()["spec"]["replicas"], 5);
    assert_eq!(done.taken_back, None);
    let mut undo = line("9", "done");
    undo["undoes"] = json!(id);
    journal.append(&undo).unwrap();
    let taken = find(&journal, &id).unwrap().opened(life).unwrap();
    assert_eq!(taken.taken_back.as_deref(), Some("9"));
    assert!(find(&journal, "77").unwrap().opened(life).is_none());
}

#[test]
fn where_there_is_none_nothing_is_wrong() {
    let (_folder, journal) = journal();
    let (reading, told) = read(&journal, "");
    assert_eq!(told.last().unwrap().entries.len(), 0);
    assert_eq!(told.last().unwrap().failed, None);
    assert!(!reading.grow(&journal).1, "there may be one by now");
    let (_, told) = read(&Journal::new(None), "");
    assert_eq!(told.last().unwrap().file, None);
}
