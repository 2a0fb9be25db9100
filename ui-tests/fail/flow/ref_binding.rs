use std::io;

use kaa::InProgress;

#[kaa::coroutine]
fn waits(name: Option<String>) -> io::Result<usize> {
    if let Some(ref name) = name { //~ ERROR borrowed across
        let got = yield_!(InProgress::finished(1))?;
        return Ok(name.len() + got);
    }
    Ok(0)
}

fn main() {}
