//! Views: resources that no server serves, whose rows kx makes of some objects of other resources.

use super::{Info, Resource};

/// How the objects of a view are found and called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct View {
    /// The kind's name, `HelmRelease`.
    pub kind: &'static str,
    /// What it can be called beside its plural.
    pub short_names: &'static [&'static str],
    /// A second resource, as (group, plural), whose objects are viewed too. Where that may not be read, the first is enough.
    pub also: Option<(&'static str, &'static str)>,
    /// The label selector that finds the objects.
    pub labels: &'static str,
    /// How the objects of a row of this name are found.
    pub called: Called,
    /// The label whose number says which of several objects of one row is shown: the highest; `None` where every object has its own row.
    pub newest: Option<&'static str>,
}

/// Where the name of a row stands in its objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Called {
    /// It is the value of this label.
    Label(&'static str),
    /// It is the objects' name without this.
    Prefix(&'static str),
}

impl View {
    /// The selectors that find the objects, for rows that these selectors find: (labels, fields).
    pub fn selectors(&self, labels: &str, fields: &str) -> (String, String) {
        let mut all = vec![self.labels.to_owned()];
        all.extend((!labels.is_empty()).then(|| labels.to_owned()));
        let mut kept = Vec::new();
        for field in fields.split(',').filter(|field| !field.is_empty()) {
            let name = field.strip_prefix("metadata.name=");
            match (name.map(|name| name.trim_start_matches('=')), self.called) {
                (Some(name), Called::Label(label)) => all.push(format!("{label}={name}")),
                (Some(name), Called::Prefix(prefix)) => {
                    kept.push(format!("metadata.name={prefix}{name}"));
                }
                (None, _) => kept.push(field.to_owned()),
            }
        }
        (all.join(","), kept.join(","))
    }
}

impl Info {
    /// The resource as it stands in a catalog; `None` where this is no view.
    pub fn viewed(&self) -> Option<Resource> {
        let view = self.view?;
        Some(Resource {
            group: self.group.to_owned(),
            version: self.version.to_owned(),
            plural: self.plural.to_owned(),
            singular: view.kind.to_lowercase(),
            kind: view.kind.to_owned(),
            namespaced: true,
            short_names: view.short_names.iter().map(|name| (*name).to_owned()).collect(),
            verbs: ["list", "watch"].map(str::to_owned).to_vec(),
            ..Resource::default()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_found_by_its_name_wherever_that_stands() {
        let by_label = View {
            kind: "HelmRelease",
            short_names: &[],
            also: None,
            labels: "owner=helm",
            called: Called::Label("name"),
            newest: None,
        };
        let found = |view: View, labels, fields| view.selectors(labels, fields);
        assert_eq!(found(by_label, "", ""), ("owner=helm".into(), String::new()));
        let web = found(by_label, "status=failed", "metadata.name=web,metadata.namespace=shop");
        assert_eq!(web.0, "owner=helm,status=failed,name=web");
        assert_eq!(web.1, "metadata.namespace=shop");
        let by_prefix = View { called: Called::Prefix("sh."), ..by_label };
        assert_eq!(found(by_prefix, "", "metadata.name==web.v1").1, "metadata.name=sh.web.v1");
    }
}
