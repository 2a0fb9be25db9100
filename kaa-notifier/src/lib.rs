//! The main loop of kaa.
#![deny(unsafe_code)]

mod timer;
