//! [`Flow`]: what a callback answers.

/// What a handler wants to happen next. `()` is [`Flow::Continue`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Flow {
    /// The next handler is called.
    #[default]
    Continue,
    /// The emission ends here: later handlers are not called.
    Stop,
    /// The next handler is called, and the emitter is told that somebody objects.
    Veto,
}

impl From<()> for Flow {
    fn from((): ()) -> Self {
        Flow::Continue
    }
}
