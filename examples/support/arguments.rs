//! The command line of the examples: `[--timeout SECONDS] [host:port[/path] ..]`.

use std::env;
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
        let mut words = env::args().skip(1);
        while let Some(word) = words.next() {
            if word == "--timeout" {
                arguments.timeout = seconds(words.next())?;
            } else if word.starts_with('-') {
                return Err(format!(
                    "unknown option {word}: write [--timeout SECONDS] [host:port ..]"
                ));
            } else {
                arguments.pages.push(page(&word));
            }
        }
        Ok(arguments)
    }
}

fn seconds(word: Option<String>) -> Result<Duration, String> {
    let seconds = word.and_then(|word| word.parse().ok());
    let duration = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    duration.ok_or_else(|| "--timeout takes a number of seconds, as in --timeout 0.5".to_owned())
}

fn page(word: &str) -> (String, String) {
    match word.split_once('/') {
        Some((site, path)) => (site.to_owned(), format!("/{path}")),
        None => (word.to_owned(), "/".to_owned()),
    }
}
