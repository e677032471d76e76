//! A colour beside the theme's own: that of a context with a guardrail.

use ratatui::style::{Color, Modifier, Style};

use super::depth::Depth;
use super::error::nearest;
use super::file::parse_colour;
use super::{Role, Theme};

/// A colour, or the look of a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tint {
    /// This colour, or the nearest that a terminal has.
    Colour(Color),
    /// The colour of this role.
    Role(Role),
}

impl Tint {
    /// Reads `red`, `bright-blue`, `#rrggbb`, `208`, or the name of a role.
    ///
    /// # Errors
    /// What is wrong, and what could be meant.
    pub fn parse(text: &str) -> Result<Self, String> {
        if let Some(role) = Role::ALL.into_iter().find(|role| role.name() == text) {
            return Ok(Self::Role(role));
        }
        parse_colour(text).map(Self::Colour).ok_or_else(|| {
            let names = super::file::colour_names().chain(Role::ALL.map(Role::name));
            format!("{text:?} is no colour{}", nearest(text, names))
        })
    }
}

impl Theme {
    /// The same theme, in which the context's name and the rules have this colour. Where there are no colours, the name is reversed.
    #[must_use]
    pub fn tinted(&self, tint: Tint, depth: Depth) -> Self {
        let colour = match tint {
            Tint::Colour(colour) => depth.nearest(colour),
            Tint::Role(role) => {
                let style = self.style(role);
                style.fg.or(style.bg).filter(|_| depth != Depth::None)
            }
        };
        let mut theme = self.clone();
        let plain = self.style(Role::Context);
        let (name, frame) = match colour {
            Some(colour) => (plain.fg(colour), self.style(Role::Frame).fg(colour)),
            None => (plain.add_modifier(Modifier::REVERSED), self.style(Role::Frame)),
        };
        theme.set(Role::Context, name);
        theme.set(Role::Frame, frame);
        theme
    }

    fn set(&mut self, role: Role, style: Style) {
        self.styles[role as usize] = style;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_and_roles_are_read_and_slips_are_named() {
        assert_eq!(Tint::parse("red"), Ok(Tint::Colour(Color::Red)));
        assert_eq!(Tint::parse("#ff0000"), Ok(Tint::Colour(Color::Rgb(255, 0, 0))));
        assert_eq!(Tint::parse("208"), Ok(Tint::Colour(Color::Indexed(208))));
        assert_eq!(Tint::parse("broken"), Ok(Tint::Role(Role::Broken)));
        assert!(Tint::parse("redd").unwrap_err().contains("`red`"));
        assert!(Tint::parse("").is_err());
    }

    #[test]
    fn every_depth_tells_a_tinted_context_from_another() {
        let plain = Theme::plain();
        for depth in [Depth::None, Depth::Ansi, Depth::Indexed, Depth::True] {
            for tint in ["red", "#f2727c", "208"].map(|text| Tint::parse(text).unwrap()) {
                let tinted = plain.tinted(tint, depth);
                assert_ne!(tinted.style(Role::Context), plain.style(Role::Context), "{depth:?}");
            }
        }
        let ansi = plain.tinted(Tint::parse("#ff0000").unwrap(), Depth::Ansi);
        assert_eq!(ansi.style(Role::Context).fg, Some(Color::LightRed));
    }
}
