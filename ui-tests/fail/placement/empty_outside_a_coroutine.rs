use kaa::prelude::*;

fn main() {
    yield_!(); //~ ERROR outside a coroutine
}
