//! A batch that is always the same: small enough for every run of the tests.

use std::path::Path;

use random_bodies::batch::Workshop;
use random_bodies::body::{Body, Verdict};
use random_bodies::generate;

#[test]
fn coroutines_do_what_async_does() {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("fixed-batch");
    let workshop = Workshop::new(&root).expect("the package can be written");
    let bodies: Vec<Body> = (1..61).map(generate::body).collect();
    let verdicts = workshop.judge(&bodies).expect("cargo runs");
    let judged = || bodies.iter().zip(&verdicts);
    for (body, verdict) in judged().filter(|(_, verdict)| verdict.is_failure()) {
        eprintln!("{}\n{verdict:?}", body.pretty());
    }
    assert_eq!(judged().filter(|(_, verdict)| verdict.is_failure()).count(), 0);
    // Else nothing would have been tested.
    let same = verdicts.iter().filter(|verdict| **verdict == Verdict::Same).count();
    assert!(same >= 50, "only {same} of {} were run", bodies.len());
}
