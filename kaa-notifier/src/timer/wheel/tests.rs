//! The wheel in virtual time: no test here sleeps.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::{Precision, Wheel};
use crate::timer::entries::TimerKey;

const TICK: Duration = Duration::from_nanos(1 << 16);

fn pop<T>(wheel: &mut Wheel<T>) -> Option<T> {
    wheel.pop_due().map(|(_, payload)| payload)
}

/// Everything that is due at `now`, in order.
fn expire<T>(wheel: &mut Wheel<T>, now: Instant) -> Vec<T> {
    wheel.collect_due(now);
    std::iter::from_fn(|| pop(wheel)).collect()
}

#[test]
fn comes_out_at_its_deadline_and_not_before() {
    let start = Instant::now();
    for micros in [1, 50, 100, 5_000, 1_000_000, 90_000_000, 86_400_000_000] {
        let mut wheel = Wheel::new(start, Precision::Ticks);
        let deadline = start + Duration::from_micros(micros);
        wheel.insert(deadline, "timer");
        assert_eq!(expire(&mut wheel, deadline - Duration::from_nanos(1)), [""; 0], "{micros} us");
        assert_eq!(expire(&mut wheel, deadline + TICK), ["timer"], "{micros} us");
        assert_eq!(wheel.next_wake(), None);
    }
}

#[test]
fn an_exact_wheel_rounds_nothing() {
    let start = Instant::now();
    for nanos in [1, 63, 64, 4097, 1_000_000_007, 3_600_000_000_001, 31_536_000_000_000_003] {
        let mut wheel = Wheel::new(start, Precision::Exact);
        let deadline = start + Duration::from_nanos(nanos);
        wheel.insert(deadline, "timer");
        assert_eq!(expire(&mut wheel, deadline - Duration::from_nanos(1)), [""; 0], "{nanos} ns");
        assert_eq!(wheel.next_wake(), Some(deadline), "{nanos} ns");
        assert_eq!(expire(&mut wheel, deadline), ["timer"], "{nanos} ns");
    }
}

#[test]
fn what_is_left_over_comes_behind_what_is_due_before_it() {
    let start = Instant::now();
    let mut wheel = Wheel::new(start, Precision::Ticks);
    wheel.insert(start + TICK, "first");
    wheel.insert(start + TICK * 10, "left over");
    wheel.collect_due(start + TICK * 20);
    assert_eq!(pop(&mut wheel), Some("first"));
    wheel.insert(start + TICK * 5, "between");
    assert_eq!(expire(&mut wheel, start + TICK * 20), ["between", "left over"]);
}

#[test]
fn what_is_due_comes_by_deadline_and_then_by_creation() {
    let start = Instant::now();
    let mut wheel = Wheel::new(start, Precision::Ticks);
    wheel.insert(start + Duration::from_millis(20), "late");
    wheel.insert(start + Duration::from_millis(10), "early");
    wheel.insert(start + Duration::from_millis(20), "late, made second");
    let now = start + Duration::from_secs(1);
    assert_eq!(expire(&mut wheel, now), ["early", "late", "late, made second"]);
}

#[test]
fn a_timer_of_the_past_waits_for_the_next_collection() {
    let start = Instant::now();
    let mut wheel = Wheel::new(start + Duration::from_secs(1), Precision::Ticks);
    let now = start + Duration::from_secs(2);
    wheel.collect_due(now);
    wheel.insert(start, 'a');
    assert_eq!(pop(&mut wheel), None);
    assert!(wheel.next_wake() <= Some(now));
    assert_eq!(expire(&mut wheel, now), ['a']);
}

#[test]
fn removed_after_it_became_due_it_does_not_come_out() {
    let start = Instant::now();
    let mut wheel = Wheel::new(start, Precision::Ticks);
    let first = wheel.insert(start, 1);
    let second = wheel.insert(start, 2);
    wheel.collect_due(start + TICK);
    assert_eq!(pop(&mut wheel), Some(1));
    assert_eq!(wheel.remove(second), Some(2));
    assert_eq!(pop(&mut wheel), None);
    assert_eq!(wheel.remove(first), None);
}

#[test]
fn an_old_key_never_names_a_later_timer() {
    let start = Instant::now();
    let mut wheel = Wheel::new(start, Precision::Ticks);
    let old = wheel.insert(start, 1);
    assert_eq!(wheel.remove(old), Some(1));
    wheel.insert(start, 2);
    assert_eq!(wheel.remove(old), None);
    assert_eq!(expire(&mut wheel, start), [2]);
}

