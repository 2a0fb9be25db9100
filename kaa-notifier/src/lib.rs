//! The main loop of kaa.
