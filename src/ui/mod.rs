//! `&App` becomes a frame, nothing else.
//!
//! [`draw`] reads as the z-order: the page first, then what lies over it. What only a drawing knows (where rows and headings stand, how
//! wide columns are) comes back as a [`Layout`], which the app takes in for the mouse, for paging, and for the next frame.

pub mod bar;
pub mod canvas;
mod copy;
mod editor;
mod files;
mod footer;
mod form;
pub mod glyph;
mod header;
mod help;
mod leave;
mod line;
mod logs;
mod manifest;
mod map;
mod message;
mod number;
mod peek;
mod picker;
pub mod picture;
mod popup;
mod prompt;
mod reader;
mod run;
mod session;
mod sheet;
mod state;
pub mod table;
pub mod yaml;

pub use crate::text;

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::{App, Browse, Layout, Over, Page};
use crate::kinds::Value;
use crate::theme::Role;

use canvas::Canvas;
use glyph::Glyphs;

/// Draws the program. What stands where comes back, for `Msg::Drawn`.
pub fn draw(app: &App, frame: &mut Frame<'_>) -> Layout {
    draw_on(app, frame.buffer_mut())
}

/// Draws the program on a buffer.
pub fn draw_on(app: &App, buffer: &mut Buffer) -> Layout {
    let area = buffer.area;
    let mut canvas = Canvas::new(buffer, app.theme(), Glyphs::of(app.ascii()));
    let screen = canvas.style(Role::Screen);
    canvas.clear(area, screen);
    let parts = Parts::of(area, app.header());
    let mut layout = Layout::default();

    if parts.header.height > 0 {
        header::draw(&mut canvas, parts.header, app);
    }
    for rule in parts.rules {
        canvas.rule(rule);
    }
    let (page, pane) = session::divide(app, parts.page);
    if page.height > 0 {
        draw_page(&mut canvas, page, app, &mut layout);
    }
    if pane.height > 0 {
        session::draw(&mut canvas, pane, app, &mut layout);
    }
    footer::draw(&mut canvas, parts.footer, app);
    for over in app.over() {
        draw_over(&mut canvas, &parts, app, over, &mut layout);
    }
    if let Some(notice) = app.notice()
        && app.prompt().is_none()
    {
        footer::draw_notice(&mut canvas, parts.footer, parts.page, notice);
    }
    layout
}

/// The parts of the screen, from top to bottom. Small screens have fewer.
struct Parts {
    header: Rect,
    rules: [Rect; 2],
    page: Rect,
    footer: Rect,
}

impl Parts {
    fn of(area: Rect, header: bool) -> Self {
        let header_height = match area.height {
            _ if !header => 0,
            10.. => 2,
            4.. => 1,
            _ => 0,
        };
        let rule = u16::from(area.height >= 9);
        let top_rule = rule * u16::from(header_height > 0);
        let footer_height = u16::from(area.height >= 3);
        let mut y = area.y;
        let mut take = |height: u16| {
            let part = Rect { y, height, ..area };
            y += height;
            part
        };
        let header = take(header_height);
        let above = take(top_rule);
        let page = take(area.height - header_height - top_rule - rule - footer_height);
        let below = take(rule);
        let footer = take(footer_height);
        Self { header, rules: [above, below], page, footer }
    }
}

fn draw_page(canvas: &mut Canvas<'_>, area: Rect, app: &App, layout: &mut Layout) {
    match app.page() {
        Some(Page::Browse(browse)) => draw_browse(canvas, area, app, browse, layout),
        Some(Page::Manifest(manifest)) => {
            layout.body = manifest::draw(canvas, area, app, manifest);
        }
        Some(Page::Map(map)) => layout.body = map::draw(canvas, area, app, map),
        Some(Page::Sheet(sheet)) => layout.body = sheet::draw(canvas, area, app, sheet),
        Some(Page::Files(files)) => layout.body = files::draw(canvas, area, app, files),
        Some(Page::Logs(logs)) => {
            (layout.body, layout.bars) = logs::draw(canvas, area, app, logs);
        }
        None => state::draw(canvas, area, app),
    }
}

