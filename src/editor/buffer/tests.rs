//! Whatever is done to a text, it can be taken back, and the cursor is always somewhere.

use proptest::prelude::*;

use super::*;

#[test]
fn typing_undo_and_redo() {
    let mut buffer = Buffer::new("a: 1\n");
    buffer.go(Pos::new(0, 4), false);
    for c in ["2", "3", "\n", "b", ":", " ", "x"] {
        buffer.insert(c);
    }
    assert_eq!(buffer.text(), "a: 123\nb: x\n");
    assert_eq!(buffer.cursor(), Pos::new(1, 4));
    buffer.undo();
    assert_eq!(buffer.text(), "a: 123\nb: \n", "a word is a step");
    while buffer.undo() {}
    assert_eq!(buffer.text(), "a: 1\n");
    while buffer.redo() {}
    assert_eq!(buffer.text(), "a: 123\nb: x\n");
}

#[test]
fn what_is_selected_is_replaced() {
    let mut buffer = Buffer::new("one\ntwo\nthree");
    buffer.select(Pos::new(0, 1), Pos::new(2, 2));
    assert_eq!(buffer.selected_text(), "ne\ntwo\nth");
    assert_eq!(buffer.selected(1), Some(0..3));
    buffer.insert("X");
    assert_eq!(buffer.text(), "oXree");
    buffer.undo();
    assert_eq!(
        (buffer.text(), buffer.selected_text()),
        ("one\ntwo\nthree".to_owned(), "ne\ntwo\nth".to_owned())
    );
}

#[test]
fn it_knows_how_it_reads() {
    for text in ["", "a", "a\n", "a\nb", "\n\n"] {
        let buffer = Buffer::new(text);
        assert!(buffer.reads(text), "{text:?}");
        for other in ["", "a", "a\n", "a\nb", "\n\n", "ab", "a\nb\n"] {
            assert_eq!(buffer.reads(other), other == text, "{text:?} {other:?}");
        }
    }
    assert_eq!(Buffer::new("a\r\nb\r").text(), "a\nb\n");
}

#[derive(Clone, Debug)]
enum Do {
    Insert(String),
    Go(usize, usize, bool),
    Move(usize, bool),
    Edit(usize),
    Undo,
    Redo,
}

fn any_do() -> impl Strategy<Value = Do> {
    prop_oneof![
        4 => "([a-z:é\n -]|👩‍👧|\t){0,6}".prop_map(Do::Insert),
        3 => (0usize..8, 0usize..12, any::<bool>()).prop_map(|(l, b, s)| Do::Go(l, b, s)),
        3 => (0usize..20, any::<bool>()).prop_map(|(m, s)| Do::Move(m, s)),
        4 => (0usize..20).prop_map(Do::Edit),
        1 => Just(Do::Undo),
        1 => Just(Do::Redo),
    ]
}

proptest! {
    #[test]
    fn any_edits_can_be_taken_back_and_the_cursor_is_always_somewhere(
        text in "([a-z:é\n -]|👩‍👧){0,40}", all in prop::collection::vec(any_do(), 0..40),
    ) {
        let mut buffer = Buffer::new(&text);
        let mut undone = 0;
        for what in all {
            match what {
                Do::Insert(text) => buffer.insert(&text),
                Do::Go(line, byte, select) => buffer.go(Pos::new(line, byte), select),
                Do::Move(number, select) => {
                    let all = super::super::moves::ALL;
                    buffer.step(all[number % all.len()], 3, select);
                }
                Do::Edit(number) => super::super::blocks::any(&mut buffer, number),
                Do::Undo => undone += usize::from(buffer.undo()),
                Do::Redo => drop(buffer.redo()),
            }
            let at = buffer.cursor();
            prop_assert!(at.line < buffer.lines().len());
            prop_assert!(buffer.line(at.line).is_char_boundary(at.byte));
            if let Some((start, end)) = buffer.selection() {
                prop_assert!(start < end && end <= buffer.end());
                prop_assert!(buffer.line(start.line).is_char_boundary(start.byte));
                prop_assert!(buffer.line(end.line).is_char_boundary(end.byte));
            }
            prop_assert!(buffer.lines().iter().all(|line| !line.contains('\n')));
        }
        let last = buffer.text();
        let mut steps = 0;
        while buffer.undo() {
            steps += 1;
        }
        prop_assert_eq!(buffer.text(), text);
        for _ in 0..steps {
            prop_assert!(buffer.redo());
        }
        prop_assert_eq!(buffer.text(), last);
        let _ = undone;
    }
}
