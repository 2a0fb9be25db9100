//! The bodies of the oracle are compiled once more as those of edition 2021; see `Cargo.toml`.
#![forbid(unsafe_code)]
