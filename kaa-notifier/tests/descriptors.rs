//! A loop leaves no descriptor behind. One test, since those of one program share their descriptors.

use std::net::TcpListener;
use std::thread;
use std::time::{Duration, Instant};

use kaa_notifier::{Socket, Wait};

const PATIENCE: Duration = Duration::from_secs(20);

fn open_descriptors() -> usize {
    std::fs::read_dir("/proc/self/fd").unwrap().count()
}

/// A thread with a loop, whose sockets are at all stages when it ends.
fn use_a_loop(address: &str) {
    let connected = Socket::new();
    connected.connect(address).timeout(PATIENCE).wait().unwrap();
    let kept = connected.clone();
    connected.read().connect(move |_| drop(kept));
    let connecting = Socket::new();
    let kept = connecting.clone();
    connecting.connect(address).connect(move |()| drop(kept));
    let resolving = Socket::new();
    let kept = resolving.clone();
    resolving.connect("localhost:1").connect(move |()| drop(kept));
    Socket::new().connect("127.0.0.1:1").wait().unwrap_err();
}

#[test]
fn a_thread_leaves_no_descriptors_behind() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let before = open_descriptors();
    for _ in 0..20 {
        let address = address.clone();
        thread::spawn(move || use_a_loop(&address)).join().unwrap();
    }
    // A look-up may still be on its way, and hold what wakes its loop.
    let start = Instant::now();
    while open_descriptors() > before {
        assert!(start.elapsed() < PATIENCE, "{} of {before}", open_descriptors());
        thread::sleep(Duration::from_millis(5));
    }
}
