#[kaa::threaded]
fn size(path: &str) -> std::io::Result<u64> { //~ ERROR arguments own their data
    Ok(std::fs::metadata(path)?.len())
}

fn main() {}
