//! The journal read back: its lines, from the last on, become entries.

use std::collections::{HashMap, HashSet};

use super::entry::{Ending, Entry, Life, Told};

/// How many entries are shown on a page.
pub const MOST: usize = 1000;

/// What of the journal is looked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Query {
    /// Words that an entry must have, all of them, in small letters.
    pub words: Vec<String>,
    /// The entry before which those shown were sent; `None` for the newest.
    pub before: Option<String>,
}

/// How the word begins after which the id of an entry stands.
const BEFORE: &str = "before:";

impl Query {
    /// What a person typed: words, and where to begin.
    pub fn parse(text: &str) -> Self {
        let mut query = Self::default();
        for word in text.split_whitespace() {
            match word.strip_prefix(BEFORE) {
                Some(id) => query.before = Some(id.to_owned()),
                None => query.words.push(word.to_lowercase()),
            }
        }
        query
    }

    /// As it is typed, beginning before this entry.
    pub fn before(&self, id: &str) -> String {
        format!("{BEFORE}{id} {}", self.words.join(" ")).trim_end().to_owned()
    }

    fn finds(&self, entry: &Entry) -> bool {
        if self.words.is_empty() {
            return true;
        }
        let text = entry.words();
        self.words.iter().all(|word| text.contains(word.as_str()))
    }
}

/// What is known of the journal by now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Journaled {
    /// The entries, the newest first.
    pub entries: Vec<Entry>,
    /// Those that were taken back, each with what took it back.
    pub undone: HashMap<String, String>,
    /// Whether there are older ones.
    pub more: bool,
    /// How many lines could not be read.
    pub damaged: usize,
    /// Whether it is still being read.
    pub reading: bool,
    /// Why it cannot be read (any further), a sentence for people.
    pub failed: Option<String>,
    /// Its file, where there is one.
    pub file: Option<String>,
}

impl Journaled {
    /// What took an entry back, where that was not taken back itself.
    pub fn taken_back(&self, id: &str) -> Option<&str> {
        taken_back(&self.undone, id)
    }
}

/// What took a change back, where that was not taken back itself.
pub(super) fn taken_back<'a>(undone: &'a HashMap<String, String>, id: &str) -> Option<&'a str> {
    let by = undone.get(id)?;
    let mut standing = true;
    let mut at = by;
    // No chain is longer than there are entries, however they name each other.
    for _ in 0..undone.len() {
        match undone.get(at) {
            Some(next) => {
                standing = !standing;
                at = next;
            }
            None => break,
        }
    }
    standing.then_some(by.as_str())
}

/// Makes entries of lines, the last line first; later of those that are added.
#[derive(Clone, Debug, Default)]
pub struct Chronicle {
    query: Query,
    /// How many entries are kept.
    most: usize,
    entries: Vec<Entry>,
    /// The ends whose beginning was not read yet.
    ends: HashMap<String, Told>,
    /// The entries of which the last beginning was read; a request that is tried again has several.
    begun: HashSet<String>,
    undone: HashMap<String, String>,
    /// Whether the entry to begin before was read.
    reached: bool,
    more: bool,
    damaged: usize,
}

impl Chronicle {
    /// Of nothing read yet.
    pub fn new(query: Query, most: usize) -> Self {
        let reached = query.before.is_none();
        Self { query, most, reached, ..Self::default() }
    }

    /// Takes in the line before all those known; whether older ones are of interest.
    pub fn older(&mut self, line: &[u8]) -> bool {
        if line.trim_ascii().is_empty() {
            return true;
        }
        let Some(told) = Told::read(line) else {
            self.damaged += 1;
            return true;
        };
        if !told.is_sending() {
            // Of two ends the newer one was read first.
            self.ends.entry(told.id.clone()).or_insert(told);
            return true;
        }
        if !self.begun.insert(told.id.clone()) {
            self.tried_before(&told);
            return true;
        }
        let end = self.ends.remove(&told.id);
        self.keep(Entry::new(told, end.as_ref()))
    }

    /// An earlier attempt of an entry: it began then.
    fn tried_before(&mut self, told: &Told) {
        if let Some(entry) = self.entries.iter_mut().rev().find(|e| e.told.id == told.id) {
            entry.told.time.clone_from(&told.time);
        }
    }

