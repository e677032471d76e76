//! What could be written at a place, and what is known of what stands there, from the server's schemas.

use crate::openapi::{Schema, Takes};

use super::check::Schemas;
use super::place::{At, Place, Step};

/// The most that is suggested at once.
const MOST: usize = 100;

/// Something that could be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// What it is called.
    pub name: String,
    /// Its type, or what else is to be said of it in a word.
    pub kind: String,
    /// Whether it must be there.
    pub required: bool,
    /// What is typed by taking it; `\n` stands for a line at the field's column.
    pub text: String,
    /// What is known of it.
    pub help: Help,
}

/// What is known of a field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Help {
    /// The way to it, `spec.replicas`.
    pub path: String,
    /// Its type.
    pub kind: String,
    /// Whether it must be there.
    pub required: bool,
    /// What the server sets where nothing is said.
    pub default: Option<String>,
    /// What it is for, as the server says.
    pub doc: String,
}

/// Follows a path down from an object.
fn follow<'a>(object: Schema<'a>, path: &[Step]) -> Option<Schema<'a>> {
    path.iter().try_fold(object, |at, step| match step {
        Step::Field(name) => at.field(name),
        Step::Item => at.item(),
    })
}

fn object<'a>(place: &Place, schemas: &'a Schemas) -> Option<Schema<'a>> {
    schemas.get(&place.version)?.object(&place.version, &place.kind)
}

/// What is known of what stands at a place: of the field that is written there, else of what it would be a part of.
pub fn help(place: &Place, schemas: &Schemas) -> Option<Help> {
    let object = object(place, schemas)?;
    let mut path = place.path.clone();
    if let At::Field { name, .. } = &place.at {
        path.push(Step::Field(name.clone()));
        if name.is_empty() || follow(object, &path).is_none() {
            path.pop();
        }
    }
    if place.at == At::Elsewhere {
        return None;
    }
    let schema = follow(object, &path)?;
    let required = match path.split_last() {
        Some((Step::Field(name), above)) => follow(object, above)?.requires(name),
        _ => false,
    };
    let words = Place { path, ..place.clone() }.words();
    let words = if words.is_empty() { place.kind.clone() } else { words };
    Some(told(words, schema, required))
}

fn told(path: String, schema: Schema<'_>, required: bool) -> Help {
    let default = schema.default().filter(|d| !matches!(*d, "{}" | "\"\"" | "[]"));
    Help {
        path,
        kind: schema.words(),
        required,
        default: default.map(str::to_owned),
        doc: schema.doc().to_owned(),
    }
}

/// What could be written at a place. `kinds` are the apiVersions and kinds that the cluster serves.
pub fn suggestions(
    place: &Place,
    schemas: &Schemas,
    kinds: &[(String, String)],
) -> Vec<Suggestion> {
    let object = object(place, schemas);
    let mut all = match &place.at {
        At::Elsewhere => return Vec::new(),
        At::Field { typed, beside, colon, .. } => {
            let schema = object.and_then(|object| follow(object, &place.path));
            match schema {
                // A list may hold texts as well as objects.
                Some(schema) if schema.fields().next().is_none() => values(schema, place),
                Some(schema) => fields(schema, place, beside, *colon),
                None if place.path.is_empty() => first(beside, *colon),
                None => Vec::new(),
            }
            .into_iter()
            .filter(|suggestion| suggestion.name != *typed || !*colon)
            .collect()
        }
        At::Value { .. } => match place.path.as_slice() {
            [Step::Field(name)] if name == "apiVersion" || name == "kind" => {
                named(place, kinds, name == "kind")
            }
            path => object
                .and_then(|object| follow(object, path))
                .map(|schema| values(schema, place))
                .unwrap_or_default(),
        },
    };
    let (At::Field { typed, .. } | At::Value { typed, .. }) = &place.at else { return all };
    rank(&mut all, typed);
    all.truncate(MOST);
    all
}

/// Leaves what fits to what is typed, what fits best first.
fn rank(all: &mut Vec<Suggestion>, typed: &str) {
    let typed = typed.trim_matches(['"', '\'']).to_lowercase();
    let fits = |suggestion: &Suggestion| {
        let name = suggestion.name.to_lowercase();
        if name.starts_with(&typed) {
            Some(0)
        } else if name.contains(&typed) {
            Some(1)
        } else {
            None
        }
    };
    all.retain(|suggestion| fits(suggestion).is_some());
    all.sort_by_key(|suggestion| (fits(suggestion), !suggestion.required));
}

/// The fields of an object that are not there yet.
fn fields(schema: Schema<'_>, place: &Place, beside: &[String], colon: bool) -> Vec<Suggestion> {
    let above = place.words();
    let free = schema.fields().filter(|(name, _)| !beside.iter().any(|there| there == name));
    free.map(|(name, field)| {
        let required = schema.requires(name);
        let path = if above.is_empty() { name.to_owned() } else { format!("{above}.{name}") };
        Suggestion {
            name: name.to_owned(),
            kind: field.words(),
            required,
            text: if colon { name.to_owned() } else { begun(name, field) },
            help: told(path, field, required),
        }
    })
    .collect()
}

/// A field with what must follow its name.
fn begun(name: &str, field: Schema<'_>) -> String {
    let takes = field.takes();
    if takes.only(Takes::LIST) {
        format!("{name}:\n- ")
    } else if takes.only(Takes::OBJECT) {
        format!("{name}:\n  ")
    } else {
        format!("{name}: ")
    }
}

