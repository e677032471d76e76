//! Names within texts: `{name}.{namespace}.svc.{}` finds a service in the name of a host.

/// What a text names, as far as it says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Named<'t> {
    pub name: &'t str,
    pub namespace: Option<&'t str>,
    pub group: Option<&'t str>,
    pub kind: Option<&'t str>,
}

/// A text with holes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pattern {
    /// What stands before the first hole.
    before: String,
    /// Each hole, and what stands after it.
    holes: Vec<(Hole, String)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Hole {
    Anything,
    Name,
    Namespace,
    Group,
    Kind,
}

impl Pattern {
    /// Reads a pattern; the error is a sentence for people.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut parts = text.split('{');
        let before = parts.next().unwrap_or_default().to_owned();
        let mut holes = Vec::new();
        for part in parts {
            let (hole, after) = part.split_once('}').ok_or("a { is not closed by }")?;
            let hole = match hole {
                "" => Hole::Anything,
                "name" => Hole::Name,
                "namespace" => Hole::Namespace,
                "group" => Hole::Group,
                "kind" => Hole::Kind,
                other => {
                    return Err(format!(
                        "there is no {{{other}}}; there are {{name}}, {{namespace}}, {{group}}, {{kind}} and {{}} for anything"
                    ));
                }
            };
            holes.push((hole, after.to_owned()));
        }
        let inner = holes.len().saturating_sub(1);
        if holes.iter().take(inner).any(|(_, after)| after.is_empty()) {
            return Err("something must stand between two holes".into());
        }
        if !holes.iter().any(|(hole, _)| *hole == Hole::Name) {
            return Err("it has no {name}".into());
        }
        Ok(Self { before, holes })
    }

    /// What the text names, where it has this form. The parts of a name have none of the `marks`.
    pub fn find<'t>(&self, text: &'t str, marks: &str) -> Option<Named<'t>> {
        let mut rest = text.strip_prefix(self.before.as_str())?;
        let mut named = Named::default();
        for (i, (hole, after)) in self.holes.iter().enumerate() {
            let last = i + 1 == self.holes.len();
            let (part, next) = if last {
                (rest.strip_suffix(after.as_str())?, "")
            } else {
                rest.split_once(after.as_str())?
            };
            rest = next;
            if *hole != Hole::Anything && part.contains(|c| marks.contains(c)) {
                return None;
            }
            match hole {
                Hole::Anything => {}
                Hole::Name => named.name = part,
                Hole::Namespace => named.namespace = Some(part),
                Hole::Group => named.group = Some(part),
                Hole::Kind => named.kind = Some(part),
            }
        }
        Some(named)
    }

    /// The marks that stand in it: no letters, no digits.
    pub fn marks(&self) -> impl Iterator<Item = char> {
        let texts = std::iter::once(&self.before).chain(self.holes.iter().map(|(_, after)| after));
        texts.flat_map(|text| text.chars()).filter(|c| !c.is_alphanumeric() && *c != '-')
    }
}

/// Whether a text can name an object, a group or a kind. What else may stand in a field (`*`, `api@internal`, a path) names none.
pub(super) fn is_name(text: &str) -> bool {
    let within = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b':' | b'_');
    let ends = [text.bytes().next(), text.bytes().next_back()];
    text.len() <= 253
        && text.bytes().all(within)
        && ends.iter().all(|b| b.is_some_and(|b| b.is_ascii_alphanumeric()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn find<'t>(pattern: &str, text: &'t str, marks: &str) -> Option<Named<'t>> {
        Pattern::parse(pattern).unwrap().find(text, marks)
    }

    #[test]
    fn hosts_principals_and_inventories_name_objects() {
        let host = "{name}.{namespace}.svc.{}";
        let found = find(host, "reviews.prod.svc.cluster.local", ".").unwrap();
        assert_eq!((found.name, found.namespace), ("reviews", Some("prod")));
        assert_eq!(find(host, "www.example.org", "."), None);
        assert_eq!(find("{name}", "www.example.org", "."), None, "a service's name has no dot");
        assert_eq!(find("{name}", "reviews", ".").unwrap().name, "reviews");
        let found = find("{}/ns/{namespace}/sa/{name}", "cluster.local/ns/prod/sa/web", "/");
        assert_eq!(found.map(|f| (f.name, f.namespace)), Some(("web", Some("prod"))));
        let id = "{namespace}_{name}_{group}_{kind}";
        let found = find(id, "shop_web_apps_Deployment", "_").unwrap();
        assert_eq!((found.group, found.kind), (Some("apps"), Some("Deployment")));
        let found = find(id, "_team.example.org__Namespace", "_").unwrap();
        assert_eq!(
            (found.namespace, found.name, found.group),
            (Some(""), "team.example.org", Some(""))
        );
    }

    #[test]
    fn what_is_no_pattern_says_why() {
        for (text, why) in [
            ("{name", "not closed"),
            ("{name}{namespace}", "between two"),
            ("{nam}", "no {nam}"),
            ("{namespace}", "no {name}"),
        ] {
            let error = Pattern::parse(text).unwrap_err();
            assert!(error.contains(why), "{text}: {error}");
        }
    }

    #[test]
    fn what_names_nothing() {
        for text in ["", "*", "a/b", "api@internal", ".", "..", "-a", "a b", "ä", &"a".repeat(254)]
        {
            assert!(!is_name(text), "{text}");
        }
        for text in ["a", "a.b", "system:node", "web-1", "ClusterIssuer"] {
            assert!(is_name(text), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_found_in_or_not(pattern in "[{}a-z./_]{0,20}", text in ".*") {
            if let Ok(pattern) = Pattern::parse(&pattern) {
                let marks: String = pattern.marks().collect();
                let _ = pattern.find(&text, &marks);
            }
        }
    }
}
