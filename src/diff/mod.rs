//! What differs between two texts, line by line, in bounded time.
//!
//! Lines that occur once on both sides anchor the two texts (Bram Cohen's patience diff); what lies between anchors is compared by Myers'
//! algorithm ("An O(ND) Difference Algorithm", 1986) as long as the work allowed for it lasts, and counts as replaced after that.

mod lines;

pub use lines::lines;

use std::ops::Range;

use rustc_hash::FxHashMap;

/// Where a line stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edit {
    /// In both texts.
    Keep,
    /// In the older text only.
    Remove,
    /// In the newer text only.
    Add,
}

/// A line, and in which of the texts it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change<'a> {
    /// In which.
    pub edit: Edit,
    /// The line with its line break, if it has one.
    pub text: &'a str,
}

/// Lines as they are shown: those around a change, and those that are folded away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hunk<'a> {
    /// A line that is changed, or near one that is.
    Near(Change<'a>),
    /// Lines that are the same in both and near no change.
    Far(Vec<Change<'a>>),
}

/// How often the text between anchors is searched for further anchors.
const DEPTH: usize = 12;
/// How many edits are searched for between two anchors.
const EDITS: usize = 512;
/// How many steps Myers' algorithm may take for two texts; a tenth of a second or so.
const WORK: usize = 10_000_000;

/// The lines of both texts in an order in which leaving out the added ones gives `old` and leaving out the removed ones gives `new`.
pub fn diff<'a>(old: &'a str, new: &'a str) -> Vec<Change<'a>> {
    let mut known = FxHashMap::default();
    let mut number = |line: &'a str| {
        let next = known.len();
        *known.entry(line).or_insert(next)
    };
    let old: Vec<&str> = old.split_inclusive('\n').collect();
    let new: Vec<&str> = new.split_inclusive('\n').collect();
    let mut differ = Differ {
        a: old.iter().map(|line| number(line)).collect(),
        b: new.iter().map(|line| number(line)).collect(),
        out: Vec::with_capacity(old.len().max(new.len())),
        work: WORK,
    };
    differ.region(0..old.len(), 0..new.len(), 0);
    let text = |(edit, at): (Edit, usize)| match edit {
        Edit::Add => Change { edit, text: new[at] },
        Edit::Keep | Edit::Remove => Change { edit, text: old[at] },
    };
    differ.out.into_iter().map(text).collect()
}

/// Folds away what is the same in both texts and more than `context` lines from any change. Where nothing is changed, all is far.
pub fn hunks<'a>(changes: &[Change<'a>], context: usize) -> Vec<Hunk<'a>> {
    let mut out = Vec::new();
    let mut runs = changes.chunk_by(|a, b| (a.edit == Edit::Keep) == (b.edit == Edit::Keep));
    let mut first = true;
    let mut next = runs.next();
    while let Some(run) = next {
        next = runs.next();
        let near = |run: &[Change<'a>]| run.iter().copied().map(Hunk::Near).collect::<Vec<_>>();
        if run.first().is_some_and(|change| change.edit != Edit::Keep) {
            out.extend(near(run));
        } else {
            let before = if first { 0 } else { context };
            let after = if next.is_some() { context } else { 0 };
            // A fold takes a line itself: one that hides a single line is none.
            if run.len() <= before.saturating_add(after).saturating_add(1) {
                out.extend(near(run));
            } else {
                let (head, rest) = run.split_at(before);
                let (far, tail) = rest.split_at(rest.len() - after);
                out.extend(near(head));
                out.push(Hunk::Far(far.to_vec()));
                out.extend(near(tail));
            }
        }
        first = false;
    }
    out
}

struct Differ {
    a: Vec<usize>,
    b: Vec<usize>,
    /// Lines by their place in `b` where they are added, in `a` otherwise.
    out: Vec<(Edit, usize)>,
    work: usize,
}

impl Differ {
    fn push(&mut self, edit: Edit, lines: Range<usize>) {
        self.out.extend(lines.map(|at| (edit, at)));
    }

