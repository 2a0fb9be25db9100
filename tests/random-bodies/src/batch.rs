//! Compiles and runs many bodies at once, in a package that is written for it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::{self, BufReader};
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use cargo_metadata::Message;
use cargo_metadata::diagnostic::{Diagnostic, DiagnosticLevel, DiagnosticSpan};

use crate::body::{Body, Verdict};

/// A body that is begun may take so long. Usual are some milliseconds.
const LIMIT: Duration = Duration::from_secs(10);

/// The package that the bodies are compiled in.
pub struct Workshop {
    root: PathBuf,
}

impl Workshop {
    /// Prepares the package in the folder `root`, which is made; what stood there before is overwritten.
    ///
    /// # Errors
    ///
    /// If it cannot be written.
    pub fn new(root: &Path) -> io::Result<Workshop> {
        let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize()?;
        fs::create_dir_all(root.join("src"))?;
        let manifest = include_str!("../support/manifest.toml");
        let manifest = manifest.replace("REPOSITORY", &repository.display().to_string());
        fs::write(root.join("Cargo.toml"), manifest)?;
        // The same versions of everything; without it cargo would ask a registry.
        fs::copy(repository.join("Cargo.lock"), root.join("Cargo.lock"))?;
        fs::write(root.join("src/main.rs"), include_str!("../support/program.rs"))?;
        fs::write(root.join("src/prelude.rs"), include_str!("../support/prelude.rs"))?;
        let harness = repository.join("tests/oracle");
        fs::copy(harness.join("harness.rs"), root.join("src/harness.rs"))?;
        fs::create_dir_all(root.join("src/harness"))?;
        for file in fs::read_dir(harness.join("harness"))? {
            let file = file?;
            fs::copy(file.path(), root.join("src/harness").join(file.file_name()))?;
        }
        Ok(Workshop { root: root.to_owned() })
    }

    /// What becomes of each body, in their order.
    ///
    /// # Errors
    ///
    /// If cargo cannot be run, or fails at something that is not in a body.
    pub fn judge(&self, bodies: &[Body]) -> io::Result<Vec<Verdict>> {
        let mut verdicts = vec![Verdict::Same; bodies.len()];
        self.compile(bodies, &mut verdicts, Half::Oracle)?;
        self.compile(bodies, &mut verdicts, Half::Both)?;
        self.run(bodies, &mut verdicts)?;
        Ok(verdicts)
    }

    /// Compiles until no body that is left has an error.
    fn compile(&self, bodies: &[Body], verdicts: &mut [Verdict], half: Half) -> io::Result<()> {
        // Errors of a later phase of rustc show once those of an earlier one are gone.
        loop {
            let lines = self.write(bodies, verdicts)?;
            let (errors, succeeded) = self.cargo(half)?;
            let mut found: BTreeMap<usize, String> = BTreeMap::new();
            for error in &errors {
                if let Some(body) = at_fault(error, &lines) {
                    let text = error.rendered.as_deref().unwrap_or(&error.message);
                    let _ = writeln!(found.entry(body).or_default(), "{}", text.trim_end());
                }
            }
            if found.is_empty() {
                return if succeeded { Ok(()) } else { Err(self.stray(&errors)) };
            }
            for (body, text) in found {
                verdicts[body] = match half {
                    Half::Oracle => Verdict::Invalid,
                    Half::Both => Verdict::Refused(text),
                };
            }
        }
    }

    /// Writes those bodies that nothing is known about; gives the lines where each stands.
    fn write(&self, bodies: &[Body], verdicts: &[Verdict]) -> io::Result<Vec<Lines>> {
        let mut text = String::from("use crate::prelude::*;\n");
        let mut lines = Vec::new();
        let mut runs = String::new();
        let alive = bodies.iter().zip(verdicts).enumerate();
        for (index, (body, _)) in alive.filter(|(_, (_, verdict))| **verdict == Verdict::Same) {
            let first = text.lines().count() + 1;
            let _ = writeln!(text, "both! {{\n{}\n}}\nfn {}() {{", body.pretty(), body.name);
            for call in &body.calls {
                let _ = writeln!(text, "    check!({call});");
            }
            text += "}\n";
            lines.push(Lines { body: index, lines: first..=text.lines().count() });
            let _ = writeln!(runs, "        (\"{0}\", {0}),", body.name);
        }
        let _ = write!(text, "pub(crate) const ALL: &[(&str, fn())] = &[\n{runs}];\n");
        fs::write(self.root.join("src/bodies.rs"), text)?;
        Ok(lines)
    }

