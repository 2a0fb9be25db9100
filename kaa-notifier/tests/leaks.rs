//! Thousands of connections and children, one after the other: in a process of their own, whose descriptors are counted.

use std::process::Command;
use std::time::Duration;

use kaa_core::InProgress;
use kaa_notifier::{Process, Socket, Wait, delay};

/// Nothing here takes that long; a test that would hang fails instead.
const PATIENCE: Duration = Duration::from_secs(60);

fn done<T: 'static>(ip: &InProgress<T>) -> T {
    ip.timeout(PATIENCE).wait().unwrap()
}

fn descriptors() -> usize {
    std::fs::read_dir("/proc/self/fd").unwrap().count()
}

fn zombies() -> usize {
    let children = std::fs::read_to_string("/proc/thread-self/children").unwrap_or_default();
    children.split_whitespace().count()
}

#[test]
fn ten_thousand_connections_and_a_thousand_children_leave_nothing() {
    let server = Socket::new();
    server.listen("127.0.0.1:0").unwrap();
    let address = server.local_address().unwrap().to_string();
    let before = descriptors();
    for _ in 0..100 {
        let clients: Vec<_> = (0..100)
            .map(|_| {
                let client = Socket::new();
                let connecting = client.connect(&address);
                (client, connecting)
            })
            .collect();
        for (client, connecting) in clients {
            done(&connecting);
            done(&client.write("hello\n"));
            drop(client);
            let accepted = done(&server.accept());
            assert_eq!(done(&accepted.readline()).unwrap(), "hello\n");
            assert_eq!(done(&accepted.read()), None);
        }
    }
    assert_eq!(descriptors(), before);
    for _ in 0..50 {
        let children: Vec<_> =
            (0..20).map(|_| Process::spawn(&mut Command::new("true")).unwrap()).collect();
        children.iter().for_each(|child| assert!(done(&child.exit()).success()));
    }
    done(&delay(Duration::ZERO));
    assert_eq!((descriptors(), zombies()), (before, 0));
}