    fn keep(&mut self, entry: Entry) -> bool {
        self.takes_back(&entry);
        if !self.reached {
            self.reached = self.query.before.as_deref() == Some(entry.id());
        } else if self.query.finds(&entry) {
            if self.entries.len() >= self.most {
                self.more = true;
                return false;
            }
            self.entries.push(entry);
        }
        true
    }

    fn takes_back(&mut self, entry: &Entry) {
        if let Some(of) = &entry.told.undoes
            && entry.is_done()
        {
            self.undone.entry(of.clone()).or_insert_with(|| entry.told.id.clone());
        }
    }

    /// All lines were read: of what has an end alone the beginning is lost.
    pub fn finish(&mut self) {
        let mut ends: Vec<Told> = std::mem::take(&mut self.ends).into_values().collect();
        ends.sort_unstable_by(|a, b| b.time.cmp(&a.time));
        for end in ends {
            if self.begun.insert(end.id.clone()) {
                self.keep(Entry::new(end.clone(), Some(&end)));
            }
        }
    }

    /// Takes in a line that was added after all those known.
    pub fn newer(&mut self, line: &[u8]) {
        if line.trim_ascii().is_empty() {
            return;
        }
        let Some(told) = Told::read(line) else {
            self.damaged += 1;
            return;
        };
        let known = self.entries.iter_mut().find(|entry| entry.told.id == told.id);
        match (told.is_sending(), known) {
            (true, Some(entry)) => {
                // It is tried again; it began when it was tried first.
                let time = std::mem::take(&mut entry.told.time);
                entry.told = Told { time, ..told };
            }
            (true, None) => {
                let entry = Entry::new(told, None);
                if self.query.before.is_none() && self.query.finds(&entry) {
                    self.entries.insert(0, entry);
                    self.more |= self.entries.len() > self.most;
                    self.entries.truncate(self.most);
                }
            }
            (false, Some(entry)) => {
                entry.end(&told);
                let entry = entry.clone();
                self.undone.extend(
                    entry
                        .told
                        .undoes
                        .clone()
                        .filter(|_| entry.is_done())
                        .map(|of| (of, entry.told.id)),
                );
            }
            // An undo may be none of those that are looked for.
            (false, None) => self.takes_back(&Entry::new(told.clone(), Some(&told))),
        }
    }