    fn region(&mut self, mut a: Range<usize>, mut b: Range<usize>, depth: usize) {
        let (x, y) = (&self.a[a.clone()], &self.b[b.clone()]);
        let head = x.iter().zip(y).take_while(|(x, y)| x == y).count();
        let (x, y) = (&x[head..], &y[head..]);
        let tail = x.iter().rev().zip(y.iter().rev()).take_while(|(x, y)| x == y).count();
        self.push(Edit::Keep, a.start..a.start + head);
        let end = a.end - tail..a.end;
        a = a.start + head..a.end - tail;
        b = b.start + head..b.end - tail;
        if a.is_empty() || b.is_empty() {
            self.push(Edit::Remove, a);
            self.push(Edit::Add, b);
        } else {
            let anchors = if depth < DEPTH { self.anchors(&a, &b) } else { Vec::new() };
            if anchors.is_empty() {
                self.between(a, b);
            } else {
                let (mut from_a, mut from_b) = (a.start, b.start);
                for (at_a, at_b) in anchors {
                    self.region(from_a..at_a, from_b..at_b, depth + 1);
                    self.push(Edit::Keep, at_a..at_a + 1);
                    (from_a, from_b) = (at_a + 1, at_b + 1);
                }
                self.region(from_a..a.end, from_b..b.end, depth + 1);
            }
        }
        self.push(Edit::Keep, end);
    }

    /// The longest series of lines that occur once on either side, in the same order on both.
    fn anchors(&self, a: &Range<usize>, b: &Range<usize>) -> Vec<(usize, usize)> {
        let mut seen: FxHashMap<usize, [Option<(usize, bool)>; 2]> = FxHashMap::default();
        for (side, (lines, range)) in [(&self.a, a), (&self.b, b)].into_iter().enumerate() {
            for at in range.clone() {
                let slot = &mut seen.entry(lines[at]).or_default()[side];
                *slot = Some((at, slot.is_none()));
            }
        }
        let once = |at: usize| match seen.get(&self.a[at]) {
            Some([Some((_, true)), Some((other, true))]) => Some((at, *other)),
            _ => None,
        };
        let pairs: Vec<(usize, usize)> = a.clone().filter_map(once).collect();
        // The longest rising series of places in `b`: `ends[n]` is the pair with the lowest place that ends one of n + 1.
        let mut ends: Vec<usize> = Vec::new();
        let mut before: Vec<Option<usize>> = vec![None; pairs.len()];
        for (i, (_, at)) in pairs.iter().enumerate() {
            let length = ends.partition_point(|end| pairs[*end].1 < *at);
            before[i] = length.checked_sub(1).map(|n| ends[n]);
            match ends.get_mut(length) {
                Some(end) => *end = i,
                None => ends.push(i),
            }
        }
        let mut series = Vec::with_capacity(ends.len());
        let mut last = ends.last().copied();
        while let Some(i) = last {
            series.push(pairs[i]);
            last = before[i];
        }
        series.reverse();
        series
    }

    /// What has no anchors: the shortest way from one to the other, if it is found in time.
    fn between(&mut self, a: Range<usize>, b: Range<usize>) {
        let Some(kept) = self.shortest(&a, &b) else {
            self.push(Edit::Remove, a);
            self.push(Edit::Add, b);
            return;
        };
        let (mut from_a, mut from_b) = (a.start, b.start);
        for (at_a, at_b) in kept {
            self.push(Edit::Remove, from_a..at_a);
            self.push(Edit::Add, from_b..at_b);
            self.push(Edit::Keep, at_a..at_a + 1);
            (from_a, from_b) = (at_a + 1, at_b + 1);
        }
        self.push(Edit::Remove, from_a..a.end);
        self.push(Edit::Add, from_b..b.end);
    }

