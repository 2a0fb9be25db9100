use kaa::InProgress;

struct Odd;

#[kaa::coroutine]
fn waits() -> Result<u32, Odd> {
    //~^ ERROR `Odd` does not convert into `kaa::Error`
    let n = yield_!(InProgress::finished(1)).map_err(|_| Odd)?;
    if n == 1 { Err(Odd) } else { Ok(n) }
}

fn main() {}
