#[kaa::generator]
fn emits() -> kaa::Result<u32> {
    emit_!(1)?;
    Ok(2) //~ ERROR the body ends with nothing
}

fn main() {
    drop(emits());
}
