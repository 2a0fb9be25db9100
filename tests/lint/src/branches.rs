//! `if`, `match` and `let else`.

use kaa::prelude::*;

/// A job.
#[derive(Clone, Debug)]
pub enum Job {
    /// Nothing to do.
    Idle,
    /// Something to wait for.
    Wait {
        /// What.
        on: InProgress<u32>,
        /// How it is called.
        name: String,
    },
    /// A number.
    Number(u32),
}

/// `if` and `else if`, as statements and as values.
#[kaa::coroutine]
pub fn ifs(n: u32, on: InProgress<u32>) -> kaa::Result<u32> {
    let mut sum = n;
    if n > 10 {
        sum += yield_!(on)?;
    } else if n > 5 {
        yield_!()?;
    }
    let more = if sum > 7 { yield_!(InProgress::finished(1))? } else { 2 };
    Ok(sum + more)
}

/// `if let`, of what was waited for and of what was not.
#[kaa::coroutine]
pub fn if_lets(all: Option<InProgress<Option<u32>>>) -> kaa::Result<u32> {
    if let Some(on) = all
        && let Some(n) = yield_!(on)?
    {
        yield_!()?;
        return Ok(n);
    }
    if let Some(n) = yield_!(InProgress::finished(Some(2)))? {
        yield_!()?;
        return Ok(n);
    }
    Ok(0)
}

/// `match`, with waits in its arms.
#[kaa::coroutine]
pub fn matches(job: Job) -> kaa::Result<String> {
    let text = match job {
        Job::Idle => {
            yield_!()?;
            String::new()
        }
        Job::Wait { on, name } => {
            let n = yield_!(on)?;
            format!("{name}: {n}")
        }
        Job::Number(n) if n > 3 => n.to_string(),
        Job::Number(_) => return Ok("small".to_owned()),
    };
    yield_!()?;
    Ok(text)
}

/// `match`, of what was waited for.
#[kaa::coroutine]
pub fn matches_a_yield(on: InProgress<Job>) -> String {
    match yield_!(on) {
        Ok(Job::Idle) => "idle".to_owned(),
        Ok(Job::Wait { name, .. }) => name,
        Ok(Job::Number(n)) => n.to_string(),
        Err(error) if error.is_timeout() => "late".to_owned(),
        Err(error) => error.to_string(),
    }
}

/// `let else`.
#[kaa::coroutine]
pub fn let_elses(on: InProgress<Option<u32>>, maybe: Option<u32>) -> kaa::Result<u32> {
    let Some(n) = yield_!(on)? else {
        return Ok(0);
    };
    let Some(m) = maybe else {
        return Ok(n);
    };
    yield_!()?;
    Ok(n + m)
}
