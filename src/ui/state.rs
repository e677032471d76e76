//! The state of a page, where its rows do not speak for it.

use ratatui::layout::Rect;

use crate::app::{App, PageState};
use crate::theme::Role;

use super::canvas::Canvas;
use super::message;

/// Draws, in an empty page, why it is empty and what one can do.
pub fn draw(canvas: &mut Canvas<'_>, area: Rect, app: &App) {
    let words = app.words();
    let role = match app.page_state() {
        PageState::Unreachable { .. } | PageState::Refused(_) => Role::Broken,
        PageState::Stale { .. } | PageState::Deleted => Role::Warning,
        _ => Role::Text,
    };
    let paragraphs: Vec<&str> = [&words.detail, &words.next]
        .into_iter()
        .map(String::as_str)
        .filter(|p| !p.is_empty())
        .collect();
    message::draw(canvas, area, role, &words.headline, &paragraphs);
}

/// Draws, above rows that cannot be trusted wholly, why; what is left of the area.
pub fn banner(canvas: &mut Canvas<'_>, area: Rect, app: &App) -> Rect {
    let role = match app.page_state() {
        PageState::Stale { .. } | PageState::Deleted => Role::Warning,
        PageState::Unreachable { .. } | PageState::Refused(_) => Role::Broken,
        _ => return area,
    };
    if area.height < 4 {
        return area;
    }
    let words = app.words();
    // The header says that it is so; here stands why, and what comes next.
    let said: Vec<&str> = [&words.detail, &words.next]
        .into_iter()
        .map(|s| s.trim())
        .filter(|s| !s.is_empty())
        .collect();
    let said = if said.is_empty() { words.headline } else { said.join("; ").replace('\n', " ") };
    message::banner(canvas, area, role, &said)
}

/// Whether the page in view has nothing to show but its state.
pub fn is_all(app: &App) -> bool {
    !matches!(app.page_state(), PageState::Live(_) | PageState::Empty(_) | PageState::NoMatch(_))
}
