//! The notes and the description of a release, without what of its Secrets stands in them.
//!
//! Charts should tell how to get a password, and some tell the password. A description may hold whole errors of the server, and these the values
//! that it refused.

use std::borrow::Cow;
use std::collections::HashSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use regex::{Regex, RegexBuilder};

use super::masked::{Values, is_telling, known, named_secret, size};
use super::{Release, coalesce};

/// How large what is looked for may become, in bytes.
const MOST: usize = 16 << 20;
/// What is shown in the place of notes that cannot be looked through.
const UNREADABLE: &str =
    "the notes are not shown: this release has too many secret values to look for them all";
/// What is shown in the place of a description that cannot be looked through.
const WITHHELD: &str = "what happened is not shown here: it may have secret values in it";
/// What Helm itself says of a revision: there is nothing of a release in it (`pkg/action`).
const PLAIN: [&str; 8] = [
    "",
    "Initial install underway",
    "Install complete",
    "Preparing upgrade",
    "Upgrade complete",
    "Deletion in progress (or silently failed)",
    "Uninstallation complete",
    "Dry run complete",
];

/// The notes of a release.
pub(crate) fn notes(release: &Release, values: Values) -> Cow<'_, str> {
    masked(release, &release.info.notes, values).unwrap_or(Cow::Borrowed(UNREADABLE))
}

/// What Helm says of a revision.
pub(crate) fn description(release: &Release, values: Values) -> Cow<'_, str> {
    let description = release.info.description.as_str();
    if is_plain(description) {
        return Cow::Borrowed(description);
    }
    masked(release, description, values).unwrap_or(Cow::Borrowed(WITHHELD))
}

/// The same of a revision of which not all was read yet; `whole` reads the rest of it, where that is needed.
pub(super) fn description_of(
    text: &str,
    whole: impl FnOnce() -> Option<Release>,
) -> Option<String> {
    if is_plain(text) {
        return None;
    }
    Some(whole().map_or_else(|| WITHHELD.to_owned(), |it| description(&it, Values::Hidden).into()))
}

/// Whether it is one of Helm's own sentences.
fn is_plain(description: &str) -> bool {
    let number = description.strip_prefix("Rollback to ");
    PLAIN.contains(&description)
        || number.is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()))
}

/// A text of a release; `None` where it cannot be looked through.
fn masked<'a>(release: &Release, text: &'a str, values: Values) -> Option<Cow<'a, str>> {
    if values == Values::Shown || text.trim().is_empty() {
        return Some(Cow::Borrowed(text));
    }
    let secrets = secrets(release);
    if secrets.is_empty() {
        return Some(Cow::Borrowed(text));
    }
    looking_for(&secrets).ok().map(|found| without(text, &found))
}

/// What must not be seen: as it is, as Secrets have it, and as errors quote it.
fn secrets(release: &Release) -> Vec<String> {
    let mut all: HashSet<String> = known(release);
    let defaults = release.chart.as_ref().map(|chart| &chart.values);
    match defaults {
        Some(defaults) => named_secret(&coalesce(&release.config, defaults), &mut all),
        None => named_secret(&release.config, &mut all),
    }
    // A database that is called like its release is no secret.
    all.retain(|text| is_telling(text) && *text != release.name && *text != release.namespace);
    let mut encoded: Vec<String> = all.iter().map(|text| STANDARD.encode(text)).collect();
    encoded.extend(all.iter().filter_map(|text| quoted(text)));
    all.into_iter().chain(encoded).collect()
}

/// A text as it stands between quotation marks, where it stands there in another way.
fn quoted(text: &str) -> Option<String> {
    let quoted = serde_json::to_string(text).ok()?;
    let inner = quoted.strip_prefix('"')?.strip_suffix('"')?;
    (inner != text).then(|| inner.to_owned())
}

/// Of what begins at one place the longest is found.
fn looking_for(secrets: &[String]) -> Result<Regex, regex::Error> {
    let mut secrets: Vec<&str> = secrets.iter().map(String::as_str).collect();
    secrets.sort_unstable_by_key(|text| std::cmp::Reverse((text.len(), *text)));
    let any: Vec<String> = secrets.into_iter().map(regex::escape).collect();
    RegexBuilder::new(&any.join("|")).size_limit(MOST).build()
}

fn without<'a>(notes: &'a str, secrets: &Regex) -> Cow<'a, str> {
    let (mut out, mut done, mut at) = (String::new(), 0, 0);
    while let Some(found) = secrets.find_at(notes, at) {
        let (before, after) = (&notes[..found.start()], &notes[found.end()..]);
        if is_word(found.as_str()) && is_within(before, after) {
            at = found.start() + found.as_str().chars().next().map_or(1, char::len_utf8);
            continue;
        }
        out.push_str(&notes[done..found.start()]);
        out.push_str(&size(found.len()));
        (done, at) = (found.end(), found.end());
    }
    if done == 0 {
        return Cow::Borrowed(notes);
    }
    out.push_str(&notes[done..]);
    Cow::Owned(out)
}

/// Whether it could be a part of any other word: `admin`, other than `adm1n` or `ad-min`.
fn is_word(text: &str) -> bool {
    text.chars().all(char::is_alphabetic)
}

