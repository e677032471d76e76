//! One theme file: a palette, and roles painted with it.

use std::collections::BTreeMap;
use std::ops::Range;

use ratatui::style::{Color, Modifier, Style};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::depth::Depth;
use super::error::{ThemeError, nearest};
use super::role::Role;

/// A theme file as it was written; names are resolved when the theme is asked for.
#[derive(Clone, Debug)]
pub(super) struct File {
    /// What errors call it.
    pub path: String,
    /// The theme that stands behind this one, and the line that says so.
    pub inherits: Option<(String, usize)>,
    /// Colours by name.
    pub palette: BTreeMap<String, ColourSpec>,
    /// Roles and how they are painted.
    pub roles: BTreeMap<Role, Paint>,
}

/// A colour, and the one to use where there are only sixteen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ColourSpec {
    full: Color,
    ansi: Option<Color>,
}

/// How a role is painted.
#[derive(Clone, Debug, Default)]
pub(super) struct Paint {
    fg: Option<ColourRef>,
    bg: Option<ColourRef>,
    modifier: Modifier,
    /// The line that says so, from 1.
    pub line: usize,
}

#[derive(Clone, Debug)]
enum ColourRef {
    Direct(ColourSpec),
    Named(String),
}

impl ColourSpec {
    fn at(self, depth: Depth) -> Option<Color> {
        match self.ansi {
            Some(ansi) if depth == Depth::Ansi => Some(ansi),
            _ => depth.nearest(self.full),
        }
    }
}

impl Paint {
    /// The style it gives; an unknown colour name is the error.
    pub fn style(
        &self,
        palette: &BTreeMap<&str, ColourSpec>,
        depth: Depth,
    ) -> Result<Style, String> {
        let colour = |wanted: &Option<ColourRef>| match wanted {
            None => Ok(None),
            Some(ColourRef::Direct(spec)) => Ok(spec.at(depth)),
            Some(ColourRef::Named(name)) => {
                palette.get(name.as_str()).map(|spec| spec.at(depth)).ok_or_else(|| name.clone())
            }
        };
        let mut style = Style::new().add_modifier(self.modifier);
        style.fg = colour(&self.fg)?;
        style.bg = colour(&self.bg)?;
        Ok(style)
    }
}

/// Knows where in the file it is, for errors.
struct Reader<'a> {
    path: &'a str,
    text: &'a str,
}

type Value<'a> = Spanned<DeValue<'a>>;

impl File {
    /// Reads a theme file. An unknown key, role, colour or attribute is an error with its line.
    pub fn parse(path: &str, text: &str) -> Result<Self, ThemeError> {
        let reader = Reader { path, text };
        let table = DeTable::parse(text).map_err(|e| {
            reader.error(e.span().unwrap_or_default(), "", e.message().replace('\n', ", "))
        })?;
        let mut file = Self {
            path: path.to_owned(),
            inherits: None,
            palette: BTreeMap::new(),
            roles: BTreeMap::new(),
        };
        for (key, value) in table.get_ref() {
            match key.get_ref().as_ref() {
                "inherits" => {
                    let parent = reader.string(value, "inherits")?;
                    file.inherits = Some((parent.to_owned(), reader.line(&value.span())));
                }
                "palette" => {
                    for (name, value) in reader.table(value, "palette")? {
                        let key = format!("palette.{}", name.get_ref());
                        let spec = reader.palette_colour(value, &key)?;
                        file.palette.insert(name.get_ref().to_string(), spec);
                    }
                }
                "roles" => reader.roles(value, &mut file.roles)?,
                other => {
                    let hint = nearest(other, ["inherits", "palette", "roles"]);
                    return Err(reader.error(key.span(), other, format!("no such key{hint}")));
                }
            }
        }
        Ok(file)
    }
}

