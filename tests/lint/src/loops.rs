//! `loop`, `while`, `for`, with labels and values.

use kaa::prelude::*;

/// `for`, with `continue` and `break`.
#[kaa::coroutine]
pub fn fors(names: Vec<String>) -> kaa::Result<usize> {
    let mut total = 0;
    for name in names {
        if name.is_empty() {
            continue;
        }
        total += yield_!(InProgress::finished(name.len()))?;
        if total > 100 {
            break;
        }
    }
    Ok(total)
}

/// `for`, over borrowed things inside of one turn.
#[kaa::coroutine]
pub fn fors_without(names: Vec<String>, on: InProgress<usize>) -> kaa::Result<usize> {
    let mut total = yield_!(on)?;
    for name in &names {
        total += name.len();
    }
    yield_!()?;
    Ok(total + names.len())
}

/// `while` and `while let`.
#[kaa::coroutine]
pub fn whiles(socket: Socket) -> kaa::Result<usize> {
    let mut total = 0;
    while let Some(chunk) = yield_!(socket.read())? {
        total += chunk.len();
        yield_!()?;
    }
    let mut left = 3;
    while left > 0 {
        left -= 1;
        yield_!()?;
    }
    while yield_!(InProgress::finished(left < 3))? {
        left += 1;
    }
    Ok(total + left)
}

/// `loop` with a value, and labels.
#[kaa::coroutine]
pub fn loops(rows: usize) -> kaa::Result<usize> {
    let mut row = 0;
    let found = 'rows: loop {
        row += 1;
        for column in 0..row {
            let hit = yield_!(InProgress::finished(row * column > rows))?;
            if hit {
                break 'rows row;
            }
            if column > 10 {
                continue 'rows;
            }
        }
    };
    Ok(found)
}

/// Without an end.
#[kaa::coroutine]
pub fn for_ever(socket: Socket) -> kaa::Result<()> {
    loop {
        if yield_!(socket.read())?.is_none() {
            return Ok(());
        }
    }
}
