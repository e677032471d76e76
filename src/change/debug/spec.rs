//! What all debug containers have in common: names that nobody has, and the container as it is asked for.

use serde_json::{Value, json};

use super::profile::Profile;
use crate::change::names::suffix;

/// What the person asked for.
#[derive(Clone, Debug)]
pub(super) struct Wanted {
    pub image: String,
    /// The command; empty for the image's own.
    pub command: Vec<String>,
    pub profile: Profile,
    /// The end of the names that are made up.
    pub suffix: String,
}

impl Wanted {
    /// For messages and the journal.
    pub fn words(&self) -> String {
        let profile = format!("{:?}", self.profile).to_lowercase();
        let mut words = format!("with {}, profile {profile}", self.image);
        if !self.command.is_empty() {
            words.push_str(&format!(", command {}", self.command.join(" ")));
        }
        words
    }

    /// The container, before its profile.
    pub fn container(&self, name: &str) -> Value {
        let mut container = json!({
            "name": name,
            "image": self.image,
            "stdin": true,
            "tty": true,
            "terminationMessagePolicy": "File",
        });
        if !self.command.is_empty() {
            container["command"] = json!(self.command);
        }
        container
    }
}

/// The name of a debug container that no container of the pod has; with this end, if it can be.
pub(super) fn container_name(pod: &Value, end: &str) -> String {
    let taken = |name: &str| {
        ["containers", "initContainers", "ephemeralContainers"].iter().any(|list| {
            let list = pod["spec"][list].as_array().into_iter().flatten();
            list.into_iter().any(|container| container["name"] == name)
        })
    };
    let mut name = format!("debugger-{end}");
    while taken(&name) {
        name = format!("debugger-{}", suffix());
    }
    name
}

/// A command as it is typed: words, with quotes where blanks belong to them.
///
/// # Errors
/// Which quote is not closed.
pub(super) fn command(typed: &str) -> Result<Vec<String>, String> {
    let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None);
    for c in typed.chars() {
        match quote {
            None if c.is_whitespace() => words.extend(word.take()),
            None if c == '"' || c == '\'' => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            Some(open) if c == open => quote = None,
            _ => word.get_or_insert_default().push(c),
        }
    }
    if let Some(open) = quote {
        return Err(format!("the quote {open} is not closed"));
    }
    words.extend(word);
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_cut_into_words() {
        let cut = |typed: &str| command(typed).unwrap();
        assert_eq!(cut(" sh  -c 'echo \"a b\"' "), ["sh", "-c", "echo \"a b\""]);
        assert_eq!(cut("a''b \"\""), ["ab", ""]);
        assert!(cut("  ").is_empty());
        assert!(command("sh 'a").unwrap_err().contains('\''));
    }

    #[test]
    fn names_are_kubectls() {
        let pod = json!({"spec": {"containers": [{"name": "a"}], "ephemeralContainers": [{"name": "debugger-xxxxx"}]}});
        assert_eq!(container_name(&pod, "bcdfg"), "debugger-bcdfg");
        let name = container_name(&pod, "xxxxx");
        assert_ne!(name, "debugger-xxxxx");
        assert!(name.starts_with("debugger-"), "{name}");
    }
}
