//! What a loop calls, and what it has to be: the seam between the core and the loop that drives it.
//!
//! ```
//! use kaa_core::{NotFinished, driver, inprogress};
//!
//! let turn = inprogress(NotFinished);
//! turn.connect(|()| println!("next turn"));
//! while driver::has_ready() {
//!     driver::run_ready(driver::RESUMES_A_TURN);
//! }
//! assert!(turn.is_finished());
//! ```

use std::mem;
use std::rc::Rc;

use crate::block::{NodeRef, Resumed};
use crate::error::Error;
use crate::future;
use crate::host;
use crate::link;
use crate::queue::{self, Queue};
use crate::report;
use crate::site::Origin;
use crate::table::{self, Table};
use crate::task;

pub use crate::host::{Driver, TimerId, uninstall};
pub use crate::queue::RESUMES_A_TURN;

/// Installs the loop of this thread; gives back the one that it replaces.
///
/// Tasks may be ready already: ask [`has_ready`]. Timers that the loop before was asked for are not handed over.
pub fn install(driver: Rc<dyn Driver>) -> Option<Rc<dyn Driver>> {
    let before = host::install(driver);
    future::driver_installed();
    before
}

/// So often everything is abandoned anew when what is abandoned starts new tasks.
const MOST_ROUNDS: usize = 100;

/// Whether a coroutine is being started on this stack: what runs is the part of it before its first wait, or something it calls.
///
/// A loop must not be run from there: it would resume other coroutines inside of this one.
///
/// ```
/// assert!(!kaa_core::driver::is_starting());
/// ```
#[must_use]
pub fn is_starting() -> bool {
    task::is_starting()
}

/// Resumes ready tasks, in the order in which they became ready, but not more than `limit`; true if some are left.
///
/// A turn of a loop resumes [`RESUMES_A_TURN`] and then looks at its timers and descriptors. A turn of that many also ends when
/// it has taken 100 us.
pub fn run_ready(limit: usize) -> bool {
    run_queue(limit, |_| ())
}

/// The same, with a look at each coroutine before it is resumed: where it is written. For loops that watch who keeps them.
pub fn run_ready_observed(limit: usize, about_to_resume: impl Fn(Option<Origin>)) -> bool {
    run_queue(limit, |task| about_to_resume(task.origin()))
}

/// Puts the tasks that are ready into another order: `below(n)` gives a number below `n`. For tests that are to show on what order
/// a program relies.
pub fn shuffle_ready(below: impl FnMut(usize) -> usize) {
    queue::with(|queue| queue.shuffle(below));
}

fn run_queue(limit: usize, observe: impl Fn(&NodeRef)) -> bool {
    let left = queue::with(|queue| table::with(|table| run(queue, table, limit, observe)));
    left.flatten().unwrap_or(false)
}

fn run(queue: &Queue, table: &Table, limit: usize, observe: impl Fn(&NodeRef)) -> bool {
    if future::has_woken() {
        future::take_woken(queue);
    }
    let mut turn = queue.turn(limit);
    while let Some(id) = turn.next_task() {
        let Some(task) = table.get(id) else { continue };
        observe(&task);
        if task.resume(id) == Resumed::Again {
            queue.push(id);
        }
    }
    !queue.is_empty() || future::has_woken()
}

/// Whether a task is ready to be resumed.
#[must_use]
pub fn has_ready() -> bool {
    queue::with(|queue| !queue.is_empty()).unwrap_or(false) || future::has_woken()
}

/// The number of coroutines that have not ended.
#[must_use]
pub fn tasks() -> usize {
    table::with(Table::len).unwrap_or(0)
}

/// The number of moments that the loop was asked for and that have not come.
#[must_use]
pub fn timers() -> usize {
    link::timers()
}

/// The moment that `timer` was asked for has come. An id that was cancelled or has expired before is ignored.
pub fn expired(timer: TimerId) {
    link::expired(timer);
}

/// The loop ends, and the moment that `timer` was asked for will not come: a [`delay_until`](crate::delay_until) fails with
/// [`Abandoned`](crate::Abandoned), and a limit does not matter any more.
pub fn lost(timer: TimerId) {
    link::lost(timer);
}

/// Ends all coroutines of this thread: each is dropped, newest first, and fails with [`Abandoned`](crate::Abandoned). For the
/// end of a loop, while it can still be reached.
///
/// From then on `Abandoned` is not reported as unhandled on this thread, until a driver is installed again. Coroutines that
/// were started by what is dropped are dropped as well. A coroutine that runs at the moment is left alone.
pub fn abandon_all() {
    report::loop_ended();
    if (0..MOST_ROUNDS).all(|_| abandon_those_there()) {
        leak_the_rest();
    }
    queue::with(Queue::clear);
}

/// True if there were any.
fn abandon_those_there() -> bool {
    let mut were_any = false;
    for id in table::with(Table::newest_first).unwrap_or_default() {
        let task = table::with(|table| table.get(id)).flatten();
        if task.is_some_and(|task| task.close()) {
            were_any = true;
            drop(table::with(|table| table.remove(id)));
        }
    }
    were_any
}

/// What starts itself anew whenever it is dropped cannot be dropped; not even later, with the thread.
fn leak_the_rest() {
    let rest = table::with(Table::newest_first).unwrap_or_default();
    let message = format!("{} coroutines start anew whenever they are dropped", rest.len());
    for id in rest {
        mem::forget(table::with(|table| table.remove(id)));
    }
    report::report("Coroutines were leaked", Error::message(message), None);
}
