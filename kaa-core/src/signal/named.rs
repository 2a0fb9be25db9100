//! [`signals!`](crate::signals): a structure of signals with names.

/// Makes a structure of [`Signal`](crate::Signal)s that know their names.
///
/// Each field is written with what it emits. The structure has `new`, `Default`, `Debug`, and its names in order as `NAMES`. Put
/// it into a field of what emits them, conventionally `signals`; a wider type holds those of its parts.
///
/// ```
/// kaa_core::signals! {
///     /// What a player tells.
///     pub struct PlayerSignals {
///         /// It has begun to play.
///         pub started: (),
///         /// A line of its log.
///         pub line: str,
///     }
/// }
///
/// struct Player {
///     signals: PlayerSignals,
/// }
///
/// let player = Player { signals: PlayerSignals::new() };
/// player.signals.line.connect(|line| println!("{line}"));
/// player.signals.line.emit("loading");
/// assert_eq!(PlayerSignals::NAMES, ["started", "line"]);
/// ```
#[macro_export]
macro_rules! signals {
    (
        $(#[$outer:meta])*
        $vis:vis struct $name:ident {
            $($(#[$inner:meta])* $field_vis:vis $field:ident: $argument:ty),* $(,)?
        }
    ) => {
        $(#[$outer])*
        #[derive(Debug)]
        $vis struct $name {
            $($(#[$inner])* $field_vis $field: $crate::Signal<$argument>,)*
        }

        impl $name {
            /// The names of the signals, in order.
            #[allow(dead_code)]
            $vis const NAMES: &'static [&'static str] = &[$(::core::stringify!($field)),*];

            /// Signals with no handlers.
            #[must_use]
            #[track_caller]
            $vis fn new() -> Self {
                $name { $($field: $crate::Signal::named(::core::stringify!($field)),)* }
            }
        }

        impl ::core::default::Default for $name {
            #[track_caller]
            fn default() -> Self {
                $name::new()
            }
        }
    };
}
