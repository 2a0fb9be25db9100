//! Interleaved repetitions, medians, and the ratio to the best peer.

use std::time::Instant;

/// What the command line asks for.
pub(crate) struct Options {
    repetitions: usize,
    /// Only groups in whose name one of these occurs; all, if there are none.
    words: Vec<String>,
}

impl Options {
    pub(crate) fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Options, String> {
        let mut options = Options { repetitions: 9, words: Vec::new() };
        while let Some(argument) = arguments.next() {
            if argument == "--repetitions" {
                let number = arguments.next().and_then(|number| number.parse().ok());
                options.repetitions = number.ok_or("--repetitions needs a number")?;
            } else if argument.starts_with('-') {
                return Err(format!("unknown option `{argument}`; there is --repetitions <n>"));
            } else {
                options.words.push(argument);
            }
        }
        Ok(options)
    }

    fn wants(&self, group: &str) -> bool {
        self.words.is_empty() || self.words.iter().any(|word| group.contains(word.as_str()))
    }
}

/// Whose row it is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Whose {
    Kaa,
    Peer,
    /// No competitor: what the same costs without a task, or without a loop.
    Limit,
}

struct Row {
    name: &'static str,
    whose: Whose,
    /// One repetition; gives nanoseconds an operation.
    run: Box<dyn FnMut() -> f64>,
    got: Vec<f64>,
}

/// One workload, by everyone.
pub(crate) struct Group {
    name: &'static str,
    rows: Vec<Row>,
}

/// How a group went.
pub(crate) struct Summary {
    group: &'static str,
    /// The first of kaa's rows, which is the way one would write it.
    kaa: f64,
    peer: (&'static str, f64),
}

impl Group {
    pub(crate) fn new(name: &'static str) -> Group {
        Group { name, rows: Vec::new() }
    }

    pub(crate) fn kaa(self, name: &'static str, run: impl FnMut() -> f64 + 'static) -> Group {
        self.row(name, Whose::Kaa, run)
    }

    pub(crate) fn peer(self, name: &'static str, run: impl FnMut() -> f64 + 'static) -> Group {
        self.row(name, Whose::Peer, run)
    }

    pub(crate) fn limit(self, name: &'static str, run: impl FnMut() -> f64 + 'static) -> Group {
        self.row(name, Whose::Limit, run)
    }

    fn row(
        mut self,
        name: &'static str,
        whose: Whose,
        run: impl FnMut() -> f64 + 'static,
    ) -> Group {
        self.rows.push(Row { name, whose, run: Box::new(run), got: Vec::new() });
        self
    }

    /// Repetition 1 of every row, repetition 2 of every row, and so on: a slow phase of the machine hits them all. One more
    /// comes first, which is not counted.
    pub(crate) fn measure(mut self, options: &Options) -> Option<Summary> {
        if !options.wants(self.name) {
            return None;
        }
        for row in &mut self.rows {
            (row.run)();
        }
        for _ in 0..options.repetitions {
            for row in &mut self.rows {
                let nanoseconds = (row.run)();
                row.got.push(nanoseconds);
            }
        }
        for row in &mut self.rows {
            row.got.sort_by(f64::total_cmp);
        }
        let kaa = self.of(Whose::Kaa).next()?.1;
        let peer = self.of(Whose::Peer).min_by(|one, other| one.1.total_cmp(&other.1))?;
        self.print(peer.1);
        Some(Summary { group: self.name, kaa, peer })
    }

    fn of(&self, whose: Whose) -> impl Iterator<Item = (&'static str, f64)> {
        let rows = self.rows.iter().filter(move |row| row.whose == whose);
        rows.map(|row| (row.name, row.median()))
    }

    fn print(&self, best_peer: f64) {
        println!("{}", self.name);
        for row in &self.rows {
            let (median, ratio) = (row.median(), row.median() / best_peer);
            let limit = if row.whose == Whose::Limit { "  (limit)" } else { "" };
            let (lowest, highest) = (row.got.first(), row.got.last());
            println!(
                "  {:<34} {median:>9.1} ns  [{:.1} .. {:.1}]  x{ratio:.2}{limit}",
                row.name,
                lowest.unwrap_or(&f64::NAN),
                highest.unwrap_or(&f64::NAN),
            );
        }
        println!();
    }
}

impl Row {
    fn median(&self) -> f64 {
        self.got.get(self.got.len() / 2).copied().unwrap_or(f64::NAN)
    }
}

/// One line a group, as a table.
pub(crate) fn print_summaries(summaries: &[Summary]) {
    println!("| ns, median | kaa | best peer | ratio |");
    println!("| --- | --: | --: | --: |");
    for Summary { group, kaa, peer } in summaries {
        let ratio = kaa / peer.1;
        println!("| {group} | {kaa:.1} | {:.1} ({}) | {ratio:.2} |", peer.1, peer.0);
    }
}

/// Runs `code`, which does `operations`; gives nanoseconds for each.
pub(crate) fn nanoseconds_each(operations: u32, code: impl FnOnce()) -> f64 {
    let start = Instant::now();
    code();
    start.elapsed().as_secs_f64() * 1e9 / f64::from(operations)
}