    /// The lines that the shortest way keeps, as places in both; `None` where it is not found in time.
    fn shortest(&mut self, a: &Range<usize>, b: &Range<usize>) -> Option<Vec<(usize, usize)>> {
        let (old, new) = (&self.a[a.clone()], &self.b[b.clone()]);
        let most = EDITS.min(old.len() + new.len());
        // `reach[d]` is how far into `old` the way on diagonal d (place in `old` less place in `new`) has come; shifted by `most + 1`.
        let shift = most + 1;
        let mut reach = vec![0usize; 2 * most + 3];
        let mut trace: Vec<Vec<usize>> = Vec::new();
        for edits in 0..=most {
            trace.push(reach[shift - edits..=shift + edits].to_vec());
            for diagonal in (shift - edits..=shift + edits).step_by(2) {
                let down = diagonal == shift - edits
                    || (diagonal != shift + edits && reach[diagonal - 1] < reach[diagonal + 1]);
                let mut x = if down { reach[diagonal + 1] } else { reach[diagonal - 1] + 1 };
                let mut y = (x + shift).saturating_sub(diagonal);
                while let (Some(one), Some(other)) = (old.get(x), new.get(y))
                    && one == other
                {
                    (x, y) = (x + 1, y + 1);
                    self.work = self.work.checked_sub(1)?;
                }
                self.work = self.work.checked_sub(1)?;
                reach[diagonal] = x;
                if x >= old.len() && y >= new.len() {
                    return Some(back(&trace, (old.len(), new.len()), (a.start, b.start)));
                }
            }
        }
        None
    }
}