#[test]
fn cancelled_timers_leave_no_memory_behind() {
    let start = Instant::now();
    let mut wheel = Wheel::new(start, Precision::Ticks);
    for round in 0..100_000u64 {
        let key = wheel.insert(start + Duration::from_secs(3600 + round), round);
        assert_eq!(wheel.remove(key), Some(round));
    }
    assert_eq!((wheel.len(), wheel.entries.capacity()), (0, 1));
    assert_eq!(wheel.next_wake(), None);
}

#[test]
fn a_deadline_of_the_far_future_is_kept() {
    let start = Instant::now();
    let mut wheel = Wheel::new(start, Precision::Ticks);
    let far = start + Duration::from_secs(u64::from(u32::MAX) * 8);
    wheel.insert(far, ());
    assert_eq!(expire(&mut wheel, start + Duration::from_secs(u64::from(u32::MAX))), []);
    assert_eq!(wheel.len(), 1);
}

/// What a program may do to a wheel.
#[derive(Clone, Debug)]
enum Step {
    Insert { after: Duration },
    Remove { which: prop::sample::Index },
    Advance { by: Duration },
}

fn durations() -> impl Strategy<Value = Duration> {
    // Every magnitude from nanoseconds to months, so that all levels see traffic.
    (0u32..53, any::<u64>())
        .prop_map(|(bits, noise)| Duration::from_nanos(noise & ((1 << bits) - 1)))
}

fn steps() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => durations().prop_map(|after| Step::Insert { after }),
        1 => any::<prop::sample::Index>().prop_map(|which| Step::Remove { which }),
        2 => durations().prop_map(|by| Step::Advance { by }),
    ]
}

/// The same timers in a map that is sorted by (deadline, number).
#[derive(Default)]
struct Model {
    timers: BTreeMap<(Instant, u64), TimerKey>,
    next_number: u64,
}

impl Model {
    fn insert(&mut self, wheel: &mut Wheel<(Instant, u64)>, deadline: Instant) {
        let id = (deadline, self.next_number);
        self.next_number += 1;
        self.timers.insert(id, wheel.insert(deadline, id));
    }

    fn remove(&mut self, wheel: &mut Wheel<(Instant, u64)>, which: prop::sample::Index) {
        if self.timers.is_empty() {
            return;
        }
        let id = *self.timers.keys().nth(which.index(self.timers.len())).expect("within bounds");
        let key = self.timers.remove(&id).expect("just found");
        assert_eq!(wheel.remove(key), Some(id));
    }

    /// All that comes out is due and in order; all that is due by a whole tick comes out.
    fn advance(&mut self, wheel: &mut Wheel<(Instant, u64)>, now: Instant) {
        let fired = expire(wheel, now);
        assert!(fired.is_sorted());
        for id in fired {
            assert!(id.0 <= now, "early by {:?}", id.0 - now);
            assert!(self.timers.remove(&id).is_some(), "fired twice or after its removal");
        }
        if let Some((&(deadline, _), _)) = self.timers.first_key_value() {
            assert!(deadline + TICK > now, "late");
        }
    }
}

proptest! {
    #[test]
    fn does_what_a_sorted_map_does(program in prop::collection::vec(steps(), 1..200)) {
        let start = Instant::now();
        let mut now = start;
        let (mut wheel, mut model) = (Wheel::new(start, Precision::Ticks), Model::default());
        for step in program {
            match step {
                Step::Insert { after } => model.insert(&mut wheel, now + after),
                Step::Remove { which } => model.remove(&mut wheel, which),
                Step::Advance { by } => {
                    now += by;
                    model.advance(&mut wheel, now);
                }
            }
            prop_assert_eq!(wheel.len(), model.timers.len());
            let earliest = model.timers.first_key_value().map(|(&(deadline, _), _)| deadline);
            prop_assert_eq!(wheel.next_wake().is_some(), earliest.is_some());
            if let (Some(wake), Some(earliest)) = (wheel.next_wake(), earliest) {
                prop_assert!(wake < earliest.max(now) + TICK, "would sleep too long");
            }
        }
    }

    #[test]
    fn waking_when_told_reaches_every_deadline(after in prop::collection::vec(durations(), 1..50)) {
        let start = Instant::now();
        let (mut wheel, mut model) = (Wheel::new(start, Precision::Ticks), Model::default());
        for after in after {
            model.insert(&mut wheel, start + after);
        }
        let mut wakes = 0;
        while let Some(wake) = wheel.next_wake() {
            model.advance(&mut wheel, wake);
            wakes += 1;
            prop_assert!(wakes <= 50 * 8, "wakes without progress");
        }
        prop_assert!(model.timers.is_empty());
    }
}
