//! Other programs: started, fed, listened to, and stopped.

mod reap;
mod stop;

use std::cell::{Cell, RefCell};
use std::error::Error as StdError;
use std::fmt;
use std::io;
use std::os::fd::OwnedFd;
use std::panic::Location;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::rc::{Rc, Weak};

use bytes::Bytes;
use kaa_core::{InProgress, IntoInProgress, Promise, Result, Signal, all, inprogress};
use rustix::process::{Pid, Signal as Number, kill_process};

use crate::channel::IOChannel;
use crate::current::current;
use reap::Watch;
use stop::Stopping;

pub use stop::Stop;

/// A program that runs beside this one.
///
/// It is a handle: its clones are the same process. The loop reaps the process when it ends, also when all handles have gone;
/// no thread is needed for it on Linux from 5.3 on, elsewhere `SIGCHLD` tells. Dropping the handles closes the channels and stops
/// nothing else: [`stop`](Self::stop) does.
///
/// As an [`InProgress`] it finishes with the exit status. All that the process has written is in the channels by then.
///
/// ```
/// use std::process::Command;
/// use kaa_notifier::{Process, Wait};
///
/// let sort = Process::spawn(Command::new("sort").arg("-n"))?;
/// let input = sort.stdin().unwrap();
/// input.write("10\n9\n").wait()?;
/// input.close().wait()?;
/// let output = sort.stdout().unwrap();
/// assert_eq!(output.readline().wait()?.unwrap(), "9\n");
/// assert_eq!(output.readline().wait()?.unwrap(), "10\n");
/// assert!(sort.exit().wait()?.success());
/// # Ok::<(), kaa_core::Error>(())
/// ```
#[derive(Clone)]
pub struct Process {
    shared: Rc<Shared>,
}

/// Which streams of a process are channels. The others are what its `Command` says, inherited unless that says something else;
/// a `Command` that was started before says what it was started with.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Pipes {
    /// Its input is written by this program.
    pub stdin: bool,
    /// Its output is read by this program.
    pub stdout: bool,
    /// Its error output is read by this program.
    pub stderr: bool,
}

impl Default for Pipes {
    /// All three are channels.
    fn default() -> Self {
        Pipes { stdin: true, stdout: true, stderr: true }
    }
}

/// All that a process has said, and how it has ended. Given by [`Process::communicate`].
#[derive(Clone, Debug)]
pub struct Output {
    /// How it has ended.
    pub status: ExitStatus,
    /// What it has written to its output.
    pub stdout: Bytes,
    /// What it has written to its error output.
    pub stderr: Bytes,
}

struct Shared {
    created: &'static Location<'static>,
    program: String,
    pid: Pid,
    /// None once it is reaped.
    child: RefCell<Option<Child>>,
    watch: RefCell<Option<Watch>>,
    stdin: Option<IOChannel>,
    stdout: Option<IOChannel>,
    stderr: Option<IOChannel>,
    status: Cell<Option<ExitStatus>>,
    exited: Signal<ExitStatus>,
    exit: InProgress<ExitStatus>,
    promise: RefCell<Option<Promise<ExitStatus>>>,
    stopping: Stopping,
    /// Itself until it is reaped: that needs no handle.
    running: RefCell<Option<Rc<Shared>>>,
}

impl Process {
    /// Starts a program. Its input, output and error output are channels.
    ///
    /// # Errors
    ///
    /// [`ProcessError::Start`] if there is no such program, for instance.
    ///
    /// ```
    /// use std::process::Command;
    ///
    /// let error = kaa_notifier::Process::spawn(&mut Command::new("no-such-program")).unwrap_err();
    /// assert!(error.to_string().starts_with("cannot start `no-such-program`: "));
    /// ```
    #[track_caller]
    pub fn spawn(command: &mut Command) -> Result<Self> {
        Self::spawn_with(command, Pipes::default())
    }

