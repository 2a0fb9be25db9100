use std::io;

use kaa::InProgress;

struct Job(String);

impl Job {
    fn told(self) -> String {
        self.0
    }
}

#[kaa::coroutine]
fn waits(job: Job) -> io::Result<String> {
    let text = job.told(); //~ NOTE moved here
    yield_!(InProgress::finished(()))?; //~ ERROR its drop would be here
    Ok(text)
}

fn main() {}
