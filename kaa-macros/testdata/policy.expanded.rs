pub fn copy(self: Rc<Self>, blocks: u64) -> ::kaa::InProgress<u64> {
    #[allow(unused_imports, reason = "rustc alone knows what is needed")]
    use ::kaa::__private::{self as __kaa, by_type::*};
    let __call = __kaa::Call::new(&__SITE)
        .interval(self.pause)
        .progress()
        .object(&self)
        .group("", "disk")
        .synchronized();
    let progress: Rc<InProgressStatus> = __call.status();
    static __SITE: __kaa::Site = __kaa::Site {
        name: "copy",
        file: ::core::file!(),
        line: 2,
        yields: &[5],
    };
    enum __CopyState<This, Progress, Blocks, Iter1> {
        /// Not started.
        Start { blocks: Blocks, progress: Progress, __self: This },
        /// At the head of `for block in 0..blocks`.
        For1 { __iter1: Iter1, blocks: Blocks, progress: Progress, __self: This },
        /// Waiting for `self.copy_one(block)`.
        Yield1CopyOne {
            __iter1: Iter1,
            blocks: Blocks,
            progress: Progress,
            __self: This,
        },
        /// Being resumed, finished or panicked.
        Running,
    }
    if false {
        __kaa::twin(
            (progress, blocks),
            move |(progress, blocks)| -> io::Result<u64> {
                let _ = || self.pause;
                for block in 0..blocks {
                    progress.set(block, blocks);
                    __kaa::output(__kaa::inprogress(self.copy_one(block)))?;
                }
                Ok(blocks)
            },
        );
    }
    let mut __state = __CopyState::Start {
        __self: self,
        progress,
        blocks,
    };
    let __yield1 = __kaa::Witness::new();
    #[allow(
        unused,
        unit_bindings,
        clippy::all,
        clippy::pedantic,
        reason = "the twin is judged in its place"
    )]
    let __body = move |__resume: &mut __kaa::Resume| -> io::Result<__kaa::Step<u64>> {
        loop {
            match ::core::mem::replace(&mut __state, __CopyState::Running) {
                __CopyState::Start { __self, progress, blocks } => '__arm: {
                    let mut __iter1 = ::core::iter::IntoIterator::into_iter(0..blocks);
                    __state = __CopyState::For1 {
                        __self,
                        progress,
                        blocks,
                        __iter1,
                    };
                }
                __CopyState::For1 { __self, progress, blocks, __iter1 } => '__arm: {
                    {
                        let mut __iter1 = __iter1;
                        if let ::core::option::Option::Some(block) = ::core::iter::Iterator::next(
                            &mut __iter1,
                        ) {
                            progress.set(block, blocks);
                            __resume
                                .wait(
                                    1,
                                    __yield1,
                                    __kaa::inprogress(__self.copy_one(block)),
                                );
                            __state = __CopyState::Yield1CopyOne {
                                __self,
                                progress,
                                blocks,
                                __iter1,
                            };
                            return __kaa::result::suspended();
                        }
                    }
                    return __kaa::result::finished(Ok(blocks));
                }
                __CopyState::Yield1CopyOne {
                    __self,
                    progress,
                    blocks,
                    mut __iter1,
                } => '__arm: {
                    (__resume.output(__yield1))?;
                    __state = __CopyState::For1 {
                        __self,
                        progress,
                        blocks,
                        __iter1,
                    };
                }
                __CopyState::Running => __kaa::resumed_out_of_turn(&__SITE),
            }
        }
    };
    __kaa::result::coroutine(
        __call,
        |__error| __kaa::Failure(__error).into_error(),
        __body,
    )
}
