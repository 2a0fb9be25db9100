use std::io;

use kaa::InProgress;

enum Job {
    Named(String),
    Stop,
}

#[kaa::coroutine]
fn waits(job: Job) -> io::Result<usize> {
    match &job { //~ ERROR borrowed across
        Job::Named(name) => {
            let got = yield_!(InProgress::finished(1))?;
            Ok(name.len() + got)
        }
        Job::Stop => Ok(0),
    }
}

fn main() {}
