//! With the feature `tracing` a report is an event, too.

#![cfg(feature = "tracing")]

use std::fmt;
use std::sync::{Arc, Mutex};

use kaa_core::InProgress;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

#[path = "support/trace.rs"]
mod trace;

/// Keeps the fields of the events.
#[derive(Clone, Default)]
struct Events(Arc<Mutex<Vec<String>>>);

struct Fields<'a>(&'a mut Vec<String>);

impl Visit for Fields<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.0.push(format!("{field}: {value:?}"));
    }
}

impl Subscriber for Events {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "kaa"
    }
    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }
    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, event: &Event<'_>) {
        event.record(&mut Fields(&mut self.0.lock().unwrap()));
    }
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

#[test]
fn what_nobody_handles_is_an_event_and_a_report() {
    let events = Events::default();
    trace::note_reports();
    tracing::subscriber::with_default(events.clone(), || {
        drop(InProgress::<()>::failed(fmt::Error));
    });
    let fields = events.0.lock().unwrap();
    assert_eq!(fields[0], "message: Unhandled asynchronous exception");
    assert_eq!(fields[1], format!("error: {}", fmt::Error));
    assert!(fields[2].starts_with("origin: \"created at "), "{fields:?}");
    assert_eq!(trace::take().len(), 1);
}

/// A subscriber that panics.
struct Bad;

impl Subscriber for Bad {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }
    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }
    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, _: &Event<'_>) {
        panic!("no log today");
    }
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

#[test]
fn a_subscriber_that_panics_keeps_no_report_back() {
    trace::note_reports();
    tracing::subscriber::with_default(Bad, || drop(InProgress::<()>::failed(fmt::Error)));
    assert_eq!(trace::take().len(), 1);
}
