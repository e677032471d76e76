//! What is asked for: from where on this machine to which port of what.

use std::fmt;
use std::net::IpAddr;

use crate::change::Target;

/// The address that is listened on where none is named: this machine alone, over IPv4 and IPv6.
pub const LOCALHOST: &str = "localhost";

/// A forward that is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// A pod, or what has pods.
    pub target: Target,
    /// Where is listened: `localhost` or an IP address.
    pub address: String,
    /// The port on this machine.
    pub local: Local,
    /// The port there.
    pub remote: Remote,
}

/// A port on this machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Local {
    /// Any that is free.
    Any,
    /// This one or, where it is taken, the next that is free.
    Near(u16),
    /// This one and no other.
    Exactly(u16),
    /// The one that has the number of the port there.
    Same,
}

/// A port of a pod, or of a service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remote {
    /// By its number.
    Number(u16),
    /// By its name.
    Name(String),
}

/// Ports as kubectl's users write them: `8080`, `http`, `8080:80`, `:80`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spec {
    /// The port on this machine.
    pub local: Local,
    /// The port there.
    pub remote: Remote,
}

impl Spec {
    /// Reads `[LOCAL:]REMOTE` (kubectl, `pkg/cmd/portforward`; client-go, `tools/portforward/portforward.go`, `parsePorts`).
    ///
    /// # Errors
    /// What is wrong with it, a sentence for people.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (local, remote) = match text.split_once(':') {
            None => (Local::Same, text),
            Some(("" | "0", remote)) => (Local::Any, remote),
            Some((local, remote)) => match local.parse::<u16>() {
                Ok(port) => (Local::Exactly(port), remote),
                Err(_) => {
                    return Err(format!(
                        "{local:?} is no port of this machine: a number up to 65535"
                    ));
                }
            },
        };
        Ok(Self { local, remote: Remote::parse(remote)? })
    }
}

impl Remote {
    /// Reads a number or a name.
    ///
    /// # Errors
    /// What is wrong with it, a sentence for people.
    pub fn parse(text: &str) -> Result<Self, String> {
        if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
            return match text.parse() {
                Ok(port @ 1..) => Ok(Self::Number(port)),
                _ => Err(format!("{text} is no port: they go from 1 to 65535")),
            };
        }
        // A container's is an IANA_SVC_NAME, a service's a DNS_LABEL (apimachinery, `util/validation`).
        let letters = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        let odd = text.starts_with('-') || text.ends_with('-') || text.len() > 63;
        if text.is_empty() || odd || !text.bytes().all(letters) {
            return Err(format!("{text:?} is no port: a number, or the name of one"));
        }
        Ok(Self::Name(text.to_owned()))
    }
}

impl fmt::Display for Remote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(port) => write!(f, "{port}"),
            Self::Name(name) => f.write_str(name),
        }
    }
}

impl Local {
    /// The port that is offered for this one: itself, or where only an administrator may listen, one that says the same.
    pub fn beside(port: u16) -> Self {
        Self::Near(if port < 1024 { 8000 + port } else { port })
    }
}

impl Wanted {
    /// For people: `service/web in shop port http`.
    pub fn words(&self) -> String {
        format!("{} port {}", self.target.long(), self.remote)
    }

    /// Reads an address to listen on.
    ///
    /// # Errors
    /// What is wrong with it, a sentence for people.
    pub fn check_address(address: &str) -> Result<(), String> {
        if address == LOCALHOST || address.parse::<IpAddr>().is_ok() {
            return Ok(());
        }
        Err(format!(
            "{address:?} is no address to listen on: {LOCALHOST}, 0.0.0.0 or another IP address of this machine"
        ))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn ports_as_kubectl_reads_them() {
        let spec = |text: &str| Spec::parse(text).unwrap();
        let number = Remote::Number;
        assert_eq!(spec("5000"), Spec { local: Local::Same, remote: number(5000) });
        assert_eq!(spec("8888:5000"), Spec { local: Local::Exactly(8888), remote: number(5000) });
        assert_eq!(spec(":5000"), Spec { local: Local::Any, remote: number(5000) });
        assert_eq!(spec("0:5000"), Spec { local: Local::Any, remote: number(5000) });
        assert_eq!(
            spec("8443:https"),
            Spec { local: Local::Exactly(8443), remote: Remote::Name("https".into()) }
        );
        for wrong in ["", ":", "a:80", "80:", "70000", "1:70000", "0", "-1", "Ä", "a b", "1:2:3"] {
            assert!(Spec::parse(wrong).is_err(), "{wrong}");
        }
        assert_eq!(Local::beside(80), Local::Near(8080));
        assert_eq!(Local::beside(5432), Local::Near(5432));
        assert!(
            Wanted::check_address("::1").is_ok() && Wanted::check_address("example.org").is_err()
        );
    }

    proptest! {
        #[test]
        fn any_text_is_ports_or_a_complaint(text in ".{0,12}") {
            let _ = Spec::parse(&text);
        }
    }
}
