//! How many colours a terminal has, and the nearest of them.

use ratatui::style::Color;

/// How many colours a terminal shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Depth {
    /// None at all, or none wanted (`NO_COLOR`).
    None,
    /// The sixteen that a terminal names.
    Ansi,
    /// The xterm palette.
    Indexed,
    /// All of them.
    #[default]
    True,
}

impl Depth {
    /// What the environment says; `var` looks a variable up. `NO_COLOR` wins, if it is there and not empty (<https://no-color.org>).
    pub fn detect(var: impl Fn(&str) -> Option<String>) -> Self {
        let var = |name: &str| var(name).unwrap_or_default();
        let (term, colorterm) = (var("TERM"), var("COLORTERM"));
        if !var("NO_COLOR").is_empty() || term == "dumb" {
            return Self::None;
        }
        let direct = ["truecolor", "24bit"].iter().any(|v| colorterm.eq_ignore_ascii_case(v));
        let known =
            ["WT_SESSION", "KITTY_WINDOW_ID", "ALACRITTY_WINDOW_ID", "GHOSTTY_RESOURCES_DIR"];
        if direct || term.contains("direct") || known.iter().any(|v| !var(v).is_empty()) {
            Self::True
        } else if term.contains("256") {
            Self::Indexed
        } else if matches!(
            term.as_str(),
            "linux" | "xterm" | "screen" | "vt100" | "ansi" | "cygwin"
        ) {
            Self::Ansi
        } else {
            Self::Indexed
        }
    }

    /// The nearest colour that a terminal of this depth has, `None` where it has none.
    pub fn nearest(self, colour: Color) -> Option<Color> {
        match (self, colour) {
            (Self::None, _) => None,
            (Self::Indexed, Color::Rgb(r, g, b)) => Some(Color::Indexed(to_indexed([r, g, b]))),
            (Self::Ansi, Color::Rgb(r, g, b)) => Some(to_ansi([r, g, b])),
            (Self::Ansi, Color::Indexed(i)) => Some(to_ansi(indexed_rgb(i))),
            _ => Some(colour),
        }
    }
}

/// The levels of the xterm palette's colour cube.
const LEVELS: [u8; 6] = [0, 95, 135, 175, 215, 255];

/// xterm's defaults for the sixteen, in the order of their numbers.
const ANSI: [(Color, [u8; 3]); 16] = [
    (Color::Black, [0, 0, 0]),
    (Color::Red, [205, 0, 0]),
    (Color::Green, [0, 205, 0]),
    (Color::Yellow, [205, 205, 0]),
    (Color::Blue, [0, 0, 238]),
    (Color::Magenta, [205, 0, 205]),
    (Color::Cyan, [0, 205, 205]),
    (Color::Gray, [229, 229, 229]),
    (Color::DarkGray, [127, 127, 127]),
    (Color::LightRed, [255, 0, 0]),
    (Color::LightGreen, [0, 255, 0]),
    (Color::LightYellow, [255, 255, 0]),
    (Color::LightBlue, [92, 92, 255]),
    (Color::LightMagenta, [255, 0, 255]),
    (Color::LightCyan, [0, 255, 255]),
    (Color::White, [255, 255, 255]),
];

/// The nearest colour of the xterm palette above the sixteen, whose looks every terminal changes.
fn to_indexed(rgb: [u8; 3]) -> u8 {
    let near =
        |v: u8| (0..6u8).min_by_key(|i| LEVELS[usize::from(*i)].abs_diff(v)).unwrap_or_default();
    let [r, g, b] = rgb.map(near);
    let cube = 16 + 36 * r + 6 * g + b;
    let mean = (u32::from(rgb[0]) + u32::from(rgb[1]) + u32::from(rgb[2])) / 3;
    let grey = 232 + (mean.saturating_sub(3) / 10).min(23) as u8;
    if distance(rgb, indexed_rgb(grey)) < distance(rgb, indexed_rgb(cube)) { grey } else { cube }
}

/// The nearest of the sixteen by hue and lightness: what has a hue keeps one, however pale it is.
fn to_ansi(rgb: [u8; 3]) -> Color {
    let (max, min) =
        (rgb.iter().max().copied().unwrap_or(0), rgb.iter().min().copied().unwrap_or(0));
    let grey = u16::from(max - min) * 4 < u16::from(max) || max < 60;
    if grey {
        return match u16::from(max) + u16::from(min) {
            0..100 => Color::Black,
            100..290 => Color::DarkGray,
            290..460 => Color::Gray,
            _ => Color::White,
        };
    }
    // Full saturation at full brightness leaves only the hue.
    let stretch = |v: u8| (u16::from(v - min) * 255 / u16::from(max - min).max(1)).min(255) as u8;
    let pure = rgb.map(stretch);
    let mut best = ANSI[9];
    for candidate in ANSI[9..15].iter().filter(|(c, _)| *c != Color::LightBlue) {
        if distance(pure, candidate.1) < distance(pure, best.1) {
            best = *candidate;
        }
    }
    if distance(pure, [0, 0, 255]) < distance(pure, best.1) {
        best = ANSI[12];
    }
    if max >= 150 { best.0 } else { darker(best.0) }
}

