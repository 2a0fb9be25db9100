pub fn batches(rounds: usize) -> ::kaa::InProgress<usize> {
    #[allow(unused_imports, reason = "rustc alone knows what is needed")]
    use ::kaa::__private::{self as __kaa, by_type::*};
    static __SITE: __kaa::Site = __kaa::Site {
        name: "batches",
        file: ::core::file!(),
        line: 2,
        yields: &[9],
    };
    enum __BatchesState<Rounds, Sent, Batch, State> {
        /// Not started.
        Start { rounds: Rounds },
        /// At the head of `while sent < rounds`.
        While1 { state: State, batch: Batch, sent: Sent, rounds: Rounds },
        /// Waiting for a turn of the loop.
        Yield1 { state: State, sent: Sent, rounds: Rounds },
        /// Being resumed, finished or panicked.
        Running,
    }
    if false {
        __kaa::twin(
            (rounds,),
            move |(rounds,)| -> io::Result<usize> {
                let mut sent = 0;
                let mut batch = vec![Guard("first")];
                let last;
                let mut state = Guard("idle");
                while sent < rounds {
                    send(batch);
                    __kaa::output(__kaa::inprogress(::kaa::NotFinished))?;
                    state = Guard("busy");
                    batch = vec![Guard("next")];
                    sent += 1;
                }
                last = batch.len();
                note(state.name());
                Ok(last)
            },
        );
    }
    let mut __state = __BatchesState::Start { rounds };
    let __yield1 = __kaa::Witness::new();
    #[allow(
        unused,
        unit_bindings,
        clippy::all,
        clippy::pedantic,
        reason = "the twin is judged in its place"
    )]
    let __body = move |__resume: &mut __kaa::Resume| -> io::Result<__kaa::Step<usize>> {
        loop {
            match ::core::mem::replace(&mut __state, __BatchesState::Running) {
                __BatchesState::Start { rounds } => '__arm: {
                    let mut sent = 0;
                    let mut batch = vec![Guard("first")];
                    let mut state = Guard("idle");
                    __state = __BatchesState::While1 {
                        rounds,
                        sent,
                        batch,
                        state,
                    };
                }
                __BatchesState::While1 {
                    rounds,
                    mut sent,
                    mut batch,
                    mut state,
                } => '__arm: {
                    let last;
                    let mut state = state;
                    if sent < rounds {
                        send(batch);
                        __resume
                            .wait(1, __yield1, __kaa::inprogress(::kaa::NotFinished));
                        __state = __BatchesState::Yield1 {
                            rounds,
                            sent,
                            state,
                        };
                        return __kaa::result::suspended();
                    }
                    last = batch.len();
                    note(state.name());
                    return __kaa::result::finished(Ok(last));
                }
                __BatchesState::Yield1 { rounds, mut sent, mut state } => '__arm: {
                    let mut batch;
                    let mut state = state;
                    __resume.output(__yield1)?;
                    state = Guard("busy");
                    batch = vec![Guard("next")];
                    sent += 1;
                    __state = __BatchesState::While1 {
                        rounds,
                        sent,
                        batch,
                        state,
                    };
                }
                __BatchesState::Running => __kaa::resumed_out_of_turn(&__SITE),
            }
        }
    };
    __kaa::result::coroutine(
        &__SITE,
        |__error| __kaa::Failure(__error).into_error(),
        __body,
    )
}
