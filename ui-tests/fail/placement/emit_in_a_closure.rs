#[kaa::generator]
fn emits() -> kaa::Result<u32> {
    (0..3).for_each(|n| drop(emit_!(n))); //~ ERROR it cannot wait there
    Ok(())
}

fn main() {
    drop(emits());
}
