//! What a person relies on of themes: they parse, they are legible, mistakes are found.

use ratatui::style::Color;

use super::*;

/// Contrast of two colours, 1 to 21 (WCAG 2.2, "contrast ratio").
fn contrast(a: [u8; 3], b: [u8; 3]) -> f64 {
    let luminance = |rgb: [u8; 3]| {
        let [r, g, b] = rgb.map(|v| {
            let v = f64::from(v) / 255.0;
            if v <= 0.03928 { v / 12.92 } else { ((v + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * r + 0.7152 * g + 0.0722 * b
    };
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

const WORDS: [Role; 21] = [
    Role::Text,
    Role::Muted,
    Role::Strong,
    Role::Accent,
    Role::Heading,
    Role::HeadingSorted,
    Role::Mark,
    Role::Match,
    Role::Ok,
    Role::Changing,
    Role::Warning,
    Role::Broken,
    Role::Idle,
    Role::Key,
    Role::Badge,
    Role::NoticeError,
    Role::YamlKey,
    Role::YamlText,
    Role::YamlNumber,
    Role::YamlWord,
    Role::Changed,
];

#[test]
fn every_built_in_theme_is_legible() {
    let themes = Themes::new().unwrap();
    for name in themes.names() {
        let theme = themes.get(name, Depth::True).unwrap();
        let rgb = |colour: Option<Color>| colour.and_then(depth::rgb).unwrap_or_default();
        let wanted = if name == "high-contrast" { 7.0 } else { 4.0 };
        for ground in [Role::Screen, Role::Cursor, Role::Popup] {
            let ground_rgb = rgb(theme.style(ground).bg);
            for role in WORDS {
                let words = rgb(theme.style(role).fg);
                let ratio = contrast(words, ground_rgb);
                assert!(ratio >= wanted, "{name}: {role:?} on {ground:?} has {ratio:.1}");
            }
        }
    }
}

#[test]
fn at_every_depth_the_roles_that_must_differ_do() {
    let themes = Themes::new().unwrap();
    for name in themes.names() {
        for depth in [Depth::True, Depth::Indexed, Depth::Ansi] {
            let theme = themes.get(name, depth).unwrap();
            let style = |role| theme.style(role);
            let health = [Role::Ok, Role::Changing, Role::Warning, Role::Broken, Role::Idle];
            for (i, a) in health.iter().enumerate() {
                for b in &health[i + 1..] {
                    assert_ne!(style(*a), style(*b), "{name} at {depth:?}: {a:?}, {b:?}");
                }
            }
            assert_ne!(style(Role::Cursor).bg, style(Role::Screen).bg, "{name} at {depth:?}");
            assert_ne!(style(Role::Mark), style(Role::Text), "{name} at {depth:?}");
            assert_ne!(style(Role::Match), style(Role::Text), "{name} at {depth:?}");
            assert_ne!(style(Role::Match), style(Role::MatchCurrent), "{name} at {depth:?}");
            assert_ne!(style(Role::Cursor).bg, style(Role::Text).fg, "{name} at {depth:?}");
        }
    }
}

#[test]
fn without_colours_attributes_tell_roles_apart() {
    let theme = Themes::new().unwrap().get(DEFAULT, Depth::None).unwrap();
    for role in Role::ALL {
        let style = theme.style(role);
        assert_eq!((style.fg, style.bg), (None, None), "{role:?}");
    }
    let modifier = |role| theme.style(role).add_modifier;
    let told_apart = [Role::Text, Role::Mark, Role::Match, Role::Cursor, Role::MatchCurrent];
    for (i, a) in told_apart.iter().enumerate() {
        for b in &told_apart[i + 1..] {
            assert_ne!(modifier(*a), modifier(*b), "{a:?}, {b:?}");
        }
    }
}

#[test]
fn a_users_file_may_change_one_colour_of_a_theme_and_keep_its_name() {
    let mut themes = Themes::new().unwrap();
    let text = "inherits = \"dark\"\n[palette]\naccent = \"#ff00ff\"\n";
    themes.add("dark", "/home/me/themes/dark.toml", text).unwrap();
    let theme = themes.get("dark", Depth::True).unwrap();
    assert_eq!(theme.style(Role::Accent).fg, Some(Color::Rgb(255, 0, 255)));
    let original = Themes::new().unwrap().get("dark", Depth::True).unwrap();
    assert_eq!(theme.style(Role::Text), original.style(Role::Text));
    assert_eq!(themes.names()[0], "dark");
}

#[test]
fn a_mistake_names_file_line_and_key() {
    let wrong = |text: &str| {
        let mut themes = Themes::new().unwrap();
        themes
            .add("mine", "mine.toml", text)
            .and_then(|()| themes.get("mine", Depth::True).map(drop))
            .unwrap_err()
            .to_string()
    };
    for (text, message) in [
        (
            "\n[roles]\ncursr = 'text'",
            "mine.toml:3: roles.cursr: no such role; did you mean `cursor`?",
        ),
        ("[palette]\na = '#12345'", "mine.toml:2: palette.a: `#12345` is no colour; write"),
        ("[palette]\na = 3", "mine.toml:2: palette.a: is integer, not a string"),
        (
            "inherits = 'dark'\n[roles]\n\ntext = 'acent'",
            "mine.toml:4: roles.text: no colour is called `acent`; did you mean `accent`?",
        ),
        (
            "[roles]\ntext = { fg = '#ffffff', blod = true }",
            "mine.toml:2: roles.text: no such key `blod`; did you mean `bold`?",
        ),
        ("[roles]\ntext = { bold = 1 }", "mine.toml:2: roles.text: is integer, not true or false"),
        ("pallete = 1", "mine.toml:1: pallete: no such key; did you mean `palette`?"),
        (
            "inherits = 'drak'",
            "mine.toml:1: inherits: no theme is called `drak`; did you mean `dark`?",
        ),
        ("inherits = 'mine'", "mine.toml:1: inherits: `mine` inherits from this file again"),
        ("\n[roles\n", "mine.toml:2: "),
    ] {
        let error = wrong(text);
        assert!(error.starts_with(message), "{error}");
    }
    assert_eq!(
        Themes::new().unwrap().get("drak", Depth::True).unwrap_err().to_string(),
        "theme drak: no theme is called `drak`; did you mean `dark`?"
    );
}

proptest::proptest! {
    #[test]
    fn any_text_is_a_theme_or_an_error(text in ".*") {
        let mut themes = Themes::new().unwrap();
        if themes.add("mine", "mine.toml", &text).is_ok() {
            let _ = themes.get("mine", Depth::Ansi);
        }
    }
}
