#[kaa::threaded(priority = 5)] //~ ERROR there is no queue without a pool
fn size(path: String) -> std::io::Result<u64> {
    Ok(std::fs::metadata(path)?.len())
}

fn main() {
    let _size: kaa::InProgress<u64> = size("Cargo.toml".into());
}
