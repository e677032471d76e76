//! Logs whose older lines are in a file: looked at, searched and copied, while nobody on the way of a key waits for the disk.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use kx::app::{Effect, LogNews, Msg, ObjectId, Setup};
use kx::logs::{Disk, Disks, Entries, Kind, Made, Reading, Refused, Room, Stream, StreamId};

use crate::logs::asked;
use crate::support::{NOON, World};

const LINES: i64 = 40_000;

/// A disk that may not be read while kx handles a message.
#[derive(Debug, Default)]
struct Slow {
    bytes: Mutex<Vec<u8>>,
    written: AtomicU64,
    outside: AtomicBool,
}

#[derive(Debug)]
struct OnDisk(Arc<Slow>);

impl Disks for OnDisk {
    fn open(&self) -> Option<Arc<dyn Disk>> {
        Some(Arc::new(Self(Arc::clone(&self.0))))
    }
}

impl Disk for OnDisk {
    fn write(&self, offset: u64, bytes: Arc<[u8]>) -> Result<(), Refused> {
        let mut all = self.0.bytes.lock().unwrap();
        let (from, end) = (offset as usize, offset as usize + bytes.len());
        let length = all.len().max(end);
        all.resize(length, 0);
        all[from..end].copy_from_slice(&bytes);
        self.0.written.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }

    fn written(&self) -> u64 {
        self.0.written.load(Ordering::SeqCst)
    }

    fn read(&self, offset: u64, bytes: &mut [u8]) -> bool {
        assert!(self.0.outside.load(Ordering::SeqCst), "the loop waits for the disk");
        let from = offset as usize;
        bytes.copy_from_slice(&self.0.bytes.lock().unwrap()[from..from + bytes.len()]);
        true
    }
}

/// Logs of so many lines, a second each, most of which are in the file.
fn spilled() -> (World, Arc<Slow>) {
    let slow = Arc::new(Slow::default());
    let disks: Arc<dyn Disks> = Arc::new(OnDisk(Arc::clone(&slow)));
    let log_room = Room { memory: 64 << 10, disk: 1 << 30, disks: Some(disks) };
    let setup = Setup { context: "lab".to_owned(), log_room, ..Setup::default() };
    let mut world = World::with(setup);
    world.answers = true;
    world.connect("lab");
    world.press("l");
    let (id, _) = asked(&world);
    let stream = Stream { pod: "toolbox".into(), container: "main".into(), ..Stream::default() };
    world.tell(Msg::Logs(id, LogNews::Streams(vec![stream])));
    let pad = "x".repeat(60);
    for from in (0..LINES).step_by(500) {
        let mut entries = Entries::default();
        for number in from..from + 500 {
            let level = if number % 20_000 == 77 { "ERROR" } else { "INFO" };
            let line = format!("{level}: line {number} {pad} {}", number * 7919 % 100_003);
            let time = (NOON - LINES + number) * 1_000_000_000;
            entries.push(time, StreamId(0), Kind::Line, line.as_bytes());
        }
        world.tell(Msg::Logs(id, LogNews::Entries(entries)));
    }
    // From here on the test reads.
    world.answers = false;
    world.effects.clear();
    (world, slow)
}

fn take(world: &mut World) -> Vec<(ObjectId, Arc<Reading>)> {
    let effects = std::mem::take(&mut world.effects);
    let (reads, rest): (Vec<_>, Vec<_>) =
        effects.into_iter().partition(|effect| matches!(effect, Effect::ReadSpilled { .. }));
    world.effects = rest;
    let of = |effect| match effect {
        Effect::ReadSpilled { id, reading } => Some((id, reading)),
        _ => None,
    };
    reads.into_iter().filter_map(of).collect()
}

/// Reads what is asked for, until nothing is asked for any more; how often something was.
fn read(world: &mut World, slow: &Slow) -> usize {
    let mut times = 0;
    loop {
        let reads = take(world);
        if reads.is_empty() && world.app.busy().is_none() {
            return times;
        }
        for (id, reading) in reads {
            times += 1;
            slow.outside.store(true, Ordering::SeqCst);
            let blocks = reading.read();
            slow.outside.store(false, Ordering::SeqCst);
            world.tell(Msg::Logs(id, LogNews::Came(blocks)));
        }
        world.finish();
    }
}

fn top(world: &World) -> String {
    let line = &world.app.logs().unwrap().shown()[0];
    line.text.split(' ').take(3).collect::<Vec<_>>().join(" ")
}

fn here(world: &World) -> String {
    let logs = world.app.logs().unwrap();
    let line = logs.shown().iter().find(|line| line.number == logs.cursor()).unwrap();
    line.text.split(' ').take(3).collect::<Vec<_>>().join(" ")
}

