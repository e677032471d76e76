//! The YAML of an object.

use ratatui::layout::Rect;

use crate::app::{App, Manifest};
use crate::theme::Role;

use super::canvas::Canvas;
use super::reader::{self, Paint, Shown, Writer};
use super::{state, yaml};

/// Draws an object's YAML; says where its lines stand.
pub fn draw(canvas: &mut Canvas<'_>, area: Rect, app: &App, manifest: &Manifest) -> Rect {
    if manifest.reader.lines().is_empty() {
        state::draw(canvas, area, app);
        return area;
    }
    let area = state::banner(canvas, area, app);
    let mut yaml = Yaml { manifest, next: 0, until: 0 };
    reader::draw(canvas, area, &manifest.reader, app.now(), &mut yaml);
    area
}

/// Paints lines of YAML. Drawn in ascending order, it reads each line once to know which are text of a block.
struct Yaml<'a> {
    manifest: &'a Manifest,
    next: usize,
    until: usize,
}

impl Paint for Yaml<'_> {
    const NUMBERED: bool = true;

    fn signs(&self, _line: usize) -> usize {
        0
    }

    fn write(&mut self, writer: &mut Writer<'_, '_, '_>, shown: Shown) {
        let in_block = self.in_block(shown.at);
        let Some(line) = self.manifest.reader.lines().get(shown.at) else { return };
        let changed = shown.changed.then(|| writer.style(Role::Changed));
        for (range, role) in yaml::tokens(&line.text, in_block) {
            let mut style = writer.style(role);
            if let Some(changed) =
                changed.filter(|_| role != Role::YamlKey && role != Role::YamlSign)
            {
                style = style.patch(changed);
            }
            writer.part(&line.text, range, style);
        }
    }

    fn leads(&self, _line: usize) -> bool {
        false
    }
}

impl Yaml<'_> {
    fn in_block(&mut self, at: usize) -> bool {
        while self.next < at {
            let Some(line) = self.manifest.reader.lines().get(self.next) else { break };
            if self.next >= self.until && yaml::opens_block(&line.text) {
                self.until = line.end;
            }
            self.next += 1;
        }
        at < self.until
    }
}