    fn cargo(&self, half: Half) -> io::Result<(Vec<Diagnostic>, bool)> {
        let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command.current_dir(&self.root).env("CARGO_TARGET_DIR", self.root.join("target"));
        match half {
            Half::Oracle => command.args(["check", "--features", "oracle_only"]),
            Half::Both => command.arg("build"),
        };
        command.args(["--quiet", "--message-format=json"]);
        command.stdout(Stdio::piped()).stderr(fs::File::create(self.root.join("log"))?);
        let mut child = command.spawn()?;
        let output = child.stdout.take().expect("piped above");
        let mut errors = Vec::new();
        for message in Message::parse_stream(BufReader::new(output)) {
            if let Message::CompilerMessage(message) = message?
                && matches!(message.message.level, DiagnosticLevel::Error | DiagnosticLevel::Ice)
            {
                errors.push(message.message);
            }
        }
        Ok((errors, child.wait()?.success()))
    }

    fn stray(&self, errors: &[Diagnostic]) -> io::Error {
        let mut text = String::from("cargo failed outside of the bodies:\n");
        text.extend(errors.iter().map(|error| error.rendered.as_deref().unwrap_or(&error.message)));
        text += &fs::read_to_string(self.root.join("log")).unwrap_or_default();
        io::Error::other(text)
    }

    fn run(&self, bodies: &[Body], verdicts: &mut [Verdict]) -> io::Result<()> {
        let mut skipped: Vec<&str> = Vec::new();
        loop {
            let log = self.root.join("log");
            let mut child = Command::new(self.root.join("target/debug/bodies"))
                .args(&skipped)
                .stdout(fs::File::create(&log)?)
                .stderr(Stdio::null())
                .spawn()?;
            let ended = wait(&mut child, &log)?;
            let log = fs::read_to_string(log)?;
            let mut last = None;
            // `begin name`, then `same` or `differs`, the lines of the message behind a bar.
            for line in log.lines() {
                if let Some(name) = line.strip_prefix("begin ") {
                    last = bodies.iter().position(|body| body.name == name);
                } else if let (Some(body), Some(message)) = (last, line.strip_prefix("| ")) {
                    match &mut verdicts[body] {
                        Verdict::Differs(text) => *text = format!("{text}\n{message}"),
                        verdict => *verdict = Verdict::Differs(message.to_owned()),
                    }
                }
            }
            if ended {
                return Ok(());
            }
            let Some(last) = last else { return Err(io::Error::other("no body was begun")) };
            verdicts[last] = Verdict::Hangs;
            // It begins after the one that hangs.
            let done = bodies[..=last].iter().map(|body| body.name.as_str());
            skipped = done.collect();
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Half {
    Oracle,
    Both,
}

struct Lines {
    body: usize,
    lines: RangeInclusive<usize>,
}

/// The body that an error belongs to.
fn at_fault(error: &Diagnostic, lines: &[Lines]) -> Option<usize> {
    let all = error.spans.iter().chain(error.children.iter().flat_map(|child| &child.spans));
    let mut places = Vec::new();
    for span in all {
        places.extend(in_bodies(span));
    }
    let found = lines.iter().find(|body| places.iter().any(|line| body.lines.contains(line)));
    found.map(|body| body.body)
}

/// The lines of the file of bodies that a span comes from, through the macros around it.
fn in_bodies(span: &DiagnosticSpan) -> Vec<usize> {
    let mut lines = Vec::new();
    let mut span = Some(span);
    while let Some(current) = span {
        if current.file_name.ends_with("bodies.rs") {
            lines.push(current.line_start);
        }
        span = current.expansion.as_ref().map(|expansion| &expansion.span);
    }
    lines
}

/// False if it got no further, by its log, and was killed.
fn wait(child: &mut Child, log: &Path) -> io::Result<bool> {
    let (mut written, mut since) = (0, Instant::now());
    while child.try_wait()?.is_none() {
        let now_written = fs::metadata(log)?.len();
        if now_written > written {
            (written, since) = (now_written, Instant::now());
        } else if since.elapsed() > LIMIT {
            child.kill()?;
            child.wait()?;
            return Ok(false);
        }
        thread::sleep(Duration::from_millis(20));
    }
    Ok(true)
}
