//! Bodies that the macro refuses for now. No `mod` names this file yet: as a construct becomes supported, its body moves to the file of
//! its theme.

use std::io;

use crate::harness::{Guard, ask, later, note};

#[derive(Debug)]
enum Job {
    Both(Guard, Guard),
    One(Guard),
    Stop,
}

fn made(name: &'static str) -> Guard {
    note(format_args!("make {name}"));
    Guard(name)
}

both! {
    fn consumed_by_a_method_of_any_name(job: Job) -> io::Result<String> {
        let text = job.told();
        yield_!(ask(text.len()))?;
        Ok(text)
    }
}

impl Job {
    fn told(self) -> String {
        format!("{self:?}")
    }
}

#[test]
fn consumed_by_a_method_of_any_name() {
    check!(consumed_by_a_method_of_any_name(Job::Stop));
}
