#[kaa::generator]
fn emits() -> kaa::Result<u32> {
    emit_!("one") //~ ERROR a `u32` is to be emitted
}

fn main() {
    drop(emits());
}
