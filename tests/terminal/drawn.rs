//! What somebody might type, drawn at random: every key of the keymap, whole commands with whatever may follow them, and words for dialogs.

use std::collections::BTreeSet;

use crossterm::event::KeyCode;
use kx::app::{Action, COMMANDS, Layer};
use kx::keymap::{Key, Keymaps};

use crate::read_only::ESC;

/// Actions that end kx, or give its terminal to another program with all that is typed meanwhile.
pub const LEAVES: [Action; 4] =
    [Action::Quit, Action::Suspend, Action::OpenInPager, Action::OpenInEditor];

/// Pages of each sort, to type on.
const PAGES: [&str; 16] = [
    "deploy -A",
    "no",
    "sts -A",
    "cj -A",
    "jobs -A",
    "secrets -A",
    "cm -A",
    "po -A",
    "hpa -A",
    "pvc -A",
    "map",
    "cluster",
    "ns",
    "releases -A",
    "forwards",
    "events -A",
];

/// What may be typed into a dialog, or follow a command.
const WORDS: [&str; 18] = [
    "web",
    "shop",
    "all",
    "3",
    "x2",
    "0",
    "-A",
    "/x",
    "./file",
    "pods",
    "get pods",
    "10m",
    "a=b",
    "8080:http",
    "1",
    "cat /etc/hosts",
    "app=web,tier!=x",
    "nginx:2",
];

/// Draws what is typed; the same of the same seed.
pub struct Drawn {
    state: u64,
    keys: Vec<String>,
    actions: Vec<Action>,
    /// The actions that are still to be asked for before each is asked for again.
    deck: Vec<Action>,
}

impl Drawn {
    pub fn new(seed: u64) -> Self {
        let keymap = Keymaps::default().get("default").unwrap();
        let bound = Layer::ALL.iter().flat_map(|layer| keymap.bindings(*layer));
        let bound = bound.filter(|(_, actions)| !actions.iter().any(|a| LEAVES.contains(a)));
        let keys: BTreeSet<String> =
            bound.map(|(keys, _)| keys.iter().map(|key| sent(*key)).collect()).collect();
        let named = |action: &&Action| {
            !LEAVES.contains(action) && Layer::PAGES.iter().any(|layer| action.is_in(*layer))
        };
        let actions = Action::ALL.iter().filter(named).copied().collect();
        // xorshift never leaves zero.
        Self { state: seed.max(1), keys: keys.into_iter().collect(), actions, deck: Vec::new() }
    }

    /// The actions that are asked for by their names.
    pub fn named(&self) -> &[Action] {
        &self.actions
    }

    /// How many keys there are to draw.
    pub fn keys(&self) -> usize {
        self.keys.len()
    }

    /// A page to go to, and some of what may be typed there; how many keys, commands and words that are.
    pub fn round(&mut self) -> (String, usize) {
        let page = self.of(&PAGES);
        let mut typed = format!("{}:{page}\r", ESC.repeat(4));
        let many = 12;
        for _ in 0..many {
            let next = self.one();
            typed.push_str(&next);
        }
        (typed, many)
    }

    fn one(&mut self) -> String {
        match self.below(20) {
            0..=10 => {
                let at = self.below(self.keys.len());
                self.keys[at].clone()
            }
            11..=13 => "\r".to_owned(),
            14 => ESC.to_owned(),
            15 => self.of(&WORDS).to_owned(),
            16 => char::from(b'!' + u8::try_from(self.below(94)).unwrap()).to_string(),
            // Whatever was open is left, so that it is a command.
            17 => {
                let info = &COMMANDS[self.below(COMMANDS.len())];
                let name = info.names[0];
                let word = self.of(&WORDS);
                // They would end kx, or be about other keys than these.
                let name = if matches!(name, "q" | "keymap") { "drafts" } else { name };
                format!("{}:{name} {word}\r", ESC.repeat(3))
            }
            _ => {
                if self.deck.is_empty() {
                    self.deck.clone_from(&self.actions);
                }
                let at = self.below(self.deck.len());
                format!("{}:{}\r", ESC.repeat(3), self.deck.swap_remove(at))
            }
        }
    }

    fn of<'a>(&mut self, all: &[&'a str]) -> &'a str {
        all[self.below(all.len())]
    }

    fn below(&mut self, below: usize) -> usize {
        // xorshift64 (Marsaglia, 2003)
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        usize::try_from(self.state % below as u64).unwrap()
    }
}

/// A key as a terminal sends it: what has modifiers in the encoding of kitty's keyboard protocol, which crossterm reads whether it is on or not.
fn sent(key: Key) -> String {
    let (code, held) = key.parts();
    let modifiers = 1 + u8::from(held.shift) + 2 * u8::from(held.alt) + 4 * u8::from(held.ctrl);
    let letter = |c: char| match modifiers {
        1 => format!("\x1b[{c}"),
        _ => format!("\x1b[1;{modifiers}{c}"),
    };
    let number = |n: u8| match modifiers {
        1 => format!("\x1b[{n}~"),
        _ => format!("\x1b[{n};{modifiers}~"),
    };
    let unicode = |code: u32| format!("\x1b[{code};{modifiers}u");
    match code {
        KeyCode::Char(c) if modifiers == 1 => c.to_string(),
        KeyCode::Char(c) => unicode(u32::from(c)),
        KeyCode::Enter => "\r".to_owned(),
        KeyCode::Esc => ESC.to_owned(),
        KeyCode::Tab => unicode(9),
        KeyCode::Backspace => unicode(127),
        KeyCode::Up => letter('A'),
        KeyCode::Down => letter('B'),
        KeyCode::Right => letter('C'),
        KeyCode::Left => letter('D'),
        KeyCode::Home => letter('H'),
        KeyCode::End => letter('F'),
        KeyCode::Insert => number(2),
        KeyCode::Delete => number(3),
        KeyCode::PageUp => number(5),
        KeyCode::PageDown => number(6),
        KeyCode::F(n @ 1..=5) => number(10 + n),
        KeyCode::F(n @ 6..=10) => number(11 + n),
        other => panic!("how is {other:?} sent?"),
    }
}
