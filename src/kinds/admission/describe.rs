//! Webhooks and admission policies, described: by their fields, as kubectl does, and before these in words: what they match, what becomes of it,
//! and whether who is asked can be.

use crate::describe::meta::{group_of, selector};
use crate::describe::reach::{Backing, outside};
use crate::describe::{About, Describer, Field, Piece, Writer, in_words, muted, strong, toned};
use crate::sheet::{Tone, Want};
use crate::store::Health;

use super::GROUP;
use super::scope::{Scope, conditions};

/// `ValidatingWebhookConfigurations` and `MutatingWebhookConfigurations`.
pub(in crate::kinds) struct Hooks;

impl Describer for Hooks {
    fn wants(&self, about: &About<'_>) -> Vec<Want> {
        let mut wants = Vec::new();
        for hook in about.object.key("webhooks").list() {
            let backing = Backing::of(hook.at("clientConfig.service"));
            let of_hook = backing.into_iter().flat_map(|backing| backing.wants());
            for want in of_hook.chain(Scope::of_webhook(hook).wants()) {
                if !wants.contains(&want) {
                    wants.push(want);
                }
            }
        }
        wants
    }

    fn write(&self, about: &About<'_>, w: &mut Writer) {
        in_words(about, w, |w| {
            for hook in about.object.key("webhooks").list() {
                w.field(2, "Webhook", strong(hook.key("name").text()));
                write_hook(about, hook, w);
            }
            if !about.object.key("webhooks").has_any() {
                w.line(2, [muted("it has no webhooks: nobody is asked about anything")]);
            }
        });
    }
}

fn write_hook(about: &About<'_>, hook: Field<'_>, w: &mut Writer) {
    let nothing = toned("nothing: it has no rules", Health::Warning);
    Scope::of_webhook(hook).write(about, 4, nothing, w);
    conditions(4, hook.key("matchConditions"), w);
    let config = hook.key("clientConfig");
    let mut unreachable = false;
    if let Some(backing) = Backing::of(config.key("service")) {
        let service = config.key("service");
        let go =
            about.to("", "services", service.key("namespace").str(), service.key("name").str());
        w.field(4, "Asks", backing.words()).go(go.clone());
        let (state, health) = backing.state(about);
        unreachable = health == Health::Broken;
        w.field(4, "Can Be Asked", state).go(go);
    } else {
        w.field(4, "Asks", outside(config.key("url").str()));
    }
    let (words, health) = match hook.key("failurePolicy").str_or("Fail") {
        "Ignore" => ("the request goes on without it (Ignore)", Health::Warning),
        _ => ("the request is refused (Fail)", Health::Broken),
    };
    let mut fails = Piece::from(words);
    if unreachable {
        fails = fails.and(toned(", and that is so now", health));
    }
    w.field(4, "If It Fails", fails);
    let seconds = hook.key("timeoutSeconds").opt_int().unwrap_or(10);
    w.field(4, "Waits For", format!("{seconds}s"));
    let effects = hook.key("sideEffects").str_or("Unknown");
    let effects = match effects {
        "None" => Piece::from("none: it is asked in dry runs too"),
        "NoneOnDryRun" => Piece::from("none in dry runs, so it is asked in these too"),
        other => {
            let refused = ": a dry run that it would be asked about is refused";
            Piece::from(other).and(toned(refused, Health::Warning))
        }
    };
    w.field(4, "Side Effects", effects);
    if let again @ ("IfNeeded" | "Never") = hook.key("reinvocationPolicy").str() {
        let words = if again == "IfNeeded" {
            "once more where others changed the object after it"
        } else {
            "never, whatever others change after it"
        };
        w.field(4, "Asked Again", words);
    }
}

/// `ValidatingAdmissionPolicies` and `MutatingAdmissionPolicies`.
pub(in crate::kinds) struct Policy {
    /// The plural of the bindings that put them into force.
    pub bindings: &'static str,
}

impl Policy {
    fn bindings(&self) -> Want {
        Want::Objects {
            group: GROUP.to_owned(),
            resource: self.bindings.to_owned(),
            namespace: String::new(),
            labels: String::new(),
            fields: String::new(),
        }
    }
}

impl Describer for Policy {
    fn wants(&self, about: &About<'_>) -> Vec<Want> {
        let scope = Scope::of_resources(about.object.at("spec.matchConstraints"));
        std::iter::once(self.bindings()).chain(scope.wants()).collect()
    }

