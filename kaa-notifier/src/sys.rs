//! What stands directly on the operating system; the only place with unsafe code.

pub(crate) mod fork;
pub(crate) mod poll;
