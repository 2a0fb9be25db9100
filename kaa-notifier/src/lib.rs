//! The main loop of kaa: timers, sockets, and waiting for an [`InProgress`](kaa_core::InProgress).
//!
//! Each thread has a loop of its own, which is made when it is first needed. [`Wait::wait`] runs it until
//! something has finished, [`main::run`] until [`main::stop`].
//!
//! ```
//! use std::io::{Read, Write};
//! use std::net::TcpListener;
//! use std::time::Duration;
//!
//! use kaa_core::Result;
//! use kaa_notifier::{OneShotTimer, Socket, Wait, delay, main};
//!
//! fn main() -> Result<()> {
//!     // A server to talk to, in a thread.
//!     let listener = TcpListener::bind("127.0.0.1:0")?;
//!     let address = listener.local_addr()?.to_string();
//!     let server = std::thread::spawn(move || -> std::io::Result<()> {
//!         let (mut client, _) = listener.accept()?;
//!         client.read(&mut [0; 100])?;
//!         client.write_all(b"hello")
//!     });
//!
//!     // Everything that takes time gives an `InProgress`, here waited for by running the loop.
//!     let socket = Socket::new();
//!     socket.connect(&address).timeout(Duration::from_secs(3)).wait()?;
//!     socket.write("who is there?").wait()?;
//!     while let Some(chunk) = socket.read().timeout(Duration::from_secs(3)).wait()? {
//!         println!("{} bytes", chunk.len());
//!     }
//!
//!     // Or one is told by a callback, while the loop runs.
//!     delay(Duration::from_millis(1)).connect(|()| println!("later"));
//!     OneShotTimer::new().start(Duration::from_millis(2), main::stop);
//!     main::run()?;
//!
//!     server.join().expect("the server has not panicked")?;
//!     Ok(())
//! }
//! ```
//!
//! Linux is what is tested. Other Unixes are written for, and untested.

#![deny(unsafe_code)]

mod sys;

mod buffer;
mod clock;
mod current;
mod error;
mod fd;
mod guest;
mod later;
mod main_loop;
mod shuffle;
mod signals;
mod sync;
mod thread;
mod timer;
#[cfg(feature = "tls")]
mod tls;
mod wake;
mod watch;

mod channel;
mod monitor;
mod process;
mod resolve;
mod running;
mod socket;
mod spawn;
mod udp;
mod unix_signal;
mod virtual_time;
mod wait;

#[doc(hidden)]
#[path = "entry.rs"]
pub mod __entry;

/// What [`Socket::read`] gives; of the crate `bytes`.
#[doc(no_inline)]
pub use bytes::Bytes;
pub use channel::{ChannelError, ChannelSignals, Closed, IOChannel};
pub use error::{AddressError, LoopError, PoolError, SocketError, UnixSignalError};
pub use guest::Guest;
pub use later::later;
pub use monitor::{IOCondition, IOMonitor, readable, writable};
pub use process::{Output, Pipes, Process, ProcessError, Stop};
pub use signals::Signals;
pub use socket::{ListenOptions, Socket};
pub use spawn::spawn;
pub use thread::{AbortToken, MainThread, ThreadPool, thread};
#[cfg(feature = "at")]
pub use timer::{AtTimer, OneShotAtTimer, Schedule, ScheduleError};
pub use timer::{OneShotTimer, Timer, WeakOneShotTimer, WeakTimer, delay};
#[cfg(feature = "tls")]
pub use tls::{TLSClient, TLSServer, TLSSocket};
pub use udp::{Datagram, UdpError, UdpSocket};
pub use unix_signal::unix_signal;
pub use wait::Wait;
pub use watch::{Metrics, Stall};

// A file `main.rs` would be a program of its own, so the functions stand in `running.rs`.
pub mod main {
    //! Running the main loop of this thread.
    //!
    //! Each thread has a loop of its own, which is made when it is first needed. To run it until something
    //! has finished, [`wait`](crate::Wait::wait) for that; to run it until further notice, call [`run`].
    //!
    //! ```
    //! use std::time::Duration;
    //! use kaa_notifier::{OneShotTimer, main};
    //!
    //! OneShotTimer::new().start(Duration::from_millis(1), || main::stop());
    //! main::run()?;
    //! # Ok::<(), kaa_core::Error>(())
    //! ```

    pub use crate::resolve::set_resolver;
    pub use crate::running::{
        is_running, is_shutting_down, now, run, run_until, set_shutdown_limit, signals, step, stop,
        wakeup,
    };
    pub use crate::unix_signal::ctrl_c;
    pub use crate::watch::{metrics, watchdog, watchdog_with};
}

// Beside the attribute `#[kaa::test]`, as `main` is beside `#[kaa::main]`.
pub mod test {
    //! The clocks of a `#[kaa::test]`, which a test may move.

    pub use crate::virtual_time::suspend;
    #[cfg(feature = "at")]
    pub use crate::virtual_time::{set_wall_clock, wall_clock};
}

pub mod unix {
    //! The numbers of the operating system's signals, for [`unix_signal`](crate::unix_signal).

    #[doc(no_inline)]
    pub use signal_hook::consts::{
        SIGABRT, SIGALRM, SIGCHLD, SIGCONT, SIGHUP, SIGINT, SIGPIPE, SIGQUIT, SIGTERM, SIGTSTP,
        SIGUSR1, SIGUSR2, SIGWINCH,
    };
}
