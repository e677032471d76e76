//! All traffic to API servers.