    /// What is known by now; `life` says who may still be working on a change whose end is not told.
    pub fn journaled(&self, life: impl Fn(&str) -> Life) -> Journaled {
        let mut entries = self.entries.clone();
        for entry in &mut entries {
            if let Ending::Open(alive) = &mut entry.ending {
                *alive = life(&entry.told.id);
            }
        }
        Journaled {
            entries,
            undone: self.undone.clone(),
            more: self.more,
            damaged: self.damaged,
            ..Journaled::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn line(id: &str, result: &str) -> Value {
        json!({
            "time": format!("2026-01-15T12:00:{id:0>2}Z"), "id": id, "context": "lab", "user": "anna",
            "action": "scale to 5", "resource": "deployments.apps", "namespace": "shop", "name": "web",
            "result": result,
        })
    }

    fn read(query: &str, most: usize, lines: &[Value]) -> Chronicle {
        let mut chronicle = Chronicle::new(Query::parse(query), most);
        if lines.iter().rev().all(|line| chronicle.older(line.to_string().as_bytes())) {
            chronicle.finish();
        }
        chronicle
    }

    fn told(chronicle: &Chronicle) -> Vec<String> {
        let journaled = chronicle.journaled(|_| Life::Gone);
        let of = |entry: &Entry| format!("{} {}", entry.id(), entry.ending.word());
        journaled.entries.iter().map(of).collect()
    }

    #[test]
    fn the_newest_stands_first_with_what_became_of_it() {
        let mut refused = line("2", "failed");
        refused["message"] = json!("exceeded quota");
        let lines = [
            line("1", "sending"),
            line("2", "sending"),
            line("1", "done"),
            refused,
            line("3", "sending"),
        ];
        let chronicle = read("", 10, &lines);
        assert_eq!(told(&chronicle), ["3 never ended", "2 failed", "1 done"]);
        assert_eq!(chronicle.journaled(|_| Life::Here).entries[0].ending.word(), "under way");
        assert_eq!(told(&read("QUOTA", 10, &lines)), ["2 failed"]);
        assert_eq!(told(&read("deployments/web done", 10, &lines)), ["1 done"]);
        assert_eq!(told(&read("anna bob", 10, &lines)), Vec::<String>::new());
    }

    #[test]
    fn what_is_tried_again_is_one_entry_and_what_is_damaged_is_counted() {
        let mut chronicle = Chronicle::new(Query::default(), 10);
        let mut again = line("1", "sending");
        again["time"] = json!("2026-01-15T12:00:09Z");
        for line in [&line("1", "done"), &again, &json!("no line of ours"), &line("1", "sending")] {
            assert!(chronicle.older(line.to_string().as_bytes()));
        }
        assert!(
            chronicle.older(b"{\"id\": \"5\", \"resu")
                && chronicle.older(b"")
                && chronicle.older(b"\xff\xfe")
        );
        assert_eq!(told(&chronicle), ["1 done"]);
        let journaled = chronicle.journaled(|_| Life::Gone);
        assert_eq!(journaled.damaged, 3);
        assert_eq!(
            journaled.entries[0].told.time, "2026-01-15T12:00:01Z",
            "it began when it was tried first"
        );
    }

    #[test]
    fn a_page_is_full_and_the_next_begins_where_it_ended() {
        let lines: Vec<Value> = (1..8).map(|i| line(&i.to_string(), "sending")).collect();
        let first = read("web", 3, &lines);
        assert!(first.journaled(|_| Life::Gone).more);
        assert_eq!(told(&first), ["7 never ended", "6 never ended", "5 never ended"]);
        let next = Query::parse("web").before("5");
        assert_eq!(next, "before:5 web");
        assert_eq!(
            told(&read(&next, 3, &lines)),
            ["4 never ended", "3 never ended", "2 never ended"]
        );
        let last = read("before:2", 3, &lines);
        assert_eq!(told(&last), ["1 never ended"]);
        assert!(!last.journaled(|_| Life::Gone).more);
    }

    #[test]
    fn what_is_added_comes_first_and_its_end_is_heard() {
        let mut chronicle =
            read("", 2, &[line("1", "sending"), line("1", "done"), line("2", "sending")]);
        chronicle.newer(line("3", "sending").to_string().as_bytes());
        assert_eq!(told(&chronicle), ["3 never ended", "2 never ended"]);
        chronicle.newer(line("2", "unknown").to_string().as_bytes());
        assert_eq!(told(&chronicle), ["3 never ended", "2 unknown"]);
        assert!(chronicle.journaled(|_| Life::Gone).more);
    }

    #[test]
    fn an_undo_that_was_done_takes_back_and_an_undo_of_that_gives_back() {
        let undo = |id: &str, of: &str, result: &str| {
            let mut line = line(id, result);
            line["undoes"] = json!(of);
            line
        };
        let mut lines = vec![line("1", "sending"), line("1", "done")];
        lines.extend([undo("2", "1", "sending"), undo("2", "1", "failed")]);
        let by = |lines: &[Value]| {
            let journaled = read("", 10, lines).journaled(|_| Life::Gone);
            journaled.taken_back("1").map(str::to_owned)
        };
        assert_eq!(by(&lines), None, "it was not done");
        lines.extend([undo("3", "1", "sending"), undo("3", "1", "done")]);
        assert_eq!(by(&lines).as_deref(), Some("3"));
        let mut live = read("", 10, &lines[..4]);
        lines[4..].iter().for_each(|line| live.newer(line.to_string().as_bytes()));
        assert_eq!(live.journaled(|_| Life::Gone).taken_back("1"), Some("3"));
        lines.extend([undo("4", "3", "sending"), undo("4", "3", "done")]);
        assert_eq!(by(&lines), None, "it was given back");
    }

    #[test]
    fn whose_beginning_is_lost_is_there_by_its_end() {
        assert_eq!(
            told(&read("", 10, &[line("1", "done"), line("2", "sending")])),
            ["2 never ended", "1 done"]
        );
    }
}
