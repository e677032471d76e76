//! What stands where on the screen, as the last frame was drawn: so that the mouse finds it and a page knows its height.

use ratatui::layout::{Position, Rect};

use super::widths::Widths;

/// What stands where. `ui::draw` returns it; the runtime hands it on as `Msg::Drawn`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    /// The lines of the page's rows (or of its text), without the heading.
    pub body: Rect,
    /// The table's heading line; empty where there is none.
    pub heading: Rect,
    /// Where each shown column stands: first x, width, and its index in the Source's columns.
    pub columns: Vec<(u16, u16, usize)>,
    /// The lines of an open popup's list (suggestions, picker, help); empty where there is none.
    pub list: Rect,
    /// Which item stands in the first line of `list`.
    pub list_first: usize,
    /// The wide columns that there was room for, as indices into the Source's columns.
    pub extra: Vec<usize>,
    /// How wide the table's columns are, for the next frame to keep them steady.
    pub widths: Widths,
    /// Whether the pane beside the table is there.
    pub beside: bool,
    /// Where the editor's text is.
    pub editor: TextPlace,
    /// The screens of the sessions that are seen in the pane: which tab, and where.
    pub sessions: Vec<(usize, Rect)>,
    /// Where the tabs of the sessions are: the line, and the first column and the width of each.
    pub session_tabs: (u16, Vec<(u16, u16)>),
    /// The columns of the histogram of logs, a bar each; empty where there is none.
    pub bars: Rect,
}

/// Where the editor's text is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TextPlace {
    /// The columns of the text, without the numbers beside it.
    pub area: Rect,
    /// Which of the text's lines stands in each line of the screen, or is told about there.
    pub lines: Vec<usize>,
}

/// What stands under the mouse.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// The line of the page's body with this number, from its top.
    Body(usize),
    /// The heading of this column.
    Heading(usize),
    /// This item of the open popup's list.
    Item(usize),
    /// This bar of the histogram, from the left.
    Bar(usize),
    /// Nothing in particular.
    Elsewhere,
}

impl Layout {
    /// How many lines the page's body has.
    pub fn height(&self) -> usize {
        usize::from(self.body.height).max(1)
    }

    /// The tab of a session at this position.
    pub fn session_tab(&self, at: Position) -> Option<usize> {
        let (line, tabs) = &self.session_tabs;
        let inside = |(first, width): &(u16, u16)| at.x >= *first && at.x - first < *width;
        tabs.iter().position(inside).filter(|_| at.y == *line)
    }

    /// The screen of this tab, where it is seen.
    pub fn session(&self, tab: usize) -> Option<Rect> {
        self.sessions.iter().find(|(index, _)| *index == tab).map(|(_, area)| *area)
    }

    /// The session at this position: its tab, and its screen.
    pub fn session_at(&self, at: Position) -> Option<(usize, Rect)> {
        self.sessions.iter().find(|(_, area)| area.contains(at)).copied()
    }

    /// What stands at this position.
    pub fn at(&self, x: u16, y: u16) -> Target {
        let at = Position { x, y };
        if self.list.contains(at) {
            return Target::Item(self.list_first + usize::from(y - self.list.y));
        }
        if self.heading.contains(at) {
            let column =
                self.columns.iter().find(|(first, width, _)| x >= *first && x - first < *width);
            return column.map_or(Target::Elsewhere, |(.., column)| Target::Heading(*column));
        }
        if self.bars.contains(at) {
            return Target::Bar(usize::from(x - self.bars.x));
        }
        if self.body.contains(at) {
            return Target::Body(usize::from(y - self.body.y));
        }
        Target::Elsewhere
    }
}
