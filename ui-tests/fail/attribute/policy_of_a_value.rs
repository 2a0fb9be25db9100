struct Job;

impl Job {
    #[kaa::coroutine(policy = synchronized)] //~ ERROR `self` is used up by the call
    fn run(self) -> kaa::Result<()> {
        yield_!()
    }
}

fn main() {
    drop(Job.run());
}
