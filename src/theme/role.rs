//! Roles: what the screens paint, by meaning.

use ratatui::style::Modifier;

/// Declares every role once: its name in theme files, what it paints, and how it is told apart where there are no colours.
macro_rules! roles {
    ($($role:ident $name:literal $plain:expr, $doc:literal;)*) => {
        /// What a screen paints, by meaning. A theme says how it looks.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Role {
            $(#[doc = $doc] $role,)*
        }

        impl Role {
            /// Every role.
            pub const ALL: [Self; Self::COUNT] = [$(Self::$role),*];
            /// How many there are.
            pub const COUNT: usize = [$($name),*].len();

            /// Its name in theme files.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$role => $name,)* }
            }

            /// What it paints, for help.
            pub const fn doc(self) -> &'static str {
                match self { $(Self::$role => $doc,)* }
            }

            /// How it is told apart where there are no colours (`NO_COLOR`).
            pub const fn plain(self) -> Modifier {
                match self { $(Self::$role => $plain,)* }
            }
        }
    };
}

const NONE: Modifier = Modifier::empty();
const BOLD: Modifier = Modifier::BOLD;
const DIM: Modifier = Modifier::DIM;
const UNDERLINED: Modifier = Modifier::UNDERLINED;
const REVERSED: Modifier = Modifier::REVERSED;

roles! {
    Screen "screen" NONE, "The whole screen, behind everything.";
    Text "text" NONE, "Ordinary text.";
    Muted "muted" DIM, "Words beside what matters: labels, namespaces, units.";
    Faint "faint" DIM, "Rules, tree lines, the mark of a cut.";
    Strong "strong" BOLD, "What a line is about: names and titles.";
    Context "context" BOLD, "The context's name; a guardrail may colour it.";
    Frame "frame" DIM, "The rules above and below the page; a guardrail may colour them.";
    Name "name" BOLD, "The name of a row.";
    Accent "accent" BOLD, "The one accent: the program's name, the cursor's bar, the sigil of a prompt.";
    Heading "heading" BOLD, "Column headings.";
    HeadingSorted "heading.sorted" BOLD.union(UNDERLINED), "The heading that the table is sorted by.";
    HeadingChosen "heading.chosen" REVERSED, "The heading that the column keys act on.";
    Cursor "cursor" REVERSED, "The row under the cursor.";
    Mark "mark" BOLD, "Marked rows.";
    Match "match" UNDERLINED, "What a filter or a search found.";
    MatchCurrent "match.current" REVERSED.union(UNDERLINED), "The search hit that the cursor is on.";
    Ok "ok" NONE, "As it should be.";
    Changing "changing" NONE, "On its way somewhere.";
    Warning "warning" BOLD, "Works, but something is not as it should be.";
    Broken "broken" BOLD, "Does not work.";
    Idle "idle" DIM, "Done, idle, or nothing to say.";
    Key "key" BOLD, "A key, in the footer and in help.";
    Badge "badge" REVERSED, "A badge such as read-only.";
    BadgeDemo "badge.demo" REVERSED, "The badge of the demo cluster.";
    Prompt "prompt" NONE, "What is being typed.";
    Caret "caret" REVERSED, "Where the next typed character goes.";
    Popup "popup" NONE, "Pickers, suggestions and help, above the page.";
    PopupCursor "popup.cursor" REVERSED, "The chosen line of a popup.";
    NoticeInfo "notice.info" NONE, "A notice that something was done.";
    NoticeError "notice.error" BOLD, "A notice that something failed.";
    YamlKey "yaml.key" BOLD, "A key in YAML.";
    YamlText "yaml.text" NONE, "Text in YAML.";
    YamlNumber "yaml.number" NONE, "A number in YAML.";
    YamlWord "yaml.word" NONE, "true, false and null in YAML.";
    YamlSign "yaml.sign" DIM, "Punctuation in YAML.";
    YamlComment "yaml.comment" DIM, "A comment in YAML.";
    Added "added" BOLD, "A line that is only in the newer of two.";
    Removed "removed" DIM, "A line that is only in the older of two.";
    Stream1 "stream.1" NONE, "The name of a container in logs; six looks tell them apart.";
    Stream2 "stream.2" NONE, "The name of a container in logs.";
    Stream3 "stream.3" NONE, "The name of a container in logs.";
    Stream4 "stream.4" NONE, "The name of a container in logs.";
    Stream5 "stream.5" NONE, "The name of a container in logs.";
    Stream6 "stream.6" NONE, "The name of a container in logs.";
    Changed "changed" UNDERLINED, "A line that changed a moment ago.";
}
