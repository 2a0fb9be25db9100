//! W11: an echo server over loopback, kaa's beside those of others and a loop written by hand. What counts is the time on the CPU that
//! the server takes for one request, as the kernel accounts it.
//!
//! ```sh
//! cargo run -p peers --profile peers --bin echo                    # about two minutes
//! cargo run -p peers --profile peers --bin echo -- --repetitions 9
//! ```
//!
//! The server is a process of its own, this program again, and the client one `epoll` loop in this one: one request in flight a
//! connection. The servers take turns, a repetition each.

use std::cell::RefCell;
use std::env;
use std::fs;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::rc::Rc;
use std::time::{Duration, Instant};

use kaa::prelude::*;
use rustix::event::epoll;

/// A repetition takes so long.
const REPETITION: Duration = Duration::from_millis(300);

const SERVERS: [&str; 5] = ["kaa", "epoll by hand", "tokio", "calloop", "smol"];

type Outcome<T = ()> = Result<T, Box<dyn std::error::Error>>;

fn main() -> Outcome {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["--serve", server] => serve(server),
        [] => measure(5),
        ["--repetitions", number] => measure(number.parse()?),
        _ => Err("usage: echo [--repetitions NUMBER]".into()),
    }
}

fn measure(repetitions: usize) -> Outcome {
    println!("W11 echo: server CPU ns a request (wall), medians of {repetitions}");
    for (connections, size) in
        [(1, 64), (64, 64), (1000, 64), (1, 16384), (64, 16384), (1000, 16384)]
    {
        let mut costs = vec![Vec::new(); SERVERS.len()];
        for _ in 0..repetitions {
            for (server, costs) in SERVERS.iter().zip(&mut costs) {
                costs.push(repetition(server, connections, size)?);
            }
        }
        let medians: Vec<(f64, f64)> = costs.iter_mut().map(|costs| median(costs)).collect();
        println!("{connections} connections, {size} bytes");
        for (server, (cpu, wall)) in SERVERS.iter().zip(&medians) {
            let ratio = medians[0].0 / cpu;
            println!("  {server:14} {cpu:9.0} ({wall:9.0})   kaa : it {ratio:5.2}");
        }
    }
    Ok(())
}

fn median(costs: &mut [(f64, f64)]) -> (f64, f64) {
    costs.sort_unstable_by(|one, other| one.0.total_cmp(&other.0));
    costs[costs.len() / 2]
}

/// A server, which ends with this.
struct Server {
    child: Child,
    address: SocketAddr,
}