fn darker(colour: Color) -> Color {
    match colour {
        Color::LightRed => Color::Red,
        Color::LightGreen => Color::Green,
        Color::LightYellow => Color::Yellow,
        Color::LightBlue => Color::Blue,
        Color::LightMagenta => Color::Magenta,
        Color::LightCyan => Color::Cyan,
        other => other,
    }
}

fn indexed_rgb(index: u8) -> [u8; 3] {
    match index {
        0..16 => ANSI[usize::from(index)].1,
        16..232 => {
            let i = index - 16;
            [i / 36, i / 6 % 6, i % 6].map(|level| LEVELS[usize::from(level)])
        }
        232.. => [8 + 10 * (index - 232); 3],
    }
}

/// How different two colours look ("redmean", <https://www.compuphase.com/cmetric.htm>), squared.
fn distance(a: [u8; 3], b: [u8; 3]) -> i32 {
    let d = |i: usize| i32::from(a[i]) - i32::from(b[i]);
    let mean = i32::midpoint(i32::from(a[0]), i32::from(b[0]));
    (((512 + mean) * d(0) * d(0)) >> 8) + 4 * d(1) * d(1) + (((767 - mean) * d(2) * d(2)) >> 8)
}

/// The red, green and blue of any colour, as xterm shows it; `None` for the terminal's own default.
pub fn rgb(colour: Color) -> Option<[u8; 3]> {
    match colour {
        Color::Reset => None,
        Color::Rgb(r, g, b) => Some([r, g, b]),
        Color::Indexed(i) => Some(indexed_rgb(i)),
        named => ANSI.iter().find(|(c, _)| *c == named).map(|(_, rgb)| *rgb),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_says_how_deep() {
        let detect = |vars: &[(&str, &str)]| {
            Depth::detect(|name| {
                vars.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned())
            })
        };
        assert_eq!(detect(&[("TERM", "xterm-256color")]), Depth::Indexed);
        assert_eq!(detect(&[("TERM", "xterm-256color"), ("COLORTERM", "truecolor")]), Depth::True);
        assert_eq!(detect(&[("TERM", "linux")]), Depth::Ansi);
        assert_eq!(detect(&[("TERM", "dumb"), ("COLORTERM", "24bit")]), Depth::None);
        assert_eq!(detect(&[("COLORTERM", "truecolor"), ("NO_COLOR", "1")]), Depth::None);
        assert_eq!(detect(&[("TERM", "xterm"), ("NO_COLOR", "")]), Depth::Ansi);
    }

    #[test]
    fn palettes_map_onto_themselves() {
        for i in 16..=255u8 {
            let [r, g, b] = indexed_rgb(i);
            let back = to_indexed([r, g, b]);
            assert_eq!(indexed_rgb(back), [r, g, b], "{i} became {back}");
        }
    }

    #[test]
    fn a_colour_keeps_its_hue_in_sixteen() {
        for (hex, colour) in [
            ([0xe5, 0x6b, 0x6f], Color::LightRed),
            ([0x6f, 0xc2, 0x7f], Color::LightGreen),
            ([0xe8, 0xb3, 0x39], Color::LightYellow),
            ([0x3b, 0x82, 0xf6], Color::LightBlue),
            ([0x5c, 0xc8, 0xd7], Color::LightCyan),
            ([0x80, 0x10, 0x10], Color::Red),
            ([0x10, 0x12, 0x16], Color::Black),
            ([0x80, 0x84, 0x88], Color::DarkGray),
            ([0xf4, 0xf4, 0xf6], Color::White),
        ] {
            assert_eq!(to_ansi(hex), colour, "{hex:?}");
        }
    }

    #[test]
    fn any_colour_fits_any_depth() {
        for r in (0..=255u8).step_by(15) {
            for g in (0..=255u8).step_by(15) {
                for b in (0..=255u8).step_by(15) {
                    let colour = Color::Rgb(r, g, b);
                    assert!(matches!(Depth::Indexed.nearest(colour), Some(Color::Indexed(16..))));
                    let ansi = Depth::Ansi.nearest(colour);
                    assert!(ansi.is_some_and(|c| ANSI.iter().any(|(a, _)| *a == c)));
                    assert_eq!(Depth::None.nearest(colour), None);
                    assert_eq!(Depth::True.nearest(colour), Some(colour));
                }
            }
        }
    }
}
