//! The built-in demo cluster: a small API server on loopback.
