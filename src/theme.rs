//! Roles become styles.
