//! kaa.
