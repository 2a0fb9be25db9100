use std::io;

use kaa::InProgress;

#[kaa::coroutine]
fn waits(names: Vec<String>) -> io::Result<usize> {
    let mut lengths = names.iter().enumerate(); //~ ERROR borrowed across
    let mut sum = 0;
    while let Some((at, name)) = lengths.next() {
        sum += yield_!(InProgress::finished(at + name.len()))?;
    }
    Ok(sum)
}

fn main() {}