    /// The same, with a choice of what is a channel.
    ///
    /// # Errors
    ///
    /// As of [`spawn`](Self::spawn).
    ///
    /// ```
    /// use std::process::Command;
    /// use kaa_notifier::{Pipes, Process, Wait};
    ///
    /// let mut pipes = Pipes::default();
    /// pipes.stdin = false;
    /// pipes.stderr = false;
    /// let echo = Process::spawn_with(Command::new("echo").arg("hello"), pipes)?;
    /// assert!(echo.stdin().is_none());
    /// assert_eq!(echo.stdout().unwrap().readline().wait()?.unwrap(), "hello\n");
    /// # echo.exit().wait()?;
    /// # Ok::<(), kaa_core::Error>(())
    /// ```
    #[track_caller]
    pub fn spawn_with(command: &mut Command, pipes: Pipes) -> Result<Self> {
        if pipes.stdin {
            command.stdin(Stdio::piped());
        }
        if pipes.stdout {
            command.stdout(Stdio::piped());
        }
        if pipes.stderr {
            command.stderr(Stdio::piped());
        }
        let program = command.get_program().to_string_lossy().into_owned();
        current()?; // Without a loop, nobody would look after it.
        let spawned = command.spawn();
        let child =
            spawned.map_err(|error| ProcessError::Start { program: program.clone(), error })?;
        let shared = Shared::over(program, child, Location::caller())?;
        Ok(Process { shared })
    }

    /// Starts a line of the shell, `/bin/sh`. Never put into it what comes from elsewhere: everything in it is for the shell to read.
    ///
    /// # Errors
    ///
    /// As of [`spawn`](Self::spawn).
    ///
    /// ```
    /// use kaa_notifier::{Process, Wait};
    ///
    /// let counting = Process::shell("echo one two | wc -w")?;
    /// let output = counting.communicate("").wait()?;
    /// assert_eq!(output.stdout.trim_ascii(), b"2");
    /// # Ok::<(), kaa_core::Error>(())
    /// ```
    #[track_caller]
    pub fn shell(line: impl AsRef<str>) -> Result<Self> {
        Self::spawn(Command::new("/bin/sh").arg("-c").arg(line.as_ref()))
    }

    /// What it reads, if that is a channel.
    #[must_use]
    pub fn stdin(&self) -> Option<&IOChannel> {
        self.shared.stdin.as_ref()
    }

    /// What it writes, if that is a channel. It writes no more than a pipe holds until somebody reads.
    #[must_use]
    pub fn stdout(&self) -> Option<&IOChannel> {
        self.shared.stdout.as_ref()
    }

    /// What it writes of errors, if that is a channel.
    #[must_use]
    pub fn stderr(&self) -> Option<&IOChannel> {
        self.shared.stderr.as_ref()
    }

