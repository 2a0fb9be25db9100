use std::io;

use kaa::InProgress;

fn first_word(text: &str) -> &str {
    text.split(' ').next().unwrap_or_default()
}

#[kaa::coroutine]
fn waits(text: String) -> io::Result<usize> {
    let word = first_word(&text); //~ NOTE borrowed here
    yield_!(InProgress::finished(()))?; //~ ERROR moved while borrowed
    Ok(word.len())
}

fn main() {}