/// What a value may be, where that can be told.
fn values(schema: Schema<'_>, place: &Place) -> Vec<Suggestion> {
    let mut all: Vec<String> = schema.options().map(str::to_owned).collect();
    if schema.takes().only(Takes::BOOLEAN) {
        all.extend(["true".to_owned(), "false".to_owned()]);
    }
    let help = told(place.words(), schema, false);
    all.into_iter()
        .map(|value| Suggestion {
            kind: String::new(),
            required: false,
            text: value.clone(),
            name: value,
            help: help.clone(),
        })
        .collect()
}

/// The first fields of an object of which nothing is known yet.
fn first(beside: &[String], colon: bool) -> Vec<Suggestion> {
    const FIRST: [(&str, &str, &str); 3] = [
        ("apiVersion", "string", "The group and the version of the object's kind, apps/v1."),
        ("kind", "string", "What it is: Deployment, Service, ConfigMap."),
        ("metadata", "object", "Its name, its namespace, its labels and annotations."),
    ];
    let free = FIRST.into_iter().filter(|(name, ..)| !beside.iter().any(|there| there == name));
    free.map(|(name, kind, doc)| Suggestion {
        name: name.to_owned(),
        kind: kind.to_owned(),
        required: true,
        text: match (colon, kind) {
            (true, _) => name.to_owned(),
            (false, "object") => format!("{name}:\n  "),
            (false, _) => format!("{name}: "),
        },
        help: Help {
            path: name.to_owned(),
            kind: kind.to_owned(),
            required: true,
            default: None,
            doc: doc.to_owned(),
        },
    })
    .collect()
}

/// The apiVersions, or the kinds of one, that the cluster serves.
fn named(place: &Place, kinds: &[(String, String)], kind: bool) -> Vec<Suggestion> {
    let mut all: Vec<(&str, &str)> = kinds
        .iter()
        .filter(|(version, k)| {
            if kind {
                place.version.is_empty() || *version == place.version
            } else {
                place.kind.is_empty() || *k == place.kind
            }
        })
        .map(
            |(version, k)| {
                if kind { (k.as_str(), version.as_str()) } else { (version.as_str(), "") }
            },
        )
        .collect();
    all.sort_unstable();
    all.dedup();
    all.into_iter()
        .map(|(name, note)| Suggestion {
            name: name.to_owned(),
            kind: note.to_owned(),
            required: false,
            text: name.to_owned(),
            help: Help { path: place.words(), kind: "string".to_owned(), ..Help::default() },
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::buffer::Pos;
    use super::super::check::tests::schemas;
    use super::super::place::place;
    use super::*;

    const HEAD: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n";

    /// The names that are suggested at the end of a text.
    fn at_end(text: &str) -> Vec<Suggestion> {
        let lines: Vec<&str> = text.split('\n').collect();
        let line = lines.len() - 1;
        let kinds = [("v1", "ConfigMap"), ("apps/v1", "Deployment"), ("v1", "Service")];
        let kinds = kinds.map(|(version, kind)| (version.to_owned(), kind.to_owned()));
        suggestions(&place(&lines, Pos::new(line, lines[line].len())), &schemas(), &kinds)
    }

    fn names(text: &str) -> Vec<String> {
        at_end(text).into_iter().map(|suggestion| suggestion.name).collect()
    }

    #[test]
    fn fields_that_are_not_there_yet_those_that_must_be_first() {
        assert_eq!(names(&format!("{HEAD}  replicas: 1\n  ")), ["selector", "template", "paused"]);
        assert_eq!(names(&format!("{HEAD}  p")), ["paused", "template", "replicas"]);
        let image =
            at_end(&format!("{HEAD}  template:\n    spec:\n      containers:\n      - ima"));
        assert_eq!(image[0].text, "image: ");
        assert_eq!(image[0].help.path, "spec.template.spec.containers[].image");
        assert_eq!(image[0].help.doc, "What runs in it.");
        let containers = at_end(&format!("{HEAD}  template:\n    spec:\n      con"));
        assert_eq!(containers[0].text, "containers:\n- ");
    }

    #[test]
    fn values_that_can_be_chosen() {
        let containers =
            format!("{HEAD}  template:\n    spec:\n      containers:\n      - name: a\n");
        assert_eq!(
            names(&format!("{containers}        imagePullPolicy: ")),
            ["Always", "IfNotPresent", "Never"]
        );
        assert_eq!(names(&format!("{containers}        stdin: t")), ["true"]);
        assert_eq!(names(&format!("{containers}        image: t")), Vec::<String>::new());
    }

    #[test]
    fn an_empty_text_begins_with_what_it_is() {
        assert_eq!(names(""), ["apiVersion", "kind", "metadata"]);
        assert_eq!(names("apiVersion: "), ["apps/v1", "v1"]);
        assert_eq!(names("apiVersion: v1\nkind: "), ["ConfigMap", "Service"]);
        assert_eq!(names("apiVersion: v1\nkind: S"), ["Service"]);
    }

    #[test]
    fn help_is_of_what_is_written_there() {
        let of = |text: &str| {
            let lines: Vec<&str> = text.split('\n').collect();
            let line = lines.len() - 1;
            help(&place(&lines, Pos::new(line, lines[line].len())), &schemas())
        };
        let replicas = of(&format!("{HEAD}  replicas: 1")).unwrap();
        assert_eq!((replicas.path.as_str(), replicas.kind.as_str()), ("spec.replicas", "int32"));
        assert_eq!(replicas.doc, "How many pods there are to be.");
        assert_eq!(of(&format!("{HEAD}  repl")).unwrap().path, "spec");
        assert!(of(&format!("{HEAD}  selector")).unwrap().required);
        assert_eq!(of("apiVersion: v7\nkind: X\na: "), None);
    }
}
