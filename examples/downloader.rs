//! Downloads files over HTTP, eight at a time, with a bar for each.
//!
//! ```text
//! cargo run --example downloader FOLDER host:port/path ..
//! ```
//!
//! A file is written beside its place and moved there when it is complete. Each that fails is one line on stderr, and then the exit
//! status is 1.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use kaa::prelude::*;
use kaa::{Error, Semaphore};

const AT_A_TIME: usize = 8;

/// No step of a download may take longer.
const PATIENCE: Duration = Duration::from_secs(30);

/// A head that is longer is no answer of a server.
const LONGEST_HEAD: usize = 64 * 1024;

struct Download {
    site: String,
    path: String,
    /// Where it is to be.
    target: PathBuf,
}

impl Download {
    /// What `page` says, `host:port/path/name`.
    fn parse(page: &str, folder: &Path) -> Result<Self, String> {
        let parts = page.split_once('/').and_then(|(site, path)| {
            let name = path.rsplit('/').next().filter(|name| !name.is_empty() && *name != "..")?;
            Some((site, path, name))
        });
        let Some((site, path, name)) = parts else {
            return Err(format!("{page:?} names no file: write host:port/path/name"));
        };
        let target = folder.join(name);
        Ok(Download { site: site.to_owned(), path: format!("/{path}"), target })
    }
}

/// The length of the file, if the server has it.
fn length(head: &[u8]) -> Result<Option<u64>, Error> {
    let head = String::from_utf8_lossy(head);
    let mut lines = head.lines();
    let status = lines.next().unwrap_or_default();
    if status.split(' ').nth(1) != Some("200") {
        return Err(Error::message(format!("the server says `{status}`")));
    }
    let length = lines.find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().ok())?
    });
    Ok(length)
}

#[kaa::coroutine]
fn download(download: Download, permits: Semaphore, bar: ProgressBar) -> kaa::Result<u64> {
    let Download { site, path, target } = download;
    let _permit = yield_!(permits.acquire())?;
    let socket = Socket::new();
    yield_!(socket.connect(&site).timeout(PATIENCE))?;
    yield_!(socket.write(format!("GET {path} HTTP/1.0\r\nHost: {site}\r\n\r\n")))?;
    let head = yield_!(socket.read_until(["\r\n\r\n"], LONGEST_HEAD).timeout(PATIENCE))?;
    let expected = length(&head.unwrap_or_default())?;
    bar.set_length(expected.unwrap_or(0));

    let partial = target.with_added_extension("part");
    let mut file = File::create(&partial)?;
    let mut received = 0;
    while let Some(bytes) = yield_!(socket.read().timeout(PATIENCE))? {
        // Short enough to be done here; what takes long belongs into `kaa::thread`.
        file.write_all(&bytes)?;
        received += bytes.len() as u64;
        bar.set_position(received);
        yield_!()?; // The others have their turn.
    }
    if expected.is_some_and(|expected| expected != received) {
        fs::remove_file(&partial)?;
        return Err(Error::message(format!("the connection has ended after {received} bytes")));
    }
    fs::rename(&partial, &target)?;
    bar.finish();
    Ok(received)
}

fn run(folder: &Path, pages: &[String]) -> Result<usize, String> {
    let downloads: Result<Vec<_>, _> =
        pages.iter().map(|page| Download::parse(page, folder)).collect();
    let (bars, permits) = (MultiProgress::new(), Semaphore::new(AT_A_TIME));
    let style = ProgressStyle::with_template("{msg:20} {bar:40} {bytes}/{total_bytes} {eta}");
    let style = style.map_err(|error| error.to_string())?;
    let running: Vec<_> = downloads?
        .into_iter()
        .zip(pages)
        .map(|(one, page)| {
            let bar = bars.add(ProgressBar::new(0).with_style(style.clone()));
            bar.set_message(page.clone());
            (page, download(one, permits.clone(), bar))
        })
        .collect();
    let mut failed = 0;
    for (page, download) in running {
        match download.wait() {
            Ok(bytes) => println!("{page}: {bytes} bytes"),
            Err(error) => {
                eprintln!("{page}: {error}");
                failed += 1;
            }
        }
    }
    Ok(failed)
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, pages @ ..] = arguments.as_slice() else {
        eprintln!("usage: downloader FOLDER host:port/path ..");
        return ExitCode::FAILURE;
    };
    match run(Path::new(folder), pages) {
        Ok(0) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::FAILURE
        }
    }
}
