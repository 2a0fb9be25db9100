//! The command line of the examples: `[--timeout SECONDS] [host:port[/path] ..]`.

use std::env;
use std::ffi::{OsStr, OsString};
use std::time::Duration;

/// What was asked for.
pub(crate) struct Arguments {
    /// How long to wait for one step.
    pub(crate) timeout: Duration,
    /// Site and path; none if the example is to talk to a server of its own.
    pub(crate) pages: Vec<(String, String)>,
}

impl Arguments {
    pub(crate) fn parse() -> Result<Arguments, String> {
        let mut arguments = Arguments { timeout: Duration::from_secs(3), pages: Vec::new() };
        let mut words = env::args_os().skip(1);
        while let Some(word) = words.next() {
            match word.to_str() {
                Some("--timeout") => arguments.timeout = seconds(words.next())?,
                Some(option) if option.starts_with('-') => {
                    return Err(format!(
                        "unknown option {option}: write [--timeout SECONDS] [host:port[/path] ..]"
                    ));
                }
                _ => arguments.pages.push(page(&word)?),
            }
        }
        Ok(arguments)
    }
}

fn seconds(word: Option<OsString>) -> Result<Duration, String> {
    let seconds = word.and_then(|word| word.to_str()?.parse().ok());
    let duration = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    duration.ok_or_else(|| "--timeout takes a number of seconds, as in --timeout 0.5".to_owned())
}

fn page(word: &OsStr) -> Result<(String, String), String> {
    let is_plain = |word: &&str| !word.is_empty() && !word.contains(char::is_whitespace);
    let Some(word) = word.to_str().filter(is_plain).filter(|word| !word.contains("://")) else {
        return Err(format!("{word:?} is no page: write host:port/path, as in localhost:8000/"));
    };
    Ok(match word.split_once('/') {
        Some((site, path)) => (site.to_owned(), format!("/{path}")),
        None => (word.to_owned(), "/".to_owned()),
    })
}