    /// The number that the system knows it by. Another process may have it once this one is over.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.shared.pid.as_raw_nonzero().get().unsigned_abs()
    }

    /// How it has ended, or none while it runs.
    #[must_use]
    #[doc(alias = "exitcode")]
    pub fn status(&self) -> Option<ExitStatus> {
        self.shared.status.get()
    }

    /// Finishes with the exit status when it has ended and all that it has written is in the channels. Whoever waits for it
    /// may be aborted; the process goes on.
    #[must_use = "dropping it stops nothing; `stop` does"]
    pub fn exit(&self) -> InProgress<ExitStatus> {
        self.shared.exit.clone()
    }

    /// Emitted when it has ended, before [`exit`](Self::exit) finishes.
    #[must_use]
    pub fn exited(&self) -> &Signal<ExitStatus> {
        &self.shared.exited
    }

    /// Sends it a signal of the operating system; the numbers stand in [`unix`](crate::unix).
    ///
    /// # Errors
    ///
    /// [`ProcessError::Over`] if it has ended; what the system says, of a number that is no signal for instance.
    pub fn send(&self, number: i32) -> Result<()> {
        self.shared.send(number)
    }

    /// Stops it: `SIGTERM` is sent and its input closed, and three seconds later `SIGKILL`. Finishes with the exit status, at
    /// once if it has ended already.
    #[must_use = "wait for it, or `drop` it by name: it is stopped all the same"]
    pub fn stop(&self) -> InProgress<ExitStatus> {
        self.stop_with(&Stop::default())
    }

    /// The same, as `how` says. While it is being stopped, another call changes nothing.
    ///
    /// ```
    /// use std::process::Command;
    /// use std::time::Duration;
    /// use kaa_notifier::{Process, Stop, Wait};
    ///
    /// let shell = Process::spawn(&mut Command::new("sh"))?;
    /// let mut how = Stop::default();
    /// how.ask = Some("exit 3\n".into());
    /// assert_eq!(shell.stop_with(&how).wait()?.code(), Some(3));
    /// # Ok::<(), kaa_core::Error>(())
    /// ```
    #[must_use = "wait for it, or `drop` it by name: it is stopped all the same"]
    pub fn stop_with(&self, how: &Stop) -> InProgress<ExitStatus> {
        self.shared.stop(how);
        self.exit()
    }

    /// Writes `input`, closes the process's input, and finishes with all that it says when it has ended. Its streams must be channels
    /// that nobody else reads or writes; those that are none count as empty.
    ///
    /// # Errors
    ///
    /// What reading fails with. That the process does not read its input is no error.
    #[track_caller]
    pub fn communicate(&self, input: impl AsRef<[u8]>) -> InProgress<Output> {
        if let Some(stdin) = self.stdin() {
            // How it went with the input is to be seen from the status.
            let written = stdin.write(input);
            written.exception().connect(|_| ());
            let closed = stdin.close();
            closed.exception().connect(|_| ());
        }
        let read = |channel: Option<&IOChannel>| {
            channel.map_or_else(
                || InProgress::finished(None),
                |channel| channel.read_to_end(usize::MAX),
            )
        };
        let (promise, output) = InProgress::new();
        let parts = inprogress(all((read(self.stdout()), read(self.stderr()), self.exit())));
        parts.connect(move |(stdout, stderr, status)| {
            let text = |chunk: &Result<Option<Bytes>>| chunk.clone().map(Option::unwrap_or_default);
            match (status.clone(), text(stdout), text(stderr)) {
                (Ok(status), Ok(stdout), Ok(stderr)) => {
                    promise.finish(Output { status, stdout, stderr });
                }
                (Err(error), ..) | (_, Err(error), _) | (.., Err(error)) => promise.throw(error),
            }
        });
        output
    }
}

impl fmt::Debug for Process {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Process({}, pid {}, ", self.shared.program, self.pid())?;
        match self.status() {
            Some(status) => write!(f, "{status})"),
            None => f.write_str("running)"),
        }
    }
}

/// Its exit.
impl IntoInProgress for &Process {
    type Output = ExitStatus;

    fn into_inprogress(self) -> InProgress<ExitStatus> {
        self.exit()
    }
}

impl Shared {
    fn over(
        program: String,
        mut child: Child,
        created: &'static Location<'static>,
    ) -> Result<Rc<Self>> {
        let pid = Pid::from_child(&child);
        let stream = |fd: Option<OwnedFd>, what: &str| {
            fd.map(|fd| IOChannel::named(fd, format!("the {what} of `{program}`"))).transpose()
        };
        let stdin = stream(child.stdin.take().map(OwnedFd::from), "input");
        let stdout = stream(child.stdout.take().map(OwnedFd::from), "output");
        let stderr = stream(child.stderr.take().map(OwnedFd::from), "error output");
        let streams = stdin.and_then(|stdin| Ok((stdin, stdout?, stderr?)));
        let (stdin, stdout, stderr) = match streams {
            Ok(streams) => streams,
            Err(error) => {
                end_of(&mut child);
                return Err(error);
            }
        };
        let (promise, exit) = InProgress::new();
        let shared = Rc::new(Shared {
            created,
            program,
            pid,
            child: RefCell::new(Some(child)),
            watch: RefCell::new(None),
            stdin,
            stdout,
            stderr,
            status: Cell::new(None),
            exited: Signal::named("exited"),
            exit: exit.shared(),
            promise: RefCell::new(Some(promise)),
            stopping: Stopping::default(),
            running: RefCell::new(None),
        });
        let weak: Weak<Shared> = Rc::downgrade(&shared);
        match Watch::start(pid, weak) {
            Ok(watch) => shared.watch.replace(Some(watch)),
            Err(error) => {
                shared.exit.exception().connect(|_| ());
                shared.child.borrow_mut().as_mut().map(end_of);
                return Err(error);
            }
        };
        shared.running.replace(Some(Rc::clone(&shared)));
        Ok(shared)
    }

