//! A crate of tokio's world, used from kaa's: tokio's runtime has a thread of its own, and kaa waits for what it does there.
//!
//! ```text
//! cargo run --example tokio_bridge
//! ```
//!
//! Both ways need no more than that a future may be woken from another thread. A task of tokio's is a future here, and so is
//! the end of a channel. What is aborted here is aborted there.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::thread;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::{Builder, Handle};
use tokio::sync::{mpsc, oneshot};
use tokio::task::{JoinError, JoinHandle};

/// The runtime, which lives as long as this.
struct Tokio {
    handle: Handle,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<thread::JoinHandle<()>>,
}

impl Tokio {
    fn start() -> io::Result<Rc<Tokio>> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let handle = runtime.handle().clone();
        let (stop, stopped) = oneshot::channel();
        let run = move || drop(runtime.block_on(stopped));
        let thread = thread::Builder::new().name("tokio".to_owned()).spawn(run)?;
        Ok(Rc::new(Tokio { handle, stop: Some(stop), thread: Some(thread) }))
    }

    /// Runs a future over there. Its output comes home.
    fn spawn<F: Future<Output: Send> + Send + 'static>(&self, future: F) -> Task<F::Output> {
        Task(self.handle.spawn(future))
    }
}

impl Drop for Tokio {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            thread.join().expect("the runtime does not panic");
        }
    }
}

/// A task of tokio's. Dropped, it is aborted: so `abort()` reaches it.
struct Task<T>(JoinHandle<T>);

impl<T> Future for Task<T> {
    type Output = Result<T, JoinError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.0).poll(cx)
    }
}

impl<T> Drop for Task<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// A service that knows nothing of kaa.
async fn serve(listener: TcpListener) -> io::Result<()> {
    loop {
        let (mut client, _) = listener.accept().await?;
        tokio::spawn(async move {
            let (mut reader, mut writer) = client.split();
            tokio::io::copy(&mut reader, &mut writer).await
        });
    }
}

/// A client of the same world, called from this one.
#[kaa::coroutine]
fn ask(tokio: Rc<Tokio>, address: std::net::SocketAddr, question: String) -> kaa::Result<String> {
    let exchange = async move {
        let mut stream = TcpStream::connect(address).await?;
        stream.write_all(question.as_bytes()).await?;
        stream.shutdown().await?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await?;
        io::Result::Ok(answer)
    };
    // Failures of kaa, of the task, and of the exchange.
    Ok(yield_!(tokio.spawn(exchange))???)
}

/// Reads a channel that is written over there.
#[kaa::coroutine]
fn sum(tokio: Rc<Tokio>) -> kaa::Result<u32> {
    let (sender, mut receiver) = mpsc::channel(2);
    let _numbers = tokio.handle.spawn(async move {
        for n in 1..=10 {
            sender.send(n).await?;
        }
        Ok::<_, mpsc::error::SendError<u32>>(())
    });
    let mut sum = 0;
    loop {
        // The future owns the channel while it is waited for, and hands it back.
        let (back, number) = yield_!(async move {
            let number = receiver.recv().await;
            (receiver, number)
        })?;
        receiver = back;
        match number {
            Some(number) => sum += number,
            None => return Ok(sum),
        }
    }
}

#[kaa::coroutine]
fn sleeps_over_there(tokio: Rc<Tokio>) -> kaa::Result<()> {
    let sleep = async { tokio::time::sleep(Duration::from_secs(3600)).await };
    Ok(yield_!(tokio.spawn(sleep))??)
}

#[kaa::main]
fn main() -> kaa::Result<()> {
    let tokio = Tokio::start()?;
    let listener = yield_!(tokio.spawn(TcpListener::bind("127.0.0.1:0")))???;
    let address = listener.local_addr()?;
    let server = kaa::spawn(tokio.spawn(serve(listener)));

    println!("{}", yield_!(ask(Rc::clone(&tokio), address, "who is there?".into()))?);
    println!("{}", yield_!(sum(Rc::clone(&tokio)))?);

    let sleeper = sleeps_over_there(Rc::clone(&tokio));
    yield_!(kaa::delay(Duration::from_millis(5)))?;
    yield_!(sleeper.abort())?;
    println!("aborted: {}", yield_!(sleeper).is_err_and(|error| error.is_aborted()));
    yield_!(server.abort())?;
    Ok(())
}
