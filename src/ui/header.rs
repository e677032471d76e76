//! The header: where one is, what is shown, and how far it can be trusted.

use ratatui::layout::Rect;

use crate::app::{
    About, App, Browse, FilesPage, LogPage, LogState, MapPage, Page, PageState, Reader,
};
use crate::logs::Level;
use crate::map;
use crate::store::{Health, Tally, View};
use crate::theme::Role;

use super::bar::{self, Segment};
use super::canvas::Canvas;
use super::glyph::{self, Glyphs};
use super::number::count;
use super::peek;

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
        left.extend(marks(browse.marks.len(), glyphs));
        right.extend(selector(browse));
        right.extend(filter(browse));
    }
    if let Some(map) = app.map() {
        left.extend(marks(map.marks.len(), glyphs));
        right.extend(around(app));
    }
    if let Some(reader) = app.reader() {
        right.extend(search(reader));
    }
    if let Some(logs) = app.logs() {
        right.extend(narrowed(logs, glyphs));
    }
    if let Some(pattern) = app.map().map(|map| map.search.pattern()).filter(|p| !p.is_empty()) {
        right.push(Segment::new(80, "/ ", Role::Accent).and(pattern, Role::Text));
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
    Segment::new(90, "kx", Role::Accent).and("  ", Role::Text).and(name, Role::Context)
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
        Some(Page::Manifest(manifest)) => return namespace(&manifest.namespace),
        Some(Page::Sheet(sheet)) => {
            return sheet.about.as_ref().map_or_else(Segment::default, |a| namespace(&a.namespace));
        }
        // The Map is of the whole cluster.
        Some(Page::Map(_)) => false,
        // What they are of is said beside.
        Some(Page::Logs(_)) => false,
        Some(Page::Files(files)) => return namespace(&files.files.place.namespace),
        None => true,
    };
    match app.scope_words() {
        _ if !namespaced => Segment::default(),
        words if words == "all" => Segment::new(60, "all namespaces", Role::Muted),
        words => Segment::new(60, "ns ", Role::Muted).and(words, Role::Text),
    }
}

fn namespace(name: &str) -> Segment<'_> {
    if name.is_empty() {
        return Segment::default();
    }
    Segment::new(60, "ns ", Role::Muted).and(name, Role::Text)
}

fn badges(app: &App) -> Vec<Segment<'_>> {
    let mut badges = Vec::new();
    if app.demo() {
        badges.push(Segment::new(70, "demo cluster", Role::BadgeDemo));
    }
    if let Some(rail) = app.tint() {
        let word = if rail.name.is_empty() { "guarded" } else { rail.name.as_str() };
        badges.push(Segment::new(72, word, Role::Context));
    }
    badges.extend(forwards(app));
    if app.read_only() {
        badges.push(Segment::new(75, "read-only", Role::Badge));
    }
    badges
}

/// How many port forwards run, and whether one of them waits for a pod.
fn forwards(app: &App) -> Option<Segment<'static>> {
    let on = app.forwards().iter().filter(|forward| forward.status.is_on());
    let (count, worst) = on.fold((0, Health::Ok), |(count, worst), forward| {
        (count + 1, worst.max(forward.status.health()))
    });
    let plural = if count == 1 { "" } else { "s" };
    let role = if worst >= Health::Warning { glyph::role(worst) } else { Role::Muted };
    (count > 0).then(|| Segment::new(30, format!("{count} forward{plural}"), role))
}

/// How far the page can be trusted, in a word or two.
fn freshness(app: &App, glyphs: &Glyphs) -> Segment<'static> {
    let health = match app.page_state() {
        PageState::Live(_) | PageState::Empty(_) | PageState::NoMatch(_) => Health::Ok,
        PageState::Connecting | PageState::Waiting(_) | PageState::Loading { .. } => {
            Health::Changing
        }
        PageState::Stale { .. } | PageState::Deleted => Health::Warning,
        PageState::Ended => Health::Idle,
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
        Some(Page::Map(map)) => of_map(map),
        Some(Page::Logs(logs)) => of_logs(logs),
        Some(Page::Files(files)) => of_files(files),
        Some(Page::Manifest(m)) => Segment::new(88, m.resource.singular.as_str(), Role::Muted)
            .and("  ", Role::Text)
            .and(m.name.as_str(), Role::Strong),
        Some(Page::Sheet(sheet)) => match &sheet.about {
            Some(About { resource, name, .. }) => {
                let title = Segment::new(88, resource.singular.as_str(), Role::Muted);
                title.and("  ", Role::Text).and(name.as_str(), Role::Strong)
            }
            None => {
                let mut words = sheet.crumbs().into_iter();
                let title = Segment::new(88, words.next().unwrap_or_default(), Role::Strong);
                words.fold(title, |title, word| title.and(format!("  {word}"), Role::Muted))
            }
        },
        None => Segment::default(),
    }
}

/// Which folder, of which container, and how much is in it.
fn of_files(page: &FilesPage) -> Segment<'_> {
    let (shown, all, more) = page.counts();
    let place = &page.files.place;
    let mut segment = Segment::new(88, format!("{}/{}", place.pod, place.container), Role::Muted)
        .and("  ", Role::Text)
        .and(page.folder.words(), Role::Strong)
        .and(format!("  {}", count(shown)), Role::Text);
    if shown < all || more {
        let more = if more { "more than " } else { "" };
        segment = segment.and(format!(" of {more}{}", count(all)), Role::Muted);
    }
    segment
}

