#[kaa::threaded(pol = "disk")] //~ ERROR unknown argument; the known ones are named
fn size(path: String) -> std::io::Result<u64> {
    Ok(std::fs::metadata(path)?.len())
}

fn main() {
    let _size: kaa::InProgress<u64> = size("Cargo.toml".into());
}