/// Goes the way back, and collects the lines that it keeps. `trace[d]` is how far the diagonals from -d to d had come before the d-th edit.
fn back(
    trace: &[Vec<usize>],
    (mut x, mut y): (usize, usize),
    (a, b): (usize, usize),
) -> Vec<(usize, usize)> {
    let mut kept = Vec::new();
    for (edits, reach) in trace.iter().enumerate().rev() {
        // The diagonal as an index into `reach`, whose middle is diagonal 0.
        let diagonal = (edits + x).saturating_sub(y);
        let at =
            |diagonal: Option<usize>| diagonal.and_then(|diagonal| reach.get(diagonal)).copied();
        let (left, right) = (at(diagonal.checked_sub(1)), at(diagonal.checked_add(1)));
        let down = diagonal == 0 || (diagonal != 2 * edits && left < right);
        let (from_x, from_y) = match (edits, down) {
            (0, _) => (0, 0),
            (_, true) => {
                let x = right.unwrap_or(0);
                (x, (x + edits).saturating_sub(diagonal + 1))
            }
            (_, false) => {
                let x = left.unwrap_or(0);
                (x, (x + edits + 1).saturating_sub(diagonal))
            }
        };
        // Down the diagonal to where the edit ended.
        let (end_x, end_y) = match (edits, down) {
            (0, _) => (0, 0),
            (_, true) => (from_x, from_y + 1),
            (_, false) => (from_x + 1, from_y),
        };
        while x > end_x && y > end_y {
            (x, y) = (x - 1, y - 1);
            kept.push((a + x, b + y));
        }
        (x, y) = (from_x, from_y);
    }
    kept.reverse();
    kept
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn side(changes: &[Change<'_>], without: Edit) -> String {
        changes.iter().filter(|change| change.edit != without).map(|change| change.text).collect()
    }

    fn shown(old: &str, new: &str) -> String {
        let sign = |edit| match edit {
            Edit::Keep => ' ',
            Edit::Remove => '-',
            Edit::Add => '+',
        };
        let changes = diff(old, new);
        changes.iter().map(|c| format!("{}{}", sign(c.edit), c.text)).collect()
    }

    #[test]
    fn only_what_changed_is_changed() {
        assert_eq!(shown("a\nb\nc\n", "a\nB\nc\nd\n"), " a\n-b\n+B\n c\n+d\n");
        assert_eq!(shown("", "a\n"), "+a\n");
        assert_eq!(shown("a", "a"), " a");
        // Lines that occur again and again anchor nothing, and are compared all the same.
        assert_eq!(shown("x\nx\nx\ny\n", "x\nx\ny\n"), " x\n x\n-x\n y\n");
        assert_eq!(shown("}\n{\n}\n{\n", "{\n}\n{\n}\n"), "-}\n {\n }\n {\n+}\n");
    }

    #[test]
    fn texts_that_share_nothing_and_texts_that_repeat_are_compared_in_bounded_work() {
        let lines = |seed: usize, kinds: usize| -> String {
            (0..60_000usize).map(|i| format!("{}\n", (i * i * seed + i / 7) % kinds)).collect()
        };
        for (old, new) in [
            (lines(3, 5), lines(7, 5)),
            (lines(3, 40_000), lines(5, 40_000)),
            ("a\n".repeat(60_000), "b\n".repeat(60_000)),
        ] {
            let changes = diff(&old, &new);
            assert_eq!(side(&changes, Edit::Add), old);
            assert_eq!(side(&changes, Edit::Remove), new);
        }
    }

    #[test]
    fn what_is_far_from_any_change_is_folded() {
        let old: String = (0..30).map(|i| format!("{i}\n")).collect();
        let new = old.replace("\n10\n", "\nten\n");
        let changes = diff(&old, &new);
        let hunks = hunks(&changes, 3);
        let far = |hunk: &Hunk<'_>| match hunk {
            Hunk::Far(lines) => lines.len(),
            Hunk::Near(_) => 0,
        };
        assert_eq!(hunks.iter().map(far).collect::<Vec<_>>(), [7, 0, 0, 0, 0, 0, 0, 0, 0, 16]);
        assert_eq!(super::hunks(&diff(&old, &old), 3), [Hunk::Far(diff(&old, &old))]);
    }

    fn text() -> impl Strategy<Value = String> {
        prop::collection::vec("[a-e]{1,2}", 0..40).prop_map(|lines| lines.join("\n"))
    }

    proptest! {
        #[test]
        fn either_text_comes_back(old in text(), new in text()) {
            let changes = diff(&old, &new);
            prop_assert_eq!(side(&changes, Edit::Add), old.as_str());
            prop_assert_eq!(side(&changes, Edit::Remove), new.as_str());
        }

        #[test]
        fn no_line_is_lost_by_folding(old in text(), new in text(), context in 0usize..5) {
            let changes = diff(&old, &new);
            let flat: Vec<Change<'_>> = hunks(&changes, context).into_iter().flat_map(|hunk| match hunk {
                Hunk::Near(change) => vec![change],
                Hunk::Far(changes) => changes,
            }).collect();
            prop_assert_eq!(flat, changes);
        }

        #[test]
        fn without_anchors_the_way_is_the_shortest(old in "[ab]{0,12}", new in "[ab]{0,12}") {
            let lines = |text: &str| text.chars().map(|c| format!("{c}\n")).collect::<String>();
            let (x, y): (Vec<char>, Vec<char>) = (old.chars().collect(), new.chars().collect());
            let mut common = vec![vec![0usize; y.len() + 1]; x.len() + 1];
            for i in 0..x.len() {
                for j in 0..y.len() {
                    common[i + 1][j + 1] = if x[i] == y[j] { common[i][j] + 1 } else { common[i][j + 1].max(common[i + 1][j]) };
                }
            }
            let mut differ = Differ {
                a: x.iter().map(|c| *c as usize).collect(),
                b: y.iter().map(|c| *c as usize).collect(),
                out: Vec::new(),
                work: WORK,
            };
            let kept = differ.shortest(&(0..x.len()), &(0..y.len())).unwrap();
            prop_assert_eq!(kept.len(), common[x.len()][y.len()]);
            let (old, new) = (lines(&old), lines(&new));
            prop_assert_eq!(side(&diff(&old, &new), Edit::Remove), new.as_str());
        }
    }
}
