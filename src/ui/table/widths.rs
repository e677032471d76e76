//! How wide each column is, and which give way.

use crate::app::Widths;
use crate::kinds::{Align, Column, Value};

/// The least that a column of text is squeezed to.
const LEAST_TEXT: u16 = 9;
/// The least that names are squeezed to.
const LEAST_NAME: u16 = 22;
/// The least that namespaces are squeezed to.
const LEAST_NAMESPACE: u16 = 11;
/// The most that one column takes while others want room.
const MOST: u16 = 64;
/// Between columns: at least and at most.
const GAPS: (u16, u16) = (2, 5);

/// A column's place on the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Its index among the Source's columns.
    pub column: usize,
    /// Its first column of the screen, counted from the start of the table.
    pub x: u16,
    /// How many columns of the screen it takes.
    pub width: u16,
}

/// What lies between columns where there is room to spare.
const USUAL_GAP: u16 = 3;
/// A wide column of a lower priority is shown only when it is asked for.
const WORTH_ROOM: u8 = 30;
/// What must stay free beside a spare column that was not shown before, so that it does not come and go while one scrolls.
const FREE: u32 = 8;

/// The spare columns for which there is room when all others stand in full, the highest priority first.
pub fn extra(table: &super::Table<'_>, widths: &Widths, room: u16) -> Vec<usize> {
    let takes = |column: usize| u32::from(widths.get(column).min(MOST) + USUAL_GAP);
    let mut left = u32::from(room).checked_sub(table.shown.iter().map(|c| takes(*c)).sum());
    let priority = |column: &usize| table.columns.get(*column).map_or(0, |c| c.priority);
    let mut spare: Vec<usize> =
        table.spare.iter().copied().filter(|c| priority(c) >= WORTH_ROOM).collect();
    spare.sort_by_key(|c| std::cmp::Reverse(priority(c)));
    let fits = |column: &usize| {
        let free = if table.extra.contains(column) { 0 } else { FREE };
        let fits = left.is_some_and(|left| left >= takes(*column) + free);
        left = left.and_then(|left| left.checked_sub(takes(*column)));
        fits
    };
    spare.into_iter().take_while(fits).collect()
}

struct Bid {
    column: usize,
    least: u16,
    want: u16,
    priority: u16,
}

/// Gives each column its place in `room` columns of the screen; those that do not fit even when squeezed give way, the lowest
/// priority first. The chosen column never gives way. The second value says whether any did.
pub fn places(
    columns: &[Column],
    shown: &[usize],
    widths: &Widths,
    chosen: Option<usize>,
    room: u16,
) -> (Vec<Place>, bool) {
    let mut bids: Vec<Bid> = shown
        .iter()
        .filter_map(|&column| Some((column, columns.get(column)?)))
        .map(|(column, c)| Bid {
            column,
            least: least(c, widths.get(column)),
            want: widths.get(column),
            priority: if chosen == Some(column) { u16::MAX } else { c.priority.into() },
        })
        .collect();
    let total = |bids: &[Bid], width: fn(&Bid) -> u16| -> u32 {
        let text: u32 = bids.iter().map(|b| u32::from(width(b))).sum();
        text + u32::from(GAPS.0) * bids.len().saturating_sub(1) as u32
    };
    let all = bids.len();
    let in_full = |bids: &[Bid]| total(bids, |b| b.want.min(MOST)) <= u32::from(room);
    let fits = |bids: &[Bid]| total(bids, |b| b.least) <= u32::from(room);
    // Columns that hardly anybody looks for go before a name is cut.
    let spared = |bids: &[Bid]| bids.iter().all(|b| b.priority >= u16::from(WORTH_ROOM));
    while bids.len() > 1 && (!fits(&bids) || !spared(&bids) && !in_full(&bids)) {
        // Of equals the rightmost goes.
        let lowest = (0..bids.len()).rev().min_by_key(|i| bids[*i].priority).unwrap_or(0);
        bids.remove(lowest);
    }
    let gave_way = bids.len() < all;
    let mut left = u32::from(room).saturating_sub(total(&bids, |b| b.least));
    // Who lacks least is served first: a namespace in full costs a long name little.
    let mut order: Vec<usize> = (0..bids.len()).collect();
    order.sort_by_key(|i| (bids[*i].want.min(MOST) - bids[*i].least.min(MOST), *i));
    // First everybody up to what is usual, then who wants more.
    for most in [MOST, u16::MAX] {
        for i in &order {
            let bid = &mut bids[*i];
            let lacks = bid.want.min(most).saturating_sub(bid.least);
            let more = lacks.min(left.min(u32::from(u16::MAX)) as u16);
            bid.least += more;
            left -= u32::from(more);
        }
    }
    let gaps = bids.len().saturating_sub(1).max(1) as u32;
    let gap = GAPS.0 + (left / gaps).min(u32::from(GAPS.1 - GAPS.0)) as u16;
    let mut x: u16 = 0;
    let mut places = Vec::with_capacity(bids.len());
    for bid in bids {
        let width = bid.least.min(room.saturating_sub(x));
        places.push(Place { column: bid.column, x, width });
        x = x.saturating_add(width).saturating_add(gap).min(room);
    }
    (places, gave_way)
}

