//! Where to connect to, or to listen at, as a text says it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::Path;

use socket2::SockAddr;

use crate::error::AddressError;

/// What a text names.
pub(super) enum Place<'a> {
    /// `host:port`
    Net(&'a str),
    /// A socket in the file system: what has a slash in it, or `unix:` before it.
    Unix(&'a Path),
}

impl<'a> Place<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        match text.strip_prefix("unix:") {
            Some(path) => Place::Unix(Path::new(path)),
            None if text.contains('/') => Place::Unix(Path::new(text)),
            None => Place::Net(text),
        }
    }
}

/// The address to listen at. It is not looked up: nobody can wait here.
pub(super) fn to_listen(text: &str) -> Result<SocketAddr, AddressError> {
    if let Ok(numeric) = text.parse() {
        return Ok(numeric);
    }
    let address = || text.to_owned();
    let Some((host, port)) = text.rsplit_once(':') else {
        return Err(AddressError::NoPort { address: address() });
    };
    let Ok(port) = port.parse() else { return Err(AddressError::BadPort { address: address() }) };
    let ip = match host {
        "" | "*" => IpAddr::V6(Ipv6Addr::UNSPECIFIED),
        "localhost" => IpAddr::V4(Ipv4Addr::LOCALHOST),
        _ => return Err(AddressError::NotNumeric { address: address() }),
    };
    Ok(SocketAddr::new(ip, port))
}

/// How a peer is called.
pub(super) fn name(address: &SockAddr) -> String {
    match (address.as_socket(), address.as_pathname()) {
        (Some(address), _) => address.to_string(),
        (None, Some(path)) => path.display().to_string(),
        (None, None) => "a client".to_owned(),
    }
}

/// The order in which to try addresses: the families by turns, the first one first (RFC 8305).
pub(super) fn interleaved(addresses: &[SocketAddr]) -> Vec<SocketAddr> {
    let first_is_v6 = addresses.first().is_some_and(SocketAddr::is_ipv6);
    let (mut ours, mut others): (Vec<_>, Vec<_>) =
        addresses.iter().rev().copied().partition(|address| address.is_ipv6() == first_is_v6);
    let mut ordered = Vec::with_capacity(addresses.len());
    while !ours.is_empty() || !others.is_empty() {
        ordered.extend(ours.pop());
        ordered.extend(others.pop());
    }
    ordered
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_come_by_turns() {
        let parse = |texts: &[&str]| -> Vec<SocketAddr> {
            texts.iter().map(|text| text.parse().unwrap()).collect()
        };
        let given = parse(&["[::1]:1", "[::2]:1", "[::3]:1", "1.1.1.1:1"]);
        let ordered = parse(&["[::1]:1", "1.1.1.1:1", "[::2]:1", "[::3]:1"]);
        assert_eq!(interleaved(&given), ordered);
    }

    #[test]
    fn an_address_to_listen_at_is_numeric() {
        let listen = |text| to_listen(text).map_err(|error| error.to_string());
        assert_eq!(listen("127.0.0.1:80").unwrap().to_string(), "127.0.0.1:80");
        assert_eq!(listen(":80").unwrap().to_string(), "[::]:80");
        assert_eq!(listen("localhost:0").unwrap().to_string(), "127.0.0.1:0");
        assert!(listen("example.org:80").unwrap_err().contains("`example.org:80`"));
        assert!(listen("127.0.0.1").unwrap_err().contains("has no port"));
        assert!(listen("127.0.0.1:http").unwrap_err().contains("not a number"));
    }
}
