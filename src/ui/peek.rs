//! The pane beside the table: everything that is known of the row under the cursor.

use ratatui::layout::Rect;

use crate::app::{App, Browse};
use crate::kinds::{Column, Value};
use crate::store::{Link, Row, To};
use crate::theme::Role;

use super::canvas::{Canvas, Field};
use super::text::{self, Cut};
use super::{glyph, message, number};

/// The least width of the screen at which there is room for it.
pub const FROM: u16 = 150;

/// How wide it is, its wall included.
pub fn width(screen: u16) -> u16 {
    (screen / 4).clamp(44, 64)
}

/// Draws the pane for a row.
pub fn draw(
    canvas: &mut Canvas<'_>,
    area: Rect,
    (app, browse): (&App, &Browse),
    (row, columns): (&Row, &[Column]),
) {
    let now = app.now();
    let wall = canvas.glyphs.wall;
    for line in 0..area.height {
        canvas.line(area, line).say(wall, Role::Faint);
    }
    let inner = Rect { x: area.x + 2, width: area.width.saturating_sub(3), ..area };
    let mut page = Writer { canvas, area: inner, line: 0 };
    page.wrapped(&row.name, Role::Strong);
    let mut what = browse.source.resource.singular.clone();
    if !row.namespace.is_empty() {
        what = format!("{what} in {}", row.namespace);
    }
    page.wrapped(&what, Role::Muted);
    page.gap();
    let fields: Vec<(&Column, String)> = columns
        .iter()
        .filter(|c| !matches!(c.value, Value::Name | Value::Namespace))
        .map(|column| {
            let mut text = String::new();
            column.write(row, now, &mut text);
            (column, text)
        })
        .filter(|(_, text)| !matches!(text.as_str(), "" | "<none>"))
        .collect();
    let label = fields.iter().map(|(c, _)| text::width(&c.name)).max().unwrap_or(0).min(16) as u16;
    for (column, text) in &fields {
        let glyph =
            column.status.then(|| (page.canvas.glyphs.health(row.health), glyph::role(row.health)));
        page.field(&column.name.to_lowercase(), text, label, glyph);
    }
    if !row.links.is_empty() {
        page.heading("related");
        let mut said: Vec<String> = Vec::new();
        // Each takes a line or more.
        for link in row.links.iter().take(usize::from(area.height)) {
            let words = words(link, row);
            if !said.contains(&words) {
                page.wrapped(&words, Role::Text);
                said.push(words);
            }
        }
    }
    let relatives = app.relatives();
    let events = app.events_about();
    if !relatives.is_empty() || events.is_some() {
        page.heading("around it");
        for (section, count) in relatives {
            page.wrapped(&format!("{} {}", section.name(), number::count(count)), Role::Text);
        }
        if let Some((all, warnings)) = events {
            page.wrapped(&events_in_words(all, warnings), Role::Text);
        }
    }
    if !row.labels.is_empty() {
        page.heading("labels");
        for (key, value) in row.labels.iter() {
            page.pair(key, value);
        }
    }
}

/// How many events there are, and how many of them are warnings, in words: `events 3, 1 warning`.
pub fn events_in_words(all: usize, warnings: usize) -> String {
    let warned = match warnings {
        0 => String::new(),
        1 => ", 1 warning".to_owned(),
        many => format!(", {} warnings", number::count(many)),
    };
    format!("events {}{warned}", number::count(all))
}

/// A link in words: `runs on nodes node-0072`.
fn words(link: &Link, row: &Row) -> String {
    let relation = link.relation.words();
    let plural = link.resource.to_lowercase();
    let what = singular(&plural);
    match &link.to {
        To::Uid { namespace, name, .. } | To::Name { namespace, name } => {
            if namespace.is_empty() || *namespace == row.namespace {
                format!("{relation} {what} {name}")
            } else {
                format!("{relation} {what} {namespace}/{name}")
            }
        }
        To::Labels { namespaces, selector, .. } => {
            let what = if selector.0.is_empty() {
                format!("{relation} all {plural}")
            } else {
                format!("{relation} {plural} with {selector}")
            };
            match namespaces {
                Some(namespaces) => format!("{what} in namespaces with {namespaces}"),
                None => what,
            }
        }
    }
}