/// The least a column can be squeezed to.
fn least(column: &Column, want: u16) -> u16 {
    let heading = super::super::text::width(&column.name) as u16;
    match (column.value, column.align) {
        (Value::Name, _) => want.min(LEAST_NAME),
        (Value::Namespace, _) => want.min(LEAST_NAMESPACE),
        // A number that is cut is another number.
        (_, Align::Right) => want.min(MOST),
        _ if column.status => want.min(LEAST_NAME),
        _ => want.min(heading.max(LEAST_TEXT)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn column(name: &'static str, priority: u8, value: Value) -> Column {
        Column { priority, ..Column::new(name, value) }
    }

    fn pods() -> Vec<Column> {
        vec![
            column("NAME", Column::KEEP, Value::Name),
            column("READY", 100, Value::Cell(0)),
            Column { status: true, ..column("STATUS", 200, Value::Cell(1)) },
            column("IP", 50, Value::Cell(2)),
            Column { align: Align::Right, ..column("AGE", 180, Value::Age) },
        ]
    }

    fn shown(room: u16) -> (Vec<&'static str>, bool) {
        let columns = pods();
        let needs = [(0, 30), (1, 5), (2, 18), (3, 12), (4, 4)];
        let widths = Widths::default().settle(1, &needs, 0);
        let (places, gave_way) = places(&columns, &[0, 1, 2, 3, 4], &widths, None, room);
        let names = ["NAME", "READY", "STATUS", "IP", "AGE"];
        (places.iter().map(|p| names[p.column]).collect(), gave_way)
    }

    #[test]
    fn the_lowest_priority_gives_way_first_and_the_name_never() {
        assert_eq!(shown(100), (vec!["NAME", "READY", "STATUS", "IP", "AGE"], false));
        assert_eq!(shown(62), (vec!["NAME", "READY", "STATUS", "AGE"], true));
        assert_eq!(shown(52), (vec!["NAME", "STATUS", "AGE"], true));
        assert_eq!(shown(47), (vec!["NAME", "STATUS"], true));
        assert_eq!(shown(10), (vec!["NAME"], true));
    }

    proptest! {
        #[test]
        fn places_lie_apart_and_within(
            room in 0u16..400, wants in proptest::collection::vec(0u16..300, 5), chosen in proptest::option::of(0usize..6),
        ) {
            let columns = pods();
            let needs: Vec<(usize, u16)> = wants.into_iter().enumerate().collect();
            let widths = Widths::default().settle(1, &needs, 0);
            let (places, _) = places(&columns, &[0, 1, 2, 3, 4], &widths, chosen, room);
            prop_assert!(!places.is_empty());
            let mut end = 0;
            for place in places {
                prop_assert!(place.x >= end && place.x + place.width <= room);
                end = place.x + place.width;
            }
        }
    }
}
