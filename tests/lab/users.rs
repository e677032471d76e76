//! The lab's users and their kubeconfigs. What each may do is written in `rbac.yaml`.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;

/// A user of the lab: name, group, namespace of its contexts, and what it is for.
pub struct User {
    /// Name as RBAC sees it; also its token.
    pub name: &'static str,
    group: &'static str,
    namespace: &'static str,
    /// One line for people.
    pub about: &'static str,
}

const fn user(
    name: &'static str,
    group: &'static str,
    namespace: &'static str,
    about: &'static str,
) -> User {
    User { name, group, namespace, about }
}

/// Everyone who can log in with a token.
pub const USERS: [User; 6] = [
    user("admin", "system:masters", "default", "may do everything"),
    user("editor", "lab", "default", "role `edit` in every namespace"),
    user("viewer", "lab", "default", "role `view` in every namespace: no secrets, no nodes"),
    user("team", "lab", "team", "role `edit` in namespace team, nothing else"),
    user("pair", "lab", "team", "`edit` in team, `view` in team-b, and may list namespaces"),
    user("nobody", "lab", "default", "no rights at all"),
];

/// The administrator who logs in with a client certificate instead.
pub const CERT_ADMIN: &str = "cert-admin";

/// Writes the API server's token file.
pub fn write_tokens(path: &Path) -> Result<()> {
    let mut text = String::new();
    for user in &USERS {
        let User { name, group, .. } = user;
        writeln!(text, "{name}-token,{name},{name},{group}")?;
    }
    Ok(fs::write(path, text)?)
}

/// The names of all contexts' users, `admin` first.
pub fn names() -> impl Iterator<Item = &'static str> {
    USERS.iter().map(|user| user.name).chain([CERT_ADMIN])
}

/// Writes `USER.kubeconfig` for every user into `folder` and returns the administrator's. Each file has the contexts of
/// all users (`lab` is the administrator's, the others are `lab-USER`) and differs only in which one is current.
///
/// `certs` is the folder with `ca.crt`, `admin.crt` and `admin.key`.
pub fn write_kubeconfigs(folder: &Path, url: &str, certs: &Path) -> Result<PathBuf> {
    for current in names() {
        let mut text = format!(
            "apiVersion: v1\nkind: Config\ncurrent-context: {}\nclusters:\n- name: lab\n  cluster:\n    \
             server: {url}\n    certificate-authority: {}\nusers:\n",
            context(current),
            certs.join("ca.crt").display()
        );
        for User { name, .. } in &USERS {
            writeln!(text, "- name: {name}\n  user: {{token: {name}-token}}")?;
        }
        writeln!(
            text,
            "- name: {CERT_ADMIN}\n  user:\n    client-certificate: {}\n    client-key: {}",
            certs.join("admin.crt").display(),
            certs.join("admin.key").display()
        )?;
        text.push_str("contexts:\n");
        for name in names() {
            let namespace = USERS.iter().find(|user| user.name == name);
            let namespace = namespace.map_or("default", |user| user.namespace);
            writeln!(
                text,
                "- name: {}\n  context: {{cluster: lab, user: {name}, namespace: {namespace}}}",
                context(name)
            )?;
        }
        fs::write(path(folder, current), text)?;
    }
    Ok(path(folder, "admin"))
}

/// Where a user's kubeconfig is.
pub fn path(folder: &Path, user: &str) -> PathBuf {
    folder.join(format!("{user}.kubeconfig"))
}

/// The name of a user's context.
pub fn context(user: &str) -> String {
    if user == "admin" { "lab".to_owned() } else { format!("lab-{user}") }
}
