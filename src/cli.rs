//! The command line: flags, subcommands and their exit codes.
