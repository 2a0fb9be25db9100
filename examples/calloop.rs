//! kaa as a guest in a loop of calloop's: one thread, and one sleep for both.
//!
//! ```text
//! cargo run --example calloop
//! ```
//!
//! A program that lives in calloop already, such as a Wayland client, gets coroutines that way, and needs no thread for them.
//! `Kaa` is the adapter: an event source that is ready when kaa is. The same three calls put it into any other loop:
//! the descriptor of [`Guest`] is watched, [`Guest::prepare`] is asked before each sleep, and [`Guest::turn`] is called for both.

use std::error::Error;
use std::time::{Duration, Instant};

use calloop::generic::Generic;
use calloop::timer::{TimeoutAction, Timer};
use calloop::{
    EventLoop, EventSource, Interest, Mode, Poll, PostAction, Readiness, Token, TokenFactory,
};
use kaa::{Guest, delay, thread};

/// kaa's loop of this thread, as an event source. An event is a turn that it has made.
struct Kaa {
    guest: Generic<Guest>,
    /// Wakes calloop when kaa has a timer.
    timer: Timer,
    planned: Option<Instant>,
    /// That of a turn which is due before calloop goes to sleep.
    at_once: Option<Token>,
}

impl Kaa {
    fn new() -> kaa::Result<Kaa> {
        let guest = Generic::new(Guest::new()?, Interest::READ, Mode::Level);
        Ok(Kaa { guest, timer: Timer::immediate(), planned: None, at_once: None })
    }
}

impl EventSource for Kaa {
    type Event = ();
    type Metadata = ();
    type Ret = ();
    type Error = kaa::Error;

    const NEEDS_EXTRA_LIFECYCLE_EVENTS: bool = true;

    /// What was started since the last turn may be due earlier than calloop knows.
    fn before_sleep(&mut self) -> calloop::Result<Option<(Readiness, Token)>> {
        let next = self.guest.get_ref().prepare();
        let next = next.map_err(|error| calloop::Error::OtherError(error.into()))?;
        let is_due = next.is_some_and(|next| next <= Instant::now());
        let is_news = is_due || next != self.planned;
        Ok(self.at_once.filter(|_| is_news).map(|token| (Readiness::EMPTY, token)))
    }

    fn process_events<F>(
        &mut self,
        _: Readiness,
        _: Token,
        mut callback: F,
    ) -> kaa::Result<PostAction>
    where
        F: FnMut((), &mut ()),
    {
        self.guest.get_ref().turn(Duration::ZERO)?;
        callback((), &mut ());
        self.planned = self.guest.get_ref().prepare()?;
        Ok(PostAction::Reregister)
    }

    fn register(&mut self, poll: &mut Poll, tokens: &mut TokenFactory) -> calloop::Result<()> {
        self.guest.register(poll, tokens)?;
        self.at_once = Some(tokens.token());
        if let Some(next) = self.planned {
            self.timer.set_deadline(next);
            self.timer.register(poll, tokens)?;
        }
        Ok(())
    }

    fn reregister(&mut self, poll: &mut Poll, tokens: &mut TokenFactory) -> calloop::Result<()> {
        self.unregister(poll)?;
        self.register(poll, tokens)
    }

    fn unregister(&mut self, poll: &mut Poll) -> calloop::Result<()> {
        self.timer.unregister(poll)?;
        self.guest.unregister(poll)
    }
}

/// Waits for timers, and for another thread.
#[kaa::coroutine]
fn work() -> kaa::Result<u32> {
    let mut sum = yield_!(thread(|| {
        std::thread::sleep(Duration::from_millis(20));
        Ok(3)
    }))?;
    println!("kaa: a thread");
    for n in 0..3 {
        yield_!(delay(Duration::from_millis(5)))?;
        println!("kaa: timer {n}");
        sum += n;
    }
    Ok(sum)
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut event_loop: EventLoop<'_, u32> = EventLoop::try_new()?;
    let signal = event_loop.get_signal();
    let ticks = Timer::from_duration(Duration::from_millis(2));
    event_loop.handle().insert_source(ticks, |_, (), ticks| {
        *ticks += 1;
        TimeoutAction::ToDuration(Duration::from_millis(2))
    })?;
    let stop = signal.clone();
    event_loop.handle().insert_source(Kaa::new()?, |(), (), _| ())?;

    let work = work();
    work.connect_both(move |sum| println!("kaa: {sum}"), |error| eprintln!("{error}"));
    let done = work.clone();
    let mut ticks = 0;
    event_loop.run(None, &mut ticks, move |_| {
        if done.is_finished() {
            stop.stop();
        }
    })?;
    println!(
        "calloop: {}",
        if ticks > 5 { "it has ticked meanwhile" } else { "it has stood still" }
    );
    Ok(())
}
