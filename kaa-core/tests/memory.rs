//! What coroutines cost, counted at the allocator. One test: the counts are of the process.

use kaa_core::private::{Resume, Step, Witness, plain};
use kaa_core::{InProgress, NotFinished, driver};

#[path = "support/counting.rs"]
mod counting;
#[path = "support/machines.rs"]
mod machines;

use counting::cost;
use machines::{SITE, repeat, turns, wait_then};

fn idle(on: &InProgress<()>) {
    let (yield1, mut awaited) = (Witness::new(), Some(on.clone()));
    drop(plain::coroutine(&SITE, move |resume: &mut Resume| match awaited.take() {
        Some(awaited) => {
            resume.wait(1, yield1, awaited);
            Step::Suspended
        }
        None => Step::Finished(resume.output(yield1).is_ok()),
    }));
}

fn idle_coroutines() {
    const MANY: usize = 100_000;
    let (promise, ip) = InProgress::new();
    let (allocations, bytes, ()) = cost(|| (0..MANY).for_each(|_| idle(&ip)));
    let each = bytes.cast_unsigned() / MANY;
    println!("{MANY} idle coroutines: {allocations} allocations, {each} bytes each");
    assert!(allocations <= MANY + 100, "{allocations} allocations");
    assert!(each < 512, "{each} bytes each");
    promise.finish(());
    while driver::run_ready(driver::RESUMES_A_TURN) {}
    assert_eq!(driver::tasks(), 0);
}

fn one_that_never_waits() {
    let call = || {
        let coroutine = repeat(100, |_| InProgress::finished(()));
        coroutine.take_result().unwrap().unwrap()
    };
    let (allocations, bytes, _) = cost(call);
    assert_eq!((allocations, bytes), (0, 0));
}

fn one_that_waits() {
    let (promise, ip) = InProgress::<()>::new();
    let (allocations, _, coroutine) = cost(|| wait_then(move || ip, Ok));
    assert_eq!(allocations, 1);
    promise.finish(());
    let (allocations, ..) = cost(|| driver::run_ready(1));
    assert_eq!(allocations, 0);
    assert!(coroutine.is_finished());
}

fn turns_allocate_nothing() {
    let coroutine = turns(1_000, |_| ());
    let (allocations, ..) = cost(|| while driver::run_ready(driver::RESUMES_A_TURN) {});
    assert_eq!(allocations, 0);
    assert!(coroutine.is_finished());
    let (allocations, ..) = cost(|| kaa_core::inprogress(NotFinished));
    assert_eq!(allocations, 0);
}

fn a_promise_is_one_allocation() {
    let (allocations, _, (promise, ip)) = cost(InProgress::new);
    assert_eq!(allocations, 1);
    let (linked, _link) = InProgress::new();
    let (allocations, ..) = cost(|| linked.waitfor(ip));
    assert_eq!(allocations, 0);
    promise.finish(());
}

fn what_has_finished_keeps_no_room_for_those_who_waited() {
    let (promise, ip) = InProgress::new();
    let (_, kept, ()) = cost(|| {
        (0..100).for_each(|_| _ = ip.connect(|()| ()));
        promise.finish(());
    });
    assert_eq!(kept, 0);
}

fn nothing_is_kept() {
    let (_, kept, ()) = cost(|| {
        let (promise, ip) = InProgress::new();
        (0..1_000).for_each(|_| idle(&ip));
        drop((promise, ip));
        driver::abandon_all();
    });
    assert_eq!(kept, 0);
}

#[test]
fn costs() {
    // First, because it makes the room for tasks and queue entries that the others find there.
    idle_coroutines();
    one_that_never_waits();
    one_that_waits();
    turns_allocate_nothing();
    a_promise_is_one_allocation();
    what_has_finished_keeps_no_room_for_those_who_waited();
    nothing_is_kept();
}
