//! Events: a `Signal<Event>` and `later` do what the original had classes for.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use kaa::prelude::*;
use kaa::{later, main};

#[derive(Clone, Debug, PartialEq)]
enum Event {
    A(u32),
    B(u32),
    C,
}

/// Whom events are posted to: in the next turn, in the order in which they were.
#[derive(Clone, Default)]
struct Events(Rc<Signal<Event>>);

impl Events {
    fn post(&self, event: Event) {
        let signal = Rc::clone(&self.0);
        later(move || _ = signal.emit(&event));
    }
}

#[derive(Clone, Default)]
struct Log(Rc<RefCell<Vec<String>>>);

impl Log {
    /// A handler that notes those events that match.
    fn listen(&self, events: &Events, name: &'static str, matches: fn(&Event) -> bool) {
        let log = Rc::clone(&self.0);
        events.0.connect(move |event| {
            if matches(event) {
                log.borrow_mut().push(format!("{name} {event:?}"));
            }
        });
    }

    fn take(&self) -> Vec<String> {
        self.0.take()
    }
}

#[kaa::test]
fn s80_events_come_in_order_to_all_whom_they_concern() {
    let (events, log) = (Events::default(), Log::default());
    log.listen(&events, "all", |_| true);
    log.listen(&events, "b", |event| matches!(event, Event::B(_)));
    events.post(Event::A(1));
    events.post(Event::C);
    events.post(Event::B(3));
    assert_eq!(log.take(), [""; 0]);
    main::step(Some(Duration::ZERO)).unwrap();
    assert_eq!(log.take(), ["all A(1)", "all C", "all B(3)", "b B(3)"]);
}

#[kaa::test]
fn s80_an_event_posted_by_a_handler_comes_after_those_that_are_queued() {
    let (events, log) = (Events::default(), Log::default());
    log.listen(&events, "all", |_| true);
    let more = events.clone();
    events.0.connect(move |event| {
        if let Event::A(left @ 1..) = event {
            more.post(Event::A(left - 1));
        }
    });
    events.post(Event::A(1));
    events.post(Event::B(2));
    (0..2).for_each(|_| main::step(Some(Duration::ZERO)).unwrap());
    assert_eq!(log.take(), ["all A(1)", "all B(2)", "all A(0)"]);
}

/// Posting wakes the loop, and a coroutine may wait for the next event.
#[kaa::test]
fn a_coroutine_waits_for_the_next_event() -> kaa::Result<()> {
    let events = Events::default();
    events.post(Event::A(1));
    assert_eq!(yield_!(&*events.0)?, Event::A(1));
    Ok(())
}