fn draw_browse(
    canvas: &mut Canvas<'_>,
    area: Rect,
    app: &App,
    browse: &Browse,
    layout: &mut Layout,
) {
    let Some(view) = browse.view(&app.store) else {
        state::draw(canvas, area, app);
        return;
    };
    if view.is_empty() && state::is_all(app) {
        state::draw(canvas, area, app);
        layout.body = area;
        return;
    }
    let columns = browse.columns(&app.store);
    let row = browse.row(&app.store);
    let (area, beside) = match row {
        Some(row) if app.peek() && area.width >= peek::FROM => {
            let width = peek::width(area.width);
            let pane = Rect { x: area.right() - width, width, ..area };
            (Rect { width: area.width - width, ..area }, Some((pane, row)))
        }
        _ => (area, None),
    };
    layout.beside = beside.is_some();
    if let Some((pane, row)) = beside {
        peek::draw(canvas, pane, (app, browse), (row, columns));
    }
    let area = if view.is_empty() { area } else { state::banner(canvas, area, app) };
    let (mut shown, mut spare): (Vec<usize>, Vec<usize>) =
        (0..columns.len()).partition(|i| browse.shows(&columns[*i]));
    spare.retain(|i| columns[*i].value != Value::Namespace && !columns[*i].joined);
    if !app.several_namespaces() {
        shown.retain(|i| columns[*i].value != Value::Namespace);
    }
    let drawn = table::draw(
        canvas,
        area,
        &table::Table {
            view,
            columns,
            shown: &shown,
            spare: &spare,
            extra: browse.extra(),
            first: browse.cursor.first(),
            cursor: browse.cursor.position(),
            is_marked: &|uid| browse.marks.contains(uid),
            way: &|row| app.way(row, columns),
            sort: view.sort(),
            chosen: browse.column(&app.store),
            now: app.now(),
            widths: &app.layout().widths,
            page: page_number(browse, area.width),
        },
    );
    if view.is_empty() {
        state::draw(canvas, drawn.body, app);
    }
    layout.heading = drawn.heading;
    layout.body = drawn.body;
    layout.columns = drawn.columns;
    layout.extra = drawn.extra;
    layout.widths = drawn.widths;
}

/// Tells the widths of one page from another's; a screen of another width starts afresh too.
fn page_number(browse: &Browse, width: u16) -> u64 {
    use std::hash::{Hash, Hasher};
    let mut hasher = rustc_hash::FxHasher::default();
    (browse.source_id(), browse.wide, browse.filter.in_force(), width).hash(&mut hasher);
    hasher.finish()
}

/// The page with the rules above and below it.
fn whole(parts: &Parts) -> Rect {
    let [above, below] = [parts.rules[0], parts.rules[1]].map(|rule| rule.height);
    Rect { y: parts.page.y - above, height: parts.page.height + above + below, ..parts.page }
}

fn draw_over(canvas: &mut Canvas<'_>, parts: &Parts, app: &App, over: &Over, layout: &mut Layout) {
    let (list, first) = match over {
        Over::Help(help) => help::draw(canvas, whole(parts), app, help),
        Over::Picker(picker) => picker::draw(canvas, parts.page, picker),
        Over::Editor(editor) => {
            let (list, first, place) = editor::draw(canvas, whole(parts), app, editor);
            layout.editor = place;
            (list, first)
        }
        Over::Form(form) => (form::draw(canvas, parts.page, app, form), 0),
        Over::Run(id) => (run::draw(canvas, parts.page, app, *id), 0),
        Over::Copy(id) => (copy::draw(canvas, parts.page, app, *id), 0),
        Over::Leave => (leave::draw(canvas, parts.page, app), 0),
        Over::Prompt(prompt) => prompt::draw(canvas, parts.footer, parts.page, app, prompt),
    };
    layout.list = list;
    layout.list_first = first;
}
