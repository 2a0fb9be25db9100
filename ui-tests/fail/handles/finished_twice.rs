use kaa::InProgress;

fn main() {
    let (promise, answer) = InProgress::new();
    promise.finish(1);
    promise.finish(2); //~ ERROR a promise is finished once
    drop(answer);
}
