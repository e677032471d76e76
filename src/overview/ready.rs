//! What `/readyz?verbose` and `/livez?verbose` say.

/// One of the checks that an API server makes of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// `etcd`, `poststarthook/rbac/bootstrap-roles`.
    pub name: String,
    /// Whether it passed.
    pub passed: bool,
    /// What stands behind its name where it did not: `failed: reason withheld`.
    pub why: String,
}

/// Reads the checks, in the server's order (apiserver, `pkg/server/healthz/healthz.go`): a line is `[+]NAME ok` or `[-]NAME failed: WHY`. Other lines
/// sum them up and are passed over.
pub fn checks(text: &str) -> Vec<Check> {
    let check = |line: &str| {
        let (passed, rest) = match (line.strip_prefix("[+]"), line.strip_prefix("[-]")) {
            (Some(rest), _) => (true, rest),
            (_, Some(rest)) => (false, rest),
            _ => return None,
        };
        let (name, why) = rest.trim().split_once(' ').unwrap_or((rest.trim(), ""));
        let why = if passed { String::new() } else { why.trim().to_owned() };
        (!name.is_empty()).then(|| Check { name: name.to_owned(), passed, why })
    };
    text.lines().filter_map(|line| check(line.trim())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn checks_are_read_by_name() {
        let text = "[+]ping ok\n[-]etcd failed: reason withheld\n[+]poststarthook/start-apiextensions-controllers excluded: ok\nreadyz check failed\n";
        let checks = checks(text);
        let names: Vec<_> =
            checks.iter().map(|c| (c.name.as_str(), c.passed, c.why.as_str())).collect();
        assert_eq!(
            names,
            [
                ("ping", true, ""),
                ("etcd", false, "failed: reason withheld"),
                ("poststarthook/start-apiextensions-controllers", true, "")
            ]
        );
        assert!(super::checks("ok").is_empty());
    }

    proptest! {
        #[test]
        fn any_text_is_checks_or_none(text in "(\\[[+-]\\]|[a-z \\n])*") {
            prop_assert!(checks(&text).iter().all(|check| !check.name.is_empty()));
        }
    }
}
