//! The seed of a shuffled test: printed when the test fails, and replayed by `KAA_TEST_SEED`.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::process::Command;
use std::rc::Rc;
use std::time::Duration;

use kaa::prelude::*;
use kaa::{OneShotTimer, delay};

/// Set for a child that is to fail.
const FAILS: &str = "KAA_TEST_FAILS";

/// Not a test of its own: what the child runs. It relies on an order that nobody promises.
#[kaa::test(shuffle = 200)]
fn the_child() {
    if std::env::var_os(FAILS).is_none() {
        return;
    }
    println!("one run");
    let log = Rc::new(RefCell::new(String::new()));
    for name in ['a', 'b', 'c', 'd'] {
        let log = Rc::clone(&log);
        OneShotTimer::new().start(Duration::from_secs(1), move || log.borrow_mut().push(name));
    }
    delay(Duration::from_secs(2)).wait().unwrap();
    assert_eq!(log.take(), "abcd");
}

/// What the child says, if it runs with this seed.
struct Run {
    succeeded: bool,
    runs: usize,
    said: String,
}

fn run(seed: Option<&str>) -> Run {
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", "the_child", "--nocapture"]).env(FAILS, "1").env_remove("KAA_TEST_SEED");
    if let Some(seed) = seed {
        child.env("KAA_TEST_SEED", seed);
    }
    let output = child.output().unwrap();
    let runs = String::from_utf8(output.stdout).unwrap().matches("one run").count();
    let said = String::from_utf8(output.stderr).unwrap();
    Run { succeeded: output.status.success(), runs, said }
}

/// What stands behind `before`, up to the end of the word.
fn word_after<'a>(said: &'a str, before: &str) -> &'a str {
    let (_, rest) = said.split_once(before).unwrap_or_else(|| panic!("no `{before}` in: {said}"));
    rest.split_whitespace().next().unwrap()
}

/// The order that the assertion has met.
fn order(said: &str) -> &str {
    word_after(said, "left: ")
}

#[test]
fn the_seed_of_a_failure_is_printed_and_replays_it() {
    let first = run(None);
    assert!(!first.succeeded && first.runs > 0);
    assert!(first.said.contains("`the_child` has failed in a shuffled run"), "{}", first.said);
    let seed = word_after(&first.said, "set KAA_TEST_SEED=");
    for _ in 0..3 {
        let again = run(Some(seed));
        assert_eq!((again.succeeded, again.runs), (false, 1));
        assert_eq!(order(&again.said), order(&first.said));
        assert_eq!(word_after(&again.said, "set KAA_TEST_SEED="), seed);
    }
}

#[test]
fn other_seeds_are_other_runs() {
    let orders: BTreeSet<_> = (0..8)
        .map(|seed| run(Some(&seed.to_string())))
        .map(|run| if run.succeeded { "\"abcd\"".to_owned() } else { order(&run.said).to_owned() })
        .collect();
    assert!(orders.len() > 1, "{orders:?}");
}

#[test]
fn a_seed_that_is_no_number_is_refused() {
    let refused = run(Some("yes"));
    assert_eq!((refused.succeeded, refused.runs), (false, 0));
    assert!(refused.said.contains("KAA_TEST_SEED has to be a number, and is `yes`"));
}
