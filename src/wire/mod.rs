//! Bytes of an API server become partial structs.
