//! The macros of kaa.
