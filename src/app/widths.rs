//! How wide a table's columns are from one frame to the next.

/// How long a column keeps room that nothing on the screen needs, in seconds: columns do not jitter while one scrolls.
const ROOMY_FOR: i64 = 8;

/// How wide the columns of a page were in its last frame.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Widths {
    /// Which page they are of: another page starts afresh.
    page: u64,
    columns: Vec<Remembered>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Remembered {
    column: usize,
    width: u16,
    /// Since when it has had more room than it needs, seconds since the Unix epoch.
    roomy_since: Option<i64>,
}

impl Widths {
    /// What a page's columns get, given what the rows on the screen need (column, columns of text): wider at once, narrower only
    /// after a while.
    #[must_use]
    pub fn settle(&self, page: u64, needs: &[(usize, u16)], now: i64) -> Self {
        let past = |column| {
            let known = self.page == page;
            self.columns.iter().find(|r| known && r.column == column).copied()
        };
        let columns = needs.iter().map(|&(column, need)| match past(column) {
            Some(past) if need < past.width => {
                let since = past.roomy_since.unwrap_or(now);
                if now.saturating_sub(since) >= ROOMY_FOR {
                    Remembered { column, width: need, roomy_since: None }
                } else {
                    Remembered { roomy_since: Some(since), ..past }
                }
            }
            _ => Remembered { column, width: need, roomy_since: None },
        });
        Self { page, columns: columns.collect() }
    }

    /// A column's width.
    pub fn get(&self, column: usize) -> u16 {
        self.columns.iter().find(|r| r.column == column).map_or(0, |r| r.width)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_grows_at_once_and_shrinks_later() {
        let widths = Widths::default().settle(1, &[(0, 10)], 100);
        let widths = widths.settle(1, &[(0, 20)], 100);
        assert_eq!(widths.get(0), 20);
        let widths = widths.settle(1, &[(0, 5)], 101);
        assert_eq!(widths.get(0), 20);
        assert_eq!(widths.settle(1, &[(0, 5)], 101 + ROOMY_FOR).get(0), 5);
        let again = widths.settle(1, &[(0, 20)], 102).settle(1, &[(0, 5)], 101 + ROOMY_FOR);
        assert_eq!(again.get(0), 20, "it was needed meanwhile");
        assert_eq!(widths.settle(2, &[(0, 5)], 102).get(0), 5, "another page");
    }
}
