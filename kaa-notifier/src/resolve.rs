//! From `host:port` to addresses.

use std::net::{SocketAddr, ToSocketAddrs};
use std::rc::Rc;

use kaa_core::{InProgress, Result};

use crate::current::{current, existing};
use crate::error::AddressError;
use crate::thread::look_ups;

/// Finds the addresses of a host.
pub(crate) type Resolver = Rc<dyn Fn(&str, u16) -> InProgress<Vec<SocketAddr>>>;

/// From now on `resolver` is asked for the addresses of each host and port that is not numeric, in place of the system: for
/// sockets of this thread's loop. They are tried in the order in which they come, the families by turns.
///
/// # Errors
///
/// [`LoopError::Ended`](crate::LoopError::Ended) at the end of the thread.
///
/// ```
/// use kaa_core::InProgress;
/// use kaa_notifier::{Socket, Wait, main};
///
/// let server = Socket::new();
/// server.listen("127.0.0.1:0")?;
/// let address = server.local_address()?;
/// main::set_resolver(move |host, _port| {
///     assert_eq!(host, "the.server");
///     InProgress::finished(vec![address])
/// })?;
/// Socket::new().connect("the.server:80").wait()?;
/// # Ok::<(), kaa_core::Error>(())
/// ```
pub fn set_resolver(
    resolver: impl Fn(&str, u16) -> InProgress<Vec<SocketAddr>> + 'static,
) -> Result<()> {
    let before = current()?.resolver.replace(Some(Rc::new(resolver)));
    drop(before); // Here, where nothing is borrowed.
    Ok(())
}

/// Finds the addresses of `host:port`, in the order in which to try them.
///
/// A numeric address is there at once. Anything else the system is asked for in another thread: it may
/// take its time, and cannot be called back.
pub(crate) fn resolve(address: &str) -> InProgress<Vec<SocketAddr>> {
    if let Ok(numeric) = address.parse() {
        return InProgress::finished(vec![numeric]);
    }
    let host_port = match HostPort::parse(address) {
        Ok(host_port) => host_port,
        Err(error) => return InProgress::failed(error),
    };
    let resolver = existing().and_then(|main_loop| main_loop.resolver.borrow().clone());
    match resolver {
        Some(resolver) => resolver(&host_port.host, host_port.port),
        None => look_ups(move || host_port.look_up()),
    }
}

/// A host by name, and a port.
#[derive(Debug, PartialEq)]
struct HostPort {
    address: String,
    host: String,
    port: u16,
}

impl HostPort {
    fn parse(address: &str) -> Result<HostPort, AddressError> {
        let (host, port) = split(address)?;
        let address = address.to_owned();
        let Some(host) = bare_host(host) else { return Err(AddressError::BadHost { address }) };
        let Some(port) = number(port) else { return Err(AddressError::BadPort { address }) };
        Ok(HostPort { host: host.to_owned(), port, address })
    }

    fn look_up(self) -> Result<Vec<SocketAddr>> {
        match (self.host.as_str(), self.port).to_socket_addrs() {
            Ok(addresses) => Ok(addresses.collect()),
            Err(error) => Err(AddressError::Unresolved { address: self.address, error }.into()),
        }
    }
}

/// Cuts at the colon before the port. In `[::1]` there is none: it ends with the bracket.
fn split(address: &str) -> Result<(&str, &str), AddressError> {
    let parts = address.rsplit_once(':').filter(|(_, port)| !port.ends_with(']'));
    parts.ok_or_else(|| AddressError::NoPort { address: address.to_owned() })
}

/// The host without the brackets that a literal address with colons stands in.
fn bare_host(host: &str) -> Option<&str> {
    let bare = match host.strip_prefix('[') {
        Some(rest) => rest.strip_suffix(']').filter(|inner| inner.contains(':'))?,
        None if host.contains(':') => return None,
        None => host,
    };
    let is_name = !bare.is_empty() && !bare.contains(|c: char| c.is_whitespace() || c.is_control());
    is_name.then_some(bare)
}

/// Digits only: the standard library's `parse` takes a sign, too.
fn number(port: &str) -> Option<u16> {
    port.bytes().all(|byte| byte.is_ascii_digit()).then(|| port.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(address: &str) -> String {
        match HostPort::parse(address) {
            Ok(HostPort { host, port, .. }) => format!("{host} {port}"),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn takes_an_address_apart() {
        assert_eq!(parsed("localhost:80"), "localhost 80");
        assert_eq!(parsed("[fe80::1%eth0]:80"), "fe80::1%eth0 80");
    }

    #[test]
    fn says_what_is_wrong_with_an_address() {
        for (address, problem) in [
            ("localhost", "`localhost` has no port"),
            ("[::1]", "`[::1]` has no port"),
            ("", "`` has no port"),
            ("localhost:http", "the port of `localhost:http` is not a number up to 65535"),
            ("localhost:65536", "the port of `localhost:65536` is not a number up to 65535"),
            ("localhost:", "the port of `localhost:` is not a number up to 65535"),
            (":80", "`:80` names no host"),
            ("::1:80", "`::1:80` names no host"),
            ("a:b:80", "`a:b:80` names no host"),
            ("[localhost]:80", "`[localhost]:80` names no host"),
            ("localhost:+80", "the port of `localhost:+80` is not a number up to 65535"),
            (" localhost:80", "` localhost:80` names no host"),
            ("local\thost:80", "`local\\thost:80` names no host"),
            ("a\0b:80", "`a\\0b:80` names no host"),
            ("a\nb:80", "`a\\nb:80` names no host"),
        ] {
            let text = parsed(address);
            assert!(text.starts_with(problem), "{address}: {text}");
            assert!(text.contains(": write `host:port`"), "{text}");
            assert!(!text.contains(char::is_control), "{text:?}");
        }
    }
}
