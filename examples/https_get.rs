//! Gets a page over HTTPS and prints its body.
//!
//! ```text
//! cargo run --features tls --example https_get example.org/
//! ```
//!
//! It trusts whom the system trusts; `SSL_CERT_FILE` names a file with others.

use std::io::Write;
use std::process::ExitCode;
use std::time::Duration;

use kaa::prelude::*;
use kaa::{Bytes, Error, TLSClient, TLSSocket};

const PATIENCE: Duration = Duration::from_secs(30);
const LONGEST_HEAD: usize = 64 * 1024;
const LONGEST_BODY: usize = 64 * 1024 * 1024;

/// Whether the server has the page.
fn check_status(head: &[u8]) -> Result<(), Error> {
    let status = head.split(|byte| *byte == b'\r').next().unwrap_or_default();
    let status = String::from_utf8_lossy(status);
    match status.split(' ').nth(1) {
        Some("200") => Ok(()),
        _ => Err(Error::message(format!("the server says `{status}`"))),
    }
}

#[kaa::coroutine]
fn get(site: String, path: String) -> kaa::Result<Bytes> {
    let client = TLSClient::new()?.protocols(["http/1.1"]);
    let address = if site.contains(':') { site.clone() } else { format!("{site}:443") };
    let socket = yield_!(TLSSocket::connect(&client, address).timeout(PATIENCE))?;
    let request = format!("GET {path} HTTP/1.0\r\nHost: {site}\r\nConnection: close\r\n\r\n");
    yield_!(socket.write(request))?;
    let head = yield_!(socket.read_until(["\r\n\r\n"], LONGEST_HEAD).timeout(PATIENCE))?;
    check_status(&head.unwrap_or_default())?;
    Ok(yield_!(socket.read_to_end(LONGEST_BODY).timeout(PATIENCE))?.unwrap_or_default())
}

fn main() -> ExitCode {
    let Some(page) = std::env::args().nth(1).filter(|page| !page.contains("://")) else {
        eprintln!("usage: https_get HOST[:PORT]/PATH");
        return ExitCode::FAILURE;
    };
    let (site, path) = page.split_once('/').unwrap_or((&page, ""));
    let got = get(site.to_owned(), format!("/{path}")).wait();
    match got.and_then(|body| Ok(std::io::stdout().write_all(&body)?)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{page}: {error}");
            ExitCode::FAILURE
        }
    }
}
