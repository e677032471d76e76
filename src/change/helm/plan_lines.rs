//! How the steps of a plan are shown before they are done.

use crate::helm::Release;
use crate::sheet::{Line, Span, Tone, printable};

use super::hook;

/// The hooks of an event, in the order in which they run.
pub(super) fn hooks(release: &Release, event: &str) -> Vec<Line> {
    let hooks = hook::of(release, event);
    if hooks.is_empty() {
        return Vec::new();
    }
    let title = format!("Hooks  {event}");
    let mut lines = vec![Line::default(), Line::new(0, [Span::new(title, Tone::Heading)])];
    for (_, hook) in hooks {
        let name = format!("{}/{}", hook.kind.to_lowercase(), hook.name);
        let policies = match hook.delete_policies.as_slice() {
            [] => crate::helm::record::BEFORE_CREATION.to_owned(),
            all => all.join(", "),
        };
        lines.push(Line::new(
            2,
            [
                Span::new(printable(&name), Tone::Strong),
                Span::new(printable(&format!("  deleted: {policies}")), Tone::Muted),
            ],
        ));
    }
    lines
}
