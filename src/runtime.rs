//! The only `select!`: input, clusters, frame clock; performs effects.
