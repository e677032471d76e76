//! What the program starts with.

use std::sync::Arc;

use crate::change::Habits;
use crate::config::State;
use crate::forward::Saved;
use crate::guardrail::Guardrails;
use crate::keymap::{Keymap, Keymaps};
use crate::kinds::relations::Relations;
use crate::logs::Room;
use crate::theme::{Depth, Theme, Themes};

use super::command::Show;
use super::msg::ContextInfo;

/// What the program starts with.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of its own, set by a flag or the configuration"
)]
#[derive(Clone, Debug, Default)]
pub struct Setup {
    /// The context to begin in.
    pub context: String,
    /// All contexts, as far as they are known.
    pub contexts: Vec<ContextInfo>,
    /// What to show first; an empty resource means pods.
    pub show: Show,
    /// All keymaps.
    pub keymaps: Keymaps,
    /// The keymap in use; `None` for the default.
    pub keymap: Option<Arc<Keymap>>,
    /// All themes; `None` where there are none to choose from.
    pub themes: Option<Themes>,
    /// The theme in use; `None` for no colours.
    pub theme: Option<Theme>,
    /// How many colours the terminal has.
    pub depth: Depth,
    /// What was remembered.
    pub state: State,
    /// Whether the gate refuses what writes; then the actions that would are not offered either.
    pub read_only: bool,
    /// What is forbidden, or wants to be confirmed, by context and namespace; the gate has them too.
    pub guardrails: Guardrails,
    /// Whether values of secrets may be seen although kx is read-only.
    pub decode_in_read_only: bool,
    /// Whether texts are edited in the built-in editor, unless another is asked for.
    pub built_in_editor: bool,
    /// Whether this is the demo cluster.
    pub demo: bool,
    /// Whether the pane beside a table counts what stands around a row, for which everything that can be linked is watched.
    pub counts: bool,
    /// Whether tables begin with their wide columns.
    pub wide: bool,
    /// Whether only ASCII is drawn.
    pub ascii: bool,
    /// How much the lines of one page of logs may take.
    pub log_room: Room,
    /// The shells that are looked for in a container, the first that is there is taken.
    pub shells: Vec<String>,
    /// Whether sessions are opened in the pane, where nothing else is said.
    pub sessions_in_pane: bool,
    /// Whether commands that are run in containers are not to be remembered.
    pub forget_commands: bool,
    /// What forms begin with.
    pub habits: Habits,
    /// The port forwards that were kept, of all contexts.
    pub forwards: Vec<Saved>,
    /// What a person knows of custom resources; without it, what kx knows.
    pub relations: Option<Arc<Relations>>,
}
