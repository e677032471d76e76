//! That what was read of logs is there again, wherever it went.

use super::super::StreamId;
use super::super::packed::KINDS;
use super::*;
use proptest::prelude::*;

fn entries(from: u64, count: u64, length: usize) -> Entries {
    let mut entries = Entries::default();
    for number in from..from + count {
        let text = format!("{number} {}", "x".repeat(length));
        let kind = KINDS[number as usize % KINDS.len()];
        entries.push(number as i64 - 7, StreamId(number as u32 % 3), kind, text.as_bytes());
    }
    entries
}

fn room(memory: usize, disk: u64, folder: &std::path::Path) -> Room {
    let disks = crate::runtime::Nameless::new(Some(folder.to_owned()));
    Room { memory, disk, disks: Some(Arc::new(disks)) }
}

/// Looks at what may be in the file, as who waits for it.
fn waiting<T>(buffer: &mut Buffer, mut look: impl FnMut(&mut Buffer) -> Option<T>) -> Option<T> {
    loop {
        let found = look(buffer);
        match buffer.wants() {
            Some(reading) if found.is_none() => buffer.came(reading.read()),
            _ => return found,
        }
    }
}

fn begins_with_its_number(buffer: &mut Buffer, number: u64) {
    let text = waiting(buffer, |buffer| buffer.line(number)).unwrap().text;
    assert!(text.starts_with(format!("{number} ").as_bytes()), "{number}");
}

#[test]
fn memory_is_bounded_and_what_was_let_go_is_known() {
    let room = Room { memory: 20 << 10, disk: 0, disks: None };
    let mut buffer = Buffer::new(&room);
    for from in (0..200_000).step_by(1_000) {
        buffer.push(&entries(from, 1_000, 80));
        assert!(buffer.bytes <= 20 << 10);
    }
    let range = buffer.range();
    assert_eq!(range.end, 200_000);
    assert!(range.start > 0 && range.start < range.end, "{range:?}");
    assert_eq!(buffer.line(range.start - 1), None);
    begins_with_its_number(&mut buffer, range.start);
}

#[test]
fn what_memory_has_no_room_for_is_read_from_a_file_without_a_name() {
    let dir = tempfile::tempdir().unwrap();
    let mut buffer = Buffer::new(&room(20 << 10, 64 << 20, dir.path()));
    for from in (0..200_000).step_by(1_000) {
        buffer.push(&entries(from, 1_000, 80));
    }
    assert_eq!(buffer.range(), 0..200_000);
    for number in (0..200_u64).map(|number| 199_999 - number * 997) {
        begins_with_its_number(&mut buffer, number);
    }
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
    let read: usize = buffer.snapshot().blocks().map(|(_, block)| block.unwrap().len()).sum();
    assert_eq!(read, 200_000);
    let mut since = |time: i64| waiting(&mut buffer, |buffer| buffer.since(time).ok()).unwrap();
    assert_eq!((since(150_000), since(i64::MIN), since(i64::MAX)), (150_007, 0, 200_000));
}

#[test]
fn the_file_is_bounded_too() {
    let dir = tempfile::tempdir().unwrap();
    let mut buffer = Buffer::new(&room(20 << 10, 60 << 10, dir.path()));
    for from in (0..400_000).step_by(1_000) {
        buffer.push(&entries(from, 1_000, from as usize / 1_000 % 300));
        let range = buffer.range();
        for number in [range.start, u64::midpoint(range.start, range.end), range.end - 1] {
            begins_with_its_number(&mut buffer, number);
        }
    }
    assert!(buffer.range().start > 300_000, "{:?}", buffer.range());
    let mut beyond = [0];
    assert!(!buffer.spill.disk().unwrap().read(60 << 10, &mut beyond));
}

#[test]
fn without_a_place_for_the_file_memory_is_bounded_all_the_same() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let mut buffer = Buffer::new(&room(20 << 10, 60 << 10, &file.path().join("no-folder")));
    for from in (0..50_000).step_by(1_000) {
        buffer.push(&entries(from, 1_000, 80));
        assert!(buffer.bytes <= 20 << 10);
    }
    assert!(buffer.range().start > 0);
}

