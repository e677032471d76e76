//! The header: where one is, what is shown, and how far it can be trusted.

use ratatui::layout::Rect;

use crate::app::{App, Browse, Manifest, Page, PageState};
use crate::store::{Health, Tally, View};
use crate::theme::Role;

use super::bar::{self, Segment};
use super::canvas::Canvas;
use super::glyph::{self, Glyphs};
use super::number::count;

/// Draws the header into an area of one or two lines.
pub fn draw(canvas: &mut Canvas<'_>, area: Rect, app: &App) {
    let glyphs = canvas.glyphs;
    let badges = badges(app);
    let state = freshness(app, glyphs);
    if area.height < 2 {
        let left = [place(app), what(app)];
        bar::draw(canvas, area, &left, &[badges, vec![state]].concat());
        return;
    }
    let left = [place(app), version(app), namespaces(app), user(app)];
    bar::draw(canvas, area, &left, &[badges, vec![state]].concat());
    let second = Rect { y: area.y + 1, height: 1, ..area };
    let mut left = vec![what(app)];
    let mut right = Vec::new();
    if let Some((browse, view)) = table(app) {
        left.extend(tally(&view.health(), glyphs));
        left.extend(marks(browse, glyphs));
        right.extend(selector(browse));
        right.extend(filter(browse));
    }
    if let Some(manifest) = app.manifest() {
        right.extend(search(manifest));
    }
    bar::draw(canvas, second, &left, &right);
}

fn table(app: &App) -> Option<(&Browse, View<'_>)> {
    let browse = app.browse()?;
    Some((browse, browse.view(&app.store)?))
}

fn place(app: &App) -> Segment<'_> {
    let name = &*app.context().name;
    let name = if name.is_empty() { "no context" } else { name };
    Segment::new(90, "kx", Role::Accent).and("  ", Role::Text).and(name, Role::Strong)
}

fn version(app: &App) -> Segment<'_> {
    match &app.context().info {
        Some(info) => Segment::new(20, info.version.as_str(), Role::Muted),
        None => Segment::default(),
    }
}

fn user(app: &App) -> Segment<'_> {
    match &app.context().info {
        Some(info) if !info.user.is_empty() => {
            Segment::new(10, "as ", Role::Muted).and(info.user.as_str(), Role::Text)
        }
        _ => Segment::default(),
    }
}

fn namespaces(app: &App) -> Segment<'_> {
    let namespaced = match app.page() {
        Some(Page::Browse(browse)) => browse.source.resource.namespaced,
        Some(Page::Manifest(manifest)) if manifest.namespace.is_empty() => false,
        Some(Page::Manifest(manifest)) => {
            let name = manifest.namespace.as_str();
            return Segment::new(60, "ns ", Role::Muted).and(name, Role::Text);
        }
        None => true,
    };
    match app.scope_words() {
        _ if !namespaced => Segment::default(),
        words if words == "all" => Segment::new(60, "all namespaces", Role::Muted),
        words => Segment::new(60, "ns ", Role::Muted).and(words, Role::Text),
    }
}

fn badges(app: &App) -> Vec<Segment<'_>> {
    let mut badges = Vec::new();
    if app.demo() {
        badges.push(Segment::new(70, "demo cluster", Role::BadgeDemo));
    }
    if app.read_only() {
        badges.push(Segment::new(75, "read-only", Role::Badge));
    }
    badges
}

/// How far the page can be trusted, in a word or two.
fn freshness(app: &App, glyphs: &Glyphs) -> Segment<'static> {
    let health = match app.page_state() {
        PageState::Live(_) | PageState::Empty(_) | PageState::NoMatch(_) => Health::Ok,
        PageState::Connecting | PageState::Waiting(_) | PageState::Loading { .. } => {
            Health::Changing
        }
        PageState::Stale { .. } | PageState::Deleted => Health::Warning,
        PageState::Unreachable { .. } | PageState::Refused(_) => Health::Broken,
    };
    let role = glyph::role(health);
    let words = if health == Health::Ok { Role::Muted } else { role };
    Segment::new(85, glyphs.health(health), role).and(format!(" {}", app.words().short), words)
}

/// What the page shows: `pods 412 of 100,000`.
fn what(app: &App) -> Segment<'_> {
    match app.page() {
        Some(Page::Browse(browse)) => {
            let title = Segment::new(88, browse.title(), Role::Strong);
            match browse.view(&app.store) {
                Some(view) if view.len() < view.total() => title
                    .and(format!("  {}", count(view.len())), Role::Text)
                    .and(format!(" of {}", count(view.total())), Role::Muted),
                Some(view) if view.total() > 0 || app.page_state().is_live() => {
                    title.and(format!("  {}", count(view.total())), Role::Text)
                }
                _ => title,
            }
        }
        Some(Page::Manifest(m)) => Segment::new(88, m.resource.singular.as_str(), Role::Muted)
            .and("  ", Role::Text)
            .and(m.name.as_str(), Role::Strong),
        None => Segment::default(),
    }
}

/// How many rows are not as they should be, worst first.
fn tally(tally: &Tally, glyphs: &Glyphs) -> Option<Segment<'static>> {
    let mut segment = Segment::default();
    let mut first = true;
    for health in [Health::Broken, Health::Warning, Health::Changing] {
        let n = tally.get(health);
        if n > 0 {
            let gap = if std::mem::take(&mut first) { "" } else { "  " };
            let text = format!("{gap}{} {}", glyphs.health(health), count(n));
            segment = match gap {
                "" => Segment::new(50, text, glyph::role(health)),
                _ => segment.and(text, glyph::role(health)),
            };
        }
    }
    (!first).then_some(segment)
}

fn marks(browse: &Browse, glyphs: &Glyphs) -> Option<Segment<'static>> {
    let n = browse.marks.len();
    (n > 0).then(|| Segment::new(65, format!("{} {} marked", glyphs.mark, count(n)), Role::Mark))
}

/// The selectors that the person gave; those of a page that was opened from a row are in the way back.
fn selector(browse: &Browse) -> Option<Segment<'_>> {
    if browse.parent.is_some() {
        return None;
    }
    let given = [("-l ", &browse.source.labels), ("--field-selector ", &browse.source.fields)];
    let mut given = given.into_iter().filter(|(_, text)| !text.is_empty());
    let (flag, text) = given.next()?;
    let segment = Segment::new(40, flag, Role::Accent).and(text.as_str(), Role::Text);
    Some(match given.next() {
        Some((flag, text)) => {
            segment.and(format!(" {flag}"), Role::Accent).and(text.as_str(), Role::Text)
        }
        None => segment,
    })
}

fn filter(browse: &Browse) -> Option<Segment<'_>> {
    let text = browse.filter.in_force();
    (!text.is_empty()).then(|| Segment::new(80, "/ ", Role::Accent).and(text, Role::Text))
}

fn search(manifest: &Manifest) -> Option<Segment<'_>> {
    let pattern = manifest.search.pattern();
    if pattern.is_empty() {
        return None;
    }
    let line = manifest.visible().get(manifest.cursor()).copied().unwrap_or(0);
    let (place, all) = (manifest.search.place(line), manifest.search.count());
    let words = if all == 0 { "  no match".to_owned() } else { format!("  {place} of {all}") };
    Some(Segment::new(80, "/ ", Role::Accent).and(pattern, Role::Text).and(words, Role::Muted))
}