#[test]
fn a_jump_shows_a_frame_at_once_and_its_lines_when_they_came() {
    let (mut world, slow) = spilled();
    world.press("g");
    let logs = world.app.logs().unwrap();
    assert_eq!((logs.counts().1, logs.let_go()), (LINES as u64, 0));
    assert_eq!(logs.shown().len(), 10);
    assert!(logs.shown().iter().all(|line| line.is_awaited), "the frame stands at once");
    // Keys go on; what they lead away from is not waited for.
    world.press("G");
    assert!(world.app.logs().unwrap().shown().iter().all(|line| !line.is_awaited));
    world.press("g");
    assert_eq!(read(&mut world, &slow), 1, "a jump takes one look at the file");
    assert_eq!(top(&world), "INFO: line 0");
    assert!(world.app.logs().unwrap().shown().iter().all(|line| !line.is_awaited));
    // And back, page by page, over the ends of blocks.
    for page in 1..200 {
        world.press("pagedown");
        read(&mut world, &slow);
        let last = world.app.logs().unwrap().shown().last().unwrap().text.clone();
        assert!(
            last.starts_with(&format!("INFO: line {} ", page * 9)) || page == 8 || page == 9,
            "{last}"
        );
    }
}

#[test]
fn what_is_far_away_is_found_in_the_file() {
    let (mut world, slow) = spilled();
    world.press("N");
    assert_eq!(here(&world), "ERROR: line 20077", "it is in memory, packed");
    world.press("N");
    assert_eq!(world.app.busy(), None, "it is waited for, and nothing turns meanwhile");
    assert_eq!(world.app.logs().unwrap().at_work(), Some("searching"));
    assert!(read(&mut world, &slow) > 0);
    assert_eq!(here(&world), "ERROR: line 77");
    world.press("N");
    read(&mut world, &slow);
    assert!(world.said().contains("no error above"), "{}", world.said());

    world.press(r#"f "line 123 " enter"#);
    read(&mut world, &slow);
    assert_eq!(world.app.logs().unwrap().matches().1, 1);
    world.press("G N");
    read(&mut world, &slow);
    assert_eq!(here(&world), "INFO: line 123");

    world.press(r#"esc / "line .*777 " enter"#);
    read(&mut world, &slow);
    assert_eq!(world.app.logs().unwrap().counts(), (40, LINES as u64));
    world.press("g");
    read(&mut world, &slow);
    assert_eq!(top(&world), "INFO: line 777");
}

#[test]
fn times_and_bars_lead_into_the_file() {
    let (mut world, slow) = spilled();
    world.press(r#"@ "10h" enter"#);
    read(&mut world, &slow);
    assert_eq!(top(&world), "INFO: line 4000");
    assert_eq!(here(&world), "INFO: line 4000");
    // Who moves meanwhile stays where they went.
    world.press(r#"@ "5h" enter"#);
    world.press("G");
    read(&mut world, &slow);
    assert_eq!(here(&world), format!("INFO: line {}", LINES - 1));
    world.press("H ( (");
    read(&mut world, &slow);
    let number: i64 = here(&world).rsplit(' ').next().unwrap().parse().unwrap();
    assert!(number < LINES - 400, "{number}");
}

#[test]
fn what_is_in_the_file_is_copied_whole() {
    let (mut world, slow) = spilled();
    world.press("g");
    read(&mut world, &slow);
    world.press("space G space");
    slow.outside.store(true, Ordering::SeqCst);
    world.press("c");
    let copied = world.copied().to_owned();
    assert_eq!(copied.lines().count(), 2);
    assert!(copied.contains(" INFO: line 0 ") && copied.contains(" INFO: line 39999 "));
    world.press("esc C");
    let copied = world.copied().to_owned();
    assert_eq!(copied.lines().count() as i64, LINES);
    let numbers =
        copied.lines().map(|line| line.split(' ').nth(3).unwrap().parse::<i64>().unwrap());
    assert!(numbers.eq(0..LINES), "each once, in order");
}

#[test]
fn an_expression_goes_through_the_file_too() {
    let (mut world, slow) = spilled();
    world.press(r#": "jq select(.)" enter"#);
    for _ in 0..10_000 {
        read(&mut world, &slow);
        let effects = std::mem::take(&mut world.effects);
        let question = effects.into_iter().find_map(|effect| match effect {
            Effect::Express { id, question, lines, .. } => Some((id, question, lines)),
            _ => None,
        });
        let Some((id, question, lines)) = question else { break };
        let made = lines.iter().map(|line| {
            let keeps = line.windows(5).any(|part| part == b"ERROR");
            Made::Results(if keeps { vec!["kept".to_owned()] } else { Vec::new() })
        });
        let made = made.collect();
        // What was looked at meanwhile has no part in it.
        world.press("g");
        world.tell(Msg::Expressed(id, question, Ok(made)));
        world.finish();
    }
    assert_eq!(world.app.logs().unwrap().at_work(), None);
    assert_eq!(world.app.logs().unwrap().counts(), (2, LINES as u64));
}
