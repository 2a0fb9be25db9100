use std::io;

use kaa::InProgress;

#[kaa::coroutine]
pub fn fetch(site: String) -> io::Result<usize> {
    let mut total = site.len();
    while let Some(chunk) = yield_!(InProgress::finished(None::<String>))? {
        total += chunk.len();
        yield_!()?;
    }
    Ok(total)
}

fn main() {
    drop(fetch("localhost".into()));
}
