//! Roles become styles: what the screens paint with.
//!
//! A screen never names a colour. It names a [`Role`], and a theme file (`themes/*.toml`: a palette, and roles painted with it)
//! says what that looks like. [`Themes`] holds the built-in files and those of the user's config folder, and resolves `inherits`.

mod depth;
mod error;
mod file;
mod role;
mod tint;

pub use depth::{Depth, rgb};
pub use error::ThemeError;
pub use role::Role;
pub use tint::Tint;

use std::collections::BTreeMap;

use ratatui::style::Style;

use error::nearest;
use file::{ColourSpec, File, Paint};

/// The theme that is used when nobody asks for another.
pub const DEFAULT: &str = "dark";

const BUILT_IN: [(&str, &str); 5] = [
    ("dark", include_str!("../../themes/dark.toml")),
    ("light", include_str!("../../themes/light.toml")),
    ("high-contrast", include_str!("../../themes/high-contrast.toml")),
    ("colour-blind", include_str!("../../themes/colour-blind.toml")),
    ("dusk", include_str!("../../themes/dusk.toml")),
];

/// Styles for every role, already fit for the terminal at hand.
#[derive(Clone, Debug, PartialEq)]
pub struct Theme {
    /// The theme's name, as `:theme` takes it.
    pub name: String,
    styles: [Style; Role::COUNT],
}

impl Theme {
    /// How this role looks.
    pub fn style(&self, role: Role) -> Style {
        self.styles[role as usize]
    }

    /// What stands when there is no theme at all: no colour, every role told apart by its attributes.
    pub fn plain() -> Self {
        Self {
            name: "plain".to_owned(),
            styles: Role::ALL.map(|role| Style::new().add_modifier(role.plain())),
        }
    }
}

/// Every theme there is, by name.
#[derive(Clone, Debug)]
pub struct Themes {
    built_in: BTreeMap<String, File>,
    own: BTreeMap<String, File>,
}

impl Themes {
    /// The built-in themes. Fails only where one of them is broken, which a test excludes.
    pub fn new() -> Result<Self, ThemeError> {
        let mut built_in = BTreeMap::new();
        for (name, text) in BUILT_IN {
            built_in.insert(name.to_owned(), File::parse(&format!("themes/{name}.toml"), text)?);
        }
        Ok(Self { built_in, own: BTreeMap::new() })
    }

    /// Adds a file of the user's under its name (`mine` for `mine.toml`). `path` is what errors call it. It may have the name of a
    /// built-in theme: it then replaces that, and `inherits` with its own name means the built-in one.
    pub fn add(&mut self, name: &str, path: &str, text: &str) -> Result<(), ThemeError> {
        self.own.insert(name.to_owned(), File::parse(path, text)?);
        Ok(())
    }

    /// The themes' names, the default first.
    pub fn names(&self) -> Vec<&str> {
        let mut names: Vec<&str> =
            self.built_in.keys().chain(self.own.keys()).map(String::as_str).collect();
        names.sort_unstable_by_key(|name| (*name != DEFAULT, *name));
        names.dedup();
        names
    }

    /// The theme of this name for a terminal of this depth.
    pub fn get(&self, name: &str, depth: Depth) -> Result<Theme, ThemeError> {
        let chain = self.chain(name)?;
        let mut palette: BTreeMap<&str, ColourSpec> = BTreeMap::new();
        let mut roles: BTreeMap<Role, (&File, &Paint)> = BTreeMap::new();
        for file in chain.iter().rev() {
            palette.extend(file.palette.iter().map(|(name, colour)| (name.as_str(), *colour)));
            roles.extend(file.roles.iter().map(|(role, paint)| (*role, (*file, paint))));
        }
        let mut styles = Theme::plain().styles;
        for (role, (file, paint)) in roles {
            let style = paint.style(&palette, depth).map_err(|unknown| ThemeError {
                file: file.path.clone(),
                line: paint.line,
                key: format!("roles.{}", role.name()),
                message: format!(
                    "no colour is called `{unknown}`{}",
                    nearest(&unknown, palette.keys().copied())
                ),
            })?;
            // Without colours the attributes of the role itself must do.
            styles[role as usize] =
                if depth == Depth::None { Style::new().add_modifier(role.plain()) } else { style };
        }
        Ok(Theme { name: name.to_owned(), styles })
    }

    /// The file of this name, the one it inherits from, and so on.
    fn chain(&self, name: &str) -> Result<Vec<&File>, ThemeError> {
        let unknown = |name: &str| format!("no theme is called `{name}`{}", self.nearest(name));
        let mut file = self
            .own
            .get(name)
            .or_else(|| self.built_in.get(name))
            .ok_or_else(|| ThemeError::of(name, unknown(name)))?;
        let mut chain = vec![file];
        while let Some((parent, line)) = &file.inherits {
            let wrong = |message| ThemeError {
                file: file.path.clone(),
                line: *line,
                key: "inherits".to_owned(),
                message,
            };
            let seen = |candidate: &&File| !chain.iter().any(|f| std::ptr::eq(*f, *candidate));
            let next = [self.own.get(parent), self.built_in.get(parent)];
            if next.iter().all(Option::is_none) {
                return Err(wrong(unknown(parent)));
            }
            file = next
                .into_iter()
                .flatten()
                .find(seen)
                .ok_or_else(|| wrong(format!("`{parent}` inherits from this file again")))?;
            chain.push(file);
        }
        Ok(chain)
    }

    fn nearest(&self, name: &str) -> String {
        nearest(name, self.names())
    }
}

#[cfg(test)]
mod tests;
