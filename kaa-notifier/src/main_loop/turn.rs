//! One turn of the loop.
//!
//! 1. It sleeps, unless something is ready: until the next timer, a descriptor, or a post.
//! 2. Descriptors that are ready. They come before the timers: what has arrived in time is not called late.
//! 3. Timers that are due, by deadline, those of one deadline in order of creation; those by other clocks (boot time, then
//!    the clock on the wall) behind the others. One that is started meanwhile waits for the next turn.
//! 4. Calls put off by `later`, then posts from other threads, each in order, and not more than 64 of the posts.
//! 5. Coroutines that are ready, in the order in which they became so: 64, or as many as 100 us allow.
//! 6. The signal `step`.
//!
//! So whatever is ready waits for one round of the others, and for no more than 64 resumes.

use std::cell::Cell;
use std::thread;
use std::time::{Duration, Instant};

use kaa_core::{Result, driver};

use super::{MainLoop, Nap, WhenDeserted};
use crate::error::LoopError;
use crate::watch::Place;

/// So many posts are run before the rest of the turn. The others wait for the next.
const POSTS_A_TURN: usize = 64;

impl MainLoop {
    pub(super) fn turn(&self, nap: Nap) -> Result<()> {
        self.watch.count_turn();
        self.poll_descriptors(nap)?;
        self.fire_due_timers()?;
        self.run_calls()?;
        self.run_posts(POSTS_A_TURN)?;
        self.run_coroutines();
        if !self.signals.step.is_empty() {
            self.signals.step.emit(&());
        }
        Ok(())
    }

    /// How long the next turn may sleep; until `limit` at most.
    pub(super) fn nap(&self, limit: Option<Instant>, when_deserted: WhenDeserted) -> Result<Nap> {
        if self.has_work() {
            return Ok(Nap::None);
        }
        let next_wake = self.timers.next_wake(&self.clock).into_iter().chain(limit).min();
        match (next_wake, when_deserted) {
            (Some(at), _) if self.clock.is_virtual() => Ok(self.nap_in_virtual_time(at)),
            (Some(at), _) => Ok(Nap::Until(at)),
            (None, WhenDeserted::Fail) if self.is_deserted() => Err(LoopError::NothingLeft.into()),
            // A test that sleeps for ever would never be heard of again.
            (None, WhenDeserted::Sleep) if self.clock.is_virtual() && self.is_deserted() => {
                Err(LoopError::NothingLeft.into())
            }
            (None, _) => Ok(Nap::Endless),
        }
    }

    /// Whether there is something to do that no system call has to tell of.
    fn has_work(&self) -> bool {
        let posted = || self.outside.get().is_some_and(|outside| outside.mailbox.has_posts());
        driver::has_ready() || !self.calls.is_empty() || !self.posts.borrow().is_empty() || posted()
    }

    /// Other threads live in the system's time: their work may end before the time jumps.
    fn nap_in_virtual_time(&self, next: Instant) -> Nap {
        if self.outstanding.is_empty() {
            self.clock.jump_to(next);
            Nap::None
        } else if next <= self.clock.now() {
            Nap::None
        } else {
            Nap::Endless
        }
    }

    /// Whether neither a descriptor nor another thread can wake the loop.
    fn is_deserted(&self) -> bool {
        let by_threads = self.outside.get().is_none_or(|outside| outside.mailbox.is_deserted());
        by_threads && !self.descriptors.is_still_waited_for()
    }

    fn poll_descriptors(&self, nap: Nap) -> Result<()> {
        let limit = match nap {
            Nap::None if self.descriptors.is_waited_for() => Some(Duration::ZERO),
            Nap::None => return Ok(()),
            Nap::Until(at) => {
                self.timers.set_alarm_clocks(self);
                Some(at.saturating_duration_since(self.clock.now()))
            }
            Nap::Endless => None,
        };
        if let (None, Some(limit)) = (self.outside.get(), limit) {
            thread::sleep(limit);
            return Ok(());
        }
        self.wait_for_descriptors(limit)
    }

    pub(super) fn wait_for_descriptors(&self, limit: Option<Duration>) -> Result<()> {
        let outside = self.outside()?;
        let mut ready = outside.ready.take();
        outside.poll.wait(limit, &mut ready)?;
        if let Some(shuffle) = &self.shuffle {
            shuffle.shuffle(&mut ready);
        }
        // An error ends this early and loses the rest, which the next wait reports once more.
        for event in ready.drain(..) {
            let mut outcome = Ok(());
            let is_watched = self.watch.is_on();
            let origin = is_watched.then(|| self.descriptors.origin(event.token)).flatten();
            self.call(Place::Descriptor(origin), || outcome = self.descriptors.dispatch(event))?;
            outcome?;
        }
        outside.ready.set(ready);
        Ok(())
    }

    fn fire_due_timers(&self) -> Result<()> {
        self.timers.collect_due(&self.clock);
        if let Some(shuffle) = &self.shuffle {
            self.timers.shuffle_due(shuffle);
        }
        while let Some((late, alarm)) = self.timers.pop_due() {
            self.watch.count_timer(late);
            let place = alarm.started_at().map_or(Place::Limit, Place::Timer);
            self.call(place, || alarm.ring())?;
        }
        Ok(())
    }

    /// Those that are there now: what they ask for waits for the next turn.
    fn run_calls(&self) -> Result<()> {
        for _ in 0..self.calls.len() {
            let Some(call) = self.calls.take_oldest() else { break };
            self.call(Place::Later(call.asked_at), call.run)?;
        }
        Ok(())
    }

    pub(super) fn run_posts(&self, limit: usize) -> Result<()> {
        if let Some(outside) = self.outside.get() {
            self.posts.borrow_mut().extend(outside.mailbox.take());
        }
        for _ in 0..limit {
            let post = self.posts.borrow_mut().pop_front();
            let Some(post) = post else { break };
            self.call(Place::Post(post.posted_at), post.run)?;
        }
        Ok(())
    }

    fn run_coroutines(&self) {
        if let Some(shuffle) = &self.shuffle {
            driver::shuffle_ready(|limit| shuffle.below(limit));
        }
        let _resuming = Resuming::enter(&self.resuming);
        if !self.watch.is_on() {
            driver::run_ready(driver::RESUMES_A_TURN);
            return;
        }
        // Until the first is resumed nothing of the user's runs.
        let _call = self.watch.begin(Place::Coroutine(None));
        driver::run_ready_observed(driver::RESUMES_A_TURN, |origin| {
            self.watch.go_on_with(Place::Coroutine(origin));
        });
    }
}

/// Coroutines are resumed for as long as this exists.
struct Resuming<'a> {
    resuming: &'a Cell<bool>,
}

impl Resuming<'_> {
    fn enter(resuming: &Cell<bool>) -> Resuming<'_> {
        resuming.set(true);
        Resuming { resuming }
    }
}

impl Drop for Resuming<'_> {
    fn drop(&mut self) {
        self.resuming.set(false);
    }
}
