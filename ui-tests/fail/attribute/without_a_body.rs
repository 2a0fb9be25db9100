trait Waits {
    #[kaa::coroutine]
    fn waits() -> u32; //~ ERROR a coroutine has a body
}

fn main() {}