    fn write(&self, about: &About<'_>, w: &mut Writer) {
        let spec = about.object.key("spec");
        in_words(about, w, |w| {
            let nothing = toned("nothing: it has no rules", Health::Warning);
            Scope::of_resources(spec.key("matchConstraints")).write(about, 2, nothing, w);
            conditions(2, spec.key("matchConditions"), w);
            demands(spec, w);
            let param = spec.key("paramKind");
            if param.is_some() {
                let (version, kind) = (param.key("apiVersion").text(), param.key("kind").text());
                w.field(
                    2,
                    "Parameters",
                    format!("a {kind} of {version}, which each binding names"),
                );
            }
            w.field(
                2,
                "If It Fails",
                match spec.key("failurePolicy").str_or("Fail") {
                    "Ignore" => "the request goes on without it (Ignore)",
                    _ => "the request is refused (Fail)",
                },
            );
            in_force(about, &self.bindings(), self.bindings, w);
            let checked = about.object.at("status.typeChecking.expressionWarnings");
            for warning in checked.list() {
                let at = muted(format!("{}: ", warning.key("fieldRef").text()));
                w.field(
                    2,
                    "Warning",
                    at.and(toned(warning.key("warning").text(), Health::Warning)),
                );
            }
        });
    }
}

/// What is asked of requests, or done to them.
fn demands(spec: Field<'_>, w: &mut Writer) {
    for check in spec.key("validations").list() {
        let mut text = Piece::from(check.key("expression").text().trim());
        let message = check.key("message").str_or(check.key("messageExpression").str());
        if !message.is_empty() {
            text = text.and(muted(format!("   or else: {}", message.trim())));
        }
        w.field(2, "Must Be True", text);
    }
    for note in spec.key("auditAnnotations").list() {
        let key = muted(format!("{}: ", note.key("key").text()));
        w.field(2, "Audited", key.and(note.key("valueExpression").text().trim()));
    }
    for change in spec.key("mutations").list() {
        let (how, at) = match change.key("patchType").str() {
            "JSONPatch" => ("patches with ", "jsonPatch.expression"),
            _ => ("applies ", "applyConfiguration.expression"),
        };
        w.field(2, "Changes", muted(how).and(change.at(at).text().trim()));
    }
}

/// The bindings that put a policy into force.
fn in_force(about: &About<'_>, want: &Want, plural: &str, w: &mut Writer) {
    let bindings = match about.objects(want) {
        Ok(bindings) => bindings,
        Err(instead) => {
            w.field(2, "In Force By", instead);
            return;
        }
    };
    let of_it = |binding: &Field<'_>| binding.at("spec.policyName").str() == about.name();
    let mut title = "In Force By";
    for binding in bindings.into_iter().filter(of_it) {
        let name = binding.at("metadata.name").str();
        let mut text = Piece::from(name);
        let actions = binding.at("spec.validationActions").joined(", ");
        if !actions.is_empty() {
            text = text.and(muted(format!(": {actions}")));
        }
        let bounds = bounds(binding.at("spec.matchResources"));
        if !bounds.is_empty() {
            text = text.and(muted(format!("; only {bounds}")));
        }
        let go = about.to(GROUP, plural, "", name);
        match std::mem::take(&mut title) {
            "" => w.more(text).go(go),
            title => w.field(2, title, text).go(go),
        };
    }
    if !title.is_empty() {
        let words = "no binding: it is asked about nothing";
        w.field(2, title, Piece::new(words, Tone::State(Health::Warning)));
    }
}