    fn send(&self, number: i32) -> Result<()> {
        if self.child.borrow().is_none() {
            return Err(ProcessError::Over { program: self.program.clone() }.into());
        }
        let Some(number) = Number::from_named_raw(number) else {
            return Err(io::Error::from(io::ErrorKind::InvalidInput).into());
        };
        // It is not reaped, so the number is its own.
        Ok(kill_process(self.pid, number).map_err(io::Error::from)?)
    }

    /// Reaps it if it has ended.
    fn look(&self) {
        let tried = self.child.borrow_mut().as_mut().map(Child::try_wait);
        let status = match tried {
            Some(Ok(Some(status))) => status,
            Some(Ok(None)) | None => return,
            Some(Err(error)) => return self.lose(error),
        };
        self.child.take();
        let (watch, running) = (self.watch.take(), self.running.take());
        drop(watch);
        self.stopping.over();
        for output in [&self.stdout, &self.stderr].into_iter().flatten() {
            output.drain();
        }
        self.status.set(Some(status));
        self.exited.emit(&status);
        if let Some(promise) = self.promise.take() {
            promise.finish(status);
        }
        drop(running);
    }

    /// Somebody else has reaped it.
    fn lose(&self, error: io::Error) {
        self.child.take();
        let (watch, running) = (self.watch.take(), self.running.take());
        drop(watch);
        self.stopping.over();
        if let Some(promise) = self.promise.take() {
            promise.throw(ProcessError::Lost { program: self.program.clone(), error });
        }
        drop(running);
    }

    /// The loop ends, and nobody here will look after it any more.
    fn abandon(&self) {
        let running = self.running.take();
        let (watch, promise) = (self.watch.take(), self.promise.take());
        drop((watch, promise));
        let child = self.child.take();
        if let Some(mut child) = child.filter(|_| self.status.get().is_none()) {
            // Of a program that goes on without this loop, it would become a zombie.
            drop(std::thread::Builder::new().name("reaper".into()).spawn(move || child.wait()));
        }
        drop(running);
    }
}

/// It cannot be looked after, so it is not to run.
fn end_of(child: &mut Child) {
    drop(child.kill());
    drop(child.wait());
}

/// A process cannot be started, or cannot do what it was asked to.
#[derive(Debug)]
#[non_exhaustive]
pub enum ProcessError {
    /// It cannot be started.
    Start {
        /// Which it was to be.
        program: String,
        /// What the system said.
        error: io::Error,
    },
    /// It has ended already.
    Over {
        /// Which it was.
        program: String,
    },
    /// How it has ended cannot be found out: something else in this program waits for all children.
    Lost {
        /// Which it was.
        program: String,
        /// What the system said.
        error: io::Error,
    },
}

impl fmt::Display for ProcessError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ProcessError::Start { program, error } => {
                write!(f, "cannot start `{program}`: {error}")
            }
            ProcessError::Over { program } => {
                write!(f, "`{program}` has ended already: `status` says how")
            }
            ProcessError::Lost { program, error } => write!(
                f,
                "how `{program}` has ended is not known ({error}): nothing else may wait for all children"
            ),
        }
    }
}

impl StdError for ProcessError {}
