#[kaa::coroutine]
mod waits {} //~ ERROR a coroutine is a function

fn main() {}
