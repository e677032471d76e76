//! Versions of Kubernetes' components, and how far apart they may be.

use std::fmt;

/// A version of Kubernetes, as far as the skew policy looks at it: `v1.36.3-eks-a1b2` is 1.36. Ordered by age.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version {
    major: u32,
    minor: u32,
}

impl Version {
    /// The version that a text begins with, a `v` before it or not; `None` where it begins with none.
    pub fn parse(text: &str) -> Option<Self> {
        let (major, rest) = text.strip_prefix('v').unwrap_or(text).split_once('.')?;
        let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        Some(Self { major: major.parse().ok()?, minor: rest.get(..end)?.parse().ok()? })
    }

    /// The minor version after this one.
    pub fn next(self) -> Self {
        Self { minor: self.minor.saturating_add(1), ..self }
    }

    /// By how many minor versions it is older than the other (negative where it is newer); `None` where they are worlds apart.
    fn older_than(self, other: Self) -> Option<i64> {
        (self.major == other.major).then(|| i64::from(other.minor) - i64::from(self.minor))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

/// A component whose version the policy bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Component {
    /// One of several API servers.
    ApiServer,
    /// kube-controller-manager, cloud-controller-manager or kube-scheduler.
    Manager,
    /// A kubelet.
    Kubelet,
    /// A kube-proxy.
    KubeProxy,
}

/// What the policy says of a version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Skew {
    /// It is kept.
    Kept,
    /// It is broken: how.
    Broken(String),
    /// Nobody can say: a version is not known.
    Unknown,
}

/// What <https://kubernetes.io/releases/version-skew-policy/> says of a component of this version, where the oldest and the newest API server have
/// those.
///
/// No component may be newer than any API server it talks to, so the oldest one counts. Managers may be one minor version older than the newest,
/// kubelets and kube-proxies three, before 1.25 two. API servers may be one minor version apart.
pub fn skew(
    component: Component,
    version: Option<Version>,
    servers: Option<(Version, Version)>,
) -> Skew {
    let (Some(version), Some((oldest, newest))) = (version, servers) else { return Skew::Unknown };
    let (Some(before), Some(behind)) = (version.older_than(oldest), version.older_than(newest))
    else {
        return Skew::Broken("of another major version".to_owned());
    };
    let most = match component {
        Component::ApiServer | Component::Manager => 1,
        Component::Kubelet | Component::KubeProxy
            if version < (Version { major: 1, minor: 25 }) =>
        {
            2
        }
        Component::Kubelet | Component::KubeProxy => 3,
    };
    if before < 0 && component != Component::ApiServer {
        return Skew::Broken(format!("newer than API server {oldest}"));
    }
    if behind > most {
        return Skew::Broken(format!("{behind} minor behind, {most} may be"));
    }
    Skew::Kept
}

/// What the policy says of the kube-proxies of this version beside kubelets of that one: three minor versions older or newer, before 1.25 two.
pub fn beside_kubelet(proxy: Version, kubelet: Version) -> Skew {
    let most = if proxy < (Version { major: 1, minor: 25 }) { 2 } else { 3 };
    match proxy.older_than(kubelet).map(i64::abs) {
        Some(apart) if apart <= most => Skew::Kept,
        _ => Skew::Broken(format!("over {most} from kubelet {kubelet}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn v(text: &str) -> Option<Version> {
        Version::parse(text)
    }

    fn kept(component: Component, version: &str, oldest: &str, newest: &str) -> bool {
        let servers = v(oldest).zip(v(newest));
        skew(component, v(version), servers) == Skew::Kept
    }

    #[test]
    fn versions_are_read_whatever_stands_behind_them() {
        for text in
            ["v1.36.3", "1.36", "v1.36.3+k3s1", "v1.36.3-eks-0123", "v1.36+", "v1.36.0-kx.demo"]
        {
            assert_eq!(v(text), Some(Version { major: 1, minor: 36 }), "{text}");
        }
        for text in ["", "v", "latest", "v1", "v1.", "1.x", "v99999999999.1"] {
            assert_eq!(v(text), None, "{text}");
        }
    }

    #[test]
    fn a_kubelet_may_be_three_older_and_never_newer() {
        let kubelet = |version| kept(Component::Kubelet, version, "v1.36.0", "v1.36.0");
        assert!(kubelet("v1.36.9") && kubelet("v1.33.1"));
        assert!(!kubelet("v1.32.9") && !kubelet("v1.37.0"));
        assert!(kept(Component::Kubelet, "v1.24.0", "v1.26.0", "v1.26.0"));
        assert!(
            !kept(Component::Kubelet, "v1.24.0", "v1.27.0", "v1.27.0"),
            "before 1.25 two may be"
        );
        assert!(
            !kept(Component::Kubelet, "v1.36.0", "v1.35.0", "v1.36.0"),
            "newer than one of the API servers"
        );
    }

    #[test]
    fn managers_and_api_servers_may_be_one_older() {
        assert!(kept(Component::Manager, "v1.35.0", "v1.36.0", "v1.36.0"));
        assert!(!kept(Component::Manager, "v1.34.0", "v1.36.0", "v1.36.0"));
        assert!(!kept(Component::Manager, "v1.37.0", "v1.36.0", "v1.36.0"));
        assert!(kept(Component::ApiServer, "v1.35.0", "v1.35.0", "v1.36.0"));
        assert!(!kept(Component::ApiServer, "v1.34.0", "v1.34.0", "v1.36.0"));
    }

    #[test]
    fn a_kube_proxy_is_held_against_its_kubelet_too() {
        let beside = |proxy, kubelet| beside_kubelet(v(proxy).unwrap(), v(kubelet).unwrap());
        assert_eq!(beside("v1.33.0", "v1.36.0"), Skew::Kept);
        assert_eq!(beside("v1.36.0", "v1.33.0"), Skew::Kept);
        assert!(matches!(beside("v1.36.0", "v1.32.0"), Skew::Broken(_)));
        assert!(matches!(beside("v1.24.0", "v1.27.0"), Skew::Broken(_)));
    }

    #[test]
    fn what_is_not_known_is_not_judged() {
        assert_eq!(skew(Component::Kubelet, None, v("v1.36.0").zip(v("v1.36.0"))), Skew::Unknown);
        assert_eq!(skew(Component::Kubelet, v("v1.36.0"), None), Skew::Unknown);
        let other = skew(Component::Kubelet, v("v2.0.0"), v("v1.36.0").zip(v("v1.36.0")));
        assert!(matches!(other, Skew::Broken(_)));
    }

    proptest! {
        #[test]
        fn any_text_is_a_version_or_none(text in "v?[0-9]{0,12}\\.?[0-9]{0,12}.*") {
            let _ = Version::parse(&text);
        }
    }
}
