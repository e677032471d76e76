//! Raw mode, panic hook, suspend and resume.