impl Server {
    fn start(name: &str) -> Outcome<Self> {
        let mut child = Command::new(env::current_exe()?)
            .args(["--serve", name])
            .stdout(Stdio::piped())
            .spawn()?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().ok_or("no output")?).read_line(&mut line)?;
        Ok(Server { child, address: line.trim().parse()? })
    }

    /// What it has had of the CPU.
    fn time(&self) -> Outcome<Duration> {
        let text = fs::read_to_string(format!("/proc/{}/schedstat", self.child.id()))?;
        let nanos = text.split(' ').next().ok_or("no time")?;
        Ok(Duration::from_nanos(nanos.parse()?))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// CPU and wall nanoseconds a request.
fn repetition(name: &str, connections: usize, size: usize) -> Outcome<(f64, f64)> {
    let server = Server::start(name)?;
    let mut client = Client::connect(server.address, connections, size)?;
    client.run(Duration::from_millis(50))?;
    let (start, before) = (Instant::now(), server.time()?);
    let requests = client.run(REPETITION)? as f64;
    let (wall, cpu) = (start.elapsed(), server.time()? - before);
    Ok((cpu.as_nanos() as f64 / requests, wall.as_nanos() as f64 / requests))
}

/// All connections of one run.
struct Client {
    streams: Vec<(TcpStream, usize)>,
    epoll: rustix::fd::OwnedFd,
    request: Vec<u8>,
    buffer: Vec<u8>,
}

impl Client {
    fn connect(address: SocketAddr, connections: usize, size: usize) -> Outcome<Self> {
        let epoll = epoll::create(epoll::CreateFlags::CLOEXEC)?;
        let mut streams = Vec::new();
        for index in 0..connections {
            let stream = TcpStream::connect(address)?;
            stream.set_nodelay(true)?;
            stream.set_nonblocking(true)?;
            let data = epoll::EventData::new_u64(index as u64);
            epoll::add(&epoll, &stream, data, epoll::EventFlags::IN)?;
            streams.push((stream, 0));
        }
        Ok(Client { streams, epoll, request: vec![7; size], buffer: vec![0; 1 << 16] })
    }

    /// Asks again and again for so long. Returns the number of answers; at the end none is on its way.
    fn run(&mut self, time: Duration) -> Outcome<usize> {
        for (stream, _) in &mut self.streams {
            stream.write_all(&self.request)?;
        }
        let (start, mut answers, mut open) = (Instant::now(), 0, self.streams.len());
        let mut events = Vec::with_capacity(1024);
        while open > 0 {
            events.clear();
            epoll::wait(&self.epoll, rustix::buffer::spare_capacity(&mut events), None)?;
            let is_over = start.elapsed() > time;
            for event in &events {
                let index = usize::try_from(event.data.u64())?;
                let (stream, received) = &mut self.streams[index];
                match stream.read(&mut self.buffer) {
                    Ok(0) => return Err("the server has ended a connection".into()),
                    Ok(length) => *received += length,
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                    Err(error) => return Err(error.into()),
                }
                if *received == self.request.len() {
                    *received = 0;
                    answers += 1;
                    if is_over {
                        open -= 1;
                    } else {
                        stream.write_all(&self.request)?;
                    }
                }
            }
        }
        Ok(answers)
    }
}

fn serve(name: &str) -> Outcome {
    if name == "kaa" {
        return Ok(serve_kaa()?);
    }
    let listener = TcpListener::bind("127.0.0.1:0")?;
    listener.set_nonblocking(true)?;
    println!("{}", listener.local_addr()?);
    match name {
        "epoll by hand" => serve_epoll(&listener),
        "tokio" => serve_tokio(listener),
        "calloop" => serve_calloop(listener),
        "smol" => serve_smol(listener),
        _ => Err(format!("no server {name:?}").into()),
    }
}

#[kaa::coroutine]
fn echo(client: Socket) -> kaa::Result<()> {
    while let Some(bytes) = yield_!(client.read())? {
        yield_!(client.write_bytes(bytes))?;
    }
    Ok(())
}

fn serve_kaa() -> kaa::Result<()> {
    let server = Socket::new();
    server.listen("127.0.0.1:0")?;
    println!("{}", server.local_address()?);
    server.new_client().connect(|client| drop(echo(client.clone())));
    kaa::main::run()
}

/// Level-triggered, one read and one write each, one buffer for all.
fn serve_epoll(listener: &TcpListener) -> Outcome {
    let epoll = epoll::create(epoll::CreateFlags::CLOEXEC)?;
    let listens = epoll::EventData::new_u64(u64::MAX);
    epoll::add(&epoll, listener, listens, epoll::EventFlags::IN)?;
    let (mut clients, mut buffer) = (Vec::<Option<TcpStream>>::new(), vec![0; 1 << 16]);
    let mut events = Vec::with_capacity(256);
    loop {
        events.clear();
        epoll::wait(&epoll, rustix::buffer::spare_capacity(&mut events), None)?;
        for event in &events {
            let key = event.data.u64();
            if key == u64::MAX {
                let (client, _) = listener.accept()?;
                client.set_nonblocking(true)?;
                client.set_nodelay(true)?;
                let data = epoll::EventData::new_u64(clients.len() as u64);
                epoll::add(&epoll, &client, data, epoll::EventFlags::IN)?;
                clients.push(Some(client));
                continue;
            }
            let slot = &mut clients[usize::try_from(key)?];
            let Some(client) = slot else { continue };
            match client.read(&mut buffer) {
                Ok(length) if length > 0 => client.write_all(&buffer[..length])?,
                _ => *slot = None,
            }
        }
    }
}

fn serve_tokio(listener: TcpListener) -> Outcome {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
    let tasks = tokio::task::LocalSet::new();
    tasks.block_on(&runtime, async move {
        let listener = tokio::net::TcpListener::from_std(listener)?;
        loop {
            let (mut client, _) = listener.accept().await?;
            client.set_nodelay(true)?;
            tokio::task::spawn_local(async move {
                let mut buffer = vec![0; 16384];
                while let Ok(length @ 1..) = client.read(&mut buffer).await {
                    if client.write_all(&buffer[..length]).await.is_err() {
                        break;
                    }
                }
            });
        }
    })
}

fn serve_calloop(listener: TcpListener) -> Outcome {
    use calloop::generic::Generic;
    use calloop::{EventLoop, Interest, Mode, PostAction};
    let mut event_loop = EventLoop::<()>::try_new()?;
    let handle = event_loop.handle();
    let buffer = Rc::new(RefCell::new(vec![0; 1 << 16]));
    let source = Generic::new(listener, Interest::READ, Mode::Level);
    let clients = handle.clone();
    handle
        .insert_source(source, move |_, listener, ()| {
            let (client, _) = listener.accept()?;
            client.set_nonblocking(true)?;
            client.set_nodelay(true)?;
            let buffer = buffer.clone();
            let source = Generic::new(client, Interest::READ, Mode::Level);
            let added = clients.insert_source(source, move |_, client, ()| {
                let mut client: &TcpStream = client;
                let buffer = &mut *buffer.borrow_mut();
                match client.read(buffer) {
                    Ok(length) if length > 0 => client.write_all(&buffer[..length])?,
                    _ => return Ok(PostAction::Remove),
                }
                Ok(PostAction::Continue)
            });
            added.map(|_| PostAction::Continue).map_err(|error| io::Error::other(error.error))
        })
        .map_err(|error| error.error)?;
    Ok(event_loop.run(None, &mut (), |()| ())?)
}

fn serve_smol(listener: TcpListener) -> Outcome {
    use async_io::Async;
    use futures_lite::{AsyncReadExt, AsyncWriteExt};
    let executor = Rc::new(async_executor::LocalExecutor::new());
    let tasks = executor.clone();
    async_io::block_on(executor.run(async move {
        let listener = Async::new(listener)?;
        loop {
            let (mut client, _) = listener.accept().await?;
            client.get_ref().set_nodelay(true)?;
            tasks
                .spawn(async move {
                    let mut buffer = vec![0; 16384];
                    while let Ok(length @ 1..) = client.read(&mut buffer).await {
                        if client.write_all(&buffer[..length]).await.is_err() {
                            break;
                        }
                    }
                })
                .detach();
        }
    }))
}
