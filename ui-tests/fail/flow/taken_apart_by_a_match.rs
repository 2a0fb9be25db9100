use std::io;

use kaa::InProgress;

enum Job {
    One(Box<dyn Fn()>),
    Stop,
}

#[kaa::coroutine]
fn waits(job: Job) -> io::Result<u32> {
    match job {
        Job::One(run) => {
            yield_!(InProgress::finished(()))?; //~ ERROR `job` was taken apart
            run();
        }
        Job::Stop => {}
    }
    Ok(1)
}

fn main() {}