impl Reader<'_> {
    fn line(&self, span: &Range<usize>) -> usize {
        let before = self.text.as_bytes().get(..span.start).unwrap_or_default();
        before.split(|b| *b == b'\n').count()
    }

    fn error(&self, span: Range<usize>, key: &str, message: String) -> ThemeError {
        ThemeError {
            file: self.path.to_owned(),
            line: self.line(&span),
            key: key.to_owned(),
            message,
        }
    }

    fn string<'v>(&self, value: &'v Value<'_>, key: &str) -> Result<&'v str, ThemeError> {
        value.get_ref().as_str().ok_or_else(|| self.wrong_type(value, key, "a string"))
    }

    fn table<'v, 't>(
        &self,
        value: &'v Value<'t>,
        key: &str,
    ) -> Result<&'v DeTable<'t>, ThemeError> {
        value.get_ref().as_table().ok_or_else(|| self.wrong_type(value, key, "a table"))
    }

    fn wrong_type(&self, value: &Value<'_>, key: &str, wanted: &str) -> ThemeError {
        let message = format!("is {}, not {wanted}", value.get_ref().type_str());
        self.error(value.span(), key, message)
    }

    fn palette_colour(&self, value: &Value<'_>, key: &str) -> Result<ColourSpec, ThemeError> {
        let DeValue::Table(table) = value.get_ref() else {
            return Ok(ColourSpec { full: self.colour(value, key)?, ansi: None });
        };
        let mut spec = ColourSpec { full: Color::Reset, ansi: None };
        for (name, value) in table {
            match name.get_ref().as_ref() {
                "colour" => spec.full = self.colour(value, key)?,
                "ansi" => spec.ansi = Some(self.colour(value, key)?),
                other => {
                    let message =
                        format!("no such key `{other}`{}", nearest(other, ["colour", "ansi"]));
                    return Err(self.error(name.span(), key, message));
                }
            }
        }
        Ok(spec)
    }

    fn colour(&self, value: &Value<'_>, key: &str) -> Result<Color, ThemeError> {
        let text = self.string(value, key)?;
        parse_colour(text).ok_or_else(|| {
            let message = format!(
                "`{text}` is no colour; write `#rrggbb`, a number 0-255 in quotes, `default`, or one of the sixteen such as `bright-blue`"
            );
            self.error(value.span(), key, message)
        })
    }

    fn roles(&self, value: &Value<'_>, out: &mut BTreeMap<Role, Paint>) -> Result<(), ThemeError> {
        for (name, value) in self.table(value, "roles")? {
            let key = format!("roles.{}", name.get_ref());
            let Some(role) = Role::ALL.into_iter().find(|r| r.name() == name.get_ref().as_ref())
            else {
                let hint = nearest(name.get_ref(), Role::ALL.map(Role::name));
                return Err(self.error(name.span(), &key, format!("no such role{hint}")));
            };
            out.insert(role, self.paint(value, &key)?);
        }
        Ok(())
    }

    fn paint(&self, value: &Value<'_>, key: &str) -> Result<Paint, ThemeError> {
        let mut paint = Paint { line: self.line(&value.span()), ..Paint::default() };
        let DeValue::Table(table) = value.get_ref() else {
            paint.fg = Some(self.colour_ref(value, key)?);
            return Ok(paint);
        };
        for (name, value) in table {
            let name_text = name.get_ref().as_ref();
            match (name_text, modifier(name_text)) {
                ("fg", _) => paint.fg = Some(self.colour_ref(value, key)?),
                ("bg", _) => paint.bg = Some(self.colour_ref(value, key)?),
                (_, Some(modifier)) => match value.get_ref() {
                    DeValue::Boolean(true) => paint.modifier |= modifier,
                    DeValue::Boolean(false) => paint.modifier -= modifier,
                    _ => return Err(self.wrong_type(value, key, "true or false")),
                },
                (other, None) => {
                    let hint =
                        nearest(other, ["fg", "bg"].into_iter().chain(MODIFIERS.map(|m| m.0)));
                    return Err(self.error(
                        name.span(),
                        key,
                        format!("no such key `{other}`{hint}"),
                    ));
                }
            }
        }
        Ok(paint)
    }

    fn colour_ref(&self, value: &Value<'_>, key: &str) -> Result<ColourRef, ThemeError> {
        let text = self.string(value, key)?;
        let direct = text.starts_with('#') || text.starts_with(|c: char| c.is_ascii_digit());
        if direct {
            let full = self.colour(value, key)?;
            Ok(ColourRef::Direct(ColourSpec { full, ansi: None }))
        } else if text == "default" {
            Ok(ColourRef::Direct(ColourSpec { full: Color::Reset, ansi: None }))
        } else {
            Ok(ColourRef::Named(text.to_owned()))
        }
    }
}

const MODIFIERS: [(&str, Modifier); 5] = [
    ("bold", Modifier::BOLD),
    ("dim", Modifier::DIM),
    ("italic", Modifier::ITALIC),
    ("underline", Modifier::UNDERLINED),
    ("reverse", Modifier::REVERSED),
];

fn modifier(name: &str) -> Option<Modifier> {
    MODIFIERS.iter().find(|(n, _)| *n == name).map(|(_, m)| *m)
}

const NAMES: [(&str, Color); 17] = [
    ("default", Color::Reset),
    ("black", Color::Black),
    ("red", Color::Red),
    ("green", Color::Green),
    ("yellow", Color::Yellow),
    ("blue", Color::Blue),
    ("magenta", Color::Magenta),
    ("cyan", Color::Cyan),
    ("white", Color::Gray),
    ("bright-black", Color::DarkGray),
    ("bright-red", Color::LightRed),
    ("bright-green", Color::LightGreen),
    ("bright-yellow", Color::LightYellow),
    ("bright-blue", Color::LightBlue),
    ("bright-magenta", Color::LightMagenta),
    ("bright-cyan", Color::LightCyan),
    ("bright-white", Color::White),
];

/// The names of the sixteen, and of the terminal's own.
pub(super) fn colour_names() -> impl Iterator<Item = &'static str> {
    NAMES.iter().map(|(name, _)| *name)
}

/// Reads a colour: a name, `#rrggbb`, or a number of the xterm palette.
pub(super) fn parse_colour(text: &str) -> Option<Color> {
    if let Some((_, colour)) = NAMES.iter().find(|(name, _)| *name == text) {
        return Some(*colour);
    }
    if let Some(hex) = text.strip_prefix('#') {
        let hex = (hex.len() == 6).then_some(hex)?;
        let [_, r, g, b] = u32::from_str_radix(hex, 16).ok()?.to_be_bytes();
        return hex.bytes().all(|b| b.is_ascii_hexdigit()).then_some(Color::Rgb(r, g, b));
    }
    text.parse().ok().map(Color::Indexed)
}