/// What a binding narrows a policy to, in short.
fn bounds(matches: Field<'_>) -> String {
    let asked = |title: &str, key: &str| match selector(matches.key(key)) {
        Some(text) if text.is_empty() => None,
        Some(text) => Some(format!("{title} {text}")),
        None => Some(format!("{title} of an invalid selector")),
    };
    let parts = [
        asked("namespaces", "namespaceSelector"),
        asked("objects", "objectSelector"),
        matches.key("resourceRules").has_any().then(|| "some of its rules".to_owned()),
        matches.key("excludeResourceRules").has_any().then(|| "without some".to_owned()),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join("; ")
}

/// `ValidatingAdmissionPolicyBindings` and `MutatingAdmissionPolicyBindings`.
pub(in crate::kinds) struct Bound {
    /// The plural of the policies that they put into force.
    pub policies: &'static str,
}

impl Bound {
    fn policy(&self, about: &About<'_>) -> Want {
        about.want_object(GROUP, self.policies, about.object.at("spec.policyName").str())
    }
}

impl Describer for Bound {
    fn wants(&self, about: &About<'_>) -> Vec<Want> {
        let policy = self.policy(about);
        let spec = about.object.key("spec");
        let mut wants: Vec<_> =
            Scope::of_resources(spec.key("matchResources")).wants().into_iter().collect();
        if let Ok(Some(known)) = about.other(&policy) {
            wants.extend(Scope::of_resources(known.at("spec.matchConstraints")).wants());
            wants.extend(param(about, known));
        }
        wants.push(policy);
        wants.dedup();
        wants
    }

    fn write(&self, about: &About<'_>, w: &mut Writer) {
        let spec = about.object.key("spec");
        in_words(about, w, |w| {
            let name = spec.key("policyName").str();
            let go = about.to(GROUP, self.policies, "", name);
            let policy = about.other(&self.policy(about));
            let text = match &policy {
                Ok(Some(_)) => strong(name),
                Ok(None) => {
                    let missing = "there is no such policy: nothing is in force";
                    strong(name).and("  ").and(Piece::new(missing, Tone::State(Health::Broken)))
                }
                Err(instead) => strong(name).and("  ").and(instead.clone()),
            };
            w.field(2, "Puts Into Force", text).go(go);
            if let Ok(Some(policy)) = policy {
                let nothing = toned("nothing: the policy has no rules", Health::Warning);
                Scope::of_resources(policy.at("spec.matchConstraints")).write(about, 4, nothing, w);
                conditions(4, policy.at("spec.matchConditions"), w);
            }
            let matches = spec.key("matchResources");
            if matches.has_any() {
                w.section(2, "But Only Where It Is Also");
                let all = "all that the policy is about".into();
                Scope::of_resources(matches).write(about, 4, all, w);
            }
            for action in spec.key("validationActions").strs() {
                let words = match action {
                    "Deny" => "refuses a request that breaks it (Deny)".to_owned(),
                    "Warn" => "warns who makes such a request (Warn)".to_owned(),
                    "Audit" => "writes such a request into the audit log (Audit)".to_owned(),
                    other => other.to_owned(),
                };
                w.field(2, "Then", words);
            }
            params(about, policy.ok().flatten(), w);
        });
    }
}

/// The one object that a binding takes its parameters from, where there is just one.
fn param(about: &About<'_>, policy: Field<'_>) -> Option<Want> {
    let (kind, reference) = (policy.at("spec.paramKind"), about.object.at("spec.paramRef"));
    let (version, kind) = (kind.key("apiVersion").str(), kind.key("kind").str());
    let known = about.facts.catalog().by_kind(group_of(version), kind)?;
    let namespace = reference.key("namespace").str();
    let one = !known.namespaced || !namespace.is_empty();
    let name = reference.key("name").str();
    (one && !name.is_empty()).then(|| Want::Object {
        group: known.group.clone(),
        resource: known.plural.clone(),
        namespace: if known.namespaced { namespace.to_owned() } else { String::new() },
        name: name.to_owned(),
    })
}

fn params(about: &About<'_>, policy: Option<Field<'_>>, w: &mut Writer) {
    let reference = about.object.at("spec.paramRef");
    if !reference.is_some() {
        return;
    }
    let kind = policy.map_or("object", |policy| policy.at("spec.paramKind.kind").str_or("object"));
    let place = match reference.key("namespace").str() {
        "" => "in the namespace of the request, if it lives in one".to_owned(),
        namespace => format!("in {namespace}"),
    };
    let name = reference.key("name").str();
    let mut text = if name.is_empty() {
        match selector(reference.key("selector")).as_deref() {
            Some("") => Piece::from(format!("every {kind} {place}")),
            Some(labels) => Piece::from(format!("every {kind} with {labels} {place}")),
            None => toned("an invalid selector", Health::Warning),
        }
    } else {
        Piece::from(format!("the {kind} {name} {place}"))
    };
    let want = policy.and_then(|policy| param(about, policy));
    let mut missing = false;
    let mut go = None;
    if let Some(want @ Want::Object { group, resource, namespace, name }) = &want {
        go = about.to(group, resource, namespace, name);
        missing = matches!(about.other(want), Ok(None));
    }
    let allows = reference.key("parameterNotFoundAction").str() == "Allow";
    if missing {
        let health = if allows { Health::Warning } else { Health::Broken };
        text = text.and("  ").and(Piece::new("there is none", Tone::State(health)));
    }
    w.field(2, "Parameters", text).go(go);
    let none = if allows {
        "the policy does not apply (Allow)"
    } else {
        "the failure policy decides (Deny)"
    };
    w.field(2, "Without Them", none);
}