/// Whether what stands between these is a part of a longer word.
fn is_within(before: &str, after: &str) -> bool {
    before.chars().next_back().is_some_and(char::is_alphanumeric)
        || after.chars().next().is_some_and(char::is_alphanumeric)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::super::{Chart, Hook};
    use super::*;

    fn release(notes: &str, secret: &Value, config: &Value, defaults: &Value) -> Release {
        let map = |value: &Value| value.as_object().unwrap().clone();
        let secret = json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "a"}, "stringData": secret});
        let mut release = Release {
            name: "orders".to_owned(),
            namespace: "shop".to_owned(),
            manifest: format!("---\n{secret}\n"),
            config: map(config),
            chart: Some(Chart { metadata: None, values: map(defaults) }),
            ..Release::default()
        };
        notes.clone_into(&mut release.info.notes);
        release
    }

    fn hidden(text: &str, secret: &Value, config: &Value) -> String {
        notes(&release(text, secret, config, &json!({})), Values::Hidden).into_owned()
    }

    #[test]
    fn what_went_into_a_secret_is_masked_as_it_is_and_encoded() {
        let secret = json!({"password": "correct horse", "url": "db://u:correct horse@db/x", "user": "anna", "of": "orders", "n": "80"});
        let text = "Log in as anna (not annabelle, not joanna) with correct horse,\n\
                    or by db://u:correct horse@db/x, or Y29ycmVjdCBob3JzZQ== of orders in shop at :80.\n";
        let given = json!({});
        assert_eq!(
            hidden(text, &secret, &given),
            "Log in as <hidden, 4 bytes> (not annabelle, not joanna) with <hidden, 13 bytes>,\n\
             or by <hidden, 25 bytes>, or <hidden, 20 bytes> of orders in shop at :80.\n"
        );
        let release = release(text, &secret, &given, &given);
        assert_eq!(notes(&release, Values::Shown), text);
    }

    #[test]
    fn so_are_given_and_default_values_whose_name_says_that_they_are_secret() {
        let given = json!({"auth": {"rootPassword": "tr0ub4dor"}, "pin_token": 123_456, "host": "example.org"});
        let defaults = json!({"admin": {"apiKey": "changeme"}, "port": 8080});
        let text = "xtr0ub4dorx 123456 changeme changement example.org 8080";
        let release = release(text, &json!({}), &given, &defaults);
        assert_eq!(
            notes(&release, Values::Hidden),
            "x<hidden, 9 bytes>x <hidden, 6 bytes> <hidden, 8 bytes> changement example.org 8080"
        );
    }

    #[test]
    fn what_holds_no_secret_is_as_it_was() {
        let text = "kubectl get secret a -o jsonpath='{.data.password}' | base64 -d\n";
        assert_eq!(hidden(text, &json!({"password": "correct horse"}), &json!({})), text);
        assert_eq!(hidden("", &json!({"password": "correct horse"}), &json!({})), "");
    }

    #[test]
    fn errors_in_a_description_are_masked_as_they_quote_what_was_refused() {
        let secret = json!({"password": "correct \"horse\"\nbattery", "pin": "p1n-4711"});
        let mut release = release("", &secret, &json!({}), &json!({}));
        let said = r#"Upgrade "orders" failed: Secret "a" is invalid: data[pin]: Invalid value: "p1n-4711": env[0]: Invalid value: "correct \"horse\"\nbattery""#;
        said.clone_into(&mut release.info.description);
        let masked = r#"Upgrade "orders" failed: Secret "a" is invalid: data[pin]: Invalid value: "<hidden, 8 bytes>": env[0]: Invalid value: "<hidden, 26 bytes>""#;
        assert_eq!(description(&release, Values::Hidden), masked);
        assert_eq!(description(&release, Values::Shown), said);
        let of = |text: &str| description_of(text, || Some(release.clone()));
        assert_eq!(of(said).as_deref(), Some(masked));
        for plain in ["Install complete", "Rollback to 12"] {
            assert_eq!(description_of(plain, || panic!("it is not read whole")), None);
        }
        // What cannot be looked through is not shown.
        assert_eq!(description_of(said, || None).as_deref(), Some(WITHHELD));
    }

    #[test]
    fn a_hook_may_be_a_secret_too() {
        let mut release = release("take hook-pass-1", &json!({}), &json!({}), &json!({}));
        release.hooks.push(Hook {
            manifest: "apiVersion: v1\nkind: Secret\nstringData: {a: hook-pass-1}\n".to_owned(),
            ..Hook::default()
        });
        assert_eq!(notes(&release, Values::Hidden), "take <hidden, 11 bytes>");
    }

    proptest! {
        #[test]
        fn no_secret_is_left_wherever_it_stands(
            before in ".{0,9}", after in ".{0,9}", secret in "[a-z0-9/+.*()-]{3,9}[0-9]",
        ) {
            let text = hidden(&format!("{before}{secret}{after}"), &json!({"a": secret}), &json!({}));
            prop_assert!(!text.contains(&secret) || before.contains(&secret), "{}", text);
        }

        #[test]
        fn any_notes_can_be_masked(text in ".{0,60}", secrets in prop::collection::vec(".{0,8}", 0..5)) {
            let secret: serde_json::Map<_, _> =
                secrets.into_iter().enumerate().map(|(i, text)| (i.to_string(), json!(text))).collect();
            let masked = hidden(&text, &Value::Object(secret), &json!({}));
            prop_assert_eq!(masked.is_empty(), text.is_empty());
        }
    }
}
