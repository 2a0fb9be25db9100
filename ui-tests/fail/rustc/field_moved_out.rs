use std::io;
use std::rc::Rc;

use kaa::InProgress;

struct Job {
    log: Rc<String>,
    name: Rc<String>,
}

#[kaa::coroutine]
fn waits(job: Job) -> io::Result<usize> {
    let name = job.name; //~ NOTE moved here
    yield_!(InProgress::finished(()))?; //~ ERROR the other field would be dropped later
    Ok(name.len())
}

fn main() {}