proptest! {
    #[test]
    fn every_entry_is_found_again(batches in prop::collection::vec((0_u64..3_000, 0_usize..300), 1..8), asked in prop::collection::vec(any::<prop::sample::Index>(), 1..40)) {
        let mut buffer = Buffer::new(&Room { memory: usize::MAX, disk: 0, disks: None });
        let mut all = Vec::new();
        for (count, length) in batches {
            let more = entries(all.len() as u64, count, length);
            all.extend(more.iter().map(|(entry, text)| (entry.time, entry.stream, entry.kind, entry.level, text.to_vec())));
            buffer.push(&more);
        }
        prop_assert_eq!(buffer.range(), 0..all.len() as u64);
        prop_assert_eq!(buffer.line(all.len() as u64), None);
        for index in asked.iter().filter(|_| !all.is_empty()) {
            let number = index.index(all.len());
            let line = buffer.line(number as u64).unwrap();
            let entry = line.entry;
            prop_assert_eq!(&(entry.time, entry.stream, entry.kind, entry.level, line.text), &all[number]);
        }
    }
}

/// Bytes in memory that count how often they are read, and are lost on demand.
#[derive(Debug, Default)]
struct Kept {
    bytes: std::sync::Mutex<Vec<u8>>,
    written: std::sync::atomic::AtomicU64,
    lost: std::sync::atomic::AtomicBool,
}

impl super::super::Disk for Arc<Kept> {
    fn write(&self, offset: u64, bytes: Arc<[u8]>) -> Result<(), Refused> {
        let mut all = self.bytes.lock().unwrap();
        let end = offset as usize + bytes.len();
        let length = all.len().max(end);
        all.resize(length, 0);
        all[offset as usize..end].copy_from_slice(&bytes);
        self.written.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        Ok(())
    }

    fn written(&self) -> u64 {
        self.written.load(std::sync::atomic::Ordering::SeqCst)
    }

    fn read(&self, offset: u64, bytes: &mut [u8]) -> bool {
        let all = self.bytes.lock().unwrap();
        bytes.copy_from_slice(&all[offset as usize..offset as usize + bytes.len()]);
        !self.lost.load(std::sync::atomic::Ordering::SeqCst)
    }
}

impl super::super::Disks for Arc<Kept> {
    fn open(&self) -> Option<Arc<dyn super::super::Disk>> {
        Some(Arc::new(Arc::clone(self)))
    }
}

fn spilled() -> (Buffer, Arc<Kept>) {
    let kept = Arc::new(Kept::default());
    let disks: Arc<dyn super::super::Disks> = Arc::new(Arc::clone(&kept));
    let mut buffer = Buffer::new(&Room { memory: 20 << 10, disk: 64 << 20, disks: Some(disks) });
    for from in (0..200_000).step_by(1_000) {
        buffer.push(&entries(from, 1_000, 80));
    }
    (buffer, kept)
}

#[test]
fn what_is_not_wanted_any_more_is_not_read_to_its_end() {
    let (mut buffer, _) = spilled();
    assert_eq!(buffer.block(50_000), Err(Missing::Coming));
    buffer.will_want(50_000, true);
    let reading = buffer.wants().unwrap();
    assert!(buffer.wants().is_none(), "one thing is read at a time");
    // Somebody jumps elsewhere.
    assert!(buffer.line(100).is_none() && buffer.wants().is_none() && buffer.is_waiting());
    let read = reading.read();
    assert_eq!(read.len(), 1, "of {TOGETHER} blocks");
    buffer.came(read);
    assert!(buffer.block(50_000).is_ok());
    let next = buffer.wants().unwrap();
    buffer.came(next.read());
    begins_with_its_number(&mut buffer, 100);
    assert!(!buffer.is_waiting());
}

#[test]
fn what_the_disk_has_lost_is_gone_and_the_rest_is_not() {
    let (mut buffer, kept) = spilled();
    assert_eq!(buffer.block(50_000), Err(Missing::Coming));
    kept.lost.store(true, std::sync::atomic::Ordering::SeqCst);
    let reading = buffer.wants().unwrap();
    buffer.came(reading.read());
    assert_eq!(buffer.block(50_000), Err(Missing::Gone));
    kept.lost.store(false, std::sync::atomic::Ordering::SeqCst);
    let gone = buffer.bounds(50_000).unwrap();
    begins_with_its_number(&mut buffer, gone.start - 1);
    begins_with_its_number(&mut buffer, gone.end);
    // What is sought there is found behind it.
    let sought = gone.start as i64;
    let found = waiting(&mut buffer, |buffer| buffer.since(sought).ok());
    assert_eq!(found, Some(gone.end));
    let missing: u64 = buffer.snapshot().blocks().filter_map(|(_, block)| block.err()).sum();
    assert_eq!(missing, gone.end - gone.start);
}
