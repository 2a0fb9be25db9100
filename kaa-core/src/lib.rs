//! The core of kaa.
