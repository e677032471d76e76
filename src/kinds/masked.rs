//! Objects without what must not be seen.

use std::sync::LazyLock;

use serde_json::Value;

use super::{Catalog, Modelled, all, modelled};

static BUILT_IN: LazyLock<Catalog> = LazyLock::new(Catalog::default);

/// The kind of an object of this apiVersion and kind, where it has what must not be seen.
pub fn masked(api_version: &str, kind: &str) -> Option<&'static Modelled> {
    let group = api_version.split_once('/').map_or("", |(group, _)| group);
    let resource = BUILT_IN.by_kind(group, kind)?;
    modelled(group, &resource.plural).filter(|kind| kind.mask.is_some())
}

static NAMES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let masked = all().iter().filter(|kind| kind.mask.is_some());
    let resource = |kind: &Modelled| BUILT_IN.by_plural(kind.info.group, kind.info.plural);
    masked.filter_map(|kind| Some(resource(kind)?.kind.clone())).collect()
});

/// What the kinds of such objects are called, `Secret`.
pub fn masked_kinds() -> &'static [String] {
    &NAMES
}

/// Of values that differ and look the same once they are masked, the newer one says that it differs.
pub fn tell_apart(whole: (&Value, &Value), (old, new): (&Value, &mut Value)) {
    match new {
        Value::Object(fields) => {
            for (key, field) in fields {
                let key = key.as_str();
                tell_apart((&whole.0[key], &whole.1[key]), (&old[key], field));
            }
        }
        Value::String(text) if whole.0 != whole.1 && *old == **text => {
            *text = match text.strip_suffix('>') {
                Some(start) => format!("{start}, another value>"),
                None => format!("{text}, another value"),
            };
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_masked_and_what_only_sounds_like_them_is_not() {
        assert!(masked("v1", "Secret").is_some());
        for (version, kind) in [("v1", "ConfigMap"), ("vendor.example/v1", "Secret"), ("", "")] {
            assert!(masked(version, kind).is_none(), "{version} {kind}");
        }
        assert_eq!(masked_kinds(), ["Secret"]);
    }
}
