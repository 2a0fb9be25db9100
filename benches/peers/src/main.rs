//! kaa beside other executors of one thread, in one process and in turns. `README.md` says what the rows are.
//!
//! ```text
//! cargo run -p peers --profile peers                        # all groups
//! cargo run -p peers --profile peers -- --repetitions 15 timer
//! ```

#![forbid(unsafe_code)]

mod executors;
mod harness;

mod chain;
mod posts;
mod promises;
mod spawns;
mod timers;
mod yields;

use harness::{Group, Options};

fn main() {
    let options = match Options::parse(std::env::args().skip(1)) {
        Ok(options) => options,
        Err(problem) => {
            eprintln!("{problem}");
            std::process::exit(1);
        }
    };
    let groups: [fn() -> Group; 13] = [
        yields::one_task,
        yields::thousand_tasks,
        promises::new_and_await,
        spawns::detached,
        spawns::joined,
        spawns::never_waits,
        chain::chain,
        timers::insert_and_cancel,
        timers::timeout,
        timers::insert_and_fire,
        posts::of_one_thread,
        posts::of_four_threads,
        posts::to_a_sleeping_loop,
    ];
    let summaries: Vec<_> =
        groups.into_iter().filter_map(|group| group().measure(&options)).collect();
    harness::print_summaries(&summaries);
}
