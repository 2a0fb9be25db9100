//! What becomes of clients when the process has no descriptors left for them. One test, since those of one program share them.

use std::fs::File;
use std::net::TcpStream;
use std::process::Command;
use std::time::Duration;

use kaa_core::InProgress;
use kaa_notifier::{Socket, SocketError, Wait};

/// Set in the process that may open only a few descriptors.
const FEW: &str = "KAA_TEST_FEW_DESCRIPTORS";

/// Nothing here takes that long; a test that would hang fails instead.
const PATIENCE: Duration = Duration::from_secs(20);

#[test]
fn clients_wait_until_there_are_descriptors() {
    if std::env::var_os(FEW).is_some() {
        return use_a_loop();
    }
    let limited = format!("ulimit -n 64 && {FEW}=1 exec \"$0\"");
    let this = std::env::current_exe().unwrap();
    assert!(Command::new("sh").args(["-c", &limited]).arg(this).status().unwrap().success());
}

fn done<T: 'static>(ip: &InProgress<T>) -> T {
    ip.timeout(PATIENCE).wait().unwrap()
}

fn use_a_loop() {
    let server = Socket::new();
    server.listen("127.0.0.1:0").unwrap();
    let address = server.local_address().unwrap();
    // The loop's own descriptors are made now.
    assert!(server.accept().timeout(Duration::from_millis(1)).wait().unwrap_err().is_timeout());
    let client = TcpStream::connect(address).unwrap();
    let mut all: Vec<File> = (0..64).map_while(|_| File::open("/dev/null").ok()).collect();

    let error = server.accept().timeout(PATIENCE).wait().unwrap_err();
    assert!(matches!(error.downcast_ref(), Some(SocketError::Accept { .. })), "{error}");
    assert!(error.to_string().contains("Too many open files"), "{error}");

    all.clear();
    let accepted = done(&server.accept());
    assert_eq!(accepted.peer_address().unwrap(), client.local_addr().unwrap());
}
