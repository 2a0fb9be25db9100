//! `cargo run -p random-bodies -- [SEED [COUNT]]`: judges COUNT bodies from SEED on, shrinks what fails, prints it.

use std::io;
use std::path::Path;
use std::process::ExitCode;

use random_bodies::batch::Workshop;
use random_bodies::body::{Body, Verdict};
use random_bodies::{generate, shrink};

/// So many are compiled at once.
const BATCH: u64 = 100;

fn main() -> ExitCode {
    let numbers: Result<Vec<u64>, _> = std::env::args().skip(1).map(|text| text.parse()).collect();
    let (seed, count) = match numbers.as_deref() {
        Ok([]) => (1, 5000),
        Ok([seed]) => (*seed, 5000),
        Ok([seed, count]) => (*seed, *count),
        _ => {
            eprintln!("usage: random-bodies [SEED [COUNT]], both whole numbers");
            return ExitCode::from(2);
        }
    };
    match judge(seed, count) {
        Ok(0) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(2)
        }
    }
}

/// How many failed. Of those that fail alike the first is shrunk and printed.
fn judge(seed: u64, count: u64) -> io::Result<usize> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/random-bodies");
    let workshop = Workshop::new(&root)?;
    let (mut same, mut invalid, mut failed) = (0, 0, 0);
    let mut known: Vec<Verdict> = Vec::new();
    let mut next = seed;
    while next < seed + count {
        let end = (next + BATCH).min(seed + count);
        let bodies: Vec<Body> = (next..end).map(generate::body).collect();
        let verdicts = workshop.judge(&bodies)?;
        for (body, verdict) in bodies.iter().zip(verdicts) {
            match verdict {
                Verdict::Same => same += 1,
                Verdict::Invalid => invalid += 1,
                _ => {
                    failed += 1;
                    if known.iter().any(|other| other.is_like(&verdict)) {
                        println!("--- {} {}: as above", body.name, verdict.kind());
                    } else {
                        report(&workshop, body, &verdict)?;
                        known.push(verdict);
                    }
                }
            }
        }
        println!(
            "seeds {seed} to {}: {same} the same, {failed} failed, {invalid} invalid",
            end - 1
        );
        next = end;
    }
    Ok(failed)
}

fn report(workshop: &Workshop, body: &Body, verdict: &Verdict) -> io::Result<()> {
    let (smallest, verdict) = shrink::smallest(workshop, body, verdict)?;
    println!("--- {} {}", body.name, verdict.kind());
    println!("{}", smallest.pretty());
    println!("// {}", smallest.calls.join(", "));
    if let Verdict::Refused(text) | Verdict::Differs(text) = verdict {
        println!("{text}");
    }
    Ok(())
}
