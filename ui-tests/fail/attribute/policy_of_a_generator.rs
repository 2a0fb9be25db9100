#[kaa::generator(policy = singleton)] //~ ERROR generators have none
fn emits() -> kaa::Result<u32> {
    emit_!(1)
}

fn main() {
    drop(emits());
}
