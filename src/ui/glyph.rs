//! The signs kx draws, each with an ASCII twin for terminals that want it.

use crate::store::Health;
use crate::theme::Role;

/// A set of signs. Each takes one column, unless it says otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Glyphs {
    /// As it should be.
    pub ok: &'static str,
    /// On its way somewhere.
    pub changing: &'static str,
    /// Works, but something is not as it should be.
    pub warning: &'static str,
    /// Does not work.
    pub broken: &'static str,
    /// Done, idle, or nothing to say.
    pub idle: &'static str,
    /// The bar before the row under the cursor.
    pub cursor: &'static str,
    /// Before a marked row.
    pub mark: &'static str,
    /// Behind the heading that is sorted by, smallest first.
    pub ascending: &'static str,
    /// Behind the heading that is sorted by, largest first.
    pub descending: &'static str,
    /// The rules above and below the content.
    pub rule: &'static str,
    /// Between the table and the pane beside it.
    pub wall: &'static str,
    /// Where text is cut.
    pub cut: &'static str,
    /// Between the crumbs of a path.
    pub crumb: &'static str,
    /// Between words that belong to one line but not together.
    pub dot: &'static str,
    /// Before a line whose block is folded away.
    pub folded: &'static str,
    /// Before a line whose block is open.
    pub open: &'static str,
    /// Before an item of a tree that others follow.
    pub branch: &'static str,
    /// Before the last item below another.
    pub corner: &'static str,
    /// Past the items below one that others follow.
    pub guide: &'static str,
    /// Beside a line that changed a moment ago.
    pub changed: &'static str,
    /// Before a favourite.
    pub favourite: &'static str,
    /// The enter key. May be wider.
    pub enter: &'static str,
    /// How far a list is scrolled: the part that is shown.
    pub thumb: &'static str,
    /// A part of a bar: what is used.
    pub used: &'static str,
    /// A part of a bar: what is free.
    pub free: &'static str,
    /// The heights of a bar that stands, the lowest first.
    pub steps: [&'static str; 8],
    /// Before how often something came.
    pub times: &'static str,
    /// There are columns to the left.
    pub more_left: &'static str,
    /// There are columns to the right.
    pub more_right: &'static str,
}

/// For every terminal with a font of this century.
pub const UNICODE: Glyphs = Glyphs {
    ok: "●",
    changing: "◐",
    warning: "▲",
    broken: "✖",
    idle: "○",
    cursor: "▌",
    mark: "◆",
    ascending: "↑",
    descending: "↓",
    rule: "─",
    wall: "│",
    cut: "…",
    crumb: "›",
    dot: "·",
    folded: "▸",
    open: "▾",
    branch: "├",
    corner: "└",
    guide: "│",
    changed: "┃",
    favourite: "★",
    enter: "⏎",
    thumb: "▐",
    used: "■",
    free: "·",
    steps: ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"],
    times: "×",
    more_left: "‹",
    more_right: "›",
};

/// For the others.
pub const ASCII: Glyphs = Glyphs {
    ok: "+",
    changing: "~",
    warning: "!",
    broken: "x",
    idle: "-",
    cursor: ">",
    mark: "*",
    ascending: "^",
    descending: "v",
    rule: "-",
    wall: "|",
    cut: "~",
    crumb: ">",
    dot: "-",
    folded: "+",
    open: "-",
    branch: "|",
    corner: "`",
    guide: "|",
    changed: "|",
    favourite: "*",
    enter: "enter",
    thumb: "#",
    used: "#",
    free: ".",
    steps: [".", ".", ":", ":", "|", "|", "#", "#"],
    times: "x",
    more_left: "<",
    more_right: ">",
};

impl Glyphs {
    /// The set to use.
    pub const fn of(ascii: bool) -> &'static Self {
        if ascii { &ASCII } else { &UNICODE }
    }

    /// What to write for a sign that text brings along: itself, or its twin. Letters stay what they are.
    pub fn twin<'a>(&self, sign: &'a str) -> &'a str {
        if self.cut != ASCII.cut || sign.is_ascii() {
            return sign;
        }
        match sign {
            "…" => ASCII.cut,
            "·" => ASCII.dot,
            "›" => ASCII.crumb,
            "→" => ">",
            "←" => "<",
            "↑" => "^",
            "↓" => "v",
            "–" | "—" => "-",
            "“" | "”" => "\"",
            "‘" | "’" => "'",
            "\u{fffd}" => "?",
            sign if ('\u{2400}'..'\u{2440}').contains(&sign.chars().next().unwrap_or(' ')) => "?",
            sign => sign,
        }
    }

    /// The sign of this health.
    pub const fn health(&self, health: Health) -> &'static str {
        match health {
            Health::Ok => self.ok,
            Health::Changing => self.changing,
            Health::Warning => self.warning,
            Health::Broken => self.broken,
            Health::Idle => self.idle,
        }
    }
}

/// The role that paints this health.
pub const fn role(health: Health) -> Role {
    match health {
        Health::Ok => Role::Ok,
        Health::Changing => Role::Changing,
        Health::Warning => Role::Warning,
        Health::Broken => Role::Broken,
        Health::Idle => Role::Idle,
    }
}
