use kaa::InProgress;

#[kaa::coroutine]
fn waits(words: Vec<String>) -> kaa::Result<usize> {
    let line = words.into_iter().collect::<String>();
    let n = yield_!(InProgress::finished(line.len()))?;
    let maybe = Some(line).map(|line| line + "!");
    yield_!()?;
    Ok(maybe.unwrap_or_default().len() + n)
}

fn main() {
    drop(waits(vec![]));
}