/// Whose logs, how many lines, and how much of them is shown.
fn of_logs(logs: &LogPage) -> Segment<'_> {
    let (shown, all) = logs.counts();
    let number = |n: u64| count(usize::try_from(n).unwrap_or(usize::MAX));
    let previous = if logs.query.previous { "previous logs" } else { "logs" };
    let mut segment = Segment::new(88, previous, Role::Muted)
        .and("  ", Role::Text)
        .and(logs.title.as_str(), Role::Strong)
        .and(format!("  {}", number(shown)), Role::Text);
    // That events are not asked for narrows nothing.
    let narrow = logs.filter.is_narrow() || logs.face.fold || logs.expressed().is_some();
    if shown < all && narrow {
        segment = segment.and(format!(" of {}", number(all)), Role::Muted);
    }
    segment.and(" lines", Role::Muted)
}

/// What narrows logs, what is searched for in them, and whether they stand still.
fn narrowed<'a>(logs: &'a LogPage, glyphs: &Glyphs) -> Vec<Segment<'a>> {
    let number = |n: u64| count(usize::try_from(n).unwrap_or(usize::MAX));
    let mut segments = Vec::new();
    if let LogState::Reading(containers) = logs.state {
        let plural = if containers == 1 { "" } else { "s" };
        segments.push(Segment::new(60, format!("{containers} container{plural}"), Role::Muted));
    }
    segments.extend(marks(logs.marked(), glyphs));
    if !logs.follow {
        segments.push(Segment::new(70, "stands still", Role::Warning));
    }
    if logs.face.fold {
        segments.push(Segment::new(61, "bursts as one", Role::Muted));
    }
    if logs.face.context > 0 {
        let text = format!("{} around", logs.face.context);
        segments.push(Segment::new(62, text, Role::Muted));
    }
    if logs.filter.level != Level::Unknown {
        let text = format!("{} and graver", logs.filter.level.name());
        segments.push(Segment::new(79, text, Role::Accent));
    }
    if let Some(expressed) = logs.expressed() {
        let mut segment = Segment::new(82, "jq ", Role::Accent).and(expressed.text(), Role::Text);
        if let Some((lines, why)) = expressed.failed() {
            let plural = if lines == 1 { "" } else { "s" };
            let words = format!("  failed for {} line{plural}: {why}", number(lines));
            segment = segment.and(words, Role::Warning);
        }
        segments.push(segment);
    }
    if !logs.filter.text().is_empty() {
        let text = logs.filter.text();
        segments.push(Segment::new(80, "/ ", Role::Accent).and(text, Role::Text));
    }
    if !logs.search.text().is_empty() {
        let words = match (logs.matches(), logs.at_work()) {
            ((0, 0), Some(busy)) => format!("  {busy}"),
            ((0, 0), None) => "  no match".to_owned(),
            ((place, all), busy) => {
                let more = if busy.is_some() { "+" } else { "" };
                format!("  {} of {}{more}", number(place), number(all))
            }
        };
        let segment = Segment::new(81, "find ", Role::Accent);
        segments.push(segment.and(logs.search.text(), Role::Text).and(words, Role::Muted));
    } else if let Some(busy) = logs.at_work() {
        segments.push(Segment::new(63, busy, Role::Changing));
    }
    segments
}

/// Which view of the Map it is, and which there are beside it.
fn of_map(page: &MapPage) -> Segment<'_> {
    let only = if page.problems { "  problems only" } else { "" };
    if let map::View::Around(root) = &page.view {
        return Segment::new(88, "around ", Role::Muted)
            .and(root.name.as_ref(), Role::Strong)
            .and(only, Role::Warning);
    }
    let mut segment = Segment::new(88, "map", Role::Muted);
    for view in &map::View::ALL {
        let role = if *view == page.view { Role::Strong } else { Role::Faint };
        segment = segment.and("  ", Role::Text).and(view.name().to_owned(), role);
    }
    segment.and(only, Role::Warning)
}

/// How much of each sort stands around the row under the cursor of a Map, and the events about it. Where there is no room, the last go first.
fn around(app: &App) -> Vec<Segment<'static>> {
    let relatives = app.relatives().into_iter().map(|(section, n)| (section.name(), count(n)));
    let mut segments: Vec<_> = relatives
        .zip((0..40).rev())
        .map(|((name, n), priority)| {
            Segment::new(priority, name, Role::Muted).and(format!(" {n}"), Role::Text)
        })
        .collect();
    if let Some((all, warnings)) = app.events_about() {
        let role = if warnings > 0 { Role::Warning } else { Role::Muted };
        segments.push(Segment::new(40, peek::events_in_words(all, warnings), role));
    }
    segments
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

fn marks(n: usize, glyphs: &Glyphs) -> Option<Segment<'static>> {
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

fn search(reader: &Reader) -> Option<Segment<'_>> {
    let pattern = reader.search.pattern();
    if pattern.is_empty() {
        return None;
    }
    let (place, all) = (reader.search.place(reader.here()), reader.search.count());
    let words = if all == 0 { "  no match".to_owned() } else { format!("  {place} of {all}") };
    Some(Segment::new(80, "/ ", Role::Accent).and(pattern, Role::Text).and(words, Role::Muted))
}
