//! What a pattern takes apart is gone: nothing of it is held.

use kaa::InProgress;

enum Job {
    One(Box<dyn Fn()>),
    Stop,
}

#[kaa::coroutine]
fn waits(job: Job, pair: (Vec<Job>, Box<dyn Fn()>)) -> kaa::Result<u32> {
    let (jobs, done) = pair;
    yield_!(InProgress::finished(jobs.len()))?;
    if let Job::One(run) = job {
        yield_!(InProgress::finished(()))?;
        run();
    }
    done();
    Ok(1)
}

fn main() {
    drop(waits(Job::Stop, (Vec::new(), Box::new(|| ()))));
}
