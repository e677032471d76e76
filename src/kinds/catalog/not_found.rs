//! What is said of a name that no resource has.

/// There is no resource of this name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the server has no resource {name:?}{}{}", among(.nearest), unheard(.silent))]
pub struct NotFound {
    /// The wanted name.
    pub name: String,
    /// The names nearest to it, best first.
    pub nearest: Vec<String>,
    /// The `group/version`s whose server does not answer: the resource may be one of theirs.
    pub silent: Vec<String>,
}

fn among(names: &[String]) -> String {
    if names.is_empty() { String::new() } else { format!("; did you mean {}?", names.join(", ")) }
}

/// What is not known, in a sentence; empty where everything is.
pub fn unheard(silent: &[String]) -> String {
    let mut groups: Vec<&str> =
        silent.iter().map(|of| of.rsplit_once('/').map_or(&**of, |(group, _)| group)).collect();
    groups.dedup();
    match groups.as_slice() {
        [] => String::new(),
        [one] => format!("; the server of {one} does not answer, :apiservices says why"),
        many => {
            format!("; the servers of {} do not answer, :apiservices says why", many.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn what_no_server_answered_for_is_said_of_what_is_not_found() {
        let silent =
            |of: &[&str]| super::unheard(&of.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>());
        assert_eq!(silent(&[]), "");
        let both = silent(&["a.example/v1", "a.example/v1beta1"]);
        assert_eq!(both, "; the server of a.example does not answer, :apiservices says why");
        assert!(
            silent(&["a.example/v1", "b.example/v1"]).contains("of a.example, b.example do not")
        );
        let catalog = super::super::Catalog::default().with_silent(vec!["a.example/v1".to_owned()]);
        let error = catalog.resolve("flunders").unwrap_err();
        assert!(error.to_string().contains("a.example does not answer"), "{error}");
        assert!(catalog.resolve("pods").is_ok());
    }
}
