use std::io;

use kaa::InProgress;

#[kaa::coroutine]
fn waits(names: Vec<String>) -> io::Result<usize> {
    let mut sum = 0;
    for name in &names { //~ ERROR borrowed across
        sum += yield_!(InProgress::finished(name.len()))?;
    }
    Ok(sum)
}

fn main() {}
