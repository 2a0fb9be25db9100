#![allow(dead_code)]

struct Ok;
struct Err;
struct Some;
struct None;
struct Option;
struct Box;
struct Default;

#[kaa::coroutine]
fn waits(n: u32) -> u32 {
    match yield_!(kaa::InProgress::finished(n)) {
        core::result::Result::Ok(n) => n,
        core::result::Result::Err(_) => 0,
    }
}

fn main() {
    drop(waits(1));
}
