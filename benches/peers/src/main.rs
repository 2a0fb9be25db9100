//! kaa beside other executors of one thread.

fn main() {}
