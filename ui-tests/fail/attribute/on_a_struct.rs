#[kaa::coroutine]
struct Waits {
    //~^ ERROR a coroutine is a function
    n: u32,
}

fn main() {}
