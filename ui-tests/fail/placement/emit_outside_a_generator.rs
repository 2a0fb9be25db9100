use kaa::prelude::*;

#[kaa::coroutine]
fn emits() -> kaa::Result<()> {
    emit_!(1)?; //~ ERROR this is a coroutine
    yield_!()
}

fn main() {
    drop(emits());
}