/// One of them, in words: `configmap` of `configmaps`. A link names its resource by its plural or by its Kind.
fn singular(plural: &str) -> String {
    if let Some(stem) = plural.strip_suffix("ies") {
        return format!("{stem}y");
    }
    let stem =
        plural.strip_suffix("es").filter(|stem| stem.ends_with("ss") || stem.ends_with("us"));
    let plain = plural.strip_suffix('s').filter(|stem| !stem.ends_with('s'));
    stem.or(plain).unwrap_or(plural).to_owned()
}

/// Writes one line below the other, as long as there is room.
struct Writer<'c, 'a> {
    canvas: &'c mut Canvas<'a>,
    area: Rect,
    line: u16,
}

impl Writer<'_, '_> {
    fn gap(&mut self) {
        self.line = self.line.saturating_add(1);
    }

    fn heading(&mut self, title: &str) {
        self.gap();
        self.canvas.line(self.area, self.line).fit(title, Role::Heading);
        self.gap();
    }

    fn wrapped(&mut self, text: &str, role: Role) {
        for line in message::wrap(text, usize::from(self.area.width)) {
            if self.line >= self.area.height {
                return;
            }
            self.canvas.line(self.area, self.line).fit(line, role);
            self.gap();
        }
    }

    fn field(&mut self, name: &str, text: &str, label: u16, glyph: Option<(&str, Role)>) {
        let room =
            usize::from(self.area.width.saturating_sub(label + 2 + 2 * u16::from(glyph.is_some())));
        for (i, part) in message::wrap(text, room.max(8)).into_iter().take(4).enumerate() {
            let mut pen = self.canvas.line(self.area, self.line);
            let style = pen.style(Role::Muted);
            pen.field(&Field::new(if i == 0 { name } else { "" }, label, style));
            pen.skip(2);
            let mut role = Role::Text;
            if let Some((glyph, health)) = glyph {
                pen.say(if i == 0 { glyph } else { " " }, health);
                pen.skip(1);
                role = if health == Role::Ok { Role::Text } else { health };
            }
            pen.fit(part, role);
            self.gap();
        }
    }

    fn pair(&mut self, key: &str, value: &str) {
        let mut pen = self.canvas.line(self.area, self.line);
        let room = pen.left();
        let value_width = (text::width(value) as u16).min(room / 2);
        let key_width = (text::width(key) as u16).min(room.saturating_sub(value_width + 1));
        let style = pen.style(Role::Muted);
        pen.field(&Field { cut: Cut::Middle, ..Field::new(key, key_width, style) });
        pen.say("=", Role::Muted);
        let style = pen.style(Role::Text);
        let left = pen.left();
        pen.field(&Field { cut: Cut::Middle, ..Field::new(value, left, style) });
        self.gap();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kinds::relations::Relations;
    use crate::kinds::{Resource, table};
    use crate::store::Interner;
    use crate::wire::WholeObject;

    #[test]
    fn a_custom_resource_says_what_it_refers_to() {
        let object = r#"{"metadata":{"name":"shop","namespace":"app"},"spec":{"gateways":["prod/public"],
            "hosts":["web"],"http":[{"route":[{"destination":{"host":"web"}}]}]}}"#;
        let object: WholeObject = serde_json::from_str(object).unwrap();
        let (group, plural) = ("networking.istio.io".into(), "virtualservices".into());
        let resource = Resource { group, plural, ..Resource::default() };
        let mut interner = Interner::default();
        let mut row = table::bare(&object.partial.metadata, &mut interner);
        let rules = Relations::built_in().rules(&resource).unwrap();
        rules.apply(&object.value, &mut row, &mut interner);
        let said: Vec<String> = row.links.iter().map(|link| words(link, &row)).collect();
        assert_eq!(
            said,
            ["routes to service web", "part of gateway prod/public", "about service web"]
        );
    }

    #[test]
    fn one_of_many() {
        for (many, one) in [
            ("configmaps", "configmap"),
            ("ingresses", "ingress"),
            ("networkpolicies", "networkpolicy"),
            ("replicaset", "replicaset"),
            ("services", "service"),
            ("ingress", "ingress"),
            ("prometheuses", "prometheus"),
            ("databases", "database"),
        ] {
            assert_eq!(singular(many), one);
        }
    }
}
